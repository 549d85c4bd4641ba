//! Somebody who pays PostalForm: a wallet, a place for the journal, and a network between them and the sandbox.

use std::collections::HashMap;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgepost_core::date;
use edgepost_core::flow::pay::{Ask, Plan, Protocol};
use edgepost_core::http::Request;
use edgepost_core::payment::address::Address;
use edgepost_core::payment::mpp::Method;
use edgepost_core::payment::{Mode, decimal, hex, keccak, unhex};
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};

use crate::caller::ORIGIN;

/// An order for one letter.
pub fn order(request_id: &str) -> Vec<u8> {
    let address = json!({"line1": "101 Independence Ave SE", "city": "Washington", "state": "DC", "zip": "20540"});
    let order = json!({
        "request_id": request_id,
        "buyer_name": "Library of Congress", "buyer_email": "buyer@example.com",
        "pdf": {"download_url": "https://example.com/letter.pdf", "file_id": "file_fake"},
        "sender_name": "Library of Congress", "sender_address_type": "Manual", "sender_address_manual": address,
        "recipient_name": format!("Reading room {request_id}"),
        "recipient_address_type": "Manual", "recipient_address_manual": address,
    });
    order.to_string().into_bytes()
}

/// The id of the order of this number.
pub fn request_id(number: u64) -> String {
    format!("8c1a1b58-2c8f-4f4f-9c46-{number:012x}")
}

/// A plan to pay for a letter, which costs 3.40, up to 5.00.
pub fn plan(method: Option<Method>, number: u64) -> Plan {
    let request_id = request_id(number);
    Plan {
        protocol: if method.is_some() { Protocol::Mpp } else { Protocol::X402 },
        mode: Mode::Test,
        base_url: format!("{ORIGIN}/postalform"),
        host: edgepost_sandbox::postalform::HOST.into(),
        body: order(&request_id),
        request_id,
        max_cents: 500,
        pages: Some(1),
        payer: method.is_none().then(|| Wallet::new().address()),
        methods: method.into_iter().collect(),
        signatures: 2,
    }
}

/// Signs whatever it is asked to, and remembers what money that was.
pub struct Wallet {
    key: SigningKey,
    /// How often it was asked.
    pub asked: u32,
    /// What it has sent by itself: for each challenge one transaction.
    pub sent: HashMap<String, String>,
    /// By how many seconds a transaction outlives its challenge; nothing for one that has no end.
    pub outlives_s: Option<i64>,
}

impl Wallet {
    /// The key is the number one: nobody's.
    #[allow(clippy::new_without_default, reason = "nobody wants one by accident")]
    pub fn new() -> Self {
        let mut one = [0; 32];
        one[31] = 1;
        Wallet { key: SigningKey::from_slice(&one).unwrap(), asked: 0, sent: HashMap::new(), outlives_s: Some(0) }
    }

    /// Whose money it is.
    pub fn address(&self) -> Address {
        let point = self.key.verifying_key().to_encoded_point(false);
        Address(keccak(&[&point.as_bytes()[1..]])[12..].try_into().unwrap())
    }

    /// What it answers.
    pub fn sign(&mut self, ask: &Ask) -> String {
        self.asked += 1;
        if let Some(digest) = ask.digest {
            return hex(&self.signature(&digest));
        }
        let asked: Value = serde_json::from_str(&ask.json).unwrap();
        let payload = match asked["method"].as_str().unwrap() {
            "stripe" => json!({"spt": format!("spt_test_{}", hex(&keccak(&[&self.asked.to_be_bytes()])))}),
            "tempo_transaction" => json!({"type": "transaction", "signature": hex(&self.transaction(&asked))}),
            "tempo_hash" => {
                let id = asked["challengeId"].as_str().unwrap();
                // A wallet that sends by itself looks for the memo first: it never sends twice for one challenge.
                let hash = hex(&keccak(&[id.as_bytes()]));
                json!({"type": "hash", "hash": self.sent.entry(id.into()).or_insert(hash)})
            }
            other => panic!("no such method: {other}"),
        };
        json!({"payload": payload}).to_string()
    }

    fn signature(&self, digest: &[u8; 32]) -> Vec<u8> {
        let (signature, recovery) = self.key.sign_prehash_recoverable(digest).unwrap();
        [&signature.to_bytes()[..], &[27 + recovery.to_byte()]].concat()
    }

