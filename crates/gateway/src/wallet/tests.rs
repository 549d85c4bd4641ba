use super::*;
use crate::config::tests::{POLICY, read_with};
use edgepost_core::grant::Claims;
use edgepost_core::http::Response;

/// The first of the accounts that hardhat prints for everybody.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ACCOUNT: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const CAPS: &str = r#""wallet":{"cents_per_order":500,"cents_per_hour":1000,"cents_per_day":2000},"#;

fn policy(wallet: &str) -> String {
    POLICY.replacen('{', &format!("{{{wallet}"), 1)
}

fn faults(wallet: &str, vars: &[(&str, &str)]) -> Vec<String> {
    let policy = policy(wallet);
    read_with(&[&[("policy", policy.as_str())][..], vars].concat()).err().unwrap_or_default()
}

fn wallet(wallet: &str, vars: &[(&str, &str)]) -> Option<Wallet> {
    let policy = policy(wallet);
    read_with(&[&[("policy", policy.as_str())][..], vars].concat()).unwrap().wallet
}

fn ask() -> Ask {
    Ask { json: "{\"domain\":{}}".into(), digest: Some([7; 32]), again: false }
}

#[test]
fn pfs_008_without_caps_there_is_no_wallet_and_caps_are_whole_hundredths() {
    let key = [("X402_PRIVATE_KEY_TEST", KEY)];
    assert!(wallet("", &key).is_none(), "no cap, no paying");
    assert!(wallet(CAPS, &[]).is_none(), "and no paying without a key");
    let caps = Caps { cents_per_order: 500, cents_per_hour: 1_000, cents_per_day: 2_000 };
    assert_eq!(wallet(CAPS, &key).unwrap().caps, caps);
    for broken in [
        CAPS.replace("500", "5.00"),
        CAPS.replace("500", "\"500\""),
        CAPS.replace("500", "-1"),
        CAPS.replace("500", "0"),
        CAPS.replace("500", "1001"),
        CAPS.replace("1000", "2001"),
        CAPS.replace("\"cents_per_order\":500,", ""),
        CAPS.replace(",\"cents_per_hour\":1000", ""),
        CAPS.replace(",\"cents_per_day\":2000", ""),
        CAPS.replace("cents_per_day", "cents_per_week"),
    ] {
        assert_eq!(faults(&broken, &key).len(), 1, "{broken}");
    }
}

#[test]
fn pf_096_the_key_of_the_mode_and_no_other_and_never_shown() {
    let live = [("EDGEPOST_MODE", "live"), ("PIETERPOST_KEY_TEST", "")];
    assert!(wallet(CAPS, &[&live[..], &[("X402_PRIVATE_KEY_TEST", KEY)]].concat()).is_none(), "the other mode's");
    let bare = wallet(CAPS, &[("X402_PRIVATE_KEY_TEST", KEY.strip_prefix("0x").unwrap())]).unwrap();
    assert_eq!(bare.address().unwrap().checksummed(), ACCOUNT);
    for broken in
        ["0x", "canary", KEY.strip_suffix("0").unwrap(), &format!("{KEY}00"), &"0".repeat(64), &"f".repeat(64)]
    {
        let faults = faults(CAPS, &[("X402_PRIVATE_KEY_TEST", broken)]);
        assert!(faults.len() == 1 && (broken.len() < 3 || !faults[0].contains(broken)), "{faults:?}");
    }
    let same = [("X402_PRIVATE_KEY_TEST", KEY), ("X402_PRIVATE_KEY_LIVE", KEY.strip_prefix("0x").unwrap())];
    assert_eq!(faults(CAPS, &same).len(), 1);
    assert_eq!(faults(CAPS, &[("X402_PRIVATE_KEY_TEST", KEY), ("X402_ADDRESS_TEST", ACCOUNT)]).len(), 1);
    assert_eq!(faults(CAPS, &[("X402_ADDRESS_TEST", "0x1")]).len(), 1);
    let shown = format!("{bare:?}");
    assert!(shown.contains("redacted") && !shown.contains("ac0974"), "{shown}");
}

#[test]
fn pf_092_a_key_signs_the_digest_and_a_remote_signer_the_typed_data() {
    let own = wallet(CAPS, &[("X402_PRIVATE_KEY_TEST", KEY)]).unwrap();
    let Signing::Signed(Some(signature)) = own.sign(&ask()) else { panic!("it signs") };
    assert!(signature.len() == 132 && (signature.ends_with("1b") || signature.ends_with("1c")), "{signature}");
    assert_eq!(own.sign(&ask()), Signing::Signed(Some(signature)), "and the same again");
    let remote = wallet(CAPS, &[("X402_ADDRESS_TEST", ACCOUNT)]).unwrap();
    assert_eq!(remote.address().unwrap().checksummed(), ACCOUNT);
    let Signing::Ask(request) = remote.sign(&ask()) else { panic!("it asks") };
    assert_eq!((request.method.as_str(), request.body.as_deref()), ("POST", Some(&b"{\"domain\":{}}"[..])));
}

