use edgepost_core::postalform::POSTALFORM;

use super::*;

/// Payment links are public in test mode.
pub(crate) const POLICY: &str = r#"{"origins":["self","none"],"return_urls":["self"],
    "public":[{"mode":"test","operation":"pieterpost.create_checkout_link","per_day":10}]}"#;

/// A configuration that serves, with values in the place of some of its own.
pub(crate) fn read_with(changes: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    Config::read(|name| {
        let changed = changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
        let usual = match name {
            "PIETERPOST_KEY_TEST" => Some("pp_test_canary"),
            "PIETERPOST_URL" => Some("http://127.0.0.1:8788/pieterpost"),
            "GRANT_SIGNING_KEY" => Some("grant-signing-key-canary-of-32-bytes"),
            "LEDGER_ENCRYPTION_KEY" => Some("ledger-encryption-canary-of-32-bytes"),
            "policy" => Some(POLICY),
            _ => None,
        };
        changed.or(usual).map(str::to_owned)
    })
}

fn header(upstream: &Upstream) -> &str {
    let Authorization::Known(secret) = &upstream.authorization else { panic!("a header is known") };
    secret.reveal()
}

#[test]
fn pb_002_pb_020_keys_that_do_not_tell_their_mode_are_told_by_their_names() {
    let key = ("PITNEYBOWES_KEY_TEST", "canary");
    let secret = ("PITNEYBOWES_SECRET_TEST", "canary-secret");
    let developer = ("PITNEYBOWES_DEVELOPER_ID_TEST", "canary-developer");
    let config = read_with(&[key, secret, developer]).unwrap();
    let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "pitneybowes").unwrap();
    assert_eq!(upstream.base, "https://shipping-api-sandbox.pitneybowes.com", "production is asked for");
    let live = [
        ("EDGEPOST_MODE", "live"),
        ("PIETERPOST_KEY_LIVE", "pp_live_canary"),
        ("PITNEYBOWES_KEY_LIVE", "canary"),
        ("PITNEYBOWES_SECRET_LIVE", "canary-other"),
        ("PITNEYBOWES_DEVELOPER_ID_LIVE", "canary-developer"),
    ];
    let config = read_with(&[&live[..], &[key, secret, developer]].concat()).unwrap();
    let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "pitneybowes").unwrap();
    assert_eq!(upstream.base, "https://shipping-api.pitneybowes.com");
    for changes in [
        &[secret, developer][..],
        &[key, secret],
        &[key, secret, ("PITNEYBOWES_DEVELOPER_ID_TEST", "canary/../developer")],
        &[key, secret, developer, ("PITNEYBOWES_MAX_AMOUNT", "500.00")],
        &[key, secret, developer, ("PITNEYBOWES_MAX_AMOUNT", "0")],
        &[key, secret, developer, ("PITNEYBOWES_URL", "https://shipping-api.pitneybowes.com/")],
        &[key, secret, developer, ("PITNEYBOWES_URL", "https://shipping-api.pitneybowes.com:443")],
        &[key, secret, developer, ("PITNEYBOWES_URL", "https://Shipping-API.pitneybowes.com:0443/v1")],
        &[("PITNEYBOWES_KEY_TEST", "can:ary"), secret, developer],
        &[("PITNEYBOWES_SECRET_LIVE", "canary-secret"), developer],
        &[key, secret, developer, ("PITNEYBOWES_SECRET_LIVE", "canary-secret")],
    ] {
        let faults = read_with(changes).unwrap_err();
        assert_eq!(faults.len(), 1, "{changes:?}: {faults:?}");
        assert!(!faults[0].contains("canary"), "{faults:?}");
    }
}

