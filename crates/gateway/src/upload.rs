//! Files on their way to a provider: the beginning of the form is looked at, the rest streams by.
//!
//! What goes upstream is a form of the gateway's own, with a boundary of its own: whatever the caller hides behind the file
//! breaks the request off, and is never another field.

use edgepost_core::file::{self, MOST_HEAD};
use edgepost_core::http::{Headers, Request, header, media_type};
use edgepost_core::json;
use edgepost_core::multipart::Frame;
use edgepost_core::operation::{Body, Operation};
use edgepost_core::pieterpost::upload_asset::LARGEST_FILE;
use edgepost_core::prepare::{self, Options};
use edgepost_core::report::{Issue, Severity};

use crate::config::Upstream;
use crate::headers;
use crate::problem::{Code, Problem};

/// What a form may take beside its file.
const MOST_FIELDS: usize = 16_384;
/// No name or value of a plain field is longer.
const MOST_VALUE: usize = 1_024;

/// A form of which nothing was read yet.
#[derive(Clone, Debug)]
pub struct Upload {
    operation: &'static Operation,
    boundary: String,
    length: u64,
    accept_language: Option<String>,
}

/// What is known of a form by its beginning.
#[derive(Clone, Debug)]
pub enum Look {
    /// So many bytes of it have to be there.
    More(usize),
    /// It does not go on.
    Refused(Problem),
    /// It does.
    Pass(Passage),
}

/// A file that may pass.
#[derive(Clone, Debug)]
pub struct Passage {
    /// What goes upstream, but for the secret and the body.
    pub request: Request,
    /// What stands around the file there.
    pub frame: Frame,
    /// Where the file begins in the caller's form.
    pub file_at: usize,
    /// How long it is.
    pub file_size: u64,
    /// What has to stand behind it, and nothing else.
    pub tail: Vec<u8>,
}

impl Passage {
    /// How long the body upstream is.
    pub fn length(&self) -> u64 {
        self.file_size + (self.frame.head.len() + self.frame.tail.len()) as u64
    }
}

/// Looks at the headers of a form.
pub fn receive(operation: &'static Operation, headers: &Headers) -> Result<Upload, Problem> {
    let content_type = header(headers, "content-type").unwrap_or_default();
    let boundary = parameter(content_type, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()));
    let (true, Some(boundary)) = (media_type(content_type) == "multipart/form-data", boundary) else {
        let detail = "Send a form, multipart/form-data with its boundary, such as FormData makes one.";
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    };
    let Some(length) = header(headers, "content-length").and_then(|length| length.parse().ok()) else {
        let detail = "Say how long the form is, in Content-Length: the file is not kept here to count it.";
        return Err(Problem::new(Code::LengthRequired, detail));
    };
    if length > LARGEST_FILE as u64 + MOST_FIELDS as u64 {
        return Err(Problem::new(Code::BodyTooLarge, format!("A file has at most {LARGEST_FILE} bytes.")));
    }
    Ok(Upload { operation, boundary, length, accept_language: headers::accept_language(headers) })
}

impl Upload {
    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Looks at the beginning of a form. `boundary` is the one to use upstream; nobody can know it before.
    pub fn look(&self, upstream: &Upstream, head: &[u8], boundary: &str) -> Look {
        let is_all = head.len() as u64 >= self.length;
        match self.parts(head) {
            Ok(Some(parts)) => self.decide(upstream, head, &parts, boundary),
            Ok(None) if !is_all && head.len() < MOST_FIELDS => Look::More((head.len() + 1).min(MOST_FIELDS)),
            Ok(None) => Look::Refused(malformed("there is no file in it")),
            Err(problem) => Look::Refused(problem),
        }
    }

    /// The parts up to the file; nothing while the file's has not begun.
    fn parts(&self, head: &[u8]) -> Result<Option<Parts>, Problem> {
        let Body::Multipart { file, .. } = self.operation.body else { return Err(malformed("it is not wanted here")) };
        let opening = format!("--{}\r\n", self.boundary);
        let between = format!("\r\n--{}\r\n", self.boundary);
        if !head.starts_with(opening.get(..head.len().min(opening.len())).unwrap_or_default().as_bytes()) {
            return Err(malformed("it does not begin with its boundary"));
        }
        let mut at = opening.len();
        let mut fields = Vec::new();
        loop {
            let rest = head.get(at..).unwrap_or_default();
            let Some(end) = find(rest, b"\r\n\r\n") else { return Ok(None) };
            let lines = std::str::from_utf8(rest.get(..end).unwrap_or_default());
            let lines = lines.map_err(|_| malformed("a part's headers are not UTF-8"))?;
            let disposition = lines
                .split("\r\n")
                .find_map(|line| {
                    line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
                })
                .map(|(_, value)| value)
                .ok_or_else(|| malformed("a part has no Content-Disposition"))?;
            let name = parameter(disposition, "name").ok_or_else(|| malformed("a part has no name"))?;
            at += end + 4;
            if name == file {
                let file_name = parameter(disposition, "filename").unwrap_or_default();
                return Ok(Some(Parts { fields, file_name, file_at: at }));
            }
            let rest = head.get(at..).unwrap_or_default();
            let Some(end) = find(rest, between.as_bytes()) else {
                if find(rest, format!("\r\n--{}--", self.boundary).as_bytes()).is_some() {
                    return Err(malformed(&format!("there is no field {file:?}, the file, at its end")));
                }
                return Ok(None);
            };
            let value = rest.get(..end).filter(|value| value.len() <= MOST_VALUE && name.len() <= MOST_VALUE);
            let value = value.and_then(|value| std::str::from_utf8(value).ok());
            let value = value.ok_or_else(|| malformed("a field is too long, or not UTF-8"))?;
            fields.push((name, value.to_owned()));
            at += end + between.len();
        }
    }

