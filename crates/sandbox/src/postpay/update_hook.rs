//! `PATCH /hooks/{id}`

use edgepost_core::postpay::UPDATE_HOOK;
use edgepost_core::postpay::update_hook::HOOK_CHANGE;
use serde::Deserialize;

use super::body::read;
use super::hook::Event;
use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &UPDATE_HOOK,
    run: |sandbox, call| admitted(sandbox, call, change),
    refusals: &[&refusal::COMMON, &refusal::FINDING, &refusal::SENDING],
    refuse: refusal::response,
};

/// PO-091: what is left out stays as it is.
#[derive(Deserialize)]
struct Wanted {
    events: Option<Vec<Event>>,
    url: Option<String>,
    secret: Option<String>,
    active: Option<bool>,
}

fn change(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let hook = provider.hook_mut(caller, call.piece())?;
    let Wanted { events, url, secret, active } = read(call, &HOOK_CHANGE)?;
    hook.events = events.unwrap_or_else(|| hook.events.clone());
    hook.url = url.unwrap_or_else(|| hook.url.clone());
    hook.secret = secret.unwrap_or_else(|| hook.secret.clone());
    hook.active = active.unwrap_or(hook.active);
    hook.modified_ms = call.now_ms;
    Ok(ok(&hook.view(), "changed"))
}
