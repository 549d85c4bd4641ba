//! The ledger's Durable Object: the shell around `edgepost_gateway::ledger`. It writes each step down before it takes the
//! next, sends, and lets all that ask for the same wait for one answer.

mod entries;

use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use edgepost_core::operation::Operation;
use edgepost_core::outcome::Advice;
use edgepost_gateway::config::Config;
use edgepost_gateway::credential;
use edgepost_gateway::headers;
use edgepost_gateway::ledger::by_hand::{self, ByHand, Resolution};
use edgepost_gateway::ledger::release;
use edgepost_gateway::ledger::resolve::{Found, is_open, question, resolve};
use edgepost_gateway::ledger::{Begin, Entry, KEPT_MS, Received, State as Stage, begin, settle, understand};
use edgepost_gateway::mint::Mint;
use edgepost_gateway::problem::{Code, Problem};
use edgepost_gateway::tally::Fate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, SqlStorage, State, Storage,
    durable_object,
};

use crate::joined::{Joined, Pending};
use crate::messages::{answer_of, response_of};
use crate::{log, lookups, minted, settings, tally, upstream};

/// How soon a caller who asks too often may ask again; the period of the rate limit's binding.
pub(crate) const PERIOD_MS: u64 = 60_000;

/// What the ledger is asked for.
#[derive(Serialize, Deserialize)]
enum Asked {
    /// To make something happen once.
    Mint(Box<Mint>),
    /// An entry.
    Show(String),
    /// To write down what a person found.
    Resolve(String, Resolution),
}

#[durable_object]
pub struct Ledger {
    state: State,
    book: Rc<Book>,
    joined: Joined,
}

/// The part that outlives a request.
struct Book {
    storage: Storage,
    sql: SqlStorage,
    env: Env,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Book::create(&sql);
        let book = Rc::new(Book { storage: state.storage(), sql, env });
        Ledger { state, book, joined: Joined::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let mint = match request.json().await? {
            Asked::Mint(mint) => *mint,
            Asked::Show(id) => return self.show(&id).await,
            Asked::Resolve(id, found) => return self.resolve(&id, found).await,
        };
        // From here to the start of the work nothing waits: nobody can come between.
        let entry = self.book.load(&mint.id)?;
        let begun = begin(entry.clone(), &mint, Date::now().as_millis());
        match begun {
            Begin::Refuse(problem) => return response_of(problem.response()),
            Begin::Replay(answer) => {
                if entry.as_ref().is_some_and(|entry| entry.state == Stage::Done) {
                    minted::keep(&self.book.env, &mint).await?;
                }
                self.book.tell(&mint, entry).await?;
                return response_of(answer);
            }
            Begin::Reserve(_) | Begin::Resend(_) | Begin::Ask(_) => {}
        }
        let joined = self.joined.find(&mint.id);
        // What is answered to a payment is for who shows it.
        if joined.is_some() && !self.joined.is_for(&mint.id, &mint.digest) {
            return response_of(credential::another(&mint.operation, None).response());
        }
        let is_joined = joined.is_some();
        let answer = joined.unwrap_or_else(|| self.start(mint.clone(), begun)).await;
        if is_joined && let Begin::Replay(answer) = begin(self.book.load(&mint.id)?, &mint, Date::now().as_millis()) {
            return response_of(answer);
        }
        match &*answer {
            Ok(answer) => response_of(answer.clone()),
            Err(error) => Err(Error::from(error.as_str())),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let before = Date::now().as_millis().saturating_sub(KEPT_MS);
        self.book.purge(before)?;
        self.book.schedule_purge().await?;
        Response::empty()
    }
}

impl Ledger {
    /// Shows an entry. Where the gateway died before it knew what became of it, the provider is asked first.
    async fn show(&self, id: &str) -> Result<Response> {
        let entry = self.book.load(id)?;
        let lost = entry.as_ref().filter(|entry| by_hand::is_open(entry) && self.joined.find(id).is_none());
        let lost = lost.and_then(|entry| Some((entry, entry.by_hand.as_ref().filter(|one| one.after.is_none())?)));
        let Some((entry, by_hand)) = lost else { return response_of(shown(entry.as_ref())) };
        self.start(by_hand.mint.clone(), Begin::Resend(entry.clone())).await;
        response_of(shown(self.book.load(id)?.as_ref()))
    }

    /// Writes down what a person found.
    async fn resolve(&self, id: &str, found: Resolution) -> Result<Response> {
        let Some(entry) = self.book.load(id)? else { return response_of(shown(None)) };
        if self.joined.find(id).is_some() {
            let detail = "The provider is being asked just now: look at the entry again.";
            let problem = Problem::new(Code::NotOpen, detail).retry(Advice::After, Some(1_000));
            return response_of(problem.response());
        }
        let operation = entry.operation.clone();
        let (mut entry, fate) = match by_hand::resolve(entry, found) {
            Ok(resolved) => resolved,
            Err(problem) => return response_of(problem.response()),
        };
        self.book.save(&entry)?;
        log(&json!({ "event": "resolved", "operation": operation, "id": id, "state": entry.state.name() }));
        let mint = entry.by_hand.as_ref().map(|by_hand| by_hand.mint.clone());
        if let Some(mint) = mint.filter(|_| !entry.is_settled) {
            entry.is_settled = tally::settle(&self.book.env, id, &mint.holds, &fate).await;
            self.book.save(&entry)?;
        }
        response_of(shown(Some(&entry)))
    }

