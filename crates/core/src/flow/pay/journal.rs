//! What is known of a payment, and its form as JSON. A change of the form needs a new `version`: journals outlive programs.

use alloc::string::String;
use alloc::vec::Vec;

use super::{End, LARGEST_CAP, Plan, Protocol, Summary};
use crate::json;
use crate::payment::address::Address;
use crate::payment::mpp::Method;
use crate::payment::{Mode, decimal, hex, unhex};
use crate::read::check;
use crate::schema::{Mode as Reading, Object, Shape, list, may, must, object, text};

/// The form below.
const VERSION: &str = "1";

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Quote,
    Create,
    Sign,
    Pay,
    Confirm,
    Over,
}

const PHASES: [(Phase, &str); 6] = [
    (Phase::Quote, "quote"),
    (Phase::Create, "create"),
    (Phase::Sign, "sign"),
    (Phase::Pay, "pay"),
    (Phase::Confirm, "confirm"),
    (Phase::Over, "over"),
];

/// What is known of a payment.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    /// How often it was changed. The first that is written is 1.
    pub(super) revision: u64,
    pub(super) plan: Plan,
    pub(super) phase: Phase,
    pub(super) summary: Summary,
    /// How often a challenge was answered.
    pub(super) rounds: u64,
    /// How often something was signed.
    pub(super) signed: u64,
    /// The challenge's header lines; none where there is no challenge.
    pub(super) challenge: Vec<String>,
    /// When it came, by the caller's clock and by the provider's.
    pub(super) challenged_ms: u64,
    pub(super) clock_ms: u64,
    pub(super) nonce: [u8; 32],
    /// Until when what is signed is good, by the provider's clock, and from when on it is surely worth nothing; 0 if never.
    pub(super) good_ms: u64,
    pub(super) dead_ms: u64,
    /// What was signed, as it is sent.
    pub(super) header_name: String,
    pub(super) header: String,
    /// Why it was not taken.
    pub(super) reason: String,
    /// Where the provider was at work when it was paid.
    pub(super) step: String,
}

impl Journal {
    pub(super) fn new(mut plan: Plan) -> Self {
        plan.max_cents = plan.max_cents.min(LARGEST_CAP);
        let summary = Summary { request_id: plan.request_id.clone(), ..Summary::default() };
        Journal {
            revision: 1,
            plan,
            phase: Phase::Quote,
            summary,
            rounds: 0,
            signed: 0,
            challenge: Vec::new(),
            challenged_ms: 0,
            clock_ms: 0,
            nonce: [0; 32],
            good_ms: 0,
            dead_ms: 0,
            header_name: String::new(),
            header: String::new(),
            reason: String::new(),
            step: String::new(),
        }
    }

    /// PF-075: the id under which the order is asked about.
    pub(super) fn order(&self) -> &str {
        let own = &self.summary.order_id;
        if own.is_empty() { &self.plan.request_id } else { own }
    }

    /// Forgets the challenge and what was signed for it.
    pub(super) fn forget(&mut self) {
        self.challenge.clear();
        self.header.clear();
        self.header_name.clear();
        (self.challenged_ms, self.clock_ms, self.good_ms, self.dead_ms) = (0, 0, 0, 0);
        self.nonce = [0; 32];
    }

    /// Whether what is signed now would arrive too late, by how long it took since the challenge came.
    pub(super) fn is_late(&self, now_ms: u64) -> bool {
        let took = now_ms.saturating_sub(self.challenged_ms).saturating_add(10_000);
        self.good_ms != 0 && took > self.good_ms.saturating_sub(self.clock_ms)
    }

    /// The end, if it is one for good.
    pub(super) fn end(&self) -> Option<End> {
        let summary = || self.summary.clone();
        match (self.phase, self.reason.is_empty()) {
            (Phase::Over, true) => Some(End::Paid(summary())),
            (Phase::Over, false) => Some(End::Unpaid { summary: summary(), reason: self.reason.clone() }),
            _ => None,
        }
    }

