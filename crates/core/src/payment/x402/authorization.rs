//! EIP-3009: leave to take a sum from an account, once, within a time.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Encoding};

use super::challenge::Offer;
use super::network::Network;
use crate::json;
use crate::payment::address::Address;
use crate::payment::{Fault, Refusal, decimal, hex, keccak, unhex};

/// Leave to take a sum. Whoever has it signed can have the sum moved, and nobody can have it moved twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Where, and with which token.
    pub network: &'static Network,
    /// Whose money it is.
    pub from: Address,
    /// Whose it will be.
    pub to: Address,
    /// How much, in the smallest unit.
    pub value: String,
    /// Seconds since 1970 from which on it is good.
    pub valid_after: u64,
    /// Seconds since 1970 from which on it is worth nothing.
    pub valid_before: u64,
    /// Tells it from every other; 32 bytes that nobody can guess.
    pub nonce: [u8; 32],
}

/// The longest signature that is taken: wallets that are contracts have longer ones (ERC-1271, ERC-6492).
const LONGEST: usize = 4_096;

impl Authorization {
    /// The hash of what is signed, without what it is bound to (EIP-712, `hashStruct`).
    pub fn hash(&self) -> [u8; 32] {
        const TYPE: &[u8] = b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";
        keccak(&[
            &keccak(&[TYPE]),
            &self.from.word(),
            &self.to.word(),
            &decimal::word(&self.value).unwrap_or_default(),
            &decimal::number(self.valid_after),
            &decimal::number(self.valid_before),
            &self.nonce,
        ])
    }

    /// What a key signs, for a signer that does it by itself.
    pub fn digest(&self) -> [u8; 32] {
        keccak(&[b"\x19\x01", &self.network.domain(), &self.hash()])
    }

    /// What a wallet signs (EIP-712, `eth_signTypedData_v4`). `EIP712Domain` is among the types always: wallets that miss it
    /// sign something else. Numbers are texts, which every wallet reads exactly.
    pub fn typed_data(&self) -> String {
        let mut out = String::new();
        json::member(&mut out, "{\"domain\":{\"name\":", self.network.token);
        json::member(&mut out, ",\"version\":", self.network.version);
        json::raw(&mut out, ",\"chainId\":");
        json::integer(&mut out, self.network.chain_id as i64);
        json::member(&mut out, ",\"verifyingContract\":", self.network.asset);
        json::raw(&mut out, "},\"types\":{\"EIP712Domain\":");
        types(
            &mut out,
            &[("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")],
        );
        json::raw(&mut out, ",\"TransferWithAuthorization\":");
        types(
            &mut out,
            &[
                ("from", "address"),
                ("to", "address"),
                ("value", "uint256"),
                ("validAfter", "uint256"),
                ("validBefore", "uint256"),
                ("nonce", "bytes32"),
            ],
        );
        json::raw(&mut out, "},\"primaryType\":\"TransferWithAuthorization\",\"message\":");
        self.write(&mut out);
        json::raw(&mut out, "}");
        out
    }

    /// PF-092: the header that pays. `accepted` and the like go back as they came.
    pub fn header(&self, offer: &Offer, signature: &str) -> Result<String, Refusal> {
        let signature = signed(signature)?;
        let mut out = String::from("{\"x402Version\":2,\"payload\":{\"authorization\":");
        self.write(&mut out);
        json::member(&mut out, ",\"signature\":", &signature);
        json::raw(&mut out, "}");
        let mut bytes = out.into_bytes();
        let raw = [("extensions", &offer.extensions), ("resource", &offer.resource), ("accepted", &offer.accepted)];
        for (name, value) in raw.into_iter().filter(|(_, value)| !value.is_empty()) {
            let name = json::concat(&[",\"", name, "\":"]);
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(value);
        }
        bytes.push(b'}');
        Ok(Base64::encode_string(&bytes))
    }

    fn write(&self, out: &mut String) {
        let number = |value: u64| {
            let mut written = String::new();
            decimal::write(&mut written, value);
            written
        };
        json::member(out, "{\"from\":", &self.from.checksummed());
        json::member(out, ",\"to\":", &self.to.checksummed());
        json::member(out, ",\"value\":", &self.value);
        json::member(out, ",\"validAfter\":", &number(self.valid_after));
        json::member(out, ",\"validBefore\":", &number(self.valid_before));
        json::member(out, ",\"nonce\":", &hex(&self.nonce));
        json::raw(out, "}");
    }
}

fn types(out: &mut String, members: &[(&str, &str)]) {
    json::list(out, members, |out, (name, kind)| {
        json::member(out, "{\"name\":", name);
        json::member(out, ",\"type\":", kind);
        json::raw(out, "}");
    });
}

/// A signature as tokens take it. Some signers end with 0 and 1 where contracts expect 27 and 28.
fn signed(signature: &str) -> Result<String, Refusal> {
    let wrong = || Fault::WrongSignature.about(signature.get(..12).unwrap_or(signature));
    let mut bytes: Vec<u8> =
        if signature.len() > 2 * LONGEST + 2 { None } else { unhex(signature.trim_ascii()) }.ok_or_else(wrong)?;
    if bytes.len() < 65 {
        return Err(wrong());
    }
    if bytes.len() == 65
        && let Some(last @ 0..=1) = bytes.last_mut()
    {
        *last += 27;
    }
    Ok(hex(&bytes))
}
