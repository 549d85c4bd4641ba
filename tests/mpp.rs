//! MPP: the vectors bit for bit, what the protocol's own crate makes of our headers, and hostile challenges.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgepost_core::http::{Headers, Response};
use edgepost_core::payment::mpp::{
    Challenge, Charge, LARGEST, Method, challenges, choose, latin1, memo, paid, problem, receipt,
};
use edgepost_core::payment::{Fault, Mode, Refusal, hex};
use edgepost_tests::{folder, load};
use serde_json::{Value, json};

/// 2026-12-01T00:00:00.000Z, five minutes before the challenges of the vectors end.
const NOW: u64 = 1_796_083_200_000;

fn vectors() -> Value {
    load(&folder().join("payments/mpp.json")).unwrap()
}

fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{at} of {value}"))
}

fn lines(lines: &[&str]) -> Headers {
    lines.iter().map(|line| ("WWW-Authenticate".into(), (*line).into())).collect()
}

fn read(line: &str) -> Result<Vec<Challenge>, Refusal> {
    challenges(&lines(&[line]))
}

fn request(value: &Value) -> String {
    Base64UrlUnpadded::encode_string(value.to_string().as_bytes())
}

#[test]
fn pfm_008_challenges_are_read_as_they_were_meant() {
    for vector in vectors()["challenges"].as_array().unwrap() {
        let found = read(text(vector, "/wire")).unwrap();
        let [challenge] = found.as_slice() else { panic!("{found:?}") };
        let meant = &vector["object"];
        let optional = |name: &str| meant.get(name).map(|value| value.as_str().unwrap());
        assert_eq!(challenge.id, text(meant, "/id"));
        assert_eq!(challenge.realm, text(meant, "/realm"));
        assert_eq!(challenge.method, text(meant, "/method"));
        assert_eq!(challenge.intent, text(meant, "/intent"));
        assert_eq!(challenge.description.as_deref(), optional("description"));
        assert_eq!(challenge.expires.as_deref(), optional("expires"));
        assert_eq!(challenge.digest.as_deref(), optional("digest"));
        assert_eq!(challenge.opaque.as_deref(), optional("opaque"));
        let asked: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(&challenge.request).unwrap()).unwrap();
        assert_eq!(asked, meant["request"]);
        let theirs = mpp::parse_www_authenticate(text(vector, "/wire")).unwrap();
        assert_eq!((theirs.id, theirs.realm), (challenge.id.clone(), challenge.realm.clone()));
        assert_eq!(theirs.description, challenge.description);
    }
}

#[test]
fn pfm_012_several_challenges_in_one_line_or_in_several() {
    let vectors = vectors();
    let each: Vec<&str> =
        vectors["challenges"].as_array().unwrap().iter().map(|vector| text(vector, "/wire")).collect();
    let joined = read(text(&vectors, "/joined")).unwrap();
    assert_eq!(joined, challenges(&lines(&each)).unwrap());
    let methods: Vec<&str> = joined.iter().map(|challenge| challenge.method.as_str()).collect();
    assert_eq!(methods, ["tempo", "stripe"]);
    for line in [
        format!("Bearer realm=\"x, Payment id=\\\"y\\\"\", error=a, {}, Basic realm=\"z\"", each[0]),
        format!("Negotiate YIIx+/==, {}", each[0]),
        format!("Negotiate, {} , ", each[0]),
        format!(",, payment  {}", each[0].strip_prefix("Payment ").unwrap()),
        each[0].replace("\", ", "\"\t,  "),
        each[0].replace("method=\"tempo\"", "METHOD = tempo").replace("intent=\"charge\"", "intent=charge"),
        each[0].replace("realm=", "unknown=\"a, b\", realm="),
    ] {
        let found = read(&line).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
        assert_eq!(found, joined[..1], "{line}");
    }
}

const USUAL: &str = r#"Payment id="a", realm="postalform.com", method="stripe", intent="charge", request="e30""#;

