//! Room for PDFs, made by the tool `postalform.create_pdf_upload`, and `POST /uploads/{token}`, which fills it.

use edgepost_core::date::rfc3339;
use edgepost_core::file::FileType;
use edgepost_core::http::{Response, header};
use edgepost_core::postalform::POSTALFORM;
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
/// The largest PDF, in bytes.
const LARGEST: usize = 25 << 20;

/// Room for a PDF.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Upload {
    token: String,
    request_id: Option<String>,
    file_name: String,
    /// How many bytes were sent; nothing until then.
    size: Option<usize>,
    #[serde(skip)]
    ends_ms: u64,
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
            provider.uploads.push(Upload { token: token.clone(), request_id, file_name, size: None, ends_ms });
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
    let is_open = |upload: &&mut Upload| upload.token == call.piece() && upload.ends_ms > call.now_ms;
    let upload = provider.uploads.iter_mut().find(is_open);
    let upload = upload.ok_or(refusal::INVALID.saying("Upload token is invalid or expired.".to_owned()))?;
    let content_type = header(&call.request.headers, "content-type").unwrap_or_default();
    let parts = multipart::parse(content_type, call.body()).map_err(|why| refusal::INVALID.saying(why.to_owned()))?;
    let file = parts.iter().find(|part| part.name == "file" && part.file_name.is_some());
    let file = file.ok_or(refusal::INVALID.saying("The field file has to be a file.".to_owned()))?;
    if FileType::sniff(file.value) != Some(FileType::Pdf) || file.value.len() > LARGEST {
        return Err(refusal::INVALID.saying(format!("A PDF of at most {LARGEST} bytes is taken.")));
    }
    upload.size = Some(file.value.len());
    if upload.file_name.is_empty() {
        upload.file_name = file.file_name.clone().unwrap_or_default();
    }
    Ok(answer(200, &json!({ "upload_token": upload.token, "status": "uploaded" })))
}
