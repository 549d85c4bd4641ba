//! PP-010: what a provider answers is of the mode of the key that was used.

use crate::operation::Sent;
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Slot, Weight};

/// Holds a `testMode` member against the key's kind.
pub(super) fn by_flag(sent: &Sent<'_>, answer: &Group<'_>, slot: Slot, found: &mut Findings) {
    agrees(sent, answer, slot, answer.flag(slot), found);
}

/// Holds a `mode` member, `test` or `live`, against the key's kind.
pub(super) fn by_name(sent: &Sent<'_>, answer: &Group<'_>, slot: Slot, found: &mut Findings) {
    agrees(sent, answer, slot, answer.text(slot).map(|mode| mode.is("test")), found);
}

fn agrees(sent: &Sent<'_>, answer: &Group<'_>, slot: Slot, answered: Option<bool>, found: &mut Findings) {
    if let (Some(sent), Some(answered)) = (sent.test_mode, answered)
        && sent != answered
    {
        let issue = found.weigh(Weight::Error, pp(10), Code::ModeMismatch, answer.at(slot).path());
        issue.text("actual", if answered { "test" } else { "live" });
    }
}