    /// Starts what has to be done about a request. It goes on even if the caller who started it goes away.
    fn start(&self, mint: Mint, begun: Begin) -> Pending {
        let (id, book) = (mint.id.clone(), Rc::clone(&self.book));
        let pending = self.joined.begin(id, mint.digest.clone(), async move { book.run(mint, begun).await });
        let going_on = pending.clone();
        self.state.wait_until(async move {
            going_on.await;
        });
        pending
    }
}

impl Book {
    /// Tells those who set something aside how it ended, if they may not know.
    async fn tell(&self, mint: &Mint, entry: Option<Entry>) -> Result<()> {
        let Some((entry, fate)) = entry.and_then(|entry| entry.untold().map(|fate| (entry, fate))) else {
            return Ok(());
        };
        if tally::settle(&self.env, &mint.id, &mint.holds, &fate).await {
            self.save(&Entry { is_settled: true, ..entry })?;
        }
        Ok(())
    }

    /// Old entries are thrown away by alarm.
    async fn schedule_purge(&self) -> Result<()> {
        let is_empty = self.sql.exec("SELECT 1 FROM ledger LIMIT 1", None)?.raw().next().is_none();
        if self.storage.get_alarm().await?.is_none() && !is_empty {
            self.storage.set_alarm(i64::try_from(KEPT_MS).unwrap_or(i64::MAX)).await?;
        }
        Ok(())
    }

    async fn run(&self, mint: Mint, begun: Begin) -> Result<Answer> {
        let now = || Date::now().as_millis();
        let config = settings::config(&self.env).map_err(|faults| Error::from(faults.join("; ")))?;
        let Some((operation, request)) = mint.request() else { return Err(Error::from("no such operation")) };
        let again = matches!(begun, Begin::Resend(_));
        let (mut entry, is_known) = match begun {
            Begin::Reserve(entry) => {
                let is_known = self.load(&entry.id)?.is_some();
                self.save(&entry)?;
                self.schedule_purge().await?;
                (entry, is_known)
            }
            Begin::Resend(entry) => (entry, true),
            Begin::Ask(entry) => {
                let Some(entry) = self.release(entry, &mint, operation, &config).await? else {
                    return Ok(credential::another(&mint.operation, None).response());
                };
                self.save(&entry)?;
                (entry, true)
            }
            Begin::Refuse(problem) => return Ok(problem.response()),
            Begin::Replay(answer) => return Ok(answer),
        };
        let refuse = |problem: Problem| -> Result<Answer> {
            // Nothing is kept for a caller who asks too often; but a key stays bound to its body.
            if !is_known {
                self.remove(&mint.id)?;
            }
            Ok(problem.response())
        };
        if !again && let Some(problem) = self.limit(&mint).await? {
            return refuse(problem);
        }
        let held = match tally::reserve(&self.env, &mint.id, &mint.holds, again).await? {
            Ok(held) => held,
            Err((problem, left)) => {
                let mut answer = refuse(problem)?;
                headers::tell_left(&mut answer, left);
                return Ok(answer);
            }
        };
        let Some(upstream) =
            config.upstream(operation.provider).filter(|upstream| mint.url.starts_with(&upstream.base))
        else {
            return Err(Error::from("the provider is not configured"));
        };
        if !again && by_hand::is_by_hand(operation) {
            match self.before(&mint, operation, &upstream.base).await? {
                Ok(by_hand) => entry.by_hand = Some(Box::new(by_hand)),
                Err(problem) => {
                    held.settle(&Fate::NotSent).await;
                    return refuse(problem);
                }
            }
        }
        if !again {
            self.save(&entry.clone().at(Stage::Reserved, now()))?;
        }
        // What may have been heard is asked about before it is sent again, where somebody can tell.
        let found = if again { self.ask(&mint, operation, &upstream.base).await? } else { None };
        // What is left to a person is never sent again, whether or not anybody could be asked.
        let found = found.or_else(|| (again && by_hand::is_by_hand(operation)).then(Found::unclear));
        let known = found.and_then(|found| resolve(entry.clone(), operation, found, None, config.is_test(), now()));
        let settled = match known {
            Some(settled) => settled,
            None => {
                let entry = entry.at(Stage::Sent, now());
                self.save(&entry)?;
                if entry.by_hand.is_some() {
                    // Under this id an operator finds it, also where no caller comes back.
                    log(&json!({ "event": "sends", "id": mint.id, "operation": operation.name }));
                }
                let received = upstream::send(&self.env, operation, request, upstream).await;
                if !matches!(received, Received::Answer(_)) {
                    let received = format!("{received:?}");
                    log(&json!({ "event": "upstream", "operation": operation.name, "received": received }));
                }
                let outcome = understand(operation, &received, config.is_test(), now());
                let is_open = is_open(operation, &outcome, again);
                let found = if is_open { self.ask(&mint, operation, &upstream.base).await? } else { None };
                found
                    .and_then(|found| {
                        resolve(entry.clone(), operation, found, Some(received.clone()), config.is_test(), now())
                    })
                    .unwrap_or_else(|| settle(entry, operation, received, again, config.is_test(), now()))
            }
        };
        self.save(&settled.entry)?;
        if settled.entry.state == Stage::Done {
            minted::keep(&self.env, &mint).await?;
        }
        if let Some(alarm) = settled.alarm {
            log(&json!({ "event": "alarm", "operation": operation.name, "what": alarm, "id": mint.id }));
        }
        let mut response = settled.response;
        headers::tell_left(&mut response, held.left);
        if held.settle(&settled.fate).await {
            self.save(&Entry { is_settled: true, ..settled.entry })?;
        }
        Ok(response)
    }

