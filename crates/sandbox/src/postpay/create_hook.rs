//! `POST /hooks`

use edgepost_core::postpay::CREATE_HOOK;
use edgepost_core::postpay::create_hook::HOOK_INPUT;
use serde::Deserialize;

use super::body::read;
use super::hook::{Event, Hook, Last};
use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_HOOK,
    run: |sandbox, call| admitted(sandbox, call, create),
    refusals: &[&refusal::COMMON, &refusal::SENDING],
    refuse: refusal::response,
};

/// PO-091.
#[derive(Deserialize)]
struct Wanted {
    events: Vec<Event>,
    url: String,
    secret: String,
    active: Option<bool>,
}

fn create(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let Wanted { events, url, secret, active } = read(call, &HOOK_INPUT)?;
    let hook = Hook {
        caller: caller.clone(),
        id: provider.id(),
        active: active.unwrap_or(true),
        events,
        url,
        secret,
        last: Last::Unused,
        created_ms: call.now_ms,
        modified_ms: call.now_ms,
    };
    let answer = ok(&hook.view(), "created");
    provider.hooks.push(hook);
    Ok(answer)
}