    fn decide(&self, upstream: &Upstream, head: &[u8], parts: &Parts, boundary: &str) -> Look {
        let tail = format!("\r\n--{}--\r\n", self.boundary).into_bytes();
        let Some(file_size) = self.length.checked_sub((parts.file_at + tail.len()) as u64) else {
            return Look::Refused(malformed("it breaks off, or does not end with its boundary and a line break"));
        };
        let options = Options {
            base_url: Some(upstream.base.clone()),
            accept_language: self.accept_language.clone(),
            ..Options::default()
        };
        let prepared = match prepare::build(self.operation, parts.input(self.operation, file_size).as_bytes(), &options)
        {
            Ok(prepared) => prepared,
            Err(report) => return refused(report.issues),
        };
        let Some(form) = prepared.form else { return Look::Refused(malformed("it is not wanted here")) };
        let beginning = head.get(parts.file_at..).unwrap_or_default();
        let beginning = beginning.get(..usize::try_from(file_size).unwrap_or(usize::MAX)).unwrap_or(beginning);
        let kind = form.fields.iter().find(|(name, _)| *name == "kind").map_or("", |(_, kind)| kind);
        let found = file::inspect(kind, beginning, Some(file_size));
        if let Some(need) = found.need.filter(|need| *need > beginning.len() && beginning.len() < MOST_HEAD) {
            return Look::More(parts.file_at + need.min(MOST_HEAD));
        }
        if found.issues.iter().any(|issue| issue.severity == Severity::Error) {
            return refused(found.issues);
        }
        let frame = form.frame(boundary, file::media_type(beginning));
        let mut request = prepared.request;
        request.headers.push(("content-type".into(), frame.content_type.clone()));
        Look::Pass(Passage { request, frame, file_at: parts.file_at, file_size, tail })
    }
}

/// What stands before the file.
struct Parts {
    fields: Vec<(String, String)>,
    file_name: String,
    file_at: usize,
}

impl Parts {
    /// The same as the JSON that the operation's table reads.
    fn input(&self, operation: &Operation, file_size: u64) -> String {
        let Body::Multipart { file, name } = operation.body else { return String::from("{}") };
        let mut input = String::from("{");
        for (field, value) in
            self.fields.iter().map(|(field, value)| (field.as_str(), value)).chain([(name, &self.file_name)])
        {
            json::member(&mut input, "", field);
            json::member(&mut input, ":", value);
            input.push(',');
        }
        json::member(&mut input, "", file);
        input.push(':');
        input.push_str(&file_size.to_string());
        input.push('}');
        input
    }
}

fn refused(issues: Vec<Issue>) -> Look {
    let first = issues.iter().find(|issue| issue.severity == Severity::Error);
    let detail = first.map_or_else(String::new, |issue| format!("{}: {}", issue.path, issue.message()));
    Look::Refused(Problem { issues, ..Problem::new(Code::InvalidInput, detail) })
}

