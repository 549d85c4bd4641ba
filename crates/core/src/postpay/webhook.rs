//! What Postpay delivers to a hook, and how it proves that it is Postpay. <https://docs.postpay.io/v1/> "Webhooks", read
//! 2026-11-21; what is signed, and how, is in the vendor's own library (postpay-php).

use alloc::string::String;

use base16ct::lower;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::json;

/// PO-093: the header of a signature, in lower case.
pub const HEADER: &str = "x-postpay-signature";

/// PO-094: how many seconds a delivery may be old, or ahead.
pub const TOLERANCE: u64 = 300;

/// Why a delivery is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no signature.
    MissingHeader,
    /// It is not `<seconds>:<64 hexadecimal digits>`.
    MalformedHeader,
    /// It is the digits alone, as the vendor's document reads: a digest without a time proves nothing about when.
    PlainDigest,
    /// It is too old.
    Stale,
    /// It is from the future.
    Future,
    /// It was made with another secret, or of other bytes.
    Mismatch,
}

impl Reason {
    /// As it is called in a result.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::MissingHeader => "missing_header",
            Reason::MalformedHeader => "malformed_header",
            Reason::PlainDigest => "plain_digest",
            Reason::Stale => "stale",
            Reason::Future => "future",
            Reason::Mismatch => "mismatch",
        }
    }
}

/// PO-093 to PO-097: holds a delivery against the secrets, of which one has to have signed it; several are for the time in
/// which one takes another's place. Gives the seconds since 1970 at which it was signed. A tolerance of 0 takes any time.
pub fn verify(
    signature: Option<&str>,
    body: &[u8],
    secrets: &[&[u8]],
    now: u64,
    tolerance: u64,
) -> Result<u64, Reason> {
    let signature = signature.ok_or(Reason::MissingHeader)?.trim_ascii();
    let Some(colon) = signature.bytes().position(|byte| byte == b':') else {
        return Err(if is_digest(signature) { Reason::PlainDigest } else { Reason::MalformedHeader });
    };
    let (written, digest) = signature.split_at_checked(colon).ok_or(Reason::MalformedHeader)?;
    let digest = digest.get(1..).filter(|digest| is_digest(digest)).ok_or(Reason::MalformedHeader)?;
    let seconds = seconds(written).ok_or(Reason::MalformedHeader)?;
    let mut expected = [0; 32];
    lower::decode(digest, &mut expected).map_err(|_| Reason::MalformedHeader)?;
    // Who does not know a secret does not learn which times would do. Every secret is tried, so that the time it takes does
    // not tell which one fits.
    let matches = secrets.iter().filter(|secret| is_signed(secret, written, body, &expected)).count();
    if matches == 0 {
        return Err(Reason::Mismatch);
    }
    match (tolerance, now.saturating_sub(seconds), seconds.saturating_sub(now)) {
        (0, ..) => Ok(seconds),
        (_, age, _) if age > tolerance => Err(Reason::Stale),
        (_, _, ahead) if ahead > tolerance => Err(Reason::Future),
        _ => Ok(seconds),
    }
}

/// PO-093: the value of the header for a body that is signed at so many seconds since 1970.
pub fn sign(body: &[u8], secret: &[u8], seconds: u64) -> String {
    let mut signature = String::new();
    json::integer(&mut signature, i64::try_from(seconds).unwrap_or(i64::MAX));
    let digest = mac(secret, &signature, body).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
    json::put(&mut signature, &[":", &lower::encode_string(&digest)]);
    signature
}

fn is_signed(secret: &[u8], written: &str, body: &[u8], expected: &[u8; 32]) -> bool {
    // PO-096: in constant time. An empty secret is nobody's.
    !secret.is_empty() && mac(secret, written, body).is_some_and(|mac| mac.verify_slice(expected).is_ok())
}

/// PO-095: what is signed is the time as it is written, a colon, and the bytes as they came.
fn mac(secret: &[u8], written: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).ok()?;
    mac.update(written.as_bytes());
    mac.update(b":");
    mac.update(body);
    Some(mac)
}

