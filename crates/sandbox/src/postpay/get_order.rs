//! `GET /orders/{order_id}`

use edgepost_core::postpay::GET_ORDER;

use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_ORDER,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn look_up(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(ok(&provider.order(caller, call.piece())?.view(), "ok"))
}
