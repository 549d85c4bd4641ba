//! Sends a request to a provider.

use std::time::Duration;

use edgepost_core::http::{Request as Plain, Response as Answer};
use edgepost_core::mcp::Call;
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{self, Context};
use edgepost_gateway::admission::Body;
use edgepost_gateway::config::Upstream;
use edgepost_gateway::headers;
use edgepost_gateway::ledger::Received;
use edgepost_gateway::token::{Token, TokenSource, is_to_be_repeated};
use futures_util::future::{Either, select};
use wasm_bindgen::JsValue;
use worker::{
    AbortController, Delay, Env, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Result,
};

use crate::messages::received;
use crate::{token, tools};

/// How long an answer is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The same for a file, which has to arrive first.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(300);

/// Puts the secret on and sends. Redirects are not followed: the secret goes to the provider and nowhere else. PB-022: what
/// is refused because of its token is sent once more with another one.
pub(crate) async fn send(env: &Env, operation: &'static Operation, request: Plain, upstream: &Upstream) -> Received {
    if operation.is_tool() {
        return tools::call(operation, &request).await;
    }
    let shown = match token::of(env, upstream, None).await {
        Ok(shown) => shown,
        Err(problem) => return Received::NotSent(problem),
    };
    let received = send_with(request.clone(), upstream, shown.as_ref()).await;
    let (Some(shown), Received::Answer(answer)) = (shown, &received) else { return received };
    let outcome = outcome::read(operation, answer, &Context::default());
    if !is_to_be_repeated(&outcome, false) {
        return received;
    }
    match token::of(env, upstream, Some(&shown)).await {
        Ok(other) => send_with(request, upstream, other.as_ref()).await,
        Err(_) => received,
    }
}

/// Asks for a token.
pub(crate) async fn fetch_token(source: &TokenSource) -> Received {
    send_as_it_is(source.request()).await
}

async fn send_with(mut request: Plain, upstream: &Upstream, token: Option<&Token>) -> Received {
    headers::inject(&mut request, upstream, token);
    send_as_it_is(request).await
}

/// Sends a request that holds no secret, or just its own: what pays.
pub(crate) async fn send_as_it_is(request: Plain) -> Received {
    send_for(request, PATIENCE, None).await
}

/// The same, and waits for so long; for a call of a tool, if it is one.
pub(crate) async fn send_for(mut request: Plain, patience: Duration, call: Option<&Call>) -> Received {
    let body = request.body.take().map(|body| String::from_utf8_lossy(&body).as_ref().into());
    match platform_request(&request, body) {
        Ok(request) => exchange(request, patience, call).await,
        Err(_) => Received::Unreachable,
    }
}

/// The same for a body that is still arriving.
pub(crate) async fn send_stream(mut request: Plain, upstream: &Upstream, body: JsValue) -> Received {
    headers::inject(&mut request, upstream, None);
    match platform_request(&request, Some(body)) {
        Ok(request) => exchange(request, UPLOAD_PATIENCE, None).await,
        Err(_) => Received::Unreachable,
    }
}

/// Asks another Worker, by its binding.
pub(crate) async fn ask_service(env: &Env, binding: &str, mut request: Plain) -> Received {
    let body = request.body.take().map(|body| String::from_utf8_lossy(&body).as_ref().into());
    let (Ok(service), Ok(request)) = (env.service(binding), platform_request(&request, body)) else {
        return Received::Unreachable;
    };
    let answer = Box::pin(async {
        match service.fetch_request(request).await {
            Ok(response) => read_whole(response, None).await,
            Err(_) => Received::Unreachable,
        }
    });
    match select(answer, Delay::from(PATIENCE)).await {
        Either::Left((received, _)) => received,
        Either::Right(_) => Received::Timeout,
    }
}

/// Hands a message on to the merchant, and gives the status of the answer, which nobody reads. Redirects are not followed.
pub(crate) async fn deliver(mut message: Plain) -> std::result::Result<u16, &'static str> {
    const UNREACHABLE: &str = "the connection to the merchant failed or broke";
    let body = message.body.take().map(|body| String::from_utf8_lossy(&body).as_ref().into());
    let Ok(request) = platform_request(&message, body) else { return Err(UNREACHABLE) };
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let answer = Box::pin(fetch.send_with_signal(&signal));
    let status = match select(answer, Delay::from(PATIENCE)).await {
        Either::Left((answer, _)) => answer.map(|answer| answer.status_code()).map_err(|_| UNREACHABLE),
        Either::Right(_) => Err("the merchant did not answer in time"),
    };
    controller.abort();
    status
}

async fn exchange(request: Request, patience: Duration, call: Option<&Call>) -> Received {
    let controller = AbortController::default();
    let signal = controller.signal();
    let answer = Box::pin(async {
        match Fetch::Request(request).send_with_signal(&signal).await {
            Ok(response) => read_whole(response, call).await,
            Err(_) => Received::Unreachable,
        }
    });
    match select(answer, Delay::from(patience)).await {
        Either::Left((received, _)) => {
            // What is not read to its end, because no more of it is needed, is not waited for.
            if call.is_some() {
                controller.abort();
            }
            received
        }
        Either::Right(_) => {
            controller.abort();
            Received::Timeout
        }
    }
}

async fn read_whole(response: Response, call: Option<&Call>) -> Received {
    let (status, headers, body) = received(response, call).await;
    match body {
        Body::Bytes(body) => Received::Answer(Answer { status, headers, body }),
        Body::TooLarge => Received::TooLarge,
        Body::Unreadable => Received::Unreachable,
    }
}

fn platform_request(plain: &Plain, body: Option<JsValue>) -> Result<Request> {
    let fields = Headers::new();
    for (name, value) in &plain.headers {
        fields.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(plain.method.clone())).with_headers(fields).with_redirect(RequestRedirect::Manual);
    init.with_body(body);
    Request::new_with_init(&plain.url, &init)
}
