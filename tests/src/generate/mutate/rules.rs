//! Mutations that only a rule across members forbids. Few and named: the vectors have the others.

use std::ptr;

use edgepost_core::pieterpost::create_topup::TOPUP_INPUT;
use edgepost_core::pieterpost::mail::{LETTER, POSTCARD};
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::pieterpost::upload_asset::UPLOAD;
use edgepost_core::pitneybowes::fund_account::REFILL;
use edgepost_core::report::Code;
use edgepost_core::rule::{RuleId, pb, pl, pp};
use edgepost_core::schema::{Object, Weight};
use serde_json::{Value, json};

use super::super::presence::{Found, child};
use super::super::walk::Holder;
use super::{Change, Mutations};

/// A value for a member, and what is said about it.
type Wrong = (&'static str, Value, Weight, Code, RuleId);

fn wrong(object: &Object, holder: &Holder<'_>) -> Vec<Wrong> {
    let is = |other: &Object| ptr::eq(object, other);
    let text = |name: &str| holder.members.get(name).and_then(Value::as_str).unwrap_or_default();
    if is(&TOPUP_INPUT) {
        return vec![
            ("amountCents", json!(0), Weight::Error, Code::OutOfRange, pp(148)),
            ("amountCents", json!(-500), Weight::Error, Code::OutOfRange, pp(148)),
        ];
    }
    if is(&REFILL) {
        let most = holder.members["maxAmount"].as_i64().unwrap_or_default();
        return vec![("amount", json!(most + 1), Weight::Error, Code::TooLarge, pb(9))];
    }
    if is(&UPLOAD) {
        return vec![
            ("file", json!(0), Weight::Error, Code::EmptyFile, pp(155)),
            ("file", json!(-1), Weight::Error, Code::EmptyFile, pp(155)),
            ("file", json!(52_428_801), Weight::Error, Code::FileTooLarge, pp(152)),
        ];
    }
    if is(&RECIPIENT) && text("city") == "Springfield" {
        return vec![
            ("state", json!("Nowhere"), Weight::Error, Code::UnknownState, pl(6)),
            ("state", json!("NY"), Weight::Warning, Code::PostalCodeOfOtherState, pl(3)),
            ("postalCode", json!("627"), Weight::Strict, Code::InvalidPostalCode, pl(2)),
            ("postalCode", json!("627O1"), Weight::Strict, Code::InvalidPostalCode, pl(2)),
        ];
    }
    if is(&LETTER) && holder.members.contains_key("message") && !text("message").trim().is_empty() {
        return vec![
            ("message", json!("x".repeat(6_001)), Weight::Strict, Code::MessageWillBeTruncated, pp(47)),
            ("message", json!("Hello {{name}}"), Weight::Warning, Code::PlaceholderNotMerged, pp(70)),
        ];
    }
    let is_template = !matches!(holder.members.get("composeMode"), None | Some(Value::Null));
    if is(&POSTCARD) && !is_template {
        return vec![
            ("message", json!("𠜎".repeat(201)), Weight::Strict, Code::MessageWillBeTruncated, pp(62)),
            ("message", json!("Hello {{name}}"), Weight::Warning, Code::PlaceholderNotMerged, pp(70)),
        ];
    }
    Vec::new()
}

impl Mutations<'_> {
    pub(super) fn rules_of(&mut self, holder: &Holder<'_>) {
        for (member, value, weight, code, rule) in wrong(holder.object, holder) {
            let pointer = child(&holder.pointer, member);
            // It is said of the postal code that it lies in another state.
            let path = if code == Code::PostalCodeOfOtherState { "postalCode" } else { member };
            let found = Found::new(weight, child(&holder.pointer, path), code, rule);
            self.own("against a rule", (holder, member, &pointer), Change::Put(value), vec![found]);
        }
    }
}
