//! Who receives a letter or postcard.
//! <https://pieterpost.com/api/docs/> "Recipients and payloads", read 2026-11-21.

use crate::place::{self, Locality};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Keys, Object, Shape, Slot, Weight, filled, list, map, may, must, object, text};

/// A line of an address. Another public source caps it at 140 characters; the vendor names no limit.
const LINE: Shape = text().advised(0, 140, pp(28));
const REQUIRED_LINE: Shape = filled().advised(0, 140, pp(28));
static ADDRESS_LINE: Shape = REQUIRED_LINE;
static VALUE: Shape = text();

/// The same for letters and postcards (PP-027).
pub static RECIPIENT: Object = object("Recipient", "Who receives the letter or postcard.")
    .fields(&[
        must("name", &REQUIRED_LINE, "Full name. Its first word is the template variable first_name.").rule(pp(20)),
        may("streetAddress", &LINE, "Street and number in one line.").rule(pp(21)).omit_empty(),
        may("street", &LINE, "Street without the number; with `number`.").rule(pp(21)).omit_empty(),
        may("number", &LINE.or_integer(), "House number; with `street`.").rule(pp(23)).omit_empty(),
        may("extra", &LINE, "Second line of the address: department, floor.").rule(pp(24)).omit_empty(),
        must("postalCode", &REQUIRED_LINE, "Postal code, in the form of the country.").rule(pp(20)),
        must("city", &REQUIRED_LINE, "City or town.").rule(pp(20)),
        may("state", &LINE, "State or province; needed in the United States.").rule(pp(24)).omit_empty(),
        must("country", &filled().advised(2, 140, pp(28)), "Country, by English name or ISO code.").rule(pp(20)),
        may("addressLines", &list(&ADDRESS_LINE).advised(1, 4, pp(28)), "The address as printed lines.").rule(pp(24)),
        may("customFields", &map(&VALUE, Keys::Variables(Weight::Warning, pp(74))), "Values of template variables.")
            .rule(pp(32)),
        may("id", &text(), "The id of a contact; passed on.").rule(pp(24)),
    ])
    .any_of(&[&["streetAddress"], &["street", "number"]], pp(21))
    .stand_in("addressLines", &["postalCode", "city", "country"])
    .rules(&[street, address_lines, locality])
    .unknown(pp(31));

pub(crate) const NAME: Slot = RECIPIENT.slot("name");
pub(crate) const COUNTRY: Slot = RECIPIENT.slot("country");
pub(super) const CUSTOM_FIELDS: Slot = RECIPIENT.slot("customFields");
const STREET_ADDRESS: Slot = RECIPIENT.slot("streetAddress");
const STREET: Slot = RECIPIENT.slot("street");
const NUMBER: Slot = RECIPIENT.slot("number");
const ADDRESS_LINES: Slot = RECIPIENT.slot("addressLines");
const STATE: Slot = RECIPIENT.slot("state");
const POSTAL_CODE: Slot = RECIPIENT.slot("postalCode");

/// PP-022: both ways to write a street are taken, and `streetAddress` wins.
fn street(recipient: &Group<'_>, found: &mut Findings) {
    if recipient.has(STREET_ADDRESS) && (recipient.has(STREET) || recipient.has(NUMBER)) {
        let place = recipient.at(if recipient.has(STREET) { STREET } else { NUMBER });
        found.warning(pp(22), Code::RedundantStreet, &place).fix_remove();
    }
}

/// PP-026: printed lines stand in for the structured members in a preview only.
fn address_lines(recipient: &Group<'_>, found: &mut Findings) {
    let structured = recipient.has(POSTAL_CODE) && (recipient.has(STREET_ADDRESS) || recipient.has(STREET));
    if recipient.has(ADDRESS_LINES) && !structured {
        found.warning(pp(26), Code::UnstructuredAddress, &recipient.at(ADDRESS_LINES));
    }
}

/// PP-025, PP-030: what the country demands.
fn locality(recipient: &Group<'_>, found: &mut Findings) {
    let locality = Locality {
        country: recipient.text(COUNTRY),
        state_place: recipient.at(STATE),
        state: recipient.text(STATE),
        postal_code: recipient.text(POSTAL_CODE),
        territory_rule: pp(30),
        state_rule: pp(25),
    };
    place::check(found, &locality);
}