    /// A transfer on Tempo.
    fn transaction(&self, asked: &Value) -> Vec<u8> {
        let request = &asked["request"];
        let text = |name: &str| request[name].as_str().unwrap();
        let data = [
            &[0x95, 0x77, 0x7d, 0x59][..],
            &Address::parse(text("recipient")).unwrap().word(),
            &decimal::word(text("amount")).unwrap(),
            &unhex(asked["memo"].as_str().unwrap()).unwrap(),
        ];
        let expires_s = asked["expires"].as_str().and_then(date::milliseconds).map(|expires_ms| expires_ms / 1_000);
        let valid_before =
            expires_s.zip(self.outlives_s).map_or(0, |(expires_s, more)| expires_s.saturating_add_signed(more));
        let number = |value: u64| bytes(value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect());
        let call = list(&[bytes(unhex(text("currency")).unwrap()), bytes(Vec::new()), bytes(data.concat())]);
        let mut fields =
            vec![number(asked["chainId"].as_u64().unwrap()), number(0), number(24_000_000_000), number(100_000)];
        fields.extend([
            list(&[call]),
            list(&[]),
            bytes(vec![0xff; 32]),
            number(0),
            number(valid_before),
            number(u64::from(self.asked)),
        ]);
        fields.extend([bytes(unhex(text("currency")).unwrap()), bytes(Vec::new()), list(&[])]);
        let unsigned = [&[0x76][..], &list(&fields)].concat();
        fields.push(bytes(self.signature(&keccak(&[&unsigned]))));
        [&[0x76][..], &list(&fields)].concat()
    }
}

/// When a transaction of [`Wallet`]'s is over, seen without reading RLP: `validBefore` stands behind a nonce key of ones and the
/// nonce 0.
fn valid_before_ms(transaction: &str) -> Option<u64> {
    let (_, behind) = transaction.split_once(&format!("a0{}80", "ff".repeat(32)))?;
    let digits = behind.strip_prefix("84")?.get(..8)?;
    Some(u64::from_str_radix(digits, 16).ok()? * 1_000)
}

/// RLP.
fn bytes(value: Vec<u8>) -> Vec<u8> {
    match value.as_slice() {
        [0..0x80] => value,
        _ => headed(0x80, &value),
    }
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    headed(0xc0, &items.concat())
}

fn headed(first: u8, content: &[u8]) -> Vec<u8> {
    if content.len() < 56 {
        return [&[first + content.len() as u8][..], content].concat();
    }
    let length: Vec<u8> = content.len().to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [&[first + 55 + length.len() as u8][..], &length, content].concat()
}

/// What a request shows of a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// The header's value.
    pub value: String,
    /// Milliseconds since 1970 from which on it is worth nothing; never, where there is none.
    pub dead_ms: Option<u64>,
    /// The network, or the method.
    pub network: String,
    /// In hundredths of a dollar.
    pub cents: u64,
}

/// Reads the payment that a request shows, the way that a provider would.
pub fn credential(request: &Request) -> Option<Credential> {
    let shown = |name: &str| request.headers.iter().find(|(shown, _)| shown == name).map(|(_, value)| value.clone());
    if let Some(value) = shown("payment-signature") {
        let paid: Value = serde_json::from_slice(&Base64::decode_vec(&value).unwrap()).unwrap();
        let authorization = &paid["payload"]["authorization"];
        let number = |name: &str| authorization[name].as_str().unwrap().parse::<u64>().unwrap();
        let network = paid["accepted"]["network"].as_str().unwrap().to_owned();
        let dead_ms = Some(number("validBefore") * 1000);
        return Some(Credential { dead_ms, network, cents: number("value") / 10_000, value });
    }
    let value = shown("authorization").or_else(|| shown("payment-authorization"))?;
    let decode = |text: &str| serde_json::from_slice::<Value>(&Base64UrlUnpadded::decode_vec(text).unwrap()).unwrap();
    let credential = decode(value.strip_prefix("Payment ").unwrap());
    let challenge = &credential["challenge"];
    let request = decode(challenge["request"].as_str().unwrap());
    let amount: u64 = request["amount"].as_str().unwrap().parse().unwrap();
    let chain = request["methodDetails"]["chainId"].as_u64();
    let is_pushed = credential["payload"]["type"] == "hash";
    let expires = challenge["expires"].as_str().and_then(date::milliseconds);
    let transaction = credential["payload"]["signature"].as_str();
    let dead_ms = transaction.map_or(expires, valid_before_ms);
    Some(Credential {
        dead_ms: dead_ms.filter(|_| !is_pushed),
        network: chain.map_or("stripe".into(), |chain| format!("tempo {chain}")),
        cents: if chain.is_some() { amount / 10_000 } else { amount },
        value,
    })
}
