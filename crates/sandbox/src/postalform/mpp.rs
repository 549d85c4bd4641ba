//! MPP, the provider's side: challenges that are signed, and credentials judged as mppx 0.11.0 does.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgepost_core::date::{milliseconds, rfc3339};
use edgepost_core::digest::sha256;
use edgepost_core::http::Response;
use edgepost_core::payment::address::Address;
use edgepost_core::payment::mpp::{CHALLENGE, OTHER_HEADER, RECEIPT, TEMPO};
use edgepost_core::payment::{self, hex, keccak, unhex};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::create_order::required;
use super::order::Order;
use super::tempo::{self, Transfer};
use super::{HOST, PostalForm, Protocol, Settlement, refusal};
use crate::answer::{Refusal, header, json as answer, json_as};
use crate::mode::Mode;
use crate::route::Call;

const PROBLEMS: &str = "https://paymentauth.org/problems";
const PROBLEM: &str = "application/problem+json";

/// A challenge on its way out, or on its way back.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Challenge {
    id: String,
    realm: String,
    method: String,
    intent: String,
    /// Base64url of JSON.
    request: String,
    expires: Option<String>,
    digest: Option<String>,
    opaque: Option<String>,
    header: Option<String>,
}

#[derive(Deserialize)]
struct Credential {
    challenge: Challenge,
    payload: Map<String, Value>,
}

/// Why a credential is not taken: the problem's type, and its words.
type Problem = (&'static str, &'static str);

/// The id of a challenge: a MAC over its parts, so that the provider knows its own without keeping them (payments.md, B3).
pub fn challenge_id(secret: &[u8], parts: &[&str]) -> Option<String> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).ok()?;
    mac.update(parts.join("|").as_bytes());
    Some(Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()))
}

/// JSON in one form only, as far as challenges have any (RFC 8785).
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by(|one, other| one.encode_utf16().cmp(other.encode_utf16()));
            let written = names.into_iter().map(|name| {
                let value = members.get(name).map(canonical).unwrap_or_default();
                format!("{}:{value}", Value::from(name.as_str()))
            });
            format!("{{{}}}", written.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// `request` as it is signed.
pub(super) fn encoded(request: &Value) -> String {
    Base64UrlUnpadded::encode_string(canonical(request).as_bytes())
}

impl Challenge {
    fn sign(&self, secret: &[u8]) -> Option<String> {
        let or_empty = |part: &Option<String>| part.clone().unwrap_or_default();
        let (expires, digest, opaque) = (or_empty(&self.expires), or_empty(&self.digest), or_empty(&self.opaque));
        let mut parts = vec![self.realm.as_str(), &self.method, &self.intent, &self.request, &expires, &digest];
        parts.extend(self.header.as_deref());
        parts.push(&opaque);
        challenge_id(secret, &parts)
    }

    /// A header line of its own: PostalForm sends one for each challenge.
    fn line(&self) -> String {
        let parts = [
            ("id", Some(&self.id)),
            ("realm", Some(&self.realm)),
            ("method", Some(&self.method)),
            ("intent", Some(&self.intent)),
            ("request", Some(&self.request)),
            ("digest", self.digest.as_ref()),
            ("expires", self.expires.as_ref()),
            ("opaque", self.opaque.as_ref()),
            ("header", self.header.as_ref()),
        ];
        let parts = parts.iter().filter_map(|(name, value)| Some(format!("{name}=\"{}\"", value.as_ref()?)));
        format!("Payment {}", parts.collect::<Vec<_>>().join(", "))
    }
}

/// Takes a payment, or asks for one.
pub(super) fn pay(provider: &mut PostalForm, at: usize, call: &Call<'_>) -> Result<Response, Refusal> {
    let name = if provider.options.other_header { OTHER_HEADER } else { "authorization" };
    let shown = call.request.headers.iter().filter(|(shown, _)| shown.eq_ignore_ascii_case(name));
    let shown: Vec<&str> = shown
        .map(|(_, value)| value.as_str())
        .filter(|value| value.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("payment ")))
        .collect();
    match shown.as_slice() {
        [] => ask(provider, at, call, None),
        [credential] => match judge(provider, at, credential, call) {
            Ok(settlement) => settle(provider, at, settlement, call),
            Err(problem) => ask(provider, at, call, Some(problem)),
        },
        // PFM-004
        _ => Ok(problem(400, ("bad-request", "Send exactly one credential."), Map::new())),
    }
}

