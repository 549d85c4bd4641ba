//! The ledger's Durable Object: the shell around `edgepost_gateway::ledger`. It writes each step down before it takes the
//! next, sends, and lets all that ask for the same wait for one answer.

use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use edgepost_core::operation::Operation;
use edgepost_core::outcome::Advice;
use edgepost_gateway::headers;
use edgepost_gateway::ledger::resolve::{Found, is_open, question, resolve};
use edgepost_gateway::ledger::{Begin, Entry, KEPT_MS, Received, State as Stage, begin, settle, understand};
use edgepost_gateway::mint::Mint;
use edgepost_gateway::problem::{Code, Problem};
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, SqlStorage, SqlStorageValue,
    State, Storage, durable_object,
};

use crate::joined::{Joined, Pending};
use crate::messages::{answer_of, response_of};
use crate::{log, lookups, minted, settings, tally, upstream};

/// How soon a caller who asks too often may ask again; the period of the rate limit's binding.
pub(crate) const PERIOD_MS: u64 = 60_000;

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
        let table = "CREATE TABLE IF NOT EXISTS ledger (id TEXT PRIMARY KEY, operation TEXT NOT NULL, \
                     digest TEXT NOT NULL, state TEXT NOT NULL, status INTEGER, content_type TEXT, body BLOB, \
                     updated_ms INTEGER NOT NULL, is_settled INTEGER NOT NULL)";
        let _ = sql.exec(table, None);
        let book = Rc::new(Book { storage: state.storage(), sql, env });
        Ledger { state, book, joined: Joined::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let mint: Mint = request.json().await?;
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
            Begin::Reserve(_) | Begin::Resend(_) => {}
        }
        let joined = self.joined.find(&mint.id);
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
        self.book.sql.exec("DELETE FROM ledger WHERE updated_ms < ?", vec![milliseconds(before)])?;
        self.book.schedule_purge().await?;
        Response::empty()
    }
}

impl Ledger {
    /// Starts what has to be done about a request. It goes on even if the caller who started it goes away.
    fn start(&self, mint: Mint, begun: Begin) -> Pending {
        let (id, book) = (mint.id.clone(), Rc::clone(&self.book));
        let pending = self.joined.begin(id, async move { book.run(mint, begun).await });
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
        let (entry, is_known) = match begun {
            Begin::Reserve(entry) => {
                let is_known = self.load(&entry.id)?.is_some();
                self.save(&entry)?;
                self.schedule_purge().await?;
                (entry, is_known)
            }
            Begin::Resend(entry) => (entry, true),
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
        if !again {
            self.save(&entry.clone().at(Stage::Reserved, now()))?;
        }
        // What may have been heard is asked about before it is sent again, where somebody can tell.
        let found = if again { self.ask(&mint, operation, &upstream.base).await? } else { None };
        let known = found.and_then(|found| resolve(entry.clone(), operation, found, None, config.is_test(), now()));
        let settled = match known {
            Some(settled) => settled,
            None => {
                let entry = entry.at(Stage::Sent, now());
                self.save(&entry)?;
                let received = upstream::send(request, upstream).await;
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
            log(&json!({ "event": "alarm", "operation": operation.name, "what": alarm }));
        }
        let mut response = settled.response;
        headers::tell_left(&mut response, held.left);
        if held.settle(&settled.fate).await {
            self.save(&Entry { is_settled: true, ..settled.entry })?;
        }
        Ok(response)
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

    fn load(&self, id: &str) -> Result<Option<Entry>> {
        let query = "SELECT operation, digest, state, status, content_type, body, updated_ms, is_settled FROM ledger WHERE id = ?";
        let cursor = self.sql.exec(query, vec![id.into()])?;
        let Some(row) = cursor.raw().next() else { return Ok(None) };
        let row = row?;
        let [operation, digest, state, status, content_type, body, updated, is_settled] = row.as_slice() else {
            return Err(Error::from("an entry of another form"));
        };
        let state = Stage::from_name(&text(state)).ok_or_else(|| Error::from("an entry of an unknown state"))?;
        let answer = match (status, body) {
            (SqlStorageValue::Null, _) | (_, SqlStorageValue::Null) => None,
            (status, body) => Some((number(status) as u16, text(content_type), bytes(body))),
        };
        let (operation, digest) = (text(operation), text(digest));
        let (updated_ms, is_settled) = (number(updated) as u64, number(is_settled) != 0.0);
        Ok(Some(Entry { id: id.to_owned(), operation, digest, state, answer, updated_ms, is_settled }))
    }

    fn save(&self, entry: &Entry) -> Result<()> {
        let (status, content_type, body) = match &entry.answer {
            Some((status, content_type, body)) => (
                SqlStorageValue::Integer(i64::from(*status)),
                content_type.as_str().into(),
                SqlStorageValue::Blob(body.clone()),
            ),
            None => (SqlStorageValue::Null, SqlStorageValue::Null, SqlStorageValue::Null),
        };
        let values = vec![
            entry.id.as_str().into(),
            entry.operation.as_str().into(),
            entry.digest.as_str().into(),
            entry.state.name().into(),
            status,
            content_type,
            body,
            milliseconds(entry.updated_ms),
            SqlStorageValue::Integer(entry.is_settled.into()),
        ];
        self.sql.exec("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)?;
        Ok(())
    }

    fn remove(&self, id: &str) -> Result<()> {
        self.sql.exec("DELETE FROM ledger WHERE id = ?", vec![id.into()])?;
        Ok(())
    }
}

fn milliseconds(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn number(value: &SqlStorageValue) -> f64 {
    match value {
        SqlStorageValue::Integer(value) => *value as f64,
        SqlStorageValue::Float(value) => *value,
        _ => 0.0,
    }
}

fn text(value: &SqlStorageValue) -> String {
    match value {
        SqlStorageValue::String(value) => value.clone(),
        _ => String::new(),
    }
}

fn bytes(value: &SqlStorageValue) -> Vec<u8> {
    match value {
        SqlStorageValue::Blob(value) => value.clone(),
        _ => Vec::new(),
    }
}

/// Asks the ledger that keeps this identity. The first two characters choose one of 4,096.
pub(crate) async fn ask(env: &Env, mint: &Mint) -> Result<Answer> {
    let shard = mint.id.get(..2).unwrap_or_default();
    let stub = env.durable_object("LEDGER")?.get_by_name(shard)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(mint)?.into()));
    answer_of(stub.fetch_with_request(Request::new_with_init("https://ledger/", &init)?).await?).await
}
