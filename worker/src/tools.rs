//! Calls tools of servers of the Model Context Protocol. What is said is decided in `edgepost_core::mcp`; here is the network,
//! and what is remembered of the servers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use edgepost_core::http::Request;
use edgepost_core::mcp::{Call, Session, Step};
use edgepost_core::operation::Operation;
use edgepost_gateway::ledger::Received;
use worker::Date;

use crate::upstream::{PATIENCE, send_for};

thread_local! {
    /// The session with each server. An isolate that has none begins one; it is no secret, and nothing hangs on it.
    static SESSIONS: RefCell<HashMap<String, Session>> = RefCell::default();
}

/// Calls a tool. All that is said for it takes no longer than any other answer may.
pub(crate) async fn call(operation: &'static Operation, request: &Request) -> Received {
    let server = request.url.strip_suffix(operation.path).unwrap_or(&request.url).to_owned();
    let known = SESSIONS.with_borrow(|sessions| sessions.get(&server).cloned());
    let mut call = Call::new(operation, request, known);
    let began = Date::now().as_millis();
    let received = loop {
        match call.step() {
            Step::Send(message) => {
                let passed = Duration::from_millis(Date::now().as_millis().saturating_sub(began));
                let answer = send_for(message, PATIENCE.saturating_sub(passed), Some(&call)).await;
                match answer {
                    Received::Answer(answer) => call.answered(Some(answer)),
                    lost => break lost,
                }
            }
            Step::Over(answer) => break Received::Answer(answer),
            Step::Lost => break Received::Unreachable,
        }
    };
    SESSIONS.with_borrow_mut(|sessions| match call.session() {
        Some(session) => drop(sessions.insert(server, session.clone())),
        None => drop(sessions.remove(&server)),
    });
    received
}
