//! Paying through a 402 handshake, once.
//!
//! ```text
//! quote --price within the cap--> create --challenge that fits the quote--> sign --kept--> pay --settled--> confirm --> paid
//!                                    ^                                                      |                  \--> settled
//!                                    |                                                lost, or refused
//!                                    |                                                      v
//!                                    '--worth nothing any more, and unpaid-- ask the order, send the same again --> unpaid
//! ```
//!
//! What is signed is money: it can be spent by whoever has it, until its time is over. So there is never a second signature
//! while the first can still be spent, and what was sent is sent again only as it was. Before each step that cannot be taken
//! back the journal is written ([`Step::Keep`]); another process goes on from its text alone ([`Pay::resume`]). Of two that go
//! on at once, one finds that its journal is not the one that it would replace, and starts from what is there.
//!
//! Nothing here sends, waits, reads a clock or draws numbers: all of that is given.

mod answer;
mod bill;
mod end;
mod guard;
mod journal;
mod order;

use alloc::string::String;
use alloc::vec::Vec;

use self::bill::Bill;
pub use self::bill::{MARGIN, host_of};
pub use self::end::{End, Summary};
pub use self::guard::{Guard, Guards};
use self::journal::{Journal, Phase};
pub use self::order::is_unpaid;
use crate::http::{Request, Response, percent_encode};
use crate::json;
use crate::payment::address::Address;
use crate::payment::mpp::Method;
use crate::payment::{Mode, Refusal};

/// Which handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// x402, version 2.
    X402,
    /// MPP.
    Mpp,
}

impl Protocol {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Protocol::X402 => "x402",
            Protocol::Mpp => "mpp",
        }
    }

    /// PF-001, PFM-001: where orders are made; validating and reading them is below.
    pub const fn path(self) -> &'static str {
        match self {
            Protocol::X402 => "/api/machine/orders",
            Protocol::Mpp => "/api/machine/mpp/orders",
        }
    }
}

/// What is to be paid, and within which bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which handshake.
    pub protocol: Protocol,
    /// Test money or real money.
    pub mode: Mode,
    /// Where requests go: the provider, or a gateway in front of it. Never taken from an answer.
    pub base_url: String,
    /// The provider's host, as challenges name it.
    pub host: String,
    /// The order, exactly as it is sent each time.
    pub body: Vec<u8>,
    /// The order's `request_id`.
    pub request_id: String,
    /// PFS-008: the most that may be paid, in hundredths of a dollar.
    pub max_cents: u64,
    /// How many pages it has to have, where the caller knows.
    pub pages: Option<u64>,
    /// Whose money it is; x402 signs for this account.
    pub payer: Option<Address>,
    /// How the caller can pay with MPP, best first.
    pub methods: Vec<Method>,
    /// How often something may be signed in all, each time only when what was signed before can no longer be spent.
    pub signatures: u64,
}

/// The time, and 32 bytes that nobody can guess, new for each call.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// From a cryptographic source: nonces are made of them.
    pub random: [u8; 32],
}

/// What the caller does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write this down so that it survives a crash, and say [`Pay::kept`].
    Keep {
        /// The `revision` of the journal whose place it takes, 0 for none. If another one is there, stop, and resume from that.
        replaces: u64,
        /// JSON. It holds what was signed: keep it as one keeps money.
        journal: String,
    },
    /// Send it, follow no redirect, and say [`Pay::answered`].
    Send(Request),
    /// Have it signed, and say [`Pay::signed`].
    Sign(Ask),
    /// Come back at this time.
    Wait {
        /// Milliseconds since 1970.
        until_ms: u64,
    },
    /// It is over, for now or for good.
    Over(End),
}

/// What the caller's wallet is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// x402: the typed data of EIP-712, for `signTypedData`; the answer is the signature. MPP: `{ method, challengeId, realm,
    /// expires?, chainId?, memo?, request }`; the answer is `{ payload, source? }`.
    pub json: String,
    /// x402: the digest that is signed, for who signs himself.
    pub digest: Option<[u8; 32]>,
    /// Whether a process before this one may have asked the same: a wallet that has paid already answers what it answered.
    pub again: bool,
}

/// What JSON can hold exactly.
const LARGEST_CAP: u64 = 1 << 53;
/// No pause while polling is longer.
const LONGEST_PAUSE: u64 = 15_000;
/// How often one process sends a request that costs nothing, until an answer is understood.
const ATTEMPTS: u32 = 4;
/// How often one process sends what was signed.
const SENDS: u32 = 6;
/// Milliseconds by which two clocks may differ without a word.
const LARGEST_SKEW: i64 = 60_000;

