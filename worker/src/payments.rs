//! The Durable Object of a payment: the shell around `edgepost_gateway::own_payment`, one for each order. It writes each step
//! down before it takes the next, and its alarm goes on where a run ended or died.

use std::rc::Rc;
use std::time::Duration;

use edgepost_core::flow::pay::Moment;
use edgepost_core::http::Response as Answer;
use edgepost_gateway::config::Config;
use edgepost_gateway::ledger::Received;
use edgepost_gateway::own_payment::{Act, Asked, Begin, Payment, Ring, Run, begin, later};
use edgepost_gateway::problem::{Code, Problem};
use edgepost_gateway::seal::{NONCE, Seal};
use edgepost_gateway::wallet::{self, Signing};
use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    Date, Delay, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, SqlStorage,
    SqlStorageValue, State, Storage, durable_object,
};

use crate::joined::{Joined, Pending};
use crate::messages::{answer_of, response_of};
use crate::{log, settings, tally, upstream};

/// How long a caller waits before it hears that it is not known yet.
const PATIENCE: Duration = Duration::from_secs(20);
/// When to look again where a run dies.
const LATER_MS: i64 = 60_000;
/// Since when nothing can be done, in milliseconds since 1970: the name of what is written down of it.
const STUCK: &str = "stuck";
/// The binding of the remote signer.
const SIGNER: &str = "SIGNER";

/// What is asked.
#[derive(Serialize, Deserialize)]
enum Question {
    /// To pay for an order, or how that stands.
    Pay(Box<Asked>),
    /// To show it to an operator.
    Show,
}

#[durable_object]
pub struct Payments {
    state: State,
    book: Rc<Book>,
    joined: Joined,
}

/// The part that outlives a request.
struct Book {
    storage: Storage,
    sql: SqlStorage,
    env: Env,
    /// This object's own id: what is written down here can be read here only.
    place: String,
}

impl DurableObject for Payments {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let table = "CREATE TABLE IF NOT EXISTS payment (one INTEGER PRIMARY KEY, sealed BLOB NOT NULL)";
        if let Err(error) = sql.exec(table, None) {
            log(&json!({ "event": "error", "what": error.to_string() }));
        }
        let book = Book { storage: state.storage(), sql, env, place: state.id().to_string() };
        Payments { book: Rc::new(book), state, joined: Joined::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked = match request.json().await? {
            Question::Pay(asked) => *asked,
            Question::Show => {
                let shown = self.book.load(&self.book.config()?)?.map(|payment| payment.shown());
                return response_of(shown.map_or_else(unknown, |shown| said(200, shown)));
            }
        };
        let config = self.book.config()?;
        // From here to the start of the run nothing waits: nobody can come between.
        let present = self.book.load(&config)?;
        let payment = match begin(&config, present, &asked) {
            Begin::Refuse(problem) => return response_of(problem.response()),
            Begin::Tell(answer) => return response_of(answer),
            Begin::Run(payment) => *payment,
        };
        let run = self.start(payment, config);
        match select(run, Delay::from(PATIENCE)).await {
            Either::Left((answer, _)) => match &*answer {
                Ok(answer) => response_of(answer.clone()),
                Err(error) => Err(Error::from(error.as_str())),
            },
            Either::Right(_) => match self.book.load(&self.book.config()?)? {
                Some(payment) => response_of(payment.answer(false)),
                None => Err(Error::from("a payment was lost")),
            },
        }
    }

    async fn alarm(&self) -> Result<Response> {
        // Whatever goes wrong from here on, it is tried again.
        self.book.storage.set_alarm(LATER_MS).await?;
        let known = self.book.config().and_then(|config| Ok((self.book.load(&config)?, config)));
        let stuck = match known {
            Ok((Some(payment), config)) => match payment.ring(now()) {
                Ring::Run => self.start(payment, config).await.as_ref().as_ref().err().cloned(),
                Ring::Later(wait_ms) => {
                    self.book.ring_in(wait_ms).await?;
                    None
                }
                Ring::Forget => {
                    if payment.is_open() {
                        let id = &payment.asked.mint.id;
                        log(&json!({ "event": "alarm", "what": "a payment is given up: look at the order", "id": id }));
                    }
                    return self.book.forget().await;
                }
            },
            Ok((None, _)) => return self.book.forget().await,
            Err(error) => Some(error.to_string()),
        };
        match stuck {
            Some(error) => {
                log(&json!({ "event": "error", "what": error }));
                self.book.stuck().await
            }
            None => {
                self.book.storage.delete(STUCK).await?;
                Response::empty()
            }
        }
    }
}

