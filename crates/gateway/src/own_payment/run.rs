//! One run of a payment: what the shell does, step by step.

use edgepost_core::flow::pay::{Ask, End, Moment, Pay, Step};
use edgepost_core::http::{Request, Response};
use edgepost_core::postalform::{CREATE_ORDER, POSTALFORM};

use super::{KEPT_MS, LONG_MS, LONGEST_RUN_MS, PAUSES_MS, Payment, RUN_MS, Stage};
use crate::access::account;
use crate::config::Config;
use crate::problem::Problem;
use crate::tally::{Counts, Fate, Hold};
use crate::wallet::CURRENCY;
use crate::wallet::spending;

/// So many pauses grow while what was signed can be spent: the last one is 40 seconds.
const OFTEN: u32 = 3;

/// What the shell does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Write [`Run::payment`] down, have the alarm ring when it is due, and say [`Run::saved`]. If the revision that is there is
    /// not this one, another run has gone on: stop.
    Save {
        /// The revision whose place it takes; 0 for none.
        replaces: u64,
    },
    /// Set all of this aside, or nothing, and say [`Run::reserved`].
    Reserve(Vec<Hold>),
    /// Have it signed with [`Wallet::sign`](crate::wallet::Wallet::sign), and say [`Run::signed`].
    Sign(Ask),
    /// Send it as it is, follow no redirect, and say [`Run::answered`].
    Send(Request),
    /// Come back at this time, in milliseconds since 1970.
    Wait(u64),
    /// Tell those who set something aside how it ended, and say [`Run::settled`].
    Settle(Vec<Hold>, Fate),
    /// The run is over: [`Run::answer`].
    Over,
}

/// What a run is about to do.
enum Next {
    /// Write down that it has begun.
    Begin,
    /// What the flow says.
    Flow,
    /// Write the flow's journal down.
    Keep,
    /// Write down how it ended.
    End(Fate),
    /// Tell it.
    Settle(Fate),
    /// Write down that it was told.
    Told,
    Over,
}

/// One run.
pub struct Run {
    payment: Payment,
    pay: Pay,
    next: Next,
    /// Whether the price was set aside for what is signed next.
    is_reserved: bool,
    ends_ms: u64,
    /// When the provider may be asked again.
    rests_until_ms: u64,
    /// Whether it takes long, since this run.
    is_late: bool,
    /// The words of a refusal of this run's.
    problem: Option<Problem>,
}

impl Run {
    /// Goes on with a payment; `None` where what is written of it cannot be read: a person has to look.
    pub fn new(mut payment: Payment, config: &Config, now_ms: u64) -> Option<Self> {
        // One of the other mode is none of this gateway's.
        let upstream = config.upstream(&POSTALFORM).filter(|_| payment.mode == config.mode)?;
        let pay = match &payment.journal {
            Some(journal) => Pay::resume(journal, now_ms, RUN_MS)?,
            None => Pay::new(payment.plan(&upstream.base), now_ms, RUN_MS),
        };
        payment.attempts = payment.attempts.saturating_add(1);
        if payment.since_ms == 0 {
            payment.since_ms = now_ms;
        }
        // Before the run: whoever dies during it leaves an alarm behind.
        payment.due_ms = now_ms.saturating_add(LONGEST_RUN_MS);
        let next = match payment.stage {
            Stage::Going => Next::Begin,
            _ => Next::Settle(payment.fate(&pay)),
        };
        let (is_reserved, ends_ms) = (false, now_ms.saturating_add(RUN_MS));
        Some(Run { payment, pay, next, is_reserved, ends_ms, rests_until_ms: 0, is_late: false, problem: None })
    }

    /// What is known of it.
    pub fn payment(&self) -> &Payment {
        &self.payment
    }

    /// What to do now. Asked twice, it says the same twice.
    pub fn act(&mut self, config: &Config, now_ms: u64) -> Act {
        loop {
            match &self.next {
                Next::Begin | Next::Keep | Next::End(_) | Next::Told => {
                    return Act::Save { replaces: self.payment.revision };
                }
                Next::Settle(fate) => return Act::Settle(self.holds(config), fate.clone()),
                Next::Over => return Act::Over,
                Next::Flow => {}
            }
            let step = match self.pay.step(now_ms) {
                // Nobody waits here for so long: the alarm goes on.
                Step::Wait { until_ms } if until_ms >= self.ends_ms => {
                    self.rests_until_ms = until_ms;
                    self.pay.step(self.ends_ms)
                }
                step => step,
            };
            match step {
                Step::Keep { journal, .. } => {
                    self.payment.journal = Some(journal);
                    self.next = Next::Keep;
                }
                Step::Sign(ask) => {
                    let fits = |payer: String| payer == self.payment.payer;
                    let wallet = config.wallet.as_ref().and_then(|wallet| wallet.address());
                    if !wallet.is_some_and(|address| fits(address.checksummed())) {
                        let at = Moment { now_ms, random: [0; 32] };
                        self.pay.signed(Err("The gateway pays nothing any more, or from another account."), &at);
                    } else if self.is_reserved {
                        return Act::Sign(ask);
                    } else {
                        return Act::Reserve(self.holds(config));
                    }
                }
                Step::Send(request) => return Act::Send(request),
                Step::Wait { until_ms } => return Act::Wait(until_ms),
                Step::Over(end) => self.over(&end, now_ms),
            }
        }
    }

