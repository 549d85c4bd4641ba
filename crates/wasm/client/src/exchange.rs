//! One request and its answer.

use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::prepare::Prepared;
use edgepost_fetch::{Caller, Lost, answer, now};

/// What came back.
pub(crate) struct Exchange {
    pub(crate) outcome: Outcome,
    /// With which the order can be read.
    pub(crate) order_grant: Option<String>,
    /// Whether the ledger answered.
    pub(crate) replayed: bool,
    /// Whether the gateway knows other rules than we do.
    pub(crate) stale: bool,
}

/// Sends a request and reads the answer; no answer is an outcome as well.
pub(crate) async fn exchange(
    prepared: &Prepared,
    input: &[u8],
    caller: &Caller,
    timeout_ms: u32,
) -> Result<Exchange, Lost> {
    let operation = prepared.operation;
    let Some(response) = answer(&prepared.request, prepared.form.as_ref(), caller, timeout_ms).await? else {
        let outcome = outcome::no_answer(operation);
        return Ok(Exchange { outcome, order_grant: None, replayed: false, stale: false });
    };
    let context = Context { input: Some(input), test_mode: caller.test_mode(), now_ms: Some(now()) };
    let header = |name| edgepost_core::http::header(&response.headers, name);
    Ok(Exchange {
        order_grant: header("edgepost-order-grant").map(str::to_owned),
        replayed: header("edgepost-replayed") == Some("true"),
        stale: header("edgepost-rules").is_some_and(|rules| rules != caller.rules()),
        outcome: outcome::read(operation, &response, &context),
    })
}
