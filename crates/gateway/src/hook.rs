//! What Postpay delivers to the gateway's own hook: verified before anything else is done. What it says is a hint only
//! (PO-099); what it is about is looked up by the outbox.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgepost_core::digest::sha256;
use edgepost_core::http::{Request, header};
use edgepost_core::json;
use edgepost_core::operation::Operation;
use edgepost_core::postpay::webhook::{HEADER, TOLERANCE, verify};
use edgepost_core::postpay::{CREATE_HOOK, GET_ORDER, GET_TRANSACTION};
use edgepost_core::prepare::{KNOWN, with_known};
use edgepost_core::read::{self, is_web_address};
use edgepost_core::schema::Mode;
use serde_json::Value;

use crate::admission::Body;
use crate::config::{Config, Upstream};
use crate::head::Head;
use crate::message::{Merchant, MessageKey};
use crate::outbox::{EXCERPT, Event, Pace, Subject};
use crate::problem::{Code, Problem};
use crate::secret::Secret;

/// The secret of Postpay's hook, without its mode.
const SECRET: &str = "POSTPAY_WEBHOOK_SECRET";
const CREATE_HOOK_PATH: &str = CREATE_HOOK.path;

/// What is configured for webhooks.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// Each may have signed a delivery. The first is the one that a new hook gets, the other was it before.
    pub secrets: Vec<Secret>,
    /// Where events are handed on to.
    pub merchant: Option<Merchant>,
    /// How often, and how soon.
    pub pace: Pace,
}

