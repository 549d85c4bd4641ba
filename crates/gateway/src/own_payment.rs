//! An order that the gateway pays itself: what is written down of it, and what is done next.
//!
//! ```text
//!            .------------------- refused, declined, not signed: a new try begins anew -------------------.
//!            v                                                                                            |
//! asked --> going --quoted, challenged--> kept --set aside--> signed --kept--> sent --> settled --> paid (or unpaid)
//!            ^  |
//!            |  '-- out of time: the alarm goes on, also where the gateway died
//!            '---'
//! ```
//!
//! The payment itself is the core's flow ([`Pay`]); here it gets an id, a place to be kept, a budget and an alarm. Each step is
//! an [`Act`] of the shell's, written down before it where it cannot be taken back. Whoever asks for the same order again gets
//! what there is of it; nothing ever signs for a second one.

mod run;
mod told;

use edgepost_core::flow::pay::{Plan, Protocol, host_of};
use edgepost_core::http::Response;
use edgepost_core::payment::Mode;
use edgepost_core::payment::address::Address;
use edgepost_core::postalform::{CREATE_ORDER, POSTALFORM};
use serde::{Deserialize, Serialize};

pub use self::run::{Act, Run};
pub(crate) use self::told::NOT_SENT_MS;
use crate::config::Config;
use crate::mint::{Mint, identity};
use crate::once;
use crate::problem::Problem;
use crate::wallet::Allowance;

/// How long a payment is remembered after its last step, in milliseconds: as long as its order can be read by who made it.
pub const KEPT_MS: u64 = 14 * 86_400_000;
/// How long one run goes on by itself; then the alarm does.
pub const RUN_MS: u64 = 15_000;
/// No run takes longer: its time, and two answers that are waited for. Behind it the one before is held to be dead.
const LONGEST_RUN_MS: u64 = 60_000;
/// Pauses between runs: the first, and the longest.
const PAUSES_MS: (u64, u64) = (5_000, 3_600_000);
/// Behind this time an operator is told of a payment that is not confirmed.
const LONG_MS: u64 = 3_600_000;
/// How many signatures a payment may have, each when the one before can no longer be spent.
const SIGNATURES: u64 = 2;

/// What is asked of the ledger of payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The order.
    pub mint: Mint,
    /// PFS-008: the most that it may cost, in hundredths of a dollar.
    pub max_cents: u64,
    /// PFS-003: how many pages it has to have, where the caller knows.
    #[serde(default)]
    pub pages: Option<u64>,
}

impl Asked {
    /// What is asked of the wallet. The id is that of the order, whoever asks: the provider knows no callers, and the wallet is
    /// one, so the same `request_id` is the same order under any grant.
    pub fn new(mint: Mint, allowance: Allowance, mode: &str) -> Self {
        let order = mint.order.clone().unwrap_or_default().to_ascii_lowercase();
        let id = identity("wallet", mode, CREATE_ORDER.name, &order);
        Asked {
            mint: Mint { id, holds: allowance.holds, ..mint },
            max_cents: allowance.max_cents,
            pages: allowance.pages,
        }
    }
}

/// Where a payment stands. The names are written to storage: a change needs a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Something is to be done: now, or when the alarm rings.
    Going,
    /// Nothing that could be spent was signed. Asked again, it begins anew.
    Stopped,
    /// It is paid.
    Paid,
    /// What was signed was not taken, and never can be.
    Unpaid,
}

/// What is written down about a payment. It holds what was signed: it is shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// What was asked.
    pub asked: Asked,
    /// In which mode.
    pub mode: String,
    /// Where it stands.
    pub stage: Stage,
    /// How often this was written.
    pub revision: u64,
    /// When the alarm has to ring, in milliseconds since 1970.
    pub due_ms: u64,
    /// Runs so far.
    pub attempts: u32,
    /// When it was begun, or last signed for, in milliseconds since 1970.
    #[serde(default)]
    since_ms: u64,
    /// Whether an operator was told that it takes long.
    #[serde(default)]
    is_late: bool,
    /// The account that pays.
    payer: String,
    /// The flow's own: see [`Pay::resume`](edgepost_core::flow::pay::Pay::resume).
    journal: Option<String>,
    /// How the last run ended, as the flow writes it.
    told: Option<String>,
    /// Whether all that was set aside has been told how it ended.
    is_settled: bool,
}

