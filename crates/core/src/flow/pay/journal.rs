//! What is known of a payment, and its form as JSON. A change of the form needs a new `version`: journals outlive programs.

use alloc::string::String;
use alloc::vec::Vec;

use super::{End, Plan, Protocol, Summary};
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
        // What JSON can hold exactly.
        plan.max_cents = plan.max_cents.min(1 << 53);
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
        let phase = PHASES.iter().find(|(phase, _)| *phase == self.phase).map_or("", |(_, name)| name);
        let body = core::str::from_utf8(&plan.body).unwrap_or_default();
        let payer = plan.payer.map(|payer| payer.checksummed()).unwrap_or_default();
        let nonce = hex(&self.nonce);
        for (name, value) in [
            ("phase", phase),
            ("protocol", plan.protocol.name()),
            ("mode", plan.mode.name()),
            ("baseUrl", &plan.base_url),
            ("host", &plan.host),
            ("requestId", &plan.request_id),
            ("payer", &payer),
            ("orderId", &summary.order_id),
            ("network", &summary.network),
            ("payTo", &summary.pay_to),
            ("transaction", &summary.settlement_tx),
            ("settledAt", &summary.settled_at),
            ("currentStep", &summary.current_step),
            ("url", &summary.order_complete_url),
            ("nonce", &nonce),
            ("headerName", &self.header_name),
            ("header", &self.header),
            ("reason", &self.reason),
            ("step", &self.step),
            ("body", body),
        ] {
            json::put(&mut out, &[",\"", name]);
            json::member(&mut out, "\":", value);
        }
        // 0 says that it is not known: there is no page without a page.
        for (name, value) in [
            ("revision", self.revision),
            ("maxCents", plan.max_cents),
            ("pages", plan.pages.unwrap_or(0)),
            ("signatures", plan.signatures),
            ("priceCents", summary.price_cents),
            ("pageCount", summary.page_count.unwrap_or(0)),
            ("rounds", self.rounds),
            ("signed", self.signed),
            ("challengedMs", self.challenged_ms),
            ("clockMs", self.clock_ms),
            ("goodMs", self.good_ms),
            ("deadMs", self.dead_ms),
        ] {
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
        if !reading.is_json {
            return None;
        }
        let root = reading.root();
        let member = |name| JOURNAL.find(name).and_then(|slot| root.copy(slot));
        let number = |name| JOURNAL.find(name).and_then(|slot| u64::try_from(root.integer(slot)?).ok());
        let texts = |name| JOURNAL.find(name).into_iter().flat_map(|slot| root.items(slot)).map(|item| item.text());
        let methods = texts("methods")
            .map(|text| Method::ALL.into_iter().find(|method| text.is_some_and(|text| text.is(method.name()))));
        let lines = texts("challenge").map(|text| Some(text?.value().into_owned()));
        let payer = member("payer")?;
        let plan = Plan {
            protocol: [Protocol::X402, Protocol::Mpp]
                .into_iter()
                .find(|protocol| member("protocol").as_deref() == Some(protocol.name()))?,
            mode: [Mode::Test, Mode::Live].into_iter().find(|mode| member("mode").as_deref() == Some(mode.name()))?,
            base_url: member("baseUrl")?,
            host: member("host")?,
            body: member("body")?.into_bytes(),
            request_id: member("requestId")?,
            max_cents: number("maxCents")?,
            pages: number("pages").filter(|pages| *pages > 0),
            payer: if payer.is_empty() { None } else { Some(Address::parse(&payer)?) },
            methods: methods.collect::<Option<_>>()?,
            signatures: number("signatures")?,
        };
        let summary = Summary {
            request_id: plan.request_id.clone(),
            order_id: member("orderId")?,
            price_cents: number("priceCents")?,
            page_count: number("pageCount").filter(|count| *count > 0),
            network: member("network")?,
            pay_to: member("payTo")?,
            settlement_tx: member("transaction")?,
            settled_at: member("settledAt")?,
            is_paid: root.flag(JOURNAL.slot("isPaid"))?,
            current_step: member("currentStep")?,
            order_complete_url: member("url")?,
        };
        if number("version")? != 1 {
            return None;
        }
        let phase = member("phase")?;
        Some(Journal {
            revision: number("revision")?,
            phase: PHASES.iter().find(|(_, name)| *name == phase).map(|(phase, _)| *phase)?,
            plan,
            summary,
            rounds: number("rounds")?,
            signed: number("signed")?,
            challenge: lines.collect::<Option<_>>()?,
            challenged_ms: number("challengedMs")?,
            clock_ms: number("clockMs")?,
            nonce: unhex(&member("nonce")?)?.try_into().ok()?,
            good_ms: number("goodMs")?,
            dead_ms: number("deadMs")?,
            header_name: member("headerName")?,
            header: member("header")?,
            reason: member("reason")?,
            step: member("step")?,
        })
    }
}

static TEXT: Shape = text();
static TEXTS: Shape = list(&TEXT);

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
    must("methods", &TEXTS, "How it may be paid."),
    may("challenge", &TEXTS, "The challenge."),
]);
