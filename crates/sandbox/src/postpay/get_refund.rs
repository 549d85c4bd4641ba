//! `GET /orders/{order_id}/refunds/{refund_id}`

use edgepost_core::postpay::GET_REFUND;

use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_REFUND,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn look_up(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = provider.order(caller, call.piece())?;
    let wanted = call.pieces.get(1);
    let refund = order.refunds.iter().find(|refund| Some(&refund.id) == wanted).ok_or(refusal::NOT_FOUND)?;
    Ok(ok(&refund.view(order), "ok"))
}
