//! How a payer comes back from the checkout page. <https://docs.postpay.io/v1/> "Checkout", read 2026-11-21.

use alloc::string::String;
use alloc::vec::Vec;

use crate::http::percent_decode;

/// What the address says. Anybody can write such an address: it is never a proof of payment (PO-029).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnState {
    /// The checkout's own id; none where it is not there, or said twice in two ways. Addresses for payers who turn back have
    /// none of Postpay's.
    pub order_id: Option<String>,
    /// What became of the payment, as the address has it.
    pub status: Status,
}

/// What became of a payment, as an address has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The payer may pay: the money is there to be captured.
    Approved,
    /// The payer may not.
    Denied,
    /// The payer turned back.
    Cancelled,
    /// Anything else, nothing, or more than one of them.
    Unknown,
}

impl Status {
    /// As it is called in a result.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Approved => "approved",
            Status::Denied => "denied",
            Status::Cancelled => "cancelled",
            Status::Unknown => "unknown",
        }
    }

    /// PO-028: all of them may come to either address, in any case.
    fn of(written: &str) -> Status {
        let known = [Status::Approved, Status::Denied, Status::Cancelled];
        known.into_iter().find(|status| written.eq_ignore_ascii_case(status.name())).unwrap_or(Status::Unknown)
    }
}

/// PO-027, PO-028: reads the address at which a payer came back; the shop's own parameters may stand beside Postpay's.
pub fn read(url: &str) -> ReturnState {
    let order_id = only(url, b"order_id").filter(|id| !id.trim_ascii().is_empty());
    let status = only(url, b"status").map_or(Status::Unknown, |written| Status::of(&written));
    ReturnState { order_id, status }
}

/// The value of a parameter; none if there are two that differ.
fn only(url: &str, name: &[u8]) -> Option<String> {
    let url = url.as_bytes();
    let end = url.iter().position(|byte| *byte == b'#').unwrap_or(url.len());
    let start = url.iter().position(|byte| *byte == b'?')?;
    let mut found: Option<String> = None;
    for pair in url.get(start + 1..end)?.split(|byte| *byte == b'&') {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        if pair.get(..at) != Some(name) {
            continue;
        }
        let value = decoded(pair.get(at + 1..).unwrap_or_default())?;
        if found.as_ref().is_some_and(|found| *found != value) {
            return None;
        }
        found = Some(value);
    }
    found
}

/// A value as forms write it: a plus is a blank.
fn decoded(value: &[u8]) -> Option<String> {
    let value: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(core::str::from_utf8(&value).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: &str) -> (Option<String>, &'static str) {
        let state = read(url);
        (state.order_id, state.status.name())
    }

    #[test]
    fn po_027_what_postpay_adds_is_read_beside_what_was_there() {
        let id = |id: &str| Some(String::from(id));
        assert_eq!(told("https://shop.example/back?order_id=a-1&status=APPROVED"), (id("a-1"), "approved"));
        assert_eq!(told("https://shop.example/back?cart=7&status=CANCELLED#top"), (None, "cancelled"));
        assert_eq!(told("/back?order_id=a%2F1+b&status=DENIED"), (id("a/1 b"), "denied"));
        assert_eq!(told("/back?order_id=a&status=APPROVED&order_id=a"), (id("a"), "approved"), "said twice in one way");
    }

    #[test]
    fn po_028_any_case_and_nothing_else() {
        for (status, read) in [("approved", "approved"), ("Denied", "denied"), ("cAnCeLlEd", "cancelled")] {
            assert_eq!(told(&std::format!("/?status={status}")).1, read);
        }
        for url in
            ["", "/", "?", "/?status", "/?status=", "/?status=CAPTURED", "/?Status=APPROVED", "/#?status=APPROVED"]
        {
            assert_eq!(told(url), (None, "unknown"), "{url}");
        }
    }

    #[test]
    fn po_029_what_says_two_things_says_nothing() {
        assert_eq!(told("/?status=APPROVED&status=DENIED").1, "unknown");
        assert_eq!(told("/?order_id=a&order_id=b&status=APPROVED"), (None, "approved"));
        for url in ["/?order_id=%zz", "/?order_id=%ff", "/?order_id=", "/?order_id=+"] {
            assert_eq!(told(url).0, None, "{url}");
        }
    }
}
