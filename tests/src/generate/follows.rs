//! What a mutation of one member may bring along elsewhere: rules across members that miss what was there, or find what
//! was not. Whatever else comes up beside the expected issue is a fault.

use std::ptr;

use edgepost_core::pieterpost::create_checkout_link::CHECKOUT;
use edgepost_core::pieterpost::create_order::DIRECT_ORDER;
use edgepost_core::pieterpost::mail::{LETTER, POSTCARD};
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::pitneybowes::fund_account::REFILL;
use edgepost_core::postalform::address::MANUAL_ADDRESS;
use edgepost_core::postalform::bulk::BULK;
use edgepost_core::postalform::order::MACHINE_ORDER;
use edgepost_core::postpay::address::ADDRESS;
use edgepost_core::postpay::checkout as postpay;
use edgepost_core::postpay::create_refund::REFUND_INPUT;
use edgepost_core::report::Code;
use edgepost_core::schema::Object;

use super::presence::Found;

/// What the mutation of one of these members may bring along.
struct Follow {
    objects: &'static [&'static Object],
    members: &'static [&'static str],
    /// The codes; none stands for those of the rules about places.
    codes: &'static [Code],
    /// Where, from the object on, with `*` for any step; from the root on behind `^`.
    at: &'static [&'static str],
}

const ORDERS: &[&Object] = &[&CHECKOUT, &DIRECT_ORDER];
const VARIABLES: &[Code] =
    &[Code::UnresolvedPlaceholder, Code::MissingVariable, Code::BlankVariable, Code::UnusedVariable];

const CHARACTERS: &[Code] = &[Code::ControlCharacter, Code::Emoji];

/// What a sum may be.
const SUMS: &[Code] = &[Code::TotalMismatch, Code::ImpossibleTotal];

