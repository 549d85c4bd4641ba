//! What the caller says about a call, as the JavaScript object that it is.

use edgepost_core::operation::Operation;
use edgepost_core::prepare::with_known;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob};

use crate::Lost;

#[wasm_bindgen]
extern "C" {
    /// `{ baseUrl, rules, isDirect?, grant?, fetch, testMode?, file?, idempotencyKey?, acceptLanguage?, attempts?, timeoutMs?, waitMs?,
    /// until?, page?, signal?, onProgress? }`
    pub type Caller;

    /// Where requests go.
    #[wasm_bindgen(method, getter, structural, js_name = baseUrl)]
    pub fn base_url(this: &Caller) -> String;
    /// A hash of the rules that this package knows.
    #[wasm_bindgen(method, getter, structural)]
    pub fn rules(this: &Caller) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = isDirect)]
    fn is_direct(this: &Caller) -> Option<bool>;
    /// What the caller shows a gateway.
    #[wasm_bindgen(method, getter, structural)]
    pub fn grant(this: &Caller) -> Option<String>;
    /// The platform's or another; reading the body of its answer fails where that is too large.
    #[wasm_bindgen(method, getter, structural)]
    pub fn fetch(this: &Caller) -> Function;
    /// Whether nothing is real.
    #[wasm_bindgen(method, getter, structural, js_name = testMode)]
    pub fn test_mode(this: &Caller) -> Option<bool>;
    /// A file that is sent beside the JSON.
    #[wasm_bindgen(method, getter, structural)]
    pub fn file(this: &Caller) -> Option<Blob>;
    /// Makes a call count once.
    #[wasm_bindgen(method, getter, structural, js_name = idempotencyKey)]
    pub fn idempotency_key(this: &Caller) -> Option<String>;
    /// The language of messages.
    #[wasm_bindgen(method, getter, structural, js_name = acceptLanguage)]
    pub fn accept_language(this: &Caller) -> Option<String>;
    /// How often the same is sent at most.
    #[wasm_bindgen(method, getter, structural)]
    pub fn attempts(this: &Caller) -> Option<u32>;
    /// How long an answer is waited for.
    #[wasm_bindgen(method, getter, structural, js_name = timeoutMs)]
    pub fn timeout_ms(this: &Caller) -> Option<u32>;
    /// How long a wait lasts at most.
    #[wasm_bindgen(method, getter, structural, js_name = waitMs)]
    pub fn wait_ms(this: &Caller) -> Option<f64>;
    /// The page of a list.
    #[wasm_bindgen(method, getter, structural)]
    pub fn page(this: &Caller) -> Option<u32>;
    #[wasm_bindgen(method, getter, structural)]
    fn until(this: &Caller) -> Option<Function>;
    /// Gives up.
    #[wasm_bindgen(method, getter, structural)]
    pub fn signal(this: &Caller) -> Option<AbortSignal>;
    #[wasm_bindgen(method, getter, structural, js_name = onProgress)]
    fn on_progress(this: &Caller) -> Option<Function>;
}

impl Caller {
    /// The input as it is sent: to a provider it goes as it is.
    pub fn completed(&self, operation: &'static Operation, input: Vec<u8>) -> Vec<u8> {
        if self.is_direct() == Some(true) { input } else { with_known(operation, &input) }
    }

    /// Tells the caller how it goes. What its callback throws is its own affair and stops nothing.
    pub fn progress(&self, json: &str) {
        if let Some(callback) = self.on_progress() {
            let _ = callback.call1(&JsValue::UNDEFINED, &value_of(json));
        }
    }

    /// Whether the caller has seen enough.
    pub fn is_enough(&self, value: &[u8]) -> bool {
        let Some(callback) = self.until() else { return false };
        let value = value_of(std::str::from_utf8(value).unwrap_or_default());
        callback.call1(&JsValue::UNDEFINED, &value).is_ok_and(|enough| enough.is_truthy())
    }

    /// Whether the caller has given up.
    pub fn is_aborted(&self) -> bool {
        self.signal().is_some_and(|signal| signal.aborted())
    }
}

/// Resolves when the caller gives up; never, if it cannot.
pub struct Abort {
    signal: Option<AbortSignal>,
    listener: Option<Closure<dyn FnMut()>>,
    promise: js_sys::Promise,
}

impl Abort {
    /// Of a caller.
    pub fn of(caller: &Caller) -> Self {
        let signal = caller.signal();
        let mut listener = None;
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let Some(signal) = &signal else { return };
            if signal.aborted() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
                return;
            }
            let heard = Closure::new(move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            });
            let _ = signal.add_event_listener_with_callback("abort", heard.as_ref().unchecked_ref());
            listener = Some(heard);
        });
        Abort { signal, listener, promise }
    }

    /// Ready when the caller gives up.
    pub fn heard(&self) -> JsFuture {
        JsFuture::from(self.promise.clone())
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let (Some(signal), Some(listener)) = (&self.signal, &self.listener) {
            let _ = signal.remove_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        }
    }
}

/// Waits, unless the caller gives up.
pub async fn sleep(ms: u64, caller: &Caller) -> Result<(), Lost> {
    let abort = Abort::of(caller);
    let pause = TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX).min(i32::MAX as u32));
    match select(pause, abort.heard()).await {
        Either::Left(_) => Ok(()),
        Either::Right(_) => Err(Lost),
    }
}

/// The value of JSON text; nothing, if it is none.
fn value_of(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}
