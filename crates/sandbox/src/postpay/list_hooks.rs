//! `GET /hooks`

use edgepost_core::postpay::LIST_HOOKS;
use edgepost_core::postpay::list_hooks::HOOKS_QUERY;

use super::hook::Hook;
use super::list::page;
use super::merchant::Caller;
use super::{Postpay, admitted, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &LIST_HOOKS,
    run: |sandbox, call| admitted(sandbox, call, list),
    refusals: &[&refusal::COMMON, &refusal::FILTERING, &refusal::FINDING],
    refuse: refusal::response,
};

fn list(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let own = provider.hooks.iter().filter(|hook| hook.caller == *caller);
    page(call, &HOOKS_QUERY, own.map(Hook::view))
}
