//! What the gateway knows itself of refills: whose developer id stands in the paths, and how much money one may add at the
//! most. Callers leave out both.

use edgepost_core::http::Request;
use edgepost_core::json;
use edgepost_core::operation::Operation;
use edgepost_core::pitneybowes::{FUND_ACCOUNT, GET_BALANCE, PITNEYBOWES};
use edgepost_core::prepare::{KNOWN, with_known};
use edgepost_core::read::{self, Place};
use edgepost_core::report::{self, Issue, Severity};
use edgepost_core::rule::pb;
use edgepost_core::schema::Mode;

use crate::config::Upstream;
use crate::input;
use crate::problem::{Code, Problem};
use crate::secret::Secret;

/// The developer's id, without its mode.
const DEVELOPER_ID: &str = "PITNEYBOWES_DEVELOPER_ID";
/// The most of one refill, in whole dollars.
const MAX_AMOUNT: &str = "PITNEYBOWES_MAX_AMOUNT";
/// What stands in front of it.
const DEVELOPERS: &str = "/developers/";

/// What is configured for refills.
#[derive(Clone, Debug, Default)]
pub struct Refills {
    /// Whose merchants are meant.
    pub developer_id: Option<Secret>,
    /// PB-009: the most of one refill, in whole dollars. Without it there are none.
    pub most: Option<u32>,
}

impl Refills {
    /// Reads the configuration, and says what is wrong with it by name.
    pub fn read(mode: &str, var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Self {
        let name = format!("{DEVELOPER_ID}_{}", mode.to_ascii_uppercase());
        let is_piece = |id: &String| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
        let developer_id = var(&name);
        // What has to be escaped in a path is no id that the vendor draws.
        if developer_id.as_ref().is_some_and(|id| !is_piece(id) || id.bytes().all(|byte| b"-.".contains(&byte))) {
            faults.push(format!("{name} is no id of a developer"));
        }
        let most = var(MAX_AMOUNT).map(|most| most.parse().ok().filter(|most| *most > 0));
        if most == Some(None) {
            faults.push(format!("{MAX_AMOUNT} is no number of whole dollars"));
        }
        Refills { developer_id: developer_id.map(Secret::new), most: most.flatten() }
    }

    /// Says what is missing where Pitney Bowes is configured.
    pub fn check(&self, mode: &str, faults: &mut Vec<String>) {
        if self.developer_id.is_none() {
            faults.push(format!("{DEVELOPER_ID}_{} is missing", mode.to_ascii_uppercase()));
        }
    }

    /// Whether an operation is served: money is added up to the most that is configured.
    pub fn serves(&self, operation: &Operation) -> Result<(), Problem> {
        if operation.name != FUND_ACCOUNT.name || self.most.is_some() {
            return Ok(());
        }
        let detail = format!(
            "{} is not served: {MAX_AMOUNT}, the most that one refill may add in whole dollars, is not configured.",
            operation.name
        );
        Err(Problem::new(Code::ProviderNotConfigured, detail))
    }

    /// The input of a call, with what the gateway knows itself.
    pub fn completed(&self, operation: &'static Operation, input: Vec<u8>) -> Vec<u8> {
        let Some(own) = self.developer_id.as_ref().filter(|_| operation.provider.name == PITNEYBOWES.name) else {
            return input;
        };
        let input = with_known(operation, &input);
        let reading = read::check(operation.input, &input, Mode::Strict);
        let root = reading.root();
        let place = |name: &str| operation.input.find(name).map(|slot| root.at(slot));
        let is_missing = |place: &Place<'_>| !place.is_there() && place.bytes().is_empty();
        let most = self.most.filter(|_| place("maxAmount").as_ref().is_some_and(is_missing));
        let most = most.map(|most| ("maxAmount".to_owned(), most.to_string()));
        // Who knows the id may write it; what is written down does not hold it.
        let written = place("developerId").and_then(|place| place.text()).filter(|id| id.is(own.reveal()));
        let mut completed = input.clone();
        if let Some(range) = written.map(|id| id.range()) {
            completed.splice(range, KNOWN.bytes());
        }
        input::with(operation, most.iter(), &completed)
    }

    /// Refuses what is wrong with a completed input: see [`Refills::issues`].
    pub fn check_input(&self, operation: &Operation, input: &[u8]) -> Result<(), Problem> {
        let issues = self.issues(operation, input);
        let Some(first) = issues.first() else { return Ok(()) };
        let detail = format!("{}: {}", first.path, first.message());
        Err(Problem { issues, ..Problem::new(Code::InvalidInput, detail) })
    }

    /// What is wrong with a completed input: another developer's id, or more than the gateway's own cap.
    pub fn issues(&self, operation: &Operation, input: &[u8]) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.developer_id.is_none() || operation.provider.name != PITNEYBOWES.name {
            return issues;
        }
        let reading = read::check(operation.input, input, Mode::Strict);
        let root = reading.root();
        let issue = |code, path, rule| Issue::new(path, code, Severity::Error, pb(rule));
        let developer = operation.input.find("developerId").map(|slot| root.at(slot));
        if let Some(place) = developer.filter(|place| place.text().is_some_and(|id| !id.is(KNOWN))) {
            let mut issue = issue(report::Code::InvalidId, place.path(), 3);
            issue
                .text("actual", &place.written())
                .hint("The gateway fills in its own: leave it out, or write - in the path.");
            issues.push(issue);
        }
        let asked = operation.input.find("maxAmount").map(|slot| (root.at(slot), root.integer(slot)));
        if let (Some(most), Some((place, Some(asked)))) = (self.most, asked)
            && asked > i64::from(most)
        {
            let mut issue = issue(report::Code::TooLarge, place.path(), 9);
            issue.number("actual", asked).number("limit", i64::from(most));
            issues.push(issue);
        }
        issues
    }
}

