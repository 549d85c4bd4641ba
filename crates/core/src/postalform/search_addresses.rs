//! `POST /mcp`, tool `postalform.search_addresses`
//! <https://postalform.com/agents> "Find sender and recipient addresses", read 2026-11-21.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Format, Object, Shape, documentation, filled, formatted, list, may, must, object, one_of, text};

/// Completes an address.
pub static SEARCH_ADDRESSES: Operation = Operation {
    name: "postalform.search_addresses",
    doc: documentation(
        "Completes an address. What is of type `Container`, such as a building, is searched again with its id as \
         `container`; only what is of type `Address` can be sent to.",
    ),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/tools/search_addresses",
    repeat: Repeat::Read,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &SEARCH,
    output: &SUGGESTIONS,
    proof: &["suggestions"],
    done: &Done::NEVER,
    agrees: unheld,
};

static QUERY: Shape = filled().within(3, u32::MAX, pfd(13));
static SUGGESTION_SHAPE: Shape = Shape::Object(&SUGGESTION);

/// PFD-013, PFD-015.
pub static SEARCH: Object = object("PostalFormSearch", "What is known of an address.").fields(&[
    may("target", &one_of(&["sender", "recipient"]), "Whose address it is.").rule(pfd(13)),
    must("query", &QUERY, "The beginning of it; at least three characters.").rule(pfd(13)),
    may("container", &filled(), "The id of the `Container` to search in.").rule(pfd(15)),
    may("country_code", &formatted(Format::Country), "Where; the United States, if it is not said.").rule(pfd(13)),
]);

/// PFD-013.
pub static SUGGESTIONS: Object = object("PostalFormSuggestions", "Addresses that it may be.").fields(&[
    may("target", &text(), "As it was asked.").rule(pfd(13)),
    may("query", &text(), "As it was asked.").rule(pfd(13)),
    must("suggestions", &list(&SUGGESTION_SHAPE), "The likeliest first.").rule(pfd(13)),
]);

/// PFD-013, PFD-014.
pub static SUGGESTION: Object = object(
    "PostalFormSuggestion",
    "An address, or a place with several; text and description, with a comma between, are its text.",
)
.fields(&[
    must("id", &text(), "For `*_address_id`, or for `container`.").rule(pfd(13)),
    must("text", &text(), "Its first line.").rule(pfd(14)),
    must("type", &text(), "`Address`, or `Container` where there are several in it.").rule(pfd(15)),
    must("description", &text(), "The rest of it.").rule(pfd(14)),
    may("countryCode", &text(), "The country, by its two letters.").rule(pfd(13)),
    may("countryName", &text(), "The country's name.").rule(pfd(13)),
]);
