//! The gateway on Cloudflare Workers. What it does is decided in `edgepost-gateway`; here are requests, answers, Durable
//! Objects and the network.
#![cfg(target_arch = "wasm32")]

mod joined;
mod ledger;
mod lookups;
mod messages;
mod minted;
mod outbox;
mod payer_return;
mod payments;
mod settings;
mod tally;
mod token;
mod tools;
mod upload;
mod upstream;

use std::time::Duration;

use edgepost_core::http::Response as Answer;
use edgepost_gateway::admission::{self, Lookup, Next, Then};
use edgepost_gateway::config::Config;
use edgepost_gateway::grants;
use edgepost_gateway::head::Head;
use edgepost_gateway::hook;
use edgepost_gateway::ledger::by_hand::Resolution;
use edgepost_gateway::links;
use edgepost_gateway::policy;
use edgepost_gateway::problem::{Code, Problem};
use futures_util::future::select;
use serde_json::json;
use worker::{Context, Date, Delay, Env, Method, Request, Response, Result, event};

use crate::messages::{answer_of, head_of, response_of};
use crate::outbox::Asked;

/// How long the body of a refused request is read over.
const POLITENESS: Duration = Duration::from_secs(3);

#[event(fetch, respond_with_errors)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let started = Date::now().as_millis();
    let head = head_of(&request);
    let config = match settings::config(&env) {
        Ok(config) => config,
        Err(faults) => return refuse_to_serve(&head, &faults),
    };
    let answer = match serve(&config, &head, request, &env, started).await {
        Ok(Served::Page(response)) => return Ok(response),
        Ok(Served::Answer(answer)) => answer,
        Err(error) => {
            log(&json!({ "event": "error", "what": error.to_string() }));
            let detail = "Something broke in the gateway. Send the same request, with the same key, again.";
            let retry = edgepost_core::outcome::Advice::SameBytes;
            Problem::new(Code::Internal, detail).retry(retry, None).response()
        }
    };
    log(&json!({
        "event": "served",
        "operation": admission::operation(&head).map(|operation| operation.name),
        "status": answer.status,
        "source": edgepost_core::http::header(&answer.headers, "edgepost-source"),
        "ms": Date::now().as_millis().saturating_sub(started),
    }));
    response_of(admission::finish(&head, answer))
}

/// What a request gets.
enum Served {
    Answer(Answer),
    /// A file, with the headers that belong to it.
    Page(Response),
}

async fn serve(config: &Config, head: &Head, mut request: Request, env: &Env, now_ms: u64) -> Result<Served> {
    let answer = match admission::receive(config, head, now_ms) {
        Next::Answer(answer) => {
            // What is left unread breaks the connection, and nobody hears why. But nobody is waited for either.
            if let Ok(body) = request.stream() {
                select(Box::pin(upload::drain(body)), Delay::from(POLITENESS)).await;
            }
            answer
        }
        Next::Page => return page(request, env).await,
        Next::Read(lookup) => looked_up(config, head, &lookup, env).await?,
        Next::Upload(form) => upload::pass(config, &form, request, env).await?,
        Next::Hook => {
            let body = messages::body(&mut request).await;
            match hook::receive(config, head, &body, now_ms) {
                Ok(event) => outbox::ask(env, config, &Asked::Keep(Box::new(event))).await?,
                Err(problem) => problem.response(),
            }
        }
        Next::DeadLetters { again } => {
            outbox::ask(env, config, &again.map_or(Asked::DeadLetters, Asked::SendAgain)).await?
        }
        Next::Entry { id } => match ledger::show(env, &id).await? {
            // What the gateway has paid has a ledger of its own.
            none if none.status == 404 => payments::show(env, &id).await?,
            entry => entry,
        },
        Next::Resolve { id, by } => {
            let body = messages::body(&mut request).await;
            match body.bytes().and_then(|body| Resolution::read(&body, &by, now_ms)) {
                Ok(found) => ledger::write_down(env, &id, found).await?,
                Err(problem) => problem.response(),
            }
        }
        Next::Return(pages) => payer_return::pass(config, &pages, head, env).await?,
        Next::Body(pending) => match pending.decide(config, head, messages::body(&mut request).await) {
            Then::Answer(answer) => answer,
            Then::Pay(asked) => {
                let mut answer = payments::ask(env, &asked).await?;
                if let Some(grant) = grants::for_order(config, &asked.mint, &answer, now_ms) {
                    answer.headers.push(("edgepost-order-grant".into(), grant));
                }
                answer
            }
            Then::Read(lookup) => looked_up(config, head, &lookup, env).await?,
            Then::Mint(mint) => {
                let mut answer = ledger::ask(env, &mint).await?;
                if let Some(grant) = grants::for_order(config, &mint, &answer, now_ms) {
                    answer.headers.push(("edgepost-order-grant".into(), grant));
                }
                answer
            }
        },
    };
    Ok(Served::Answer(answer))
}

async fn looked_up(config: &Config, head: &Head, lookup: &Lookup, env: &Env) -> Result<Answer> {
    let answer = lookups::ask(env, lookup).await?;
    Ok(links::through(config, lookup.operation, &policy::origin(&head.url), answer))
}

/// A file of the page, or the gateway's own word that there is none.
async fn page(request: Request, env: &Env) -> Result<Served> {
    let path = request.path();
    let is_head = request.method() == Method::Head;
    let file = env.assets("ASSETS")?.fetch_request(request).await?;
    if file.status_code() == 404 {
        let detail = format!("Nothing is served at {path}. GET /openapi.json lists what is.");
        let mut answer = Problem::new(Code::NotFound, detail).response();
        if is_head {
            answer.body.clear();
        }
        return Ok(Served::Answer(answer));
    }
    if path == "/openapi.json" {
        // Read from elsewhere as well: it goes out with the headers of an answer.
        return Ok(Served::Answer(answer_of(file).await?));
    }
    Ok(Served::Page(file))
}

/// A gateway whose configuration is wrong does nothing. The log and the answer say what is wrong, by name.
fn refuse_to_serve(head: &Head, faults: &[String]) -> Result<Response> {
    log(&json!({ "event": "misconfigured", "faults": faults }));
    let detail = format!("The gateway does not serve: {}.", faults.join("; "));
    let answer = Problem::new(Code::Misconfigured, detail).response();
    response_of(admission::finish(head, answer))
}

/// One line of JSON. Never a body, a key or a token.
fn log(line: &serde_json::Value) {
    worker::console_log!("{line}");
}