impl Payments {
    /// Starts a run, or joins the one that is under way. It goes on even if who started it goes away.
    fn start(&self, payment: Payment, config: Config) -> Pending {
        let id = payment.asked.mint.id.clone();
        if let Some(pending) = self.joined.find(&id) {
            return pending;
        }
        let book = Rc::clone(&self.book);
        let pending = self.joined.begin(id, String::new(), async move { book.run(payment, &config).await });
        let going_on = pending.clone();
        self.state.wait_until(async move {
            going_on.await;
        });
        pending
    }
}

impl Book {
    fn config(&self) -> Result<Config> {
        settings::config(&self.env).map_err(|faults| Error::from(faults.join("; ")))
    }

    /// What is written down. What cannot be opened is there all the same: nothing is paid in its place.
    fn load(&self, config: &Config) -> Result<Option<Payment>> {
        let Some(row) = self.sql.exec("SELECT sealed FROM payment", None)?.raw().next() else { return Ok(None) };
        let row = row?;
        let [SqlStorageValue::Blob(sealed)] = row.as_slice() else {
            return Err(Error::from("a payment of another form"));
        };
        let opened = seal(config)?.open(&self.place, sealed);
        let written = opened.ok_or("LEDGER_ENCRYPTION_KEY does not open a payment: it is another one now")?;
        Ok(Some(serde_json::from_str(&written)?))
    }

    /// Writes a payment down, in the place of the revision that it was made from.
    async fn save(&self, config: &Config, payment: &Payment, replaces: u64) -> Result<()> {
        if self.load(config)?.map_or(0, |present| present.revision) != replaces {
            return Err(Error::from("another run has gone on with this payment"));
        }
        let written = serde_json::to_string(&payment.revised())?;
        let sealed = seal(config)?.seal(&self.place, &written, random::<NONCE>()?);
        let sealed = sealed.ok_or("a payment cannot be sealed")?;
        self.sql.exec("INSERT OR REPLACE INTO payment VALUES (1, ?)", vec![SqlStorageValue::Blob(sealed)])?;
        self.ring_in(payment.due_ms.saturating_sub(now())).await
    }

    async fn ring_in(&self, wait_ms: u64) -> Result<()> {
        self.storage.set_alarm(i64::try_from(wait_ms).unwrap_or(i64::MAX)).await
    }

    /// Nothing can be done, perhaps for long: each time the alarm rings later, and at last what is there is forgotten.
    async fn stuck(&self) -> Result<Response> {
        let since_ms = match self.storage.get::<f64>(STUCK).await? {
            Some(since_ms) => since_ms as u64,
            None => {
                self.storage.put(STUCK, now() as f64).await?;
                now()
            }
        };
        let Some(wait_ms) = later(since_ms, now()) else {
            log(&json!({ "event": "alarm", "what": "a payment that nothing can be done about is forgotten" }));
            return self.forget().await;
        };
        self.ring_in(wait_ms).await?;
        Response::empty()
    }

    async fn forget(&self) -> Result<Response> {
        self.sql.exec("DELETE FROM payment", None)?;
        self.storage.delete(STUCK).await?;
        self.storage.delete_alarm().await?;
        Response::empty()
    }

