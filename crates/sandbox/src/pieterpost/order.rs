//! An order and its life. Where it stands is not stored: it follows from what the payer did when, and the time.

use serde::Serialize;
use serde_json::value::RawValue;

use super::create::{Sent, SentState};
use super::wallet::{Currency, WalletView};
use crate::date::{DAY, rfc3339};
use crate::mode::Mode;

/// Example of PP-115: a payment page stays open for a day, in milliseconds.
const OPEN_FOR: u64 = DAY;

/// An order.
pub(super) struct Order {
    pub(super) id: String,
    /// A second id.
    pub(super) reference: String,
    pub(super) created_ms: u64,
    pub(super) billing: Billing,
    /// What the payer did. A direct order is paid from the beginning.
    pub(super) decision: Option<Decision>,
    pub(super) wanted: Wanted,
    pub(super) sent: Sent,
}

/// How an order is paid.
pub(super) enum Billing {
    /// On a page that a payer opens.
    HostedCheckout { url: String, return_url: Option<String> },
    /// From the wallet of its account.
    Credits,
}

/// What was ordered, as far as anybody asks for it later.
pub(super) struct Wanted {
    /// `letter` or `postcard`.
    pub(super) request_type: String,
    pub(super) recipients: Vec<Recipient>,
    pub(super) amount_cents: i64,
    pub(super) sender_email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) metadata: Box<RawValue>,
}

/// Who receives something, as the payer is shown it.
pub(super) struct Recipient {
    pub(super) name: String,
    pub(super) city: String,
}

/// What the payer did, and when.
pub(super) enum Decision {
    Paid { at_ms: u64, reference: String },
    Cancelled { at_ms: u64 },
}

/// The states of an order (PP-160, PP-161, PP-162).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    CheckoutOpen,
    Paid,
    Queued,
    Fulfilled,
    Cancelled,
    Expired,
}

/// An order as it is answered: every member of PP-140, in the vendor's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderView<'o> {
    amount_cents: i64,
    billing_mode: &'static str,
    checkout_url: Option<&'o str>,
    created_at: String,
    currency: Currency,
    error: Option<&'static str>,
    expires_at: Option<String>,
    external_id: Option<&'o str>,
    fulfilled_at: Option<String>,
    metadata: &'o RawValue,
    order_id: &'o str,
    order_ref: &'o str,
    paid_at: Option<String>,
    payment_reference: Option<&'o str>,
    recipient_count: usize,
    request_type: &'o str,
    sender_email: Option<&'o str>,
    status: Status,
    test_mode: bool,
    updated_at: String,
    /// PP-131: of a direct order only.
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet: Option<WalletView>,
}

/// An order as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderState<'o> {
    #[serde(flatten)]
    sent: SentState<'o>,
    /// What a look at the order answers now.
    order: OrderView<'o>,
}

impl Order {
    /// Where the order stands, and since when.
    pub(super) fn status(&self, now_ms: u64, step_ms: u64) -> (Status, u64) {
        let expires_ms = self.expires_ms();
        match self.decision {
            None if now_ms < expires_ms => (Status::CheckoutOpen, self.created_ms),
            None => (Status::Expired, expires_ms),
            Some(Decision::Cancelled { at_ms }) => (Status::Cancelled, at_ms),
            Some(Decision::Paid { at_ms, .. }) => {
                let queued_ms = at_ms.saturating_add(step_ms);
                let fulfilled_ms = queued_ms.saturating_add(step_ms);
                if now_ms >= fulfilled_ms {
                    (Status::Fulfilled, fulfilled_ms)
                } else if now_ms >= queued_ms {
                    (Status::Queued, queued_ms)
                } else {
                    (Status::Paid, at_ms)
                }
            }
        }
    }

    /// Where a payer goes back to.
    pub(super) fn return_url(&self) -> Option<&str> {
        match &self.billing {
            Billing::HostedCheckout { return_url, .. } => return_url.as_deref(),
            Billing::Credits => None,
        }
    }

    /// The order as it is answered; `wallet` is the one that it was paid from.
    pub(super) fn view(&self, now_ms: u64, step_ms: u64, wallet: Option<WalletView>) -> OrderView<'_> {
        let (status, since_ms) = self.status(now_ms, step_ms);
        let paid = match &self.decision {
            Some(Decision::Paid { at_ms, reference }) => Some((rfc3339(*at_ms), reference.as_str())),
            _ => None,
        };
        let (paid_at, payment_reference) = paid.unzip();
        let (billing_mode, checkout_url, expires_ms) = match &self.billing {
            Billing::HostedCheckout { url, .. } => ("hosted_checkout", Some(url.as_str()), Some(self.expires_ms())),
            Billing::Credits => ("credits", None, None),
        };
        let wanted = &self.wanted;
        OrderView {
            amount_cents: wanted.amount_cents,
            billing_mode,
            // PP-164: of use while it is open only.
            checkout_url: checkout_url.filter(|_| status == Status::CheckoutOpen),
            created_at: rfc3339(self.created_ms),
            currency: Currency::Eur,
            error: None,
            expires_at: expires_ms.map(rfc3339),
            external_id: wanted.external_id.as_deref(),
            fulfilled_at: (status == Status::Fulfilled).then(|| rfc3339(since_ms)),
            metadata: &wanted.metadata,
            order_id: &self.id,
            order_ref: &self.reference,
            paid_at,
            payment_reference,
            recipient_count: wanted.recipients.len(),
            request_type: &wanted.request_type,
            sender_email: wanted.sender_email.as_deref(),
            status,
            test_mode: self.sent.caller.mode == Mode::Test,
            updated_at: rfc3339(since_ms),
            wallet,
        }
    }

    pub(super) fn state(&self, now_ms: u64, step_ms: u64, wallet: Option<WalletView>) -> OrderState<'_> {
        OrderState { sent: self.sent.state(), order: self.view(now_ms, step_ms, wallet) }
    }

    fn expires_ms(&self) -> u64 {
        self.created_ms.saturating_add(OPEN_FOR)
    }
}

