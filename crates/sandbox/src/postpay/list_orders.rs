//! `GET /orders`

use edgepost_core::postpay::LIST_ORDERS;
use edgepost_core::postpay::list_orders::ORDERS_QUERY;

use super::list::page;
use super::merchant::Caller;
use super::order::Order;
use super::{Postpay, admitted, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &LIST_ORDERS,
    run: |sandbox, call| admitted(sandbox, call, list),
    refusals: &[&refusal::COMMON, &refusal::FILTERING, &refusal::FINDING],
    refuse: refusal::response,
};

fn list(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let own = provider.orders.iter().filter(|order| order.caller == *caller);
    page(call, &ORDERS_QUERY, own.map(Order::short))
}
