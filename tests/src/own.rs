//! A gateway that pays orders itself: its storage and its budgets, and the sandbox behind it.

use std::collections::HashMap;

use edgepost_core::flow::pay::Moment;
use edgepost_core::grant::{Claims, SigningKey, sign};
use edgepost_core::http::{Request, Response};
use edgepost_gateway::admission::{Body, Next, Then, receive};
use edgepost_gateway::config::Config;
use edgepost_gateway::head::Head;
use edgepost_gateway::own_payment::{Act, Asked, Begin, Payment, Run, begin};
use edgepost_gateway::problem::Problem;
use edgepost_gateway::tally::{Fate, Hold, Question, Tally};
use edgepost_gateway::wallet::Signing;
use edgepost_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::caller::{ORIGIN, START};
use crate::payer::credential;
use crate::till::{Kind, dated, payment_response};

/// The first of the accounts that hardhat prints for everybody.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SECRET: &str = "grant-signing-key-canary-of-32-bytes";
/// What a letter costs in the sandbox.
pub const PRICE: u64 = 340;

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq)]
pub enum Wire {
    /// It is answered.
    Good,
    /// It gets there, and no answer comes back.
    Deaf,
    /// It does not get there.
    Lost,
    /// It does not get there, and what comes back says that the money may still move.
    Pending,
}

/// A gateway with its storage, and the sandbox behind it.
pub struct World {
    /// What is configured.
    pub config: Config,
    /// The provider.
    pub sandbox: Sandbox,
    /// The provider's time.
    pub now_ms: u64,
    /// By how much the gateway's is ahead.
    pub ahead_ms: u64,
    /// Whether the provider's answers have its time on them.
    pub is_dated: bool,
    /// What the Durable Object has of the one payment.
    pub kept: Option<String>,
    /// What is counted.
    pub tallies: HashMap<String, Tally>,
    /// All requests.
    pub requests: Vec<Request>,
    /// How often something was signed.
    pub signatures: usize,
    drawn: u8,
}

impl World {
    /// With these caps: for an order, an hour and a day.
    pub fn new(caps: [u64; 3]) -> Self {
        World::with(caps, &json!({}))
    }

    /// The same, with options of the sandbox.
    pub fn with([order, hour, day]: [u64; 3], options: &Value) -> Self {
        let caps = json!({"cents_per_order": order, "cents_per_hour": hour, "cents_per_day": day});
        let policy = json!({"origins": ["none"], "return_urls": [], "wallet": caps}).to_string();
        let config = Config::read(|name| match name {
            "policy" => Some(policy.clone()),
            "GRANT_SIGNING_KEY" => Some(SECRET.into()),
            "LEDGER_ENCRYPTION_KEY" => Some("ledger-encryption-canary-of-32-bytes".into()),
            "POSTALFORM_URL" => Some(format!("{ORIGIN}/postalform")),
            "X402_PRIVATE_KEY_TEST" => Some(KEY.into()),
            _ => None,
        });
        let options = json!({"seed": "own payments", "postalform": options}).to_string();
        World {
            config: config.unwrap(),
            sandbox: Sandbox::new(Options::from_json(options.as_bytes()).unwrap()),
            now_ms: START,
            ahead_ms: 0,
            is_dated: true,
            kept: None,
            tallies: HashMap::new(),
            requests: Vec::new(),
            signatures: 0,
            drawn: 0,
        }
    }

    /// What admission makes of a call; `Err` with its answer where it says no.
    pub fn admit(&self, sub: &str, body: &[u8], claims: Value) -> Result<Asked, Response> {
        self.admit_within(sub, body, claims, "")
    }

