//! `POST /api/machine/orders/validate`, and the same for MPP.

use edgepost_core::csv;
use edgepost_core::digest;
use edgepost_core::operation::Operation;
use edgepost_core::postalform::{VALIDATE_ORDER, VALIDATE_ORDER_MPP};
use edgepost_core::prepare::validate;
use edgepost_core::report::{Code, Issue, Severity};
use edgepost_core::schema::Mode;
use serde_json::{Value, json};

use super::order::guidelines;
use super::{PostalForm, refusal, worked};
use crate::answer::{Answer, Refusal, json as answer};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &VALIDATE_ORDER,
    run: |sandbox, call| worked(sandbox, call, |provider, call| quoted(provider, call, &VALIDATE_ORDER)),
    refusals: &[&refusal::COMMON, &refusal::SENDING],
    refuse: refusal::response,
};

pub(super) static ENDPOINT_MPP: Endpoint = Endpoint {
    operation: &VALIDATE_ORDER_MPP,
    run: |sandbox, call| worked(sandbox, call, |provider, call| quoted(provider, call, &VALIDATE_ORDER_MPP)),
    refusals: &[&refusal::COMMON, &refusal::SENDING],
    refuse: refusal::response,
};

/// An order that is what it has to be.
pub(super) struct Wanted {
    pub(super) request_id: String,
    pub(super) order: Value,
    /// The digest of the bytes.
    pub(super) digest: [u8; 32],
    /// The digest of what it is without its `request_id`.
    pub(super) content: [u8; 32],
    /// Of a postcard, in inches.
    pub(super) postcard_size: Option<String>,
    /// How many rows its list has, where it has one.
    pub(super) rows: Option<u64>,
}

impl Wanted {
    fn text(&self, path: &str) -> Option<&str> {
        self.order.pointer(path).and_then(Value::as_str)
    }

    /// What its letters are made from, where it has a list.
    fn content_mode(&self) -> Option<&str> {
        self.text("/bulk/content_mode")
    }

    /// What stands for its PDF; nothing where that is elsewhere, or where each row's letter is made from a template (PFB-005).
    pub(super) fn upload_token(&self) -> Option<&str> {
        let is_printed = self.content_mode().is_none_or(|mode| mode == "pdf");
        self.text("/pdf/upload_token").filter(|_| is_printed)
    }
}

/// Whether the provider does not take something, also where it would be mended before it is sent from here (PF-041, PF-044,
/// PFB-022, PFB-030).
fn is_refused(issue: &Issue) -> bool {
    let is_mended =
        matches!(issue.code, Code::NullMember | Code::ByteOrderMark | Code::HeaderNormalised | Code::UnusualForm);
    issue.severity == Severity::Error || is_mended
}

/// How many rows a list has.
fn rows(csv: &str) -> u64 {
    let options = csv::Options { rows: csv::Rows::PostalForm, ..csv::Options::default() };
    csv::recipients(csv.as_bytes(), options).rows.len() as u64
}

/// Reads an order, against the tables of the core.
pub(super) fn wanted(body: &[u8], operation: &'static Operation) -> Result<Wanted, Refusal> {
    let mut order: Value = serde_json::from_slice(body).unwrap_or_default();
    if order.is_object() && order.get("buyer_email").is_none_or(|email| email.as_str() == Some("")) {
        return Err(refusal::MISSING_EMAIL);
    }
    let report = validate(operation, body, Mode::Strict);
    let errors = report.issues.iter().filter(|issue| is_refused(issue));
    let fields: Vec<(String, String)> = errors.map(|issue| (issue.path.clone(), issue.message())).collect();
    let Some(members) = order.as_object_mut().filter(|_| fields.is_empty()) else {
        return Err(Refusal { fields, ..refusal::INVALID });
    };
    let request_id = members.remove("request_id").unwrap_or_default();
    let content = digest::sha256(serde_json::to_string(members).unwrap_or_default().as_bytes());
    let request_id = request_id.as_str().unwrap_or_default().to_owned();
    let text = |path: &str| order.pointer(path).and_then(Value::as_str);
    let is_postcard = text("/mailpiece_type") == Some("postcard");
    let postcard_size = text("/postcard_size").filter(|_| is_postcard).map(str::to_owned);
    let rows = text("/bulk/csv_content").map(rows);
    Ok(Wanted { request_id, digest: digest::sha256(body), content, order, postcard_size, rows })
}

fn quoted(provider: &mut PostalForm, call: &Call<'_>, operation: &'static Operation) -> Result<Answer, Refusal> {
    let wanted = wanted(call.body(), operation)?;
    let known = provider.find(&wanted.request_id);
    if known.as_ref().is_some_and(|order| !order.requests.contains(&(wanted.request_id.clone(), wanted.digest))) {
        return Err(refusal::MISMATCH);
    }
    let order_id = known.map(|order| order.id.clone());
    let quote = provider.quote(&wanted, order_id.as_deref(), call.now_ms)?;
    let hash: String = wanted.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut view = json!({
        "request_id": wanted.request_id,
        "request_hash": hash,
        "order_id": order_id,
        "status": if order_id.is_some() { "validated_existing_order" } else { "validated_new_order" },
        "postcard_guidelines_url": wanted.postcard_size.as_deref().map(guidelines),
        "quote": {
            "price_usd": quote.dollars(), "full_price_usd": quote.dollars(), "currency": "usd",
            "page_count": quote.page_count, "billable_page_count": quote.page_count,
        },
    });
    if let (true, Some(view)) = (std::ptr::eq(operation, &VALIDATE_ORDER_MPP), view.as_object_mut()) {
        view.insert("protocol".into(), "mpp".into());
        // PFM-002: the quote's name of the method is not the challenge's.
        view.insert("methods".into(), json!(["tempo", "stripe_spt"]));
    }
    if let (Some(rows), Some(view)) = (wanted.rows, view.as_object_mut()) {
        view.insert("bulk".into(), json!({ "recipient_count": rows, "content_mode": wanted.content_mode() }));
    }
    Ok(Answer { response: answer(200, &view), outcome: "quoted" })
}
