//! Addresses. <https://docs.postpay.io/v1/> "Address", read 2026-11-21.

use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::po;
use crate::schema::{Format, Object, Shape, Slot, filled, formatted, may, must, object, text};

/// The shape of an address.
pub(super) const ADDRESS_SHAPE: Shape = Shape::Object(&ADDRESS);

/// PO-020.
pub static ADDRESS: Object = object("PostpayAddress", "An address of a payer.")
    .fields(&[
        must("first_name", &filled(), "First name.").rule(po(20)),
        must("last_name", &filled(), "Last name.").rule(po(20)),
        may("phone", &text(), "Phone number.").rule(po(20)),
        may("alt_phone", &text(), "Another phone number.").rule(po(20)),
        must("line1", &filled(), "Street address.").rule(po(20)),
        may("line2", &text(), "Apartment, suite, floor.").rule(po(20)),
        must("city", &filled(), "City.").rule(po(20)),
        may("state", &text(), "State or region.").rule(po(20)),
        must("country", &formatted(Format::Country), "ISO 3166-1, two capital letters.").rule(po(20)),
        must("postal_code", &text(), "Postal code; 00000 where a country has none.").rule(po(21)),
    ])
    .rules(&[postal_code]);

const POSTAL_CODE: Slot = ADDRESS.slot("postal_code");

/// PO-021: some countries have none, and the vendor wants one all the same.
fn postal_code(address: &Group<'_>, found: &mut Findings) {
    if address.text(POSTAL_CODE).is_some_and(|code| code.is_blank()) {
        let issue = found.warning(po(21), Code::Blank, &address.at(POSTAL_CODE));
        issue.hint("Write 00000 where the country has none.").fix_text("00000");
    }
}
