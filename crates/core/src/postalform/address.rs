//! Addresses: found by Loqate, or written out. <https://postalform.com/agents> "Address strategy", read 2026-11-21.

use crate::place;
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pf;
use crate::schema::{Case, Misplaced, Object, Shape, Slot, filled, may, must, object, one_of, text};

/// PF-030: how an address is given.
pub(super) const TYPE: Shape = one_of(&["Address", "Manual"]);
/// PF-013: another interface of the vendor's takes no longer names.
pub(super) const NAME: Shape = filled().advised(0, 32, pf(13));
/// PF-031.
pub(super) const ID: Shape = text();
/// PF-031, PF-013.
pub(super) const TEXT: Shape = text().advised(0, 2_000, pf(13));
pub(super) const MANUAL: Shape = Shape::Object(&MANUAL_ADDRESS);

/// PF-040.
pub static MANUAL_ADDRESS: Object = object("PostalFormManualAddress", "An address in the United States, written out.")
    .fields(&[
        must("line1", &filled().advised(0, 256, pf(13)), "Street and number.").rule(pf(40)),
        may("line2", &text().advised(0, 256, pf(13)), "Apartment, suite, floor.").rule(pf(43)).omit_empty(),
        must("city", &filled().advised(0, 128, pf(13)), "City.").rule(pf(40)),
        must("state", &filled(), "The state's two capital letters.").rule(pf(41)),
        must("zip", &filled(), "ZIP code, five digits or nine: 62701 or 62701-1234.").rule(pf(42)),
    ])
    .rules(&[codes])
    .exactly(pf(14));

const STATE: Slot = MANUAL_ADDRESS.slot("state");
const ZIP: Slot = MANUAL_ADDRESS.slot("zip");

/// PF-041, PF-042, PF-045.
fn codes(address: &Group<'_>, found: &mut Findings) {
    // Small letters are sent as capitals.
    place::united_states(found, &address.at(STATE), &address.at(ZIP), [pf(41), pf(42)], true);
}

/// The members of an order that say where one party is.
pub(super) struct Party {
    kind: Slot,
    id: Slot,
}

impl Party {
    pub(super) const fn of(order: &'static Object, kind: &str, id: &str) -> Self {
        Party { kind: order.slot(kind), id: order.slot(id) }
    }

    /// What no table says of a party's address.
    #[inline(never)]
    pub(super) fn check(&self, order: &Group<'_>, found: &mut Findings) {
        // PF-034
        if order.text(self.kind).is_some_and(|kind| kind.is("Container"))
            && let Some(issue) = found.said_of(&order.at(self.kind))
        {
            issue.rule = pf(34);
            issue.hint(
                "It is a building: call search_addresses with its id as container, and take what is of type Address.",
            );
        }
        // PF-035
        if let Some(id) = order.text(self.id).filter(|id| !id.is_blank() && !id.utf8().starts_with(b"US|")) {
            found.error(pf(35), Code::InvalidAddressId, &id.place()).text("actual", &id.value());
        }
    }
}

/// PF-031, PF-032, PF-033: what each way of giving an address needs, and what it excludes.
pub(super) static SENDER_CASES: [Case; 2] = cases(
    &[("sender_address_id", pf(31)), ("sender_address_text", pf(31))],
    &[Misplaced { name: "sender_address_manual", belongs: "", rule: pf(33) }],
    &[("sender_address_manual", pf(32))],
    &[Misplaced { name: "sender_address_id", belongs: "", rule: pf(33) }],
);
pub(super) static RECIPIENT_CASES: [Case; 2] = cases(
    &[("recipient_address_id", pf(31)), ("recipient_address_text", pf(31))],
    &[Misplaced { name: "recipient_address_manual", belongs: "", rule: pf(33) }],
    &[("recipient_address_manual", pf(32))],
    &[Misplaced { name: "recipient_address_id", belongs: "", rule: pf(33) }],
);

type Needs = &'static [(&'static str, crate::rule::RuleId)];
type Excludes = &'static [Misplaced];

const fn cases(found: Needs, not_written: Excludes, written: Needs, not_found: Excludes) -> [Case; 2] {
    [
        Case { value: "Address", needs: found, excludes: not_written },
        Case { value: "Manual", needs: written, excludes: not_found },
    ]
}
