//! JSON of strangers: what is read of it is what every other reader would read, or nothing.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Base64Unpadded, Encoding};

use super::refusal::{Fault, Refusal};
use crate::read::{Group, Place, Reading, check};
use crate::report::{Code, Severity};
use crate::schema::{Mode, Object, Slot};

/// Decodes base64 with either alphabet, with or without padding.
pub(super) fn decode(text: &str, what: &str) -> Result<Vec<u8>, Refusal> {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    let wrong = || Fault::NotBase64.about(what);
    if padding > 2 {
        return Err(wrong());
    }
    let unpadded = text.as_bytes().get(..text.len() - padding).unwrap_or_default();
    // One decoder for both: a second one would be carried by every page that pays.
    let plain = unpadded.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    });
    let plain: Vec<u8> = plain.collect();
    let plain = core::str::from_utf8(&plain).map_err(|_| wrong())?;
    Base64Unpadded::decode_vec(plain).map_err(|_| wrong())
}

/// Base64 for a URL, without padding.
pub(super) fn encode_url(bytes: &[u8]) -> String {
    let written = Base64::encode_string(bytes);
    let characters = written.bytes().filter(|byte| *byte != b'=').map(|byte| match byte {
        b'+' => '-',
        b'/' => '_',
        other => char::from(other),
    });
    characters.collect()
}

/// Reads JSON that must mean one thing only: no member twice, no name that engines treat as their own, nothing of another
/// type than the table says.
pub(super) fn read<'j>(object: &'static Object, bytes: &'j [u8], what: &str) -> Result<Reading<'j>, Refusal> {
    let reading = check(object, bytes, Mode::Strict);
    if !reading.is_json || core::str::from_utf8(bytes).is_err() || bytes.first() != Some(&b'{') {
        return Err(Fault::NotJson.about(what));
    }
    if let Some(twice) = reading.issues.iter().find(|issue| issue.code == Code::DuplicateMember) {
        return Err(Fault::DuplicateMember.about(&twice.path));
    }
    if let Some(name) = odd_name(bytes) {
        return Err(Fault::OddName.about(&name));
    }
    match reading.issues.iter().find(|issue| issue.severity == Severity::Error) {
        // Optional members may be null (payments.md, A1); the reader of requests would have them left out.
        Some(issue) if issue.code != Code::NullMember => Err(Fault::WrongMember.about(&issue.path)),
        _ => Ok(reading),
    }
}

/// The first name that no challenge has: one that JavaScript gives a meaning of its own, or one that hides behind an escape.
fn odd_name(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    loop {
        let start = rest.iter().position(|byte| *byte == b'"')? + 1;
        let text = rest.get(start..)?;
        let mut is_escaped = false;
        let end = text.iter().position(|byte| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            ends
        })?;
        let (name, behind) = text.split_at_checked(end)?;
        rest = behind.get(1..)?;
        let is_name = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        if is_name && (name == b"__proto__" || name.contains(&b'\\')) {
            return Some(String::from(core::str::from_utf8(name).unwrap_or("__proto__")));
        }
    }
}

/// A member's bytes as they came, with its quotes where it is a text.
pub(super) fn raw(place: &Place<'_>, bytes: &[u8]) -> Vec<u8> {
    let span = place.bytes();
    let (from, to) = (place.start(), place.start() + span.len());
    let quoted = if place.text().is_some() { bytes.get(from.saturating_sub(1)..to + 1) } else { None };
    Vec::from(quoted.unwrap_or(span))
}

/// A member that has to be a text.
pub(super) fn text(group: &Group<'_>, slot: Slot) -> Result<String, Refusal> {
    group.copy(slot).ok_or_else(|| Fault::WrongMember.about(&group.at(slot).path()))
}