/// One payment.
pub struct Pay {
    guards: Guards,
    journal: Journal,
    /// The revision that was written last.
    kept: u64,
    /// What is asked to be signed, read from the journal's challenge.
    bill: Option<Bill>,
    /// Whether the journal comes from another process, which may have gone on.
    is_resumed: bool,
    /// Whether a request is on its way.
    is_waiting: bool,
    /// In the phases `pay` and `confirm`: whether the order is asked next.
    asks: bool,
    /// Whether what was signed was refused: sending it again would bring the same. The journal knows it where it knows why.
    is_refused: bool,
    /// Whether an order that was settled says that it is unpaid, when what was signed is dead.
    is_disputed: bool,
    /// This process's requests since something changed.
    attempts: u32,
    sends: u32,
    next_ms: u64,
    ends_ms: u64,
    /// Where a redirect led; only without the guard against it.
    #[cfg(feature = "simulation")]
    strayed: Option<String>,
    end: Option<End>,
}

impl Pay {
    /// A payment of which nothing has happened. `most_ms` is how long it may take until there is an [`End`].
    pub fn new(plan: Plan, now_ms: u64, most_ms: u64) -> Self {
        Pay::with(Journal::new(plan), None, false, now_ms, most_ms)
    }

    /// Goes on from a journal; `None` if it is none.
    pub fn resume(journal: &str, now_ms: u64, most_ms: u64) -> Option<Self> {
        let journal = Journal::from_json(journal)?;
        // Without what it waits for it would wait for ever.
        let is_lacking = match journal.phase {
            Phase::Sign => journal.challenge.is_empty(),
            Phase::Pay => journal.header.is_empty() || journal.header_name.is_empty(),
            _ => false,
        };
        if is_lacking {
            return None;
        }
        let bill = if journal.challenge.is_empty() { None } else { Some(Bill::of(&journal).ok()?) };
        Some(Pay::with(journal, bill, true, now_ms, most_ms))
    }

    fn with(journal: Journal, bill: Option<Bill>, is_resumed: bool, now_ms: u64, most_ms: u64) -> Self {
        Pay {
            guards: Guards::ALL,
            kept: if is_resumed { journal.revision } else { 0 },
            // What was signed by another process may have been sent by it.
            asks: is_resumed,
            end: journal.end(),
            is_refused: !journal.reason.is_empty(),
            journal,
            bill,
            is_resumed,
            is_waiting: false,
            is_disputed: false,
            attempts: 0,
            sends: 0,
            next_ms: now_ms,
            ends_ms: now_ms.saturating_add(most_ms),
            #[cfg(feature = "simulation")]
            strayed: None,
        }
    }

    /// Takes guards out, to show that each is needed.
    #[cfg(feature = "simulation")]
    pub fn guarded(mut self, guards: Guards) -> Self {
        self.guards = guards;
        self
    }

    /// Whether the journal is about this order: the same bytes.
    pub fn is_for(&self, body: &[u8]) -> bool {
        self.journal.plan.body == body
    }

    /// Whether it was begun as this plan pays: at the same address, with the same handshake, and the same account's money.
    pub fn is_at(&self, plan: &Plan) -> bool {
        let own = &self.journal.plan;
        own.base_url == plan.base_url
            && own.protocol == plan.protocol
            && own.mode == plan.mode
            && own.payer == plan.payer
    }

    /// Sets another cap, for whatever is still to be signed.
    pub fn capped(&mut self, max_cents: u64) {
        self.journal.plan.max_cents = max_cents.min(LARGEST_CAP);
    }

    /// What is known so far.
    pub fn summary(&self) -> &Summary {
        &self.journal.summary
    }

    /// By how many milliseconds our clock is ahead of the provider's (behind it: less than 0), where that is more than a minute:
    /// what is signed is good for some minutes by both.
    pub fn clock_skew_ms(&self) -> Option<i64> {
        let (ours_ms, theirs_ms) = (self.journal.challenged_ms, self.journal.clock_ms);
        let is_ahead = ours_ms > theirs_ms;
        let skew_ms = i64::try_from(ours_ms.abs_diff(theirs_ms)).ok().filter(|skew_ms| *skew_ms > LARGEST_SKEW)?;
        Some(if is_ahead { skew_ms } else { -skew_ms })
    }

