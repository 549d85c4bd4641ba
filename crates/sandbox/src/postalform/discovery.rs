//! `GET /openapi.json` and `GET /.well-known/x402`

use std::collections::BTreeMap;

use edgepost_core::operation::{OPERATIONS, Payment};
use edgepost_core::payment::decimal;
use edgepost_core::postalform::{GET_OPENAPI, GET_X402_MANIFEST, POSTALFORM};
use serde_json::{Value, json};

use super::quote::LEAST;
use super::x402::network;
use super::{HOST, PostalForm, refusal, worked};
use crate::answer::{Answer, Refusal, json as answer};
use crate::route::{Call, Endpoint};

/// The highest price that the vendor has shown, in cents.
const MOST: u64 = 20_000;

pub(super) static OPENAPI: Endpoint = Endpoint {
    operation: &GET_OPENAPI,
    run: |sandbox, call| worked(sandbox, call, openapi),
    refusals: &[&refusal::COMMON],
    refuse: refusal::response,
};

pub(super) static MANIFEST: Endpoint = Endpoint {
    operation: &GET_X402_MANIFEST,
    run: |sandbox, call| worked(sandbox, call, manifest),
    refusals: &[&refusal::COMMON],
    refuse: refusal::response,
};

/// PFD-001: what can be called and what is paid for; the vendor's own document says far more.
fn openapi(_provider: &mut PostalForm, _call: &Call<'_>) -> Result<Answer, Refusal> {
    let [least, most] = [LEAST, MOST].map(decimal::decimal);
    let mut paths: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
    let own = OPERATIONS.iter().filter(|one| one.provider.name == POSTALFORM.name && !one.is_tool());
    for operation in own {
        let id = operation.name.split_once('.').map_or("", |(_, name)| name);
        let paid = |protocol: &str| {
            let price = json!({ "protocols": [protocol], "pricingMode": "range", "minPrice": least, "maxPrice": most });
            json!({ "operationId": id, "x-payment-info": price })
        };
        let described = match operation.payment {
            Payment::None => json!({ "operationId": id }),
            Payment::X402 => paid("x402"),
            Payment::Mpp => paid("mpp"),
        };
        paths.entry(operation.path).or_default().insert(operation.method.name().to_ascii_lowercase(), described);
    }
    let info = json!({ "title": "PostalForm, emulated", "version": "1.0.0" });
    let document = json!({ "openapi": "3.1.0", "info": info, "paths": paths });
    Ok(Answer { response: answer(200, &document), outcome: "shown" })
}

/// PFD-002: in the form that the vendor's manifest has.
fn manifest(provider: &mut PostalForm, _call: &Call<'_>) -> Result<Answer, Refusal> {
    let orders = "/api/machine/orders";
    let [least, most] = [LEAST, MOST].map(|cents| format!("${}", decimal::decimal(cents)));
    let manifest = json!({
        "version": 2,
        "protocol": "x402",
        "resources": {
            orders: {
                "method": "POST",
                "protocol": "x402",
                "scheme": "exact",
                "token": "USDC",
                "network": network(provider.options.mode).name,
                "pricingMode": "range",
                "price": format!("{least} - {most}"),
                "minPrice": least,
                "maxPrice": most,
                "currency": "USD",
                "validate": format!("https://{HOST}{orders}/validate"),
                "status": format!("https://{HOST}{orders}/{{id}}"),
            },
        },
    });
    Ok(Answer { response: answer(200, &manifest), outcome: "shown" })
}
