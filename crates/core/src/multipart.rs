//! A form with one file, `multipart/form-data`: <https://www.rfc-editor.org/rfc/rfc7578>, with names escaped as browsers
//! do: <https://html.spec.whatwg.org/#multipart-form-data>.
//!
//! The file itself never passes through here: a form is what stands before it and behind it, so that a file of any size
//! can be streamed between the two.

use alloc::string::String;
use alloc::vec::Vec;

use crate::digest;
use crate::json;

/// What a form says beside the bytes of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Names and values of the plain fields, in the order in which they go out.
    pub fields: Vec<(&'static str, String)>,
    /// The name of the file's field.
    pub file: &'static str,
    /// The file's own name.
    pub file_name: String,
}

/// The bytes around the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The Content-Type of the whole.
    pub content_type: String,
    /// What stands before the file.
    pub head: Vec<u8>,
    /// What stands behind it.
    pub tail: Vec<u8>,
}

impl Form {
    /// The bytes around a file of this media type. The boundary must not occur in the file.
    pub fn frame(&self, boundary: &str, media_type: &str) -> Frame {
        let mut head = String::new();
        for (name, value) in &self.fields {
            json::put(&mut head, &["--", boundary, "\r\nContent-Disposition: form-data; name=\"", name, "\"\r\n\r\n"]);
            json::put(&mut head, &[value, "\r\n"]);
        }
        json::put(&mut head, &["--", boundary, "\r\nContent-Disposition: form-data; name=\"", self.file]);
        json::put(&mut head, &["\"; filename=\"", &escape(&self.file_name), "\"\r\nContent-Type: ", media_type]);
        json::raw(&mut head, "\r\n\r\n");
        let tail = json::concat(&["\r\n--", boundary, "--\r\n"]).into_bytes();
        let content_type = json::concat(&["multipart/form-data; boundary=", boundary]);
        Frame { content_type, head: head.into_bytes(), tail }
    }
}

/// A boundary for a file that is at hand: nobody can write a file that holds the hash of itself.
pub fn boundary_of(file: &[u8]) -> String {
    let mut boundary = String::from("edgepost-");
    for byte in digest::sha256(file).iter().take(16) {
        for half in [byte >> 4, byte & 15] {
            boundary.extend(char::from_digit(u32::from(half), 16));
        }
    }
    boundary
}

fn escape(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        match character {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec;

    fn form(file_name: &str) -> Form {
        Form { fields: vec![("kind", "letter-attachment".into())], file: "file", file_name: file_name.to_string() }
    }

    #[test]
    fn pp_003_pp_150_a_form_is_framed_to_the_byte() {
        let Frame { content_type, head, tail } = form("receipt.pdf").frame("b", "application/pdf");
        assert_eq!(content_type, "multipart/form-data; boundary=b");
        assert_eq!(
            std::str::from_utf8(&head).unwrap(),
            "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nletter-attachment\r\n--b\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"receipt.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        assert_eq!(tail, b"\r\n--b--\r\n");
    }

    #[test]
    fn a_file_name_cannot_break_out() {
        let frame = form("a\"; name=\"kind\"\r\n\r\nx.pdf").frame("b", "application/pdf");
        let head = std::string::String::from_utf8(frame.head).unwrap();
        assert!(head.contains("filename=\"a%22; name=%22kind%22%0D%0A%0D%0Ax.pdf\"\r\n"), "{head}");
    }

    #[test]
    fn boundaries_are_drawn_from_the_file() {
        assert_eq!(boundary_of(b"a").len(), 9 + 32);
        assert_ne!(boundary_of(b"a"), boundary_of(b"b"));
        assert_eq!(boundary_of(b""), "edgepost-e3b0c44298fc1c149afbf4c8996fb924");
    }
}
