//! What follows from each answer.

use alloc::string::String;

use super::bill::Bill;
use super::journal::Phase;
use super::order::{Order, order, quote};
use super::{ATTEMPTS, End, Guard, LONGEST_PAUSE, Moment, Pay, Protocol, SENDS};
use crate::http::{Response, header, retry_after};
use crate::payment::{Fault, decimal, mpp, x402};
use crate::{date, retry};

/// Somebody waits at a rate limit at least so long, in milliseconds (PF-078: the vendor says nothing of it).
const LIMITED: u64 = 60_000;

impl Pay {
    /// PFS-003: the price, and what it is for.
    pub(super) fn quoted(&mut self, response: Option<&Response>, at: &Moment) {
        let Some(response) = response.filter(|response| !is_lost(response)) else { return self.retry(at) };
        if !(200..300).contains(&response.status) {
            return self.decline(response);
        }
        let quote = quote(&response.body);
        let Some((price_cents, page_count)) = quote.and_then(|quote| Some((quote.price_cents?, quote.page_count)))
        else {
            return self.refuse(Fault::NoQuote.about("price_usd"));
        };
        if self.guards.hold(Guard::Cap) && price_cents > self.journal.plan.max_cents {
            return self.refuse(Fault::OverCap.about(&decimal::decimal(price_cents)));
        }
        if let Some(pages) = self.journal.plan.pages
            && page_count != Some(pages)
        {
            let mut shown = String::new();
            decimal::write(&mut shown, page_count.unwrap_or(0));
            return self.refuse(Fault::OtherPageCount.about(&shown));
        }
        (self.journal.summary.price_cents, self.journal.summary.page_count) = (price_cents, page_count);
        self.go(Phase::Create, at.now_ms);
    }

    /// PF-073, PFM-003: the challenge. Whoever has none is paid already, or says why not.
    pub(super) fn created(&mut self, response: Option<&Response>, at: &Moment) {
        let Some(response) = response.filter(|response| !is_lost(response)) else { return self.retry(at) };
        let told = order(&response.body);
        match response.status {
            402 => {}
            200..300 if told.as_ref().is_some_and(Order::is_settled) => return self.settled(told, at),
            // It is no challenge, and does not say that nothing is to be paid: whoever answers so is not the provider.
            200..300 => return self.retry(at),
            300..400 => {
                let location = header(&response.headers, "location").unwrap_or_default();
                return self.refuse(Fault::OtherHost.about(location));
            }
            // A gateway whose clock is behind ours holds what was signed before for money; it says how long.
            409 if self.journal.signed > 0 && retry_after(&response.headers).is_some() => {
                return self.later(Some(response), at);
            }
            _ => return self.decline(response),
        }
        // PFM-006: it stays what it was first.
        if let Some(told) = told.filter(|told| !told.order_id.is_empty()) {
            self.journal.summary.order_id = told.order_id;
        }
        self.journal.rounds += 1;
        if self.journal.rounds > self.journal.plan.signatures.saturating_add(ATTEMPTS.into()) {
            return self.refuse(Fault::TimeTooShort.about("0"));
        }
        let clock_ms = clock(response).unwrap_or(at.now_ms);
        match Bill::demanded(response, &mut self.journal, &self.guards, at, clock_ms) {
            Ok(bill) => {
                self.bill = Some(bill);
                self.go(Phase::Sign, at.now_ms);
            }
            Err(refusal) => {
                self.journal.forget();
                self.refuse(refusal);
            }
        }
    }

    /// PF-074, PFM-005: what was signed was sent. Whatever is not surely settled may be.
    pub(super) fn paid(&mut self, response: Option<&Response>, at: &Moment) {
        self.sends += 1;
        self.asks = true;
        let Some(response) = response else { return self.later(None, at) };
        let is_fine = (200..300).contains(&response.status);
        let told = order(&response.body);
        let settlement = x402::settlement(response).and_then(Result::ok);
        let claimed = settlement.as_ref().filter(|settlement| settlement.success);
        // Behind a refusal, or on another network, it proves nothing.
        let network = &self.journal.summary.network;
        let proved = claimed.filter(|claimed| is_fine && (claimed.network.is_empty() || claimed.network == *network));
        let receipt =
            mpp::receipt(response).and_then(Result::ok).filter(|receipt| is_fine && receipt.status == "success");
        let is_told = is_fine && told.as_ref().is_some_and(Order::is_settled);
        if proved.is_some() || receipt.is_some() || is_told {
            let transaction = proved.map(|proved| proved.transaction.clone());
            if let Some(transaction) = transaction.or(receipt.map(|receipt| receipt.reference)) {
                self.journal.summary.settlement_tx = transaction;
            }
            return self.settled(told, at);
        }
        #[cfg(feature = "simulation")]
        if (300..400).contains(&response.status) && !self.guards.hold(Guard::Redirect) {
            self.strayed = header(&response.headers, "location").map(String::from);
            self.asks = false;
            return self.later(None, at);
        }
        let is_no = (400..500).contains(&response.status) && response.status != 429;
        let mut reason = match settlement {
            Some(settlement) if settlement.success => String::from(PENDING),
            Some(settlement) => settlement.reason,
            None => String::new(),
        };
        if reason.is_empty() && is_no {
            reason = mpp::problem(&response.body).kind;
        }
        self.is_refused |= is_no;
        self.not_taken(reason);
        self.later(Some(response), at);
    }

    /// Why, for whoever goes on from the journal too: what is signed next depends on it.
    fn not_taken(&mut self, reason: String) {
        let known = &mut self.journal.reason;
        if !reason.is_empty() && reason != *known && !is_undecided(known) {
            *known = reason;
            self.journal.revision += 1;
        }
    }

