//! Many payments at once, with a clock and a network that are not real: requests and answers are lost, late, doubled and
//! changed on their way, processes die between any two steps, clocks are wrong, and several processes pay for one order.
//! After each step it is looked at whether anything was paid twice, paid to the wrong place, or paid and forgotten.
//!
//! Everything comes from a seed: the same seed is the same run.

mod chance;
mod invariants;
mod network;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use edgepost_core::flow::pay::{End, Guards, Moment, Pay, Plan, Step};
use edgepost_core::http::{Request, Response};
use edgepost_core::payment::Mode;
use edgepost_core::payment::mpp::Method;
use edgepost_sandbox::{Options, Sandbox};
use serde_json::json;

use self::chance::Chance;
use self::invariants::Watched;
use crate::caller::START;
use crate::payer::{Wallet, plan};

/// How many orders share a provider, a network and a wallet.
const ORDERS: u64 = 20;
/// Until when things go wrong, in milliseconds from the start.
const STORM: u64 = 1_500_000;
/// How long an answer is waited for.
const TIMEOUT: u64 = 30_000;
/// More happens in no world.
const MOST_EVENTS: u64 = 400_000;

/// What is simulated.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Where chance comes from.
    pub seed: u64,
    /// How many orders.
    pub orders: u64,
    /// Which guards hold.
    pub guards: Guards,
    /// Whether a journal takes only the place of the one that it was made from.
    pub compares: bool,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Orders.
    pub orders: u64,
    /// Processes that paid for them.
    pub processes: u64,
    /// Steps that they took.
    pub steps: u64,
    /// How often one of them died.
    pub crashes: u64,
    /// Requests that went wrong.
    pub faults: u64,
    /// Orders that were paid.
    pub paid: u64,
    /// Orders for which something was signed that came to nothing.
    pub unpaid: u64,
    /// Orders that were refused before anything was signed.
    pub refused: u64,
    /// Orders of which a person has to find out, because a wallet may have sent the money by itself, and it is too late.
    pub open: u64,
    /// Things that were signed and sent.
    pub credentials: u64,
}

/// What must not happen, has.
#[derive(Debug)]
pub struct Violation {
    /// The world's own seed.
    pub seed: u64,
    /// The order's number.
    pub order: usize,
    /// What.
    pub what: String,
}

/// Runs all worlds, one after the other.
pub fn run(settings: &Settings) -> Result<Tally, Violation> {
    let mut tally = Tally::default();
    let mut seeds = Chance::new(settings.seed);
    while tally.orders < settings.orders {
        let seed = seeds.number();
        let mut world = World::new(seed, settings);
        world.run().map_err(|(order, what)| Violation { seed, order, what })?;
        world.tell(&mut tally);
    }
    Ok(tally)
}

/// What happens at some time.
enum Event {
    /// A process goes on.
    Wake,
    /// A wallet answers.
    Signed(Result<String, String>),
    /// A request gets to the provider; whether its answer gets back is decided already.
    Arrives(Box<Request>, network::Answer),
    /// An answer gets back.
    Answered(Box<Response>),
    /// Nobody waits any longer.
    TimedOut,
}

/// An event, when it happens, and to whom.
struct Entry {
    at_ms: u64,
    number: u64,
    process: usize,
    /// The life and the call that it belongs to: what comes too late is nobody's.
    life: u32,
    call: u32,
    event: Event,
}

/// A process that pays.
struct Process {
    order: usize,
    pay: Option<Pay>,
    life: u32,
    call: u32,
    /// How far its clock is ahead, in milliseconds.
    skew: i64,
    starts: u32,
    end: Option<End>,
}

/// An order.
struct Case {
    plan: Plan,
    /// Its journal, with the revision.
    journal: Option<(u64, String)>,
    watched: Watched,
}

struct World {
    guards: Guards,
    compares: bool,
    chance: Chance,
    sandbox: Sandbox,
    wallet: Wallet,
    now_ms: u64,
    events: BinaryHeap<Reverse<(u64, u64, usize)>>,
    entries: Vec<Option<Entry>>,
    cases: Vec<Case>,
    processes: Vec<Process>,
    /// How the provider calls orders, and how their callers do.
    names: HashMap<String, String>,
    /// How many settlements were looked at.
    seen: usize,
    steps: u64,
    crashes: u64,
    faults: u64,
}

type Wrong = (usize, String);

