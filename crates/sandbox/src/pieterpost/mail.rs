//! Letters and postcards in an order, as far as the sandbox looks at them: who receives them, which assets they name and
//! what they cost. Checkout links and direct orders have them alike (PP-120).

use edgepost_core::pieterpost::mail::{LETTER, POSTCARD};
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::read::{Group, TextAt};
use edgepost_core::schema::{Object, Slot};

use super::asset::Kind;
use super::order::{Recipient, Wanted};
use super::refusal;
use crate::answer::Refusal;

/// What things cost here, in cents. The figures agree with the vendor's examples (PP-177), but they are no price list:
/// the vendor has published none, and nobody may compute with these (T10).
pub(super) mod made_up {
    pub(super) const LETTER: i64 = 200;
    pub(super) const ATTACHMENTS_OF_A_LETTER: i64 = 50;
    pub(super) const STAMP_OF_AN_ORDER: i64 = 60;
    pub(in super::super) const POSTCARD_BY_CHECKOUT: i64 = 250;
    pub(in super::super) const POSTCARD_BY_CREDITS: i64 = 200;
}

/// The members of an order that are looked at.
pub(super) struct MailSlots {
    request_type: Slot,
    sender_email: Slot,
    external_id: Slot,
    metadata: Slot,
    stamp: Slot,
    letters: Slot,
    postcard: Slot,
}

impl MailSlots {
    pub(super) const fn of(order: &'static Object) -> Self {
        MailSlots {
            request_type: order.slot("requestType"),
            sender_email: order.slot("senderEmail"),
            external_id: order.slot("externalId"),
            metadata: order.slot("metadata"),
            stamp: order.slot("stampImageAssetId"),
            letters: order.slot("letters"),
            postcard: order.slot("postcard"),
        }
    }
}

const LETTER_RECIPIENT: Slot = LETTER.slot("recipient");
const ATTACHMENTS: Slot = LETTER.slot("attachments");
const POSTCARD_RECIPIENT: Slot = POSTCARD.slot("recipient");
const POSTCARD_RECIPIENTS: Slot = POSTCARD.slot("recipients");
const FRONT: Slot = POSTCARD.slot("frontImageAssetId");
const NAME: Slot = RECIPIENT.slot("name");
const CITY: Slot = RECIPIENT.slot("city");

/// What an order asks for. `postcard_cents` is what one postcard costs.
pub(super) fn wanted(order: &Group<'_>, slots: &MailSlots, postcard_cents: i64) -> Result<Wanted, Refusal> {
    let text = |slot| order.text(slot).map(|text| text.value().into_owned());
    let (recipients, amount_cents) = recipients(order, slots, postcard_cents);
    let metadata = Some(order.at(slots.metadata).bytes()).filter(|_| order.has(slots.metadata)).unwrap_or(b"{}");
    Ok(Wanted {
        request_type: text(slots.request_type).unwrap_or_default(),
        recipients,
        amount_cents,
        sender_email: text(slots.sender_email),
        external_id: text(slots.external_id),
        metadata: serde_json::from_slice(metadata).map_err(|_| refusal::INVALID_JSON)?,
    })
}

/// Who receives the letters or postcards, and what they cost.
fn recipients(order: &Group<'_>, slots: &MailSlots, postcard_cents: i64) -> (Vec<Recipient>, i64) {
    let mut recipients = Vec::new();
    let mut amount = 0;
    for letter in order.items(slots.letters).filter_map(|letter| letter.group()) {
        recipients.extend(letter.group(LETTER_RECIPIENT).map(|group| recipient(&group)));
        amount += made_up::LETTER;
        if letter.at(ATTACHMENTS).count() > 0 {
            amount += made_up::ATTACHMENTS_OF_A_LETTER;
        }
    }
    if order.has(slots.stamp) {
        amount += made_up::STAMP_OF_AN_ORDER;
    }
    if let Some(postcard) = order.group(slots.postcard) {
        let several = postcard.items(POSTCARD_RECIPIENTS).filter_map(|place| place.group());
        for group in postcard.group(POSTCARD_RECIPIENT).into_iter().chain(several) {
            recipients.push(recipient(&group));
            amount += postcard_cents;
        }
    }
    (recipients, amount)
}

fn recipient(group: &Group<'_>) -> Recipient {
    let text = |slot| group.text(slot).map(|text| text.value().into_owned()).unwrap_or_default();
    Recipient { name: text(NAME), city: text(CITY) }
}

/// The assets that an order names, and what they have to be (PP-043, PP-044, PP-063).
pub(super) fn assets<'o>(order: &Group<'o>, slots: &MailSlots) -> Vec<(Kind, TextAt<'o>)> {
    let letters = order.items(slots.letters).filter_map(|letter| letter.group());
    let attachments = letters.flat_map(|letter| letter.items(ATTACHMENTS)).filter_map(|id| id.text());
    let front = order.group(slots.postcard).and_then(|postcard| postcard.text(FRONT));
    let named = attachments.map(|id| (Kind::LetterAttachment, id));
    let named = named.chain(order.text(slots.stamp).map(|id| (Kind::LetterStampImage, id)));
    named.chain(front.map(|id| (Kind::PostcardImage, id))).collect()
}