#[test]
fn pf_096_what_a_remote_signer_says_is_looked_at_and_not_repeated() {
    let answer = |status, body: &str| Received::Answer(Response { status, headers: vec![], body: body.into() });
    assert_eq!(signature(&answer(200, r#"{"signature":"0xab"}"#)), Ok("0xab".into()));
    for (none, code) in [
        (answer(403, r#"{"signature":"0xab","why":"canary"}"#), Code::PaymentRefused),
        (answer(429, "canary"), Code::NotSent),
        (answer(503, "canary"), Code::NotSent),
        (answer(200, r#"{"signature":7}"#), Code::NotSent),
        (answer(200, "canary"), Code::NotSent),
        (answer(200, ""), Code::NotSent),
        (Received::Timeout, Code::NotSent),
        (Received::Unreachable, Code::NotSent),
        (Received::TooLarge, Code::NotSent),
    ] {
        let why = signature(&none).unwrap_err();
        assert!(why.code == code && !why.detail.contains("canary"), "{why:?}");
    }
}

#[test]
fn pfs_008_a_grant_says_how_much_of_the_gateways_money_it_is_for() {
    let policy = policy(CAPS);
    let config = read_with(&[("policy", &policy), ("X402_PRIVATE_KEY_TEST", KEY)]).unwrap();
    let asks = Asks { countries: vec!["US".into(); 2], ..Asks::default() };
    let allowed = |max: &[(&str, u64)], max_recipients| {
        let max_amount = max.iter().map(|(currency, cents)| ((*currency).to_owned(), *cents)).collect();
        let claims = Claims { max_amount: Some(max_amount), max_recipients, ..Claims::default() };
        allow(&config, &Access::Granted { claims: Box::new(claims), id: "g".into() }, &asks, &Bounds::default())
    };
    assert_eq!(allowed(&[("usd", 400)], None).unwrap().max_cents, 400);
    let allowance = allowed(&[("USD", 90_000)], Some(2)).unwrap();
    assert_eq!(allowance.max_cents, 500, "the policy's cap holds too");
    let Counts::Grant { spend, .. } = &allowance.holds[0].counts else { panic!("of the grant") };
    assert_eq!((allowance.holds.len(), spend.recipients), (1, 2));
    for none in [allowed(&[("eur", 400)], None), allowed(&[], None)] {
        assert_eq!(none.unwrap_err().code, Code::GrantInsufficient);
    }
    let public = Access::Public { subject: "origin:none".into(), per_day: 1 };
    assert_eq!(allow(&config, &public, &asks, &Bounds::default()).unwrap_err().code, Code::GrantInsufficient);
    let poor = read_with(&[]).unwrap();
    let problem = allow(&poor, &public, &asks, &Bounds::default()).unwrap_err();
    assert!(problem.code == Code::ProviderNotConfigured && problem.detail.contains("[vars.policy.wallet]"));
}

#[test]
fn pfs_003_pfs_008_a_caller_says_how_many_pages_and_how_much() {
    let read = |query: &[(&str, &str)]| {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Bounds::read(&query).map_err(|problem| problem.code)
    };
    assert_eq!(read(&[]), Ok(Bounds::default()));
    assert_eq!(read(&[("max_cents", "500"), ("pages", "2")]), Ok(Bounds { pages: Some(2), max_cents: Some(500) }));
    for broken in [
        &[("pages", "")][..],
        &[("pages", "-1")],
        &[("pages", "+1")],
        &[("max_cents", "5.00")],
        &[("max_cents", "18446744073709551616")],
        &[("pages", "1"), ("pages", "1")],
        &[("page", "1")],
        &[("__proto__", "1")],
    ] {
        assert_eq!(read(broken), Err(Code::InvalidInput), "{broken:?}");
    }
}

#[test]
fn pf_096_what_is_signed_is_never_written_down_in_the_clear() {
    let key = ("X402_PRIVATE_KEY_TEST", KEY);
    let missing = faults(CAPS, &[key, ("LEDGER_ENCRYPTION_KEY", "")]);
    assert!(missing.len() == 1 && missing[0].starts_with("LEDGER_ENCRYPTION_KEY is missing"), "{missing:?}");
    let short = faults(CAPS, &[key, ("LEDGER_ENCRYPTION_KEY", "canary")]);
    assert!(short.len() == 1 && !short[0].contains("canary"), "{short:?}");
    assert!(faults("", &[("LEDGER_ENCRYPTION_KEY", "")]).is_empty(), "without a wallet nothing is signed");
}