impl World {
    fn new(seed: u64, settings: &Settings) -> Self {
        let mut chance = Chance::new(seed);
        let mode = chance.one(&[Mode::Test, Mode::Live]);
        let options = json!({"seed": seed.to_string(), "postalform": {
            "mode": mode.name(),
            "noticeMs": chance.one(&[0, 0, 5_000, 60_000]),
            "webhookMs": chance.one(&[0, 2_000, 120_000]),
            "stepMs": chance.one(&[0, 1_000, 60_000]),
            "challengeSeconds": chance.one(&[60, 300, 300]),
            "freshPayTo": chance.often(500),
            "hasDigest": chance.often(500),
            "otherHeader": chance.often(300),
        }});
        let mut world = World {
            guards: settings.guards,
            compares: settings.compares,
            sandbox: Sandbox::new(Options::from_json(options.to_string().as_bytes()).unwrap()),
            wallet: Wallet::new(),
            now_ms: START,
            events: BinaryHeap::new(),
            entries: Vec::new(),
            cases: Vec::new(),
            processes: Vec::new(),
            names: HashMap::new(),
            seen: 0,
            steps: 0,
            crashes: 0,
            faults: 0,
            chance,
        };
        for number in 0..ORDERS {
            world.order(number, mode);
        }
        world
    }

    fn order(&mut self, number: u64, mode: Mode) {
        let chance = &mut self.chance;
        let [stripe, transaction, hash] = [Method::Stripe, Method::TempoTransaction, Method::TempoHash].map(Some);
        let method = chance.one(&[None, None, None, stripe, transaction, hash]);
        let max_cents = chance.one(&[340, 500, 500, 500, 500, 339]);
        self.cases.push(Case {
            plan: Plan { mode, max_cents, ..plan(method, number) },
            journal: None,
            watched: Watched::default(),
        });
        for _ in 0..self.chance.one(&[1, 1, 2, 3]) {
            let skew = self.chance.one(&[0, 0, 400_000, -400_000]);
            let process = Process { order: number as usize, pay: None, life: 0, call: 0, skew, starts: 0, end: None };
            self.processes.push(process);
            let begins = self.chance.below(60_000);
            self.plan_at(self.processes.len() - 1, begins, Event::Wake);
        }
    }

    /// Puts an event on the calendar.
    fn plan_at(&mut self, process: usize, after_ms: u64, event: Event) {
        let (life, call) = (self.processes[process].life, self.processes[process].call);
        let (at_ms, number) = (self.now_ms + after_ms, self.entries.len() as u64);
        self.events.push(Reverse((at_ms, number, process)));
        self.entries.push(Some(Entry { at_ms, number, process, life, call, event }));
    }

    fn is_stormy(&self) -> bool {
        self.now_ms < START + STORM
    }

    fn run(&mut self) -> Result<(), Wrong> {
        let mut count = 0;
        while let Some(Reverse((_, number, process))) = self.events.pop() {
            let Some(entry) = self.entries[number as usize].take() else { continue };
            self.now_ms = entry.at_ms.max(self.now_ms);
            count += 1;
            if count > MOST_EVENTS {
                return Err((self.processes[process].order, "it does not come to an end".into()));
            }
            self.happen(entry)?;
            self.look()?;
        }
        self.look_back()
    }

    fn happen(&mut self, entry: Entry) -> Result<(), Wrong> {
        let Entry { process, life, call, event, number, .. } = entry;
        debug_assert!((number as usize) < self.entries.len());
        if let Event::Arrives(request, answer) = event {
            return self.arrive(process, life, call, &request, answer);
        }
        let own = &mut self.processes[process];
        if own.life != life || own.call != call {
            return Ok(());
        }
        own.call += 1;
        let at = self.moment(process);
        let pay = self.processes[process].pay.as_mut();
        match (event, pay) {
            (Event::Answered(response), Some(pay)) => pay.answered(Some(&response), &at),
            (Event::TimedOut, Some(pay)) => pay.answered(None, &at),
            (Event::Signed(answer), Some(pay)) => {
                pay.signed(answer.as_ref().map(String::as_str).map_err(String::as_str), &at);
            }
            (Event::Wake, None) => self.start(process)?,
            _ => {}
        }
        self.go_on(process)
    }

    /// What the process believes the time to be.
    fn clock(&self, process: usize) -> u64 {
        self.now_ms.saturating_add_signed(self.processes[process].skew)
    }

    fn moment(&mut self, process: usize) -> Moment {
        Moment { now_ms: self.clock(process), random: self.chance.bytes() }
    }

