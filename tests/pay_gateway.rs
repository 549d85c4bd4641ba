//! Paying through a gateway, whose ledger lets another payment through only when the first one is over by its own clock.

use edgepost_core::digest;
use edgepost_core::flow::pay::{End, MARGIN, Pay, Step};
use edgepost_core::http::{Request, Response};
use edgepost_core::operation::{self, Operation};
use edgepost_core::payment::mpp::Method;
use edgepost_gateway::credential;
use edgepost_gateway::ledger::{Begin, Entry, Received, State, begin, release, settle};
use edgepost_gateway::mint::Mint;
use edgepost_tests::caller::ORIGIN;
use edgepost_tests::own::{PRICE, Wire, World};
use edgepost_tests::payer::{credential as shown, order, plan, request_id};
use edgepost_tests::till::{Fate, Kind, MOST, Till, dated};
use serde_json::{Value, json};

/// A payer, and a gateway between it and the provider.
struct Desk {
    till: Till,
    method: Option<Method>,
    operation: &'static Operation,
    /// By how much the gateway's clock is behind everybody else's.
    behind_ms: u64,
    entry: Option<Entry>,
    /// How often the gateway refused another payment than the first.
    refused: usize,
}

impl Desk {
    fn new(method: Option<Method>, behind_ms: u64) -> Self {
        let name = if method.is_some() { "postalform.create_order_mpp" } else { "postalform.create_order" };
        let operation = operation::find(name).unwrap();
        Desk { till: Till::new(&json!({})), method, operation, behind_ms, entry: None, refused: 0 }
    }

    fn clock(&self) -> u64 {
        self.till.now_ms - self.behind_ms
    }

    /// What the gateway answers: an order goes through its ledger.
    fn answered(&mut self, request: &Request) -> Option<Response> {
        if matches!(Kind::of(request), Kind::Quote | Kind::Read) {
            return self.till.send(request, Fate::Answered);
        }
        let mint = self.mint(request);
        let answer = match begin(self.entry.clone(), &mint, self.clock()) {
            Begin::Refuse(problem) => problem.response(),
            Begin::Replay(answer) => answer,
            Begin::Reserve(entry) => self.forwarded(request, entry, false),
            Begin::Resend(entry) => self.forwarded(request, entry, true),
            Begin::Ask(entry) => {
                let question = release::question(&mint, self.operation, &format!("{ORIGIN}/postalform")).unwrap();
                let told = self.till.sandbox.handle(&question.request, self.till.now_ms).response.unwrap();
                let told = dated(told, self.till.now_ms);
                match release::release(entry, &mint, &told, self.clock()) {
                    Some(entry) => self.forwarded(request, entry, false),
                    None => credential::another(self.operation.name, None).response(),
                }
            }
        };
        self.refused += usize::from(answer.status == 409);
        Some(answer)
    }

    fn forwarded(&mut self, request: &Request, entry: Entry, again: bool) -> Response {
        // What is signed first never gets through.
        let is_lost = Kind::of(request) == Kind::Paid && self.till.wallet.asked == 1;
        let answer = self.till.send(request, if is_lost { Fate::Lost(None) } else { Fate::Answered });
        let received = answer.map_or(Received::Timeout, Received::Answer);
        let now_ms = self.clock();
        let settled = settle(entry.at(State::Sent, now_ms), self.operation, received, again, true, now_ms);
        self.entry = Some(settled.entry);
        settled.response
    }

    fn mint(&self, request: &Request) -> Mint {
        let body = request.body.clone().unwrap();
        let payment = shown(request).map(|shown| shown.value);
        Mint {
            id: "id".into(),
            operation: self.operation.name.into(),
            subject: "grant:shop".into(),
            address: None,
            holds: vec![],
            digest: credential::bound(digest::field(&body), self.operation, payment.as_deref()),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: String::from_utf8(body).unwrap(),
            order: Some(plan(None, 1).request_id),
            input: None,
        }
    }

