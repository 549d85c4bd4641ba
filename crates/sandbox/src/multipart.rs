//! Forms with files, `multipart/form-data`, as a server reads them: <https://www.rfc-editor.org/rfc/rfc7578>, with the
//! delimiters of <https://www.rfc-editor.org/rfc/rfc2046#section-5.1>.
//!
//! Written by hand: the crates that read such forms want an asynchronous runtime. A body may come from anywhere, so the
//! number of parts and the size of their headers have an end, and whatever is not understood is refused in words.

/// RFC 2046 allows a boundary of 1 to 70 characters.
const LONGEST_BOUNDARY: usize = 70;
/// No operation has more than three fields.
const MOST_PARTS: usize = 16;
/// Of one part, in bytes.
const LARGEST_HEAD: usize = 8_192;

/// One field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'b> {
    pub(crate) name: String,
    /// The file's own name, if the field is a file.
    pub(crate) file_name: Option<String>,
    pub(crate) value: &'b [u8],
}

/// Reads a form, or says in a sentence why it is none.
pub(crate) fn parse<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Part<'b>>, &'static str> {
    let boundary = boundary(content_type)?;
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter may stand at the very beginning, without a line before it.
    let first = delimiter.get(2..).unwrap_or_default();
    let mut rest = match body.strip_prefix(first).and_then(behind_delimiter) {
        Some(next) => next,
        None => split(body, &delimiter).ok_or("The form does not hold its boundary.")?.1,
    };
    let mut parts = Vec::new();
    while let Next::Part(start) = rest {
        if parts.len() == MOST_PARTS {
            return Err("The form has too many parts.");
        }
        let (part, next) = split(start, &delimiter).ok_or("The form ends in the middle of a part.")?;
        parts.push(read_part(part)?);
        rest = next;
    }
    Ok(parts)
}

/// What follows a delimiter.
enum Next<'b> {
    /// Another part, which begins here.
    Part(&'b [u8]),
    /// Nothing: the form is complete.
    End,
}

/// The boundary that a Content-Type names.
fn boundary(content_type: &str) -> Result<String, &'static str> {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !essence.trim_ascii().eq_ignore_ascii_case("multipart/form-data") {
        return Err("Send the file as multipart/form-data.");
    }
    let boundary = parameter(parameters, "boundary").ok_or("The Content-Type names no boundary.")?;
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if !(1..=LONGEST_BOUNDARY).contains(&boundary.len()) || boundary.ends_with(' ') || !boundary.bytes().all(is_valid) {
        return Err("The Content-Type's boundary is not one.");
    }
    Ok(boundary)
}

/// What stands before the next delimiter, and what follows it.
fn split<'b>(bytes: &'b [u8], delimiter: &[u8]) -> Option<(&'b [u8], Next<'b>)> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == b'\r')?;
        let (before, candidate) = bytes.split_at_checked(at)?;
        // A line that only begins like the delimiter is content.
        if let Some(next) = candidate.strip_prefix(delimiter).and_then(behind_delimiter) {
            return Some((before, next));
        }
        from = at + 1;
    }
}

/// What follows a delimiter on its line; `None` if the line is not one.
fn behind_delimiter(rest: &[u8]) -> Option<Next<'_>> {
    if rest.starts_with(b"--") {
        return Some(Next::End);
    }
    let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    rest.get(padding..)?.strip_prefix(b"\r\n").map(Next::Part)
}

fn read_part(part: &[u8]) -> Result<Part<'_>, &'static str> {
    let limited = part.get(..part.len().min(LARGEST_HEAD)).unwrap_or_default();
    let end = limited.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or("A part of the form has no end of its headers.")?;
    let (head, value) = part.split_at_checked(end + 4).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(|_| "The headers of a part of the form are not UTF-8.")?;
    let mut disposition = None;
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or("A header of a part of the form has no colon.")?;
        if name.eq_ignore_ascii_case("content-disposition") && disposition.replace(value).is_some() {
            return Err("A part of the form has two Content-Dispositions.");
        }
    }
    let (kind, parameters) = disposition.and_then(|value| value.split_once(';')).unwrap_or_default();
    if !kind.trim_ascii().eq_ignore_ascii_case("form-data") {
        return Err("A part of the form has no Content-Disposition: form-data.");
    }
    let name = parameter(parameters, "name").ok_or("A part of the form has no name.")?;
    Ok(Part { name, file_name: parameter(parameters, "filename"), value })
}

/// A parameter of a header; the first of its name.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (name, value) = rest.trim_ascii_start().split_once('=')?;
        let value = value.trim_ascii_start();
        let (value, next) = match value.strip_prefix('"') {
            Some(quoted) => quoted_string(quoted)?,
            None => {
                let (value, next) = value.split_once(';').unwrap_or((value, ""));
                (value.trim_ascii_end().to_owned(), next)
            }
        };
        if name.trim_ascii().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

