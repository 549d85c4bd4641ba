//! What PAYMENT-RESPONSE says.

use alloc::string::String;

use super::{LARGEST, RESPONSE};
use crate::http::{Response, header};
use crate::payment::json::decode;
use crate::payment::{Fault, Refusal};
use crate::read::check;
use crate::schema::{Mode, Object, Shape, may, must, object, text};

/// PF-093: what became of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Whether the sum has moved.
    pub success: bool,
    /// Why not. `settlement_pending` is no end: the sum may still move.
    pub reason: String,
    /// The transaction in which it has moved; empty if there is none.
    pub transaction: String,
    /// Where.
    pub network: String,
    /// Who paid.
    pub payer: String,
}

static SETTLEMENT: Object = object("SettlementResponse", "What became of a payment.")
    .fields(&[
        must("success", &Shape::Flag, "Whether the sum has moved."),
        may("errorReason", &text(), "Why not."),
        may("transaction", &text(), "In which transaction."),
        may("network", &text(), "Where."),
        may("payer", &text(), "Who paid."),
    ])
    .quiet();

/// Reads the header of a paid answer; `None` if there is none.
pub fn settlement(response: &Response) -> Option<Result<Settlement, Refusal>> {
    let written = header(&response.headers, RESPONSE)?;
    if written.len() > LARGEST {
        return Some(Err(Fault::ChallengeTooLarge.about("PAYMENT-RESPONSE")));
    }
    Some(decode(written.trim_ascii(), "PAYMENT-RESPONSE").and_then(|bytes| read(&bytes)))
}

/// It has happened, whatever it looks like: only what cannot be read at all is refused.
fn read(bytes: &[u8]) -> Result<Settlement, Refusal> {
    let reading = check(&SETTLEMENT, bytes, Mode::Answer);
    let root = reading.root();
    let Some(success) = root.flag(SETTLEMENT.slot("success")).filter(|_| reading.is_json) else {
        return Err(Fault::NotJson.about("PAYMENT-RESPONSE"));
    };
    let member = |name| SETTLEMENT.find(name).and_then(|slot| root.copy(slot)).unwrap_or_default();
    Ok(Settlement {
        success,
        reason: member("errorReason"),
        transaction: member("transaction"),
        network: member("network"),
        payer: member("payer"),
    })
}