/// What an answer of `pitneybowes.get_balance` says, in words: `POSTAGE 71.89`. A balance is never a number here: it would be
/// another one.
pub(crate) fn balances(answer: &str) -> String {
    let reading = read::check(GET_BALANCE.output, answer.as_bytes(), Mode::Answer);
    let root = reading.root();
    let accounts = GET_BALANCE.output.find("accounts").into_iter().flat_map(|slot| root.items(slot));
    let written = accounts.filter_map(|account| {
        let account = account.group()?;
        let said = |name: &str| account.object().find(name).map(|slot| account.at(slot)).filter(Place::is_usable);
        let (kind, balance) = (said("accountType").map(|it| it.written()), said("balance").map(|it| it.written()));
        Some(format!("{} {}", kind.as_deref().unwrap_or("an account"), balance.as_deref().unwrap_or("null")))
    });
    let written: Vec<_> = written.collect();
    if written.is_empty() { "nothing".to_owned() } else { written.join(" and ") }
}

/// Puts the developer's id into the path of a request.
pub(crate) fn inject(request: &mut Request, upstream: &Upstream, developer_id: &str) {
    let stands = json::concat(&[DEVELOPERS, KNOWN, "/"]);
    let base = upstream.base.trim_end_matches('/');
    let Some(path) = request.url.strip_prefix(base) else { return };
    // A merchant may be called the same; the developer comes first.
    let path = path.replacen(&stands, &json::concat(&[DEVELOPERS, developer_id, "/"]), 1);
    request.url = json::concat(&[base, &path]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::tests::read_with;
    use edgepost_core::operation::find;
    use edgepost_core::pitneybowes::LIST_MERCHANTS;

    fn config(most: &str) -> Config {
        read_with(&[
            ("PITNEYBOWES_KEY_TEST", "fake-key"),
            ("PITNEYBOWES_SECRET_TEST", "fake-secret"),
            ("PITNEYBOWES_DEVELOPER_ID_TEST", "fake-developer"),
            ("PITNEYBOWES_MAX_AMOUNT", most),
        ])
        .unwrap()
    }

    fn completed(operation: &'static Operation, input: &str) -> String {
        String::from_utf8(config("600").refills.completed(operation, input.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn pb_003_pb_009_what_the_gateway_knows_is_left_out() {
        for (operation, input, expected) in [
            (&FUND_ACCOUNT, r#"{"amount":5}"#, r#"{"amount":5,"developerId":"-","maxAmount":600}"#),
            (&FUND_ACCOUNT, r#"{"developerId":"-","maxAmount":5}"#, r#"{"developerId":"-","maxAmount":5}"#),
            (&FUND_ACCOUNT, r#"{"maxAmount":700,"developerId":""}"#, r#"{"maxAmount":700,"developerId":""}"#),
            (&LIST_MERCHANTS, "{}", r#"{"developerId":"-"}"#),
            (&GET_BALANCE, r#"{"developerId":"fake-developer"}"#, r#"{"developerId":"-"}"#),
            (&GET_BALANCE, r#"{"developerId":"fake\u002ddeveloper"}"#, r#"{"developerId":"-"}"#),
            (&GET_BALANCE, r#"{"developerId":"another"}"#, r#"{"developerId":"another"}"#),
            (&GET_BALANCE, "[]", "[]"),
            (find("postpay.get_order").unwrap(), "{}", "{}"),
        ] {
            assert_eq!(completed(operation, input), expected, "{input}");
        }
    }

    #[test]
    fn pb_003_pb_009_another_developer_and_a_higher_cap_are_issues() {
        let codes = |input: &str| -> Vec<_> {
            let issues = config("600").refills.issues(&FUND_ACCOUNT, input.as_bytes());
            issues.iter().map(|issue| (issue.path.clone(), issue.code.name())).collect()
        };
        assert_eq!(codes(r#"{"developerId":"-","maxAmount":600}"#), []);
        assert_eq!(codes(r#"{"developerId":"x"}"#), [("/developerId".to_owned(), "invalid_id")]);
        assert_eq!(codes(r#"{"developerId":"-","maxAmount":601}"#), [("/maxAmount".to_owned(), "too_large")]);
    }

    #[test]
    fn pb_009_without_a_cap_there_are_no_refills() {
        assert_eq!(config("600").refills.serves(&FUND_ACCOUNT), Ok(()));
        let uncapped = config("").refills;
        let problem = uncapped.serves(&FUND_ACCOUNT).unwrap_err();
        assert!(problem.detail.contains(MAX_AMOUNT), "{problem:?}");
        assert_eq!(uncapped.serves(&GET_BALANCE), Ok(()));
    }

    #[test]
    fn pb_034_balances_in_words_and_to_the_cent() {
        for (answer, expected) in [
            (r#"{"accounts":[{"accountType":"POSTAGE","balance":71.89}]}"#, "POSTAGE 71.89"),
            (r#"{"accounts":[{"accountType":"A","balance":7},{"balance":null}]}"#, "A 7 and an account null"),
            (r#"{"accounts":[{"accountType":"POSTAGE","balance":571.10}]}"#, "POSTAGE 571.10"),
            (
                r#"{"accounts":[{"accountType":"POSTAGE","balance":90071992547409931.07}]}"#,
                "POSTAGE 90071992547409931.07",
            ),
            (r#"{"accounts":[]}"#, "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(balances(answer), expected, "{answer}");
        }
    }

    #[test]
    fn pb_003_the_developer_is_put_on_at_the_end_and_once() {
        let config = config("600");
        let upstream = config.upstream(&PITNEYBOWES).unwrap();
        let path =
            |developer: &str| format!("{}/shippingservices/v1/developers/{developer}/merchants/-/x", upstream.base);
        let mut request = Request { method: "GET".into(), url: path("-"), headers: vec![], body: None };
        inject(&mut request, upstream, "fake-developer");
        assert_eq!(request.url, path("fake-developer"));
        let before = request.clone();
        inject(&mut request, upstream, "fake-developer");
        assert_eq!(request, before);
        assert!(!format!("{config:?}").contains("fake-developer"));
    }
}
