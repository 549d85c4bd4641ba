//! PFM-008, PFM-012: challenges out of header lines (RFC 9110, section 11.6.1). A description may hold anything, a comma and
//! `Payment id="x"` included, so lines are read from the left and never cut by a search.

use alloc::string::String;
use alloc::vec::Vec;

use super::{CHALLENGE, LARGEST};
use crate::http::Headers;
use crate::payment::{Fault, Refusal};

/// A challenge: its parameters as they came. All of them go back unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// Names it.
    pub id: String,
    /// Who asks.
    pub realm: String,
    /// How it is paid.
    pub method: String,
    /// What it is for.
    pub intent: String,
    /// What is asked, as base64url of JSON.
    pub request: String,
    /// Until when, RFC 3339.
    pub expires: Option<String>,
    /// The digest of the body that it is for.
    pub digest: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// The provider's own.
    pub opaque: Option<String>,
    /// The header that the credential goes into.
    pub header: Option<String>,
}

/// All lines together are not longer.
const LONGEST: usize = 4 * LARGEST;

/// Header bytes as text: each is the character of its number, as every fetch reads them.
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// All challenges of the scheme `Payment`, of one header line or of several; other schemes are read over.
pub fn challenges(headers: &Headers) -> Result<Vec<Challenge>, Refusal> {
    let lines = || headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(CHALLENGE)).map(|(_, line)| line);
    if lines().map(String::len).sum::<usize>() > LONGEST {
        return Err(Fault::ChallengeTooLarge.about("WWW-Authenticate"));
    }
    let mut found = Vec::new();
    for line in lines() {
        Line { rest: line, found: &mut found, is_payment: false }.read()?;
    }
    let found: Vec<Challenge> = found.into_iter().map(Seen::complete).collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Err(Fault::MissingChallenge.about("WWW-Authenticate: Payment"));
    }
    Ok(found)
}

/// A challenge and what is known of its parameters so far.
#[derive(Default)]
struct Seen {
    challenge: Challenge,
    names: Vec<String>,
}

impl Seen {
    fn set(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        if self.names.iter().any(|known| known == name) {
            return Err(Fault::DuplicateParameter.about(name));
        }
        self.names.push(String::from(name));
        let challenge = &mut self.challenge;
        match name {
            "id" => challenge.id = value,
            "realm" => challenge.realm = value,
            "method" => challenge.method = value,
            "intent" => challenge.intent = value,
            "request" => challenge.request = value,
            "expires" => challenge.expires = Some(value),
            "digest" => challenge.digest = Some(value),
            "description" => challenge.description = Some(value),
            "opaque" => challenge.opaque = Some(value),
            "header" => challenge.header = Some(value),
            _ => {}
        }
        Ok(())
    }

    fn complete(self) -> Result<Challenge, Refusal> {
        let challenge = self.challenge;
        if challenge.request.len() > LARGEST {
            return Err(Fault::ChallengeTooLarge.about("request"));
        }
        let needed = [
            ("id", &challenge.id),
            ("realm", &challenge.realm),
            ("method", &challenge.method),
            ("intent", &challenge.intent),
            ("request", &challenge.request),
        ];
        if let Some((name, _)) = needed.into_iter().find(|(_, value)| value.is_empty()) {
            return Err(Fault::MissingParameter.about(name));
        }
        let other = challenge.header.as_deref();
        if other.is_some_and(|other| !is_either(other, &[super::OTHER_HEADER, "authorization"])) {
            return Err(Fault::MalformedChallenge.about("header"));
        }
        Ok(challenge)
    }
}

fn is_either(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// One header line, from where it is still to be read.
struct Line<'l> {
    rest: &'l str,
    found: &'l mut Vec<Seen>,
    /// Whether parameters are those of a challenge of ours.
    is_payment: bool,
}

impl<'l> Line<'l> {
    fn read(mut self) -> Result<(), Refusal> {
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t' | b','));
            if self.rest.is_empty() {
                return Ok(());
            }
            let token = self.take(is_token);
            if token.is_empty() {
                return Err(self.odd());
            }
            let before = self.rest;
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            if self.rest.as_bytes().first() == Some(&b'=') {
                self.advance(1);
                self.skip(|byte| matches!(byte, b' ' | b'\t'));
                self.parameter(&token.to_ascii_lowercase())?;
            } else if before.len() > self.rest.len() || self.rest.is_empty() || before.as_bytes().first() == Some(&b',')
            {
                self.is_payment = token.eq_ignore_ascii_case("payment");
                if self.is_payment {
                    self.found.push(Seen::default());
                }
            } else if self.is_payment {
                return Err(self.odd());
            } else {
                // Something of another scheme's own.
                self.skip(|byte| byte != b',');
            }
        }
    }

    fn parameter(&mut self, name: &str) -> Result<(), Refusal> {
        let value = if self.rest.as_bytes().first() == Some(&b'"') {
            let value = self.quoted()?;
            // A quote within a description that nobody escaped: what is behind it is lost, and nothing is bound to it.
            if !matches!(self.rest.trim_ascii_start().as_bytes().first(), None | Some(b',')) {
                if self.is_payment && name != "description" {
                    return Err(self.odd());
                }
                self.skip(|byte| byte != b',');
            }
            value
        } else if self.is_payment {
            let value = String::from(self.take(is_token));
            if !matches!(self.rest.trim_ascii_start().as_bytes().first(), None | Some(b',')) {
                return Err(self.odd());
            }
            value
        } else {
            self.skip(|byte| byte != b',');
            String::new()
        };
        match self.found.last_mut() {
            Some(seen) if self.is_payment => seen.set(name, value),
            _ => Ok(()),
        }
    }

    /// A quoted text; `\uXXXX` stands for what no header can hold, as mppx writes it.
    fn quoted(&mut self) -> Result<String, Refusal> {
        let mut value = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.advance(at + 1);
                    return Ok(value);
                }
                '\\' => {
                    let Some((_, escaped)) = characters.next() else { break };
                    let unit = self.rest.get(at + 2..at + 6).filter(|_| escaped == 'u').and_then(unit);
                    match unit {
                        Some(written) => {
                            value.push(written);
                            characters.nth(3);
                        }
                        None => value.push(escaped),
                    }
                }
                // CR, LF and the like end a header, and cannot be in one.
                control if control != '\t' && control.is_ascii_control() => return Err(self.odd()),
                other => value.push(other),
            }
        }
        Err(self.odd())
    }

    fn take(&mut self, is_part: fn(u8) -> bool) -> &'l str {
        let length = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        taken
    }

    fn skip(&mut self, is_part: fn(u8) -> bool) {
        self.take(is_part);
    }

    fn advance(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn odd(&self) -> Refusal {
        let shown: String = self.rest.chars().take(20).collect();
        Fault::MalformedChallenge.about(&shown)
    }
}

/// A character of the basic plane, by its four hexadecimal digits.
fn unit(digits: &str) -> Option<char> {
    let value = digits.chars().try_fold(0, |value, digit| Some(value * 16 + digit.to_digit(16)?))?;
    char::from_u32(value)
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || crate::words::has(b"!#$%&'*+-.^_`|~", byte)
}
