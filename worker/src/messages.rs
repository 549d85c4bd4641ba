//! Between the platform's requests and answers and the plain ones.

use edgepost_core::http::{Headers, Response as Answer, header};
use edgepost_core::mcp::{Call, Incoming};
use edgepost_gateway::admission::{Body, LARGEST_BODY};
use edgepost_gateway::head::Head;
use futures_util::StreamExt;
use worker::{ByteStream, Request, Response, ResponseBuilder, Result};

/// A request, but for its body.
pub(crate) fn head_of(request: &Request) -> Head {
    let headers: Headers = request.headers().entries().collect();
    Head {
        method: request.method().to_string(),
        url: request.inner().url(),
        address: header(&headers, "cf-connecting-ip").unwrap_or("unknown").to_owned(),
        headers,
    }
}

/// A request's body, as long as it is not too large.
pub(crate) async fn body(request: &mut Request) -> Body {
    let length = request.headers().get("content-length").ok().flatten();
    if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > PATIENCE as u64) {
        return Body::TooLarge;
    }
    match request.stream() {
        Ok(stream) => collect(stream, None).await,
        // There is no body at all.
        Err(_) => Body::Bytes(Vec::new()),
    }
}

/// How much of a body that is too large is read and thrown away, so that its sender gets to hear the answer.
const PATIENCE: usize = 4 * LARGEST_BODY;

/// The bytes of a stream, up to the largest body, or until no more are needed.
async fn collect(mut stream: ByteStream, mut incoming: Option<Incoming>) -> Body {
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else { return Body::Unreadable };
        size += chunk.len();
        if size > PATIENCE {
            break;
        }
        if size <= LARGEST_BODY {
            bytes.extend_from_slice(&chunk);
        }
        if incoming.as_mut().is_some_and(|incoming| incoming.push(&chunk)) {
            break;
        }
    }
    if size > LARGEST_BODY { Body::TooLarge } else { Body::Bytes(bytes) }
}

/// What a provider answered, and its body as far as it could be read. Where a tool was called, `call` knows how much of it is
/// needed.
pub(crate) async fn received(mut response: Response, call: Option<&Call>) -> (u16, Headers, Body) {
    let headers = response.headers().entries().collect();
    let incoming = call.map(|call| call.incoming(&headers));
    let body = match response.stream() {
        Ok(stream) => collect(stream, incoming).await,
        Err(_) => Body::Bytes(Vec::new()),
    };
    (response.status_code(), headers, body)
}

/// An answer of ours, such as that of a Durable Object or a file.
pub(crate) async fn answer_of(mut response: Response) -> Result<Answer> {
    let headers = response.headers().entries().collect();
    Ok(Answer { status: response.status_code(), headers, body: response.bytes().await? })
}

/// The platform's form of an answer.
pub(crate) fn response_of(answer: Answer) -> Result<Response> {
    let mut response = ResponseBuilder::new().with_status(answer.status);
    for (name, value) in &answer.headers {
        response = response.with_header(name, value)?;
    }
    if answer.body.is_empty() { Ok(response.empty()) } else { Ok(response.fixed(answer.body)) }
}
