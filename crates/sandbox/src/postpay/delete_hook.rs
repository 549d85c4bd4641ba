//! `DELETE /hooks/{id}`

use edgepost_core::http::Response;
use edgepost_core::postpay::DELETE_HOOK;

use super::merchant::Caller;
use super::{Postpay, admitted, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &DELETE_HOOK,
    run: |sandbox, call| admitted(sandbox, call, delete),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

/// PO-090: an answer without a body.
fn delete(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = provider.hook_mut(caller, call.piece())?.id.clone();
    provider.hooks.retain(|hook| hook.id != id);
    Ok(Answer { response: Response { status: 204, headers: Vec::new(), body: Vec::new() }, outcome: "deleted" })
}