/// What to do about a request.
pub enum Begin {
    /// Say no.
    Refuse(Problem),
    /// Say how it stands: there is nothing to do.
    Tell(Response),
    /// Run it.
    Run(Box<Payment>),
}

/// Looks up what there is about a request.
pub fn begin(config: &Config, present: Option<Payment>, asked: &Asked) -> Begin {
    let Some(payment) = present else { return anew(config, asked, 0) };
    if payment.asked.mint.digest != asked.mint.digest {
        return Begin::Refuse(once::reused(CREATE_ORDER.key));
    }
    match payment.stage {
        Stage::Stopped if payment.is_settled => anew(config, asked, payment.revision),
        Stage::Paid | Stage::Unpaid if payment.is_settled => Begin::Tell(payment.answer(true)),
        // Nothing is signed without a journal: as long as there is none, who asks again can still lower the bounds.
        Stage::Going if payment.journal.is_none() => {
            let mut payment = payment;
            payment.asked.max_cents = payment.asked.max_cents.min(asked.max_cents);
            payment.asked.pages = asked.pages.or(payment.asked.pages);
            Begin::Run(Box::new(payment))
        }
        _ => Begin::Run(Box::new(payment)),
    }
}

/// In how many milliseconds the alarm rings again where nothing can be done since `since_ms`: another configuration, or nothing
/// that can be read. Each pause is as long as all before. `None`: it is forgotten.
pub fn later(since_ms: u64, now_ms: u64) -> Option<u64> {
    let waited = now_ms.saturating_sub(since_ms);
    (waited < KEPT_MS).then(|| waited.clamp(LONGEST_RUN_MS, PAUSES_MS.1))
}

/// What the alarm does about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// Go on with it.
    Run,
    /// Ring again in so many milliseconds.
    Later(u64),
    /// Forget it.
    Forget,
}

fn anew(config: &Config, asked: &Asked, revision: u64) -> Begin {
    let payer = config.wallet.as_ref().and_then(|wallet| wallet.address());
    let payer = payer.map(|payer| payer.checksummed()).unwrap_or_default();
    Begin::Run(Box::new(Payment {
        asked: asked.clone(),
        mode: config.mode.to_owned(),
        stage: Stage::Going,
        revision,
        due_ms: 0,
        attempts: 0,
        since_ms: 0,
        is_late: false,
        payer,
        journal: None,
        told: None,
        is_settled: false,
    }))
}

impl Payment {
    /// Whether the alarm has something to do, but for forgetting it.
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Going || !self.is_settled
    }

    /// What the alarm does about it. What is not known for as long as an order can be read is not known later either.
    pub fn ring(&self, now_ms: u64) -> Ring {
        let is_given_up = self.since_ms > 0 && now_ms.saturating_sub(self.since_ms) >= KEPT_MS;
        match self.due_ms.saturating_sub(now_ms) {
            _ if self.is_open() && !is_given_up => Ring::Run,
            wait_ms if wait_ms > 0 && !self.is_open() => Ring::Later(wait_ms),
            _ => Ring::Forget,
        }
    }

    /// As it is written: one revision later.
    pub fn revised(&self) -> Self {
        Payment { revision: self.revision + 1, ..self.clone() }
    }

    fn plan(&self, base_url: &str) -> Plan {
        let mint = &self.asked.mint;
        Plan {
            protocol: Protocol::X402,
            mode: if self.mode == "live" { Mode::Live } else { Mode::Test },
            base_url: base_url.to_owned(),
            host: host_of(POSTALFORM.hosts.live).to_owned(),
            body: mint.body.clone().into_bytes(),
            request_id: mint.order.clone().unwrap_or_default(),
            max_cents: self.asked.max_cents,
            pages: self.asked.pages,
            payer: Address::parse(&self.payer),
            methods: Vec::new(),
            signatures: SIGNATURES,
        }
    }
}
