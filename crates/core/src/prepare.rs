//! From an input to a request: complete but for the secret.

use alloc::string::String;
use alloc::vec::Vec;

use crate::digest;
use crate::http::{Request, percent_encode};
use crate::json;
use crate::multipart::Form;
use crate::operation::{Body, KeyHeader, Operation};
use crate::read::{Findings, Group, Place, Reading, check, is_web_address, read};
use crate::report::{Code, Issue, Report};
use crate::rule::{RuleId, pp};
use crate::schema::{Field, Mode, Object, Position, Slot, Weight, may, object, text};
use crate::words;

/// What a caller may say about a request.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the input is read for.
    pub mode: Mode,
    /// Where to send it, in place of the provider's own address for tests.
    pub base_url: Option<String>,
    /// Makes a repeated request count once.
    pub idempotency_key: Option<String>,
    /// The language of the provider's messages, as in RFC 9110, section 12.5.4.
    pub accept_language: Option<String>,
}

static OPTIONS: Object = object("Options", "What a caller may say about a request.")
    .fields(&[
        may("mode", &text(), "strict or lenient."),
        may("baseUrl", &text(), "Where to send it."),
        may("idempotencyKey", &text(), "Makes a repeated request count once."),
        may("acceptLanguage", &text(), "The language of the provider's messages."),
    ])
    .quiet();

const MODE: Slot = OPTIONS.slot("mode");
const BASE_URL: Slot = OPTIONS.slot("baseUrl");
const KEY: Slot = OPTIONS.slot("idempotencyKey");
const ACCEPT_LANGUAGE: Slot = OPTIONS.slot("acceptLanguage");

impl Options {
    /// Reads `{ mode?, baseUrl?, idempotencyKey?, acceptLanguage? }`; what is not there has its default.
    pub fn from_json(json: &[u8]) -> Self {
        if json.is_empty() {
            return Options::default();
        }
        let reading = check(&OPTIONS, json, Mode::Answer);
        let root = reading.root();
        let lenient = root.text(MODE).is_some_and(|mode| mode.is("lenient"));
        Options {
            mode: if lenient { Mode::Lenient } else { Mode::Strict },
            base_url: root.copy(BASE_URL),
            idempotency_key: root.copy(KEY),
            accept_language: root.copy(ACCEPT_LANGUAGE),
        }
    }
}

/// A request that was checked: complete but for the secret, which the operation's provider names.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it asks for.
    pub operation: &'static Operation,
    /// The request itself; for a form without body and Content-Type, which are known with the file.
    pub request: Request,
    /// The form that it sends, where it sends one.
    pub form: Option<Form>,
    /// The idempotency key in use.
    pub key: Option<String>,
    /// Warnings and the like about the input.
    pub issues: Vec<Issue>,
}

impl Prepared {
    /// `sha-256=:...:` of the body; of nothing, for a read.
    pub fn digest(&self) -> String {
        digest::field(self.request.body.as_deref().unwrap_or_default())
    }
}

/// The longest idempotency key that PieterPost is known to take (PP-004).
pub const LONGEST_KEY: usize = 140;

/// PP-004: the header that makes a repeated request count once.
pub const IDEMPOTENCY_KEY: KeyHeader =
    KeyHeader { header: "idempotency-key", fits: is_key, longest: LONGEST_KEY, code: Code::InvalidKey, rule: pp(4) };

/// Checks an input. Whatever it is, there is a report.
pub fn validate(operation: &'static Operation, input: &[u8], mode: Mode) -> Report {
    Report { operation: operation.name, issues: check(operation.input, input, mode).issues }
}

/// Stands for what a gateway knows itself, in what is sent to it and in what it writes down.
pub const KNOWN: &str = "-";

/// The input as it is sent to a gateway, with something that stands for what that knows itself. What is no object stays as it
/// is.
pub fn with_known(operation: &'static Operation, input: &[u8]) -> Vec<u8> {
    let reading = check(operation.input, input, Mode::Strict);
    let root = reading.root();
    let is_missing = |field: &&Field| {
        let place = operation.input.find(field.name).map(|slot| root.at(slot));
        field.is_known && place.is_some_and(|place| !place.is_there() && place.bytes().is_empty())
    };
    let Some(object) = input.trim_ascii_end().strip_suffix(b"}") else { return Vec::from(input) };
    let mut behind = String::new();
    let is_empty = object.trim_ascii() == b"{";
    for (position, field) in operation.input.fields.iter().filter(is_missing).enumerate() {
        json::comma(&mut behind, position + usize::from(!is_empty));
        json::text(&mut behind, field.name);
        json::member(&mut behind, ":", KNOWN);
    }
    behind.push('}');
    [object, behind.as_bytes()].concat()
}

