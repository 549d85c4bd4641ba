//! What the caller says about a call, as the JavaScript object that it is.

use edgepost_core::operation::Operation;
use edgepost_core::prepare::with_known;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob};

use crate::exchange::Lost;
use crate::{text, value_of};

#[wasm_bindgen]
extern "C" {
    /// `{ baseUrl, rules, isDirect?, grant?, fetch?, testMode?, file?, idempotencyKey?, acceptLanguage?, attempts?, timeoutMs?, waitMs?,
    /// until?, page?, signal?, onProgress? }`
    pub type Caller;

    #[wasm_bindgen(method, getter, structural, js_name = baseUrl)]
    pub(crate) fn base_url(this: &Caller) -> String;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn rules(this: &Caller) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = isDirect)]
    fn is_direct(this: &Caller) -> Option<bool>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn grant(this: &Caller) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn fetch(this: &Caller) -> Option<Function>;
    #[wasm_bindgen(method, getter, structural, js_name = testMode)]
    pub(crate) fn test_mode(this: &Caller) -> Option<bool>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn file(this: &Caller) -> Option<Blob>;
    #[wasm_bindgen(method, getter, structural, js_name = idempotencyKey)]
    pub(crate) fn idempotency_key(this: &Caller) -> Option<String>;
    #[wasm_bindgen(method, getter, structural, js_name = acceptLanguage)]
    pub(crate) fn accept_language(this: &Caller) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn attempts(this: &Caller) -> Option<u32>;
    #[wasm_bindgen(method, getter, structural, js_name = timeoutMs)]
    pub(crate) fn timeout_ms(this: &Caller) -> Option<u32>;
    #[wasm_bindgen(method, getter, structural, js_name = waitMs)]
    pub(crate) fn wait_ms(this: &Caller) -> Option<f64>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn page(this: &Caller) -> Option<u32>;
    #[wasm_bindgen(method, getter, structural)]
    fn until(this: &Caller) -> Option<Function>;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn signal(this: &Caller) -> Option<AbortSignal>;
    #[wasm_bindgen(method, getter, structural, js_name = onProgress)]
    fn on_progress(this: &Caller) -> Option<Function>;
}

impl Caller {
    /// The input as it is sent: to a provider it goes as it is.
    pub(crate) fn completed(&self, operation: &'static Operation, input: Vec<u8>) -> Vec<u8> {
        if self.is_direct() == Some(true) { input } else { with_known(operation, &input) }
    }

    /// Tells the caller how it goes. What its callback throws is its own affair and stops nothing.
    pub(crate) fn progress(&self, json: &str) {
        if let Some(callback) = self.on_progress() {
            let _ = callback.call1(&JsValue::UNDEFINED, &value_of(json));
        }
    }

    /// Whether the caller has seen enough.
    pub(crate) fn is_enough(&self, value: &[u8]) -> bool {
        let Some(callback) = self.until() else { return false };
        let value = value_of(text(value));
        callback.call1(&JsValue::UNDEFINED, &value).is_ok_and(|enough| enough.is_truthy())
    }

    /// Whether the caller has given up.
    pub(crate) fn is_aborted(&self) -> bool {
        self.signal().is_some_and(|signal| signal.aborted())
    }
}

/// Resolves when the caller gives up; never, if it cannot.
pub(crate) struct Abort {
    signal: Option<AbortSignal>,
    listener: Option<Closure<dyn FnMut()>>,
    promise: js_sys::Promise,
}

impl Abort {
    pub(crate) fn of(caller: &Caller) -> Self {
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

    pub(crate) fn heard(&self) -> JsFuture {
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
pub(crate) async fn sleep(ms: u64, caller: &Caller) -> Result<(), Lost> {
    let abort = Abort::of(caller);
    let pause = TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX).min(i32::MAX as u32));
    match select(pause, abort.heard()).await {
        Either::Left(_) => Ok(()),
        Either::Right(_) => Err(Lost),
    }
}