    pub(super) fn to_json(&self) -> String {
        let mut out = json::concat(&["{\"version\":", VERSION]);
        let (plan, summary) = (&self.plan, &self.summary);
        let payer = plan.payer.map(|payer| payer.checksummed()).unwrap_or_default();
        let nonce = hex(&self.nonce);
        let texts: [&str; TEXTS.len()] = [
            PHASES.iter().find(|(phase, _)| *phase == self.phase).map_or("", |(_, name)| name),
            plan.protocol.name(),
            plan.mode.name(),
            &plan.base_url,
            &plan.host,
            &plan.request_id,
            &payer,
            &summary.order_id,
            &summary.network,
            &summary.pay_to,
            &summary.settlement_tx,
            &summary.settled_at,
            &summary.current_step,
            &summary.order_complete_url,
            &nonce,
            &self.header_name,
            &self.header,
            &self.reason,
            &self.step,
            core::str::from_utf8(&plan.body).unwrap_or_default(),
        ];
        for (name, value) in TEXTS.into_iter().zip(texts) {
            json::put(&mut out, &[",\"", name]);
            json::member(&mut out, "\":", value);
        }
        let numbers: [u64; NUMBERS.len()] = [
            self.revision,
            plan.max_cents,
            // 0 says that it is not known: there is no page without a page.
            plan.pages.unwrap_or(0),
            plan.signatures,
            summary.price_cents,
            summary.page_count.unwrap_or(0),
            self.rounds,
            self.signed,
            self.challenged_ms,
            self.clock_ms,
            self.good_ms,
            self.dead_ms,
        ];
        for (name, value) in NUMBERS.into_iter().zip(numbers) {
            json::put(&mut out, &[",\"", name, "\":"]);
            decimal::write(&mut out, value);
        }
        json::put(&mut out, &[",\"isPaid\":", if summary.is_paid { "true" } else { "false" }, ",\"methods\":"]);
        json::list(&mut out, &plan.methods, |out, method| json::text(out, method.name()));
        json::raw(&mut out, ",\"challenge\":");
        json::list(&mut out, &self.challenge, |out, line| json::text(out, line));
        json::raw(&mut out, "}");
        out
    }

    /// Reads what [`Journal::to_json`] wrote, and nothing else.
    pub(super) fn from_json(written: &str) -> Option<Self> {
        let reading = check(&JOURNAL, written.as_bytes(), Reading::Answer);
        let root = reading.root();
        let mut is_whole = reading.is_json && root.integer(JOURNAL.slot("version")) == Some(1);
        let texts = TEXTS.map(|name| {
            let text = JOURNAL.find(name).and_then(|slot| root.copy(slot));
            is_whole &= text.is_some();
            text.unwrap_or_default()
        });
        let numbers = NUMBERS.map(|name| {
            let number = JOURNAL.find(name).and_then(|slot| u64::try_from(root.integer(slot)?).ok());
            is_whole &= number.is_some();
            number.unwrap_or_default()
        });
        let [
            phase,
            protocol,
            mode,
            base_url,
            host,
            request_id,
            payer,
            order_id,
            network,
            pay_to,
            settlement_tx,
            settled_at,
            current_step,
            order_complete_url,
            nonce,
            header_name,
            header,
            reason,
            step,
            body,
        ] = texts;
        let [
            revision,
            max_cents,
            pages,
            signatures,
            price_cents,
            page_count,
            rounds,
            signed,
            challenged_ms,
            clock_ms,
            good_ms,
            dead_ms,
        ] = numbers;
        let listed =
            |name| JOURNAL.find(name).into_iter().flat_map(|slot| root.items(slot)).filter_map(|item| item.text());
        let method = |name: &str| Method::ALL.into_iter().find(|method| method.name() == name);
        let known = |count: u64| Some(count).filter(|count| *count > 0);
        let plan = Plan {
            protocol: if protocol == Protocol::Mpp.name() { Protocol::Mpp } else { Protocol::X402 },
            mode: if mode == Mode::Live.name() { Mode::Live } else { Mode::Test },
            base_url,
            host,
            body: body.into_bytes(),
            request_id: request_id.clone(),
            max_cents,
            pages: known(pages),
            payer: Address::parse(&payer),
            methods: listed("methods").filter_map(|text| method(&text.value())).collect(),
            signatures,
        };
        let summary = Summary {
            request_id,
            order_id,
            price_cents,
            page_count: known(page_count),
            network,
            pay_to,
            settlement_tx,
            settled_at,
            is_paid: root.flag(JOURNAL.slot("isPaid")) == Some(true),
            current_step,
            order_complete_url,
        };
        let phase = PHASES.iter().find(|(_, name)| *name == phase).map(|(phase, _)| *phase);
        let nonce = unhex(&nonce).and_then(|nonce| nonce.try_into().ok());
        let (Some(phase), Some(nonce), true) = (phase, nonce, is_whole) else { return None };
        let challenge = listed("challenge").map(|line| line.value().into_owned()).collect();
        Some(Journal {
            revision,
            plan,
            phase,
            summary,
            rounds,
            signed,
            challenge,
            challenged_ms,
            clock_ms,
            nonce,
            good_ms,
            dead_ms,
            header_name,
            header,
            reason,
            step,
        })
    }
}

