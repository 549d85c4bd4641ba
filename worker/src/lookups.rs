//! Reads of orders: joined and remembered for a moment, so that many pages that poll are one caller to the provider.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use edgepost_core::http::{Headers, Request as Plain, Response as Answer};
use edgepost_core::operation::{self, Operation};
use edgepost_gateway::access::{account, account_of_check};
use edgepost_gateway::admission::Lookup;
use edgepost_gateway::config::Config;
use edgepost_gateway::headers;
use edgepost_gateway::ledger::{answer_or_problem, understand};
use edgepost_gateway::lookup::Memory;
use edgepost_gateway::tally::{Fate, Hold};
use serde::{Deserialize, Serialize};
use worker::{Date, DurableObject, Env, Error, Method, Request, RequestInit, Response, Result, State, durable_object};

use crate::joined::Joined;
use crate::messages::{answer_of, response_of};
use crate::{settings, tally, upstream};

/// What is looked up.
#[derive(Serialize, Deserialize)]
struct Question {
    id: String,
    operation: String,
    url: String,
    headers: Headers,
    body: Option<Vec<u8>>,
}

impl Question {
    fn of(lookup: &Lookup) -> Self {
        Question {
            id: lookup.id.clone(),
            operation: lookup.operation.name.to_owned(),
            url: lookup.request.url.clone(),
            headers: lookup.request.headers.clone(),
            body: lookup.request.body.clone(),
        }
    }
}

#[durable_object]
pub struct Lookups {
    env: Env,
    joined: Joined,
    memories: Rc<RefCell<HashMap<String, Memory>>>,
}

impl DurableObject for Lookups {
    fn new(_state: State, env: Env) -> Self {
        Lookups { env, joined: Joined::default(), memories: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let question: Question = request.json().await?;
        let id = question.id.clone();
        // What only changes by itself can be a moment old; a balance is asked for because of what was done just now.
        // PFD-020: so can what many who type the same ask for.
        let is_polled = operation::find(&question.operation)
            .is_some_and(|operation| !operation.done.values.is_empty() || operation.is_tool());
        if !is_polled {
            return response_of(look(&self.env, question, account).await?);
        }
        let now = Date::now().as_millis();
        self.memories.borrow_mut().retain(|_, memory| memory.recall(now).is_some());
        let recalled = self.memories.borrow().get(&id).and_then(|memory| memory.recall(now));
        if let Some(answer) = recalled {
            return response_of(answer);
        }
        let pending = self.joined.find(&id).unwrap_or_else(|| {
            let (env, memories, key) = (self.env.clone(), Rc::clone(&self.memories), id.clone());
            self.joined.begin(id, String::new(), async move {
                let answer = look(&env, question, account).await?;
                memories.borrow_mut().entry(key).or_default().keep(&answer, Date::now().as_millis());
                Ok(answer)
            })
        });
        match &*pending.await {
            Ok(answer) => response_of(answer.clone()),
            Err(error) => Err(Error::from(error.as_str())),
        }
    }
}

async fn look(env: &Env, question: Question, account: fn(&Config, &Operation) -> Hold) -> Result<Answer> {
    let config = settings::config(env).map_err(|faults| Error::from(faults.join("; ")))?;
    let operation = operation::find(&question.operation).ok_or_else(|| Error::from("no such operation"))?;
    let Some(upstream) =
        config.upstream(operation.provider).filter(|upstream| question.url.starts_with(&upstream.base))
    else {
        return Err(Error::from("the provider is not configured"));
    };
    let method = operation.method.name().to_owned();
    let request = Plain { method, url: question.url, headers: question.headers, body: question.body };
    let holds = [account(&config, operation)];
    let held = match tally::reserve(env, &question.id, &holds, false).await? {
        Ok(held) => held,
        Err((problem, left)) => {
            let mut answer = problem.response();
            headers::tell_left(&mut answer, left);
            return Ok(answer);
        }
    };
    let received = upstream::send(env, operation, request, upstream).await;
    let left = held.left;
    held.settle(&Fate::Happened(None)).await;
    let outcome = understand(operation, &received, config.is_test(), Date::now().as_millis());
    let mut answer = answer_or_problem(operation, received, &outcome);
    headers::tell_left(&mut answer, left);
    Ok(answer)
}

/// Asks the provider itself, now: for what has just been changed, by somebody else or by a call whose answer was lost.
pub(crate) async fn ask_anew(env: &Env, lookup: &Lookup) -> Result<Answer> {
    look(env, Question::of(lookup), account_of_check).await
}

/// Asks the object that joins reads of this thing. The first two characters choose one of 4,096.
pub(crate) async fn ask(env: &Env, lookup: &Lookup) -> Result<Answer> {
    let shard = lookup.id.get(..2).unwrap_or_default();
    let question = Question::of(lookup);
    let stub = env.durable_object("LOOKUPS")?.get_by_name(shard)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(&question)?.into()));
    answer_of(stub.fetch_with_request(Request::new_with_init("https://lookups/", &init)?).await?).await
}
