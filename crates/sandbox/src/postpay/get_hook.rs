//! `GET /hooks/{id}`

use edgepost_core::postpay::GET_HOOK;

use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_HOOK,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn look_up(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(ok(&provider.hook_mut(caller, call.piece())?.view(), "ok"))
}
