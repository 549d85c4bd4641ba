//! What an answer says of its payment: it goes on to the caller, and no other challenge does.

use edgepost_core::payment::mpp;

use crate::credential::is_mpp;

/// Headers of an answer that are about its payment. Of `www-authenticate` only what is a challenge of MPP's: browsers take
/// others for a question to whoever sits before them.
const ANSWERED: [&str; 4] = ["payment-required", "payment-response", "payment-receipt", "www-authenticate"];

/// A header of an answer, if it is about its payment, as it goes on.
pub fn answered(name: &str, value: &str) -> Option<(String, String)> {
    let name = name.to_ascii_lowercase();
    let is_whole = ANSWERED.contains(&name.as_str()) && (name != mpp::CHALLENGE || is_mpp(value));
    let value = if is_whole { Some(value.to_owned()) } else { behind_others(&name, value) };
    value.map(|value| (name, value))
}

/// MPP's challenges of a line that begins with another's: a fetch joins the lines of an answer.
fn behind_others(name: &str, line: &str) -> Option<String> {
    let challenges = mpp::challenges(&vec![(name.to_owned(), line.to_owned())]).ok()?;
    let all: Vec<_> = challenges.iter().map(written).collect();
    Some(all.join(", "))
}

fn written(challenge: &mpp::Challenge) -> String {
    let parameters = [
        ("id", Some(&challenge.id)),
        ("realm", Some(&challenge.realm)),
        ("method", Some(&challenge.method)),
        ("intent", Some(&challenge.intent)),
        ("request", Some(&challenge.request)),
        ("expires", challenge.expires.as_ref()),
        ("digest", challenge.digest.as_ref()),
        ("description", challenge.description.as_ref()),
        ("opaque", challenge.opaque.as_ref()),
        ("header", challenge.header.as_ref()),
    ];
    let quoted = |value: &str| value.chars().fold(String::new(), |text, character| text + &escaped(character));
    let parameters = parameters.iter().filter_map(|(name, value)| Some(format!("{name}=\"{}\"", quoted((*value)?))));
    format!("Payment {}", parameters.collect::<Vec<_>>().join(", "))
}

fn escaped(character: char) -> String {
    match character {
        '"' | '\\' => format!("\\{character}"),
        ' '..='~' => character.to_string(),
        // As mppx writes what no header can hold.
        other => format!("\\u{:04x}", u32::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pfm_015_what_an_answer_says_of_payment_comes_through_and_no_other_challenge() {
        for (name, value, passes) in [
            ("PAYMENT-REQUIRED", "e30=", true),
            ("payment-response", "e30=", true),
            ("Payment-Receipt", "e30", true),
            ("WWW-Authenticate", "Payment id=\"a\"", true),
            ("www-authenticate", "Basic realm=\"x\"", false),
            ("www-authenticate", "", false),
            ("set-cookie", "a=b", false),
        ] {
            let passed = answered(name, value);
            assert_eq!(passed, passes.then(|| (name.to_ascii_lowercase(), value.to_owned())), "{name}: {value}");
        }
        // Joined by a fetch: what goes on says the same.
        let all = r#"id="a", realm="r", method="tempo", intent="charge", request="e30""#;
        let other = r#"id="b", realm="r", method="stripe", intent="charge", request="e30", description="\"5, \\ \u2603 \u00e9""#;
        let ours = format!("Payment {all}, Payment {other}");
        let line = |line: String| vec![("www-authenticate".to_owned(), line)];
        let joined = format!(r#"Basic realm="x, Payment y", {ours}, Bearer"#);
        let passed = answered("WWW-Authenticate", &joined).unwrap();
        assert_eq!(mpp::challenges(&vec![passed.clone()]), mpp::challenges(&line(ours)));
        assert!(passed.1.starts_with("Payment ") && !passed.1.contains("Bearer"), "{passed:?}");
    }
}