impl Status {
    /// For people.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Status::CheckoutOpen => "This order waits for its payment.",
            Status::Paid => "This order is paid.",
            Status::Queued => "This order is paid, and waits to be handed to the mail.",
            Status::Fulfilled => "This order is paid, and was handed to the mail.",
            Status::Cancelled => "This order was cancelled.",
            Status::Expired => "This order was not paid in time, and has expired.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{START, Scenario, letter, read};
    use edgepost_core::pieterpost::order::{DONE, STATUSES};
    use serde_json::{Value, json};

    fn look(scenario: &mut Scenario, id: &str) -> Value {
        let path = format!("/pieterpost/v1/orders/{id}");
        read(&scenario.send("GET", &path, b""))
    }

    #[test]
    fn pp_160_the_states_are_the_vendors() {
        for (status, done) in [
            (Status::CheckoutOpen, false),
            (Status::Paid, false),
            (Status::Queued, false),
            (Status::Fulfilled, true),
            (Status::Cancelled, true),
            (Status::Expired, true),
        ] {
            let name = serde_json::to_value(status).unwrap();
            assert!(STATUSES.iter().any(|known| name == *known), "{name}");
            assert_eq!(DONE.values.iter().any(|known| name == *known), done, "PP-163: {name}");
        }
    }

    #[test]
    fn pp_161_pp_164_a_paid_order_goes_its_way_step_by_step() {
        let mut scenario = Scenario::new();
        let id = scenario.order();
        let open = look(&mut scenario, &id);
        assert!(open["checkoutUrl"].is_string() && open["paidAt"].is_null());
        scenario.now_ms = START + 5_000;
        scenario.submit(&id, "action=pay");
        for (later, status, updated, fulfilled) in [
            (0, "paid", "10:00:05.000", None),
            (999, "paid", "10:00:05.000", None),
            (1_000, "queued", "10:00:06.000", None),
            (1_999, "queued", "10:00:06.000", None),
            (2_000, "fulfilled", "10:00:07.000", Some("2026-04-21T10:00:07.000Z")),
            (999_999_999, "fulfilled", "10:00:07.000", Some("2026-04-21T10:00:07.000Z")),
        ] {
            scenario.now_ms = START + 5_000 + later;
            let order = look(&mut scenario, &id);
            assert_eq!(order["status"], status, "{later}");
            assert_eq!(order["updatedAt"], format!("2026-04-21T{updated}Z"), "{later}");
            assert_eq!(order["paidAt"], "2026-04-21T10:00:05.000Z");
            assert_eq!(order["fulfilledAt"], json!(fulfilled));
            assert_eq!(order["checkoutUrl"], Value::Null);
            assert_eq!(order["createdAt"], open["createdAt"]);
            assert!(order["paymentReference"].as_str().unwrap().starts_with("sandbox:pay_"));
        }
    }

    #[test]
    fn steps_can_be_set() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"stepMs":0}}"#);
        let id = scenario.order();
        scenario.submit(&id, "action=pay");
        assert_eq!(scenario.status(&id), "fulfilled");
    }

    #[test]
    fn pp_161_an_order_is_cancelled_or_expires() {
        let mut scenario = Scenario::new();
        let (cancelled, expired) = (scenario.order(), scenario.order());
        scenario.now_ms = START + 1;
        scenario.submit(&cancelled, "action=cancel");
        scenario.now_ms = START + 86_399_999;
        assert_eq!(scenario.status(&expired), "checkout_open");
        scenario.now_ms = START + 86_400_000;
        for (id, status, updated) in
            [(cancelled, "cancelled", "2026-04-21T10:00:00.001Z"), (expired, "expired", "2026-04-22T10:00:00.000Z")]
        {
            let order = look(&mut scenario, &id);
            assert_eq!((&order["status"], &order["updatedAt"]), (&json!(status), &json!(updated)));
            for member in ["checkoutUrl", "paidAt", "fulfilledAt", "paymentReference"] {
                assert!(order[member].is_null(), "{member}");
            }
        }
    }

    #[test]
    fn pp_140_what_the_caller_gave_comes_back() {
        let mut scenario = Scenario::new();
        let plain = read(&scenario.create(&letter()));
        assert_eq!((&plain["metadata"], &plain["externalId"]), (&json!({}), &Value::Null));
        let mut input = letter();
        input["metadata"] = json!({"cart": 7, "é": "ü"});
        input["externalId"] = json!("\"quoted\"");
        let own = read(&scenario.create(&input));
        assert_eq!((&own["metadata"], &own["externalId"]), (&input["metadata"], &input["externalId"]));
    }
}
