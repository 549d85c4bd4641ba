//! What PAYMENT-REQUIRED asks for.

use alloc::string::String;
use alloc::vec::Vec;

use super::network::Network;
use super::{LARGEST, REQUIRED};
use crate::http::Response;
use crate::payment::address::Address;
use crate::payment::json::{decode, raw, read, text as copied};
use crate::payment::{Fault, Mode, Refusal, decimal};
use crate::read::Group;
use crate::schema::{Object, Shape, Slot, list, may, must, object, text};

/// A challenge: what is bought, and the ways in which it can be paid.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// The address of what is bought.
    pub url: String,
    /// One of them is to be chosen.
    pub offers: Vec<Result<Offer, Refusal>>,
}

/// PF-094: one way of paying that is known to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// `accepts[i]` as it came: it goes back byte for byte.
    pub accepted: Vec<u8>,
    /// `resource` as it came.
    pub resource: Vec<u8>,
    /// `extensions` as they came; empty where there are none.
    pub extensions: Vec<u8>,
    /// Where it is paid, and with what.
    pub network: &'static Network,
    /// How much, in the smallest unit.
    pub amount: String,
    /// To whom.
    pub pay_to: Address,
    /// For how many seconds an authorization may be good.
    pub seconds: u64,
}

static TEXT: Shape = text();
static MAYBE: Shape = Shape::Nullable(&TEXT);

static VERSION: Object =
    object("Version", "Which x402 it is.").fields(&[may("x402Version", &Shape::Any, "1 or 2.")]).quiet();

static PAYMENT_REQUIRED: Object = object("PaymentRequired", "What is bought, and how it can be paid.")
    .fields(&[
        must("x402Version", &Shape::Integer, "2."),
        must("resource", &Shape::Object(&RESOURCE), "What is bought."),
        must("accepts", &list(&Shape::Object(&REQUIREMENTS)), "The ways of paying."),
        may("extensions", &Shape::Nullable(&Shape::Object(&EXTENSIONS)), "What else is asked or offered."),
    ])
    .quiet();

static RESOURCE: Object = object("Resource", "What is bought.").fields(&[must("url", &TEXT, "Its address.")]).quiet();

static REQUIREMENTS: Object = object("PaymentRequirements", "A way of paying.")
    .fields(&[
        must("scheme", &TEXT, "How a payment is made."),
        must("network", &TEXT, "Where, by its name of CAIP-2."),
        must("amount", &TEXT, "How much, in the smallest unit."),
        must("asset", &TEXT, "With what."),
        must("payTo", &TEXT, "To whom."),
        must("maxTimeoutSeconds", &Shape::Integer, "For how long it may be good."),
        may("extra", &Shape::Nullable(&Shape::Object(&EXTRA)), "What the scheme needs to know."),
    ])
    .quiet();

static EXTRA: Object = object("Extra", "What the scheme needs to know.")
    .fields(&[
        may("name", &MAYBE, "The token's name."),
        may("version", &MAYBE, "The token's version."),
        may("assetTransferMethod", &MAYBE, "How the token moves."),
        may("paymentFlow", &MAYBE, "When it moves."),
    ])
    .quiet();

static EXTENSIONS: Object = object("Extensions", "What else is asked or offered.")
    .fields(&[may("payment-identifier", &Shape::Object(&EXTENSION), "A name for the payment.")])
    .quiet();

static EXTENSION: Object =
    object("Extension", "Something else.").fields(&[may("info", &Shape::Object(&INFO), "About it.")]).quiet();

static INFO: Object =
    object("Info", "About it.").fields(&[may("required", &Shape::Flag, "Whether it has to be answered.")]).quiet();

const ANY_VERSION: Slot = VERSION.slot("x402Version");
const RESOURCE_AT: Slot = PAYMENT_REQUIRED.slot("resource");
const ACCEPTS: Slot = PAYMENT_REQUIRED.slot("accepts");
const EXTENSIONS_AT: Slot = PAYMENT_REQUIRED.slot("extensions");
const URL: Slot = RESOURCE.slot("url");
const EXTRA_AT: Slot = REQUIREMENTS.slot("extra");
const IDENTIFIER: Slot = EXTENSIONS.slot("payment-identifier");

