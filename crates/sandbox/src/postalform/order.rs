//! An order, from a draft to the mail that says that it is done.

use edgepost_core::date::rfc3339;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::quote::Quote;
use super::{HOST, Options, Protocol, Settlement};

/// An order.
pub(super) struct Order {
    pub(super) id: String,
    /// PF-075: every `request_id` under which it was asked for, with the digest of the bytes.
    pub(super) requests: Vec<(String, [u8; 32])>,
    /// What it is without its `request_id`.
    pub(super) content: [u8; 32],
    pub(super) protocol: Protocol,
    pub(super) quote: Quote,
    /// Of a postcard, in inches.
    pub(super) postcard_size: Option<String>,
    /// How many rows its list has, where it has one.
    pub(super) rows: Option<u64>,
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
    recipient_count: u64,
    status: &'static str,
    is_paid: bool,
    current_step: &'static str,
}

/// PF-058: where the provider says how a postcard's PDF has to be.
pub(super) fn guidelines(postcard_size: &str) -> String {
    let size = match postcard_size {
        "4x6" => "6inx4in",
        "6x9" => "9inx6in",
        _ => "11inx6in",
    };
    format!("https://{HOST}/postcard-guidelines/us_intl_postcard_{size}.pdf")
}

impl Order {
    /// PF-073, PF-081: what it is, in every answer about it; of a list also the page of its campaign (PFB-009), whose address
    /// is the sandbox's choice.
    pub(super) fn described(&self) -> Map<String, Value> {
        let (id, postcard_size) = (&self.id, &self.postcard_size);
        let mut told = Map::new();
        told.insert("order_id".into(), id.as_str().into());
        told.insert("request_id".into(), self.requests.first().map_or("", |(id, _)| id).into());
        let mailpiece_type = if postcard_size.is_some() { "postcard" } else { "letter" };
        told.insert("mailpiece_type".into(), mailpiece_type.into());
        told.insert("postcard_size".into(), postcard_size.clone().into());
        if self.rows.is_some() {
            told.insert("campaign_url".into(), format!("https://{HOST}/campaigns/{id}").into());
        }
        told
    }

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
            recipient_count: self.rows.unwrap_or(1),
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
            true => format!("https://{HOST}/order/complete?order_id={request}"),
            false => "Order URL will be returned once payment is settled.".to_owned(),
        };
        let mut view = self.described();
        view.insert("is_paid".into(), is_paid.into());
        view.insert("payment_status".into(), if is_paid { "paid" } else { "unpaid" }.into());
        view.insert("status".into(), status.into());
        view.insert("current_step".into(), current_step.into());
        view.insert("price_usd".into(), self.quote.dollars().into());
        view.insert("page_count".into(), self.quote.page_count.into());
        view.insert("order_complete_url".into(), url.into());
        let Some(paid) = self.noticed(options, now_ms) else { return view.into() };
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
        view.into()
    }
}