    /// From the journal, if there is one.
    fn start(&mut self, process: usize) -> Result<(), Wrong> {
        let (now_ms, most_ms) = (self.clock(process), self.chance.one(&[30_000, 600_000, 1_200_000]));
        let own = &mut self.processes[process];
        own.starts += 1;
        let case = &self.cases[own.order];
        let pay = match &case.journal {
            Some((_, journal)) => Pay::resume(journal, now_ms, most_ms)
                .ok_or_else(|| (own.order, format!("nobody can go on from {journal}")))?,
            None => Pay::new(case.plan.clone(), now_ms, most_ms),
        };
        own.pay = Some(pay.guarded(self.guards));
        Ok(())
    }

    /// Takes steps until the process has to wait, or dies.
    fn go_on(&mut self, process: usize) -> Result<(), Wrong> {
        loop {
            if self.is_stormy() && self.chance.often(25) {
                self.crashes += 1;
                let after_ms = self.chance.below(120_000);
                self.die(process, after_ms);
                return Ok(());
            }
            let now_ms = self.clock(process);
            let Some(pay) = &mut self.processes[process].pay else { return Ok(()) };
            self.steps += 1;
            match pay.step(now_ms) {
                Step::Keep { replaces, journal } => self.keep(process, replaces, journal),
                Step::Sign(ask) => {
                    let says_no = self.is_stormy() && self.chance.often(20);
                    let answer = if says_no { Err("no".into()) } else { Ok(self.wallet.sign(&ask)) };
                    let after_ms = if self.chance.often(20) { 480_000 } else { self.chance.below(5_000) };
                    self.pushed(self.processes[process].order, &ask)?;
                    self.plan_at(process, after_ms, Event::Signed(answer));
                    return Ok(());
                }
                Step::Send(request) => {
                    self.shown(self.processes[process].order, &request)?;
                    self.send(process, request);
                    return Ok(());
                }
                Step::Wait { until_ms } => {
                    self.plan_at(process, until_ms.saturating_sub(now_ms).max(1), Event::Wake);
                    return Ok(());
                }
                Step::Over(end) => {
                    self.ended(process, end);
                    return Ok(());
                }
            }
        }
    }

    /// PF-086 in the large: who finds another journal than the one that it started from starts from that.
    fn keep(&mut self, process: usize, replaces: u64, journal: String) {
        let own = &mut self.processes[process];
        let case = &mut self.cases[own.order];
        let there = case.journal.as_ref().map_or(0, |(revision, _)| *revision);
        if self.compares && there != replaces {
            self.die(process, 1);
            return;
        }
        case.journal = Some((crate::till::revision(&journal), journal));
        if let Some(pay) = &mut own.pay {
            pay.kept();
        }
    }

    /// Forgets everything but what was written down, and starts again.
    fn die(&mut self, process: usize, after_ms: u64) {
        let own = &mut self.processes[process];
        own.pay = None;
        own.life += 1;
        self.plan_at(process, after_ms, Event::Wake);
    }

    /// Some ends are for good; after the others somebody looks again, as long as that can bring anything.
    fn ended(&mut self, process: usize, end: End) {
        let is_final = match &end {
            End::Paid(_) | End::Unpaid { .. } => true,
            End::Refused(_) | End::Declined { .. } => !self.is_stormy(),
            End::Open { until_ms: 0, .. } => !self.is_stormy() && self.processes[process].starts > 4,
            _ => false,
        };
        let own = &mut self.processes[process];
        own.pay = None;
        own.life += 1;
        own.end = Some(end);
        if !is_final {
            let after_ms = 1_000 + self.chance.below(200_000);
            self.plan_at(process, after_ms, Event::Wake);
        }
    }

    fn tell(&self, tally: &mut Tally) {
        tally.orders += ORDERS;
        tally.processes += self.processes.len() as u64;
        tally.steps += self.steps;
        tally.crashes += self.crashes;
        tally.faults += self.faults;
        for (order, case) in self.cases.iter().enumerate() {
            tally.credentials += case.watched.credentials.len() as u64;
            let end =
                self.processes.iter().find(|process| process.order == order).and_then(|process| process.end.as_ref());
            match end {
                Some(End::Paid(_)) => tally.paid += 1,
                Some(End::Unpaid { .. }) => tally.unpaid += 1,
                Some(End::Open { .. }) => tally.open += 1,
                _ => tally.refused += 1,
            }
        }
    }
}
