//! The PDF that is printed, in four forms. <https://postalform.com/agents> "Draft an order payload", read 2026-11-21.

use crate::read::{Findings, TextAt, is_web_address};
use crate::report::Code;
use crate::rule::pf;
use crate::schema::{Format, Object, Weight, filled, formatted, may, object};

/// PF-020, PF-021: a closed set of forms, the first of which is closed itself; the second may have members of its own.
pub static DOCUMENT: Object =
    object("PostalFormDocument", "Where the PDF is: an upload's token, or an address and the file's id.")
        .fields(&[
            may("upload_token", &filled(), "What create_pdf_upload gave.").rule(pf(20)),
            may(
                "download_url",
                &formatted(Format::WebAddress(Weight::Error)),
                "Where it can be fetched; with `file_id`.",
            )
            .rule(pf(20)),
            may("file_id", &filled(), "The file's id; with `download_url`.").rule(pf(20)),
        ])
        .exactly_one_of(&[&["upload_token"], &["download_url", "file_id"]], pf(20))
        .unknown(pf(21))
        .exactly_with("upload_token");

const DATA: &[u8] = b"data:application/pdf;base64,";

/// PF-020, PF-022, PF-023: a PDF that is given as a text.
pub(super) fn check(document: &TextAt<'_>, found: &mut Findings) {
    if document.is_blank() {
        return;
    }
    let text = document.utf8();
    let is_page = text.starts_with(b"https://") && is_web_address(&document.value());
    let reason = match text.strip_prefix(DATA) {
        Some(data) if !is_base64(data) => "what stands behind base64, is none",
        // `%PDF-` in base64, but for the last two bits of its last letter.
        Some([b'J', b'V', b'B', b'E', b'R', b'i', b'0'..=b'3', ..]) => return,
        Some(_) => "it does not begin with %PDF-",
        None if is_page => {
            found.info(pf(23), Code::UncheckedHost, &document.place());
            return;
        }
        None => "it is neither a PDF as a data: address nor an https address",
    };
    found.error(pf(22), Code::InvalidPdf, &document.place()).text("reason", reason);
}

/// Whether this is base64 with the padding that belongs to it (RFC 4648, section 4).
fn is_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = text.get(..text.len() - padding).unwrap_or_default();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    padding <= 2 && text.len().is_multiple_of(4) && digits.iter().all(is_digit)
}
