//! x402: the vectors bit for bit, what the protocol's own crate makes of our headers, and hostile challenges.

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use edgepost_core::http::Response;
use edgepost_core::payment::address::Address;
use edgepost_core::payment::x402::{Authorization, LARGEST, Network, Offer, challenge, settlement};
use edgepost_core::payment::{Fault, Mode, Refusal, hex, unhex};
use edgepost_tests::{folder, load};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use serde_json::{Value, json};

fn vectors() -> Value {
    load(&folder().join("payments/x402.json")).unwrap()
}

fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{at} of {value}"))
}

fn answer(header: &str) -> Response {
    let headers = vec![("PAYMENT-REQUIRED".into(), header.into())];
    Response { status: 402, headers, body: b"{}".to_vec() }
}

fn encoded(challenge: &Value) -> String {
    Base64::encode_string(challenge.to_string().as_bytes())
}

fn offer_of(header: &str, mode: Mode) -> Result<Offer, Refusal> {
    challenge(&answer(header))?.choose(mode)
}

fn mode_of(network: &str) -> Mode {
    Network::find(network).unwrap().mode
}

fn authorization(vector: &Value) -> Authorization {
    let member = |name: &str| text(vector, &format!("/authorization/{name}"));
    Authorization {
        network: Network::find(text(vector, "/network")).unwrap(),
        from: Address::parse(member("from")).unwrap(),
        to: Address::parse(member("to")).unwrap(),
        value: member("value").into(),
        valid_after: member("validAfter").parse().unwrap(),
        valid_before: member("validBefore").parse().unwrap(),
        nonce: unhex(member("nonce")).unwrap().try_into().unwrap(),
    }
}

#[test]
fn pf_092_signatures_and_headers_are_those_of_the_official_packages() {
    let vectors = vectors();
    let cases = vectors["eip3009"].as_array().unwrap();
    assert_eq!(cases.len(), 10);
    for vector in cases {
        let authorization = authorization(vector);
        assert_eq!(hex(&authorization.network.domain()), text(vector, "/domainSeparator"));
        assert_eq!(hex(&authorization.hash()), text(vector, "/structHash"));
        assert_eq!(hex(&authorization.digest()), text(vector, "/digest"));
        let key = SigningKey::from_slice(&unhex(text(vector, "/privateKey")).unwrap()).unwrap();
        let (signature, recovery) = key.sign_prehash_recoverable(&authorization.digest()).unwrap();
        let signature = [&signature.to_bytes()[..], &[recovery.to_byte()]].concat();
        let usual = [&signature[..64], &[recovery.to_byte() + 27]].concat();
        assert_eq!(hex(&usual), text(vector, "/signature"));
        // A signer that ends with 0 or 1 is helped to 27 or 28.
        let header = text(vector, "/paymentRequiredHeader");
        let offer = offer_of(header, mode_of(text(vector, "/network")));
        if text(vector, "/authorization/value").len() > 20 {
            assert_eq!(offer.unwrap_err().fault, Fault::WrongMember, "no sum of money");
            continue;
        }
        let offer = offer.unwrap();
        let paid = authorization.header(&offer, &hex(&signature)).unwrap();
        assert_eq!(paid, text(vector, "/paymentSignatureHeader"));
        assert_eq!(paid, authorization.header(&offer, text(vector, "/signature")).unwrap());
    }
}