/// The members that are texts, in the order in which they are written.
const TEXTS: [&str; 20] = [
    "phase",
    "protocol",
    "mode",
    "baseUrl",
    "host",
    "requestId",
    "payer",
    "orderId",
    "network",
    "payTo",
    "transaction",
    "settledAt",
    "currentStep",
    "url",
    "nonce",
    "headerName",
    "header",
    "reason",
    "step",
    "body",
];

/// Those that are numbers.
const NUMBERS: [&str; 12] = [
    "revision",
    "maxCents",
    "pages",
    "signatures",
    "priceCents",
    "pageCount",
    "rounds",
    "signed",
    "challengedMs",
    "clockMs",
    "goodMs",
    "deadMs",
];

static TEXT: Shape = text();
static LINES: Shape = list(&TEXT);

static JOURNAL: Object = object("Journal", "What is known of a payment.").fields(&[
    must("version", &Shape::Integer, "1."),
    must("phase", &TEXT, "How far it is."),
    must("protocol", &TEXT, "Which handshake."),
    must("mode", &TEXT, "Test or live."),
    must("baseUrl", &TEXT, "Where requests go."),
    must("host", &TEXT, "The provider's."),
    must("requestId", &TEXT, "The order's id."),
    must("payer", &TEXT, "Whose money it is."),
    must("orderId", &TEXT, "The provider's id."),
    must("network", &TEXT, "Where it is paid."),
    must("payTo", &TEXT, "To whom."),
    must("transaction", &TEXT, "In which transaction."),
    must("settledAt", &TEXT, "When."),
    must("currentStep", &TEXT, "Where the provider is."),
    must("url", &TEXT, "The order's page."),
    must("nonce", &TEXT, "32 bytes."),
    must("headerName", &TEXT, "Which header pays."),
    must("header", &TEXT, "What it says."),
    must("reason", &TEXT, "Why it was not taken."),
    must("step", &TEXT, "Where the provider was when it was paid."),
    must("body", &TEXT, "The order."),
    must("revision", &Shape::Integer, "How often it was changed."),
    must("maxCents", &Shape::Integer, "The most that may be paid."),
    must("pages", &Shape::Integer, "As many are expected."),
    must("signatures", &Shape::Integer, "As many are allowed."),
    must("priceCents", &Shape::Integer, "The price."),
    must("pageCount", &Shape::Integer, "As many were counted."),
    must("rounds", &Shape::Integer, "As many challenges."),
    must("signed", &Shape::Integer, "As many signatures."),
    must("challengedMs", &Shape::Integer, "When the challenge came."),
    must("clockMs", &Shape::Integer, "The same by the provider's clock."),
    must("goodMs", &Shape::Integer, "Until when it is good."),
    must("deadMs", &Shape::Integer, "From when on it is not."),
    must("isPaid", &Shape::Flag, "Whether it is paid."),
    must("methods", &LINES, "How it may be paid."),
    may("challenge", &LINES, "The challenge."),
]);