    /// It was written down.
    pub fn saved(&mut self) {
        self.payment.revision += 1;
        self.next = match core::mem::replace(&mut self.next, Next::Over) {
            Next::Keep => {
                self.pay.kept();
                Next::Flow
            }
            Next::Begin => Next::Flow,
            Next::End(Fate::Unknown) | Next::Told => Next::Over,
            Next::End(fate) => Next::Settle(fate),
            other => other,
        };
    }

    /// It was set aside, or why not: then nothing is signed.
    pub fn reserved(&mut self, reserved: Result<(), Problem>, now_ms: u64) {
        self.is_reserved = reserved.is_ok();
        if let Err(problem) = reserved {
            self.not_signed(problem, now_ms);
        }
    }

    /// It is not signed, and why.
    pub fn not_signed(&mut self, problem: Problem, now_ms: u64) {
        let at = Moment { now_ms, random: [0; 32] };
        self.pay.signed(Err(&problem.detail), &at);
        self.problem = Some(problem);
    }

    /// What the signer answered.
    pub fn signed(&mut self, answer: Result<&str, &str>, at: &Moment) {
        if answer.is_ok() {
            self.payment.since_ms = at.now_ms;
        }
        // What is signed after this has to be set aside again: it counts from then.
        self.is_reserved = false;
        self.pay.signed(answer, at);
    }

    /// A request was answered; `None` if no answer came.
    pub fn answered(&mut self, response: Option<&Response>, at: &Moment) {
        self.pay.answered(response, at);
    }

    /// Those who set something aside were told; `false` if somebody did not hear it.
    pub fn settled(&mut self, is_told: bool, now_ms: u64) {
        self.payment.is_settled = is_told;
        if is_told && self.payment.stage != Stage::Going {
            self.payment.due_ms = now_ms.saturating_add(KEPT_MS);
        }
        self.next = Next::Told;
    }

    /// For the caller.
    pub fn answer(&self) -> Response {
        match &self.problem {
            Some(problem) if self.payment.stage == Stage::Stopped => problem.response(),
            _ => self.payment.answer(false),
        }
    }

    /// By how many milliseconds the gateway's clock is ahead of the provider's, where that is more than a minute.
    pub fn clock_skew_ms(&self) -> Option<i64> {
        self.pay.clock_skew_ms()
    }

    /// What an operator has to know.
    pub fn alarm(&self) -> Option<&'static str> {
        self.is_late.then_some("a payment is still not confirmed: look at the order")
    }

    fn over(&mut self, end: &End, now_ms: u64) {
        let (stage, fate) = match end {
            End::Paid(_) => (Stage::Paid, self.payment.fate(&self.pay)),
            End::Settled(_) => (Stage::Going, self.payment.fate(&self.pay)),
            End::Open { .. } => (Stage::Going, Fate::Unknown),
            End::Unpaid { .. } => (Stage::Unpaid, Fate::Refused),
            End::Refused(_) | End::NotSigned(_) | End::Declined { .. } | End::Unreachable => {
                // What was written for a signature that nobody has is not gone on with: the price may have changed since.
                self.payment.journal = None;
                (Stage::Stopped, Fate::Refused)
            }
        };
        let is_long = stage == Stage::Going && now_ms.saturating_sub(self.payment.since_ms) >= LONG_MS;
        self.is_late = is_long && !self.payment.is_late;
        self.payment.is_late |= is_long;
        let problem = super::told::problem(end);
        self.problem = self.problem.take().or(problem);
        (self.payment.stage, self.payment.told) = (stage, Some(end.to_json()));
        // What was signed is good for some minutes: often enough it is tried within them, also the second time.
        if matches!(end, End::Open { until_ms, .. } if *until_ms > now_ms) {
            self.payment.attempts = self.payment.attempts.min(OFTEN);
        }
        let pause = PAUSES_MS.0.saturating_mul(1 << self.payment.attempts.min(10)).min(PAUSES_MS.1);
        let until_ms = match end {
            // From then on it is known.
            End::Open { until_ms, .. } if *until_ms > now_ms => (*until_ms).min(now_ms.saturating_add(pause)),
            _ => now_ms.saturating_add(pause),
        };
        self.payment.due_ms = until_ms.max(self.rests_until_ms);
        self.next = Next::End(fate);
    }

    /// What is set aside for this price: of the grant, of the wallet, and a place with the provider.
    fn holds(&self, config: &Config) -> Vec<Hold> {
        let summary = self.pay.summary();
        let cents = summary.price_cents;
        let mut holds = self.payment.asked.mint.holds.clone();
        for hold in &mut holds {
            if let Counts::Grant { spend, .. } = &mut hold.counts {
                spend.cents = Some((CURRENCY.into(), cents));
            }
        }
        if let Some(wallet) = &config.wallet {
            let order = if summary.order_id.is_empty() { &summary.request_id } else { &summary.order_id };
            let payment = spending::Payment { order: order.clone(), cents };
            let counts = Counts::Wallet { caps: wallet.caps, payment };
            holds.push(Hold { tally: format!("wallet:{}", self.payment.mode), counts });
        }
        holds.push(account(config, &CREATE_ORDER));
        holds
    }
}

impl Payment {
    /// What became of what was set aside.
    fn fate(&self, pay: &Pay) -> Fate {
        match self.stage {
            Stage::Stopped | Stage::Unpaid => Fate::Refused,
            Stage::Going | Stage::Paid => Fate::Happened(Some((CURRENCY.into(), pay.summary().price_cents))),
        }
    }
}
