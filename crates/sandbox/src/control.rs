//! The control plane: for tests and for curious people, never for callers of a provider.

use edgepost_core::http::Response;
use serde::{Deserialize, Serialize};

use crate::answer::{Refusal, error, json};
use crate::counts::Counts;
use crate::date::rfc3339;
use crate::fault::{self, Fault, KINDS};
use crate::postpay::{self, WEBHOOK};
use crate::route::{self, Call, Mount, Route};
use crate::{Sandbox, pieterpost, pitneybowes, postalform};

pub(crate) static MOUNT: Mount = Mount {
    name: "_sandbox",
    refuse: error,
    routes: &[
        Route::plain("POST", "/reset", reset),
        Route::plain("GET", "/state", state),
        Route::plain("POST", "/clock", clock),
        Route::plain("POST", "/faults", faults),
    ],
};

/// As if nothing had ever happened: the clock is right again and ids start over.
fn reset(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let real_ms = call.now_ms.saturating_sub(sandbox.advanced_ms);
    let mut new = Sandbox::new(sandbox.options.clone());
    new.postpay.outbox = sandbox.postpay.outbox.successor();
    *sandbox = new;
    json(200, &Now::new(real_ms))
}

/// Everything that a test wants to know, and never a key.
fn state(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let state = State {
        now: Now::new(call.now_ms),
        advanced_ms: sandbox.advanced_ms,
        requests: &sandbox.counts,
        faults: waiting(sandbox),
        pieterpost: sandbox.pieterpost.state(call.now_ms),
        postpay: sandbox.postpay.state(call.now_ms),
        pitneybowes: sandbox.pitneybowes.state(call.now_ms),
        postalform: sandbox.postalform.state(call.now_ms),
    };
    json(200, &state)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State<'s> {
    #[serde(flatten)]
    now: Now,
    advanced_ms: u64,
    requests: &'s Counts,
    faults: Vec<Waiting>,
    pieterpost: pieterpost::State<'s>,
    postpay: postpay::State<'s>,
    pitneybowes: pitneybowes::State<'s>,
    postalform: postalform::State<'s>,
}

/// The time on the sandbox's clock.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Now {
    now: String,
    now_ms: u64,
}

impl Now {
    fn new(now_ms: u64) -> Self {
        Now { now: rfc3339(now_ms), now_ms }
    }
}

