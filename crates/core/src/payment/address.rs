//! Addresses of Ethereum-like chains, and the checksum in their case (EIP-55).

use alloc::string::String;

use base16ct::lower;

use super::keccak;

/// Twenty bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// Reads `0x` and 40 hexadecimal digits: all in one case, or with the case that is their checksum.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x")?;
        let mut bytes = [0; 20];
        if digits.len() != 40 || base16ct::mixed::decode(digits, &mut bytes).is_err() {
            return None;
        }
        let address = Address(bytes);
        let is_mixed = digits.bytes().any(|byte| byte.is_ascii_lowercase())
            && digits.bytes().any(|byte| byte.is_ascii_uppercase());
        (!is_mixed || address.checksummed() == text).then_some(address)
    }

    /// With its checksum.
    pub fn checksummed(&self) -> String {
        let digits = lower::encode_string(&self.0);
        let hash = lower::encode_string(&keccak(&[digits.as_bytes()]));
        let mut written = String::from("0x");
        for (digit, nibble) in digits.chars().zip(hash.bytes()) {
            written.push(if nibble >= b'8' { digit.to_ascii_uppercase() } else { digit });
        }
        written
    }

    /// As one word of an ABI encoding.
    pub fn word(&self) -> [u8; 32] {
        let mut word = [0; 32];
        for (byte, own) in word.iter_mut().skip(12).zip(self.0) {
            *byte = own;
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of EIP-55.
    #[test]
    fn pf_091_checksums_are_those_of_eip_55() {
        for written in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address = Address::parse(written).unwrap();
            assert_eq!(address.checksummed(), written);
            assert_eq!(Address::parse(&written.to_ascii_lowercase()), Some(address));
        }
    }

    #[test]
    fn pf_094_what_is_no_address_is_none() {
        for written in [
            "",
            "0x",
            "52908400098527886E0F7030069857D2E4169EE7",
            "0x52908400098527886E0F7030069857D2E4169EE",
            "0x52908400098527886E0F7030069857D2E4169EE7a",
            "0x52908400098527886E0F7030069857D2E4169EEg",
            // The specification's own example has a wrong checksum.
            "0x742d35Cc6634C0532925a3b844Bc9e7595f8fE00",
            "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ] {
            assert_eq!(Address::parse(written), None, "{written}");
        }
    }
}
