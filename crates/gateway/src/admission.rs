//! From a request to what is done about it.

use edgepost_core::check::Check;
use edgepost_core::digest;
use edgepost_core::http::{Headers, Request, Response};
use edgepost_core::operation::{Body as BodyKind, Operation, Repeat};
use edgepost_core::outcome::Advice;
use edgepost_core::prepare::{self, Options};
use edgepost_core::read;
use edgepost_core::schema::Mode;

use crate::access::{self, Access};
use crate::asks::Asks;
use crate::config::{Config, Upstream};
use crate::cors;
use crate::credential;
use crate::head::Head;
use crate::headers;
use crate::hook;
use crate::input::{self, Member};
use crate::mint::{Mint, identity, shown};
use crate::once::{self, Once};
use crate::own_payment::Asked;
use crate::payer_return::Pages;
use crate::policy;
use crate::problem::{Code, Problem};
use crate::route::{self, Route};
use crate::upload::{self, Upload};
use crate::wallet::{self, Bounds};

/// A JSON body has at most so many bytes.
pub const LARGEST_BODY: usize = 1_048_576;
/// What to do about a request before its body is read.
#[derive(Clone, Debug)]
pub enum Next {
    /// Answer.
    Answer(Response),
    /// Serve a file of the page.
    Page,
    /// Read the body, then call [`crate::hook::receive`].
    Hook,
    /// Show an operator what the merchant did not take, or send one of it again.
    DeadLetters {
        /// Which one.
        again: Option<String>,
    },
    /// Show an operator an entry of the ledger.
    Entry {
        /// Which one.
        id: String,
    },
    /// Read the body, then call [`Resolution::read`](crate::ledger::by_hand::Resolution::read).
    Resolve {
        /// The entry that it is about.
        id: String,
        /// The operator.
        by: String,
    },
    /// Ask about the order of a payer who came back, then send the payer on to one of these.
    Return(Pages),
    /// Read the body, then call [`Pending::decide`].
    Body(Pending),
    /// Look something up.
    Read(Lookup),
    /// Look at the beginning of a form, then pass its file on.
    Upload(Upload),
}

/// What to do about a request whose body was read.
#[derive(Clone, Debug)]
pub enum Then {
    /// Answer.
    Answer(Response),
    /// Look something up.
    Read(Lookup),
    /// Make something happen once.
    Mint(Box<Mint>),
    /// Pay for an order, once.
    Pay(Box<Asked>),
}

/// A read of one thing.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// What is read, as one text: reads of the same are joined.
    pub id: String,
    /// The operation.
    pub operation: &'static Operation,
    /// What goes upstream, but for the secret.
    pub request: Request,
}

/// A request that waits for its body.
#[derive(Clone, Debug)]
pub struct Pending {
    operation: &'static Operation,
    /// What is known of a call; nothing for a mere check.
    call: Option<Call>,
}

/// What is known of a call before its body is read.
#[derive(Clone, Debug)]
struct Call {
    /// The members that came in the path.
    members: Vec<Member>,
    once: Once,
    /// By what right it is made.
    access: Access,
    /// Where the gateway pays for it: what the caller allows.
    own: Option<Bounds>,
}

/// A body, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Bytes(Vec<u8>),
    /// It is larger than [`LARGEST_BODY`].
    TooLarge,
    /// It broke off.
    Unreadable,
}

impl Body {
    /// All of it.
    pub fn bytes(self) -> Result<Vec<u8>, Problem> {
        match self {
            Body::Bytes(bytes) => Ok(bytes),
            Body::TooLarge => {
                let detail = format!("A body has at most {LARGEST_BODY} bytes.");
                Err(Problem::new(Code::BodyTooLarge, detail))
            }
            Body::Unreadable => {
                let problem = Problem::new(Code::BodyUnreadable, "The body broke off before it was complete.");
                Err(problem.retry(Advice::SameBytes, None))
            }
        }
    }
}

/// Decides about a request before its body is read.
pub fn receive(config: &Config, head: &Head, now_ms: u64) -> Next {
    decide(config, head, now_ms).unwrap_or_else(|problem| Next::Answer(problem.response()))
}

