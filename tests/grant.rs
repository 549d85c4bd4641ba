//! A grant that JavaScript mints, as the gateway reads it. `tests/node/grant.test.mjs` mints the same.

use edgepost_core::grant::{Claims, Invalid, Key, SigningKey, verify};
use edgepost_tests::{folder, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Minted {
    now_s: u64,
    key: String,
    claims: Claims,
    token: String,
}

#[test]
fn a_gateway_reads_what_javascript_minted() {
    let Minted { now_s, key, claims, token } = load(&folder().join("grant.json")).unwrap();
    let keys = [Key::Secret(SigningKey::new(&key).unwrap())];
    assert_eq!(claims.max_amount.as_ref().and_then(|amounts| amounts.get("eur")), Some(&5_000));
    assert_eq!(verify(&keys, &token, now_s), Ok(claims.clone()));
    assert_eq!(verify(&keys, &token, claims.exp), Err(Invalid::Expired));
}