/// Checks an input and builds the request for it, or reports why not.
#[inline(never)]
pub fn build(operation: &'static Operation, input: &[u8], options: &Options) -> Result<Prepared, Report> {
    let reading = read(operation.input, input, options.mode);
    let named = &operation.provider.key;
    let mut issues = options_issues(options, named);
    if !reading.ok() || !issues.is_empty() {
        issues.extend(reading.issues);
        return Err(Report { operation: operation.name, issues });
    }
    let base = options.base_url.as_deref().unwrap_or(operation.provider.hosts.test);
    let mut url = String::from(base.strip_suffix('/').unwrap_or(base));
    write_path(&mut url, operation, &reading.root());
    write_query(&mut url, operation, &reading.root());
    let form = form(operation, &reading.root());
    let key = options.idempotency_key.clone().filter(|_| operation.repeat.is_named());
    let is_json = operation.body == Body::Json;
    let own = [
        ("accept-language", options.accept_language.as_deref()),
        ("content-type", is_json.then_some("application/json")),
        (named.header, key.as_deref()),
    ];
    let always = operation.provider.headers.iter().map(|(name, value)| (*name, Some(*value)));
    let headers = always.chain(own).filter_map(|(name, value)| Some((String::from(name), String::from(value?))));
    let headers = headers.collect();
    let Reading { canonical, issues, .. } = reading;
    let body = is_json.then(|| (operation.provider.mended)(&canonical).unwrap_or(canonical));
    let request = Request { method: String::from(operation.method.name()), url, headers, body };
    Ok(Prepared { operation, request, form, key, issues })
}

#[inline(never)]
fn options_issues(options: &Options, named: &KeyHeader) -> Vec<Issue> {
    let mut found = Findings::of(Mode::Strict, Vec::new());
    if let Some(base) = &options.base_url
        && !is_web_address(base)
    {
        found
            .weigh(Weight::Error, RuleId::NONE, Code::InvalidUrl, String::new())
            .text("member", "baseUrl")
            .text("actual", base);
    }
    if let Some(key) = &options.idempotency_key
        && !(named.fits)(key)
    {
        let issue = found.weigh(Weight::Error, named.rule, named.code, String::new());
        issue.number("actual", words::units(key) as i64).number("limit", named.longest as i64);
    }
    if let Some(language) = &options.accept_language
        && !language.bytes().all(|byte| byte.is_ascii_alphanumeric() || words::has(b" ,;=.*-", byte))
    {
        found.weigh(Weight::Error, RuleId::NONE, Code::InvalidLanguage, String::new()).text("actual", language);
    }
    found.finish()
}

/// Whether a text can be an idempotency key (PP-004): it has to fit into a header line.
pub fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Writes the operation's path with the members of the input that belong into it.
fn write_path(url: &mut String, operation: &'static Operation, input: &Group<'_>) {
    for (position, piece) in json::braces(operation.path).enumerate() {
        if position % 2 == 0 {
            json::raw(url, piece);
        } else if let Some(value) = operation.input.find(piece).and_then(|slot| input.text(slot)) {
            percent_encode(url, value.value().trim_ascii());
        }
    }
}

/// Writes the members that belong into the query, those that are there.
fn write_query(url: &mut String, operation: &'static Operation, input: &Group<'_>) {
    let mut separator = '?';
    for field in operation.input.fields.iter().filter(|field| field.position == Position::Query) {
        let Some(place) = operation.input.find(field.name).map(|slot| input.at(slot)).filter(Place::is_usable) else {
            continue;
        };
        url.push(separator);
        json::put(url, &[field.name, "="]);
        percent_encode(url, place.written().trim_ascii());
        separator = '&';
    }
}

/// The form that an operation sends: every member is a field, but for the one that is the file's name.
fn form(operation: &'static Operation, input: &Group<'_>) -> Option<Form> {
    let Body::Multipart { file, name } = operation.body else { return None };
    let value = |field: &str| input.copy(operation.input.find(field)?);
    let fields = operation.input.fields.iter().filter(|field| field.name != name && field.name != file);
    let fields = fields.filter_map(|field| Some((field.name, value(field.name)?))).collect();
    Some(Form { fields, file, file_name: value(name).unwrap_or_default() })
}
