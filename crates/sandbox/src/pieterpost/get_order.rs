//! `GET /v1/orders/:orderId`

use edgepost_core::pieterpost::GET_ORDER;

use super::{PieterPost, admitted, refusal};
use crate::answer::{Answer, Refusal, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_ORDER,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::READING],
    refuse: refusal::response,
};

/// PP-130: another account's order is as good as none.
fn look_up(provider: &mut PieterPost, account: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = provider.order(call.piece()).filter(|order| order.account == account);
    let order = order.ok_or(refusal::ORDER_NOT_FOUND)?;
    Ok(Answer { response: json(200, &order.view(call.now_ms, provider.options.step_ms)), outcome: "ok" })
}
