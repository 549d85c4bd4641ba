//! What Pitney Bowes' refusals mean. <https://docs.shippingapi.pitneybowes.com/reference/error-object.html>, read
//! 2026-11-21.

use alloc::string::String;

use crate::read::check;
use crate::refusal::{Codes, Meaning, Refusal, told};
use crate::schema::{Mode, Object, Shape, Slot, list, may, object, text};

/// PB-031: a list of reasons that is not wrapped in anything, once it is.
static LIST: Object =
    object("PitneyBowesErrorList", "Reasons.").fields(&[may("list", &list(&Shape::Any), "Each of them.")]).quiet();

/// PB-030, PB-031: a reason, in any of its shapes. Codes are numbers now and then.
static ERROR: Object = object("PitneyBowesError", "Why a call was refused.")
    .fields(&[
        may("errors", &Shape::Any, "The reasons, or the only one, where it is wrapped (PB-030)."),
        may("errorCode", &text().or_integer(), "A short code."),
        may("key", &text().or_integer(), "The same, elsewhere."),
        may("errorDescription", &text(), "The same for people."),
        may("message", &text(), "The same, elsewhere."),
        may("userMessage", &text(), "The same, elsewhere."),
        may("additionalInfo", &text(), "More of it."),
    ])
    .quiet();

const EACH: Slot = LIST.slot("list");
const WRAPPED: Slot = ERROR.slot("errors");
const NAMES: [Slot; 2] = [ERROR.slot("errorCode"), ERROR.slot("key")];
const WORDS: [Slot; 4] =
    [ERROR.slot("errorDescription"), ERROR.slot("message"), ERROR.slot("userMessage"), ERROR.slot("additionalInfo")];

/// PB-032, PB-033.
const CODES: &Codes = &[
    (0, "1000005", Meaning::Unknown),
    (0, "1000500", Meaning::Unknown),
    (0, "1000032", Meaning::Mendable),
    (0, "1000033", Meaning::Mendable),
    (409, "", Meaning::MayBeDone),
];

/// PB-030 to PB-033: reads a refusal. `None` if the body is not Pitney Bowes'.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let (code, message) = reason(body)?;
    // Something broke on the way, whatever the code says: nobody knows how far it came.
    let codes = if status < 500 { CODES } else { &[] };
    Some(Refusal::new(status, code, message, codes))
}

/// Code and words of the first reason that has a code. What is read has no more depth than any input.
fn reason(body: &[u8]) -> Option<(String, String)> {
    let body = body.trim_ascii();
    if body.first() == Some(&b'[') {
        let wrapped = [b"{\"list\":", body, b"}"].concat();
        let list = check(&LIST, &wrapped, Mode::Answer);
        return list.root().items(EACH).find_map(|item| reason(item.bytes()));
    }
    let reading = check(&ERROR, body, Mode::Answer);
    let error = reading.root();
    if error.has(WRAPPED) {
        return reason(error.at(WRAPPED).bytes());
    }
    Some((told(&error, &NAMES)?, told(&error, &WORDS).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Option<(String, String, Meaning)> {
        meaning(status, body.as_bytes()).map(|refusal| (refusal.code, refusal.message, refusal.meaning))
    }

    #[test]
    fn pb_030_pb_031_every_shape_of_a_refusal_is_read() {
        for (body, code, message) in [
            (
                r#"{"errors":[{"errorCode":"1000045","errorDescription":"No.","additionalInfo":null,"parameters":["amount"]}]}"#,
                "1000045",
                "No.",
            ),
            (r#"{"errors":[{"errorCode":1000045,"errorDescription":"No."}]}"#, "1000045", "No."),
            (r#"[{"errorCode":"1000045","message":"No.","additionalInfo":"amount"}]"#, "1000045", "No."),
            (" \n[{\"errorCode\":\"1000045\",\"additionalInfo\":\"amount\"}]\n", "1000045", "amount"),
            (
                r#"{"status":"ERROR","errors":[{"errorCode":"PB-FUND-ERR-1","errorDescription":"No.","userMessage":"Oh."}]}"#,
                "PB-FUND-ERR-1",
                "No.",
            ),
            (r#"[{"key":"validation.failed","message":"No."}]"#, "validation.failed", "No."),
            (r#"{"key":"validation.failed","message":"No."}"#, "validation.failed", "No."),
            (r#"{"errorCode":"1000050","message":"No."}"#, "1000050", "No."),
            (r#"{"errors":{"errorCode":"1000050","userMessage":"Oh."}}"#, "1000050", "Oh."),
            (r#"{"errors":[{"message":"?"},{"errorCode":"1000050"}]}"#, "1000050", ""),
        ] {
            assert_eq!(read(400, body), Some((code.into(), message.into(), Meaning::Final)), "{body}");
        }
        for body in [
            "",
            "{}",
            "[]",
            "<html>",
            "[",
            "7",
            r#"{"errors":[]}"#,
            r#"{"errors":["x"]}"#,
            r#"{"code":"x","error":"y"}"#,
        ] {
            assert_eq!(read(400, body), None, "{body}");
        }
    }

    #[test]
    fn pb_032_pb_033_what_a_refusal_means() {
        for (status, code, expected) in [
            (400, "1000045", Meaning::Final),
            (400, "a.code.of.tomorrow", Meaning::Final),
            (405, "1000001", Meaning::Final),
            (400, "1000032", Meaning::Mendable),
            (401, "1000032", Meaning::Mendable),
            (403, "1000033", Meaning::Mendable),
            (404, "1000045", Meaning::Mendable),
            (402, "PB-FUND-ERR-1", Meaning::Funds),
            (429, "x", Meaning::NextMinute),
            (400, "1000005", Meaning::Unknown),
            (400, "1000500", Meaning::Unknown),
            (408, "x", Meaning::Unknown),
            (500, "1000500", Meaning::Unknown),
            (503, "x", Meaning::Unknown),
        ] {
            let body = std::format!(r#"{{"errors":[{{"errorCode":"{code}","errorDescription":"No."}}]}}"#);
            assert_eq!(
                meaning(status, body.as_bytes()).map(|refusal| refusal.meaning),
                Some(expected),
                "{status} {code}"
            );
        }
    }
}
