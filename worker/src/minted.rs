//! What was minted, by its order: what a payer's order is held against who comes back.

use edgepost_core::postpay::CREATE_CHECKOUT;
use edgepost_gateway::mint::Mint;
use edgepost_gateway::payer_return::{KEPT_MS, Minted as Checkout, minted_id};
use serde::{Deserialize, Serialize};
use worker::{
    Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, SqlStorage, SqlStorageValue,
    State, Storage, durable_object,
};

use crate::settings;

/// What is asked: to keep one, or for the one of an identity.
#[derive(Serialize, Deserialize)]
enum Asked {
    Keep(Checkout),
    Find(String),
}

#[durable_object]
pub struct Minted {
    storage: Storage,
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Row {
    checkout: String,
}

impl DurableObject for Minted {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        let table = "CREATE TABLE IF NOT EXISTS minted (id TEXT PRIMARY KEY, checkout TEXT NOT NULL, minted_ms INTEGER NOT NULL)";
        let _ = sql.exec(table, None);
        Minted { storage: state.storage(), sql }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match request.json().await? {
            Asked::Keep(checkout) => {
                let written = serde_json::to_string(&checkout)?;
                let values = vec![checkout.id.into(), written.into(), milliseconds(Date::now().as_millis())];
                self.sql.exec("INSERT OR REPLACE INTO minted VALUES (?, ?, ?)", values)?;
                self.schedule_purge().await?;
                Response::from_json(&())
            }
            Asked::Find(id) => {
                let query = "SELECT checkout FROM minted WHERE id = ?";
                let row = self.sql.exec(query, vec![id.into()])?.to_array::<Row>()?.pop();
                let checkout = row.map(|row| serde_json::from_str::<Checkout>(&row.checkout)).transpose()?;
                Response::from_json(&checkout)
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let before = Date::now().as_millis().saturating_sub(KEPT_MS);
        self.sql.exec("DELETE FROM minted WHERE minted_ms < ?", vec![milliseconds(before)])?;
        self.schedule_purge().await?;
        Response::empty()
    }
}

impl Minted {
    /// What is old is thrown away by alarm.
    async fn schedule_purge(&self) -> Result<()> {
        let is_empty = self.sql.exec("SELECT 1 FROM minted LIMIT 1", None)?.raw().next().is_none();
        if self.storage.get_alarm().await?.is_none() && !is_empty {
            self.storage.set_alarm(i64::try_from(KEPT_MS).unwrap_or(i64::MAX)).await?;
        }
        Ok(())
    }
}

/// Keeps what a mint has made, if it is a checkout. To be done before anybody gets to know the address of its page: no payer
/// comes back from a page that nobody knows.
pub(crate) async fn keep(env: &Env, mint: &Mint) -> Result<()> {
    if mint.operation != CREATE_CHECKOUT.name {
        return Ok(());
    }
    let config = settings::config(env).map_err(|faults| Error::from(faults.join("; ")))?;
    let Some(checkout) = Checkout::of(config.mode, &mint.operation, &mint.body) else { return Ok(()) };
    let id = checkout.id.clone();
    ask(env, &id, &Asked::Keep(checkout)).await.map(|_| ())
}

/// What was minted under an order's id.
pub(crate) async fn find(env: &Env, mode: &str, order_id: &str) -> Result<Option<Checkout>> {
    let id = minted_id(mode, order_id);
    ask(env, &id, &Asked::Find(id.clone())).await?.json().await
}

/// The first two characters of the identity choose one of 4,096 objects.
async fn ask(env: &Env, id: &str, asked: &Asked) -> Result<Response> {
    let stub = env.durable_object("MINTED")?.get_by_name(id.get(..2).unwrap_or_default())?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(asked)?.into()));
    let response = stub.fetch_with_request(Request::new_with_init("https://minted/", &init)?).await?;
    if response.status_code() == 200 { Ok(response) } else { Err(Error::from("what was minted is not told")) }
}

fn milliseconds(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
