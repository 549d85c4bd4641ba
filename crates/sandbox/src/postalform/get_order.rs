//! `GET /api/machine/orders/:id`, and the same for MPP.

use edgepost_core::postalform::{GET_ORDER, GET_ORDER_MPP};

use super::{PostalForm, refusal, worked};
use crate::answer::{Answer, Refusal, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_ORDER,
    run: |sandbox, call| worked(sandbox, call, told),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

pub(super) static ENDPOINT_MPP: Endpoint = Endpoint {
    operation: &GET_ORDER_MPP,
    run: |sandbox, call| worked(sandbox, call, told),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn told(provider: &mut PostalForm, call: &Call<'_>) -> Result<Answer, Refusal> {
    let options = provider.options.clone();
    let order = provider.find(call.piece()).ok_or(refusal::NOT_FOUND)?;
    Ok(Answer { response: json(200, &order.view(&options, call.now_ms)), outcome: "told" })
}