#[test]
fn pf_092_what_a_wallet_is_asked_to_sign_hashes_to_the_same() {
    for vector in vectors()["eip3009"].as_array().unwrap() {
        let authorization = authorization(vector);
        let asked: Value = serde_json::from_str(&authorization.typed_data()).unwrap();
        assert_eq!(asked["domain"], vector["domain"]);
        assert_eq!(asked["message"], vector["authorization"]);
        assert_eq!(asked["primaryType"], "TransferWithAuthorization");
        let written = |name: &str| {
            let members = asked["types"][name].as_array().unwrap().iter();
            let members: Vec<_> =
                members.map(|member| format!("{} {}", text(member, "/type"), text(member, "/name"))).collect();
            format!("{name}({})", members.join(","))
        };
        assert_eq!(
            written("EIP712Domain"),
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        let hash = edgepost_core::payment::keccak(&[written("TransferWithAuthorization").as_bytes()]);
        assert_eq!(hex(&hash), "0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267");
    }
}

/// The example of the specification: published with its signature, and no key.
#[test]
fn pf_092_the_specifications_own_example_recovers_to_its_payer() {
    let payer = "0x857b06519E91e3A54538791bDbb0E22373e36b66";
    let authorization = Authorization {
        network: Network::find("eip155:84532").unwrap(),
        from: Address::parse(payer).unwrap(),
        to: Address::parse("0x209693Bc6afc0C5328bA36FaF03C514EF312287C").unwrap(),
        value: "10000".into(),
        valid_after: 1_740_672_089,
        valid_before: 1_740_672_154,
        nonce: unhex("0xf3746613c2d920b5fdabc0856f2aeb2d4f88ee6037b8cc5d04a71a4462f13480").unwrap().try_into().unwrap(),
    };
    let signature = "0x2d6a7588d6acca505cbf0d9a4a227e0c52c6c34008c8e8986a1283259764173608a2ce6496642e377d6da8dbbf5836e9bd15092f9ecab05ded3d6293af148b571c";
    let bytes = unhex(signature).unwrap();
    let key = VerifyingKey::recover_from_prehash(
        &authorization.digest(),
        &Signature::from_slice(&bytes[..64]).unwrap(),
        RecoveryId::from_byte(bytes[64] - 27).unwrap(),
    );
    let point = key.unwrap().to_encoded_point(false);
    let hash = edgepost_core::payment::keccak(&[&point.as_bytes()[1..]]);
    assert_eq!(Address(hash[12..].try_into().unwrap()).checksummed(), payer);
}

#[test]
fn pf_092_another_implementation_reads_what_we_write() {
    use x402_types::proto::v2::{PaymentPayload, PaymentRequirements};
    for vector in vectors()["eip3009"].as_array().unwrap() {
        let Ok(offer) = offer_of(text(vector, "/paymentRequiredHeader"), mode_of(text(vector, "/network"))) else {
            continue;
        };
        let header = authorization(vector).header(&offer, text(vector, "/signature")).unwrap();
        let bytes = Base64::decode_vec(&header).unwrap();
        let paid: PaymentPayload<PaymentRequirements, Value> = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(paid.payload, vector["paymentPayload"]["payload"]);
        assert_eq!(serde_json::to_value(&paid.accepted).unwrap(), vector["paymentPayload"]["accepted"]);
    }
}

#[test]
fn pf_093_settlements_are_read() {
    let vectors = vectors();
    let vector = &vectors["settle"][0];
    let paid = |header: &str| {
        let headers = vec![("Payment-Response".into(), header.into())];
        settlement(&Response { status: 202, headers, body: Vec::new() })
    };
    let read = paid(text(vector, "/header")).unwrap().unwrap();
    assert!(read.success && read.reason.is_empty());
    assert_eq!(read.transaction, text(vector, "/object/transaction"));
    assert_eq!(
        (read.network.as_str(), read.payer.as_str()),
        (text(vector, "/object/network"), text(vector, "/object/payer"))
    );
    let failed =
        json!({"success": false, "errorReason": "settlement_pending", "transaction": "", "network": "eip155:8453"});
    let read = paid(&encoded(&failed)).unwrap().unwrap();
    assert_eq!((read.success, read.reason.as_str(), read.transaction.as_str()), (false, "settlement_pending", ""));
    for (broken, fault) in [("%", Fault::NotBase64), ("e30=", Fault::NotJson), ("W10=", Fault::NotJson)] {
        assert_eq!(paid(broken).unwrap().unwrap_err().fault, fault, "{broken}");
    }
    assert!(settlement(&answer("")).is_none());
}

fn usual() -> Value {
    json!({
        "x402Version": 2,
        "error": null,
        "resource": {"url": "https://postalform.com/api/machine/orders", "description": null},
        "accepts": [{
            "scheme": "exact", "network": "eip155:8453", "amount": "3400000",
            "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
            "maxTimeoutSeconds": 300, "extra": {"name": "USD Coin", "version": "2"},
        }],
    })
}

/// The usual challenge with one value in another's place.
fn with(at: &str, value: Value) -> Value {
    json_patch_of(&[json!({"op": "add", "path": at, "value": value})])
}

fn json_patch_of(changes: &[Value]) -> Value {
    let mut challenge = usual();
    let patch: json_patch::Patch = serde_json::from_value(changes.into()).unwrap();
    json_patch::patch(&mut challenge, &patch).unwrap();
    challenge
}

fn refusal(challenge: &Value) -> (Fault, String) {
    let refusal = offer_of(&encoded(challenge), Mode::Live).unwrap_err();
    assert!(!refusal.hint().is_empty());
    (refusal.fault, refusal.about)
}

#[test]
fn pf_090_what_is_chosen_goes_back_byte_for_byte() {
    let accepted = r#"{ "payTo":"0x209693bc6afc0c5328ba36faf03c514ef312287c" , "scheme":"exact","network":"eip155:8453",
        "amount":"3400000","asset":"0x833589FCD6EDB6E08F4C7C32D4F71B54BDA02913","maxTimeoutSeconds":300,
        "extra":{"version":"2","name":"USD Coin","more":{"b":1.50,"a":"\u00e9"}},"own":[1,  2]}"#;
    let resource = r#"{"url":"https://postalform.com/x" ,"tags":["a"]}"#;
    let extensions = r#"{"bazaar":{"info":{"z":1,"a":2},"schema":{}}}"#;
    let text = format!(
        r#"{{"x402Version":2,"accepts":[{{"scheme":"upto","network":"solana:x","amount":"1","asset":"x","payTo":"y","maxTimeoutSeconds":1}},{accepted}],"resource":{resource},"extensions":{extensions}}}"#
    );
    for header in [
        Base64::encode_string(text.as_bytes()),
        Base64Unpadded::encode_string(text.as_bytes()),
        Base64UrlUnpadded::encode_string(text.as_bytes()),
        format!("  {} ", Base64::encode_string(text.as_bytes())),
    ] {
        let offer = offer_of(&header, Mode::Live).unwrap();
        let vectors = vectors();
        let paid = authorization(&vectors["eip3009"][0]).header(&offer, &format!("0x{}", "11".repeat(65))).unwrap();
        let paid = String::from_utf8(Base64::decode_vec(&paid).unwrap()).unwrap();
        let raw = format!(r#","extensions":{extensions},"resource":{resource},"accepted":{accepted}}}"#);
        assert!(paid.ends_with(&raw), "{paid}");
        assert_eq!(offer.pay_to.checksummed(), "0x209693Bc6afc0C5328bA36FaF03C514EF312287C");
    }
}

#[test]
fn pf_094_what_is_not_known_to_work_is_named_and_declined() {
    let checksum = "0x742d35Cc6634C0532925a3b844Bc9e7595f8fE00";
    for (change, fault, about) in [
        (with("/accepts/0/scheme", json!("upto")), Fault::UnsupportedScheme, "upto"),
        (with("/accepts/0/network", json!("eip155:1")), Fault::UnsupportedNetwork, "eip155:1"),
        (with("/accepts/0/network", json!("base")), Fault::UnsupportedNetwork, "base"),
        (with("/accepts/0/extra/assetTransferMethod", json!("permit2")), Fault::UnsupportedTransfer, "permit2"),
        (with("/accepts/0/extra/assetTransferMethod", json!("erc7710")), Fault::UnsupportedTransfer, "erc7710"),
        (with("/accepts/0/extra/paymentFlow", json!("escrow")), Fault::UnsupportedFlow, "escrow"),
        (with("/accepts/0/extra/name", json!("USDC")), Fault::WrongDomain, "USDC 2"),
        (with("/accepts/0/extra/version", json!("1")), Fault::WrongDomain, "USD Coin 1"),
        (with("/accepts/0/extra", json!(null)), Fault::WrongDomain, " "),
        (with("/accepts/0/payTo", json!(checksum)), Fault::WrongAddress, checksum),
        (with("/accepts/0/payTo", json!("0x")), Fault::WrongAddress, "0x"),
        (with("/accepts/0/amount", json!("0")), Fault::WrongMember, "/accepts/0/amount"),
        (with("/accepts/0/amount", json!("3.4")), Fault::WrongMember, "/accepts/0/amount"),
        (with("/accepts/0/amount", json!("-1")), Fault::WrongMember, "/accepts/0/amount"),
        (with("/accepts/0/amount", json!(3_400_000)), Fault::WrongMember, "/accepts/0/amount"),
        (with("/accepts/0/maxTimeoutSeconds", json!("300")), Fault::WrongMember, "/accepts/0/maxTimeoutSeconds"),
        (with("/accepts", json!([])), Fault::WrongMember, "/accepts"),
        (with("/accepts", json!({})), Fault::WrongMember, "/accepts"),
        (with("/accepts/0", json!("exact")), Fault::WrongMember, "/accepts/0"),
        (with("/resource", json!("https://postalform.com")), Fault::WrongMember, "/resource"),
        (with("/resource/url", json!("")), Fault::WrongMember, "/resource/url"),
        (with("/x402Version", json!(1)), Fault::OlderVersion, "1"),
        (with("/x402Version", json!("2")), Fault::OlderVersion, "\"2\""),
        (
            with("/extensions", json!({"payment-identifier": {"info": {"required": true}}})),
            Fault::UnsupportedExtension,
            "payment-identifier",
        ),
    ] {
        assert_eq!(refusal(&change), (fault, about.into()), "{change}");
    }
    let other = with("/accepts/0/asset", json!("0x036CbD53842c5426634e7929541eC2318f3dCF7e"));
    assert_eq!(refusal(&other).0, Fault::UnsupportedAsset);
    assert!(offer_of(&encoded(&usual()), Mode::Live).is_ok());
    let testnet = offer_of(&encoded(&usual()), Mode::Test).unwrap_err();
    assert_eq!((testnet.fault, testnet.about.as_str()), (Fault::OtherMode, "eip155:8453"));
    let named = vectors();
    assert_eq!(named["permit2"][0]["domain"]["name"], "Permit2", "known, and declined");
}

#[test]
fn pf_095_what_is_no_challenge_is_refused_before_anything_is_signed() {
    let json = usual().to_string();
    let of = |text: &str| Base64::encode_string(text.as_bytes());
    let twice = json.replace(r#""amount":"3400000""#, r#""amount":"3400000","amount":"1""#);
    let deep = json.replace(r#""error":null"#, &format!(r#""error":{}{}"#, "[".repeat(500), "]".repeat(500)));
    let proto = json.replace(r#""error":null"#, r#""__proto__":{"amount":"1"}"#);
    let hidden = json.replace(r#""error":null"#, r#""\u005f_proto__":{}"#);
    let nested = json.replace(r#""extra":{"#, r#""extra":{"__proto__" :1,"#);
    for (header, fault) in [
        (String::new(), Fault::NotJson),
        ("%%%".into(), Fault::NotBase64),
        ("e30===".into(), Fault::NotBase64),
        (format!("{}\r\nx: y", of(&json)), Fault::NotBase64),
        (format!("{},{}", of(&json), of(&json)), Fault::NotBase64),
        (of("<html>"), Fault::NotJson),
        (of("[]"), Fault::NotJson),
        (of("7"), Fault::NotJson),
        (of(&json[1..]), Fault::NotJson),
        (of(&format!("{json}{json}")), Fault::NotJson),
        (Base64::encode_string(b"{\"a\":\"\xff\"}"), Fault::NotJson),
        (of(&deep), Fault::NotJson),
        (of(&twice), Fault::DuplicateMember),
        (of(&proto), Fault::OddName),
        (of(&hidden), Fault::OddName),
        (of(&nested), Fault::OddName),
        (of(r#"{"x402Version":1,"accepts":[{"maxAmountRequired":"1"}]}"#), Fault::OlderVersion),
        ("A".repeat(LARGEST + 1), Fault::ChallengeTooLarge),
    ] {
        let refusal = challenge(&answer(&header)).unwrap_err();
        assert_eq!(refusal.fault, fault, "{header}: {refusal:?}");
    }
    let body = br#"{"x402Version":1,"error":"X-PAYMENT header is required","accepts":[]}"#;
    let older = Response { status: 402, headers: Vec::new(), body: body.to_vec() };
    assert_eq!(challenge(&older).unwrap_err().fault, Fault::OlderVersion);
    let none = Response { status: 402, headers: Vec::new(), body: b"{}".to_vec() };
    assert_eq!(challenge(&none).unwrap_err().fault, Fault::MissingChallenge);
    let mut both = answer(&of(&json));
    both.headers.push(("payment-required".into(), of(&json)));
    assert_eq!(challenge(&both).unwrap_err().fault, Fault::DuplicateMember);
}

#[test]
fn pf_096_what_a_signer_answers_is_looked_at() {
    let vectors = vectors();
    let offer = offer_of(&encoded(&usual()), Mode::Live).unwrap();
    let authorization = authorization(&vectors["eip3009"][0]);
    let long = format!("0x{}", "ab".repeat(5_000));
    for wrong in ["", "0x", "1234", "0xzz", &format!("0x{}", "ab".repeat(64)), "é".repeat(99).as_str(), &long] {
        assert_eq!(authorization.header(&offer, wrong).unwrap_err().fault, Fault::WrongSignature, "{wrong}");
    }
    assert!(authorization.header(&offer, &format!("0x{}", "ab".repeat(600))).is_ok(), "ERC-6492");
}