    /// The entry for another payment, if nothing came of the one before: what was set aside for that one is free again.
    async fn release(
        &self,
        entry: Entry,
        mint: &Mint,
        operation: &'static Operation,
        config: &Config,
    ) -> Result<Option<Entry>> {
        let upstream = config.upstream(operation.provider);
        let question = upstream.and_then(|upstream| release::question(mint, operation, &upstream.base));
        let Some(question) = question else { return Ok(None) };
        let answer = lookups::ask_anew(&self.env, &question).await?;
        let released = release::release(entry, mint, &answer, Date::now().as_millis());
        let is_released = released.is_some();
        log(&json!({ "event": "released", "operation": operation.name, "id": mint.id, "is_released": is_released }));
        if is_released {
            tally::settle(&self.env, &mint.id, &mint.holds, &Fate::Refused).await;
        }
        Ok(released)
    }

    /// What a person would have to know if the answer were lost; or why that cannot be had.
    async fn before(
        &self,
        mint: &Mint,
        operation: &'static Operation,
        base_url: &str,
    ) -> Result<std::result::Result<ByHand, Problem>> {
        let Some(question) = question(mint, operation, base_url) else {
            return Err(Error::from("nobody can be asked"));
        };
        let answer = lookups::ask_anew(&self.env, &question).await?;
        let before = by_hand::before(operation, &answer);
        Ok(before.map(|before| ByHand { mint: mint.clone(), before, after: None, resolution: None }))
    }

    /// Asks the provider what became of a request; nothing where it has no way to tell.
    async fn ask(&self, mint: &Mint, operation: &'static Operation, base_url: &str) -> Result<Option<Found>> {
        let Some(question) = question(mint, operation, base_url) else { return Ok(None) };
        let answer = lookups::ask_anew(&self.env, &question).await?;
        let found = Found::of(mint, operation, &answer);
        log(
            &json!({ "event": "checked", "operation": operation.name, "with": question.operation.name, "found": found.name() }),
        );
        Ok(Some(found))
    }

    /// The limit by address, which binds what is new and public.
    async fn limit(&self, mint: &Mint) -> Result<Option<Problem>> {
        let Some(address) = &mint.address else { return Ok(None) };
        if self.env.rate_limiter("MINTS")?.limit(address.clone()).await?.success {
            return Ok(None);
        }
        let problem = Problem::new(Code::RateLimited, "Too many new orders from this address in the last minute.");
        Ok(Some(problem.retry(Advice::After, Some(PERIOD_MS))))
    }
}

/// An entry as an operator sees it.
fn shown(entry: Option<&Entry>) -> Answer {
    let Some(entry) = entry else {
        return Problem::new(Code::NotFound, "The ledger has no entry of this id, or not any more.").response();
    };
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("edgepost-source", "gateway")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Answer { status: 200, headers, body: by_hand::shown(entry).into_bytes() }
}

/// Has the ledger make something happen once.
pub(crate) async fn ask(env: &Env, mint: &Mint) -> Result<Answer> {
    call(env, &mint.id, &Asked::Mint(Box::new(mint.clone()))).await
}

/// Shows an operator an entry.
pub(crate) async fn show(env: &Env, id: &str) -> Result<Answer> {
    call(env, id, &Asked::Show(id.to_owned())).await
}

/// Writes down what an operator found.
pub(crate) async fn write_down(env: &Env, id: &str, found: Resolution) -> Result<Answer> {
    call(env, id, &Asked::Resolve(id.to_owned(), found)).await
}

/// Calls the ledger that keeps this identity. The first two characters choose one of 4,096.
async fn call(env: &Env, id: &str, asked: &Asked) -> Result<Answer> {
    let stub = env.durable_object("LEDGER")?.get_by_name(id.get(..2).unwrap_or_default())?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(asked)?.into()));
    answer_of(stub.fetch_with_request(Request::new_with_init("https://ledger/", &init)?).await?).await
}
