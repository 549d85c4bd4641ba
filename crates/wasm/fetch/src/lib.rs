//! What the modules that call somebody have in common: what the caller wishes, and one request with its answer.
#![cfg(target_arch = "wasm32")]

mod caller;

use edgepost_core::file::{FileType, media_type};
use edgepost_core::http::{Request, Response};
use edgepost_core::multipart::Form;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, FormData};

pub use self::caller::{Abort, Caller, sleep};

/// Smaller by 3 KB, compressed, than the allocator that comes with Rust.
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// How long an answer is waited for, if nothing is said. The gateway itself waits 20 s for the provider.
pub const TIMEOUT_MS: u32 = 30_000;
/// How long a wait lasts, if nothing is said.
pub const LONGEST_WAIT_MS: f64 = 600_000.0;

/// The caller has given up.
pub struct Lost;

/// Milliseconds since 1970.
pub fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// Sends a request; `None` if no answer comes in time.
pub async fn answer(
    request: &Request,
    form: Option<&Form>,
    caller: &Caller,
    timeout_ms: u32,
) -> Result<Option<Response>, Lost> {
    if caller.is_aborted() {
        return Err(Lost);
    }
    let abort = Abort::of(caller);
    let controller = AbortController::new().ok();
    let answer = Box::pin(fetch(request, form, caller, controller.as_ref()));
    let timeout = TimeoutFuture::new(timeout_ms.min(i32::MAX as u32));
    let first = select(answer, select(timeout, abort.heard())).await;
    let response = match first {
        Either::Left((response, _)) => response.ok(),
        Either::Right((_, _)) => {
            if let Some(controller) = &controller {
                controller.abort();
            }
            None
        }
    };
    if caller.is_aborted() { Err(Lost) } else { Ok(response) }
}

async fn fetch(
    request: &Request,
    form: Option<&Form>,
    caller: &Caller,
    controller: Option<&AbortController>,
) -> Result<Response, JsValue> {
    let mut headers = request.headers.clone();
    if let Some(grant) = caller.grant() {
        headers.push(("edgepost-grant".into(), grant));
    }
    let body = body(request, form, caller).await?;
    let response = send(&caller.fetch(), request, &headers, body, controller).await?;
    let status = response.status();
    let headers = gloo_net::http::Headers::from_raw(response.headers()).entries().collect();
    let body = Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?).to_vec();
    Ok(Response { status, headers, body })
}

/// What goes out behind the headers.
async fn body(request: &Request, form: Option<&Form>, caller: &Caller) -> Result<Option<JsValue>, JsValue> {
    if let (Some(form), Some(file)) = (form, caller.file()) {
        return Ok(Some(form_data(form, &file).await?.into()));
    }
    Ok(request.body.as_deref().map(|body| Uint8Array::from(body).into()))
}

/// PP-003: the platform draws the boundary and streams the file. Its type is told by what it holds, as everywhere.
async fn form_data(form: &Form, file: &Blob) -> Result<FormData, JsValue> {
    let head = file.slice_with_f64_and_f64(0.0, FileType::TOLD_WITHIN as f64)?;
    let head = Uint8Array::new(&JsFuture::from(head.array_buffer()).await?).to_vec();
    let file = file.slice_with_f64_and_f64_and_content_type(0.0, file.size(), media_type(&head))?;
    let data = FormData::new()?;
    for (name, value) in &form.fields {
        data.append_with_str(name, value)?;
    }
    data.append_with_blob_and_filename(form.file, &file, &form.file_name)?;
    Ok(data)
}

/// Called with an address and an object, which the wrappers that callers bring can spread.
async fn send(
    fetch: &Function,
    request: &Request,
    headers: &[(String, String)],
    body: Option<JsValue>,
    controller: Option<&AbortController>,
) -> Result<web_sys::Response, JsValue> {
    let fields = Object::new();
    for (name, value) in headers {
        Reflect::set(&fields, &name.into(), &value.into())?;
    }
    let init = Object::new();
    Reflect::set(&init, &"method".into(), &request.method.as_str().into())?;
    Reflect::set(&init, &"headers".into(), &fields)?;
    Reflect::set(&init, &"redirect".into(), &"manual".into())?;
    if let Some(body) = body {
        Reflect::set(&init, &"body".into(), &body)?;
    }
    if let Some(controller) = controller {
        Reflect::set(&init, &"signal".into(), &controller.signal())?;
    }
    let answer = fetch.call2(&JsValue::UNDEFINED, &request.url.as_str().into(), &init)?;
    let response = JsFuture::from(js_sys::Promise::resolve(&answer)).await?;
    Ok(response.unchecked_into())
}
