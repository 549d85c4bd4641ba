//! x402, the provider's and the facilitator's side, in the order in which @x402/core and @x402/evm 2.27.0 check.

use base64ct::{Base64, Base64Unpadded, Encoding};
use edgepost_core::http::{Response, header as find_header};
use edgepost_core::payment::address::Address;
use edgepost_core::payment::x402::{Authorization, NETWORKS, Network, REQUIRED, RESPONSE, SIGNATURE};
use edgepost_core::payment::{self, keccak, unhex};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::create_order::required;
use super::{HOST, PostalForm, Protocol, Settlement, refusal};
use crate::answer::{Refusal, header, json as answer};
use crate::mode::Mode;
use crate::route::Call;

/// An authorization has to be good for so many seconds more, or it would come too late.
const LEAST: u64 = 6;

/// PAYMENT-SIGNATURE.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    x402_version: u64,
    accepted: Value,
    payload: Exact,
}

#[derive(Deserialize)]
struct Exact {
    authorization: Written,
    signature: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    from: String,
    to: String,
    value: Value,
    valid_after: String,
    valid_before: String,
    nonce: String,
}

/// Takes a payment, or asks for one.
pub(super) fn pay(provider: &mut PostalForm, at: usize, call: &Call<'_>) -> Result<Response, Refusal> {
    // What cannot be read is no payment (payments.md, A3).
    let shown = find_header(&call.request.headers, SIGNATURE).and_then(payload);
    let Some(shown) = shown else { return ask(provider, at, "Payment required", None) };
    let network = network(provider.options.mode);
    let expected = provider.orders.get(at).and_then(|order| {
        let pay_to = order.pay_to.last()?;
        Some(requirement(network, order.quote.cents, pay_to, provider.options.challenge_seconds))
    });
    if !expected.is_some_and(|expected| matches(&expected, &shown.accepted)) {
        return ask(provider, at, "No matching payment requirements", None);
    }
    match judge(network, &shown, call.now_ms / 1000) {
        Err(reason) => ask(provider, at, reason, None),
        Ok(authorization) => settle(provider, at, &authorization, call),
    }
}

fn payload(written: &str) -> Option<Payload> {
    let unpadded = written.trim().trim_end_matches('=');
    let bytes = Base64Unpadded::decode_vec(unpadded).ok()?;
    serde_json::from_slice(&bytes).ok().filter(|payload: &Payload| payload.x402_version == 2)
}

pub(super) fn network(mode: Mode) -> &'static Network {
    let wanted = if mode == Mode::Live { payment::Mode::Live } else { payment::Mode::Test };
    let [first, second] = &NETWORKS;
    if first.mode == wanted { first } else { second }
}

fn requirement(network: &Network, cents: u64, pay_to: &str, seconds: u64) -> Value {
    json!({
        "scheme": "exact",
        "network": network.name,
        "amount": (cents * network.per_cent).to_string(),
        "asset": network.asset,
        "payTo": pay_to,
        "maxTimeoutSeconds": seconds,
        "extra": {"name": network.token, "version": network.version},
    })
}

/// What is accepted has to be what was asked; `extra` may hold more.
fn matches(expected: &Value, accepted: &Value) -> bool {
    let (Some(expected), Some(accepted)) = (expected.as_object(), accepted.as_object()) else { return false };
    expected.len() == accepted.len()
        && expected.iter().all(|(name, value)| match (name.as_str(), value.as_object(), accepted.get(name)) {
            ("extra", Some(extra), Some(shown)) => extra.iter().all(|(name, value)| shown.get(name) == Some(value)),
            (_, _, shown) => shown == Some(value),
        })
}

