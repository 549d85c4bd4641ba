//! Merchants: whose request it is, and what it has to ask for.

use base64ct::{Base64, Encoding};
use edgepost_core::http::{Headers, header};
use edgepost_core::postpay::POSTPAY;
use serde::Deserialize;

use super::refusal;
use crate::answer::Refusal;
use crate::mode::Mode;

/// The id of a merchant. Like the keys here it is made up, and worth nothing anywhere else.
pub const MERCHANT: &str = "id_sandbox";
/// The merchant's key.
pub const KEY: &str = "sk_test_sandbox";
/// The same merchant's key for live mode. Nothing is paid with it either.
pub const LIVE_KEY: &str = "sk_live_sandbox";
/// The id of another merchant.
pub const OTHER_MERCHANT: &str = "id_other";
/// The other merchant's key.
pub const OTHER_KEY: &str = "sk_test_other";

/// The built-in merchants and keys.
static BUILT_IN: [(&str, &str); 3] = [(MERCHANT, KEY), (MERCHANT, LIVE_KEY), (OTHER_MERCHANT, OTHER_KEY)];

/// A merchant's key. Make it up: no secret belongs into a sandbox.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Merchant {
    /// The merchant's id.
    pub id: String,
    /// The key. One that starts with `sk_live` is for live mode.
    pub key: String,
}

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Caller {
    pub(super) merchant: String,
    pub(super) mode: Mode,
}

/// The built-in merchants behind the caller's own.
pub(super) fn all(own: &[Merchant]) -> Vec<Merchant> {
    let built_in = BUILT_IN.map(|(id, key)| Merchant { id: id.into(), key: key.into() });
    own.iter().cloned().chain(built_in).collect()
}

/// Whose request it is (PO-001), if it asks for what there is (PO-003).
pub(super) fn admit(merchants: &[Merchant], headers: &Headers) -> Result<Caller, Refusal> {
    // PO-005
    if !header(headers, "accept").is_some_and(is_acceptable) {
        return Err(refusal::NOT_ACCEPTABLE);
    }
    let (id, key) = credentials(headers).ok_or(refusal::AUTHENTICATION_FAILED)?;
    if !merchants.iter().any(|known| known.id == id && known.key == key) {
        return Err(refusal::AUTHENTICATION_FAILED);
    }
    let is_live =
        POSTPAY.auth.key().and_then(|key| key.prefixes).is_some_and(|prefixes| key.starts_with(prefixes.live));
    Ok(Caller { merchant: id, mode: if is_live { Mode::Live } else { Mode::Test } })
}

/// The merchant's id and key of an Authorization header (RFC 7617).
fn credentials(headers: &Headers) -> Option<(String, String)> {
    let (scheme, encoded) = header(headers, "authorization")?.trim_ascii().split_once(' ')?;
    let written = Base64::decode_vec(encoded.trim_ascii()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let written = String::from_utf8(written).ok()?;
    let (id, key) = written.split_once(':')?;
    Some((id.to_owned(), key.to_owned()))
}

/// Whether the vendor's media type is among those that are asked for, in the one version that there is. What the vendor
/// answers who asks for anything is not known; here a caller that forgot is told.
fn is_acceptable(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim_ascii);
        let is_meant = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/vnd.postpay+json"));
        is_meant && parts.any(|part| part == "version=v1")
    })
}

#[cfg(test)]
mod tests {
    use crate::postpay::scenario::{checkout, merchant, merchant_with, refused};
    use edgepost_core::http::header;
    use serde_json::{Value, json};

    #[test]
    fn po_001_po_111_credentials_that_do_not_work() {
        let mut scenario = merchant();
        scenario.checkout("order-01");
        for (id, key) in [
            ("id_sandbox", "sk_test_unknown"),
            ("id_sandbox", "sk_test_other"),
            ("id_other", "sk_test_sandbox"),
            ("id_sandbox", "sk_live_unknown"),
            ("", ""),
        ] {
            let answer = scenario.credentials(id, key).ask("GET", "/orders/order-01", &Value::Null);
            assert_eq!(refused(&answer), (401, "authentication_failed".into()), "{id}:{key}");
        }
        for header in ["", "Basic", "Basic %", "Basic aWQ=", "Bearer aWRfc2FuZGJveDpza190ZXN0X3NhbmRib3g="] {
            let answer = scenario.header("authorization", header).ask("GET", "/orders/order-01", &Value::Null);
            assert_eq!(refused(&answer), (401, "authentication_failed".into()), "{header}");
        }
        scenario.header("authorization", "basic aWRfc2FuZGJveDpza190ZXN0X3NhbmRib3g=");
        assert_eq!(scenario.standing("order-01"), "pending");
    }

    #[test]
    fn po_003_po_005_another_media_type_is_not_answered() {
        let mut scenario = merchant();
        for accept in
            ["", "*/*", "application/json", "application/vnd.postpay+json", "application/vnd.postpay+json; version=v2"]
        {
            let answer = scenario.header("accept", accept).ask("GET", "/orders/none", &Value::Null);
            assert_eq!(refused(&answer), (406, "not_acceptable".into()), "{accept}");
        }
        for accept in ["application/vnd.postpay+json;version=v1", "text/html, Application/vnd.postpay+JSON; version=v1"]
        {
            assert_eq!(
                scenario.header("accept", accept).ask("GET", "/orders/none", &Value::Null).status,
                404,
                "{accept}"
            );
        }
    }

    #[test]
    fn po_004_po_005_json_is_sent_and_answered() {
        let mut scenario = merchant();
        let answer = scenario.ask("POST", "/checkouts", &checkout());
        assert_eq!(header(&answer.headers, "content-type"), Some("application/vnd.api+json"));
        for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let answer = scenario.header("content-type", content_type).ask("POST", "/checkouts", &checkout());
            assert_eq!(refused(&answer), (415, "unsupported_media_type".into()), "{content_type}");
        }
        scenario.header("content-type", "application/json; charset=utf-8");
        assert_eq!(refused(&scenario.send("POST", "/postpay/checkouts", b"{")), (400, "parse_error".into()));
    }

    #[test]
    fn po_110_po_111_what_is_not_there_is_refused_in_the_vendors_words() {
        let mut scenario = merchant();
        assert_eq!(refused(&scenario.ask("GET", "/nothing", &Value::Null)), (404, "not_found".into()));
        let answer = scenario.ask("PUT", "/orders/order-01", &json!({}));
        assert_eq!(refused(&answer), (405, "method_not_allowed".into()));
        assert_eq!(header(&answer.headers, "allow"), Some("GET"));
    }

    #[test]
    fn merchants_can_be_given() {
        let mut scenario = merchant_with(r#"{"postpay":{"merchants":[{"id":"id_mine","key":"sk_test_mine"}]}}"#);
        scenario.credentials("id_mine", "sk_test_mine").checkout("order-01");
        assert_eq!(scenario.state()["postpay"]["orders"][0]["merchant"], "id_mine");
    }
}