    async fn run(&self, payment: Payment, config: &Config) -> Result<Answer> {
        let id = payment.asked.mint.id.clone();
        let Some(mut run) = Run::new(payment, config, now()) else {
            log(
                &json!({ "event": "alarm", "what": "a payment cannot be gone on with: another mode, or no journal", "id": id }),
            );
            return Err(Error::from("a payment cannot be gone on with"));
        };
        loop {
            match run.act(config, now()) {
                Act::Save { replaces } => {
                    self.save(config, run.payment(), replaces).await?;
                    run.saved();
                }
                Act::Reserve(holds) => {
                    let reserved = tally::reserve(&self.env, &id, &holds, false).await?;
                    run.reserved(reserved.map(|_| ()).map_err(|(problem, _)| problem), now());
                }
                Act::Sign(ask) => {
                    log(&json!({ "event": "signs", "id": id, "again": ask.again }));
                    if let Some(skew_ms) = run.clock_skew_ms() {
                        log(
                            &json!({ "event": "alarm", "what": "the gateway's clock differs from PostalForm's", "id": id, "skewMs": skew_ms }),
                        );
                    }
                    let signature = match config.wallet.as_ref().map(|wallet| wallet.sign(&ask)) {
                        Some(Signing::Signed(signature)) => {
                            signature.ok_or_else(|| not_sent("The wallet's key does not sign."))
                        }
                        Some(Signing::Ask(request)) => {
                            wallet::signature(&upstream::ask_service(&self.env, SIGNER, request).await)
                        }
                        None => Err(not_sent("The gateway has no wallet.")),
                    };
                    match signature {
                        Ok(signature) => run.signed(Ok(&signature), &moment()?),
                        Err(problem) => run.not_signed(problem, now()),
                    }
                }
                Act::Send(request) => {
                    let received = upstream::send_as_it_is(request).await;
                    let answer = if let Received::Answer(answer) = &received { Some(answer) } else { None };
                    run.answered(answer, &moment()?);
                }
                Act::Wait(until_ms) => Delay::from(Duration::from_millis(until_ms.saturating_sub(now()))).await,
                Act::Settle(holds, fate) => {
                    let is_told = tally::settle(&self.env, &id, &holds, &fate).await;
                    run.settled(is_told, now());
                }
                Act::Over => break,
            }
        }
        if let Some(alarm) = run.alarm() {
            log(&json!({ "event": "alarm", "what": alarm, "id": id }));
        }
        log(&json!({ "event": "paying", "id": id, "stage": run.payment().stage }));
        Ok(run.answer())
    }
}

/// Pays for an order, once, or says how that stands.
pub(crate) async fn ask(env: &Env, asked: &Asked) -> Result<Answer> {
    call(env, &asked.mint.id, &Question::Pay(Box::new(asked.clone()))).await
}

/// Shows an operator a payment.
pub(crate) async fn show(env: &Env, id: &str) -> Result<Answer> {
    call(env, id, &Question::Show).await
}

async fn call(env: &Env, id: &str, question: &Question) -> Result<Answer> {
    let stub = env.durable_object("PAYMENTS")?.get_by_name(id)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(question)?.into()));
    answer_of(stub.fetch_with_request(Request::new_with_init("https://payments/", &init)?).await?).await
}

fn not_sent(detail: &str) -> Problem {
    Problem::new(Code::NotSent, format!("{detail} Nothing was sent, and nothing was paid."))
}

fn unknown() -> Answer {
    Problem::new(Code::NotFound, "The ledger has no entry of this id, or not any more.").response()
}

fn said(status: u16, body: String) -> Answer {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("edgepost-source", "gateway")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Answer { status, headers, body: body.into_bytes() }
}

fn now() -> u64 {
    Date::now().as_millis()
}

/// The time, and numbers that nobody can guess.
fn moment() -> Result<Moment> {
    Ok(Moment { now_ms: now(), random: random()? })
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut random = [0; LENGTH];
    getrandom::fill(&mut random).map_err(|_| Error::from("there are no random numbers"))?;
    Ok(random)
}

/// Seals what is written down here. Where it is missing, there is no wallet either.
fn seal(config: &Config) -> Result<&Seal> {
    config.seal.as_ref().ok_or_else(|| Error::from("LEDGER_ENCRYPTION_KEY is missing"))
}