    /// What the order says of itself, while it is not known whether it is paid, and until it is at work.
    pub(super) fn told(&mut self, response: Option<&Response>, at: &Moment) {
        let readable = response.filter(|response| (200..300).contains(&response.status));
        let told = readable.and_then(|response| order(&response.body));
        // An answer about another order says nothing of this one.
        let is_ours = |told: &Order| told.is_about(&self.journal.summary.order_id, &self.journal.plan.request_id);
        let Some(told) = told.filter(is_ours) else { return self.later(response, at) };
        if told.is_settled() {
            return self.settled(Some(told), at);
        }
        // Two clocks say that it is over, ours and the provider's: neither is trusted alone.
        let now_ms = response.and_then(clock).map(|theirs_ms| theirs_ms.min(at.now_ms));
        let is_dead = self.journal.dead_ms != 0 && now_ms.is_some_and(|now_ms| now_ms >= self.journal.dead_ms);
        let is_confirming = self.journal.phase == Phase::Confirm;
        self.is_disputed = is_confirming && is_dead && told.is_unpaid();
        if is_confirming || !told.is_unpaid() || is_undecided(&self.journal.reason) {
            return self.later(response, at);
        }
        if is_dead || !self.guards.hold(Guard::DeadFirst) {
            return self.unpaid(at);
        }
        if !self.guards.hold(Guard::SameHeader) {
            return self.again(at.now_ms);
        }
        // A redirect, or a refusal, would only come again.
        self.asks = self.is_refused || self.sends >= SENDS;
        self.later(response, at);
    }

    /// What was signed is worth nothing any more.
    fn unpaid(&mut self, at: &Moment) {
        if self.journal.signed < self.journal.plan.signatures && !is_hopeless(&self.journal.reason) {
            self.journal.reason = String::new();
            return self.again(at.now_ms);
        }
        if self.journal.reason.is_empty() {
            self.journal.reason = String::from("not_taken_in_time");
        }
        self.go(Phase::Over, at.now_ms);
        self.end = self.journal.end();
    }

    fn settled(&mut self, told: Option<Order>, at: &Moment) {
        let protocol = self.journal.plan.protocol;
        let was_settled = self.journal.phase == Phase::Confirm;
        if let Some(told) = told {
            let is_final = told.is_final(protocol, &self.journal.step);
            let step = told.current_step.clone();
            told.tell(&mut self.journal.summary);
            if is_final && (was_settled || protocol == Protocol::Mpp || step == "email_sent") {
                self.journal.reason = String::new();
                self.go(Phase::Over, at.now_ms);
                self.end = self.journal.end();
                return;
            }
            if self.journal.step.is_empty() {
                self.journal.step = step;
            }
        }
        self.asks = true;
        if was_settled {
            return self.later(None, at);
        }
        self.go(Phase::Confirm, at.now_ms);
        self.attempts = 1;
        self.next_ms = at.now_ms.saturating_add(retry::backoff(1, chance(at)));
    }

    /// Goes on after a pause that grows.
    fn later(&mut self, response: Option<&Response>, at: &Moment) {
        self.attempts = self.attempts.saturating_add(1);
        let limited = response.filter(|response| response.status == 429);
        let asked = response.and_then(|response| retry_after(&response.headers));
        let pause = retry::backoff(self.attempts, chance(at)).min(LONGEST_PAUSE);
        let pause = asked.or(limited.map(|_| LIMITED)).unwrap_or(0).max(pause);
        self.next_ms = at.now_ms.saturating_add(pause);
        // Without asking: what was signed is dead by the clock alone.
        if !self.guards.hold(Guard::AskedFirst) && self.journal.phase == Phase::Pay && at.now_ms >= self.journal.dead_ms
        {
            self.again(at.now_ms);
        }
    }

    /// The same again, as long as there is hope; nothing was signed yet, or what was is dead.
    fn retry(&mut self, at: &Moment) {
        self.attempts += 1;
        if self.attempts >= ATTEMPTS {
            return self.over(self.out_of_time());
        }
        self.next_ms = at.now_ms.saturating_add(retry::backoff(self.attempts.saturating_add(1), chance(at)));
    }

    fn decline(&mut self, response: &Response) {
        let told = order(&response.body).unwrap_or_default();
        let after_ms = retry_after(&response.headers).or((response.status == 429).then_some(LIMITED));
        self.over(End::Declined { status: response.status, code: told.code, message: told.message, after_ms });
    }
}

/// PF-085: nobody knows what became of the request: a 5xx, or no JSON where some has to be.
fn is_lost(response: &Response) -> bool {
    let is_said_in_headers = matches!(response.status, 300..400 | 402);
    response.status >= 500 || !is_said_in_headers && order(&response.body).is_none()
}

/// The provider's clock, where an answer tells it.
fn clock(response: &Response) -> Option<u64> {
    header(&response.headers, "date").and_then(date::http)
}

fn chance(at: &Moment) -> u32 {
    at.random.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The sum may still move.
const PENDING: &str = "settlement_pending";

/// PF-083: whether the money may have moved, whatever the order says: only the provider knows, so nothing is ever signed again.
pub(super) fn is_undecided(reason: &str) -> bool {
    reason == PENDING || reason == "invalid_exact_evm_nonce_already_used"
}

/// Whether signing again would bring the same.
fn is_hopeless(reason: &str) -> bool {
    const HOPELESS: [&str; 7] = [
        "request_id_mismatch",
        "invalid_request",
        "missing_buyer_email",
        "insufficient_funds",
        "invalid_exact_evm_insufficient_balance",
        "permit2_allowance_required",
        "payment-action-required",
    ];
    HOPELESS.contains(&reason)
}
