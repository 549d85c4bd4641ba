//! `POST /v1/compose-links`

use edgepost_core::http::Response;
use edgepost_core::pieterpost::CREATE_COMPOSE_LINK;
use edgepost_core::pieterpost::create_compose_link::COMPOSE_LINK_INPUT;
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::read::Group;
use edgepost_core::schema::Slot;

use super::compose_link::{ComposeLink, address};
use super::create::{Sent, once, read};
use super::key::Caller;
use super::{PieterPost, admitted, refusal};
use crate::answer::{Refusal, error, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_COMPOSE_LINK,
    run: |sandbox, call| {
        admitted(sandbox, call, |provider, caller, call| once(&CREATE_COMPOSE_LINK, provider, caller, call, create))
    },
    refusals: &[&refusal::COMMON, &refusal::CREATING, &refusal::INVALID],
    refuse: error,
};

const RECIPIENT_OF_LETTER: Slot = COMPOSE_LINK_INPUT.slot("recipient");
const MESSAGE: Slot = COMPOSE_LINK_INPUT.slot("message");
const LOCALE: Slot = COMPOSE_LINK_INPUT.slot("locale");

/// The lines of an address, in the order in which they are shown.
const LINES: [Slot; 9] = [
    RECIPIENT.slot("name"),
    RECIPIENT.slot("extra"),
    RECIPIENT.slot("streetAddress"),
    RECIPIENT.slot("street"),
    RECIPIENT.slot("number"),
    RECIPIENT.slot("postalCode"),
    RECIPIENT.slot("city"),
    RECIPIENT.slot("state"),
    RECIPIENT.slot("country"),
];
const ADDRESS_LINES: Slot = RECIPIENT.slot("addressLines");

/// PP-102: nothing is ordered, nothing is charged, and no order of the day is used up.
fn create(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Response, Refusal> {
    let reading = read(call, &COMPOSE_LINK_INPUT)?;
    let input = reading.root();
    let text = |slot| input.text(slot).map(|text| text.value().into_owned());
    // Who has the link sees the letter, so the link is more than the id.
    let token = provider.ids.id("");
    let link = ComposeLink {
        id: provider.ids.id("cl_"),
        url: address(call.origin, &text(LOCALE).unwrap_or_default(), &token),
        token,
        created_ms: call.now_ms,
        lines: input.group(RECIPIENT_OF_LETTER).map(|recipient| lines(&recipient)).unwrap_or_default(),
        message: text(MESSAGE),
        sent: Sent::new(caller, call),
    };
    let response = json(201, &link.view());
    provider.compose_links.push(link);
    Ok(response)
}

fn lines(recipient: &Group<'_>) -> Vec<String> {
    let members = LINES.into_iter().filter_map(|slot| recipient.text(slot));
    let printed = recipient.items(ADDRESS_LINES).filter_map(|line| line.text());
    members.chain(printed).map(|text| text.value().into_owned()).collect()
}
