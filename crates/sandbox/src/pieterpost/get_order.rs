//! `GET /v1/orders/:orderId`

use edgepost_core::pieterpost::GET_ORDER;

use super::key::Caller;
use super::{PieterPost, admitted, refusal};
use crate::answer::{Answer, Refusal, error, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_ORDER,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::READING],
    refuse: error,
};

/// PP-130: another account's order is as good as none. The vendor speaks of the account and not of the key, so a live key
/// finds a test order as well.
fn look_up(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut orders = provider.orders.iter();
    let order = orders.find(|order| order.id == call.piece() && order.sent.caller.account == caller.account);
    let order = order.ok_or(refusal::ORDER_NOT_FOUND)?;
    Ok(Answer { response: json(200, &provider.view(order, call.now_ms)), outcome: "ok" })
}
