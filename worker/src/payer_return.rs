//! A payer on the way back: asks about the order, captures it, and sends the payer on.

use edgepost_core::http::Response as Answer;
use edgepost_core::outcome::Advice;
use edgepost_core::postpay::payer_return::{Status, read};

use edgepost_gateway::config::Config;
use edgepost_gateway::head::Head;
use edgepost_gateway::payer_return::{self, Decision, Minted, Pages, Standing};
use edgepost_gateway::problem::{Code, Problem};
use serde_json::json;
use worker::{Env, Result};

use crate::ledger::PERIOD_MS;
use crate::{ledger, log, lookups, minted};

/// Sends a payer on to the shop.
pub(crate) async fn pass(config: &Config, pages: &Pages, head: &Head, env: &Env) -> Result<Answer> {
    if !env.rate_limiter("MINTS")?.limit(head.network()).await?.success {
        let problem = Problem::new(Code::RateLimited, "Too many requests from this address in the last minute.");
        return Ok(problem.retry(Advice::After, Some(PERIOD_MS)).response());
    }
    let state = read(&head.url);
    let order_id = state.order_id.as_deref();
    let minted = match order_id {
        Some(order_id) => minted::find(env, config.mode, order_id).await?,
        None => None,
    };
    let standing = match (&minted, order_id) {
        (Some(minted), Some(order_id)) => settle(config, env, minted, order_id, state.status).await?,
        // Nobody asks about what was not minted here. Who turns back has no order's id.
        _ => match state.status {
            Status::Denied => Standing::Denied,
            Status::Cancelled => Standing::Cancelled,
            Status::Approved | Status::Unknown => Standing::Unknown,
        },
    };
    log(&json!({ "event": "returned", "order": order_id, "said": state.status.name(), "standing": standing.name() }));
    if standing == Standing::Mismatch {
        log(&json!({ "event": "alarm", "what": "an order is not what was minted", "order": order_id }));
    }
    Ok(pages.back(standing, order_id))
}

async fn settle(config: &Config, env: &Env, minted: &Minted, order_id: &str, said: Status) -> Result<Standing> {
    match look(config, env, minted, order_id, said).await? {
        Decision::Back(standing) => return Ok(standing),
        Decision::Capture => {}
    }
    let Some(capture) = payer_return::capture(config, order_id) else { return Ok(Standing::Unknown) };
    let answer = ledger::ask(env, &capture).await?;
    if let Some(standing) = payer_return::captured(minted, order_id, &answer) {
        return Ok(standing);
    }
    // PO-052: nobody knows what came of it, but for Postpay. What is approved still is left as it is.
    match look(config, env, minted, order_id, Status::Unknown).await? {
        Decision::Back(standing) => Ok(standing),
        Decision::Capture => Ok(Standing::Unknown),
    }
}

async fn look(config: &Config, env: &Env, minted: &Minted, order_id: &str, said: Status) -> Result<Decision> {
    let Some(lookup) = payer_return::lookup(config, order_id) else { return Ok(Decision::Back(Standing::Unknown)) };
    let answer = lookups::ask_anew(env, &lookup).await?;
    Ok(payer_return::decide(said, minted, order_id, &answer))
}
