//! Calls a gateway from JavaScript. What to send, what an answer means and whether to ask again is decided by the core;
//! here are the network, the clock and the dice.
#![cfg(target_arch = "wasm32")]

mod exchange;

use edgepost_core::flow::pages::{self, Step};
use edgepost_core::flow::wait::{self, Wait};
use edgepost_core::json;
use edgepost_core::operation::{OPERATIONS, Operation, Payment, Repeat};
use edgepost_core::outcome::Outcome;
use edgepost_core::prepare::{self, Options, Prepared};
use edgepost_core::report::{Report, write_issues};
use edgepost_core::retry;
use edgepost_fetch::{Caller, LONGEST_WAIT_MS, TIMEOUT_MS, now, sleep};
use wasm_bindgen::prelude::wasm_bindgen;

use self::exchange::{Exchange, exchange};

/// How often a request is sent at most, if nothing is said.
const ATTEMPTS: u32 = 3;
/// The header of a gateway's that makes a call count once.
const KEY_HEADER: &str = "idempotency-key";
/// The member that says why a list is not read on.
const FAULT: &str = ",\"fault\":";

/// Sends a request, again where that is safe, and answers with JSON: the outcome with `key`, `orderGrant`, `replayed`,
/// `stale`; or `{ "kind": "invalid", issues }`, without issues where only the file is not at hand; or
/// `{ "kind": "aborted", key }`. A `page` of a list, the first where it is 0, has beside it the number of the `next` one, 0
/// behind the last; or `fault`, why the list is not read on.
#[wasm_bindgen]
pub async fn call(operation_index: usize, input: Vec<u8>, caller: Caller) -> String {
    let Some(operation) = OPERATIONS.get(operation_index).copied() else { return String::new() };
    let page = caller.page();
    if page.is_some() && !pages::has_pages(operation) {
        return String::from("{\"kind\":\"none\",\"fault\":\"it has no pages\"}");
    }
    let input = caller.completed(operation, input);
    let mut prepared = match prepare(operation, &input, &caller) {
        Ok(prepared) => prepared,
        Err(report) => return invalid(&report),
    };
    if let Some(page @ 1..) = page {
        prepared.request.url = pages::turned(&prepared.request.url, page);
    }
    let attempts = match operation.repeat {
        Repeat::Never | Repeat::CheckFirst | Repeat::ByHand => 1,
        // Who pays by call has paid once; what became of a lost answer is looked up first.
        Repeat::SameBytes if prepared.operation.payment != Payment::None => 1,
        Repeat::Read | Repeat::IdempotencyKey | Repeat::SameBytes | Repeat::SameEffect => {
            caller.attempts().unwrap_or(ATTEMPTS).max(1)
        }
    };
    let mut attempt = 0;
    loop {
        caller.progress(&phase("sending", attempt, None));
        let answer = exchange(&prepared, &input, &caller, caller.timeout_ms().unwrap_or(TIMEOUT_MS)).await;
        let Ok(answer) = answer else { return aborted(&prepared) };
        let Some(pause) = retry::pause(&answer.outcome, attempt, attempts, chance()) else {
            let mut shown = result(&answer, &prepared);
            if page.is_some() {
                write_next(&mut shown, &answer.outcome, &prepared);
            }
            return shown;
        };
        caller.progress(&phase("waiting", attempt, Some(pause)));
        if sleep(pause, &caller).await.is_err() {
            return aborted(&prepared);
        }
        attempt += 1;
    }
}

/// Reads until the thing is done changing, until `until` says so, or until the time is up; answers as [`call`] does, with
/// `done` beside it.
#[wasm_bindgen]
pub async fn wait(operation_index: usize, input: Vec<u8>, caller: Caller) -> String {
    let Some(operation) = OPERATIONS.get(operation_index).copied() else { return String::new() };
    let input = caller.completed(operation, input);
    let prepared = match prepare(operation, &input, &caller) {
        Ok(prepared) => prepared,
        Err(report) => return invalid(&report),
    };
    let most = caller.wait_ms().unwrap_or(LONGEST_WAIT_MS).clamp(0.0, f64::from(u32::MAX)) as u64;
    let mut wait = Wait::new(operation, now(), most);
    loop {
        let answer = exchange(&prepared, &input, &caller, caller.timeout_ms().unwrap_or(TIMEOUT_MS)).await;
        let Ok(answer) = answer else { return aborted(&prepared) };
        let shown = result(&answer, &prepared);
        if let Outcome::Ok { value, .. } = &answer.outcome {
            caller.progress(&read(value));
            if caller.is_enough(value) {
                return with_done(&shown, true);
            }
        }
        match wait.step(&answer.outcome, now(), chance()) {
            wait::Step::Over { done } => return with_done(&shown, done),
            wait::Step::Poll { after_ms } => {
                if sleep(after_ms, &caller).await.is_err() {
                    return aborted(&prepared);
                }
            }
        }
    }
}

/// The body that an input leads to, behind a 1; behind a 0 what is wrong with it, as JSON: for who sends it himself.
#[wasm_bindgen]
pub fn draft(operation_index: usize, input: Vec<u8>) -> Vec<u8> {
    let Some(operation) = OPERATIONS.get(operation_index).copied() else { return Vec::new() };
    let (is_ready, bytes) = match prepare::build(operation, &input, &Options::default()) {
        Ok(prepared) => (1, prepared.request.body.unwrap_or_default()),
        Err(report) => (0, invalid(&report).into_bytes()),
    };
    [&[is_ready], bytes.as_slice()].concat()
}

