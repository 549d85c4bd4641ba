//! What a paid answer says, and what a refusal does.

use alloc::string::String;

use super::{LARGEST, RECEIPT};
use crate::http::{Response, header};
use crate::payment::json::decode;
use crate::payment::{Fault, Refusal};
use crate::read::check;
use crate::schema::{Mode, Object, may, object, text};

/// PFM-011: that it was paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// `success`; nothing else is one.
    pub status: String,
    /// How.
    pub method: String,
    /// The transaction's hash, or the provider's own id.
    pub reference: String,
    /// When, RFC 3339.
    pub timestamp: String,
}

static RECEIPT_OBJECT: Object = object("Receipt", "That it was paid.")
    .fields(&[
        may("status", &text(), "success."),
        may("method", &text(), "How."),
        may("reference", &text(), "The transaction."),
        may("timestamp", &text(), "When."),
    ])
    .quiet();

/// Reads the receipt of a paid answer; `None` if there is none, which is no refusal.
pub fn receipt(response: &Response) -> Option<Result<Receipt, Refusal>> {
    let written = header(&response.headers, RECEIPT)?;
    if written.len() > LARGEST {
        return Some(Err(Fault::ChallengeTooLarge.about("Payment-Receipt")));
    }
    Some(decode(written.trim_ascii(), "Payment-Receipt").and_then(|bytes| read(&bytes)))
}

fn read(bytes: &[u8]) -> Result<Receipt, Refusal> {
    let reading = check(&RECEIPT_OBJECT, bytes, Mode::Answer);
    let root = reading.root();
    let member = |name| RECEIPT_OBJECT.find(name).and_then(|slot| root.copy(slot)).unwrap_or_default();
    let status = member("status");
    if !reading.is_json || status.is_empty() {
        return Err(Fault::NotJson.about("Payment-Receipt"));
    }
    Ok(Receipt { status, method: member("method"), reference: member("reference"), timestamp: member("timestamp") })
}

/// Why a credential was not taken (RFC 9457).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The last piece of its type: `payment-expired`, `verification-failed` ...; else its code.
    pub kind: String,
    /// The same for people.
    pub detail: String,
}

static PROBLEM: Object = object("Problem", "Why not.")
    .fields(&[
        may("type", &text(), "What kind."),
        may("code", &text(), "What kind."),
        may("detail", &text(), "For people."),
        may("message", &text(), "For people."),
    ])
    .quiet();

/// Reads the body of a refusal; empty where it is none.
pub fn problem(body: &[u8]) -> Problem {
    let reading = check(&PROBLEM, body, Mode::Answer);
    let root = reading.root();
    let member = |name| PROBLEM.find(name).and_then(|slot| root.copy(slot)).unwrap_or_default();
    let (full, code) = (member("type"), member("code"));
    let start = full.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1);
    let last = full.get(start..).unwrap_or_default();
    let kind = if last.is_empty() || last == "about:blank" { code } else { String::from(last) };
    let detail = member("detail");
    Problem { kind, detail: if detail.is_empty() { member("message") } else { detail } }
}
