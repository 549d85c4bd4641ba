//! An order as PostalForm reads it: what can be said in one way only is said so before it is sent.

use alloc::string::String;
use alloc::vec::Vec;

use super::address::{MANUAL, MANUAL_ADDRESS};
use crate::csv;
use crate::json;
use crate::read::check;
use crate::schema::{Mode, Object, Shape, Slot, may, object, text};

/// Where an order's body has what is mended, in the order in which it is written.
static BODY: Object = object("PostalFormBody", "An order that is sent.")
    .fields(&[
        may("sender_address_manual", &MANUAL, "Its sender's address."),
        may("recipient_address_manual", &MANUAL, "Its recipient's address."),
        may("bulk", &Shape::Object(&LIST), "Its list."),
    ])
    .quiet();
static LIST: Object = object("PostalFormSentList", "The list of an order that is sent.")
    .fields(&[may("csv_content", &text(), "Its rows.")])
    .quiet();

const PARTIES: [Slot; 2] = [BODY.slot("sender_address_manual"), BODY.slot("recipient_address_manual")];
const STATE: Slot = MANUAL_ADDRESS.slot("state");
const BULK: Slot = BODY.slot("bulk");
const ROWS: Slot = LIST.slot("csv_content");

/// PF-041, PFB-022, PFB-030: an order whose states are in capitals, and whose list is as PostalForm reads it.
pub(super) fn mended(body: &[u8]) -> Option<Vec<u8>> {
    let reading = check(&BODY, body, Mode::Answer);
    let (order, mut sent) = (reading.root(), Vec::from(body));
    for party in PARTIES {
        if let Some(state) = order.group(party).and_then(|address| address.text(STATE)) {
            sent.get_mut(state.range())?.make_ascii_uppercase();
        }
    }
    let Some(rows) = order.group(BULK).and_then(|list| list.text(ROWS)) else { return Some(sent) };
    let (csv, place) = (csv::sent(&rows.utf8()), rows.range());
    let mut written = String::new();
    json::text(&mut written, core::str::from_utf8(&csv).ok()?);
    // The quotes are around what was there.
    let (before, behind) = (sent.get(..place.start - 1)?, sent.get(place.end + 1..)?);
    Some([before, written.as_bytes(), behind].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pf_041_pfb_022_pfb_030_what_is_mended_and_nothing_else() {
        let order = r#"{"request_id":"r","sender_address_manual":{"line1":"a","state":"Il"},"bulk":{"csv_content":"\ufeffZIP,state\n1,il\n","x":"il"}}"#;
        let sent = mended(order.replace(r"\ufeff", "\u{feff}").as_bytes()).unwrap();
        let expected = order.replace("Il", "IL").replace(r"\ufeffZIP", "zip");
        assert_eq!(core::str::from_utf8(&sent).unwrap(), expected);
        assert_eq!(mended(&sent).unwrap(), sent);
        assert_eq!(mended(br#"{"id":"il"}"#).unwrap(), br#"{"id":"il"}"#);
    }
}
