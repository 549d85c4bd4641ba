//! What makes a call count once.

use edgepost_core::digest;
use edgepost_core::http::Headers;
use edgepost_core::operation::{Operation, Repeat};
use edgepost_core::outcome::Advice;
use edgepost_core::prepare::{IDEMPOTENCY_KEY, is_key};
use edgepost_core::read;
use edgepost_core::schema::{Mode, Position};

use crate::access::Access;
use crate::config::Upstream;
use crate::problem::{Code, Problem};

/// A public caller's key is at least so long: 128 bits in base64url. A shorter one could be guessed, and would give away
/// somebody else's order.
const SHORTEST_KEY: usize = 22;

/// What makes a call count once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// A text that the caller drew: its `Idempotency-Key`; or the one request that its grant is for.
    Key(String),
    /// The provider's own id, in the input ([`Operation::key`]).
    Own,
    /// All that it says: done twice it has the effect of once.
    Content,
}

/// Finds it, as far as it is known before the body is read.
pub fn find(operation: &Operation, headers: &Headers, access: &Access) -> Result<Once, Problem> {
    if !operation.key.is_empty() {
        Ok(Once::Own)
    } else if matches!(operation.repeat, Repeat::Read | Repeat::SameEffect) {
        Ok(Once::Content)
    } else {
        key(operation, headers, access).map(Once::Key)
    }
}

impl Once {
    /// The text that stands for it; nothing where that is the request itself.
    pub fn key(&self, operation: &Operation, input: &[u8]) -> Option<String> {
        match self {
            Once::Key(key) => Some(key.clone()),
            Once::Own => {
                let reading = read::check(operation.input, input, Mode::Strict);
                let id = operation.input.find(operation.key).and_then(|slot| reading.root().copy(slot));
                Some(id.unwrap_or_default().trim_ascii().to_owned())
            }
            Once::Content => None,
        }
    }
}

/// What a key is bound to: the body, and the path where the path says what is done.
pub fn digest(operation: &Operation, upstream: &Upstream, url: &str, body: &[u8]) -> String {
    let leads = |position| matches!(position, Position::Path | Position::Query);
    if operation.input.fields.iter().any(|field| leads(field.position)) {
        let path = url.strip_prefix(upstream.base.trim_end_matches('/')).unwrap_or(url);
        return digest::field(&[path.as_bytes(), b"\n", body].concat());
    }
    digest::field(body)
}

/// What to say where a key was used for something else; `own_id` is the member that is one, if any.
pub fn reused(own_id: &str) -> Problem {
    let detail = match own_id {
        "" => {
            "This Idempotency-Key was used with another body. Use a new key for a new order, or send the body of the \
               first attempt again."
                .to_owned()
        }
        id => format!("This `{id}` was used with another request. Use a new one, or send the first request again."),
    };
    Problem::new(Code::IdempotencyKeyReused, detail).retry(Advice::NewKey, None)
}

/// The key that makes a call count once. A grant for one request needs none: the request is its own key.
fn key(operation: &Operation, headers: &Headers, access: &Access) -> Result<String, Problem> {
    if let Some(intent) = access.intent() {
        // No key has a blank in it: nobody can take an intent's place.
        return Ok(format!("intent {intent}"));
    }
    // PB-006: who speaks to the gateway as to the provider has it under the provider's name.
    let names = [IDEMPOTENCY_KEY.header, operation.provider.key.header];
    let is_named = |name: &str| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let lines: Vec<_> = headers.iter().filter(|(name, _)| is_named(name)).collect();
    let key = match lines.as_slice() {
        [] => {
            let detail =
                "Send an Idempotency-Key: crypto.randomUUID(), drawn once for each order and kept for retries.";
            return Err(Problem::new(Code::IdempotencyKeyMissing, detail));
        }
        [(_, key)] if is_key(key) => key.clone(),
        _ => {
            let detail = "An Idempotency-Key is one text of 1 to 140 printable ASCII characters without spaces.";
            return Err(Problem::new(Code::IdempotencyKeyInvalid, detail));
        }
    };
    if key.len() < SHORTEST_KEY && matches!(access, Access::Public { .. }) {
        let detail = format!(
            "A caller without a grant needs an Idempotency-Key that nobody can guess, of at least {SHORTEST_KEY} \
             characters: crypto.randomUUID()."
        );
        return Err(Problem::new(Code::IdempotencyKeyTooShort, detail));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation::find as operation;

    #[test]
    fn pb_006_a_refills_key_may_have_the_providers_name() {
        let access = Access::Public { subject: "origin:none".into(), per_day: 1 };
        let refill = operation("pitneybowes.fund_account").unwrap();
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let id = "AAAAAAAAAAAAAAAAAAAAAA";
        for name in ["Idempotency-Key", "X-PB-TransactionId"] {
            assert_eq!(find(refill, &vec![line(name, id)], &access), Ok(Once::Key(id.into())), "{name}");
        }
        let both = vec![line("idempotency-key", id), line("x-pb-transactionid", id)];
        assert!(find(refill, &both, &access).is_err(), "which of the two is it?");
        let order = operation("pieterpost.create_checkout_link").unwrap();
        assert!(find(order, &vec![line("x-pb-transactionid", id)], &access).is_err());
    }
}