fn decide(config: &Config, head: &Head, now_ms: u64) -> Result<Next, Problem> {
    let route = route::find(head.asked_method(), head.path())?;
    if matches!(route, Route::Page) {
        if !config.is_test() {
            let detail = "The page is served in test mode only.";
            return Err(Problem::new(Code::NotFound, detail));
        }
        return Ok(Next::Page);
    }
    // Any page may ask what may be asked; that its origin is not served it hears, readably, when it asks for it.
    if cors::is_preflight(&head.method, &head.headers) {
        return Ok(Next::Answer(cors::preflight()));
    }
    // Neither Postpay nor a payer is a page: no origin that they may show says anything.
    match &route {
        Route::Hook { mode } if mode == config.mode => return Ok(Next::Hook),
        Route::Hook { .. } => return Err(route::unknown(head.path())),
        Route::Return => {
            let detail =
                "Payers do not come back here: POSTPAY_SUCCESS_URL and POSTPAY_FAILURE_URL are not configured.";
            let pages = config.pages.clone().ok_or_else(|| Problem::new(Code::NotFound, detail))?;
            return Ok(Next::Return(pages));
        }
        _ => {}
    }
    // Whoever shows an origin has to be one that is served, also with a grant: a page has its users' grants, not its own.
    let own = policy::origin(&head.url);
    if let Some(origin) = head.origin().filter(|origin| !config.policy.allows_origin(Some(origin), &own)) {
        let detail = format!("Pages of {origin} are not served here: the policy's `origins` do not list it.");
        return Err(Problem::new(Code::OriginNotAllowed, detail));
    }
    match route {
        // The document is a file beside the page.
        Route::Page | Route::OpenApi | Route::Hook { .. } | Route::Return => Ok(Next::Page),
        Route::DeadLetters { again } => {
            access::operator(config, &head.headers, now_ms)?;
            Ok(Next::DeadLetters { again })
        }
        Route::Ledger { id, resolves } => {
            let by = access::operator(config, &head.headers, now_ms)?;
            if resolves {
                json_only(&head.headers)?;
                return Ok(Next::Resolve { id, by });
            }
            Ok(Next::Entry { id })
        }
        Route::Health => Ok(Next::Answer(health(config))),
        Route::Validate(operation) => {
            json_only(&head.headers)?;
            Ok(Next::Body(Pending { operation, call: None }))
        }
        Route::Pay(operation) => {
            config.served(operation.provider)?;
            json_only(&head.headers)?;
            let access = access::check(config, operation, &head.headers, &head.url, now_ms)?;
            let own = Some(Bounds::read(&head.query()?)?);
            let call = Some(Call { members: Vec::new(), once: Once::Own, access, own });
            Ok(Next::Body(Pending { operation, call }))
        }
        Route::Operation { operation, members } => {
            config.served(operation.provider)?;
            config.refills.serves(operation)?;
            let access = access::check(config, operation, &head.headers, &head.url, now_ms)?;
            match (operation.repeat, operation.body) {
                (Repeat::Read, BodyKind::None) => {
                    lookup(config, head, operation, &members, b"", &access).map(Next::Read)
                }
                (_, BodyKind::Multipart { .. }) => upload::receive(operation, &head.headers).map(Next::Upload),
                (_, body) => {
                    if body == BodyKind::Json {
                        json_only(&head.headers)?;
                    }
                    let once = once::find(operation, &head.headers, &access)?;
                    let call = Call { members, once, access, own: None };
                    Ok(Next::Body(Pending { operation, call: Some(call) }))
                }
            }
        }
    }
}

fn json_only(headers: &Headers) -> Result<(), Problem> {
    if headers::is_json(headers) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, "Send JSON, with Content-Type: application/json."))
}

fn lookup(
    config: &Config,
    head: &Head,
    operation: &'static Operation,
    members: &[Member],
    body: &[u8],
    access: &Access,
) -> Result<Lookup, Problem> {
    let input = config.refills.completed(operation, input::of(operation, members, &head.query()?, body)?);
    config.refills.check_input(operation, &input)?;
    let request = build(config.served(operation.provider)?, operation, &input, &head.headers, None)?;
    access.covers_order(&asks(operation, &input))?;
    let id = identity("read", config.mode, operation.name, &String::from_utf8_lossy(&input));
    Ok(Lookup { id, operation, request })
}

/// The input of a call, with what the gateway knows itself.
fn completed(config: &Config, head: &Head, operation: &'static Operation, input: Vec<u8>) -> Vec<u8> {
    config.refills.completed(operation, hook::completed(config, &policy::origin(&head.url), operation, input))
}

/// What an input asks for.
fn asks(operation: &Operation, input: &[u8]) -> Asks {
    Asks::of(operation, &read::check(operation.input, input, Mode::Strict).root())
}

/// The request for an input, built from scratch: nothing of the caller's is on it but what the tables let through.
fn build(
    upstream: &Upstream,
    operation: &'static Operation,
    input: &[u8],
    headers: &Headers,
    id: Option<&str>,
) -> Result<Request, Problem> {
    // PB-006: some take less of it, which is still more than anybody could guess.
    let idempotency_key: Option<String> = id.map(|id| id.chars().take(operation.provider.key.longest).collect());
    let options = Options {
        mode: Mode::Strict,
        base_url: Some(upstream.base.clone()),
        idempotency_key: idempotency_key.map(|id| shown(&id, operation)),
        accept_language: headers::accept_language(headers),
    };
    let prepared = prepare::build(operation, input, &options);
    prepared.map(|prepared| prepared.request).map_err(|report| {
        let errors = report.issues.iter().filter(|issue| issue.severity == edgepost_core::report::Severity::Error);
        let detail = match errors.clone().next() {
            Some(first) => format!("{} ({} in all): {}", first.path, errors.count(), first.message()),
            None => "The input cannot be sent.".to_owned(),
        };
        Problem { issues: report.issues, ..Problem::new(Code::InvalidInput, detail) }
    })
}