fn malformed(why: &str) -> Problem {
    Problem::new(Code::BodyUnreadable, format!("The form cannot be read: {why}."))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A parameter of a header such as `form-data; name="kind"`; quoted or plain, escapes as browsers write them.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, behind) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            let text = text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
            return Some(text.trim().to_owned());
        }
        rest = behind.trim_start().strip_prefix(';')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;
    use edgepost_core::operation;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0";

    fn form(kind: &str, file_name: &str, file: &[u8]) -> Vec<u8> {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--b\r\ncontent-disposition: form-data; \
             name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        [head.as_bytes(), file, b"\r\n--b--\r\n"].concat()
    }

    fn received(content_type: &str, length: Option<u64>) -> Result<Upload, Code> {
        let mut headers = vec![("content-type".to_owned(), content_type.to_owned())];
        headers.extend(length.map(|length| ("content-length".to_owned(), length.to_string())));
        receive(operation::find("pieterpost.upload_asset").unwrap(), &headers).map_err(|problem| problem.code)
    }

    fn look(body: &[u8], shown: usize) -> Look {
        let config = read_with(&[]).unwrap();
        let upload = received("multipart/form-data; boundary=b", Some(body.len() as u64)).unwrap();
        upload.look(&config.upstreams[0], &body[..shown], "own")
    }

    /// What a form comes to, read bit by bit.
    fn judged(body: &[u8]) -> Result<Passage, Problem> {
        let mut shown = 0;
        loop {
            match look(body, shown) {
                Look::More(wanted) => {
                    assert!(wanted > shown, "it goes on");
                    shown = wanted.min(body.len());
                }
                Look::Refused(problem) => return Err(problem),
                Look::Pass(passage) => return Ok(passage),
            }
        }
    }

    #[test]
    fn pp_150_a_file_passes_in_a_form_of_our_own() {
        let body = form("postcard-image", "front \"1\".png".replace('"', "%22").as_str(), PNG);
        let passage = judged(&body).unwrap();
        assert_eq!(&body[passage.file_at..][..PNG.len()], PNG);
        assert_eq!((passage.file_size, passage.tail.as_slice()), (PNG.len() as u64, &b"\r\n--b--\r\n"[..]));
        let head = String::from_utf8(passage.frame.head.clone()).unwrap();
        assert!(
            head.starts_with("--own\r\n") && head.contains("filename=\"front %221%22.png\"\r\nContent-Type: image/png")
        );
        assert!(passage.request.url.ends_with("/v1/uploads") && passage.request.body.is_none());
        assert_eq!(passage.length(), (passage.frame.head.len() + PNG.len() + passage.frame.tail.len()) as u64);
    }

    #[test]
    fn pp_005_pp_151_pp_153_pp_155_what_the_provider_would_refuse_does_not_reach_it() {
        let issue = |kind: &str, file: &[u8]| judged(&form(kind, "front.png", file)).unwrap_err().issues[0].code.name();
        let mut rectangle = PNG.to_vec();
        rectangle[19] = 17;
        assert_eq!(issue("postcard-image", &rectangle), "not_square");
        assert_eq!(issue("postcard-image", b"GIF89a\x10\0\x10\0"), "wrong_file_type");
        assert_eq!(issue("postcard-image", b""), "empty_file");
        assert_eq!(issue("postcard-image", b"%PDF-1.7"), "wrong_file_type");
        assert_eq!(issue("passport", PNG), "invalid_choice");
        assert!(judged(&form("letter-attachment", "a.pdf", b"%PDF-1.7")).is_ok());
        let passage = judged(&form("letter-attachment", "a.pdf", b"%PDF-1.7")).unwrap();
        assert!(!passage.request.headers.iter().any(|(name, _)| name == "idempotency-key"));
    }

    #[test]
    fn pp_152_a_file_is_as_long_as_the_form_says() {
        let code = |length| received("multipart/form-data; boundary=b", length).map(|_| ()).unwrap_err();
        assert_eq!(code(None), Code::LengthRequired);
        assert_eq!(code(Some(53_000_000)), Code::BodyTooLarge);
        for other in
            ["application/json", "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=b"]
        {
            assert_eq!(received(other, Some(10)).unwrap_err(), Code::UnsupportedMediaType, "{other}");
        }
    }

    #[test]
    fn forms_that_are_none_are_refused_wherever_they_break_off() {
        let body = form("postcard-image", "front.png", PNG);
        for length in 0..body.len() - PNG.len() - 9 {
            let problem = judged(&body[..length]).unwrap_err();
            assert!(matches!(problem.code, Code::BodyUnreadable | Code::InvalidInput), "{length}: {problem:?}");
        }
        for broken in [
            b"--c\r\n".to_vec(),
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            [b"--b\r\n".to_vec(), vec![b'a'; 20_000]].concat(),
            b"--b\r\n\r\n\r\n--b--\r\n".to_vec(),
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n".to_vec(),
            b"--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\npostcard-image\r\n--b--\r\n".to_vec(),
            b"--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b--\r\n".to_vec(),
        ] {
            assert_eq!(judged(&broken).unwrap_err().code, Code::BodyUnreadable, "{}", String::from_utf8_lossy(&broken));
        }
    }

    #[test]
    fn a_kind_behind_the_file_or_twice_is_no_kind() {
        let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
        let late = [
            file.as_bytes(),
            PNG,
            b"\r\n--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\npostcard-image\r\n--b--\r\n",
        ];
        assert_eq!(judged(&late.concat()).unwrap_err().issues[0].path, "/kind");
        let kind = "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nletter-attachment\r\n";
        let twice = [kind.as_bytes(), &form("postcard-image", "a.png", PNG)].concat();
        assert_eq!(judged(&twice).unwrap_err().issues[0].code.name(), "duplicate_member");
    }
}
