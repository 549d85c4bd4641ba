//! Work that several wait for: who asks for what is under way already gets its answer.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use worker::Result;

/// An answer that several wait for. Errors are texts, because they are handed out more than once.
pub(crate) type Pending = Shared<LocalBoxFuture<'static, Rc<std::result::Result<Answer, String>>>>;

/// What is under way, by identity, and the digest of what it was begun for.
#[derive(Clone, Default)]
pub(crate) struct Joined {
    under_way: Rc<RefCell<HashMap<String, (String, Pending)>>>,
}

impl Joined {
    /// What is under way for an identity.
    pub(crate) fn find(&self, id: &str) -> Option<Pending> {
        self.under_way.borrow().get(id).map(|(_, pending)| pending.clone())
    }

    /// Whether what is under way was begun for this.
    pub(crate) fn is_for(&self, id: &str, digest: &str) -> bool {
        self.under_way.borrow().get(id).is_some_and(|(begun_for, _)| begun_for == digest)
    }

    /// Begins work. It is under way until it ends, and ends that by itself: whoever waits longest must not take away
    /// what was begun after it.
    pub(crate) fn begin(
        &self,
        id: String,
        digest: String,
        work: impl Future<Output = Result<Answer>> + 'static,
    ) -> Pending {
        let (joined, key) = (self.clone(), id.clone());
        let pending = async move {
            let answer = work.await.map_err(|error| error.to_string());
            joined.under_way.borrow_mut().remove(&key);
            Rc::new(answer)
        };
        let pending = pending.boxed_local().shared();
        self.under_way.borrow_mut().insert(id, (digest, pending.clone()));
        pending
    }
}