/// PO-093: the signature of a delivery, for who has to send one; not a call, but servers have this module at hand.
#[wasm_bindgen]
pub fn sign(body: Vec<u8>, secret: Vec<u8>, seconds: u32) -> String {
    edgepost_core::postpay::webhook::sign(&body, &secret, u64::from(seconds))
}

fn prepare(operation: &'static Operation, input: &[u8], caller: &Caller) -> Result<Prepared, Report> {
    let drawn = || {
        let mut key = uuid();
        key.truncate(operation.provider.key.longest);
        operation.draws_key().then_some(key)
    };
    let idempotency_key = caller.idempotency_key().or_else(drawn);
    let options = Options {
        base_url: Some(caller.base_url()),
        idempotency_key: idempotency_key.clone(),
        accept_language: caller.accept_language(),
        ..Options::default()
    };
    let mut prepared = prepare::build(operation, input, &options)?;
    // A provider may know its requests by no name: a gateway knows them by this one. Two names are one too many.
    if let Some(key) = idempotency_key.filter(|_| operation.draws_key() && prepared.key.is_none()) {
        prepared.request.headers.push((String::from(KEY_HEADER), key.clone()));
        prepared.key = Some(key);
    }
    if prepared.form.is_some() && caller.file().is_none() {
        return Err(Report { operation: operation.name, issues: Vec::new() });
    }
    Ok(prepared)
}

fn invalid(report: &Report) -> String {
    let mut out = String::from("{\"kind\":\"invalid\",\"issues\":");
    write_issues(&mut out, &report.issues);
    out.push('}');
    out
}

fn aborted(prepared: &Prepared) -> String {
    let mut out = String::from("{\"kind\":\"aborted\"");
    write_key(&mut out, prepared);
    out.push('}');
    out
}

fn write_key(out: &mut String, prepared: &Prepared) {
    match &prepared.key {
        Some(key) => json::member(out, ",\"key\":", key),
        None => json::raw(out, ",\"key\":null"),
    }
}

/// The outcome, and what came with it.
fn result(answer: &Exchange, prepared: &Prepared) -> String {
    let mut out = String::from_utf8(answer.outcome.to_json()).unwrap_or_default();
    out.pop();
    write_key(&mut out, prepared);
    if let Some(grant) = &answer.order_grant {
        json::member(&mut out, ",\"orderGrant\":", grant);
    }
    json::put(&mut out, &[",\"replayed\":", if answer.replayed { "true" } else { "false" }]);
    json::put(&mut out, &[",\"stale\":", if answer.stale { "true}" } else { "false}" }]);
    out
}

fn with_done(result: &str, done: bool) -> String {
    let open = result.strip_suffix('}').unwrap_or(result);
    json::concat(&[open, ",\"done\":", if done { "true}" } else { "false}" }])
}

/// Adds to a result which page comes next.
fn write_next(out: &mut String, outcome: &Outcome, prepared: &Prepared) {
    out.pop();
    let step = match outcome {
        Outcome::Ok { value, .. } => pages::step(prepared.operation, &prepared.request.url, value),
        _ => Step::Astray,
    };
    match (step, outcome) {
        (Step::Next(page), _) => {
            json::raw(out, ",\"next\":");
            json::integer(out, i64::from(page));
        }
        (Step::Over, _) => json::raw(out, ",\"next\":0"),
        (Step::Astray, Outcome::Ok { .. }) => json::member(out, FAULT, "the link to the next page leads elsewhere"),
        (Step::Astray, Outcome::Refused(refused)) => json::member(out, FAULT, &refused.message),
        (Step::Astray, Outcome::Challenge { .. } | Outcome::Unknown { .. }) => {
            json::member(out, FAULT, "no answer came that can be read")
        }
    }
    out.push('}');
}

fn phase(name: &str, attempt: u32, after_ms: Option<u64>) -> String {
    let mut out = json::concat(&["{\"phase\":\"", name, "\",\"attempt\":"]);
    json::integer(&mut out, i64::from(attempt) + 1);
    if let Some(after) = after_ms {
        json::raw(&mut out, ",\"afterMs\":");
        json::integer(&mut out, i64::try_from(after).unwrap_or(i64::MAX));
    }
    out.push('}');
    out
}

fn read(value: &[u8]) -> String {
    json::concat(&["{\"phase\":\"read\",\"value\":", text(value), "}"])
}

/// The text of a provider's answer, which was read as JSON before.
fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap_or("null")
}

/// Any number.
fn chance() -> u32 {
    let mut bytes = [0; 4];
    let _ = getrandom::fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

/// A random UUID, RFC 9562 version 4.
fn uuid() -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0_u8; 16];
    // Without randomness there is no key that nobody can guess: an empty one is refused as an input is.
    if getrandom::fill(&mut bytes).is_err() {
        return String::new();
    }
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        let byte = match index {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for half in [byte >> 4, byte & 15] {
            text.push(HEX.get(usize::from(half)).map_or('0', |digit| char::from(*digit)));
        }
    }
    text
}
