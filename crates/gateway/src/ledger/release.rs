//! Whether another payment may be made for an order whose first one was lost. The first can no longer be spent, so what the
//! order says of itself now is the last word. That it is over two clocks have to say: ours, and the provider's in the `Date` of
//! its answer. One that is ahead would let a second payment be made while the first is money.
//!
//! ```text
//! unknown --another payment, the first is over--> asked --unpaid--> new, bound to the other payment
//!                                                   '--paid, still good, or nobody can say--> unknown
//! ```

use edgepost_core::date;
use edgepost_core::flow::pay::is_unpaid;
use edgepost_core::http::{Response, header};
use edgepost_core::operation::{Method, OPERATIONS, Operation};
use edgepost_core::prepare::{self, Options};
use serde_json::json;

use super::{Entry, State};
use crate::admission::Lookup;
use crate::credential;
use crate::mint::{Mint, identity};

/// What the provider is asked: the order, by the id that it was created with.
pub fn question(mint: &Mint, operation: &Operation, base_url: &str) -> Option<Lookup> {
    let path = format!("{}/{{id}}", operation.path);
    let mut reads = OPERATIONS.iter().filter(|one| one.method == Method::Get && one.path == path);
    let with = reads.find(|one| one.provider.name == operation.provider.name)?;
    let input = json!({ with.order: mint.order.as_ref()? }).to_string();
    let options = Options { base_url: Some(base_url.to_owned()), ..Options::default() };
    let request = prepare::build(with, input.as_bytes(), &options).ok()?.request;
    Some(Lookup { id: identity("release", "", with.name, &mint.id), operation: with, request })
}

/// The entry as it is for the other payment; nothing where the answer does not say that the order is unpaid.
pub fn release(entry: Entry, mint: &Mint, answer: &Response, now_ms: u64) -> Option<Entry> {
    let is_unpaid = answer.status == 200 && is_unpaid(&answer.body, mint.order.as_deref().unwrap_or_default());
    let theirs_ms = header(&answer.headers, "date").and_then(date::http);
    let is_over = theirs_ms.is_some_and(|theirs_ms| credential::is_over(&entry.digest, theirs_ms.min(now_ms)));
    (is_unpaid && is_over).then(|| Entry { digest: mint.digest.clone(), ..entry.at(State::New, now_ms) })
}
