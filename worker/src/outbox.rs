//! The outbox's Durable Object: the shell around `edgepost_gateway::outbox`, one for each mode. An event is written down
//! before anybody hears that it was taken; all else is done by alarm.

use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use edgepost_gateway::config::Config;
use edgepost_gateway::outbox::{Event, Pace, Stage, Step};
use edgepost_gateway::problem::{Code, Problem};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Method, Request, RequestInit, Response, Result, SqlStorage, SqlStorageValue, State,
    Storage, durable_object,
};

use crate::messages::{answer_of, response_of};
use crate::{log, lookups, settings, upstream};

/// How many events are worked on at once.
const AT_ONCE: i64 = 16;
/// How many dead letters are shown: the oldest.
const SHOWN: i64 = 100;
/// When to look again where the configuration is wrong.
const MISCONFIGURED_MS: i64 = 60_000;

/// What the outbox is asked for.
#[derive(Serialize, Deserialize)]
pub(crate) enum Asked {
    /// Keep an event, unless it is kept already.
    Keep(Box<Event>),
    /// Show what nobody tries any more.
    DeadLetters,
    /// Try one of it again.
    SendAgain(String),
}

#[durable_object]
pub struct Outbox {
    shelf: Rc<Shelf>,
}

/// Where events are kept.
struct Shelf {
    storage: Storage,
    sql: SqlStorage,
    env: Env,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    event: String,
}

#[derive(Deserialize)]
struct Due {
    due_ms: Option<f64>,
}

