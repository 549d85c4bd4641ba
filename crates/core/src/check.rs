//! What became of a call whose answer was lost: another operation is asked, and its answer is held against what was sent.
//!
//! ```text
//! input --Check::by--> question --provider--> answer --Check::says--> verdict
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use crate::http::Response;
use crate::json;
use crate::operation::{Operation, Repeat};
use crate::outcome::{self, Context, Outcome};
use crate::prepare::{self, Options, Prepared};
use crate::read::{Group, Place, check as read_table};
use crate::report::Report;
use crate::schema::Mode;
use crate::{pitneybowes, postpay};

/// How to find out whether a call has happened.
#[derive(Debug)]
pub struct Check {
    /// The operation whose answer was lost.
    pub of: &'static Operation,
    /// The operation that is asked. It changes nothing.
    pub with: &'static Operation,
    /// The members that both have: what it is asked about.
    pub by: &'static [&'static str],
    /// What its answer says of the call.
    pub says: fn(sent: &Group<'_>, answer: &Group<'_>) -> Verdict,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It happened: this is what it would have answered.
    Happened(Vec<u8>),
    /// It happened, and what only its own answer told cannot be had again.
    Lost,
    /// It has not happened so far.
    Nothing,
    /// Something else stands under its id: it cannot happen.
    Taken,
    /// The answer does not tell.
    Unclear,
}

impl Verdict {
    /// It happened, and this is what became of it.
    pub fn happened(thing: &Place<'_>) -> Self {
        Verdict::Happened(Vec::from(thing.bytes()))
    }
}

/// All of them. They are no part of the operations' own tables, so that a module that never asks does not carry them.
static CHECKS: [&Check; 5] = [
    &postpay::create_checkout::CHECK,
    &postpay::capture_order::CHECK,
    &postpay::create_refund::CHECK,
    &postpay::create_hook::CHECK,
    &pitneybowes::fund_account::CHECK,
];