/// Whether an authorization would be settled, for exactly what was accepted.
fn judge(network: &'static Network, shown: &Payload, now_s: u64) -> Result<Authorization, &'static str> {
    const INVALID: &str = "invalid_exact_evm_signature";
    let written = &shown.payload.authorization;
    let accepted = |name: &str| shown.accepted.get(name).and_then(Value::as_str).unwrap_or_default();
    let value = written.value.as_str().map_or_else(|| written.value.to_string(), str::to_owned);
    let authorization = Authorization {
        network,
        from: Address::parse(&written.from).ok_or(INVALID)?,
        to: Address::parse(&written.to).ok_or(INVALID)?,
        value,
        valid_after: written.valid_after.parse().map_err(|_| INVALID)?,
        valid_before: written.valid_before.parse().map_err(|_| INVALID)?,
        nonce: unhex(&written.nonce).and_then(|nonce| nonce.try_into().ok()).ok_or(INVALID)?,
    };
    if signer(&authorization.digest(), &shown.payload.signature) != Some(authorization.from) {
        return Err(INVALID);
    }
    if Address::parse(accepted("payTo")) != Some(authorization.to) {
        return Err("invalid_exact_evm_recipient_mismatch");
    }
    if authorization.valid_before < now_s + LEAST {
        return Err("invalid_exact_evm_payload_authorization_valid_before");
    }
    if authorization.valid_after > now_s {
        return Err("invalid_exact_evm_payload_authorization_valid_after");
    }
    if authorization.value != accepted("amount") {
        return Err("invalid_exact_evm_payload_authorization_value_mismatch");
    }
    Ok(authorization)
}

/// Who signed a digest.
fn signer(digest: &[u8; 32], signature: &str) -> Option<Address> {
    let bytes = unhex(signature)?;
    let (signature, last) = bytes.split_at_checked(64)?;
    let [last] = last else { return None };
    let recovery = RecoveryId::from_byte(last.checked_sub(27).unwrap_or(*last))?;
    let key = VerifyingKey::recover_from_prehash(digest, &Signature::from_slice(signature).ok()?, recovery).ok()?;
    let point = key.to_encoded_point(false);
    let hash = keccak(&[point.as_bytes().get(1..)?]);
    Some(Address(hash.get(12..)?.try_into().ok()?))
}

/// Moves the money: once for each nonce.
fn settle(
    provider: &mut PostalForm,
    at: usize,
    authorization: &Authorization,
    call: &Call<'_>,
) -> Result<Response, Refusal> {
    let network = authorization.network;
    let spent = format!("{} {}", authorization.from.checksummed(), payment::hex(&authorization.nonce));
    if provider.is_spent(&spent) {
        let reason = "invalid_exact_evm_nonce_already_used";
        let failed = json!({"success": false, "errorReason": reason, "transaction": "", "network": network.name});
        return ask(provider, at, reason, Some(&failed));
    }
    let reference = payment::hex(&keccak(&[b"transaction", spent.as_bytes()]));
    let options = provider.options.clone();
    let order = provider.orders.get_mut(at).ok_or(refusal::NOT_FOUND)?;
    let settlement = Settlement {
        order_id: order.id.clone(),
        protocol: Protocol::X402,
        network: network.name.to_owned(),
        pay_to: authorization.to.checksummed(),
        cents: authorization.value.parse().unwrap_or(0) / network.per_cent,
        spent,
        reference: reference.clone(),
        settled_ms: call.now_ms,
    };
    provider.settlements.push(settlement.clone());
    order.paid.get_or_insert(settlement);
    let told = json!({
        "success": true, "transaction": reference, "network": network.name, "payer": authorization.from.checksummed(),
    });
    let mut view = order.view(&options, call.now_ms);
    if let Some(view) = view.as_object_mut() {
        view.insert("status".into(), "settled_pending_webhook".into());
    }
    let mut response = answer(202, &view);
    response.headers.push(header("cache-control", "private"));
    response.headers.push(header(RESPONSE, Base64::encode_string(told.to_string().as_bytes())));
    Ok(response)
}

/// PF-073, PF-090: asks for payment.
fn ask(provider: &mut PostalForm, at: usize, error: &str, failed: Option<&Value>) -> Result<Response, Refusal> {
    let pay_to = provider.pay_to(at);
    let network = network(provider.options.mode);
    let order = provider.orders.get(at).ok_or(refusal::NOT_FOUND)?;
    let challenge = json!({
        "x402Version": 2,
        "error": error,
        "resource": {
            "url": format!("https://{HOST}/api/machine/orders"),
            "description": "PostalForm machine order",
            "mimeType": "application/json",
        },
        "accepts": [requirement(network, order.quote.cents, &pay_to, provider.options.challenge_seconds)],
    });
    let mut response = answer(402, &required(order, "Pay and send the same request again."));
    response.headers.push(header(REQUIRED, Base64::encode_string(challenge.to_string().as_bytes())));
    if let Some(failed) = failed {
        response.headers.push(header(RESPONSE, Base64::encode_string(failed.to_string().as_bytes())));
    }
    Ok(response)
}