    /// Pays, or goes on where it was, until it is over or the time is up.
    fn pay(&mut self, most_ms: u64) -> End {
        let (now_ms, method) = (self.till.now_ms, self.method);
        let mut pay = match &self.till.journal {
            Some(journal) => Pay::resume(journal, now_ms, most_ms).unwrap(),
            None => Pay::new(plan(method, 1), now_ms, most_ms),
        };
        loop {
            match pay.step(self.till.now_ms) {
                Step::Over(end) => return end,
                Step::Keep { journal, .. } => {
                    self.till.journal = Some(journal);
                    pay.kept();
                }
                Step::Wait { until_ms } => self.till.now_ms = until_ms.min(now_ms + most_ms),
                Step::Sign(ask) => {
                    let (answer, at) = (self.till.wallet.sign(&ask), self.till.moment());
                    pay.signed(Ok(&answer), &at);
                }
                Step::Send(request) => {
                    let response = self.answered(&request);
                    let at = self.till.moment();
                    pay.answered(response.as_ref(), &at);
                }
            }
        }
    }
}

const WAYS: [Option<Method>; 3] = [None, Some(Method::Stripe), Some(Method::TempoTransaction)];

#[test]
fn pf_083_a_gateway_whose_clock_is_behind_is_waited_for() {
    for method in WAYS {
        for behind_ms in [0, 1_000, 30_000] {
            let mut desk = Desk::new(method, behind_ms);
            let End::Open { until_ms, .. } = desk.pay(60_000) else { panic!("nobody knows") };
            // The very moment from which on it is over by our clock, and by the provider's.
            desk.till.now_ms = until_ms;
            let end = desk.pay(MOST);
            assert!(matches!(end, End::Paid(_)), "{method:?} {behind_ms} {end:?}");
            assert_eq!((desk.till.settled(), desk.till.payments()), (vec![340], 2), "{method:?} {behind_ms}");
            // It is asked once too early, and says when not to be.
            assert_eq!(desk.refused, usize::from(behind_ms > 0), "{method:?} {behind_ms}");
            let [(_, first), .., (last_ms, _)] = desk.till.shown.as_slice() else { panic!("two") };
            assert!(*last_ms >= first.dead_ms.unwrap() + MARGIN + behind_ms, "{method:?} {behind_ms}");
        }
    }
}

#[test]
fn pf_083_who_comes_back_with_the_journal_goes_on_behind_the_gateways_no() {
    for method in WAYS {
        // It is so far behind that nobody waits for it.
        let mut desk = Desk::new(method, 3 * MOST);
        for refused in 1..3 {
            let end = desk.pay(MOST);
            assert!(matches!(end, End::Unreachable), "{method:?} {end:?}");
            assert_eq!((desk.refused, desk.till.payments(), desk.till.settled().len()), (refused, 1, 0), "{method:?}");
        }
        // Its clock is set: the journal goes on where it was.
        desk.behind_ms = 0;
        let end = desk.pay(MOST);
        assert!(matches!(end, End::Paid(_)), "{method:?} {end:?}");
        assert_eq!((desk.till.settled(), desk.till.payments()), (vec![340], 2), "{method:?}");
    }
}

#[test]
fn pf_083_what_may_have_moved_of_the_gateways_own_money_stays_set_aside() {
    let mut world = World::new([PRICE, PRICE, PRICE]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let pending = |kind| if kind == Kind::Paid { Wire::Pending } else { Wire::Good };
    let mut run = world.start(&asked).unwrap();
    for _ in 0..6 {
        world.run(run, pending);
        // What was signed is long dead by then, and the order says that it is unpaid.
        world.now_ms += 3_600_000;
        run = world.alarm().unwrap();
    }
    let answer = world.run(run, pending);
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status, &told["kind"], world.signatures), (202, &json!("open"), 1), "{told}");
    assert_eq!(world.tally("grant")["budget"]["open"].as_object().unwrap().len(), 1, "it may have been spent");
}
