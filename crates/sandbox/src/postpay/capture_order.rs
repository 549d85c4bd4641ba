//! `POST /orders/{order_id}/capture`

use edgepost_core::postpay::CAPTURE_ORDER;

use super::merchant::Caller;
use super::order::Status;
use super::transaction::Transaction;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CAPTURE_ORDER,
    run: |sandbox, call| admitted(sandbox, call, capture),
    refusals: &[&refusal::COMMON, &refusal::FINDING, &refusal::CAPTURING],
    refuse: refusal::response,
};

/// PO-050, PO-051. A body is not looked at: the vendor's own library sends an empty list.
fn capture(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let within_ms = provider.options.capture_within_ms;
    let order = provider.order_mut(caller, call.piece())?;
    match order.status() {
        (Status::Approved, since_ms) if call.now_ms.saturating_sub(since_ms) < within_ms => {}
        (Status::Approved, _) => return Err(refusal::CAPTURE_EXPIRED),
        _ => return Err(refusal::NOT_APPROVED),
    }
    order.turn(Status::Captured, call.now_ms);
    let answer = ok(&order.view(), "captured");
    provider.tell_of_order(caller, call.piece(), call.now_ms);
    provider.settle(caller, call.piece(), call.now_ms, |id, order| Transaction::of_order(id, order, call.now_ms));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use crate::postpay::scenario::{merchant, merchant_with, refused};
    use crate::scenario::read;
    use serde_json::{Value, json};

    #[test]
    fn po_050_po_053_an_approved_order_is_captured_once() {
        let mut scenario = merchant();
        scenario.approved("order-01");
        scenario.now_ms += 1_000;
        let captured = read(&scenario.capture("order-01"));
        assert_eq!(captured["status"], "captured");
        assert_eq!(captured["status_changed"], "2026-04-21T10:00:01.000Z");
        assert_eq!(captured["created"], "2026-04-21T10:00:00.000Z");
        assert_eq!(scenario.get("/orders/order-01"), captured);
        assert_eq!(refused(&scenario.capture("order-01")), (409, "invalid_status".into()), "PO-052");
        let state = scenario.state();
        assert_eq!(state["postpay"]["transactions"].as_array().unwrap().len(), 1);
        let outcomes = &state["requests"]["postpay.capture_order"]["outcomes"];
        assert_eq!(outcomes, &json!({"captured": 1, "invalid_status": 1}));
    }

    #[test]
    fn po_051_what_is_not_approved_is_not_captured() {
        let mut scenario = merchant();
        for (order, form) in [("open", None), ("denied", Some("action=deny")), ("cancelled", Some("action=cancel"))] {
            let page = scenario.checkout(order);
            form.map(|form| scenario.fill(&page, form));
            assert_eq!(refused(&scenario.capture(order)), (409, "invalid_status".into()), "{order}");
        }
        assert_eq!(refused(&scenario.capture("none")), (404, "not_found".into()));
        assert_eq!(scenario.state()["postpay"]["transactions"], json!([]));
    }

    #[test]
    fn po_051_an_approval_is_not_good_for_ever() {
        let mut scenario = merchant_with(r#"{"postpay":{"captureWithinMs":60000}}"#);
        scenario.approved("late");
        scenario.approved("in-time");
        scenario.now_ms += 59_999;
        assert_eq!(scenario.capture("in-time").status, 200);
        scenario.now_ms += 1;
        assert_eq!(refused(&scenario.capture("late")), (410, "expired".into()));
        assert_eq!(scenario.standing("late"), "approved");
    }

    #[test]
    fn po_051_a_decline_can_be_asked_for() {
        let mut scenario = merchant();
        scenario.approved("order-01");
        let fault = json!({"operation": "postpay.capture_order", "kind": "code", "code": "capture_error"});
        assert_eq!(scenario.control("POST", "faults", &fault).0, 201);
        assert_eq!(refused(&scenario.capture("order-01")), (402, "capture_error".into()));
        assert_eq!(scenario.standing("order-01"), "approved");
        assert_eq!(scenario.capture("order-01").status, 200);
    }

    #[test]
    fn po_050_the_librarys_empty_list_is_no_trouble() {
        let mut scenario = merchant();
        scenario.approved("order-01");
        assert_eq!(scenario.ask("POST", "/orders/order-01/capture", &json!([])).status, 200);
        assert_eq!(scenario.ask("GET", "/orders/order-01/capture", &Value::Null).status, 405);
    }
}