/// PO-096: 64 hexadecimal digits in lower case.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// PO-095: digits only.
fn seconds(written: &str) -> Option<u64> {
    let digits = written.bytes().try_fold(0_u64, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    });
    digits.filter(|_| !written.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const BODY: &[u8] = br#"{"order_id":"order-01","status":"captured"}"#;
    const SECONDS: u64 = 1_588_935_484;
    const DIGEST: &str = "5d7f2089364366f576026cd092d6928618b71df463f1295e833ae275daca1025";

    fn verified(header: &str, body: &[u8], now: u64) -> Result<u64, Reason> {
        verify(Some(header), body, &[b"dolphins"], now, TOLERANCE)
    }

    #[test]
    fn po_093_po_098_signatures_are_those_of_the_vendors_library() {
        let signature = format!("{SECONDS}:{DIGEST}");
        assert_eq!(sign(BODY, b"dolphins", SECONDS), signature);
        assert_eq!(verified(&signature, BODY, SECONDS), Ok(SECONDS));
        assert_eq!(verified(&format!("  {signature} "), BODY, SECONDS), Ok(SECONDS));
        let empty = "ec234336773028adf2868640222fbe2abcbdad8535e35631564bd504ede1ab6c";
        assert_eq!(verified(&format!("{SECONDS}:{empty}"), b"", SECONDS), Ok(SECONDS));
    }

    #[test]
    fn po_094_five_minutes_either_way() {
        let signature = format!("{SECONDS}:{DIGEST}");
        assert_eq!(verified(&signature, BODY, SECONDS + 300), Ok(SECONDS));
        assert_eq!(verified(&signature, BODY, SECONDS - 300), Ok(SECONDS));
        assert_eq!(verified(&signature, BODY, SECONDS + 301), Err(Reason::Stale));
        assert_eq!(verified(&signature, BODY, SECONDS - 301), Err(Reason::Future));
        assert_eq!(verify(Some(&signature), BODY, &[b"dolphins"], 0, 0), Ok(SECONDS));
    }

    #[test]
    fn po_095_po_096_nothing_else_is_a_signature() {
        for (header, reason) in [
            ("", Reason::MalformedHeader),
            (DIGEST, Reason::PlainDigest),
            (&format!(":{DIGEST}"), Reason::MalformedHeader),
            (&format!("1e9:{DIGEST}"), Reason::MalformedHeader),
            (&format!("1588935484.5:{DIGEST}"), Reason::MalformedHeader),
            (&format!("+1588935484:{DIGEST}"), Reason::MalformedHeader),
            (&format!("99999999999999999999:{DIGEST}"), Reason::MalformedHeader),
            ("1588935484:", Reason::MalformedHeader),
            (&format!("{SECONDS}:{}", DIGEST.to_uppercase()), Reason::MalformedHeader),
            (&format!("{SECONDS}:{DIGEST}:{DIGEST}"), Reason::MalformedHeader),
            (&format!("0{SECONDS}:{DIGEST}"), Reason::Mismatch),
            (&format!("{SECONDS}:{}", DIGEST.replace('5', "6")), Reason::Mismatch),
        ] {
            assert_eq!(verified(header, BODY, SECONDS), Err(reason), "{header}");
        }
        assert_eq!(verify(None, BODY, &[b"dolphins"], SECONDS, TOLERANCE), Err(Reason::MissingHeader));
    }

    #[test]
    fn po_097_one_byte_is_enough() {
        let signature = format!("{SECONDS}:{DIGEST}");
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(verified(&signature, &body, SECONDS), Err(Reason::Mismatch));
        }
        assert_eq!(verified(&signature, BODY.strip_suffix(b"}").unwrap(), SECONDS), Err(Reason::Mismatch));
    }

    #[test]
    fn a_secret_that_takes_anothers_place_is_taken_beside_it() {
        let signature = sign(BODY, b"new", SECONDS);
        let with = |secrets: &[&[u8]]| verify(Some(&signature), BODY, secrets, SECONDS, TOLERANCE);
        assert_eq!(with(&[b"dolphins", b"new"]), Ok(SECONDS));
        assert_eq!(with(&[b"dolphins"]), Err(Reason::Mismatch));
        assert_eq!(with(&[]), Err(Reason::Mismatch));
        assert_eq!(verify(Some(&sign(BODY, b"", SECONDS)), BODY, &[b""], SECONDS, TOLERANCE), Err(Reason::Mismatch));
    }
}