impl DurableObject for Outbox {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let table = "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, is_dead INTEGER NOT NULL, \
                     due_ms INTEGER NOT NULL, event TEXT NOT NULL)";
        let _ = sql.exec(table, None);
        let _ = sql.exec("CREATE INDEX IF NOT EXISTS events_due ON events (due_ms)", None);
        Outbox { shelf: Rc::new(Shelf { storage: state.storage(), sql, env }) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let shelf = &self.shelf;
        match request.json().await? {
            Asked::Keep(event) => {
                // PO-099: the same delivery again is dropped.
                if shelf.load(&event.id)?.is_none() {
                    shelf.save(&event)?;
                }
                shelf.schedule().await?;
                response_of(answer(200, &json!({ "ok": true })))
            }
            Asked::DeadLetters => {
                let query = "SELECT id, event FROM events WHERE is_dead = 1 ORDER BY due_ms LIMIT ?";
                let events = shelf.events(query, vec![SqlStorageValue::Integer(SHOWN)])?;
                let events: Vec<_> = events.iter().map(Event::shown).collect();
                response_of(answer(200, &json!({ "deadLetters": events })))
            }
            Asked::SendAgain(id) => {
                let Some(event) = shelf.load(&id)?.and_then(|event| event.sent_again(Date::now().as_millis())) else {
                    let detail = "There is no dead letter of this id that could be sent again.";
                    return response_of(Problem::new(Code::NotFound, detail).response());
                };
                shelf.save(&event)?;
                shelf.schedule().await?;
                response_of(answer(202, &json!({ "id": event.id })))
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let shelf = &self.shelf;
        match settings::config(&shelf.env) {
            Ok(config) => {
                let query = "SELECT id, event FROM events WHERE due_ms <= ? ORDER BY due_ms LIMIT ?";
                let now = milliseconds(Date::now().as_millis());
                let due = shelf.events(query, vec![now, SqlStorageValue::Integer(AT_ONCE)])?;
                for (id, worked) in join_all(due.into_iter().map(|event| shelf.work(&config, event))).await {
                    if let Err(error) = worked {
                        log(&json!({ "event": "error", "what": error.to_string(), "message": id }));
                    }
                }
                shelf.schedule().await?;
            }
            Err(faults) => {
                log(&json!({ "event": "misconfigured", "faults": faults }));
                shelf.storage.set_alarm(MISCONFIGURED_MS).await?;
            }
        }
        Response::empty()
    }
}

impl Shelf {
    /// Does what is to be done about an event: what was looked up is handed on at once.
    async fn work(&self, config: &Config, event: Event) -> (String, Result<()>) {
        let id = event.id.clone();
        (id, self.steps(config, event).await)
    }

    async fn steps(&self, config: &Config, mut event: Event) -> Result<()> {
        if event.due_ms > now() {
            // It was due, but cannot be read: it is dead from now on.
            log(&json!({ "event": "alarm", "what": "an event cannot be read", "message": event.id }));
            return self.save(&event);
        }
        loop {
            let (stage, pace) = (event.stage, config.hooks.pace);
            event = event.begun(pace, now());
            self.save(&event)?;
            // Before the attempt: whoever dies during it leaves an alarm behind as well.
            self.schedule().await?;
            event = match event.step(config, now()) {
                Step::Forget => {
                    self.sql.exec("DELETE FROM events WHERE id = ?", vec![event.id.into()])?;
                    return Ok(());
                }
                Step::Fail(fault) => event.failed(pace, fault, now()),
                Step::LookUp(lookup) => self.look_up(config, event, pace, lookups::ask_anew(&self.env, &lookup).await),
                Step::Deliver(request) => event.delivered(config, upstream::deliver(request).await, now()),
            };
            // Together, so that whoever dies from here on wakes when the next attempt is due.
            self.save(&event)?;
            self.schedule().await?;
            if event.stage == Stage::Dead {
                log(
                    &json!({ "event": "alarm", "what": "an event was not taken", "message": event.id, "fault": event.fault }),
                );
            } else if let Some(fault) = &event.fault {
                log(&json!({ "event": "later", "message": event.id, "attempts": event.attempts, "fault": fault }));
            }
            if stage != Stage::Received || event.stage != Stage::Ready {
                return Ok(());
            }
        }
    }

    fn look_up(&self, config: &Config, event: Event, pace: Pace, answer: Result<Answer>) -> Event {
        match answer {
            Ok(answer) => event.looked_up(config, &answer, now()),
            Err(_) => event.failed(pace, "looked up: something broke in the gateway".into(), now()),
        }
    }

    /// Has the alarm ring when the next thing is to be done.
    async fn schedule(&self) -> Result<()> {
        let due = self.sql.exec("SELECT MIN(due_ms) AS due_ms FROM events", None)?.to_array::<Due>()?.pop();
        if let Some(due_ms) = due.and_then(|due| due.due_ms) {
            let wait = (due_ms as u64).saturating_sub(now());
            self.storage.set_alarm(i64::try_from(wait).unwrap_or(i64::MAX)).await?;
        }
        Ok(())
    }

    fn events(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Event>> {
        let rows = self.sql.exec(query, values)?.to_array::<Row>()?;
        Ok(rows.iter().map(|row| Event::from_written(&row.id, &row.event, now())).collect())
    }

    fn load(&self, id: &str) -> Result<Option<Event>> {
        Ok(self.events("SELECT id, event FROM events WHERE id = ?", vec![id.into()])?.pop())
    }

    fn save(&self, event: &Event) -> Result<()> {
        let values = vec![
            event.id.as_str().into(),
            SqlStorageValue::Integer((event.stage == Stage::Dead).into()),
            milliseconds(event.due_ms),
            serde_json::to_string(event)?.into(),
        ];
        self.sql.exec("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)", values)?;
        Ok(())
    }
}

/// Asks the outbox of the gateway's mode.
pub(crate) async fn ask(env: &Env, config: &Config, asked: &Asked) -> Result<Answer> {
    let stub = env.durable_object("OUTBOX")?.get_by_name(config.mode)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(asked)?.into()));
    answer_of(stub.fetch_with_request(Request::new_with_init("https://outbox/", &init)?).await?).await
}

fn answer(status: u16, body: &serde_json::Value) -> Answer {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("edgepost-source", "gateway")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Answer { status, headers, body: body.to_string().into_bytes() }
}

fn now() -> u64 {
    Date::now().as_millis()
}

fn milliseconds(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