    /// The same, with a query that says within which bounds.
    pub fn admit_within(&self, sub: &str, body: &[u8], claims: Value, query: &str) -> Result<Asked, Response> {
        let mut all = json!({"sub": sub, "mode": "test", "ops": ["postalform.create_order"], "exp": START / 1000 + 3_600,
            "max_amount": {"usd": 10_000}});
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        all.as_object_mut().unwrap().retain(|_, claim| !claim.is_null());
        let claims: Claims = serde_json::from_value(all).unwrap();
        let grant = sign(&SigningKey::new(SECRET).unwrap(), &claims).unwrap();
        let head = Head {
            method: "POST".into(),
            url: format!("https://mail.example.com/pay/postalform.create_order{query}"),
            address: "127.0.0.1".into(),
            headers: vec![("content-type".into(), "application/json".into()), ("edgepost-grant".into(), grant)],
        };
        match receive(&self.config, &head, START) {
            Next::Answer(answer) => Err(answer),
            Next::Body(pending) => match pending.decide(&self.config, &head, Body::Bytes(body.to_vec())) {
                Then::Read(lookup) => panic!("{lookup:?}"),
                Then::Pay(asked) => Ok(*asked),
                Then::Answer(answer) => Err(answer),
                Then::Mint(_) => panic!("it is paid"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// What is kept.
    pub fn load(&self) -> Option<Payment> {
        self.kept.as_deref().map(|kept| serde_json::from_str(kept).unwrap())
    }

    /// What a caller begins; `Err` with the answer where there is nothing to do.
    pub fn start(&self, asked: &Asked) -> Result<Run, Response> {
        match begin(&self.config, self.load(), asked) {
            Begin::Refuse(problem) => Err(problem.response()),
            Begin::Tell(answer) => Err(answer),
            Begin::Run(payment) => Ok(Run::new(*payment, &self.config, self.clock()).unwrap()),
        }
    }

    /// The alarm rings when it is due.
    pub fn alarm(&mut self) -> Option<Run> {
        let payment = self.load()?;
        self.now_ms = self.now_ms.max(payment.due_ms.saturating_sub(self.ahead_ms));
        payment.is_open().then(|| Run::new(payment, &self.config, self.clock()).unwrap())
    }

    /// The gateway's time.
    pub fn clock(&self) -> u64 {
        self.now_ms + self.ahead_ms
    }

    fn ask(&mut self, id: &str, holds: &[Hold], fate: Option<&Fate>) -> Result<(), Problem> {
        let now_ms = self.clock();
        for hold in holds {
            let question =
                fate.map_or_else(|| Question::Reserve(hold.counts.clone()), |fate| Question::Settle(fate.clone()));
            let tally = self.tallies.entry(hold.tally.clone()).or_default();
            if let Some(problem) = tally.answer(id, question, now_ms).problem(now_ms) {
                for hold in holds {
                    let tally = self.tallies.entry(hold.tally.clone()).or_default();
                    tally.answer(id, Question::Settle(Fate::NotSent), now_ms);
                }
                return Err(problem);
            }
        }
        Ok(())
    }

    /// The time, and numbers that were not drawn before.
    pub fn moment(&mut self) -> Moment {
        self.drawn = self.drawn.wrapping_add(1);
        Moment { now_ms: self.clock(), random: [self.drawn; 32] }
    }

    /// One step; whether the run dies before its effect, or behind it, is up to who calls. `None` when it is over.
    pub fn step(&mut self, run: &mut Run, wire: impl Fn(Kind) -> Wire, forgets: bool) -> Option<()> {
        let id = run.payment().asked.mint.id.clone();
        match run.act(&self.config, self.clock()) {
            Act::Save { replaces } => {
                let present = self.load().map_or(0, |present| present.revision);
                if present != replaces {
                    return None;
                }
                self.kept = Some(serde_json::to_string(&run.payment().revised()).unwrap());
                if !forgets {
                    run.saved();
                }
            }
            Act::Reserve(holds) => {
                let reserved = self.ask(&id, &holds, None);
                run.reserved(reserved, self.clock());
            }
            Act::Settle(holds, fate) => {
                self.ask(&id, &holds, Some(&fate)).unwrap();
                run.settled(true, self.clock());
            }
            Act::Sign(ask) => {
                let Signing::Signed(signature) = self.config.wallet.as_ref().unwrap().sign(&ask) else {
                    panic!("it signs")
                };
                self.signatures += 1;
                let at = self.moment();
                run.signed(Ok(&signature.unwrap()), &at);
            }
            Act::Send(request) => {
                self.requests.push(request.clone());
                let wire = wire(Kind::of(&request));
                let arrives = !matches!(wire, Wire::Lost | Wire::Pending);
                let answered = arrives.then(|| self.sandbox.handle(&request, self.now_ms).response);
                let pending = json!({"success": false, "errorReason": "settlement_pending"});
                let answer = match wire {
                    Wire::Pending => Some(payment_response(402, &pending)),
                    _ => answered.flatten().filter(|_| wire == Wire::Good),
                };
                let answer = answer.map(|answer| if self.is_dated { dated(answer, self.now_ms) } else { answer });
                self.now_ms += 200;
                let at = self.moment();
                run.answered(answer.as_ref(), &at);
            }
            Act::Wait(until_ms) => self.now_ms = until_ms.saturating_sub(self.ahead_ms).max(self.now_ms + 1),
            Act::Over => return None,
        }
        Some(())
    }

    /// Runs to the end.
    pub fn run(&mut self, mut run: Run, wire: impl Fn(Kind) -> Wire) -> Response {
        while self.step(&mut run, &wire, false).is_some() {}
        run.answer()
    }

    /// Asks, on a good day.
    pub fn pay(&mut self, asked: &Asked) -> Response {
        match self.start(asked) {
            Ok(run) => self.run(run, |_| Wire::Good),
            Err(answer) => answer,
        }
    }

    /// Has the alarm ring until there is nothing more to do.
    pub fn finish(&mut self) {
        for _ in 0..40 {
            let Some(run) = self.alarm() else { return };
            self.run(run, |_| Wire::Good);
        }
        panic!("it never ends");
    }

    /// What was settled, in hundredths of a dollar.
    pub fn settled(&self) -> Vec<u64> {
        self.sandbox.settlements().iter().map(|settlement| settlement.cents).collect()
    }

    /// How many different payments were shown to the provider.
    pub fn shown(&self) -> usize {
        let mut shown: Vec<_> = self.requests.iter().filter_map(credential).map(|shown| shown.value).collect();
        shown.sort();
        shown.dedup();
        shown.len()
    }

    /// What is left of a grant over 100 dollars, by what it still sets aside.
    pub fn tally(&self, begins: &str) -> Value {
        let (_, tally) = self.tallies.iter().find(|(name, _)| name.starts_with(begins)).unwrap();
        serde_json::to_value(tally).unwrap()
    }
}
