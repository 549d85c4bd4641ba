//! Passes a file on to a provider while it arrives. No more of it is kept than its beginning, which decides.

use std::cell::Cell;
use std::rc::Rc;

use edgepost_core::http::Response as Answer;
use edgepost_core::operation::Operation;
use edgepost_gateway::config::{Config, Upstream};
use edgepost_gateway::headers;
use edgepost_gateway::ledger::{answer_or_problem, understand};
use edgepost_gateway::problem::{Code, Problem};
use edgepost_gateway::tally::Fate;
use edgepost_gateway::upload::{Look, Passage, Upload};
use futures_util::{Stream, StreamExt, stream};
use worker::worker_sys::FixedLengthStream as Body;
use worker::{ByteStream, Date, Env, Error, FixedLengthStream, Request, Result};

use crate::{tally, upstream};

/// Looks at a form, and passes it on or refuses it.
pub(crate) async fn pass(config: &Config, form: &Upload, mut request: Request, env: &Env) -> Result<Answer> {
    let operation = form.operation();
    let Some(upstream) = config.upstream(operation.provider) else {
        return Err(Error::from("the provider is not configured"));
    };
    let Ok(mut body) = request.stream() else {
        return Ok(Problem::new(Code::BodyUnreadable, "There is no form.").response());
    };
    let boundary = boundary()?;
    let mut head = Vec::new();
    let passage = loop {
        match form.look(upstream, &head, &boundary) {
            Look::Pass(passage) => break passage,
            Look::Refused(problem) => {
                drain(body).await;
                return Ok(problem.response());
            }
            Look::More(wanted) => {
                if !fill(&mut head, &mut body, wanted).await {
                    let detail = "The form broke off before it was complete.";
                    return Ok(Problem::new(Code::BodyUnreadable, detail).response());
                }
            }
        }
    };
    send(config, upstream, operation, passage, head, body, env).await
}

/// Reads until there are so many bytes. `false` if there are no more.
async fn fill(head: &mut Vec<u8>, body: &mut ByteStream, wanted: usize) -> bool {
    while head.len() < wanted {
        match body.next().await {
            Some(Ok(chunk)) => head.extend_from_slice(&chunk),
            _ => return false,
        }
    }
    true
}

/// Reads over what is left of a refused form, so that its sender gets to hear the answer; not for ever.
pub(crate) async fn drain(mut body: ByteStream) {
    const PATIENCE: usize = 64 << 20;
    let mut size = 0;
    while let Some(Ok(chunk)) = body.next().await {
        size += chunk.len();
        if size > PATIENCE {
            return;
        }
    }
}

async fn send(
    config: &Config,
    upstream: &Upstream,
    operation: &'static Operation,
    passage: Passage,
    head: Vec<u8>,
    body: ByteStream,
    env: &Env,
) -> Result<Answer> {
    let holds = tally::for_account(config, operation);
    let id = boundary()?;
    let held = match tally::reserve(env, &id, &holds, false).await? {
        Ok(held) => held,
        Err((problem, left)) => {
            drain(body).await;
            let mut answer = problem.response();
            headers::tell_left(&mut answer, left);
            return Ok(answer);
        }
    };
    let length = passage.length();
    let request = passage.request.clone();
    let is_broken = Rc::new(Cell::new(false));
    let framed = framed(passage, head, body, Rc::clone(&is_broken));
    let stream = Body::from(FixedLengthStream::wrap(framed, length));
    let received = upstream::send_stream(request, upstream, stream.readable().into()).await;
    let left = held.left;
    held.settle(&Fate::Happened(None)).await;
    if is_broken.get() {
        let detail = "The form cannot be read: its file has to be its last part, and nothing may stand behind it.";
        return Ok(Problem::new(Code::BodyUnreadable, detail).response());
    }
    let outcome = understand(operation, &received, config.is_test(), Date::now().as_millis());
    let mut answer = answer_or_problem(operation, received, &outcome);
    headers::tell_left(&mut answer, left);
    Ok(answer)
}

/// The form as it goes upstream. It breaks off, and says so in `is_broken`, where the caller's does not end with its file.
fn framed(
    passage: Passage,
    head: Vec<u8>,
    body: ByteStream,
    is_broken: Rc<Cell<bool>>,
) -> impl Stream<Item = Result<Vec<u8>>> {
    let Passage { frame, file_at, file_size, tail, .. } = passage;
    let begun = head.get(file_at..).unwrap_or_default().to_vec();
    let mut file = Passing { left: file_size, tail, window: Vec::new(), behind: Vec::new() };
    let chunks = stream::iter([Ok(begun)]).chain(body).map(move |chunk| {
        let chunk = file.pass(chunk?);
        is_broken.set(is_broken.get() || chunk.is_none());
        chunk.ok_or_else(|| Error::from("there is more in the form than its file"))
    });
    // A file that is too short makes the body too short: the platform breaks such a request off.
    stream::iter([Ok(frame.head)]).chain(chunks).chain(stream::iter([Ok(frame.tail)]))
}

/// A file as it passes.
struct Passing {
    /// How much of it is still to come.
    left: u64,
    /// What has to stand behind it.
    tail: Vec<u8>,
    /// The last bytes that passed: a boundary may be cut in two.
    window: Vec<u8>,
    /// What stands behind it so far.
    behind: Vec<u8>,
}

impl Passing {
    /// As much of a chunk as is the file's; nothing where there is a boundary in it, or something else behind it.
    fn pass(&mut self, mut chunk: Vec<u8>) -> Option<Vec<u8>> {
        let own = usize::try_from(self.left).unwrap_or(usize::MAX).min(chunk.len());
        self.behind.extend_from_slice(chunk.get(own..)?);
        chunk.truncate(own);
        self.left -= own as u64;
        self.window.extend_from_slice(&chunk);
        // A line break, two hyphens and the boundary; two more hyphens and a line break end the form.
        let boundary = self.tail.get(..self.tail.len().checked_sub(4)?)?;
        let has_boundary = self.window.windows(boundary.len()).any(|window| window == boundary);
        let passed = self.window.len().saturating_sub(boundary.len() - 1);
        self.window.drain(..passed);
        (!has_boundary && self.tail.starts_with(&self.behind)).then_some(chunk)
    }
}

/// Nobody can know it before the file is on its way.
fn boundary() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::from(error.to_string()))?;
    Ok(bytes.iter().fold(String::from("edgepost-"), |text, byte| format!("{text}{byte:02x}")))
}
