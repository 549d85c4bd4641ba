//! The rules across members, which no table holds: what makes an object of this kind whole once its members are there.

use std::ptr;

use edgepost_core::pieterpost::create_checkout_link::CHECKOUT;
use edgepost_core::pieterpost::create_order::DIRECT_ORDER;
use edgepost_core::pieterpost::create_topup::TOPUP_INPUT;
use edgepost_core::pieterpost::mail::POSTCARD;
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::pitneybowes::fund_account::REFILL;
use edgepost_core::postalform::address::MANUAL_ADDRESS;
use edgepost_core::postalform::bulk::BULK;
use edgepost_core::postalform::order::MACHINE_ORDER;
use edgepost_core::postpay::checkout as postpay;
use edgepost_core::postpay::create_refund::REFUND_INPUT;
use edgepost_core::postpay::money::total;
use edgepost_core::schema::Object;
use edgepost_core::template::FIRST_NAME;
use serde_json::{Map, Value, json};

use super::Choices;
use super::address::{Address, ELSEWHERE, UNITED_STATES};
use super::canonical::is_empty;
use super::valid::Maker;

type Members = Map<String, Value>;
type Hook = fn(&mut Maker<'_>, &mut Members);

/// The objects with rules across their members, and what keeps these.
const HOOKS: [(&Object, Hook); 11] = [
    (&RECIPIENT, address),
    (&CHECKOUT, letters),
    (&DIRECT_ORDER, letters),
    (&POSTCARD, postcard),
    (&TOPUP_INPUT, amount),
    (&postpay::CHECKOUT, sum),
    (&REFILL, cap),
    (&REFUND_INPUT, refundable),
    (&MANUAL_ADDRESS, manual),
    (&BULK, list),
    (&MACHINE_ORDER, order),
];

/// Keeps the rules across the members of an object.
pub(super) fn settle(maker: &mut Maker<'_>, object: &'static Object, members: &mut Members) {
    if let Some((_, hook)) = HOOKS.iter().find(|(hooked, _)| ptr::eq(*hooked, object)) {
        hook(maker, members);
    }
}

/// PP-045: the letters of an order stay within one market.
pub(super) fn market(choices: &mut Choices<'_>) -> &'static [Address] {
    if choices.percent(50) { &ELSEWHERE } else { &UNITED_STATES }
}

/// PP-025 and the rules about places: city, state, postal code and country belong together.
fn address(maker: &mut Maker<'_>, recipient: &mut Members) {
    let Address { city, state, postal_code, country } = maker.choices.pick(maker.addresses);
    for (name, value) in [("city", city), ("postalCode", postal_code), ("country", country)] {
        recipient.insert(name.into(), value.into());
    }
    match state {
        Some(state) => recipient.insert("state".into(), state.into()),
        None => recipient.remove("state"),
    };
}

/// PP-041, PP-070 to PP-078: letters have a text each, or a template for all.
fn letters(maker: &mut Maker<'_>, order: &mut Members) {
    let is_template = order.contains_key("composeMode");
    let template = is_template.then(|| template(maker));
    let declared = declared(maker, order, template.as_ref());
    match &template {
        Some((text, _)) => order.insert("templateMessage".into(), text.as_str().into()),
        None => order.remove("templateMessage"),
    };
    for letter in order.get_mut("letters").and_then(Value::as_array_mut).into_iter().flatten() {
        if is_template {
            letter.as_object_mut().unwrap().remove("message");
            fill(&mut letter["recipient"], &declared);
        } else if !has_something(letter, "message") && !has_something(letter, "attachments") {
            letter["message"] = "Dear reader".into();
        }
    }
}

fn has_something(object: &Value, name: &str) -> bool {
    object.get(name).is_some_and(|value| !value.is_null() && !is_empty(value))
}

/// PP-064, PP-067: one picture; the message is the template.
fn postcard(maker: &mut Maker<'_>, postcard: &mut Members) {
    if postcard.contains_key("frontImage") {
        postcard.remove("frontImageAssetId");
    }
    let template = postcard.contains_key("composeMode").then(|| template(maker));
    let declared = declared(maker, postcard, template.as_ref());
    if let Some((text, _)) = template {
        postcard.insert("message".into(), text.into());
    }
    let (one, several) = (postcard.remove("recipient"), postcard.remove("recipients"));
    let filled = |mut recipient: Value| {
        fill(&mut recipient, &declared);
        recipient
    };
    if let Some(recipient) = one {
        postcard.insert("recipient".into(), filled(recipient));
    }
    if let Some(Value::Array(recipients)) = several {
        postcard.insert("recipients".into(), recipients.into_iter().map(filled).collect());
    }
}

/// PP-148.
fn amount(maker: &mut Maker<'_>, topup: &mut Members) {
    topup.insert("amountCents".into(), maker.choices.pick(&[500, 50_000, 2_500, 1, 999_999]).into());
}

/// PO-012, PO-042: something is shipped, or nothing is; and the total is what the parts add up to.
fn sum(_: &mut Maker<'_>, checkout: &mut Members) {
    if !checkout.contains_key("shipping") {
        checkout.insert("virtual".into(), true.into());
    }
    let of = |checkout: &Members| total(&serde_json::to_vec(checkout).unwrap());
    if of(checkout).is_none() {
        checkout.remove("discounts");
    }
    checkout.insert("total_amount".into(), of(checkout).unwrap().into());
}

/// PB-009: no more than the cap.
fn cap(maker: &mut Maker<'_>, refill: &mut Members) {
    let amount = refill.get("amount").and_then(Value::as_u64).unwrap();
    refill.insert("maxAmount".into(), (amount + maker.choices.pick(&[0, 1, 1_000])).into());
}

/// PO-062: no more than may go back.
fn refundable(maker: &mut Maker<'_>, refund: &mut Members) {
    if let (Some(amount), true) = (refund.get("amount").and_then(Value::as_u64), refund.contains_key("refundable")) {
        refund.insert("refundable".into(), (amount + maker.choices.pick(&[0, 1, 1_000])).into());
    }
}

/// PF-041, PF-042: codes of the United States.
fn manual(maker: &mut Maker<'_>, address: &mut Members) {
    let places = [("IL", "62701"), ("CA", "94043-1351"), ("DC", "20500")];
    let (state, zip) = maker.choices.pick(&places);
    address.insert("state".into(), (*state).into());
    address.insert("zip".into(), (*zip).into());
}

/// PFB-020 to PFB-043: a list of which all is in order.
fn list(maker: &mut Maker<'_>, bulk: &mut Members) {
    let head = "recipient_name,line1,line2,city,state,zip,account_number";
    let row = |name: &str| format!("{name},\"123 Main St, é\",,Springfield,IL,62701,ACCT-100");
    let rows: Vec<_> = (0..=maker.choices.below(3)).map(|index| row(&format!("Jane {index}"))).collect();
    let end = maker.choices.pick(&["\n", "\r\n", "\r"]);
    bulk.insert("csv_content".into(), format!("{head}{end}{}", rows.join(end)).into());
    for name in ["template_text", "template_html"] {
        if bulk.contains_key(name) {
            bulk.insert(
                name.into(),
                maker.choices.pick(&["Hello {{recipient_name}}", "{{account_number}} 😀", "x"]).into(),
            );
        }
    }
}

/// PF-020 to PF-023, PF-035, PFB-003, PFB-006, PFB-010: one recipient or a list, and a PDF that goes with it.
fn order(maker: &mut Maker<'_>, order: &mut Members) {
    for name in ["sender_address_id", "recipient_address_id"] {
        if order.contains_key(name) {
            order.insert(name.into(), "US|LP|Pz0_Qj4_bGJg|16074807|13_ENG".into());
        }
    }
    if order.get("pdf").is_some_and(Value::is_string) {
        let forms = ["data:application/pdf;base64,JVBERi0xLjcK", "https://example.com/file.pdf"];
        order.insert("pdf".into(), maker.choices.pick(&forms).into());
    }
    if let Some(bulk) = order.get("bulk") {
        if bulk["content_mode"] == "pdf" {
            order.entry("pdf").or_insert(json!({ "upload_token": "pfu_fake_123" }));
        } else if order.get("mailpiece_type").is_some_and(|piece| piece == "postcard") {
            order.insert("mailpiece_type".into(), "letter".into());
        }
        order.retain(|name, _| !name.starts_with("recipient_"));
    }
}

/// A template and its variables.
fn template(maker: &mut Maker<'_>) -> (String, Vec<&'static str>) {
    let count = maker.choices.below(4);
    let variables = ["gift_code", FIRST_NAME, "visit_date"][..count].to_vec();
    let mut text = String::from("Hello");
    for variable in &variables {
        text += maker.choices.pick(&[" ", " 😀\n", "{"]);
        text += &format!("{{{{{variable}}}}}");
    }
    (text, variables)
}

/// What every recipient needs a value for. `variableKeys` are such, and without a template there are none.
fn declared(
    maker: &mut Maker<'_>,
    object: &mut Members,
    template: Option<&(String, Vec<&'static str>)>,
) -> Vec<&'static str> {
    let Some((_, variables)) = template else {
        object.remove("variableKeys");
        return Vec::new();
    };
    let mut needed = variables.clone();
    if object.contains_key("variableKeys") {
        if maker.choices.percent(30) {
            needed.push("unseen");
        }
        needed.push("listed");
        object.insert("variableKeys".into(), json!(needed));
    }
    needed.retain(|variable| *variable != FIRST_NAME || maker.choices.percent(30));
    needed
}

/// Gives a recipient a value for each of these variables.
fn fill(recipient: &mut Value, variables: &[&str]) {
    for variable in variables {
        recipient["customFields"][variable] = format!("{variable} é").into();
    }
}