/// What each of the methods asks for an order.
fn requests(mode: Mode, order: &Order, pay_to: &str) -> [(&'static str, Value); 2] {
    let wanted = if mode == Mode::Live { payment::Mode::Live } else { payment::Mode::Test };
    let [first, second] = &TEMPO;
    let tempo = if first.mode == wanted { first } else { second };
    let charged = json!({
        "amount": (order.quote.cents * 10_000).to_string(), "currency": tempo.token, "recipient": pay_to,
        "externalId": order.id, "methodDetails": {"chainId": tempo.chain_id},
    });
    let card = json!({
        "amount": order.quote.cents.to_string(), "currency": "usd", "externalId": order.id,
        "methodDetails": {
            "networkId": "profile_test_fake", "paymentMethodTypes": ["card", "link"],
            "metadata": {"orderId": order.id, "machine_protocol": "mpp"},
        },
    });
    [("tempo", charged), ("stripe", card)]
}

/// Whether a credential pays for this order: what it would settle.
fn judge(provider: &PostalForm, at: usize, shown: &str, call: &Call<'_>) -> Result<Settlement, Problem> {
    const MALFORMED: Problem = ("malformed-credential", "The credential cannot be read.");
    const INVALID: Problem = ("invalid-challenge", "The challenge is not one of this server's for this order.");
    const WRONG: Problem = ("invalid-payload", "The payload is not what the method sends.");
    let encoded_part = shown.get(8..).unwrap_or_default().trim().trim_end_matches('=');
    let bytes = payment::unbase64(encoded_part).ok_or(MALFORMED)?;
    let Credential { mut challenge, payload } = serde_json::from_slice(&bytes).map_err(|_| MALFORMED)?;
    let request = Base64UrlUnpadded::decode_vec(&challenge.request).map_err(|_| INVALID)?;
    let request: Value = serde_json::from_slice(&request).map_err(|_| INVALID)?;
    // A request in another order of members is the same.
    challenge.request = encoded(&request);
    if challenge.sign(&provider.secret).as_ref() != Some(&challenge.id) || challenge.realm != HOST {
        return Err(INVALID);
    }
    let order = provider.orders.get(at).ok_or(INVALID)?;
    let pay_to = order.pay_to.last().map_or("", String::as_str);
    let asked = requests(provider.options.mode, order, pay_to);
    if !asked.iter().any(|(method, asked)| *method == challenge.method && canonical(asked) == canonical(&request)) {
        return Err(INVALID);
    }
    if challenge.digest.as_ref().is_some_and(|digest| *digest != body_digest(call.body())) {
        return Err(INVALID);
    }
    // Whoever does not say until when is refused.
    let expires_ms = challenge.expires.as_deref().and_then(milliseconds).unwrap_or(0);
    if call.now_ms >= expires_ms {
        return Err(("payment-expired", "The challenge has expired."));
    }
    let member = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let spent = match (challenge.method.as_str(), member("type")) {
        ("stripe", _) => {
            if !member("spt").starts_with("spt_") {
                return Err(WRONG);
            }
            if payload.get("externalId") != request.get("externalId") {
                return Err(("invalid-challenge", "credential externalId does not match"));
            }
            match member("spt") {
                "spt_test_declined" => return Err(("verification-failed", "The card was declined.")),
                "spt_test_action" => return Err(("payment-action-required", "The customer has to confirm.")),
                token => token,
            }
        }
        ("tempo", "transaction") => {
            let transaction = unhex(member("signature")).ok_or(WRONG)?;
            if !tempo::pays(&transaction, &transfer(&request, &challenge, call.now_ms).ok_or(INVALID)?) {
                return Err(("verification-failed", "The transaction is not the transfer that was asked."));
            }
            member("signature")
        }
        // There is no chain here on which it could be looked up.
        ("tempo", "hash") if unhex(member("hash")).is_some_and(|hash| hash.len() == 32) => member("hash"),
        _ => return Err(WRONG),
    };
    if provider.is_spent(spent) {
        return Err(("verification-failed", "This payment has already been processed."));
    }
    Ok(Settlement {
        order_id: order.id.clone(),
        protocol: Protocol::Mpp,
        network: challenge.method.clone(),
        pay_to: request.get("recipient").and_then(Value::as_str).unwrap_or_default().to_owned(),
        cents: order.quote.cents,
        spent: spent.to_owned(),
        reference: hex(&keccak(&[b"payment", spent.as_bytes()])),
        settled_ms: call.now_ms,
    })
}

fn transfer<'t>(request: &'t Value, challenge: &'t Challenge, now_ms: u64) -> Option<Transfer<'t>> {
    let member = |name: &str| request.get(name).and_then(Value::as_str);
    Some(Transfer {
        chain_id: request.pointer("/methodDetails/chainId")?.as_u64()?,
        token: Address::parse(member("currency")?)?,
        to: Address::parse(member("recipient")?)?,
        amount: member("amount")?,
        realm: &challenge.realm,
        challenge_id: &challenge.id,
        now_s: now_ms / 1000,
    })
}

fn settle(provider: &mut PostalForm, at: usize, settlement: Settlement, call: &Call<'_>) -> Result<Response, Refusal> {
    let options = provider.options.clone();
    let order = provider.orders.get_mut(at).ok_or(refusal::NOT_FOUND)?;
    let receipt = json!({
        "method": settlement.network, "status": "success", "timestamp": rfc3339(call.now_ms),
        "reference": settlement.reference, "externalId": order.id,
    });
    provider.settlements.push(settlement.clone());
    order.paid.get_or_insert(settlement);
    let mut view = order.view(&options, call.now_ms);
    if let Some(view) = view.as_object_mut() {
        view.insert("status".into(), "settled_pending_webhook".into());
    }
    let mut response = answer(202, &view);
    response.headers.push(header("cache-control", "private"));
    response.headers.push(header(RECEIPT, Base64UrlUnpadded::encode_string(receipt.to_string().as_bytes())));
    Ok(response)
}

/// PFM-003: asks for payment, with a challenge for each method in a line of its own.
fn ask(provider: &mut PostalForm, at: usize, call: &Call<'_>, why: Option<Problem>) -> Result<Response, Refusal> {
    let pay_to = provider.pay_to(at);
    let options = provider.options.clone();
    let order = provider.orders.get(at).ok_or(refusal::NOT_FOUND)?;
    let mut lines = Vec::new();
    for (method, request) in requests(options.mode, order, &pay_to) {
        let mut challenge = Challenge {
            realm: HOST.to_owned(),
            method: method.to_owned(),
            intent: "charge".to_owned(),
            request: encoded(&request),
            expires: Some(rfc3339(call.now_ms.saturating_add(options.challenge_seconds * 1_000))),
            digest: options.has_digest.then(|| body_digest(call.body())),
            opaque: Some(Base64UrlUnpadded::encode_string(order.id.as_bytes())),
            header: options.other_header.then(|| "Payment-Authorization".to_owned()),
            ..Challenge::default()
        };
        challenge.id = challenge.sign(&provider.secret).unwrap_or_default();
        lines.push(challenge.line());
    }
    let mut members = required(order, "Choose one method and send the same request again.");
    let members = members.as_object_mut().map(std::mem::take).unwrap_or_default();
    let mut members: Map<String, Value> = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
    members.insert("code".into(), "payment_required".into());
    members.insert("supported_methods".into(), json!(["tempo", "stripe_spt"]));
    let mut response = problem(402, why.unwrap_or(("payment-required", "Payment is required.")), members);
    response.headers.extend(lines.into_iter().map(|line| header(CHALLENGE, line)));
    response.headers.push(header("x-payment-protocol", "mpp"));
    Ok(response)
}

fn problem(status: u16, (kind, detail): Problem, mut members: Map<String, Value>) -> Response {
    members.insert("type".into(), format!("{PROBLEMS}/{kind}").into());
    members.insert("status".into(), status.into());
    members.insert("detail".into(), detail.into());
    json_as(PROBLEM, status, &members)
}

/// As mppx writes it: without the colons of RFC 9530.
fn body_digest(body: &[u8]) -> String {
    format!("sha-256={}", Base64::encode_string(&sha256(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pfm_008_ids_are_those_of_mppx() {
        let vectors: Value = serde_json::from_str(include_str!("../../../../tests/vectors/payments/mpp.json")).unwrap();
        let cases = vectors["challengeIds"].as_array().unwrap();
        assert_eq!(cases.len(), 8);
        for case in cases {
            let input = &case["input"];
            let part = |name: &str| input[name].as_str().unwrap_or_default();
            let request = encoded(&input["request"]);
            let parts = ["realm", "method", "intent"].map(part);
            let rest = ["expires", "digest", "opaque"].map(part);
            let parts = [parts.as_slice(), &[request.as_str()], &rest].concat();
            let id = challenge_id(part("secretKey").as_bytes(), &parts).unwrap();
            assert_eq!(id, case["id"].as_str().unwrap(), "{input}");
        }
        for request in vectors["requests"].as_array().unwrap() {
            assert_eq!(encoded(&request["object"]), request["b64"].as_str().unwrap());
        }
    }
}
