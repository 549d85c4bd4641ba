//! Tools of a server of the Model Context Protocol over streamable HTTP
//! (<https://modelcontextprotocol.io/specification/2025-11-25/basic/transports>, read 2026-11-21), in those of its versions
//! that begin with a handshake.
//!
//! ```text
//! initialize --> initialized --> tools/call --> answer
//!     ^------ the session is gone, once ------'
//! ```
//!
//! In scope: one call of one tool, without I/O, and the session that the next call can use. Out of scope, for nobody needs it
//! yet: lists of tools, the stream that a server opens on its own, authorization, and what a server asks of a client.
//!
//! What a tool answers is handed back as if it had been asked for with a plain request: its value as a body of JSON, its
//! failure as a refusal. So an operation means the same whichever way it is called.

mod events;
mod message;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::events::{Incoming, LARGEST};
use self::message::Said;
use crate::http::{Headers, Request, Response, header};
use crate::json;
use crate::operation::Operation;

/// XT-006: the versions that are spoken, that first which is asked for.
pub const VERSIONS: [&str; 5] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];
/// A longer name of a session is not kept.
const LONGEST_SESSION: usize = 512;
/// PFD-010: where the server is.
const ENDPOINT: &str = "/mcp";

/// What a server has agreed to; it lasts as long as the server likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name, for servers that keep one.
    id: Option<String>,
    /// The version that both speak.
    version: &'static str,
}

/// One call of a tool.
#[derive(Debug)]
pub struct Call {
    url: String,
    headers: Headers,
    tool: &'static str,
    arguments: Vec<u8>,
    session: Option<Session>,
    /// Whether the session is of an earlier call.
    is_remembered: bool,
    /// Whether a session was made anew already.
    is_renewed: bool,
    /// The number of the last question; answers name theirs.
    asked: i64,
    state: State,
}

#[derive(Debug)]
enum State {
    Initialize,
    Initialized,
    Ask,
    Over(Option<Response>),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this, and say what came of it.
    Send(Request),
    /// It is answered.
    Over(Response),
    /// No answer came.
    Lost,
}

impl Call {
    /// Begins a call. `request` is the one that was built for the tool, `session` what an earlier call has left.
    pub fn new(operation: &'static Operation, request: &Request, session: Option<Session>) -> Self {
        let base = request.url.as_bytes().strip_suffix(operation.path.as_bytes());
        let base = base.and_then(|base| core::str::from_utf8(base).ok()).unwrap_or(&request.url);
        Call {
            url: json::concat(&[base, ENDPOINT]),
            headers: request.headers.iter().filter(|(name, _)| name == "accept-language").cloned().collect(),
            tool: operation.name,
            arguments: request.body.clone().unwrap_or_default(),
            is_remembered: session.is_some(),
            is_renewed: false,
            asked: 0,
            state: if session.is_some() { State::Ask } else { State::Initialize },
            session,
        }
    }

    /// What to do next.
    pub fn step(&mut self) -> Step {
        let body = match &self.state {
            State::Initialize => {
                self.asked += 1;
                message::initialize(self.asked, VERSIONS[0])
            }
            State::Initialized => message::initialized(),
            State::Ask => {
                self.asked += 1;
                message::call(self.asked, self.tool, &self.arguments)
            }
            State::Over(Some(answer)) => return Step::Over(answer.clone()),
            State::Over(None) => return Step::Lost,
        };
        let mut headers = self.headers.clone();
        let mut put = |name: &str, value: &str| headers.push((String::from(name), String::from(value)));
        // XT-001
        put("accept", "application/json, text/event-stream");
        put("content-type", "application/json");
        // XT-005
        if let Some(session) = &self.session {
            put("mcp-protocol-version", session.version);
            if let Some(id) = &session.id {
                put("mcp-session-id", id);
            }
        }
        Step::Send(Request { method: String::from("POST"), url: self.url.clone(), headers, body: Some(body) })
    }

    /// Takes what came of a request: nothing, if no answer came.
    pub fn answered(&mut self, response: Option<Response>) {
        self.state = match (&self.state, response) {
            // XT-002: nobody waits for what becomes of a notification.
            (State::Initialized, _) => State::Ask,
            (_, None) => State::Over(None),
            (State::Initialize, Some(response)) => self.greeted(&response),
            (State::Ask | State::Over(_), Some(response)) => self.told(response),
        };
    }

    /// The session, for the next call: nothing where the server may not know it any more.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref().filter(|_| matches!(self.state, State::Over(Some(_))))
    }

    /// The reader of the answer to the question that was asked last, for who reads it piece by piece.
    pub fn incoming(&self, headers: &Headers) -> Incoming {
        Incoming::of(headers, self.asked)
    }

    /// XT-004: the answer to the greeting.
    fn greeted(&mut self, response: &Response) -> State {
        let said = self.heard(response);
        let version = said.as_ref().and_then(|said| match said {
            Said::Result(result) => message::version(result),
            Said::Error { .. } => None,
        });
        let version = version.and_then(|version| VERSIONS.into_iter().find(|known| *known == version));
        let id = header(&response.headers, "mcp-session-id");
        match (version, id) {
            (Some(version), id) if id.is_none_or(is_session) => {
                self.session = Some(Session { id: id.map(String::from), version });
                State::Initialized
            }
            _ => State::Over(Some(self.understood(response, said))),
        }
    }

    /// The answer to the call.
    fn told(&mut self, response: Response) -> State {
        let has_id = self.session.as_ref().is_some_and(|session| session.id.is_some());
        // XT-005: 404 is what a server says that does not know the session; there are servers that say 400.
        let is_gone = has_id && (response.status == 404 || response.status == 400 && self.is_remembered);
        if is_gone {
            self.session = None;
            if !self.is_renewed {
                (self.is_renewed, self.is_remembered) = (true, false);
                return State::Initialize;
            }
        }
        let said = self.heard(&response);
        State::Over(Some(self.understood(&response, said)))
    }

    /// XT-002, XT-003: what answers the last question.
    fn heard(&self, response: &Response) -> Option<Said> {
        let mut incoming = self.incoming(&response.headers);
        incoming.push(&response.body);
        message::read(&incoming.finish()?, self.asked)
    }

    /// What was said, as the answer to a plain request.
    fn understood(&self, response: &Response, said: Option<Said>) -> Response {
        let is_ok = matches!(response.status, 200..=299);
        match (is_ok, said) {
            (true, Some(Said::Result(result))) if matches!(self.state, State::Ask) => message::outcome(&result),
            (_, Some(Said::Error { code, message })) => message::refusal(response, code, &message),
            // It is no answer to a tool's call, whatever its status says.
            (true, _) => message::unclear(&response.body),
            (false, _) => response.clone(),
        }
    }
}

/// A name of a session is visible ASCII: it goes into a header.
fn is_session(id: &str) -> bool {
    (1..=LONGEST_SESSION).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
