//! Everything that is counted: the shell around `edgepost_gateway::tally`, one Durable Object for each name.

use edgepost_core::operation::Operation;
use edgepost_gateway::access::account;
use edgepost_gateway::config::Config;
use edgepost_gateway::minute::Left;
use edgepost_gateway::problem::Problem;
use edgepost_gateway::tally::{Fate, Hold, Question, Reply, Tally as Counted};
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, SqlStorage, State, durable_object,
};

use crate::log;

/// What is asked about a request.
#[derive(Serialize, Deserialize)]
struct Asked {
    id: String,
    question: Question,
}

#[durable_object]
pub struct Tally {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Row {
    counted: String,
}

impl DurableObject for Tally {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        let _ = sql.exec("CREATE TABLE IF NOT EXISTS tally (one INTEGER PRIMARY KEY, counted TEXT NOT NULL)", None);
        Tally { sql }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let Asked { id, question } = request.json().await?;
        // From here on nothing waits: nobody can come between.
        let row = self.sql.exec("SELECT counted FROM tally", None)?.to_array::<Row>()?.pop();
        let mut counted: Counted = match row {
            Some(row) => serde_json::from_str(&row.counted)?,
            None => Counted::default(),
        };
        let reply = counted.answer(&id, question, Date::now().as_millis());
        let counted = serde_json::to_string(&counted)?;
        self.sql.exec("INSERT OR REPLACE INTO tally VALUES (1, ?)", vec![counted.into()])?;
        Response::from_json(&reply)
    }
}

/// What was set aside for a request. It has to be settled.
pub(crate) struct Held<'h> {
    env: &'h Env,
    id: &'h str,
    tallies: Vec<&'h str>,
    /// What is left of the provider's minute.
    pub(crate) left: Option<Left>,
}

/// Sets aside all that a request needs, or nothing of it and says why. `again`: an earlier attempt may have been heard, and
/// what was set aside for that one stays so.
pub(crate) async fn reserve<'h>(
    env: &'h Env,
    id: &'h str,
    holds: &'h [Hold],
    again: bool,
) -> Result<std::result::Result<Held<'h>, (Problem, Option<Left>)>> {
    let mut held = Held { env, id, tallies: Vec::new(), left: None };
    for hold in holds {
        let reply = ask(env, &hold.tally, id, Question::Reserve(hold.counts.clone())).await?;
        // Also where the answer is no: a part of it may have been set aside.
        held.tallies.push(&hold.tally);
        held.left = reply.left().or(held.left);
        if let Some(problem) = reply.problem(Date::now().as_millis()) {
            let left = held.left;
            held.settle(if again { &Fate::Unknown } else { &Fate::NotSent }).await;
            return Ok(Err((problem, left)));
        }
    }
    Ok(Ok(held))
}

/// The provider's limits for one read or upload.
pub(crate) fn for_account(config: &Config, operation: &Operation) -> [Hold; 1] {
    [account(config, operation)]
}

impl Held<'_> {
    /// Says what became of the request. `false` if somebody did not hear it.
    pub(crate) async fn settle(self, fate: &Fate) -> bool {
        tell(self.env, self.id, self.tallies.into_iter(), fate).await
    }
}

/// Says once more what became of a request.
pub(crate) async fn settle(env: &Env, id: &str, holds: &[Hold], fate: &Fate) -> bool {
    tell(env, id, holds.iter().map(|hold| hold.tally.as_str()), fate).await
}

async fn tell(env: &Env, id: &str, tallies: impl Iterator<Item = &str>, fate: &Fate) -> bool {
    let mut is_told = true;
    for tally in tallies {
        if ask(env, tally, id, Question::Settle(fate.clone())).await.is_err() {
            // The answer matters more. The request's next attempt settles it; a minute and a day end by themselves.
            log(&json!({ "event": "alarm", "what": "a reservation was not settled", "tally": tally }));
            is_told = false;
        }
    }
    is_told
}

async fn ask(env: &Env, tally: &str, id: &str, question: Question) -> Result<Reply> {
    let stub = env.durable_object("TALLY")?.get_by_name(tally)?;
    let mut init = RequestInit::new();
    let asked = serde_json::to_string(&Asked { id: id.to_owned(), question })?;
    init.with_method(Method::Post).with_body(Some(asked.into()));
    let mut response = stub.fetch_with_request(Request::new_with_init("https://tally/", &init)?).await?;
    if response.status_code() != 200 {
        return Err(Error::from("the tally does not answer"));
    }
    response.json().await
}
