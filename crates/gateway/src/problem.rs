//! The gateway's own refusals: problems of RFC 9457, each with a stable code and a way out.

use edgepost_core::http::Response;
use edgepost_core::json;
use edgepost_core::outcome::{Advice, Retry};
use edgepost_core::report::{Issue, write_issues};

/// Why the gateway refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Nothing is served under this path.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// Not for pages of this origin.
    OriginNotAllowed,
    /// Not a JSON body.
    UnsupportedMediaType,
    /// More than the gateway reads.
    BodyTooLarge,
    /// The body does not say how long it is.
    LengthRequired,
    /// The body did not arrive.
    BodyUnreadable,
    /// The input breaks rules.
    InvalidInput,
    /// A call that makes something has no key.
    IdempotencyKeyMissing,
    /// The key cannot be one.
    IdempotencyKeyInvalid,
    /// The key could be guessed.
    IdempotencyKeyTooShort,
    /// The key was used for something else.
    IdempotencyKeyReused,
    /// The payer would be sent somewhere that the policy does not name.
    ReturnUrlNotAllowed,
    /// Too many calls from one address.
    RateLimited,
    /// Too many orders on this day.
    DailyLimitReached,
    /// Nothing shows that the caller may do this.
    GrantMissing,
    /// What the caller shows is worth nothing.
    GrantInvalid,
    /// The grant is good, but not for this.
    GrantInsufficient,
    /// The grant is good, but what it allows is used up.
    GrantExhausted,
    /// The provider's key is not configured.
    ProviderNotConfigured,
    /// The configuration is wrong; the log says how.
    Misconfigured,
    /// The provider did not answer in time.
    UpstreamTimeout,
    /// The provider could not be reached.
    UpstreamUnreachable,
    /// The provider's answer cannot be understood.
    UpstreamUnreadable,
    /// A delivery is not the provider's, or comes at the wrong time.
    WebhookRefused,
    /// It happened, or may have, and what the provider answered cannot be had again.
    AnswerLost,
    /// The provider has something else under this id.
    IdTaken,
    /// Nothing was sent: what is needed for it could not be had.
    NotSent,
    /// The gateway's wallet may not spend so much, or not now.
    SpendingLimitReached,
    /// A check before the payment did not pass, or the provider said no to the order. Nothing was paid.
    PaymentRefused,
    /// What was signed was not taken, and can no longer be.
    NotPaid,
    /// An operator found that it did not happen.
    NotDone,
    /// There is nothing that a person has to resolve.
    NotOpen,
    /// Something broke here.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: [Code; 34] = [
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::OriginNotAllowed,
        Code::UnsupportedMediaType,
        Code::BodyTooLarge,
        Code::LengthRequired,
        Code::BodyUnreadable,
        Code::InvalidInput,
        Code::IdempotencyKeyMissing,
        Code::IdempotencyKeyInvalid,
        Code::IdempotencyKeyTooShort,
        Code::IdempotencyKeyReused,
        Code::ReturnUrlNotAllowed,
        Code::RateLimited,
        Code::DailyLimitReached,
        Code::GrantMissing,
        Code::GrantInvalid,
        Code::GrantInsufficient,
        Code::GrantExhausted,
        Code::ProviderNotConfigured,
        Code::Misconfigured,
        Code::UpstreamTimeout,
        Code::UpstreamUnreachable,
        Code::UpstreamUnreadable,
        Code::WebhookRefused,
        Code::AnswerLost,
        Code::IdTaken,
        Code::NotSent,
        Code::SpendingLimitReached,
        Code::PaymentRefused,
        Code::NotPaid,
        Code::NotDone,
        Code::NotOpen,
        Code::Internal,
    ];

    /// The stable name, the HTTP status and a title.
    pub const fn parts(self) -> (&'static str, u16, &'static str) {
        match self {
            Code::NotFound => ("not_found", 404, "Not found"),
            Code::MethodNotAllowed => ("method_not_allowed", 405, "Method not allowed"),
            Code::OriginNotAllowed => ("origin_not_allowed", 403, "Origin not allowed"),
            Code::UnsupportedMediaType => ("unsupported_media_type", 415, "Unsupported media type"),
            Code::BodyTooLarge => ("body_too_large", 413, "Body too large"),
            Code::LengthRequired => ("length_required", 411, "Length required"),
            Code::BodyUnreadable => ("body_unreadable", 400, "Body unreadable"),
            Code::InvalidInput => ("invalid_input", 422, "Invalid input"),
            Code::IdempotencyKeyMissing => ("idempotency_key_missing", 400, "Idempotency-Key missing"),
            Code::IdempotencyKeyInvalid => ("idempotency_key_invalid", 400, "Idempotency-Key invalid"),
            Code::IdempotencyKeyTooShort => ("idempotency_key_too_short", 400, "Idempotency-Key too short"),
            Code::IdempotencyKeyReused => ("idempotency_key_reused", 409, "Idempotency-Key reused"),
            Code::ReturnUrlNotAllowed => ("return_url_not_allowed", 403, "Return address not allowed"),
            Code::RateLimited => ("rate_limited", 429, "Too many requests"),
            Code::DailyLimitReached => ("daily_limit_reached", 429, "Daily limit reached"),
            Code::GrantMissing => ("grant_missing", 401, "Grant missing"),
            Code::GrantInvalid => ("grant_invalid", 401, "Grant invalid"),
            Code::GrantInsufficient => ("grant_insufficient", 403, "Grant insufficient"),
            Code::GrantExhausted => ("grant_exhausted", 403, "Grant exhausted"),
            Code::ProviderNotConfigured => ("provider_not_configured", 503, "Provider not configured"),
            Code::Misconfigured => ("misconfigured", 503, "Misconfigured"),
            Code::UpstreamTimeout => ("upstream_timeout", 504, "No answer from the provider"),
            Code::UpstreamUnreachable => ("upstream_unreachable", 502, "Provider unreachable"),
            Code::UpstreamUnreadable => ("upstream_unreadable", 502, "Unreadable answer of the provider"),
            Code::WebhookRefused => ("webhook_refused", 403, "Webhook refused"),
            Code::NotSent => ("not_sent", 503, "Not sent"),
            Code::SpendingLimitReached => ("spending_limit_reached", 429, "Spending limit reached"),
            Code::PaymentRefused => ("payment_refused", 409, "Payment refused"),
            Code::NotPaid => ("not_paid", 409, "Not paid"),
            Code::NotDone => ("not_done", 409, "Not done"),
            Code::NotOpen => ("not_open", 409, "Not open"),
            Code::AnswerLost => ("answer_lost", 502, "Answer of the provider lost"),
            Code::IdTaken => ("id_taken", 409, "Id taken"),
            Code::Internal => ("internal", 500, "Internal error"),
        }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub code: Code,
    /// The same for people, with the way out.
    pub detail: String,
    /// What is wrong with the input.
    pub issues: Vec<Issue>,
    /// Whether to ask again.
    pub retry: Option<Retry>,
    /// The methods that are served, for a 405.
    pub allow: Option<String>,
    /// The ledger's entry, as JSON, where a person has to look at it.
    pub ledger: Option<Box<str>>,
}

