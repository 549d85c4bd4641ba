//! An order, from a draft to the mail that says that it is done.

use edgepost_core::date::rfc3339;
use serde::Serialize;
use serde_json::{Value, json};

use super::quote::Quote;
use super::{Options, Protocol, Settlement};

/// An order.
pub(super) struct Order {
    pub(super) id: String,
    /// PF-075: every `request_id` under which it was asked for, with the digest of the bytes.
    pub(super) requests: Vec<(String, [u8; 32])>,
    /// What it is without its `request_id`.
    pub(super) content: [u8; 32],
    pub(super) protocol: Protocol,
    pub(super) quote: Quote,
    pub(super) mailpiece_type: String,
    /// The addresses that challenges named, the last one last.
    pub(super) pay_to: Vec<String>,
    pub(super) created_ms: u64,
    /// The first payment.
    pub(super) paid: Option<Settlement>,
}

/// What the state tells of an order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderState<'o> {
    order_id: &'o str,
    request_ids: Vec<&'o str>,
    protocol: Protocol,
    cents: u64,
    status: &'static str,
    is_paid: bool,
    current_step: &'static str,
}

impl Order {
    pub(super) fn is_called(&self, id: &str) -> bool {
        self.id == id || self.requests.iter().any(|(request, _)| request == id)
    }

    /// The payment, as far as the provider has noticed it.
    pub(super) fn noticed(&self, options: &Options, now_ms: u64) -> Option<&Settlement> {
        self.paid.as_ref().filter(|paid| now_ms >= paid.settled_ms.saturating_add(options.notice_ms))
    }

    /// Status, whether it is paid, and the step that it is at.
    fn stands(&self, options: &Options, now_ms: u64) -> (&'static str, bool, &'static str) {
        let Some(paid) = self.noticed(options, now_ms) else { return ("payment_required", false, "checkout") };
        let since = now_ms.saturating_sub(paid.settled_ms.saturating_add(options.notice_ms));
        if since < options.webhook_ms {
            return ("settled_pending_webhook", false, "payment_processing");
        }
        let step = if since < options.webhook_ms.saturating_add(options.step_ms) {
            "payment_processing"
        } else {
            "email_sent"
        };
        ("paid", true, step)
    }

    pub(super) fn state(&self, options: &Options, now_ms: u64) -> OrderState<'_> {
        let (status, is_paid, current_step) = self.stands(options, now_ms);
        OrderState {
            order_id: &self.id,
            request_ids: self.requests.iter().map(|(id, _)| id.as_str()).collect(),
            protocol: self.protocol,
            cents: self.quote.cents,
            status,
            is_paid,
            current_step,
        }
    }

    /// PF-081, PF-082: what is told of it.
    pub(super) fn view(&self, options: &Options, now_ms: u64) -> Value {
        let (status, is_paid, current_step) = self.stands(options, now_ms);
        let request = self.requests.first().map_or("", |(id, _)| id);
        let url = match is_paid {
            true => format!("https://postalform.com/order/complete?order_id={request}"),
            false => "Order URL will be returned once payment is settled.".to_owned(),
        };
        let mut view = json!({
            "order_id": self.id,
            "request_id": request,
            "is_paid": is_paid,
            "payment_status": if is_paid { "paid" } else { "unpaid" },
            "status": status,
            "current_step": current_step,
            "mailpiece_type": self.mailpiece_type,
            "price_usd": self.quote.dollars(),
            "page_count": self.quote.page_count,
            "order_complete_url": url,
        });
        let (Some(paid), Some(view)) = (self.noticed(options, now_ms), view.as_object_mut()) else { return view };
        let settled_at = rfc3339(paid.settled_ms);
        if paid.protocol == Protocol::X402 {
            let x402 = json!({
                "network": paid.network, "pay_to": paid.pay_to, "settlement_tx": paid.reference, "settled_at": settled_at,
            });
            view.insert("x402".into(), x402);
        }
        let payment = json!({
            "protocol": paid.protocol, "method": if paid.protocol == Protocol::X402 { "usdc" } else { &paid.network },
            "network": paid.network, "recipient": paid.pay_to, "settlement_reference": paid.reference,
            "settled_at": settled_at,
        });
        view.insert("machine_payment".into(), payment);
        view.clone().into()
    }
}
