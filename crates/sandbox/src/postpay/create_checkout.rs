//! `POST /checkouts`

use edgepost_core::postpay::CREATE_CHECKOUT;
use edgepost_core::postpay::checkout::CHECKOUT;
use serde::Serialize;
use serde_json::value::RawValue;

use super::body::read;
use super::merchant::Caller;
use super::order::{Order, Wanted};
use super::{Postpay, admitted, checkout_page, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::date::rfc3339;
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_CHECKOUT,
    run: |sandbox, call| admitted(sandbox, call, create),
    refusals: &[&refusal::COMMON, &refusal::SENDING, &refusal::CHECKING_OUT],
    refuse: refusal::response,
};

/// PO-010.
#[derive(Serialize)]
struct Session<'o> {
    token: &'o str,
    expires: String,
    redirect_url: &'o str,
}

fn create(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let wanted: Wanted = read(call, &CHECKOUT)?;
    // PO-018
    if provider.order(caller, &wanted.order_id).is_ok() {
        return Err(refusal::ORDER_EXISTS);
    }
    let sent: Box<RawValue> = serde_json::from_slice(call.body()).map_err(|_| refusal::PARSE_ERROR)?;
    let token = provider.id();
    let address = checkout_page::address(call.origin, &token);
    let order = Order::new(caller, token, address, wanted, sent, call.now_ms);
    let session =
        Session { token: &order.token, expires: rfc3339(order.expires_ms()), redirect_url: &order.redirect_url };
    let answer = ok(&session, "created");
    provider.orders.push(order);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use crate::postpay::scenario::{checkout, merchant, refused};
    use crate::postpay::{LIVE_KEY, MERCHANT, OTHER_KEY, OTHER_MERCHANT};
    use crate::scenario::{ORIGIN, read};
    use serde_json::json;

    #[test]
    fn po_010_a_checkout_has_a_page_for_an_hour() {
        let mut scenario = merchant();
        let answer = scenario.ask("POST", "/checkouts", &checkout());
        assert_eq!(answer.status, 200);
        let session = read(&answer);
        let token = session["token"].as_str().unwrap();
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        assert_eq!(session["expires"], "2026-04-21T11:00:00.000Z");
        assert_eq!(session["redirect_url"], format!("{ORIGIN}/postpay/checkout/{token}"));
        let order = scenario.get("/orders/order-01");
        assert_eq!(order["status"], "pending");
        for member in ["shipping", "billing_address", "customer", "items", "discounts"] {
            assert_eq!(order[member], checkout()[member], "PO-053: {member}");
        }
    }

    #[test]
    fn po_018_an_id_is_taken_once_by_a_merchant_in_a_mode() {
        let mut scenario = merchant();
        scenario.checkout("order-01");
        assert_eq!(refused(&scenario.ask("POST", "/checkouts", &checkout())), (409, "conflict".into()));
        scenario.credentials(MERCHANT, LIVE_KEY).checkout("order-01");
        scenario.credentials(OTHER_MERCHANT, OTHER_KEY).checkout("order-01");
        let orders = scenario.state()["postpay"]["orders"].clone();
        let owners: Vec<_> = orders.as_array().unwrap().iter().map(|it| (&it["merchant"], &it["mode"])).collect();
        let expected = [json!(["id_sandbox", "test"]), json!(["id_sandbox", "live"]), json!(["id_other", "test"])];
        assert!(owners.iter().zip(&expected).all(|((id, mode), owner)| json!([id, mode]) == *owner), "{owners:?}");
    }

    #[test]
    fn po_011_po_110_what_is_wrong_is_said_member_by_member() {
        let mut scenario = merchant();
        let mut input = checkout();
        input.as_object_mut().unwrap().remove("currency");
        input["items"][0]["qty"] = json!(0);
        input["total_amount"] = json!("814.80");
        let answer = scenario.ask("POST", "/checkouts", &input);
        assert_eq!(refused(&answer), (400, "invalid".into()));
        let fields = &read(&answer)["error"]["fields"];
        assert_eq!(fields["currency"], json!(["This field is required."]));
        assert!(fields["items"][0].as_str().unwrap().starts_with("/items/0/qty: "), "{fields}");
        assert!(fields["total_amount"][0].is_string(), "{fields}");
        assert_eq!(scenario.state()["postpay"]["orders"], json!([]));
    }

    #[test]
    fn po_012_po_042_what_the_vendor_may_well_take_is_taken() {
        let mut scenario = merchant();
        let mut input = checkout();
        input["shipping"] = json!(null);
        assert_eq!(scenario.ask("POST", "/checkouts", &input).status, 200, "nothing is shipped; the sum is off");
        assert_eq!(scenario.get("/orders/order-01").get("shipping"), None);
    }
}
