//! `POST /v1/checkout-links`

use std::borrow::Cow;

use edgepost_core::digest;
use edgepost_core::http::{header, media_type};
use edgepost_core::pieterpost::CREATE_CHECKOUT_LINK;
use edgepost_core::pieterpost::create_checkout_link::CHECKOUT;
use edgepost_core::pieterpost::mail::{LETTER, POSTCARD};
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::prepare::LONGEST_KEY;
use edgepost_core::read::{Group, Reading, check};
use edgepost_core::report::{Issue, Severity};
use edgepost_core::schema::{Mode, Slot};

use super::order::{Order, Recipient, Wanted};
use super::{PieterPost, admitted, page, refusal};
use crate::answer::{Answer, Refusal, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_CHECKOUT_LINK,
    run: |sandbox, call| admitted(sandbox, call, create),
    refusals: &[&refusal::COMMON, &refusal::CREATING],
    refuse: refusal::response,
};

const REQUEST_TYPE: Slot = CHECKOUT.slot("requestType");
const SENDER_EMAIL: Slot = CHECKOUT.slot("senderEmail");
const RETURN_URL: Slot = CHECKOUT.slot("returnUrl");
const EXTERNAL_ID: Slot = CHECKOUT.slot("externalId");
const METADATA: Slot = CHECKOUT.slot("metadata");
const STAMP: Slot = CHECKOUT.slot("stampImageAssetId");
const LETTERS: Slot = CHECKOUT.slot("letters");
const POSTCARD_ORDER: Slot = CHECKOUT.slot("postcard");
const LETTER_RECIPIENT: Slot = LETTER.slot("recipient");
const ATTACHMENTS: Slot = LETTER.slot("attachments");
const POSTCARD_RECIPIENT: Slot = POSTCARD.slot("recipient");
const POSTCARD_RECIPIENTS: Slot = POSTCARD.slot("recipients");
const NAME: Slot = RECIPIENT.slot("name");
const CITY: Slot = RECIPIENT.slot("city");

/// What things cost here, in cents. The figures agree with the vendor's examples (PP-177), but they are no price list:
/// the vendor has published none, and nobody may compute with these (T10).
mod made_up {
    pub(super) const LETTER: u64 = 200;
    pub(super) const ATTACHMENTS_OF_A_LETTER: u64 = 50;
    pub(super) const STAMP_OF_AN_ORDER: u64 = 60;
    pub(super) const POSTCARD: u64 = 250;
}

fn create(provider: &mut PieterPost, account: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.body();
    let digest = digest::field(body);
    let key = idempotency_key(call)?;
    if let Some(key) = key
        && let Some(answer) = provider.accounts.answered(account, key, &digest)?
    {
        return Ok(Answer { outcome: "replayed", ..answer });
    }
    let wanted = wanted(call)?;
    provider.accounts.count_order(account, call.now_ms)?;
    let id = provider.ids.id("ord_");
    let order = Order {
        account: account.to_owned(),
        reference: provider.ids.uuid(),
        created_ms: call.now_ms,
        decision: None,
        checkout_url: page::address(call.origin, &id),
        id,
        wanted,
        idempotency_key: key.map(str::to_owned),
        body: body.to_vec(),
    };
    let response = json(201, &order.view(call.now_ms, provider.options.step_ms));
    provider.orders.push(order);
    let answer = Answer { response, outcome: "created" };
    if let Some(key) = key {
        provider.accounts.keep(account, key.to_owned(), digest, answer.clone());
    }
    Ok(answer)
}

/// PP-004.
fn idempotency_key<'c>(call: &'c Call<'_>) -> Result<Option<&'c str>, Refusal> {
    let key = header(&call.request.headers, "idempotency-key");
    if key.is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
        let message = format!("An Idempotency-Key has 1 to {LONGEST_KEY} characters.");
        return Err(refusal::INVALID_REQUEST.saying(message));
    }
    Ok(key)
}

/// What the body asks for, read with the table that the core builds it with.
fn wanted(call: &Call<'_>) -> Result<Wanted, Refusal> {
    // PP-003
    let content_type = header(&call.request.headers, "content-type").map(media_type);
    if content_type.as_deref() != Some("application/json") {
        return Err(refusal::INVALID_REQUEST.saying("Send the order as application/json.".to_owned()));
    }
    // What is only a reading of ours is not an error in lenient mode; the vendor may well take it.
    let reading = check(&CHECKOUT, call.body(), Mode::Lenient);
    refuse_errors(&reading)?;
    let order = reading.root();
    let text = |slot| order.text(slot).map(|text| text.value().into_owned());
    let (recipients, amount_cents) = mail(&order);
    let metadata = Some(order.at(METADATA).bytes()).filter(|_| order.has(METADATA)).unwrap_or(b"{}");
    Ok(Wanted {
        request_type: text(REQUEST_TYPE).unwrap_or_default(),
        recipients,
        amount_cents,
        sender_email: text(SENDER_EMAIL).unwrap_or_default(),
        external_id: text(EXTERNAL_ID),
        metadata: serde_json::from_slice(metadata).map_err(|_| refusal::INVALID_JSON)?,
        return_url: text(RETURN_URL),
    })
}

fn refuse_errors(reading: &Reading<'_>) -> Result<(), Refusal> {
    if !reading.is_json {
        return Err(refusal::INVALID_JSON);
    }
    let mut errors = reading.issues.iter().filter(|issue| issue.severity == Severity::Error);
    match errors.next() {
        None => Ok(()),
        Some(first) => Err(refusal::INVALID_REQUEST.saying(sentence(first, errors.count()))),
    }
}

/// What is wrong, for people. `more` is how many errors there are beside this one.
fn sentence(issue: &Issue, more: usize) -> String {
    // PP-111: the one sentence that is the vendor's own.
    if issue.path == "/senderEmail" {
        return "Hosted checkout links require a valid senderEmail.".to_owned();
    }
    let place = if issue.path.is_empty() { Cow::Borrowed("") } else { Cow::Owned(format!(" ({})", issue.path)) };
    let others = match more {
        0 => Cow::Borrowed(""),
        1 => Cow::Borrowed(" There is one more error."),
        more => Cow::Owned(format!(" There are {more} more errors.")),
    };
    format!("{}{place}{others}", issue.message())
}

/// Who receives the letters or postcards, and what they cost.
fn mail(order: &Group<'_>) -> (Vec<Recipient>, u64) {
    let mut recipients = Vec::new();
    let mut amount = 0;
    for letter in order.items(LETTERS).filter_map(|letter| letter.group()) {
        recipients.extend(letter.group(LETTER_RECIPIENT).map(|group| recipient(&group)));
        amount += made_up::LETTER;
        if letter.at(ATTACHMENTS).count() > 0 {
            amount += made_up::ATTACHMENTS_OF_A_LETTER;
        }
    }
    if order.has(STAMP) {
        amount += made_up::STAMP_OF_AN_ORDER;
    }
    if let Some(postcard) = order.group(POSTCARD_ORDER) {
        let several = postcard.items(POSTCARD_RECIPIENTS).filter_map(|place| place.group());
        for group in postcard.group(POSTCARD_RECIPIENT).into_iter().chain(several) {
            recipients.push(recipient(&group));
            amount += made_up::POSTCARD;
        }
    }
    (recipients, amount)
}

fn recipient(group: &Group<'_>) -> Recipient {
    let text = |slot| group.text(slot).map(|text| text.value().into_owned()).unwrap_or_default();
    Recipient { name: text(NAME), city: text(CITY) }
}
