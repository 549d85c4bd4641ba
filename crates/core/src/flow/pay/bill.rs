//! What is asked to be signed, once every check has passed.

use alloc::string::String;
use alloc::vec::Vec;

use super::journal::Journal;
use super::{Ask, Guard, Guards, Moment, Protocol};
use crate::date;
use crate::http::Response;
use crate::json;
use crate::payment::mpp::{self, Charge, Method, Paid};
use crate::payment::x402::{self, Authorization, Offer};
use crate::payment::{Fault, Mode, Refusal, decimal};

/// What is asked to be signed.
pub(super) enum Bill {
    X402(Offer, Authorization),
    Mpp(Charge),
}

/// An authorization is good for so many seconds at most: the longer it is, the longer it takes until it is worth nothing.
const LONGEST: u64 = 600;
/// And for so many at least: it has to get there.
const SHORTEST: u64 = 20;
/// The provider's clock is followed where it is at most so many milliseconds from ours: whoever could set it to any time could
/// have something signed that is good for years.
const FARTHEST: u64 = 2 * 86_400_000;
/// Milliseconds behind its end until what was signed is held to be worth nothing: clocks differ, and a provider takes time to
/// write down what it has settled.
pub const MARGIN: u64 = 120_000;

impl Bill {
    /// PF-094, PFM-013: reads the challenge of a 402, holds it against plan and quote, and writes into the journal what it is
    /// read from. `clock_ms` is the provider's time.
    pub(super) fn demanded(
        response: &Response,
        journal: &mut Journal,
        guards: &Guards,
        at: &Moment,
        clock_ms: u64,
    ) -> Result<Bill, Refusal> {
        let header = header_of(journal.plan.protocol);
        let lines = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
        journal.challenge = lines.map(|(_, line)| line.clone()).collect();
        (journal.challenged_ms, journal.clock_ms, journal.nonce) = (at.now_ms, clock_ms, at.random);
        if clock_ms.abs_diff(at.now_ms) > FARTHEST {
            return Err(Fault::OtherClock.about(&date::rfc3339(clock_ms)));
        }
        let bill = Bill::fitting(response, journal, guards)?;
        let good_ms = match &bill {
            Bill::X402(_, authorization) => ends_ms(authorization),
            Bill::Mpp(charge) => charge.expires_ms.unwrap_or(0),
        };
        if good_ms != 0 && good_ms < clock_ms.saturating_add(SHORTEST * 1000) {
            let mut left = String::new();
            decimal::write(&mut left, good_ms.saturating_sub(clock_ms) / 1000);
            return Err(Fault::TimeTooShort.about(&left));
        }
        journal.good_ms = good_ms;
        (journal.summary.network, journal.summary.pay_to) = bill.whereto();
        Ok(bill)
    }

    /// What the journal's challenge asks. It has passed every check already; where it was changed to one of the other mode it is
    /// read all the same, for [`Bill::still_fits`] to say so.
    pub(super) fn of(journal: &Journal) -> Result<Bill, Refusal> {
        let response = asked(journal);
        let read = Bill::read(&response, journal, journal.plan.mode);
        read.or_else(|_| Bill::read(&response, journal, other(journal.plan.mode))).map(|(bill, _)| bill)
    }

    /// Whether it passes them again: a journal may have lain where others write, and the caller may have lowered the cap.
    pub(super) fn still_fits(journal: &Journal, guards: &Guards) -> Result<(), Refusal> {
        Bill::fitting(&asked(journal), journal, guards).map(|_| ())
    }

    /// What a challenge asks, held against plan and quote.
    fn fitting(response: &Response, journal: &Journal, guards: &Guards) -> Result<Bill, Refusal> {
        let plan = &journal.plan;
        let read = Bill::read(response, journal, plan.mode);
        #[cfg(feature = "simulation")]
        let read = read.or_else(|refusal| match guards.hold(Guard::Network) {
            true => Err(refusal),
            false => Bill::read(response, journal, other(plan.mode)),
        });
        let (bill, host) = read?;
        // The provider's, or the one that is asked: nothing else is paid.
        let is_known = |known: &str| host.eq_ignore_ascii_case(known);
        if guards.hold(Guard::Host) && !is_known(&plan.host) && !is_known(host_of(&plan.base_url)) {
            return Err(Fault::OtherHost.about(&host));
        }
        if guards.hold(Guard::Amount) && bill.cents() != Some(journal.summary.price_cents) {
            return Err(Fault::OtherAmount.about(&bill.amount()));
        }
        if guards.hold(Guard::Cap) && bill.cents().is_some_and(|cents| cents > plan.max_cents) {
            return Err(Fault::OverCap.about(&bill.amount()));
        }
        Ok(bill)
    }