#[test]
fn pp_002_pp_008_pp_009_a_key_of_the_wrong_mode_refuses_to_serve() {
    assert_eq!(read_with(&[]).unwrap().mode, "test");
    let live = [("EDGEPOST_MODE", "live"), ("PIETERPOST_KEY_LIVE", "pp_live_canary")];
    let config = read_with(&live).unwrap();
    assert_eq!((config.mode, header(&config.upstreams[0])), ("live", "Bearer pp_live_canary"));
    assert_eq!(header(&read_with(&live[1..]).unwrap().upstreams[0]), "Bearer pp_test_canary");
    for changes in [
        &[("PIETERPOST_KEY_TEST", "pp_live_canary")][..],
        &[("PIETERPOST_KEY_TEST", "sk_test_canary")],
        &[("PIETERPOST_KEY_LIVE", "pp_test_canary")],
        &[("EDGEPOST_MODE", "live")],
        &[("PIETERPOST_KEY_TEST", ""), ("PIETERPOST_KEY_LIVE", "pp_live_canary")],
        &[("EDGEPOST_MODE", "Live")],
        &[("GRANT_SIGNING_KEY", "short")],
        &[("GRANT_SIGNING_KEY", "")],
        &[("GRANT_SIGNING_KEY_PREVIOUS", "short")],
        &[("GRANT_PUBLIC_KEY", "canary")],
        &[("PIETERPOST_URL", "http://pieterpost.example/")],
        &[("policy", "")],
        &[("policy", "{}")],
        &[("policy", r#"{"origins":["*"],"return_urls":[]}"#)],
        &[("policy", r#"{"origins":[],"return_urls":[],"orgins":[]}"#)],
    ] {
        let faults = read_with(changes).unwrap_err();
        assert_eq!(faults.len(), 1, "{changes:?}: {faults:?}");
        assert!(!faults[0].contains("canary"), "{faults:?}");
    }
}

#[test]
fn po_001_po_002_po_007_postpay_has_a_host_for_each_mode() {
    let (test, live) = (("POSTPAY_SECRET_KEY_TEST", "sk_test_canary"), ("POSTPAY_SECRET_KEY_LIVE", "sk_live_canary"));
    let ids = [("POSTPAY_MERCHANT_ID_TEST", "id_canary_t"), ("POSTPAY_MERCHANT_ID_LIVE", "id_canary_l")];
    let [id_test, id_live] = ids;
    let live_mode = [("EDGEPOST_MODE", "live"), ("PIETERPOST_KEY_TEST", "")];
    let of = |changes: &[(&str, &str)]| {
        let config = read_with(changes).unwrap();
        let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "postpay").unwrap();
        (upstream.base.clone(), header(upstream).to_owned())
    };
    let basic = |pair: &str| format!("Basic {}", Base64::encode_string(pair.as_bytes()));
    let expected = ("https://sandbox.postpay.io".to_owned(), basic("id_canary_t:sk_test_canary"));
    assert_eq!(of(&[test, id_test]), expected);
    assert_eq!(of(&[test, id_test, live, id_live]), expected, "the other mode's key is never used");
    let expected = ("https://api.postpay.io".to_owned(), basic("id_canary_l:sk_live_canary"));
    assert_eq!(of(&[&live_mode[..], &[test, id_test, live, id_live]].concat()), expected);
    for changes in [
        &[("POSTPAY_SECRET_KEY_TEST", "sk_live_canary"), id_test][..],
        &[("POSTPAY_SECRET_KEY_TEST", "pp_test_canary"), id_test],
        &[("POSTPAY_SECRET_KEY_LIVE", "sk_test_canary"), test, id_test],
        &[live, id_live],
        &[live, id_test],
        &[test],
        &[test, id_live],
        &[test, ("POSTPAY_MERCHANT_ID_TEST", "id:canary")],
        &[test, id_test, ("POSTPAY_URL", "https://API.postpay.io/")],
        &[live, id_live, live_mode[0], live_mode[1], ("POSTPAY_URL", "https://sandbox.postpay.io")],
    ] {
        let faults = read_with(changes).unwrap_err();
        assert!(!faults.is_empty() && !format!("{faults:?}").contains("canary"), "{changes:?}: {faults:?}");
    }
}

#[test]
fn without_a_key_a_provider_is_not_configured() {
    assert!(read_with(&[("PIETERPOST_KEY_TEST", "")]).unwrap().upstreams.is_empty());
}

#[test]
fn pf_002_a_provider_that_wants_no_key_is_called_where_its_address_is_named() {
    for mode in ["test", "live"] {
        let mode = [("EDGEPOST_MODE", mode), ("PIETERPOST_KEY_TEST", "")];
        let none = read_with(&mode).unwrap();
        assert!(none.upstreams.is_empty(), "the real host is nobody's default");
        for (provider, missing) in [(&POSTALFORM, "POSTALFORM_URL"), (&PITNEYBOWES, "key for pitneybowes")] {
            let problem = none.served(provider).unwrap_err();
            assert!(problem.detail.contains(missing), "{problem:?}");
        }
        for base in ["https://postalform.com", "http://127.0.0.1:8788/postalform"] {
            let config = read_with(&[&mode[..], &[("POSTALFORM_URL", base)]].concat()).unwrap();
            let called: Vec<_> = config.upstreams.iter().map(|one| (one.provider.name, one.base.as_str())).collect();
            assert_eq!(called, [("postalform", base)]);
        }
        let faults = read_with(&[&mode[..], &[("POSTALFORM_URL", "http://postalform.com")]].concat()).unwrap_err();
        assert_eq!(faults, ["POSTALFORM_URL is no https address (http on loopback)"]);
    }
}

#[test]
fn pp_175_a_configuration_can_be_logged() {
    assert!(!format!("{:?}", read_with(&[])).contains("canary"));
}