impl Hooks {
    /// Reads the configuration, and says what is wrong with it by name.
    pub fn read(mode: &str, var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Self {
        let name = format!("{SECRET}_{}", mode.to_ascii_uppercase());
        let previous = format!("{name}_PREVIOUS");
        let secrets: Vec<_> = [&name, &previous].into_iter().filter_map(|name| var(name)).map(Secret::new).collect();
        if var(&name).is_none() && !secrets.is_empty() {
            faults.push(format!("{previous} is there, but {name} is not"));
        }
        Hooks { secrets, merchant: merchant(var, faults), pace: Pace::read(var, faults) }
    }
}

fn merchant(var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Option<Merchant> {
    let url = var("MERCHANT_WEBHOOK_URL")?;
    if !is_web_address(&url) {
        faults.push("MERCHANT_WEBHOOK_URL is no https address (http on loopback)".into());
    }
    let mut keys = Vec::new();
    for (name, needed) in [("MERCHANT_WEBHOOK_SECRET", true), ("MERCHANT_WEBHOOK_SECRET_PREVIOUS", false)] {
        match var(name).map(|secret| MessageKey::new(&secret)) {
            Some(Some(key)) => keys.push(key),
            Some(None) => faults.push(format!("{name} is not whsec_ and 24 to 64 bytes in base64")),
            None if needed => {
                faults.push(format!("{name} is missing: nothing goes to MERCHANT_WEBHOOK_URL unsigned"));
            }
            None => {}
        }
    }
    Some(Merchant { url, keys })
}

/// The input of a call, with what the gateway knows itself: whoever registers the gateway's own hook leaves out its secret.
/// It is put on when the request is sent; until then, and wherever the request is written down, something stands for it.
/// `own` is the gateway's origin, as it was called: a hook elsewhere is somebody else's, whatever its path is.
pub fn completed(config: &Config, own: &str, operation: &'static Operation, mut input: Vec<u8>) -> Vec<u8> {
    if operation.name != CREATE_HOOK.name {
        return input;
    }
    let reading = read::check(CREATE_HOOK.input, &input, Mode::Strict);
    let root = reading.root();
    let url = CREATE_HOOK.input.find("url").and_then(|slot| root.copy(slot)).unwrap_or_default();
    let is_own = url.trim_ascii() == format!("{own}/hooks/postpay/{}", config.mode);
    if is_own && !config.hooks.secrets.is_empty() {
        return with_known(operation, &input);
    }
    // Whoever leaves it out for another address, or at a gateway that has none, is told so: a blank one is refused.
    let secret = CREATE_HOOK.input.find("secret").and_then(|slot| root.text(slot));
    if let Some(range) = secret.filter(|secret| secret.is(KNOWN)).map(|secret| secret.range()) {
        input.splice(range, []);
    }
    input
}

/// Puts the secret into a request for the gateway's own hook.
pub(crate) fn inject(request: &mut Request, upstream: &Upstream, secret: &str) {
    let path = request.url.strip_prefix(upstream.base.trim_end_matches('/'));
    let (true, Some(CREATE_HOOK_PATH), Some(body)) = (request.method == "POST", path, &request.body) else { return };
    let member = |value: &str| {
        let mut written = String::new();
        json::member(&mut written, "\"secret\":", value);
        written
    };
    // Inside of a text a quotation mark is escaped: this can only be a member.
    let body = String::from_utf8_lossy(body).replacen(&member(KNOWN), &member(secret), 1);
    request.body = Some(body.into_bytes());
}

/// Takes a delivery, or says no. PO-093 to PO-097: who cannot sign learns nothing.
pub fn receive(config: &Config, head: &Head, body: &Body, now_ms: u64) -> Result<Event, Problem> {
    if config.hooks.secrets.is_empty() {
        let detail =
            format!("This gateway takes no webhooks: {SECRET}_{} is missing.", config.mode.to_ascii_uppercase());
        return Err(Problem::new(Code::ProviderNotConfigured, detail));
    }
    let refused = || Problem::new(Code::WebhookRefused, "The delivery is not taken.");
    // What is too large or broke off cannot be verified.
    let Body::Bytes(body) = body else { return Err(refused()) };
    let secrets: Vec<_> = config.hooks.secrets.iter().map(|secret| secret.reveal().as_bytes()).collect();
    let signature = header(&head.headers, HEADER);
    let signed_at = verify(signature, body, &secrets, now_ms / 1000, TOLERANCE).map_err(|_| refused())?;
    // PO-099: the signature tells one delivery from another, as nothing else in it does.
    let signature = signature.unwrap_or_default().trim_ascii();
    let id = format!("msg_{}", Base64UrlUnpadded::encode_string(&sha256(signature.as_bytes())));
    let subject = subject(body);
    let payload = subject.is_none().then(|| String::from_utf8_lossy(body).chars().take(EXCERPT).collect());
    Ok(Event::new(id, subject, payload, signed_at, now_ms))
}

/// What a delivery is about. The vendor documents no form of it: an order is looked for first, because a line of a
/// settlement is known by a member that anything could have.
fn subject(body: &[u8]) -> Option<Subject> {
    let payload: Value = serde_json::from_slice(body).ok()?;
    let places = [Some(&payload), payload.get("data")];
    let named = |member: &str, operation: &'static Operation| {
        let id = places.iter().flatten().find_map(|place| place.get(member)?.as_str())?;
        Some(Subject { operation: operation.name.to_owned(), member: member.to_owned(), id: id.to_owned() })
    };
    named("order_id", &GET_ORDER).or_else(|| named("id", &GET_TRANSACTION))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;
    use edgepost_core::postpay::webhook::sign;

    const NOW_MS: u64 = 1_588_935_484_000;
    const NOW: u64 = NOW_MS / 1000;
    const BODY: &[u8] = br#"{"order_id":"order-01","status":"captured"}"#;
    const SECRETS: [(&str, &str); 2] =
        [("POSTPAY_WEBHOOK_SECRET_TEST", "dolphins-canary"), ("POSTPAY_WEBHOOK_SECRET_TEST_PREVIOUS", "whales-canary")];

    fn received(signature: Option<&str>, body: &[u8], now_ms: u64) -> Result<Event, (u16, String)> {
        let headers = signature.map(|value| ("X-Postpay-Signature".to_owned(), value.to_owned())).into_iter().collect();
        let url = "https://mail.example.com/hooks/postpay/test".to_owned();
        let head = Head { method: "POST".into(), url, headers, address: String::new() };
        let answer = receive(&read_with(&SECRETS).unwrap(), &head, &Body::Bytes(body.into()), now_ms);
        answer.map_err(|problem| (problem.response().status, problem.detail))
    }

    fn signed(body: &[u8], seconds: u64) -> Result<Event, (u16, String)> {
        received(Some(&sign(body, b"dolphins-canary", seconds)), body, NOW_MS)
    }

    #[test]
    fn po_093_po_099_a_delivery_is_taken_as_a_hint() {
        let event = signed(BODY, NOW).unwrap();
        let subject = event.subject.clone().unwrap();
        assert_eq!((subject.operation.as_str(), subject.id.as_str()), ("postpay.get_order", "order-01"));
        assert_eq!((event.signed_at, event.payload.as_deref()), (NOW, None));
        let again = received(Some(&format!(" {} ", sign(BODY, b"dolphins-canary", NOW))), BODY, NOW_MS + 60_000);
        assert_eq!(again.unwrap().id, event.id, "PO-099: the same signature is the same delivery");
        assert_ne!(signed(BODY, NOW + 1).unwrap().id, event.id);
        let old = received(Some(&sign(BODY, b"whales-canary", NOW)), BODY, NOW_MS);
        assert!(old.is_ok(), "the secret that was it before is taken as well");
    }

    #[test]
    fn po_094_po_096_po_097_all_else_is_refused_in_one_word() {
        let good = sign(BODY, b"dolphins-canary", NOW);
        let (stale, future) = (sign(BODY, b"dolphins-canary", NOW - 301), sign(BODY, b"dolphins-canary", NOW + 301));
        let (_, digest) = good.split_once(':').unwrap();
        let mut changed = BODY.to_vec();
        changed[3] ^= 1;
        for (signature, body) in [
            (None, BODY),
            (Some(""), BODY),
            (Some(digest), BODY),
            (Some(&*good.to_uppercase()), BODY),
            (Some(&*stale), BODY),
            (Some(&*future), BODY),
            (Some(&*sign(BODY, b"sharks", NOW)), BODY),
            (Some(&*good), &changed),
        ] {
            let refused = received(signature, body, NOW_MS).unwrap_err();
            assert_eq!(refused, (403, "The delivery is not taken.".to_owned()), "{signature:?}");
        }
    }

    #[test]
    fn po_099_what_a_delivery_is_about() {
        for (body, wanted) in [
            (r#"{"data":{"order_id":"a"},"id":"event"}"#, Some(("postpay.get_order", "a"))),
            (r#"{"id":"t1","order":{"order_id":"a"}}"#, Some(("postpay.get_transaction", "t1"))),
            (r#"{"data":{"id":"t1"}}"#, Some(("postpay.get_transaction", "t1"))),
            (r#"{"order_id":7}"#, None),
            ("[]", None),
            ("<html>", None),
            ("", None),
        ] {
            let event = signed(body.as_bytes(), NOW).unwrap();
            let found = event.subject.as_ref().map(|subject| (subject.operation.as_str(), subject.id.as_str()));
            assert_eq!(found, wanted, "{body}");
            assert_eq!(event.payload.is_some(), wanted.is_none());
        }
    }

    #[test]
    fn po_091_po_092_the_gateways_own_hook_gets_the_gateways_secret_when_it_is_sent() {
        let postpay = [
            ("POSTPAY_MERCHANT_ID_TEST", "id_test"),
            ("POSTPAY_SECRET_KEY_TEST", "sk_test_fake"),
            ("POSTPAY_URL", "http://127.0.0.1:8788/postpay/"),
            ("POSTPAY_WEBHOOK_SECRET_TEST", "dolphins\"canary"),
        ];
        let config = read_with(&postpay).unwrap();
        let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "postpay").unwrap();
        let sent = |input: &str, url: &str| {
            let input = completed(&config, "https://mail.example.com", &CREATE_HOOK, input.as_bytes().to_vec());
            assert!(!String::from_utf8_lossy(&input).contains("canary"), "it is not written down");
            let (method, url) = ("POST".to_owned(), format!("http://127.0.0.1:8788/postpay{url}"));
            let mut request = Request { method, url, headers: vec![], body: Some(input) };
            crate::headers::inject(&mut request, upstream, None);
            String::from_utf8(request.body.unwrap()).unwrap()
        };
        let own = r#"{"events":["order"],"url":"https://mail.example.com/hooks/postpay/test"}"#;
        let wanted = own.replace('}', r#","secret":"dolphins\"canary"}"#);
        assert_eq!(sent(own, "/hooks"), wanted);
        assert!(!sent(own, "/checkouts").contains("canary"), "nobody else gets it");
        for theirs in [
            r#"{"events":["order"],"url":"https://evil.example/hook"}"#,
            r#"{"events":["order"],"url":"https://evil.example/hooks/postpay/test"}"#,
            r#"{"events":["order"],"url":"https://mail.example.com/hooks/postpay/test/hooks/postpay/test"}"#,
            r#"{"events":["order"],"url":"https://mail.example.com/hooks/postpay/live"}"#,
            r#"{"events":["order"],"url":"https://mail.example.com/hooks/postpay/test","secret":"mine"}"#,
            "[]",
        ] {
            assert_eq!(sent(theirs, "/hooks"), theirs);
        }
        for name in ["-", r"\u002d"] {
            let stolen = format!(r#"{{"url":"https://evil.example/hook","secret":"{name}","events":["order"]}}"#);
            let blank = stolen.replace(name, "");
            assert_eq!(sent(&stolen, "/hooks"), blank, "what stands for the secret is nobody's to write");
        }
        let stands = own.replace('}', r#","secret":"-"}"#);
        assert_eq!(sent(&stands, "/hooks"), wanted, "what a client writes that was told none");
        let without = read_with(&postpay[..3]).unwrap();
        let completed_without = completed(&without, "https://mail.example.com", &CREATE_HOOK, stands.into());
        assert_eq!(completed_without, own.replace('}', r#","secret":""}"#).as_bytes());
        assert_eq!(completed(&without, "https://mail.example.com", &CREATE_HOOK, own.into()), own.as_bytes());
    }

    #[test]
    fn faults_of_the_configuration_are_named_and_tell_no_secret() {
        const KEY: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";
        let url = ("MERCHANT_WEBHOOK_URL", "https://shop.example/hook");
        for changes in [
            &[url][..],
            &[url, ("MERCHANT_WEBHOOK_SECRET", "canary")],
            &[url, ("MERCHANT_WEBHOOK_SECRET_PREVIOUS", KEY)],
            &[url, ("MERCHANT_WEBHOOK_SECRET", KEY), ("MERCHANT_WEBHOOK_SECRET_PREVIOUS", "canary")],
            &[("MERCHANT_WEBHOOK_URL", "http://shop.example/hook"), ("MERCHANT_WEBHOOK_SECRET", KEY)],
            &[("POSTPAY_WEBHOOK_SECRET_TEST_PREVIOUS", "canary")],
            &[("MERCHANT_WEBHOOK_RETRY_MS", "canary")],
            &[("MERCHANT_WEBHOOK_ATTEMPTS", "0")],
        ] {
            let faults = read_with(changes).unwrap_err();
            assert_eq!(faults.len(), 1, "{changes:?}: {faults:?}");
            assert!(faults[0].contains("WEBHOOK") && !faults[0].contains("canary"), "{faults:?}");
        }
        let config = read_with(&[url, ("MERCHANT_WEBHOOK_SECRET", KEY), SECRETS[0]]).unwrap();
        assert!(config.hooks.merchant.is_some());
        assert!(!format!("{config:?}").contains("canarycanary") && !format!("{config:?}").contains("dolphins"));
        let local = [("MERCHANT_WEBHOOK_URL", "http://127.0.0.1:9/hook"), ("MERCHANT_WEBHOOK_SECRET", KEY)];
        assert!(read_with(&local).is_ok());
    }
}
