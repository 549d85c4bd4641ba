//! `POST /orders/{order_id}/refunds`

use edgepost_core::postpay::CREATE_REFUND;
use edgepost_core::postpay::create_refund::REFUND_INPUT;
use serde::Deserialize;

use super::body::read;
use super::merchant::Caller;
use super::order::Status;
use super::refund::Refund;
use super::transaction::Transaction;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_REFUND,
    run: |sandbox, call| admitted(sandbox, call, create),
    refusals: &[&refusal::COMMON, &refusal::FINDING, &refusal::SENDING, &refusal::REFUNDING],
    refuse: refusal::response,
};

/// PO-060.
#[derive(Deserialize)]
struct Wanted {
    refund_id: String,
    amount: Option<i64>,
    description: Option<String>,
}

/// PO-062, PO-063. Who asks twice with one id is told so whatever else is wrong: nothing moves twice.
fn create(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = provider.order_mut(caller, call.piece())?;
    let Wanted { refund_id: id, amount, description } = read(call, &REFUND_INPUT)?;
    if order.status().0 != Status::Captured {
        return Err(refusal::NOT_CAPTURED);
    }
    if order.refunds.iter().any(|known| known.id == id) {
        return Err(refusal::REFUND_EXISTS);
    }
    let total = order.wanted.total_amount;
    let amount = amount.unwrap_or(total);
    if order.refunded().saturating_add(amount) > total {
        return Err(refusal::LIMIT_EXCEEDED);
    }
    let refund = Refund { id, amount, description, created_ms: call.now_ms };
    let answer = ok(&refund.view(order), "refunded");
    order.refunds.push(refund);
    provider
        .settle(caller, call.piece(), call.now_ms, |id, order| Transaction::of_refund(id, order, amount, call.now_ms));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use crate::postpay::scenario::{merchant, refused};
    use crate::scenario::{Scenario, read};
    use serde_json::json;

    /// Of an order over 81,480.
    fn captured() -> Scenario {
        let mut scenario = merchant();
        scenario.captured("order-01");
        scenario
    }

    #[test]
    fn po_061_po_062_parts_go_back_until_nothing_is_left() {
        let mut scenario = captured();
        let first = json!({"refund_id": "refund-01", "amount": 12_050, "description": "Item returned by user"});
        let answer = json!({
            "refund_id": "refund-01",
            "amount": 12_050,
            "full": false,
            "description": "Item returned by user",
            "created": "2026-04-21T10:00:00.000Z",
        });
        assert_eq!(read(&scenario.refund("order-01", &first)), answer);
        assert_eq!(scenario.get("/orders/order-01/refunds/refund-01"), answer);
        let second = scenario.refund("order-01", &json!({"refund_id": "refund-02", "amount": 60_000}));
        assert_eq!((second.status, &read(&second)["description"]), (200, &json!(null)));
        let left = 81_480 - 12_050 - 60_000;
        let more = json!({"refund_id": "refund-03", "amount": left + 1});
        assert_eq!(refused(&scenario.refund("order-01", &more)), (409, "limit_exceeded".into()));
        assert_eq!(scenario.refund("order-01", &json!({"refund_id": "refund-03", "amount": left})).status, 200);
        let one = json!({"refund_id": "refund-04", "amount": 1});
        assert_eq!(refused(&scenario.refund("order-01", &one)), (409, "limit_exceeded".into()));
        assert_eq!(scenario.standing("order-01"), "captured");
        let refunds = &scenario.state()["postpay"]["orders"][0]["refunds"];
        assert_eq!(refunds.as_array().unwrap().len(), 3);
    }

    #[test]
    fn po_060_without_an_amount_all_of_it_goes_back() {
        let mut scenario = captured();
        let full = read(&scenario.refund("order-01", &json!({"refund_id": "r", "amount": null})));
        assert_eq!((&full["amount"], &full["full"]), (&json!(81_480), &json!(true)));
        assert_eq!(scenario.state()["postpay"]["transactions"][1]["total_amount"], -81_480);
        let mut scenario = captured();
        scenario.refund("order-01", &json!({"refund_id": "part", "amount": 1}));
        assert_eq!(refused(&scenario.refund("order-01", &json!({"refund_id": "r"}))).1, "limit_exceeded");
    }

    #[test]
    fn po_063_po_064_an_id_is_taken_once_and_an_order_has_to_be_captured() {
        let mut scenario = captured();
        let refund = json!({"refund_id": "refund-01", "amount": 81_480});
        assert_eq!(scenario.refund("order-01", &refund).status, 200);
        assert_eq!(refused(&scenario.refund("order-01", &refund)), (409, "conflict".into()));
        scenario.approved("order-02");
        assert_eq!(refused(&scenario.refund("order-02", &refund)), (409, "invalid_status".into()));
        assert_eq!(refused(&scenario.refund("none", &refund)), (404, "not_found".into()));
        scenario.captured("order-03");
        assert_eq!(scenario.refund("order-03", &refund).status, 200, "another order's ids are its own");
    }

    #[test]
    fn po_063_po_065_t1_input_that_is_wrong_moves_nothing() {
        let mut scenario = captured();
        for (body, member) in [
            (json!({"refundId": "refund-01"}), "refund_id"),
            (json!({"refund_id": " "}), "refund_id"),
            (json!({"refund_id": "r", "amount": 0}), "amount"),
            (json!({"refund_id": "r", "amount": -1}), "amount"),
            (json!({"refund_id": "r", "amount": 1.5}), "amount"),
            (json!({"refund_id": "r", "amount": "1"}), "amount"),
        ] {
            let answer = scenario.refund("order-01", &body);
            assert_eq!(refused(&answer), (400, "invalid".into()), "{body}");
            assert!(read(&answer)["error"]["fields"][member][0].is_string(), "{body}: {}", read(&answer));
        }
        let vendors = json!({"error": {"code": "invalid", "message": "Invalid input.",
            "fields": {"refund_id": ["This field is required."]}}});
        assert_eq!(read(&scenario.refund("order-01", &json!({}))), vendors);
        assert_eq!(scenario.state()["postpay"]["orders"][0]["refunds"], json!([]));
    }
}
