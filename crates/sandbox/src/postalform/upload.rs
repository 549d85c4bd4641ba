//! Room for PDFs, made by the tool `postalform.create_pdf_upload`, and `POST /uploads/{token}`, which fills it.

use edgepost_core::date::rfc3339;
use edgepost_core::file::{FileType, inspect, pdf};
use edgepost_core::http::{Response, header};
use edgepost_core::postalform::POSTALFORM;
use edgepost_core::report::Severity;
use serde::Serialize;
use serde_json::{Value, json};

use super::tools::text;
use super::{PostalForm, refusal};
use crate::Sandbox;
use crate::answer::{Refusal, json as answer};
use crate::multipart;
use crate::route::Call;

/// Where PDFs are sent; the vendor's own path is not known.
pub(super) const PATH: &str = "/uploads/{token}";
/// How long there is room, in milliseconds.
const OPEN_MS: u64 = 900_000;
/// How long a PDF can be ordered, in milliseconds.
const KEPT_MS: u64 = 86_400_000;
/// Postcards, and what their PDFs are looked at for.
const POSTCARDS: [(&str, &str); 3] =
    [("4x6", "postalform-postcard-4x6"), ("6x9", "postalform-postcard-6x9"), ("11x6", "postalform-postcard-11x6")];
/// The largest PDF, in bytes.
const LARGEST: usize = 25 << 20;

/// Room for a PDF.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Upload {
    token: String,
    request_id: Option<String>,
    file_name: String,
    /// How many bytes were sent; nothing until then.
    size: Option<usize>,
    /// How many pages it has, where that can be told.
    page_count: Option<u64>,
    /// The order that was paid for with it.
    order_id: Option<String>,
    /// The postcards that it cannot be printed as.
    #[serde(skip)]
    unfit: Vec<&'static str>,
    /// Until when there is room.
    #[serde(skip)]
    ends_ms: u64,
    /// Until when it can be ordered.
    #[serde(skip)]
    kept_ms: u64,
}

/// PFD-016: makes room, or finds what was made for the same `request_id`.
pub(super) fn created(provider: &mut PostalForm, call: &Call<'_>, arguments: &Value) -> Value {
    let request_id = arguments["request_id"].as_str().map(str::to_ascii_lowercase);
    provider.uploads.retain(|upload| upload.size.is_some() || upload.ends_ms > call.now_ms);
    let made = |upload: &&Upload| upload.request_id.is_some() && upload.request_id == request_id;
    let (token, ends_ms) = match provider.uploads.iter().find(made) {
        Some(upload) => (upload.token.clone(), upload.ends_ms),
        None => {
            let (token, ends_ms) = (provider.ids.id("pfu_"), call.now_ms.saturating_add(OPEN_MS));
            let file_name = text(arguments, "file_name").to_owned();
            let upload = Upload { token: token.clone(), request_id, file_name, ends_ms, ..Upload::default() };
            provider.uploads.push(upload);
            (token, ends_ms)
        }
    };
    json!({
        "upload_url": format!("{}/{}{}", call.origin, POSTALFORM.name, PATH.replace("{token}", &token)),
        "upload_token": token, "expires_at": rfc3339(ends_ms), "max_bytes": LARGEST, "required_headers": {},
    })
}

/// Takes a PDF.
pub(super) fn fill(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    filled(&mut sandbox.postalform, call).unwrap_or_else(|refusal| refusal::response(&refusal))
}

fn filled(provider: &mut PostalForm, call: &Call<'_>) -> Result<Response, Refusal> {
    let is_open = |upload: &&mut Upload| {
        upload.token == call.piece() && upload.ends_ms > call.now_ms && upload.order_id.is_none()
    };
    let upload = provider.uploads.iter_mut().find(is_open);
    let upload = upload.ok_or(refusal::INVALID.saying(NO_TOKEN.to_owned()))?;
    let content_type = header(&call.request.headers, "content-type").unwrap_or_default();
    let parts = multipart::parse(content_type, call.body()).map_err(|why| refusal::INVALID.saying(why.to_owned()))?;
    let file = parts.iter().find(|part| part.name == "file" && part.file_name.is_some());
    let file = file.ok_or(refusal::INVALID.saying("The field file has to be a file.".to_owned()))?;
    if FileType::sniff(file.value) != Some(FileType::Pdf) || file.value.len() > LARGEST {
        return Err(refusal::INVALID.saying(format!("A PDF of at most {LARGEST} bytes is taken.")));
    }
    upload.size = Some(file.value.len());
    upload.kept_ms = call.now_ms.saturating_add(KEPT_MS);
    upload.page_count = pdf::pages(file.value).ok().map(|pages| pages.len() as u64);
    let is_unfit = |kind: &str| {
        let issues = inspect(kind, file.value, Some(file.value.len() as u64)).issues;
        issues.iter().any(|issue| issue.severity == Severity::Error)
    };
    upload.unfit = POSTCARDS.into_iter().filter(|(_, kind)| is_unfit(kind)).map(|(size, _)| size).collect();
    if upload.file_name.is_empty() {
        upload.file_name = file.file_name.clone().unwrap_or_default();
    }
    Ok(answer(200, &json!({ "upload_token": upload.token, "status": "uploaded" })))
}

const NO_TOKEN: &str = "Upload token is invalid or expired.";

/// How many pages the PDF has that a token stands for, where that can be told. The vendor does not say for how long a token is
/// good, nor for how many orders: here it is a day, and one that is paid.
pub(super) fn pages(
    provider: &PostalForm,
    token: &str,
    postcard_size: Option<&str>,
    order_id: Option<&str>,
    now_ms: u64,
) -> Result<Option<u64>, Refusal> {
    let is_others = |upload: &Upload| upload.order_id.is_some() && upload.order_id.as_deref() != order_id;
    let is_unfit = |upload: &Upload| postcard_size.is_some_and(|size| upload.unfit.contains(&size));
    let why = match provider.uploads.iter().find(|upload| upload.token == token) {
        Some(upload) if upload.size.is_none() && now_ms < upload.ends_ms => "Nothing was uploaded for this token yet.",
        Some(upload) if is_others(upload) => "This upload token was used for another order.",
        Some(upload) if now_ms < upload.kept_ms && is_unfit(upload) => "The PDF is no postcard of this size.",
        Some(upload) if now_ms < upload.kept_ms => return Ok(upload.page_count),
        _ => NO_TOKEN,
    };
    Err(Refusal { fields: vec![("/pdf/upload_token".to_owned(), why.to_owned())], ..refusal::INVALID })
}

/// Keeps what a token stands for for the order that was paid for with it.
pub(super) fn use_up(provider: &mut PostalForm, token: Option<&str>, order_id: &str) {
    if let Some(upload) = provider.uploads.iter_mut().find(|upload| Some(upload.token.as_str()) == token) {
        upload.order_id = Some(order_id.to_owned());
    }
}
