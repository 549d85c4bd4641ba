//! Why something is not paid. A refusal comes before any signature, so it costs nothing.

use alloc::string::String;

use crate::json;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of each are below")]
pub enum Fault {
    MissingChallenge,
    ChallengeTooLarge,
    NotBase64,
    NotJson,
    DuplicateMember,
    OddName,
    OlderVersion,
    WrongMember,
    UnsupportedScheme,
    UnsupportedNetwork,
    OtherMode,
    UnsupportedAsset,
    WrongDomain,
    UnsupportedTransfer,
    UnsupportedFlow,
    UnsupportedExtension,
    WrongAddress,
    TimeTooShort,
    OtherClock,
    MalformedChallenge,
    DuplicateParameter,
    MissingParameter,
    UnsupportedIntent,
    UnsupportedMethod,
    WrongDigest,
    Expired,
    OtherHost,
    OtherAmount,
    OverCap,
    OtherPageCount,
    NoQuote,
    WrongSignature,
    WrongPayload,
    CardNumber,
}

impl Fault {
    /// All of them, for tests and documents.
    pub const ALL: [Fault; 34] = [
        Fault::MissingChallenge,
        Fault::ChallengeTooLarge,
        Fault::NotBase64,
        Fault::NotJson,
        Fault::DuplicateMember,
        Fault::OddName,
        Fault::OlderVersion,
        Fault::WrongMember,
        Fault::UnsupportedScheme,
        Fault::UnsupportedNetwork,
        Fault::OtherMode,
        Fault::UnsupportedAsset,
        Fault::WrongDomain,
        Fault::UnsupportedTransfer,
        Fault::UnsupportedFlow,
        Fault::UnsupportedExtension,
        Fault::WrongAddress,
        Fault::TimeTooShort,
        Fault::OtherClock,
        Fault::MalformedChallenge,
        Fault::DuplicateParameter,
        Fault::MissingParameter,
        Fault::UnsupportedIntent,
        Fault::UnsupportedMethod,
        Fault::WrongDigest,
        Fault::Expired,
        Fault::OtherHost,
        Fault::OtherAmount,
        Fault::OverCap,
        Fault::OtherPageCount,
        Fault::NoQuote,
        Fault::WrongSignature,
        Fault::WrongPayload,
        Fault::CardNumber,
    ];

