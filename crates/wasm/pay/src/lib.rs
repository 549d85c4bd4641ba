//! A payment from JavaScript: what the flow of the core says is done here, with the caller's wallet and the caller's place for
//! the journal. A module of its own, so that only who pays loads it.
#![cfg(target_arch = "wasm32")]

mod gateway;

use edgepost_core::flow::pay::{Moment, Pay, Plan, Protocol, Step};
use edgepost_core::json;
use edgepost_core::payment::address::Address;
use edgepost_core::payment::mpp::Method;
use edgepost_core::payment::{Mode, decimal};
use edgepost_fetch::{Abort, Caller, LONGEST_WAIT_MS, Lost, TIMEOUT_MS, answer, now, sleep};
use futures_util::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `{ isMpp, host, requestId, maxAmount, payer?, methods, pages?, journal?, sign, keep }`
    pub type Payer;

    #[wasm_bindgen(method, getter, structural, js_name = isMpp)]
    fn is_mpp(this: &Payer) -> bool;
    /// The provider's, as challenges name it.
    #[wasm_bindgen(method, getter, structural)]
    fn host(this: &Payer) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = requestId)]
    fn request_id(this: &Payer) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = maxAmount)]
    fn max_amount(this: &Payer) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn payer(this: &Payer) -> Option<String>;
    /// Names, with commas between them; or `gateway`, whose wallet pays.
    #[wasm_bindgen(method, getter, structural)]
    fn methods(this: &Payer) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn pages(this: &Payer) -> Option<u32>;
    #[wasm_bindgen(method, getter, structural)]
    fn journal(this: &Payer) -> Option<String>;
    /// Of JSON and whether it may have been asked before, to a promise of text.
    #[wasm_bindgen(method, getter, structural)]
    fn sign(this: &Payer) -> Function;
    /// Of a journal and the revision that it replaces, to a promise of whether it did.
    #[wasm_bindgen(method, getter, structural)]
    fn keep(this: &Payer) -> Function;
}

/// In the place of methods: the gateway pays.
const GATEWAY: &str = "gateway";

/// Pays for an order, once. `body` is the order as it is sent. Answers with JSON: how it ended, with the order's `key`; or `{
/// "kind": "aborted", key }`; or `{ "kind": "journal", fault }`: `unreadable`, `other_order`, `other_client`, `replaced` where
/// another process was faster, and `not_kept`.
#[wasm_bindgen]
pub async fn pay(body: Vec<u8>, caller: Caller, payer: Payer) -> String {
    if payer.methods() == GATEWAY {
        return ended(gateway::paid(&body, &caller, &payer).await, &payer);
    }
    let Some(plan) = plan(body, &caller, &payer) else { return String::new() };
    let most_ms = caller.wait_ms().unwrap_or(LONGEST_WAIT_MS).clamp(0.0, f64::from(u32::MAX)) as u64;
    let ends_ms = now().saturating_add(most_ms);
    let mut paying = match payer.journal() {
        None => Pay::new(plan, now(), most_ms),
        Some(journal) => {
            let Some(mut paying) = Pay::resume(&journal, now(), most_ms) else { return fault("unreadable") };
            if !paying.is_for(&plan.body) {
                return fault("other_order");
            }
            // What is signed, and the caller's grant, go to where this caller pays, and not to where a journal says.
            if !paying.is_at(&plan) {
                return fault("other_client");
            }
            paying.capped(plan.max_cents);
            paying
        }
    };
    let mut end = steps(&mut paying, &caller, &payer, ends_ms).await;
    if let (Ok(end), Some(skew_ms)) = (&mut end, paying.clock_skew_ms()) {
        end.pop();
        json::put(end, &[",\"clockSkewMs\":", if skew_ms < 0 { "-" } else { "" }]);
        decimal::write(end, skew_ms.unsigned_abs());
        end.push('}');
    }
    ended(end, &payer)
}

/// How it ended, with the order's key.
fn ended(end: Result<String, Lost>, payer: &Payer) -> String {
    let mut shown = end.unwrap_or_else(|Lost| String::from("{\"kind\":\"aborted\"}"));
    shown.pop();
    json::member(&mut shown, ",\"key\":", &payer.request_id());
    shown.push('}');
    shown
}

/// What is paid, and within which bounds.
fn plan(body: Vec<u8>, caller: &Caller, payer: &Payer) -> Option<Plan> {
    let method = |name: &str| Method::ALL.into_iter().find(|method| method.name() == name);
    Some(Plan {
        protocol: if payer.is_mpp() { Protocol::Mpp } else { Protocol::X402 },
        // Real money only where it is said.
        mode: if caller.test_mode() == Some(false) { Mode::Live } else { Mode::Test },
        base_url: caller.base_url(),
        host: payer.host(),
        body,
        request_id: payer.request_id(),
        max_cents: decimal::exact_hundredths(&payer.max_amount())?,
        pages: payer.pages().map(u64::from),
        payer: payer.payer().and_then(|payer| Address::parse(&payer)),
        methods: payer.methods().split(',').filter_map(method).collect(),
        signatures: 2,
    })
}

async fn steps(paying: &mut Pay, caller: &Caller, payer: &Payer, ends_ms: u64) -> Result<String, Lost> {
    loop {
        match paying.step(now()) {
            Step::Over(end) => return Ok(end.to_json()),
            Step::Keep { replaces, journal } => {
                let asked = payer.keep().call2(&JsValue::UNDEFINED, &journal.into(), &(replaces as f64).into());
                // Whoever gives up here does so behind it: what is written has to be known to be.
                match settled(asked).await {
                    Ok(kept) if kept.is_falsy() && !kept.is_undefined() => return Ok(fault("replaced")),
                    Ok(_) => paying.kept(),
                    Err(_) => return Ok(fault("not_kept")),
                }
            }
            Step::Wait { until_ms } => {
                caller.progress("{\"phase\":\"waiting\"}");
                // A provider that wants to be left alone for longer is not waited for.
                sleep(until_ms.min(ends_ms).saturating_sub(now()), caller).await?;
            }
            Step::Sign(ask) => {
                caller.progress("{\"phase\":\"signing\"}");
                let asked = payer.sign().call2(&JsValue::UNDEFINED, &ask.json.into(), &ask.again.into());
                let abort = Abort::of(caller);
                let answered = match select(Box::pin(settled(asked)), abort.heard()).await {
                    Either::Left((answered, _)) => answered,
                    Either::Right(_) => return Err(Lost),
                };
                let answered =
                    answered.map_err(|no| message(&no)).and_then(|text| text.as_string().ok_or_else(String::new));
                paying.signed(answered.as_deref().map_err(String::as_str), &moment()?);
            }
            Step::Send(request) => {
                caller.progress("{\"phase\":\"sending\"}");
                let timeout_ms = caller.timeout_ms().unwrap_or(TIMEOUT_MS);
                let response = answer(&request, None, caller, timeout_ms).await?;
                paying.answered(response.as_ref(), &moment()?);
            }
        }
    }
}

/// What a callback answers, now or later.
async fn settled(answer: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&answer?)).await
}

fn message(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_default()
}

/// Without numbers that nobody can guess nothing is signed.
fn moment() -> Result<Moment, Lost> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|_| Lost)?;
    Ok(Moment { now_ms: now(), random })
}

fn fault(name: &str) -> String {
    let mut out = String::new();
    json::member(&mut out, "{\"kind\":\"journal\",\"fault\":", name);
    out.push('}');
    out
}