/// A value up to its closing quote, and the parameters behind it; `None` if nothing closes it.
///
/// Browsers write a quote, a carriage return and a line feed as `%22`, `%0D` and `%0A`; older programs write `\"`. A
/// backslash before anything else is one: some file names are whole Windows paths.
fn quoted_string(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let (_, next) = quoted.split_at_checked(at + 1)?;
                let next = next.trim_ascii_start();
                let value = value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
                return Some((value, next.strip_prefix(';').unwrap_or(next)));
            }
            '\\' if characters.as_str().starts_with('"') => {
                characters.next();
                value.push('"');
            }
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::multipart::Form;

    const TYPE: &str = "multipart/form-data; boundary=b";

    fn part<'b>(name: &str, file_name: Option<&str>, value: &'b [u8]) -> Part<'b> {
        Part { name: name.into(), file_name: file_name.map(str::to_owned), value }
    }

    #[test]
    fn pp_150_what_the_core_writes_is_read() {
        for file_name in ["front.jpg", "a\"b\r\nc.jpg", "é; name=\"kind\".jpg", "C:\\pictures\\front.jpg"] {
            let fields = vec![("kind", "postcard-image".to_owned())];
            let form = Form { fields, file: "file", file_name: file_name.into() };
            let frame = form.frame("edgepost-0123", "image/jpeg");
            for file in [&b"\xff\xd8\xff\r\n--edgepost-0123x\r\n\r\n--\r\n"[..], b"", b"\r\n", b"\r\r\n--"] {
                let body = [&frame.head, file, &frame.tail].concat();
                let parts = parse(&frame.content_type, &body).unwrap();
                let expected = [part("kind", None, b"postcard-image"), part("file", Some(file_name), file)];
                assert_eq!(parts, expected, "{file_name}");
            }
        }
    }

    #[test]
    fn what_other_programs_write_is_read() {
        let curl = "--------------------------abcdef0123456789";
        let body = format!(
            "--{curl}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nletter-attachment\r\n--{curl}\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"my \\\"best\\\".pdf\"\r\n\
            Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--{curl}--\r\n"
        );
        let parts = parse(&format!("multipart/form-data; boundary={curl}"), body.as_bytes()).unwrap();
        let expected = [part("kind", None, b"letter-attachment"), part("file", Some("my \"best\".pdf"), b"%PDF-1.7")];
        assert_eq!(parts, expected);
        let odd =
            b"preamble\r\n--a b \t\r\ncontent-disposition:FORM-DATA;NAME = kind ; x=y\r\nX: y\r\n\r\n1\r\n--a b--";
        let parts = parse("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", odd).unwrap();
        assert_eq!(parts, [part("kind", None, b"1")]);
        assert_eq!(parse(TYPE, b"--b--"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_form_is_refused_in_words() {
        let head = "Content-Disposition: form-data; name=\"kind\"";
        let many = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n".repeat(MOST_PARTS + 1);
        let long = format!("--b\r\n{head}; x=\"{}\"\r\n\r\n1\r\n--b--", "y".repeat(LARGEST_HEAD));
        for (content_type, body, says) in [
            ("application/json", "{}", "multipart/form-data"),
            ("", "", "multipart/form-data"),
            ("multipart/form-data", "--b--", "no boundary"),
            ("multipart/form-data; boundary=", "----", "not one"),
            ("multipart/form-data; boundary=\"b", "--b--", "no boundary"),
            ("multipart/form-data; boundary=\"b\r\n\"", "--b--", "not one"),
            (&format!("multipart/form-data; boundary={}", "b".repeat(71)), "", "not one"),
            (TYPE, "", "does not hold its boundary"),
            (TYPE, "--c\r\n\r\n--c--", "does not hold its boundary"),
            (TYPE, "--b", "does not hold its boundary"),
            (TYPE, "--b\r\n", "in the middle"),
            (TYPE, &format!("--b\r\n{head}\r\n\r\n1"), "in the middle"),
            (TYPE, &format!("--b\r\n{head}\r\n\r\n1\r\n--bb--"), "in the middle"),
            (TYPE, &format!("--b\r\n{head}\r\n1\r\n--b--"), "no end of its headers"),
            (TYPE, "--b\r\nContent-Disposition form-data\r\n\r\n1\r\n--b--", "no colon"),
            (TYPE, "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", "no Content-Disposition"),
            (TYPE, "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--", "no Content-Disposition"),
            (TYPE, "--b\r\nContent-Disposition: form-data; filename=a\r\n\r\n1\r\n--b--", "no name"),
            (TYPE, "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--", "no name"),
            (TYPE, &format!("--b\r\n{head}\r\n{head}\r\n\r\n1\r\n--b--"), "two Content-Dispositions"),
            (TYPE, &long, "no end of its headers"),
            (TYPE, &format!("{many}--b--"), "too many parts"),
        ] {
            let error = parse(content_type, body.as_bytes()).err().unwrap_or_default();
            assert!(error.contains(says), "{content_type} {body:.60}: {error}");
        }
        let bytes = b"--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--b--";
        assert_eq!(parse(TYPE, bytes), Err("The headers of a part of the form are not UTF-8."));
    }

    /// Every beginning of a form, and every form with a byte less, is read or refused and nothing else.
    #[test]
    fn no_mangled_form_breaks_the_reader() {
        let whole =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"%22\"\r\n\r\n\r\n--\r\n--b--\r\n";
        assert_eq!(parse(TYPE, whole), Ok(vec![part("file", Some("a\"\""), b"\r\n--")]));
        let mut refused = 0;
        for at in 0..whole.len() {
            let without = [&whole[..at], &whole[at + 1..]].concat();
            refused += usize::from(parse(TYPE, &whole[..at]).is_err());
            let _ = parse(TYPE, &without);
        }
        assert_eq!(refused, whole.len() - 2, "a form is whole when its last delimiter is");
    }
}
