//! `GET /orders/{order_id}/refunds`

use edgepost_core::postpay::LIST_REFUNDS;
use edgepost_core::postpay::list_refunds::REFUNDS_QUERY;

use super::list::page;
use super::merchant::Caller;
use super::{Postpay, admitted, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &LIST_REFUNDS,
    run: |sandbox, call| admitted(sandbox, call, list),
    refusals: &[&refusal::COMMON, &refusal::FILTERING, &refusal::FINDING],
    refuse: refusal::response,
};

fn list(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = provider.order(caller, call.piece())?;
    page(call, &REFUNDS_QUERY, order.refunds.iter().map(|refund| refund.view(order)))
}