static FOLLOWS: [Follow; 38] = [
    // The first name is the first word of the name.
    Follow { objects: &[&RECIPIENT], members: &["name"], codes: VARIABLES, at: &["customFields/first_name"] },
    // Each value of customFields belongs to a variable of the template.
    Follow { objects: &[&RECIPIENT], members: &["customFields"], codes: VARIABLES, at: &["customFields/*"] },
    // Without a first name of its own the name is printed, and looked at.
    Follow { objects: &[&RECIPIENT], members: &["customFields"], codes: CHARACTERS, at: &["name"] },
    // A value that nobody reads is told of once, for the first recipient who has one.
    Follow {
        objects: &[&RECIPIENT, &LETTER, &POSTCARD, &CHECKOUT, &DIRECT_ORDER],
        members: &["customFields", "recipient", "recipients", "letters"],
        codes: &[Code::UnusedVariable],
        at: &["^letters/*/recipient/customFields/*", "^postcard/recipients/*/customFields/*"],
    },
    // An address is held against its country as a whole, and each part may be the odd one.
    Follow {
        objects: &[&RECIPIENT],
        members: &["country", "state", "postalCode", "city", "addressLines", "streetAddress", "street"],
        codes: &[],
        at: &["country", "state", "postalCode", "city"],
    },
    // A country that cannot be recognised is none of the United States.
    Follow { objects: &[&RECIPIENT], members: &["country"], codes: &[Code::MixedMarkets], at: &["^letters"] },
    // Of two ways to write a street the other one stays.
    Follow {
        objects: &[&RECIPIENT],
        members: &["streetAddress", "street", "number"],
        codes: &[Code::RedundantStreet],
        at: &["street", "number"],
    },
    Follow {
        objects: &[&RECIPIENT],
        members: &["streetAddress", "street", "postalCode"],
        codes: &[Code::UnstructuredAddress],
        at: &["addressLines"],
    },
    // A letter needs one of the two.
    Follow {
        objects: &[&LETTER],
        members: &["message", "attachments"],
        codes: &[Code::MissingMessage],
        at: &["message"],
    },
    // Without its mode a template is none, and the letters have no text.
    Follow {
        objects: ORDERS,
        members: &["composeMode"],
        codes: &[Code::TemplateWithoutMode],
        at: &["templateMessage", "variableKeys"],
    },
    Follow { objects: ORDERS, members: &["composeMode"], codes: &[Code::MissingMessage], at: &["letters/*/message"] },
    Follow {
        objects: &[&POSTCARD],
        members: &["composeMode"],
        codes: &[Code::TemplateWithoutMode, Code::PlaceholderNotMerged],
        at: &["variableKeys", "message"],
    },
    // Where there is no mode, whatever stands there is one too many.
    Follow {
        objects: &[&CHECKOUT, &DIRECT_ORDER, &POSTCARD],
        members: &["templateMessage", "variableKeys"],
        codes: &[Code::TemplateWithoutMode],
        at: &["templateMessage", "variableKeys"],
    },
    // The mode needs a template.
    Follow { objects: ORDERS, members: &["templateMessage"], codes: &[Code::MissingMember], at: &["templateMessage"] },
    // Another list of variables, or another recipient, asks for other values.
    Follow {
        objects: ORDERS,
        members: &["variableKeys", "templateMessage"],
        codes: VARIABLES,
        at: &["letters/*/recipient/customFields/*"],
    },
    Follow {
        objects: &[&POSTCARD],
        members: &["variableKeys", "message", "recipient", "recipients"],
        codes: VARIABLES,
        at: &["recipient/customFields/*", "recipients/*/customFields/*"],
    },
    Follow {
        objects: &[&CHECKOUT, &DIRECT_ORDER, &POSTCARD],
        members: &["variableKeys"],
        codes: &[Code::InvalidVariableName],
        at: &["variableKeys/*"],
    },
    // Every part of a checkout has a part in its total.
    Follow {
        objects: &[&postpay::CHECKOUT],
        members: &["total_amount", "tax_amount", "shipping", "items", "discounts"],
        codes: SUMS,
        at: &["total_amount"],
    },
    Follow {
        objects: &[&postpay::ITEM, &postpay::SHIPPING, &postpay::DISCOUNT],
        members: &["unit_price", "qty", "amount"],
        codes: SUMS,
        at: &["^total_amount"],
    },
    // A country without postal codes has one all the same.
    Follow { objects: &[&ADDRESS], members: &["postal_code"], codes: &[Code::Blank], at: &["postal_code"] },
    // What is not shipped says so.
    Follow {
        objects: &[&postpay::CHECKOUT],
        members: &["shipping", "virtual"],
        codes: &[Code::MissingMember],
        at: &["shipping"],
    },
    Follow { objects: &[&postpay::CHECKOUT], members: &["merchant"], codes: &[Code::MissingMember], at: &["merchant"] },
    // A cap of nothing is below every amount.
    Follow { objects: &[&REFUND_INPUT], members: &["refundable"], codes: &[Code::TooLarge], at: &["amount"] },
    Follow { objects: &[&REFILL], members: &["maxAmount"], codes: &[Code::TooLarge], at: &["amount"] },
    // A template is looked at in its mode only.
    Follow {
        objects: &[&BULK],
        members: &["content_mode"],
        codes: &[Code::Emoji],
        at: &["template_text", "template_html"],
    },
    // State and ZIP code are held against each other.
    Follow { objects: &[&MANUAL_ADDRESS], members: &["state", "zip"], codes: &[], at: &["zip"] },
    Follow {
        objects: &[&MANUAL_ADDRESS],
        members: &["state", "zip"],
        codes: &[Code::UnknownState, Code::InvalidPostalCode],
        at: &["state", "zip"],
    },
    // An order says how it is printed, or is told how it will be.
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &["double_sided", "color", "mail_class", "certified", "signature_required", "mailpiece_type"],
        codes: &[Code::DefaultInForce, Code::OverriddenMember],
        at: &["double_sided", "color", "mail_class", "certified", "signature_required"],
    },
    // Only a postcard has a size.
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &["mailpiece_type", "postcard_size"],
        codes: &[Code::IgnoredMember],
        at: &["postcard_size"],
    },
    // A list takes the place of a recipient, and is for letters.
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &["bulk", "mailpiece_type"],
        codes: &[Code::ConflictingMembers],
        at: &["mailpiece_type"],
    },
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &[
            "recipient_name",
            "recipient_address_id",
            "recipient_address_type",
            "recipient_address_text",
            "recipient_address_manual",
        ],
        codes: &[Code::ConflictingMembers],
        at: &[
            "recipient_name",
            "recipient_address_id",
            "recipient_address_type",
            "recipient_address_text",
            "recipient_address_manual",
        ],
    },
    // A text is a PDF only in some forms.
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &["pdf"],
        codes: &[Code::InvalidPdf, Code::UncheckedHost],
        at: &["pdf"],
    },
    Follow {
        objects: &[&MACHINE_ORDER],
        members: &["sender_address_id", "recipient_address_id"],
        codes: &[Code::InvalidAddressId],
        at: &["sender_address_id", "recipient_address_id"],
    },
    // What a list is made from: a PDF for all, or a template.
    Follow {
        objects: &[&MACHINE_ORDER, &BULK],
        members: &["pdf", "bulk", "content_mode"],
        codes: &[Code::MissingMember, Code::IgnoredMember, Code::ConflictingMembers],
        at: &["^pdf", "^mailpiece_type"],
    },
    // The tags of a template are columns of the list.
    Follow {
        objects: &[&MACHINE_ORDER, &BULK],
        members: &["bulk", "csv_content", "content_mode", "template_text", "template_html"],
        codes: &[Code::UnusedVariable, Code::BlankVariable],
        at: &["^bulk/csv_content"],
    },
    Follow {
        objects: &[&BULK],
        members: &["csv_content"],
        codes: &[Code::NoRows, Code::MissingColumn, Code::ControlCharacter, Code::ReplacementCharacter],
        at: &["csv_content"],
    },
    Follow {
        objects: &[&BULK],
        members: &["content_mode", "template_text", "template_html"],
        codes: &[Code::IgnoredMember],
        at: &["template_text", "template_html"],
    },
    // What may be left out, but better is not.
    Follow {
        objects: ORDERS,
        members: &["returnUrl", "senderEmail"],
        codes: &[Code::MissingMember],
        at: &["returnUrl", "senderEmail"],
    },
];

/// Whether an issue may come of a change to a member of the object at `pointer`.
pub fn follows_from(object: &'static Object, pointer: &str, member: &str, found: &Found) -> bool {
    FOLLOWS.iter().any(|follow| {
        follow.objects.iter().any(|one| ptr::eq(*one, object))
            && follow.members.contains(&member)
            && is_one_of(follow.codes, found)
            && follow.at.iter().any(|pattern| stands_at(pointer, pattern, &found.path))
    })
}

fn is_one_of(codes: &[Code], found: &Found) -> bool {
    if codes.is_empty() {
        // PP-025 and PP-030 are PieterPost's word on places.
        return found.rule.starts_with("PL-") || ["PP-025", "PP-030"].contains(&found.rule.as_str());
    }
    codes.iter().any(|code| code.name() == found.code)
}

fn stands_at(pointer: &str, pattern: &str, path: &str) -> bool {
    let whole = match pattern.strip_prefix('^') {
        Some(absolute) => format!("/{absolute}"),
        None => format!("{pointer}/{pattern}"),
    };
    let (mut pattern, mut path) = (whole.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(step)) if wanted == "*" || wanted == step => {}
            _ => return false,
        }
    }
}