/// PF-090, PF-095: reads the challenge of an answer with status 402.
pub fn challenge(response: &Response) -> Result<Challenge, Refusal> {
    let mut lines = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(REQUIRED));
    let Some((_, header)) = lines.next() else {
        older(&response.body)?;
        return Err(Fault::MissingChallenge.about("PAYMENT-REQUIRED"));
    };
    if lines.next().is_some() {
        return Err(Fault::DuplicateMember.about("PAYMENT-REQUIRED"));
    }
    if header.len() > LARGEST {
        return Err(Fault::ChallengeTooLarge.about("PAYMENT-REQUIRED"));
    }
    let bytes = decode(header.trim_ascii(), "PAYMENT-REQUIRED")?;
    older(&bytes)?;
    let reading = read(&PAYMENT_REQUIRED, &bytes, "PAYMENT-REQUIRED")?;
    let root = reading.root();
    let resource = root.at(RESOURCE_AT);
    let url = resource.group().and_then(|resource| resource.copy(URL)).unwrap_or_default();
    if root.at(ACCEPTS).count() == 0 || url.is_empty() {
        return Err(Fault::WrongMember.about(if url.is_empty() { "/resource/url" } else { "/accepts" }));
    }
    let extensions = root.group(EXTENSIONS_AT);
    let demanded = extensions.and_then(|extensions| {
        extensions.group(IDENTIFIER)?.group(EXTENSION.slot("info"))?.flag(INFO.slot("required"))
    });
    let whole = |slot: Slot| raw(&root.at(slot), &bytes);
    let offer = |place: crate::read::Place<'_>| {
        let group = place.group().ok_or_else(|| Fault::WrongMember.about(&place.path()))?;
        if demanded == Some(true) {
            return Err(Fault::UnsupportedExtension.about("payment-identifier"));
        }
        let extensions = if extensions.is_some() { whole(EXTENSIONS_AT) } else { Vec::new() };
        offer(&group, raw(&place, &bytes), whole(RESOURCE_AT), extensions)
    };
    Ok(Challenge { url, offers: root.items(ACCEPTS).map(offer).collect() })
}

/// PF-095: says so where it is a challenge of version 1, in a header or in a body.
fn older(bytes: &[u8]) -> Result<(), Refusal> {
    let reading = crate::read::check(&VERSION, bytes, crate::schema::Mode::Answer);
    let version = reading.root().at(ANY_VERSION);
    if reading.is_json && version.is_there() && version.bytes() != b"2" {
        return Err(Fault::OlderVersion.about(&version.written()));
    }
    Ok(())
}

fn offer(asked: &Group<'_>, accepted: Vec<u8>, resource: Vec<u8>, extensions: Vec<u8>) -> Result<Offer, Refusal> {
    let member =
        |name| REQUIREMENTS.find(name).map_or_else(|| Err(Fault::WrongMember.about(name)), |slot| copied(asked, slot));
    let scheme = member("scheme")?;
    if scheme != "exact" {
        return Err(Fault::UnsupportedScheme.about(&scheme));
    }
    let extra = asked.group(EXTRA_AT);
    let note = |name| extra.and_then(|extra| extra.copy(EXTRA.find(name)?));
    if let Some(method) = note("assetTransferMethod").filter(|method| method != "eip3009") {
        return Err(Fault::UnsupportedTransfer.about(&method));
    }
    if let Some(flow) = note("paymentFlow").filter(|flow| flow != "authorization") {
        return Err(Fault::UnsupportedFlow.about(&flow));
    }
    let name = member("network")?;
    let network = Network::find(&name).ok_or_else(|| Fault::UnsupportedNetwork.about(&name))?;
    let asset = member("asset")?;
    if Address::parse(&asset).is_none_or(|asset| Address::parse(network.asset) != Some(asset)) {
        return Err(Fault::UnsupportedAsset.about(&asset));
    }
    // The names differ from network to network, and a signature for the wrong one is worth nothing.
    let (token, version) = (note("name").unwrap_or_default(), note("version").unwrap_or_default());
    if token != network.token || version != network.version {
        return Err(Fault::WrongDomain.about(&crate::json::concat(&[&token, " ", &version])));
    }
    let amount = member("amount")?;
    if decimal::sum(&amount).is_none() {
        return Err(Fault::WrongMember.about(&crate::json::concat(&[&asked.place().path(), "/amount"])));
    }
    let pay_to = member("payTo")?;
    let pay_to = Address::parse(&pay_to).ok_or_else(|| Fault::WrongAddress.about(&pay_to))?;
    let seconds = asked.integer(REQUIREMENTS.slot("maxTimeoutSeconds")).unwrap_or_default();
    let seconds = u64::try_from(seconds).unwrap_or_default();
    Ok(Offer { accepted, resource, extensions, network, amount, pay_to, seconds })
}

impl Challenge {
    /// The first way that can be paid in this mode, or why the first one cannot.
    pub fn choose(self, mode: Mode) -> Result<Offer, Refusal> {
        let mut first = None;
        for offer in self.offers {
            let refusal = match offer {
                Ok(offer) if offer.network.mode == mode => return Ok(offer),
                Ok(offer) => Fault::OtherMode.about(offer.network.name),
                Err(refusal) => refusal,
            };
            first = first.or(Some(refusal));
        }
        Err(first.unwrap_or_else(|| Fault::WrongMember.about("/accepts")))
    }
}