    /// The code, the message with `{}` for what it is about, and the way out.
    #[rustfmt::skip]
    const fn words(self) -> [&'static str; 3] {
        match self {
            Fault::MissingChallenge => ["missing_challenge", "The answer asks for payment and has no {}.", "Look at the order before trying again; nothing was signed."],
            Fault::ChallengeTooLarge => ["challenge_too_large", "{} is longer than any challenge has to be.", "Is this the provider? Nothing was signed."],
            Fault::NotBase64 => ["not_base64", "{} is not base64.", "Is this the provider, or something in front of it? Nothing was signed."],
            Fault::NotJson => ["not_json", "{} holds no JSON.", "Is this the provider, or something in front of it? Nothing was signed."],
            Fault::DuplicateMember => ["duplicate_member", "{} is there twice.", "Two readers could understand two things. Nothing was signed."],
            Fault::OddName => ["odd_name", "A member is called {}.", "No challenge has such a member. Nothing was signed."],
            Fault::OlderVersion => ["older_version", "The challenge is of version {} of x402.", "Only version 2 is spoken; ask the provider for it."],
            Fault::WrongMember => ["wrong_member", "{} is missing or not what it has to be.", "The challenge cannot be paid as it is. Nothing was signed."],
            Fault::UnsupportedScheme => ["unsupported_scheme", "The scheme {} is not supported.", "Only exact is."],
            Fault::UnsupportedNetwork => ["unsupported_network", "The network {} is not supported.", "Base, Base Sepolia and, with MPP, Tempo are."],
            Fault::OtherMode => ["other_mode", "The network {} is one of the other mode.", "Test money is for test mode, real money for live mode: is the address the right one?"],
            Fault::UnsupportedAsset => ["unsupported_asset", "The asset {} is not the one that is known on its network.", "Only tokens from a known table are paid with. Nothing was signed."],
            Fault::WrongDomain => ["wrong_domain", "The token is called {}, and is not on its network.", "A signature for that name would be worth nothing. Nothing was signed."],
            Fault::UnsupportedTransfer => ["unsupported_transfer", "The transfer method {} is not supported.", "Only EIP-3009 is: it needs no allowance and can be spent once."],
            Fault::UnsupportedFlow => ["unsupported_flow", "The payment flow {} is not supported.", "Only authorization is: money moves when the order is taken."],
            Fault::UnsupportedExtension => ["unsupported_extension", "The extension {} is demanded and not supported.", "Pay with a client that has it."],
            Fault::WrongAddress => ["wrong_address", "{} is not an address.", "0x and 40 hexadecimal digits; where the case is mixed it is a checksum (EIP-55)."],
            Fault::TimeTooShort => ["time_too_short", "The challenge leaves {} seconds.", "Too short to pay safely. Ask for another challenge."],
            Fault::OtherClock => ["other_clock", "The provider's clock says {}.", "That is more than two days from this one: set the clock that is wrong. Nothing was signed."],
            Fault::MalformedChallenge => ["malformed_challenge", "WWW-Authenticate cannot be read at {}.", "Is this the provider? Nothing was signed."],
            Fault::DuplicateParameter => ["duplicate_parameter", "The parameter {} is there twice.", "Two readers could understand two things. Nothing was signed."],
            Fault::MissingParameter => ["missing_parameter", "The parameter {} is missing.", "The challenge cannot be answered. Nothing was signed."],
            Fault::UnsupportedIntent => ["unsupported_intent", "The intent {} is not supported.", "Only charge is: one sum, once."],
            Fault::UnsupportedMethod => ["unsupported_method", "None of the payment methods {} is one that the caller pays with.", "Allow one of them, or pay through x402."],
            Fault::WrongDigest => ["wrong_digest", "The challenge is for another body: its digest is {}.", "Something between here and the provider changes requests. Nothing was signed."],
            Fault::Expired => ["expired", "The challenge is good until {}.", "Ask for another one; is the clock right?"],
            Fault::OtherHost => ["other_host", "The challenge is of {}.", "Another host than the one that the order was made with. Nothing was signed."],
            Fault::OtherAmount => ["other_amount", "{} is asked for.", "That is not the price that was quoted. Nothing was signed."],
            Fault::OverCap => ["over_cap", "The price is {}.", "More than the most that may be paid. Nothing was signed."],
            Fault::OtherPageCount => ["other_page_count", "The provider counts {} pages.", "Not as many as are expected. Look at the file; nothing was signed."],
            Fault::NoQuote => ["no_quote", "The quote has no usable {}.", "Without a price that can be read exactly nothing is paid."],
            Fault::WrongSignature => ["wrong_signature", "The signer's answer is no signature: {}.", "0x and 130 hexadecimal digits or, for a contract's wallet, more."],
            Fault::WrongPayload => ["wrong_payload", "The payload for {} is not what this method sends.", "tempo: { type, signature } or { type, hash }; stripe: { spt }; card: { encryptedPayload, ... }."],
            Fault::CardNumber => ["card_number", "The payload of {} holds what looks like a card's number.", "Never send card data: have a token made of it (spt_...)."],
        }
    }

    /// The stable code.
    pub const fn name(self) -> &'static str {
        let [name, _, _] = self.words();
        name
    }

    /// A refusal about this.
    pub fn about(self, what: &str) -> Refusal {
        // What a stranger wrote is shown, but not at any length.
        Refusal { fault: self, about: what.chars().take(200).collect() }
    }
}

/// Why something is not paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub fault: Fault,
    /// With what.
    pub about: String,
}

impl Refusal {
    /// The same for people.
    pub fn message(&self) -> String {
        let [_, message, _] = self.fault.words();
        let mut written = String::new();
        for (position, piece) in json::braces(message).enumerate() {
            json::raw(&mut written, if position == 1 { &self.about } else { piece });
        }
        written
    }

    /// The way out.
    pub fn hint(&self) -> &'static str {
        let [_, _, hint] = self.fault.words();
        hint
    }

    /// `{ code, about, message, hint }`
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        json::member(&mut out, "{\"code\":", self.fault.name());
        json::member(&mut out, ",\"about\":", &self.about);
        json::member(&mut out, ",\"message\":", &self.message());
        json::member(&mut out, ",\"hint\":", self.hint());
        json::raw(&mut out, "}");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_refusal_says_what_and_what_to_do() {
        let mut names = HashSet::new();
        for fault in Fault::ALL {
            let refusal = fault.about("this");
            assert!(names.insert(fault.name()), "{}", fault.name());
            assert!(refusal.message().contains("this") && refusal.message().ends_with('.'), "{}", refusal.message());
            assert!(!refusal.hint().is_empty());
            assert!(serde_json::from_str::<serde_json::Value>(&refusal.to_json()).is_ok());
        }
    }
}
