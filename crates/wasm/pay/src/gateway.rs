//! A payment from the gateway's own wallet: the same request again and again, until it is known how it stands.

use edgepost_core::flow::pay::{End, Summary};
use edgepost_core::http::{Request, Response};
use edgepost_core::json;
use edgepost_core::payment::decimal;
use edgepost_core::read::check;
use edgepost_core::schema::{Mode, Object, Shape, may, object, text};
use edgepost_fetch::{Caller, LONGEST_WAIT_MS, Lost, TIMEOUT_MS, answer, now, sleep};

use crate::Payer;

/// Between two requests, in milliseconds; as the gateway says in `Retry-After`.
const PAUSE_MS: u64 = 5_000;

static TOLD: Object = object("Told", "How a payment stands, or a problem.")
    .fields(&[
        may("kind", &text(), "How it stands."),
        may("code", &text(), "The problem's code."),
        may("detail", &text(), "The same for people."),
        may("retry", &Shape::Object(&RETRY), "What to do."),
    ])
    .quiet();

static RETRY: Object = object("Retry", "What to do.")
    .fields(&[may("advice", &text(), "In a word."), may("afterMs", &Shape::Integer, "And when.")])
    .quiet();

/// Pays. Answers with JSON: how it ended.
pub(crate) async fn paid(body: &[u8], caller: &Caller, payer: &Payer) -> Result<String, Lost> {
    let base = caller.base_url();
    let max_cents = decimal::exact_hundredths(&payer.max_amount());
    let (Some(base), Some(max_cents)) = (base.strip_suffix("/postalform"), max_cents) else {
        return Ok(End::NotSigned("There is no gateway that could pay.".into()).to_json());
    };
    let mut url = json::concat(&[base, "/pay/postalform.create_order?max_cents="]);
    decimal::write(&mut url, max_cents);
    if let Some(pages) = payer.pages() {
        json::raw(&mut url, "&pages=");
        decimal::write(&mut url, pages.into());
    }
    let headers = ["accept", "content-type"].map(|name| (String::from(name), String::from("application/json")));
    let request = Request { method: "POST".into(), url, headers: headers.into(), body: Some(body.to_vec()) };
    let ends_ms =
        now().saturating_add(caller.wait_ms().unwrap_or(LONGEST_WAIT_MS).clamp(0.0, f64::from(u32::MAX)) as u64);
    // Whoever is not answered does not know what was signed.
    let summary = Summary { request_id: payer.request_id(), ..Summary::default() };
    let mut known = End::Open { summary, until_ms: 0 }.to_json();
    loop {
        caller.progress("{\"phase\":\"sending\"}");
        let response = answer(&request, None, caller, caller.timeout_ms().unwrap_or(TIMEOUT_MS)).await?;
        let mut pause_ms = PAUSE_MS;
        if let Some((stands, again_ms)) = response.as_ref().and_then(told) {
            known = stands;
            match again_ms {
                Some(again_ms) => pause_ms = pause_ms.max(again_ms),
                None => return Ok(known),
            }
        }
        if now().saturating_add(pause_ms) >= ends_ms {
            return Ok(known);
        }
        caller.progress("{\"phase\":\"waiting\"}");
        sleep(pause_ms, caller).await?;
    }
}

/// How the payment stands, as JSON, and in how many milliseconds it may stand otherwise, if ever; nothing, if the answer does not
/// say.
fn told(response: &Response) -> Option<(String, Option<u64>)> {
    let reading = check(&TOLD, &response.body, Mode::Answer);
    let root = reading.root();
    let copied = |name| TOLD.find(name).and_then(|slot| root.copy(slot)).unwrap_or_default();
    let is_object = reading.is_json && response.body.trim_ascii_start().first() == Some(&b'{');
    match response.status {
        200 | 202 if is_object && !copied("kind").is_empty() => {
            let stands = core::str::from_utf8(response.body.trim_ascii()).unwrap_or_default();
            Some((stands.into(), (response.status == 202).then_some(PAUSE_MS)))
        }
        400.. if is_object && !copied("code").is_empty() => {
            let retry = root.group(TOLD.slot("retry"));
            let advice = retry.as_ref().and_then(|retry| retry.copy(RETRY.find("advice")?));
            let after_ms = retry.and_then(|retry| retry.integer(RETRY.slot("afterMs")));
            let after_ms = after_ms.and_then(|after_ms| u64::try_from(after_ms).ok());
            let declined =
                End::Declined { status: response.status, code: copied("code"), message: copied("detail"), after_ms };
            // Nothing was paid, and the same may be sent again.
            let is_open = response.status >= 500 && advice.as_deref() == Some("same_bytes");
            Some((declined.to_json(), is_open.then(|| after_ms.unwrap_or(PAUSE_MS))))
        }
        _ => None,
    }
}
