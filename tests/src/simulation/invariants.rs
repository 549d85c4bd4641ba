//! What must never happen.

use edgepost_core::flow::pay::{Ask, End};
use edgepost_core::http::Request;
use edgepost_core::payment::Mode;
use edgepost_core::payment::mpp::Method;
use serde_json::Value;

use super::{World, Wrong};
use crate::caller::ORIGIN;
use crate::payer::{Credential, credential};

/// What a letter costs, in hundredths of a dollar.
const PRICE: u64 = 340;

/// What was seen of an order.
#[derive(Default)]
pub(super) struct Watched {
    /// Everything that was signed and sent, once each.
    pub(super) credentials: Vec<Credential>,
    /// The challenges for which a wallet has sent money by itself.
    pushes: Vec<String>,
    /// How often it was settled.
    settled: usize,
}

impl World {
    /// Looks at what is about to be sent.
    pub(super) fn shown(&mut self, order: usize, request: &Request) -> Result<(), Wrong> {
        let now_ms = self.now_ms;
        let case = &mut self.cases[order];
        let plan = &case.plan;
        if !request.url.starts_with(&format!("{ORIGIN}/postalform/api/machine/")) {
            return Err((order, format!("a request for {}", request.url)));
        }
        if request.body.as_ref().is_some_and(|body| *body != plan.body) {
            return Err((order, "another body".into()));
        }
        let Some(shown) = credential(request) else { return Ok(()) };
        let is_live = matches!(shown.network.as_str(), "eip155:8453" | "tempo 4217");
        if shown.network != "stripe" && is_live != (plan.mode == Mode::Live) {
            return Err((order, format!("paid on {} in {} mode", shown.network, plan.mode.name())));
        }
        if shown.cents > plan.max_cents {
            return Err((order, format!("paid {} where {} was the most", shown.cents, plan.max_cents)));
        }
        if shown.cents != PRICE {
            return Err((order, format!("paid {} for what costs {PRICE}", shown.cents)));
        }
        if case.watched.credentials.iter().any(|known| known.value == shown.value) {
            return Ok(());
        }
        let alive = |known: &&Credential| known.dead_ms.is_none_or(|dead_ms| dead_ms > now_ms);
        if case.watched.credentials.iter().find(alive).is_some() {
            return Err((order, "two payments that can be spent at once".into()));
        }
        case.watched.credentials.push(shown);
        Ok(())
    }

    /// Looks at what a wallet was asked.
    pub(super) fn pushed(&mut self, order: usize, ask: &Ask) -> Result<(), Wrong> {
        let asked: Value = serde_json::from_str(&ask.json).unwrap();
        let realm = asked["realm"].as_str().unwrap_or("postalform.com");
        if realm != "postalform.com" {
            return Err((order, format!("asked to sign for {realm}")));
        }
        let Some(id) = asked["challengeId"].as_str().filter(|id| self.wallet.sent.contains_key(*id)) else {
            return Ok(());
        };
        let pushes = &mut self.cases[order].watched.pushes;
        if !pushes.iter().any(|known| known == id) {
            pushes.push(id.to_owned());
        }
        if pushes.len() > 1 { Err((order, "a wallet has sent twice".into())) } else { Ok(()) }
    }

    /// Looks at what was settled since the last look.
    pub(super) fn look(&mut self) -> Result<(), Wrong> {
        for settlement in &self.sandbox.settlements()[self.seen..] {
            let name = self.names.get(&settlement.order_id);
            let order = self.cases.iter().position(|case| name == Some(&case.plan.request_id));
            let Some(order) = order else { return Err((0, format!("settled for nobody: {settlement:?}"))) };
            self.cases[order].watched.settled += 1;
            if self.cases[order].watched.settled > 1 {
                return Err((order, "paid twice".into()));
            }
            if settlement.cents != PRICE {
                return Err((order, format!("settled {}", settlement.cents)));
            }
        }
        self.seen = self.sandbox.settlements().len();
        Ok(())
    }

    /// Looks at how everything has ended.
    pub(super) fn look_back(&mut self) -> Result<(), Wrong> {
        for process in &self.processes {
            let order = process.order;
            let watched = &self.cases[order].watched;
            let is_true = match &process.end {
                Some(End::Paid(summary)) => watched.settled == 1 && summary.is_paid,
                Some(End::Unpaid { .. }) => watched.settled == 0 && watched.pushes.is_empty(),
                Some(End::Refused(_) | End::Declined { .. }) => watched.settled == 0 && watched.credentials.is_empty(),
                // The wallet itself may have sent the money, and it came too late: a person has to look, and to ask for it.
                Some(End::Open { until_ms: 0, .. }) => {
                    watched.settled == 0 && self.cases[order].plan.methods == [Method::TempoHash]
                }
                _ => false,
            };
            if !is_true {
                return Err((order, format!("settled {} times, and told as {:?}", watched.settled, process.end)));
            }
        }
        Ok(())
    }
}
