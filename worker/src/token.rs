//! The token of a provider that wants one: the shell around `edgepost_gateway::token`, one Durable Object for each host
//! and key. Whoever needs a token asks it; of many who wait, one fetches it.

use std::cell::RefCell;
use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use edgepost_gateway::config::{Authorization, Upstream};
use edgepost_gateway::ledger::Received;
use edgepost_gateway::problem::Problem;
use edgepost_gateway::token::{NoToken, Token, TokenSource};
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, State, Storage, durable_object,
};

use crate::joined::{Joined, Pending};
use crate::messages::response_of;
use crate::{log, settings, upstream};

/// Where a token is in the storage.
const KEPT: &str = "token";

/// What is asked for.
#[derive(Clone, Serialize, Deserialize)]
struct Asked {
    provider: String,
    /// The token that the caller was refused with, by its fingerprint.
    refused: Option<String>,
}

/// What is answered. It stays inside of the gateway.
#[derive(Serialize, Deserialize)]
enum Reply {
    Token(String),
    None(NoToken),
}

#[durable_object]
pub struct Tokens {
    state: State,
    keeper: Rc<Keeper>,
    joined: Joined,
}

/// The part that outlives a request.
struct Keeper {
    storage: Storage,
    env: Env,
    kept: RefCell<Option<Token>>,
}

impl DurableObject for Tokens {
    fn new(state: State, env: Env) -> Self {
        let keeper = Rc::new(Keeper { storage: state.storage(), env, kept: RefCell::default() });
        Tokens { state, keeper, joined: Joined::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked: Asked = request.json().await?;
        let refused = asked.refused.as_deref();
        if let Some(token) = self.keeper.usable(refused) {
            return Response::from_json(&Reply::Token(token.written()));
        }
        // Who joins what others began may get the token that was refused: then it is known that it was.
        let is_refused = |reply: &Answer| match serde_json::from_slice(&reply.body) {
            Ok(Reply::Token(written)) => {
                Token::from_written(&written).map(|token| token.fingerprint()) == asked.refused
            }
            _ => false,
        };
        let mut reply = self.begin(&asked).await;
        if reply.as_ref().as_ref().is_ok_and(is_refused) {
            reply = self.begin(&asked).await;
        }
        match &*reply {
            Ok(reply) => response_of(reply.clone()),
            Err(error) => Err(Error::from(error.as_str())),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.keeper.kept.take();
        self.keeper.storage.delete(KEPT).await?;
        Response::empty()
    }
}

impl Tokens {
    /// Joins who looks for a token already, or begins to. It goes on even if the caller who began goes away.
    fn begin(&self, asked: &Asked) -> Pending {
        if let Some(pending) = self.joined.find(KEPT) {
            return pending;
        }
        let (keeper, asked) = (Rc::clone(&self.keeper), asked.clone());
        let pending = self.joined.begin(KEPT.to_owned(), String::new(), async move { keeper.reply(&asked).await });
        let going_on = pending.clone();
        self.state.wait_until(async move {
            going_on.await;
        });
        pending
    }
}

impl Keeper {
    fn usable(&self, refused: Option<&str>) -> Option<Token> {
        self.kept.borrow().clone().filter(|token| token.is_usable(refused, Date::now().as_millis()))
    }

    async fn reply(&self, asked: &Asked) -> Result<Answer> {
        let config = settings::config(&self.env).map_err(|faults| Error::from(faults.join("; ")))?;
        let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == asked.provider);
        let Some(Authorization::Token(source)) = upstream.map(|upstream| &upstream.authorization) else {
            return Err(Error::from("the provider wants no token"));
        };
        let reply = match self.token(source, asked.refused.as_deref()).await? {
            Ok(token) => Reply::Token(token.written()),
            Err(why) => {
                log(&json!({ "event": "no token", "provider": asked.provider, "why": format!("{why:?}") }));
                Reply::None(why)
            }
        };
        Ok(Answer { status: 200, headers: Vec::new(), body: serde_json::to_vec(&reply)? })
    }

    /// The token that was kept before this object was started, or another one.
    async fn token(&self, source: &TokenSource, refused: Option<&str>) -> Result<std::result::Result<Token, NoToken>> {
        let kept = self.storage.get::<String>(KEPT).await?.and_then(|kept| Token::from_written(&kept));
        if let Some(token) = kept.filter(|token| token.is_usable(refused, Date::now().as_millis())) {
            self.kept.replace(Some(token.clone()));
            return Ok(Ok(token));
        }
        let asked_ms = Date::now().as_millis();
        let token = match upstream::fetch_token(source).await {
            Received::Answer(answer) => Token::read(&answer, asked_ms),
            _ => Err(NoToken::Unreachable),
        };
        if let Ok(token) = &token
            && let Some(renew_ms) = token.renew_ms()
        {
            self.storage.put(KEPT, token.written()).await?;
            // It does not lie about for longer than it is of use.
            let left = renew_ms.saturating_sub(Date::now().as_millis());
            self.storage.set_alarm(i64::try_from(left).unwrap_or(i64::MAX)).await?;
            self.kept.replace(Some(token.clone()));
        }
        Ok(token)
    }
}

/// A token for a provider that wants one; nothing for the others. `refused` is the one that the caller was refused with.
pub(crate) async fn of(
    env: &Env,
    upstream: &Upstream,
    refused: Option<&Token>,
) -> std::result::Result<Option<Token>, Problem> {
    let Authorization::Token(source) = &upstream.authorization else { return Ok(None) };
    let asked = Asked { provider: upstream.provider.name.to_owned(), refused: refused.map(Token::fingerprint) };
    let reply = ask(env, source, &asked).await.unwrap_or(Reply::None(NoToken::Unreachable));
    let token = match reply {
        Reply::Token(written) => Token::from_written(&written).ok_or(NoToken::Unreachable),
        Reply::None(why) => Err(why),
    };
    token.map(Some).map_err(|why| why.problem(upstream.provider))
}

/// One object for each host and key: each mode has one of its own, and so has a key that was changed.
async fn ask(env: &Env, source: &TokenSource, asked: &Asked) -> Result<Reply> {
    let stub = env.durable_object("TOKENS")?.get_by_name(&source.name())?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(asked)?.into()));
    let mut response = stub.fetch_with_request(Request::new_with_init("https://tokens/", &init)?).await?;
    if response.status_code() != 200 {
        return Err(Error::from("the tokens' object does not answer"));
    }
    response.json().await
}
