//! How many orders were made today: one Durable Object for each account of a provider.

use edgepost_gateway::count::{admits, day};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Method, Request, RequestInit, Response, Result, SqlStorage, State, durable_object};

/// What is asked of a tally.
#[derive(Serialize, Deserialize)]
struct Question {
    id: String,
    /// `None` gives a place back.
    limit: Option<u32>,
    now_ms: u64,
}

#[durable_object]
pub struct Tally {
    sql: SqlStorage,
}

impl DurableObject for Tally {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        let table = "CREATE TABLE IF NOT EXISTS counted (day INTEGER, id TEXT, PRIMARY KEY (day, id))";
        let _ = sql.exec(table, None);
        Tally { sql }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let Question { id, limit, now_ms } = request.json().await?;
        let today = i64::try_from(day(now_ms)).unwrap_or(i64::MAX);
        let Some(limit) = limit else {
            self.sql.exec("DELETE FROM counted WHERE id = ?", vec![id.into()])?;
            return Response::ok("true");
        };
        self.sql.exec("DELETE FROM counted WHERE day < ?", vec![today.into()])?;
        let is_counted = self.count("SELECT count(*) AS count FROM counted WHERE id = ?", id.clone())? > 0;
        let counted = self.count("SELECT count(*) AS count FROM counted WHERE id <> ?", id.clone())?;
        let admitted = admits(counted, limit, is_counted);
        if admitted {
            self.sql.exec("INSERT OR IGNORE INTO counted VALUES (?, ?)", vec![today.into(), id.into()])?;
        }
        Response::ok(admitted.to_string())
    }
}

#[derive(Deserialize)]
struct Count {
    count: f64,
}

impl Tally {
    fn count(&self, query: &str, id: String) -> Result<u64> {
        Ok(self.sql.exec(query, vec![id.into()])?.one::<Count>()?.count as u64)
    }
}

/// Counts an order, if the day still has room for it. The same order is counted once.
pub(crate) async fn reserve(env: &Env, account: &str, id: &str, limit: u32, now_ms: u64) -> Result<bool> {
    ask(env, account, &Question { id: id.to_owned(), limit: Some(limit), now_ms }).await
}

/// Gives an order's place back.
pub(crate) async fn release(env: &Env, account: &str, id: &str, now_ms: u64) -> Result<bool> {
    ask(env, account, &Question { id: id.to_owned(), limit: None, now_ms }).await
}

async fn ask(env: &Env, account: &str, question: &Question) -> Result<bool> {
    let stub = env.durable_object("TALLY")?.get_by_name(account)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(question)?.into()));
    let mut response = stub.fetch_with_request(Request::new_with_init("https://tally/", &init)?).await?;
    Ok(response.text().await? == "true")
}