#[test]
fn pfm_008_descriptions_hold_whatever_they_hold() {
    for (written, meant) in [
        (r#"a, b="c" d"#, Some("a, b=")),
        (r#"\u2014 \" \\ \q"#, Some("\u{2014} \" \\ q")),
        (r"\ud83d!", Some("ud83d!")),
        ("caf\u{e9}", Some("caf\u{e9}")),
        ("", Some("")),
    ] {
        let found = read(&format!(r#"{USUAL}, description="{written}", opaque="trace-123""#)).unwrap();
        assert_eq!(found[0].description.as_deref(), meant, "{written}");
        assert_eq!(found[0].opaque.as_deref(), Some("trace-123"), "{written}");
    }
    let bytes = [USUAL.as_bytes(), b", description=\"caf\xe9\""].concat();
    assert_eq!(read(&latin1(&bytes)).unwrap()[0].description.as_deref(), Some("caf\u{e9}"));
    let headers = lines(&[&format!(r#"{USUAL}, header="Payment-Authorization""#)]);
    assert_eq!(challenges(&headers).unwrap()[0].header.as_deref(), Some("Payment-Authorization"));
}

#[test]
fn pfm_008_what_is_no_challenge_is_refused() {
    let long = format!(r#"{USUAL}, description="{}""#, "x".repeat(5 * LARGEST));
    let request = USUAL.replace("e30", &"A".repeat(LARGEST + 1));
    for (line, fault) in [
        ("", Fault::MissingChallenge),
        ("Bearer realm=\"x\"", Fault::MissingChallenge),
        ("Payment", Fault::MissingParameter),
        (&USUAL.replace("id=\"a\", ", ""), Fault::MissingParameter),
        (&USUAL.replace("id=\"a\"", "id=\"\""), Fault::MissingParameter),
        (&USUAL.replace("request=\"e30\"", ""), Fault::MissingParameter),
        (&format!(r#"{USUAL}, id="b""#), Fault::DuplicateParameter),
        (&format!(r#"{USUAL}, ID="b""#), Fault::DuplicateParameter),
        (&format!(r#"{USUAL}, __proto__="b", __proto__="c""#), Fault::DuplicateParameter),
        (&format!(r#"{USUAL}, opaque="b"#), Fault::MalformedChallenge),
        (&format!(r#"{USUAL}, opaque="b\"#), Fault::MalformedChallenge),
        (&format!(r#"{USUAL}, opaque="b" c"#), Fault::MalformedChallenge),
        (&format!(r#"{USUAL}, opaque=b c"#), Fault::MalformedChallenge),
        (&format!("{USUAL}, opaque=\"b\r\nx: y\""), Fault::MalformedChallenge),
        (&format!("{USUAL}\r\nx: y"), Fault::MalformedChallenge),
        (&format!("{USUAL}, \u{e9}=x"), Fault::MalformedChallenge),
        (&format!(r#"{USUAL}, header="Cookie""#), Fault::MalformedChallenge),
        (&long, Fault::ChallengeTooLarge),
        (&request, Fault::ChallengeTooLarge),
    ] {
        assert_eq!(read(line).unwrap_err().fault, fault, "{line:.300}");
    }
    assert!(read(&format!(r#"{USUAL}, __proto__="b""#)).is_ok(), "an unknown parameter is nobody's");
}

fn challenge(method: &str, asked: &Value) -> Challenge {
    Challenge {
        id: "a".into(),
        realm: "postalform.com".into(),
        method: method.into(),
        intent: "charge".into(),
        request: request(asked),
        ..Challenge::default()
    }
}

fn chosen(challenge: Challenge, method: Method, mode: Mode) -> Result<Charge, Fault> {
    choose(&[challenge], &[method], mode, b"{}", NOW).map_err(|refusal| refusal.fault)
}

fn tempo() -> Value {
    json!({
        "amount": "3400000", "currency": "0x20c0000000000000000000000000000000000000",
        "recipient": "0x209693bc6afc0c5328ba36faf03c514ef312287c", "methodDetails": {"chainId": 42431},
    })
}

fn changed(mut value: Value, at: &str, to: Value) -> Value {
    let patch: json_patch::Patch = serde_json::from_value(json!([{"op": "add", "path": at, "value": to}])).unwrap();
    json_patch::patch(&mut value, &patch).unwrap();
    value
}

#[test]
fn pfm_004_one_of_the_callers_methods_is_chosen() {
    let vectors = vectors();
    let all = read(text(&vectors, "/joined")).unwrap();
    let body = b"";
    let pick = |methods: &[Method]| choose(&all, methods, Mode::Test, body, NOW);
    assert_eq!(pick(&[Method::TempoTransaction, Method::Stripe]).unwrap().method, Method::TempoTransaction);
    // The digest of the vector is of another body.
    assert_eq!(pick(&[Method::Stripe]).unwrap_err().fault, Fault::WrongDigest);
    let refusal = pick(&[Method::Card]).unwrap_err();
    assert_eq!((refusal.fault, refusal.about.as_str()), (Fault::UnsupportedMethod, "tempo, stripe"));
    assert_eq!(pick(&[]).unwrap_err().fault, Fault::UnsupportedMethod);
    let tempo = pick(&[Method::TempoTransaction]).unwrap();
    assert_eq!((tempo.cents, tempo.chain_id, tempo.expires_ms), (Some(340), 42_431, Some(NOW + 300_000)));
    let live = choose(&all, &[Method::TempoTransaction], Mode::Live, body, NOW).unwrap_err();
    assert_eq!((live.fault, live.about.as_str()), (Fault::OtherMode, "tempo 42431"));
    let late = choose(&all, &[Method::TempoTransaction], Mode::Test, body, NOW + 300_000).unwrap_err();
    assert_eq!((late.fault, late.about.as_str()), (Fault::Expired, "2026-12-01T00:05:00.000Z"));
}

#[test]
fn pfm_013_what_is_charged_is_read_exactly() {
    let stripe = |amount: Value, currency: &str| {
        chosen(challenge("stripe", &json!({"amount": amount, "currency": currency})), Method::Stripe, Mode::Live)
            .map(|charge| charge.cents)
    };
    assert_eq!(stripe(json!("340"), "usd"), Ok(Some(340)));
    assert_eq!(stripe(json!("340"), "eur"), Err(Fault::UnsupportedAsset));
    for amount in [json!(340), json!("3.40"), json!("0"), json!("-1"), json!(""), json!("99999999999999999999")] {
        assert_eq!(stripe(amount.clone(), "usd"), Err(Fault::WrongMember), "{amount}");
    }
    let of = |asked: Value, method| chosen(challenge("tempo", &asked), method, Mode::Test);
    assert_eq!(of(tempo(), Method::TempoHash).unwrap().cents, Some(340));
    assert_eq!(of(changed(tempo(), "/amount", json!("3400001")), Method::TempoHash).unwrap().cents, None);
    for (at, to, fault) in [
        ("/currency", json!("0x20C000000000000000000000b9537d11c60E8b50"), Fault::UnsupportedAsset),
        ("/recipient", json!("0x742d35Cc6634C0532925a3b844Bc9e7595f8fE00"), Fault::WrongAddress),
        ("/methodDetails/chainId", json!(1), Fault::UnsupportedNetwork),
        ("/methodDetails/chainId", json!(4217), Fault::OtherMode),
        ("/methodDetails/splits", json!([{"amount": "1"}]), Fault::UnsupportedFlow),
        ("/methodDetails/supportedModes", json!(["push"]), Fault::UnsupportedFlow),
        ("/__proto__", json!({}), Fault::OddName),
    ] {
        assert_eq!(of(changed(tempo(), at, to), Method::TempoTransaction).unwrap_err(), fault, "{at}");
    }
    let sponsored = changed(tempo(), "/methodDetails/feePayer", json!(true));
    assert_eq!(of(sponsored.clone(), Method::TempoHash).unwrap_err(), Fault::UnsupportedFlow);
    assert!(of(sponsored, Method::TempoTransaction).is_ok());
    let session = Challenge { intent: "session".into(), ..challenge("tempo", &tempo()) };
    assert_eq!(chosen(session, Method::TempoHash, Mode::Test).unwrap_err(), Fault::UnsupportedIntent);
    for (request, fault) in
        [("%", Fault::NotBase64), ("W10", Fault::NotJson), ("eyJhIjoxLCJhIjoyfQ", Fault::DuplicateMember)]
    {
        let broken = Challenge { request: request.into(), ..challenge("stripe", &json!({})) };
        assert_eq!(chosen(broken, Method::Stripe, Mode::Test).unwrap_err(), fault, "{request}");
    }
}

#[test]
fn pfm_009_the_digest_is_that_of_the_body() {
    for vector in vectors()["bodyDigest"].as_array().unwrap() {
        let (body, digest) = (text(vector, "/body"), text(vector, "/digest"));
        let colons = digest.replace("sha-256=", "sha-256=:") + ":";
        let asked = json!({"amount": "340", "currency": "usd"});
        for written in [digest, &colons] {
            let of = |body: &str, digest: &str| {
                let challenge = Challenge { digest: Some(digest.into()), ..challenge("stripe", &asked) };
                choose(&[challenge], &[Method::Stripe], Mode::Live, body.as_bytes(), NOW)
                    .map_err(|refusal| refusal.fault)
            };
            assert!(of(body, written).is_ok(), "{written}");
            assert_eq!(of("{ }", written).unwrap_err(), Fault::WrongDigest);
            assert_eq!(of(body, "sha-512=AAAA").unwrap_err(), Fault::WrongDigest);
        }
        assert!(mpp::body_digest::verify(digest, body.as_bytes()));
    }
}

#[test]
fn pfm_010_credentials_are_those_of_mppx() {
    for vector in vectors()["credentials"].as_array().unwrap() {
        let meant = &vector["object"];
        let wire = vectors()["challenges"].as_array().unwrap().iter().find_map(|challenge| {
            (challenge["object"]["id"] == meant["challenge"]["id"]).then(|| text(challenge, "/wire").to_owned())
        });
        let mut challenge = read(&wire.unwrap()).unwrap().remove(0);
        let digest = challenge.digest.take();
        let mut charge = choose(&[challenge], &[Method::Stripe], Mode::Live, b"", NOW).unwrap();
        charge.challenge.digest = digest;
        let answer = json!({"payload": {"spt": meant["payload"]["spt"]}});
        let header = paid(&charge, answer.to_string().as_bytes()).unwrap();
        assert_eq!((header.header, header.value.as_str()), ("authorization", text(vector, "/authorization")));
        let theirs = mpp::parse_authorization(&header.value).unwrap();
        assert_eq!(theirs.challenge.id, charge.challenge.id);
        assert_eq!(theirs.payload, meant["payload"]);
    }
}

#[test]
fn pfm_010_payloads_are_what_their_method_sends() {
    let card = json!({"amount": "340", "currency": "usd"});
    let transaction =
        json!({"payload": {"type": "transaction", "signature": "0x76f8"}, "source": "did:pkh:eip155:42431:0x0"});
    let hash = json!({"payload": {"hash": format!("0x{}", "ab".repeat(32))}});
    let encrypted = json!({"payload": {"encryptedPayload": "ey.J", "network": "visa", "panLastFour": "4242"}});
    for (method, asked, good, sent) in [
        (Method::TempoTransaction, tempo(), &transaction, json!({"type": "transaction", "signature": "0x76f8"})),
        (Method::TempoHash, tempo(), &hash, json!({"type": "hash", "hash": hash["payload"]["hash"]})),
        (Method::Stripe, card.clone(), &json!({"payload": {"spt": "spt_test_1"}}), json!({"spt": "spt_test_1"})),
        (Method::Card, card.clone(), &encrypted, encrypted["payload"].clone()),
    ] {
        let mut asked = challenge(method.challenge(), &asked);
        asked.header = Some("payment-authorization".into());
        let charge = chosen(asked, method, Mode::Test).unwrap();
        let header = paid(&charge, good.to_string().as_bytes()).unwrap();
        assert_eq!(header.header, "payment-authorization");
        let bytes = Base64UrlUnpadded::decode_vec(header.value.strip_prefix("Payment ").unwrap()).unwrap();
        let credential: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&credential["payload"], credential.get("source")), (&sent, good.get("source")));
        assert_eq!(credential["challenge"]["header"], "payment-authorization");
        for wrong in
            [json!({}), json!({"payload": {}}), json!({"payload": "spt_test_1"}), json!({"payload": {"spt": "tok_1"}})]
        {
            assert_eq!(paid(&charge, wrong.to_string().as_bytes()).unwrap_err().fault, Fault::WrongPayload, "{wrong}");
        }
        for wrong in ["", "spt_test_1", "[]", r#"{"payload":{"spt":"spt_1","spt":"spt_2"}}"#] {
            assert_eq!(paid(&charge, wrong.as_bytes()).unwrap_err().fault, Fault::WrongPayload, "{wrong}");
        }
        // PFM-007: what is sent, and nothing else.
        let mut raw = good.clone();
        raw["payload"]["number"] = "4242 4242 4242 4242".into();
        let found = paid(&charge, raw.to_string().as_bytes()).map_err(|refusal| refusal.fault);
        assert_eq!(found, if method == Method::Card { Err(Fault::CardNumber) } else { Ok(header) }, "PFM-007");
        let mut source = good.clone();
        source["source"] = "4242424242424242".into();
        assert_eq!(paid(&charge, source.to_string().as_bytes()).unwrap_err().fault, Fault::CardNumber, "PFM-007");
    }
}

#[test]
fn pfm_011_receipts_and_problems_are_read() {
    let vectors = vectors();
    let vector = &vectors["receipts"][0];
    let of = |header: &str| {
        receipt(&Response { status: 202, headers: vec![("payment-receipt".into(), header.into())], body: vec![] })
    };
    let read = of(text(vector, "/header")).unwrap().unwrap();
    assert_eq!(read.reference, text(vector, "/object/reference"));
    assert_eq!((read.status.as_str(), read.method.as_str()), ("success", "stripe"));
    assert_eq!(read.timestamp, text(vector, "/object/timestamp"));
    assert_eq!(mpp::parse_receipt(text(vector, "/header")).unwrap().reference, read.reference);
    for (broken, fault) in [("%", Fault::NotBase64), ("e30", Fault::NotJson), ("W10", Fault::NotJson)] {
        assert_eq!(of(broken).unwrap().unwrap_err().fault, fault);
    }
    let kind = |body: &str| problem(body.as_bytes()).kind;
    assert_eq!(kind(r#"{"type":"https://paymentauth.org/problems/payment-expired","detail":"x"}"#), "payment-expired");
    assert_eq!(kind(r#"{"type":"https://paymentauth.org/problems/session/gone"}"#), "gone");
    assert_eq!(kind(r#"{"code":"payment_required","message":"Pay."}"#), "payment_required");
    assert_eq!((kind("<html>"), kind("")), (String::new(), String::new()));
}

#[test]
fn a_transfer_on_tempo_is_bound_to_its_challenge() {
    for vector in vectors()["memos"].as_array().unwrap() {
        assert_eq!(hex(&memo(text(vector, "/realm"), text(vector, "/challengeId"))), text(vector, "/memo"));
    }
    let charge = chosen(challenge("tempo", &tempo()), Method::TempoHash, Mode::Test).unwrap();
    let asked: Value = serde_json::from_str(&charge.ask()).unwrap();
    assert_eq!(asked["memo"], hex(&memo("postalform.com", "a")));
    assert_eq!((&asked["request"], &asked["chainId"]), (&tempo(), &json!(42431)));
}