impl Check {
    /// How to find out whether a call of this operation has happened, where anything tells.
    pub fn of(operation: &Operation) -> Option<&'static Check> {
        CHECKS.iter().find(|check| core::ptr::eq(check.of, operation)).copied()
    }

    /// The request that asks, for the input of the call.
    pub fn question(&self, operation: &Operation, input: &[u8], base_url: &str) -> Result<Prepared, Report> {
        let reading = read_table(operation.input, input, Mode::Answer);
        let sent = reading.root();
        let mut asked = String::from("{");
        for (position, name) in self.by.iter().enumerate() {
            let value = operation.input.find(name).and_then(|slot| sent.copy(slot)).unwrap_or_default();
            json::comma(&mut asked, position);
            json::text(&mut asked, name);
            json::member(&mut asked, ":", &value);
        }
        json::raw(&mut asked, "}");
        let options = Options { base_url: Some(String::from(base_url)), ..Options::default() };
        prepare::build(self.with, asked.as_bytes(), &options)
    }

    /// What the answer to it says.
    pub fn read(&self, operation: &Operation, input: &[u8], answer: &Response) -> Verdict {
        match outcome::read(self.with, answer, &Context::default()) {
            Outcome::Ok { value, .. } => {
                let reading = read_table(operation.input, input, Mode::Answer);
                let answer = read_table(self.with.output, &value, Mode::Answer);
                (self.says)(&reading.root(), &answer.root())
            }
            // Where a person decides, no answer tells that nothing happened.
            Outcome::Refused(refused) if refused.status == 404 && operation.repeat != Repeat::ByHand => {
                Verdict::Nothing
            }
            _ => Verdict::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{OPERATIONS, find};
    use crate::schema::Position;
    use std::{format, vec};

    fn verdict(name: &str, input: &str, status: u16, body: &str) -> Verdict {
        let operation = find(name).unwrap();
        let answer = Response { status, headers: vec![], body: body.into() };
        Check::of(operation).unwrap().read(operation, input.as_bytes(), &answer)
    }

    fn happened(body: &str) -> Verdict {
        Verdict::Happened(body.into())
    }

    const NOT_FOUND: &str = r#"{"error":{"code":"not_found","message":"Not found."}}"#;

    fn order(id: &str, status: &str) -> String {
        format!(r#"{{"order_id":"{id}","status":"{status}","total_amount":81480,"currency":"AED"}}"#)
    }

    #[test]
    fn po_052_a_captured_order_was_captured() {
        let said = |body: &str| verdict("postpay.capture_order", r#"{"order_id":" order-01 "}"#, 200, body);
        assert_eq!(said(&order("order-01", "captured")), happened(&order("order-01", "captured")));
        for status in ["approved", "pending", "denied", "new to us"] {
            assert_eq!(said(&order("order-01", status)), Verdict::Nothing, "{status}");
        }
        assert_eq!(said(&order("order-02", "captured")), Verdict::Unclear, "another order");
        for unreadable in ["", "<html>", "{}", "[]"] {
            assert_eq!(said(unreadable), Verdict::Unclear, "{unreadable}");
        }
    }

    #[test]
    fn po_064_a_refund_of_this_id_is_ours_if_as_much_went_back() {
        let refund = r#"{"refund_id":"refund-01","amount":12050,"full":false}"#;
        let said = |input: &str| verdict("postpay.create_refund", input, 200, refund);
        assert_eq!(said(r#"{"order_id":"o","refund_id":"refund-01","amount":12050}"#), happened(refund));
        assert_eq!(said(r#"{"order_id":"o","refund_id":"refund-01","amount":12051}"#), Verdict::Taken);
        assert_eq!(said(r#"{"order_id":"o","refund_id":"refund-01"}"#), Verdict::Taken, "all of it was asked for");
        assert_eq!(said(r#"{"order_id":"o","refund_id":"refund-02","amount":12050}"#), Verdict::Unclear);
        let full = refund.replace("false", "true");
        let input = r#"{"order_id":"o","refund_id":"refund-01"}"#;
        assert_eq!(verdict("postpay.create_refund", input, 200, &full), happened(&full));
    }

    #[test]
    fn po_018_the_page_of_an_order_that_is_there_is_lost() {
        let input = |total: u32| format!(r#"{{"order_id":"order-01","total_amount":{total},"currency":"AED"}}"#);
        let said = |total, body: &str| verdict("postpay.create_checkout", &input(total), 200, body);
        assert_eq!(said(81_480, &order("order-01", "pending")), Verdict::Lost);
        assert_eq!(said(81_481, &order("order-01", "pending")), Verdict::Taken);
        assert_eq!(said(81_480, &order("order-01", "pending").replace("AED", "SAR")), Verdict::Taken);
        assert_eq!(said(81_480, &order("order-02", "pending")), Verdict::Unclear);
    }

    #[test]
    fn po_090_a_hook_is_told_by_its_address_and_events() {
        let hook = |id: u8, events: &str, url: &str, active: bool| {
            format!(r#"{{"id":"{id}","active":{active},"events":{events},"url":"{url}"}}"#)
        };
        let url = "https://shop.example.com/hooks";
        let both = r#"["transaction","order"]"#;
        let others =
            [hook(1, r#"["order"]"#, url, true), hook(2, both, &format!("{url}/"), true), hook(3, both, url, false)];
        let ours = hook(4, both, url, true);
        let said = |hooks: &[String]| {
            let page = format!(r#"{{"count":9,"results":[{}]}}"#, hooks.join(","));
            let input = format!(r#"{{"events":["order","transaction"],"url":"{url}","secret":"s"}}"#);
            verdict("postpay.create_hook", &input, 200, &page)
        };
        assert_eq!(said(&others), Verdict::Nothing);
        assert_eq!(said(&[&others[..], std::slice::from_ref(&ours)].concat()), happened(&ours));
    }

    #[test]
    fn po_110_a_refusal_tells_nothing_but_that_it_is_not_there() {
        let said = |status, body: &str| verdict("postpay.capture_order", r#"{"order_id":"order-01"}"#, status, body);
        assert_eq!(said(404, NOT_FOUND), Verdict::Nothing);
        for status in [401, 403, 429, 500, 503] {
            assert_eq!(said(status, NOT_FOUND), Verdict::Unclear, "{status}");
        }
        assert_eq!(said(404, "<html>"), Verdict::Unclear, "that was not the provider");
    }

    #[test]
    fn pb_012_no_balance_tells_whether_a_refill_happened() {
        let input = r#"{"developerId":"fake-developer","postalReportingNumber":"3001234567","amount":500}"#;
        let said = |status, body: &str| verdict("pitneybowes.fund_account", input, status, body);
        for balance in ["0", "500", "571.89"] {
            let accounts = format!(r#"{{"accounts":[{{"accountType":"PB_POSTAGE","balance":{balance}}}]}}"#);
            assert_eq!(said(200, &accounts), Verdict::Unclear, "{balance}");
        }
        assert_eq!(said(404, r#"{"errors":[{"errorCode":"1000045"}]}"#), Verdict::Unclear);
        let refill = find("pitneybowes.fund_account").unwrap();
        let base = "http://127.0.0.1:8788/pitneybowes";
        let asked = Check::of(refill).unwrap().question(refill, input.as_bytes(), base).unwrap();
        let path = "/shippingservices/v1/developers/fake-developer/merchants/3001234567/account-balance";
        assert_eq!(asked.request.url, format!("{base}{path}"));
    }

    #[test]
    fn every_check_reads_and_can_be_asked() {
        for (operation, check) in OPERATIONS.iter().filter_map(|operation| Some((operation, Check::of(operation)?))) {
            assert_eq!(check.with.repeat, Repeat::Read, "{}", operation.name);
            let missing = check.with.input.fields.iter().filter(|field| field.position == Position::Path);
            assert!(missing.into_iter().all(|field| check.by.contains(&field.name)), "{}", operation.name);
            assert!(check.by.iter().all(|name| operation.input.find(name).is_some()), "{}", operation.name);
        }
        for operation in
            OPERATIONS.iter().filter(|operation| matches!(operation.repeat, Repeat::CheckFirst | Repeat::ByHand))
        {
            assert!(Check::of(operation).is_some(), "{}", operation.name);
        }
        let refund = find("postpay.create_refund").unwrap();
        let input = br#"{"order_id":"order/01","refund_id":"refund-01","amount":1}"#;
        let asked = Check::of(refund).unwrap().question(refund, input, "http://127.0.0.1:8788/postpay").unwrap();
        assert_eq!(asked.request.url, "http://127.0.0.1:8788/postpay/orders/order%2F01/refunds/refund-01");
        assert_eq!((asked.request.method.as_str(), asked.request.body), ("GET", None));
        let hook = find("postpay.create_hook").unwrap();
        let input = br#"{"events":["order"],"url":"https://shop.example.com/?a=b&c","secret":"s"}"#;
        let asked = Check::of(hook).unwrap().question(hook, input, "https://sandbox.postpay.io").unwrap();
        let url = "https://sandbox.postpay.io/hooks?url=https%3A%2F%2Fshop.example.com%2F%3Fa%3Db%26c";
        assert_eq!(asked.request.url, url);
    }

    #[test]
    fn every_named_member_is_one() {
        for operation in OPERATIONS {
            let money = operation.money.map_or(["", ""], |money| [money.amount, money.currency]);
            for name in [operation.order, operation.key].into_iter().chain(money).filter(|name| !name.is_empty()) {
                assert!(operation.input.find(name).is_some(), "{} has no {name}", operation.name);
            }
            // An id that somebody can guess gives away what was answered to it.
            let is_closed = !operation.key.is_empty() || operation.money.is_some_and(|money| money.is_granted);
            assert!(!is_closed || !operation.may_be_public, "{}", operation.name);
        }
    }
}
