//! Reads of one order: remembered for a moment, so that many pages that poll are one caller to the provider.

use edgepost_core::http::Response;

/// How long an answer is given again, in milliseconds.
const REMEMBERED_MS: u64 = 2_000;

/// The last answer about an order.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    last: Option<(u64, Response)>,
}

impl Memory {
    /// The answer, if it is of the last seconds.
    pub fn recall(&self, now_ms: u64) -> Option<Response> {
        let (at, answer) = self.last.as_ref()?;
        (now_ms.checked_sub(*at)? < REMEMBERED_MS).then(|| answer.clone())
    }

    /// Keeps an answer. A refusal is not kept: what it asks for may be mended by then.
    pub fn keep(&mut self, answer: &Response, now_ms: u64) {
        if answer.status == 200 {
            self.last = Some((now_ms, answer.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_given_again_for_two_seconds() {
        let answer = |status| Response { status, headers: vec![], body: vec![] };
        let mut memory = Memory::default();
        assert_eq!(memory.recall(0), None);
        memory.keep(&answer(429), 1_000);
        assert_eq!(memory.recall(1_000), None);
        memory.keep(&answer(200), 1_000);
        assert_eq!(memory.recall(2_999), Some(answer(200)));
        assert_eq!(memory.recall(3_000), None);
        assert_eq!(memory.recall(999), None, "a clock that went back");
    }
}