impl Problem {
    /// A refusal that asking again does not change.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem { code, detail: detail.into(), issues: Vec::new(), retry: None, allow: None, ledger: None }
    }

    /// Says how to ask again.
    pub fn retry(mut self, advice: Advice, after_ms: Option<u64>) -> Self {
        self.retry = Some(Retry { advice, after_ms });
        self
    }

    /// The answer, marked as the gateway's own.
    pub fn response(&self) -> Response {
        let (code, status, title) = self.code.parts();
        let retry = self.retry.unwrap_or(Retry { advice: Advice::Never, after_ms: None });
        let mut body = String::from("{\"type\":\"urn:edgepost:problem:");
        json::put(&mut body, &[code, "\""]);
        json::member(&mut body, ",\"title\":", title);
        json::put(&mut body, &[",\"status\":", &status.to_string()]);
        json::member(&mut body, ",\"detail\":", &self.detail);
        json::member(&mut body, ",\"code\":", code);
        if !self.issues.is_empty() {
            json::raw(&mut body, ",\"issues\":");
            write_issues(&mut body, &self.issues);
        }
        json::put(&mut body, &[",\"retry\":", &retry.to_json()]);
        if let Some(entry) = &self.ledger {
            json::put(&mut body, &[",\"ledger\":", entry]);
        }
        body.push('}');
        let mut headers = vec![
            ("content-type".to_owned(), "application/problem+json".to_owned()),
            ("cache-control".to_owned(), "no-store".to_owned()),
            ("edgepost-source".to_owned(), "gateway".to_owned()),
        ];
        if let Some(after_ms) = retry.after_ms {
            headers.push(("retry-after".to_owned(), after_ms.div_ceil(1000).to_string()));
        }
        if let Some(allow) = &self.allow {
            headers.push(("allow".to_owned(), allow.clone()));
        }
        if status == 401 {
            headers.push(("www-authenticate".to_owned(), "Edgepost-Grant".to_owned()));
        }
        Response { status, headers, body: body.into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation;
    use edgepost_core::outcome::{Context, Outcome, read};

    #[test]
    fn every_code_has_its_own_name_and_reads_back_as_what_it_is() {
        let operation = operation::find("pieterpost.create_checkout_link").unwrap();
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.parts().0).collect();
        for code in Code::ALL {
            let response = Problem::new(code, "Because.").response();
            match read(operation, &response, &Context::default()) {
                Outcome::Refused(refused) => {
                    assert_eq!((refused.code.as_str(), refused.status), (code.parts().0, code.parts().1));
                    assert_eq!(refused.message, "Because.");
                }
                Outcome::Unknown { status, .. } => {
                    assert!(matches!(
                        code,
                        Code::UpstreamTimeout
                            | Code::UpstreamUnreachable
                            | Code::UpstreamUnreadable
                            | Code::AnswerLost
                            | Code::Internal
                    ));
                    assert_eq!(status, Some(code.parts().1));
                }
                Outcome::Ok { .. } | Outcome::Challenge { .. } => panic!("{code:?} is no success"),
            }
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn a_problem_is_pinned_to_the_letter() {
        let response = Problem::new(Code::RateLimited, "Too many.").retry(Advice::After, Some(1_500)).response();
        assert_eq!(
            String::from_utf8(response.body).unwrap(),
            r#"{"type":"urn:edgepost:problem:rate_limited","title":"Too many requests","status":429,"detail":"Too many.","code":"rate_limited","retry":{"advice":"after","afterMs":1500}}"#
        );
        assert!(response.headers.contains(&("retry-after".into(), "2".into())));
    }
}