impl Pending {
    /// Decides about a request whose body was read.
    pub fn decide(&self, config: &Config, head: &Head, body: Body) -> Then {
        self.outcome(config, head, body).unwrap_or_else(|problem| Then::Answer(problem.response()))
    }

    fn outcome(&self, config: &Config, head: &Head, body: Body) -> Result<Then, Problem> {
        let bytes = body.bytes()?;
        let operation = self.operation;
        let Some(Call { members, once, access, own }) = &self.call else {
            let input = completed(config, head, operation, bytes);
            let mut report = prepare::validate(operation, &input, Mode::Strict);
            report.issues.extend(config.refills.issues(operation, &input));
            return Ok(Then::Answer(json_answer(200, report.to_json())));
        };
        if operation.repeat == Repeat::Read {
            return lookup(config, head, operation, members, &bytes, access).map(Then::Read);
        }
        let query = if own.is_some() { Vec::new() } else { head.query()? };
        let input = completed(config, head, operation, input::of(operation, members, &query, &bytes)?);
        config.refills.check_input(operation, &input)?;
        let asks = asks(operation, &input);
        let own = own.as_ref().map(|bounds| wallet::allow(config, access, &asks, bounds)).transpose()?;
        let subject = access.subject();
        let identity = |key: &str| identity(&subject, config.mode, operation.name, key);
        let known = once.key(operation, &input).map(|key| identity(&key));
        let upstream = config.served(operation.provider)?;
        let request = build(upstream, operation, &input, &head.headers, known.as_deref())?;
        return_urls(config, head, &asks)?;
        let body = request.body.unwrap_or_default();
        access.covers(operation, &asks, &digest::field(&body))?;
        // Where the gateway pays, nobody else does.
        let paid = if own.is_some() { None } else { credential::find(operation, &head.headers, config.is_test())? };
        let digest = once::digest(operation, upstream, &request.url, &body);
        let digest = credential::bound(digest, operation, paid.as_ref().map(|(_, value)| value.as_str()));
        let headers = request.headers.into_iter().chain(paid).collect();
        let mint = Mint {
            id: known.unwrap_or_else(|| identity(&digest)),
            operation: operation.name.to_owned(),
            address: matches!(access, Access::Public { .. }).then(|| head.network()),
            holds: access.holds(config, operation, &asks),
            digest,
            url: request.url,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            order: asks.order.map(|order| order.trim_ascii().to_owned()),
            input: Check::of(operation).map(|_| String::from_utf8_lossy(&input).into_owned()),
            subject,
        };
        Ok(match own {
            Some(allowance) => Then::Pay(Box::new(Asked::new(mint, allowance, config.mode))),
            None => Then::Mint(Box::new(mint)),
        })
    }
}

/// A payer is only sent back to where the policy says: a gateway whose links lead anywhere is a tool for fraud.
fn return_urls(config: &Config, head: &Head, asks: &Asks) -> Result<(), Problem> {
    let own = policy::origin(&head.url);
    match asks.returns.iter().find(|(_, url)| !config.policy.allows_return(url, &own)) {
        Some((member, _)) => {
            let detail = format!("{member} leads to an address that the policy's `return_urls` do not list.");
            Err(Problem::new(Code::ReturnUrlNotAllowed, detail))
        }
        None => Ok(()),
    }
}

fn health(config: &Config) -> Response {
    let providers: Vec<_> = config.upstreams.iter().map(|upstream| upstream.provider.name).collect();
    let body = serde_json::json!({ "ok": true, "mode": config.mode, "providers": providers });
    json_answer(200, body.to_string())
}

fn json_answer(status: u16, body: String) -> Response {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("edgepost-source", "gateway")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Response { status, headers: headers.into(), body: body.into_bytes() }
}

/// The operation that a request is about, whatever becomes of it.
pub fn operation(head: &Head) -> Option<&'static Operation> {
    match route::find(head.asked_method(), head.path()) {
        Ok(Route::Operation { operation, .. } | Route::Validate(operation) | Route::Pay(operation)) => Some(operation),
        _ => None,
    }
}

/// Adds what every answer carries.
pub fn finish(head: &Head, mut answer: Response) -> Response {
    if let Some(operation) = operation(head) {
        answer.headers.push(("edgepost-operation".into(), operation.name.into()));
    }
    answer.headers.push(("edgepost-rules".into(), edgepost_core::rules::hash()));
    answer.headers.push(("x-content-type-options".into(), "nosniff".into()));
    answer.headers.push(("vary".into(), "Origin".into()));
    if let Some(origin) = head.origin() {
        cors::expose(&mut answer, origin);
    }
    answer
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tools_tests;
