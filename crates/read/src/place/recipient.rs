//! A recipient by the country's own rules, whoever delivers.

use super::check::{Locality, check};
use super::form::required;
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::{RuleId, pl};
use crate::schema::{Keys, Object, Shape, Slot, Weight, filled, list, map, may, must, object, text};

static LINE: Shape = filled();
static VALUE: Shape = text();

/// The members are those of PieterPost's recipient; which of them are needed is the country's to say.
pub static RECIPIENT: Object = object("Recipient", "Who receives a letter or postcard, anywhere.")
    .fields(&[
        must("name", &filled(), "Full name."),
        may("streetAddress", &text(), "Street and number in one line."),
        may("street", &text(), "Street without the number; with `number`."),
        may("number", &text().or_integer(), "House number; with `street`."),
        may("extra", &text(), "A part of the town, or a second line."),
        may("postalCode", &text(), "Postal code, in the form of the country."),
        may("city", &text(), "City or town."),
        may("state", &text(), "State or province."),
        must("country", &filled(), "Country, by name or ISO code."),
        may("addressLines", &list(&LINE), "The address as printed lines, in place of the members."),
        may(
            "customFields",
            &map(&VALUE, Keys::Variables(Weight::Warning, RuleId::NONE)),
            "Values of template variables.",
        ),
        may("id", &text(), "An id of the caller's."),
    ])
    .rules(&[complete]);

const STREET_ADDRESS: Slot = RECIPIENT.slot("streetAddress");
const STREET: Slot = RECIPIENT.slot("street");
const NUMBER: Slot = RECIPIENT.slot("number");
const CITY: Slot = RECIPIENT.slot("city");
const STATE: Slot = RECIPIENT.slot("state");
const POSTAL_CODE: Slot = RECIPIENT.slot("postalCode");
const COUNTRY: Slot = RECIPIENT.slot("country");
const ADDRESS_LINES: Slot = RECIPIENT.slot("addressLines");

/// Everything that the country needs is there.
fn complete(recipient: &Group<'_>, found: &mut Findings) {
    let locality = Locality {
        country: recipient.text(COUNTRY),
        state_place: recipient.at(STATE),
        state: recipient.text(STATE),
        postal_code: recipient.text(POSTAL_CODE),
        territory_rule: RuleId::NONE,
        state_rule: pl(5),
    };
    let Some(country) = check(found, &locality) else { return };
    if recipient.has(ADDRESS_LINES) {
        return;
    }
    // What is of the wrong type was reported already.
    let is_filled = |slot: Slot| recipient.has(slot) && !recipient.text(slot).is_some_and(|text| text.is_blank());
    for letter in required(country) {
        let slot = match letter {
            b'C' => CITY,
            b'Z' => POSTAL_CODE,
            b'A' if !is_filled(STREET_ADDRESS) => match (is_filled(STREET), is_filled(NUMBER)) {
                (true, _) => NUMBER,
                (_, true) => STREET,
                _ => {
                    let issue = found.error(RuleId::NONE, Code::MissingChoice, &recipient.at(STREET_ADDRESS));
                    issue.text("needed", "streetAddress, or street and number");
                    continue;
                }
            },
            _ => continue,
        };
        if !is_filled(slot) {
            found.error(RuleId::NONE, Code::MissingMember, &recipient.at(slot));
        }
    }
}