/// Puts the clock forward.
fn clock(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let wanted: ClockWanted = match read(call) {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    sandbox.advanced_ms = sandbox.advanced_ms.saturating_add(wanted.advance_ms);
    json(200, &Now::new(call.now_ms.saturating_add(wanted.advance_ms)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ClockWanted {
    advance_ms: u64,
}

/// Adds a fault behind those that wait already.
fn faults(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    match read(call).and_then(|wanted: FaultWanted| wanted.fault()) {
        Ok(fault) => sandbox.faults.add(fault),
        Err(refused) => return refused,
    }
    json(201, &Pending { faults: waiting(sandbox) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FaultWanted {
    operation: String,
    kind: String,
    times: Option<u32>,
    delay_ms: Option<u64>,
    code: Option<String>,
}

impl FaultWanted {
    fn fault(self) -> Result<Fault, Response> {
        let operations = || route::endpoints().map(|endpoint| endpoint.operation.name).chain([WEBHOOK]);
        let operation = operations()
            .find(|operation| *operation == self.operation)
            .ok_or_else(|| not_allowed("operation", operations()))?;
        let kind = KINDS
            .iter()
            .find(|kind| kind.name == self.kind)
            .ok_or_else(|| not_allowed("kind", KINDS.iter().map(|kind| kind.name)))?;
        if (kind.name == fault::DUPLICATE) != (operation == WEBHOOK) {
            return Err(invalid(
                "A fault of the kind \"duplicate_webhook\" is for \"postpay.webhook\", and no other is.",
            ));
        }
        let endpoint = route::endpoints().find(|endpoint| endpoint.operation.name == operation);
        let refusals = || endpoint.into_iter().flat_map(route::Endpoint::refusals);
        let refusal = match (kind.name, &self.code) {
            (fault::CODE, code) => {
                let wanted = |code: &String| refusals().find(|refusal| refusal.code == code);
                Some(
                    code.as_ref()
                        .and_then(wanted)
                        .ok_or_else(|| not_allowed("code", refusals().map(|refusal| refusal.code)))?,
                )
            }
            (_, Some(_)) => return Err(invalid("Only a fault of the kind \"code\" has a code.")),
            (_, None) => None,
        };
        let times = self.times.unwrap_or(1);
        if times == 0 {
            return Err(invalid("A fault has to be for one request at least: times is 0."));
        }
        let delay_ms = self.delay_ms.unwrap_or(kind.delay_ms);
        Ok(Fault { operation, kind, times, delay_ms, refusal })
    }
}

#[derive(Serialize)]
struct Pending {
    faults: Vec<Waiting>,
}

/// A fault that waits.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    operation: &'static str,
    kind: &'static str,
    times: u32,
    delay_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

fn waiting(sandbox: &Sandbox) -> Vec<Waiting> {
    let waiting = |fault: &Fault| Waiting {
        operation: fault.operation,
        kind: fault.kind.name,
        times: fault.times,
        delay_ms: fault.delay_ms,
        code: fault.refusal.map(|refusal| refusal.code),
    };
    sandbox.faults.iter().map(waiting).collect()
}

fn read<T: for<'d> Deserialize<'d>>(call: &Call<'_>) -> Result<T, Response> {
    serde_json::from_slice(call.body()).map_err(|error| invalid(&error.to_string()))
}

const INVALID: Refusal = Refusal::new(400, "invalid_request", "");

fn invalid(message: &str) -> Response {
    error(&INVALID.saying(message.to_owned()))
}

fn not_allowed(member: &str, allowed: impl Iterator<Item = &'static str>) -> Response {
    let allowed: Vec<&str> = allowed.collect();
    invalid(&format!("{member} has to be one of: {}.", allowed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::{INACTIVE_KEY, KEY};
    use crate::scenario::{START, Scenario, letter, read};
    use serde_json::{Value, json};

    const CREATE: &str = "pieterpost.create_checkout_link";
    const GET: &str = "pieterpost.get_order";

    fn pieterposts() -> impl Iterator<Item = &'static route::Endpoint> {
        route::endpoints().filter(|endpoint| endpoint.operation.provider.name == "pieterpost")
    }

    #[test]
    fn the_state_of_a_new_sandbox() {
        let nothing = json!({"seen": 0, "outcomes": {}, "faults": {}});
        let expected = json!({
            "now": "2026-04-21T10:00:00.000Z",
            "nowMs": START,
            "advancedMs": 0,
            "faults": [],
            "pieterpost":
                {"orders": [], "wallets": [], "topups": [], "composeLinks": [], "assets": [], "usage": []},
            "postpay": {"orders": [], "transactions": [], "hooks": [], "deliveries": []},
            "pitneybowes": {"tokens": [], "tokensRefused": 0, "merchants": [
                {"developerId": "fake-developer", "postalReportingNumber": "3001234567", "cents": 7_189},
                {"developerId": "fake-developer", "postalReportingNumber": "3001234568", "cents": 0},
                {"developerId": "fake-other-developer", "postalReportingNumber": "3007654321", "cents": 0},
            ], "refills": []},
            "postalform": {"orders": [], "settlements": [], "uploads": []},
        });
        let mut state = Scenario::new().state();
        let requests = state.as_object_mut().unwrap().remove("requests").unwrap();
        assert_eq!(state, expected);
        assert_eq!(requests.as_object().unwrap().len(), route::endpoints().count());
        assert!(requests.as_object().unwrap().values().all(|count| *count == nothing), "{requests}");
    }

    #[test]
    fn pp_175_the_state_tells_what_happened_and_no_key() {
        let mut scenario = Scenario::new();
        scenario.header("idempotency-key", "first");
        let order = scenario.order();
        scenario.order();
        scenario.fault(GET, "drop_after");
        scenario.reply("GET", &format!("/pieterpost/v1/orders/{order}"), b"");
        scenario.key(INACTIVE_KEY).create(&letter());
        let state = scenario.state();
        let creating =
            json!({"seen": 3, "outcomes": {"created": 1, "replayed": 1, "api_key_inactive": 1}, "faults": {}});
        assert_eq!(state["requests"][CREATE], creating);
        let getting = json!({"seen": 1, "outcomes": {"ok": 1}, "faults": {"drop_after": 1}});
        assert_eq!(state["requests"][GET], getting);
        let seen = &state["pieterpost"]["orders"][0];
        assert_eq!(seen["account"], "acct_sandbox");
        assert_eq!(seen["idempotencyKey"], "first");
        assert_eq!(seen["input"], letter());
        assert!(seen["digest"].as_str().unwrap().starts_with("sha-256=:"));
        assert_eq!(seen["order"]["orderId"], order.as_str());
        assert!(!state.to_string().contains("pp_test_"), "{state}");
    }

    #[test]
    fn the_clock_goes_forward_and_reset_puts_it_right() {
        let mut scenario = Scenario::new();
        let first = scenario.order();
        let (status, answer) = scenario.control("POST", "clock", &json!({"advanceMs": 86_400_000}));
        assert_eq!((status, &answer["now"]), (200, &json!("2026-04-22T10:00:00.000Z")));
        assert_eq!(scenario.status(&first), "expired");
        scenario.control("POST", "clock", &json!({"advanceMs": 1}));
        assert_eq!(scenario.state()["advancedMs"], 86_400_001);
        scenario.fault(CREATE, "drop_before");
        let (status, answer) = scenario.control("POST", "reset", &Value::Null);
        assert_eq!((status, &answer["nowMs"]), (200, &json!(START)));
        assert_eq!(scenario.state(), Scenario::new().state());
        assert_eq!(scenario.order(), first, "ids start over");
    }

    #[test]
    fn what_the_control_plane_does_not_understand_it_refuses() {
        let mut scenario = Scenario::new();
        for (path, body, expected) in [
            ("clock", json!({}), "advanceMs"),
            ("clock", json!({"advanceMs": -1}), "-1"),
            ("clock", json!({"advance": 1}), "advance"),
            ("faults", json!({"operation": "pieterpost.mint", "kind": "drop_before"}), GET),
            ("faults", json!({"operation": CREATE, "kind": "explode"}), "drop_before, drop_after, delay_before"),
            ("faults", json!({"operation": CREATE, "kind": "drop_before", "times": 0}), "times"),
            ("faults", json!({"operation": CREATE, "kind": "drop_before", "code": "db_error"}), "code"),
            ("faults", json!({"operation": CREATE, "kind": "code"}), "live_order_cap_reached"),
            ("faults", json!({"operation": CREATE, "kind": "code", "code": "order_not_found"}), "invalid_json"),
            ("faults", json!({"operation": GET, "kind": "code", "code": "invalid_json"}), "order_not_found"),
            ("faults", json!({"operation": GET, "kind": "drop_before", "after": 3}), "after"),
        ] {
            let (status, answer) = scenario.control("POST", path, &body);
            assert_eq!(status, 400, "{body}");
            assert!(answer["error"].as_str().unwrap().contains(expected), "{body}: {answer}");
        }
        assert_eq!(scenario.state()["faults"], json!([]));
    }

    #[test]
    fn faults_wait_in_line() {
        let mut scenario = Scenario::new();
        let (_, answer) =
            scenario.control("POST", "faults", &json!({"operation": CREATE, "kind": "delay_after", "times": 2}));
        let expected = json!([{"operation": CREATE, "kind": "delay_after", "times": 2, "delayMs": 30_000}]);
        assert_eq!(answer["faults"], expected);
        let broken = json!({"operation": GET, "kind": "code", "code": "db_error", "delayMs": 5});
        scenario.control("POST", "faults", &broken);
        scenario.create(&letter());
        assert_eq!(
            scenario.state()["faults"],
            json!([
                {"operation": CREATE, "kind": "delay_after", "times": 1, "delayMs": 30_000},
                {"operation": GET, "kind": "code", "code": "db_error", "times": 1, "delayMs": 5},
            ])
        );
    }

    /// For each kind: whether an order was made, whether there is an answer, and what it looks like.
    #[test]
    fn every_kind_of_fault() {
        for (kind, made, expected) in [
            ("drop_before", false, None),
            ("drop_after", true, None),
            ("delay_before", false, None),
            ("delay_after", true, Some((201, "{\"amountCents\""))),
            ("status_500_before", false, Some((500, "{\"code\":\"unknown_error\""))),
            ("status_500_after", true, Some((500, "{\"code\":\"unknown_error\""))),
            ("status_429", false, Some((429, "{\"code\":\"rate_limited\""))),
            ("html_body", true, Some((201, "<!doctype html>"))),
            ("empty_body", true, Some((201, ""))),
            ("redirect", false, Some((307, ""))),
        ] {
            let mut scenario = Scenario::new();
            scenario.fault(CREATE, kind);
            let reply = scenario.reply("POST", "/pieterpost/v1/checkout-links", letter().to_string().as_bytes());
            let answer = reply.response.map(|response| (response.status, String::from_utf8(response.body).unwrap()));
            match (answer, expected) {
                (None, None) => {}
                (Some((status, body)), Some((wanted, start))) => {
                    assert_eq!(status, wanted, "{kind}");
                    assert!(body.starts_with(start) && body.is_empty() == start.is_empty(), "{kind}: {body}");
                }
                (answer, _) => panic!("{kind}: {answer:?}"),
            }
            assert_eq!(reply.delay_ms, if kind.starts_with("delay") { 30_000 } else { 0 }, "{kind}");
            let state = scenario.state();
            assert_eq!(state["pieterpost"]["orders"].as_array().unwrap().len(), usize::from(made), "{kind}");
            assert_eq!(state["requests"][CREATE]["faults"], json!({kind: 1}));
            assert_eq!(scenario.create(&letter()).status, 201, "{kind} is over");
        }
        assert_eq!(KINDS.len(), 12, "and the kinds \"code\", below, and \"duplicate_webhook\", which webhooks meet");
    }

    #[test]
    fn pp_171_pp_172_every_code_can_be_asked_for() {
        for endpoint in pieterposts() {
            for refusal in endpoint.refusals() {
                let mut scenario = Scenario::new();
                let operation = endpoint.operation.name;
                let wanted = json!({"operation": operation, "kind": "code", "code": refusal.code});
                scenario.control("POST", "faults", &wanted);
                let path = format!("/pieterpost{}", endpoint.operation.path);
                let answer = scenario.send(endpoint.operation.method.name(), &path, b"");
                assert_eq!(answer.status, refusal.status, "{}", refusal.code);
                assert_eq!(read(&answer)["code"], refusal.code);
                assert_eq!(scenario.state()["requests"][operation]["outcomes"], json!({}), "nothing happened");
            }
        }
    }

    /// The vendor's whole list, and the two codes that are known from elsewhere.
    #[test]
    fn pp_171_pp_172_every_code_of_the_vendor_is_some_operations() {
        let codes = "missing_api_key invalid_api_key invalid_api_key_mode api_key_inactive account_inactive invalid_json \
            invalid_request rate_limited daily_order_cap_reached live_order_cap_reached misconfigured db_error \
            unknown_error order_not_found insufficient_credits";
        let refusals: Vec<&str> = pieterposts().flat_map(|it| it.refusals()).map(|refusal| refusal.code).collect();
        for code in codes.split_whitespace() {
            assert!(refusals.contains(&code), "{code}");
        }
        assert!(refusals.iter().all(|code| codes.contains(code)), "{refusals:?}");
    }

    #[test]
    fn a_redirect_leads_to_the_same_operation() {
        let mut scenario = Scenario::new();
        scenario.fault(CREATE, "redirect");
        let answer = scenario.create(&letter());
        let location = edgepost_core::http::header(&answer.headers, "location").unwrap().to_owned();
        assert_eq!(location, "http://127.0.0.1:8788/pieterpost/v1/checkout-links?redirected=1");
        let path = location.strip_prefix("http://127.0.0.1:8788").unwrap();
        assert_eq!(scenario.send("POST", path, letter().to_string().as_bytes()).status, 201);
        assert_eq!(scenario.state()["requests"][CREATE]["seen"], 2);
    }

    #[test]
    fn a_fault_is_met_before_the_key_is_looked_at() {
        let mut scenario = Scenario::new();
        scenario.fault(GET, "status_429");
        assert_eq!(scenario.key("none").send("GET", "/pieterpost/v1/orders/x", b"").status, 429);
        assert_eq!(scenario.key(KEY).send("GET", "/pieterpost/v1/orders/x", b"").status, 404);
    }
}
