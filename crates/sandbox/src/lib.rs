//! The providers, emulated: accounts, wallets, orders with a life cycle, pages that a person can click, and faults on
//! demand.
//!
//! ```text
//! /pieterpost/...   the provider's own paths, and its pages
//! /postpay/...      the same
//! /pitneybowes/...  the same, without pages
//! /postalform/...   the same
//! /_sandbox/...     the control plane: reset, state, clock, faults
//! ```
//!
//! In scope: whatever of a provider's behaviour a caller can notice, good or bad. Out of scope: sockets, clocks and
//! randomness. A request and the time go in, an answer comes out, and the same run gives the same answers: time is an
//! argument, and ids come from a seed and a counter. What a payload has to look like is not written down here again:
//! the tables of the core say so, read from the other side.
//!
//! A provider is a module with a table of routes; an operation is one small file in it. Nothing that goes in here is a
//! secret: the keys are made up. Nothing leaves the sandbox but the webhooks of [`Sandbox::deliveries`], which its host sends.

mod address;
mod answer;
mod control;
mod counts;
mod fault;
mod form;
mod html;
mod ids;
mod mode;
mod multipart;
mod options;
pub mod pieterpost;
pub mod pitneybowes;
pub mod postalform;
pub mod postpay;
mod route;
#[cfg(test)]
mod scenario;

use edgepost_core::date;
use edgepost_core::http::{Request, Response};

use self::answer::Answer;
use self::counts::Counts;
use self::fault::Faults;
pub use self::mode::Mode;
pub use self::options::{InvalidOptions, Options};
use self::pieterpost::PieterPost;
use self::pitneybowes::PitneyBowes;
use self::postalform::{PostalForm, Settlement};
pub use self::postpay::Delivery;
use self::postpay::Postpay;
use self::route::{Call, Endpoint, Target};

/// All providers, with everything that happened to them.
pub struct Sandbox {
    options: Options,
    /// How far the control plane put the clock forward, in milliseconds.
    advanced_ms: u64,
    faults: Faults,
    counts: Counts,
    pieterpost: PieterPost,
    postpay: Postpay,
    pitneybowes: PitneyBowes,
    postalform: PostalForm,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer; `None` if the connection breaks without one.
    pub response: Option<Response>,
    /// How long the caller waits for it, or for the break, in milliseconds.
    pub delay_ms: u64,
}

impl Reply {
    fn at_once(response: Response) -> Self {
        Reply { response: Some(response), delay_ms: 0 }
    }
}

impl Sandbox {
    /// A sandbox in which nothing has happened yet.
    pub fn new(options: Options) -> Self {
        Sandbox {
            advanced_ms: 0,
            faults: Faults::default(),
            counts: Counts::default(),
            pieterpost: PieterPost::new(&options.seed, options.pieterpost.clone()),
            postpay: Postpay::new(&options.seed, options.postpay.clone()),
            pitneybowes: PitneyBowes::new(&options.seed, options.pitneybowes.clone()),
            postalform: PostalForm::new(&options.seed, options.postalform.clone()),
            options,
        }
    }

    /// Answers a request with an absolute address. `now_ms` counts from 1970.
    pub fn handle(&mut self, request: &Request, now_ms: u64) -> Reply {
        let now_ms = now_ms.saturating_add(self.advanced_ms);
        let reply = match route::find(request, now_ms) {
            Err(nowhere) => Reply::at_once(nowhere),
            Ok((Target::Plain(run), call)) => Reply::at_once(run(self, &call)),
            Ok((Target::Operation(endpoint), call)) => self.operate(endpoint, &call),
            Ok((Target::Tools(server), call)) => match (server.called)(&call) {
                Some(endpoint) => self.operate(endpoint, &call),
                None => Reply::at_once((server.talk)(self, &call)),
            },
        };
        self.duplicate();
        reply
    }

    /// What the requests so far had the providers send on their own: webhooks. The host sends them after each request,
    /// and reports on each; nobody sends anything twice. `now_ms` counts from 1970, as for [`Sandbox::handle`].
    pub fn deliveries(&mut self, now_ms: u64) -> Vec<Delivery> {
        self.postpay.deliveries(now_ms / 1000)
    }

    /// What was paid to PostalForm so far, also what was paid twice.
    pub fn settlements(&self) -> &[Settlement] {
        self.postalform.settlements()
    }

    /// How a delivery ended: with the receiver's HTTP status, or without one.
    pub fn delivered(&mut self, number: u64, status: Option<u16>) {
        self.postpay.delivered(number, status);
    }

    /// Has those webhooks sent twice for which a fault is waiting.
    fn duplicate(&mut self) {
        let Sandbox { faults, counts, postpay, .. } = self;
        postpay.outbox.repeat(|| {
            let fault = faults.take(postpay::WEBHOOK);
            fault.inspect(|fault| counts.fault(fault.operation, fault.kind.name)).is_some()
        });
    }

    /// Lets the provider work, unless a fault is waiting for this operation.
    fn operate(&mut self, endpoint: &'static Endpoint, call: &Call<'_>) -> Reply {
        let name = endpoint.operation.name;
        self.counts.request(name);
        let Some(fault) = self.faults.take(name) else { return Reply::at_once(self.run(endpoint, call)) };
        self.counts.fault(name, fault.kind.name);
        let happened = fault.kind.happens.then(|| self.run(endpoint, call));
        Reply { response: fault.response(endpoint, call, happened), delay_ms: fault.delay_ms }
    }

    fn run(&mut self, endpoint: &'static Endpoint, call: &Call<'_>) -> Response {
        let Answer { response, outcome } = (endpoint.run)(self, call);
        self.counts.outcome(endpoint.operation.name, outcome);
        response
    }
}