    fn read(response: &Response, journal: &Journal, mode: Mode) -> Result<(Bill, String), Refusal> {
        let plan = &journal.plan;
        if plan.protocol == Protocol::Mpp {
            let challenges = mpp::challenges(&response.headers)?;
            let charge = mpp::choose(&challenges, &plan.methods, mode, &plan.body, journal.clock_ms)?;
            let host = charge.challenge.realm.clone();
            return Ok((Bill::Mpp(charge), host));
        }
        let challenge = x402::challenge(response)?;
        let host = String::from(host_of(&challenge.url));
        let offer = challenge.choose(mode)?;
        let from = plan.payer.ok_or_else(|| Fault::WrongAddress.about("payer"))?;
        let authorization = Authorization {
            network: offer.network,
            from,
            to: offer.pay_to,
            value: offer.amount.clone(),
            valid_after: 0,
            valid_before: (journal.clock_ms / 1000).saturating_add(offer.seconds.min(LONGEST)),
            nonce: journal.nonce,
        };
        Ok((Bill::X402(offer, authorization), host))
    }

    /// What the wallet is asked.
    pub(super) fn ask(&self, again: bool) -> Ask {
        match self {
            Bill::X402(_, authorization) => {
                Ask { json: authorization.typed_data(), digest: Some(authorization.digest()), again }
            }
            Bill::Mpp(charge) => Ask { json: charge.ask(), digest: None, again },
        }
    }

    /// The header that pays, with what the wallet answered.
    pub(super) fn header(&self, answer: &str) -> Result<Paid, Refusal> {
        match self {
            Bill::X402(offer, authorization) => {
                let value = authorization.header(offer, answer)?;
                Ok(Paid { header: x402::SIGNATURE, value, ends_ms: Some(ends_ms(authorization)) })
            }
            Bill::Mpp(charge) => mpp::paid(charge, answer.as_bytes()),
        }
    }

    /// Whether the wallet moves the money itself, before anything is sent to the provider.
    pub(super) fn moves_at_once(&self) -> bool {
        matches!(self, Bill::Mpp(charge) if charge.method == Method::TempoHash)
    }

    fn cents(&self) -> Option<u64> {
        match self {
            Bill::X402(offer, _) => {
                let whole = decimal::whole(&offer.amount)?;
                whole.is_multiple_of(offer.network.per_cent).then_some(whole / offer.network.per_cent)
            }
            Bill::Mpp(charge) => charge.cents,
        }
    }

    fn amount(&self) -> String {
        match self {
            Bill::X402(offer, _) => json::concat(&[&offer.amount, " on ", offer.network.name]),
            Bill::Mpp(charge) => json::concat(&[&charge.amount, " with ", charge.method.name()]),
        }
    }

    fn whereto(&self) -> (String, String) {
        match self {
            Bill::X402(offer, _) => (String::from(offer.network.name), offer.pay_to.checksummed()),
            Bill::Mpp(charge) => (String::from(charge.method.challenge()), charge.recipient.clone()),
        }
    }
}

/// Milliseconds since 1970 from which on an authorization is worth nothing.
const fn ends_ms(authorization: &Authorization) -> u64 {
    authorization.valid_before.saturating_mul(1000)
}

/// The header that challenges stand in.
const fn header_of(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::X402 => x402::REQUIRED,
        Protocol::Mpp => mpp::CHALLENGE,
    }
}

/// The answer that the journal's challenge came with.
fn asked(journal: &Journal) -> Response {
    let name = header_of(journal.plan.protocol);
    let headers = journal.challenge.iter().map(|line| (String::from(name), line.clone())).collect();
    Response { status: 402, headers, body: Vec::new() }
}

const fn other(mode: Mode) -> Mode {
    match mode {
        Mode::Test => Mode::Live,
        Mode::Live => Mode::Test,
    }
}

/// Host and port of an address, without what stands in front of an `@`: that is no host.
pub fn host_of(url: &str) -> &str {
    let start = url.as_bytes().windows(3).position(|three| three == b"://").map_or(url.len(), |at| at + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}