    /// What to do now. Asked twice, it says the same twice.
    pub fn step(&mut self, now_ms: u64) -> Step {
        if let Some(end) = &self.end
            && (self.kept == self.journal.revision || !end.is_kept())
        {
            return Step::Over(end.clone());
        }
        if self.kept < self.journal.revision && self.must_keep() {
            return Step::Keep { replaces: self.kept, journal: self.journal.to_json() };
        }
        let is_signing = matches!(self.journal.phase, Phase::Sign);
        if !self.is_waiting && !is_signing && now_ms >= self.ends_ms {
            return Step::Over(self.out_of_time());
        }
        if now_ms < self.next_ms && !self.is_waiting {
            return Step::Wait { until_ms: self.next_ms };
        }
        if is_signing
            && self.is_resumed
            && let Some(end) = self.unasked(now_ms)
        {
            self.over(end.clone());
            return Step::Over(end);
        }
        match (&self.bill, is_signing) {
            (Some(bill), true) => Step::Sign(bill.ask(self.is_resumed)),
            _ => {
                self.is_waiting = true;
                Step::Send(self.request())
            }
        }
    }

    /// The journal was written.
    pub fn kept(&mut self) {
        self.kept = self.journal.revision;
    }

    /// A request was answered; `None` if no answer came.
    pub fn answered(&mut self, response: Option<&Response>, at: &Moment) {
        self.is_waiting = false;
        match self.journal.phase {
            Phase::Quote => self.quoted(response, at),
            Phase::Create => self.created(response, at),
            Phase::Pay | Phase::Confirm if self.asks => self.told(response, at),
            Phase::Pay => self.paid(response, at),
            Phase::Confirm | Phase::Sign | Phase::Over => {}
        }
    }

    /// What the wallet answered. `Err` is its no, in words; nothing was sent then.
    pub fn signed(&mut self, answer: Result<&str, &str>, at: &Moment) {
        let Some(bill) = self.bill.as_ref().filter(|_| matches!(self.journal.phase, Phase::Sign)) else { return };
        let header = match answer {
            Ok(answer) => bill.header(answer),
            Err(no) => return self.over(End::NotSigned(String::from(no))),
        };
        let paid = match header {
            Ok(paid) => paid,
            Err(refusal) => return self.refuse(refusal),
        };
        // It took so long that it would arrive too late. Nobody else has it.
        if self.journal.is_late(at.now_ms) && !bill.moves_at_once() {
            return self.again(at.now_ms);
        }
        (self.journal.header_name, self.journal.header) = (String::from(paid.header), paid.value);
        // Without an end nothing proves that it cannot be spent.
        self.journal.dead_ms = paid.ends_ms.map_or(0, |ends_ms| ends_ms.saturating_add(MARGIN));
        self.journal.signed += 1;
        self.is_refused = false;
        self.go(Phase::Pay, at.now_ms);
        self.asks = false;
    }

    /// For a fresh challenge: what was signed before, if anything, can no longer be spent.
    fn again(&mut self, now_ms: u64) {
        self.journal.forget();
        self.bill = None;
        self.go(Phase::Create, now_ms);
    }

    fn go(&mut self, phase: Phase, now_ms: u64) {
        self.journal.phase = phase;
        self.journal.revision += 1;
        (self.attempts, self.sends, self.next_ms) = (0, 0, now_ms);
        self.is_resumed = false;
    }

    fn over(&mut self, end: End) {
        self.end = Some(end);
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.over(End::Refused(refusal));
    }

    /// Whether the step ahead needs the journal. Those before the first signature can be taken again.
    fn must_keep(&self) -> bool {
        match self.journal.phase {
            Phase::Quote | Phase::Create => self.journal.signed > 0,
            Phase::Sign => self.guards.hold(Guard::KeptBeforeSigning),
            Phase::Pay => self.guards.hold(Guard::KeptBeforeSending),
            Phase::Confirm | Phase::Over => true,
        }
    }

    fn request(&self) -> Request {
        let plan = &self.journal.plan;
        let base = plan.base_url.strip_suffix('/').unwrap_or(&plan.base_url);
        let mut url = json::concat(&[base, plan.protocol.path()]);
        let mut headers = Vec::from([(String::from("accept"), String::from("application/json"))]);
        if matches!(self.journal.phase, Phase::Pay | Phase::Confirm) && self.asks {
            json::raw(&mut url, "/");
            percent_encode(&mut url, self.journal.order());
            return Request { method: String::from("GET"), url, headers, body: None };
        }
        headers.push((String::from("content-type"), String::from("application/json")));
        match self.journal.phase {
            Phase::Quote => json::raw(&mut url, "/validate"),
            Phase::Pay => {
                headers.push((self.journal.header_name.clone(), self.journal.header.clone()));
                #[cfg(feature = "simulation")]
                if let Some(strayed) = &self.strayed {
                    url.clone_from(strayed);
                }
            }
            _ => {}
        }
        Request { method: String::from("POST"), url, headers, body: Some(plan.body.clone()) }
    }
}
