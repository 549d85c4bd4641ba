//! The input of an operation, put together from where its members come: the path, the query and the body.

use edgepost_core::json;
use edgepost_core::operation::{Body, Operation, Repeat};
use edgepost_core::schema::Shape;

use crate::problem::{Code, Problem};

/// A member and its text.
pub type Member = (String, String);

/// The input as JSON. A member that comes from two places is in it twice, which the tables refuse.
pub fn of(operation: &Operation, path: &[Member], query: &[Member], body: &[u8]) -> Result<Vec<u8>, Problem> {
    let is_read = operation.repeat == Repeat::Read;
    if !is_read {
        misplaced(operation, query)?;
    }
    if operation.body != Body::Json && !matches!(body.trim_ascii(), b"" | b"{}" | b"[]") {
        let detail = format!("{} takes no body: what it needs is in the path.", operation.name);
        return Err(Problem::new(Code::InvalidInput, detail));
    }
    let body = if operation.body == Body::Json { body } else { b"{}" };
    Ok(with(operation, path.iter().chain(query.iter().filter(|_| is_read)), body))
}

/// An input with more members.
pub(crate) fn with<'m>(operation: &Operation, members: impl Iterator<Item = &'m Member>, input: &[u8]) -> Vec<u8> {
    let mut members = members.peekable();
    // What is no object is told by the tables, at the place where it stands.
    let Some(object) = input.trim_ascii_end().strip_suffix(b"}").filter(|_| members.peek().is_some()) else {
        return input.to_vec();
    };
    let mut behind = String::new();
    let is_empty = object.trim_ascii() == b"{";
    for (position, (name, value)) in members.enumerate() {
        json::comma(&mut behind, position + usize::from(!is_empty));
        json::text(&mut behind, name);
        if is_written_plainly(operation, name, value) {
            json::put(&mut behind, &[":", value]);
        } else {
            json::member(&mut behind, ":", value);
        }
    }
    behind.push('}');
    [object, behind.as_bytes()].concat()
}

/// What changes something takes nothing from its query. What somebody may have meant by it is refused: a member of the
/// input, and anything where there is no body to say it in.
fn misplaced(operation: &Operation, query: &[Member]) -> Result<(), Problem> {
    let is_member = |name: &str| operation.input.fields.iter().any(|field| field.name == name);
    match query.iter().find(|(name, _)| operation.body != Body::Json || is_member(name)) {
        Some((name, _)) => {
            let detail = format!("{} takes no {name:?} in its query.", operation.name);
            Err(Problem::new(Code::InvalidInput, detail))
        }
        None => Ok(()),
    }
}

/// Whether a text stands for a number or a flag: in a path and a query there is nothing but text.
fn is_written_plainly(operation: &Operation, name: &str, value: &str) -> bool {
    let field = operation.input.fields.iter().find(|field| field.name == name);
    match field.map(|field| field.shape) {
        Some(Shape::Flag) => matches!(value, "true" | "false"),
        Some(Shape::Integer | Shape::Count(_) | Shape::Amount(_)) => {
            let digits = value.strip_prefix('-').unwrap_or(value);
            digits == "0"
                || !digits.starts_with('0') && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation::find;

    fn put(name: &str, path: &[(&str, &str)], query: &[(&str, &str)], body: &str) -> Result<String, Code> {
        let members = |pairs: &[(&str, &str)]| -> Vec<Member> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let input = of(find(name).unwrap(), &members(path), &members(query), body.as_bytes());
        input.map(|input| String::from_utf8(input).unwrap()).map_err(|problem| problem.code)
    }

    #[test]
    fn members_of_the_path_stand_behind_those_of_the_body() {
        let order = [("order_id", "a \"b\"")];
        let refund = |body: &str| put("postpay.create_refund", &order, &[], body).unwrap();
        assert_eq!(refund(r#" {"refund_id":"r"} "#), r#" {"refund_id":"r","order_id":"a \"b\""}"#);
        assert_eq!(refund("{ }"), r#"{ "order_id":"a \"b\""}"#);
        for broken in ["", "[]", "{\"a\":1", "null", "\u{feff}"] {
            assert_eq!(refund(broken), broken, "the tables say what is wrong with it");
        }
        assert_eq!(put("pieterpost.create_order", &[], &[], "{}}").as_deref(), Ok("{}}"));
        let twice = refund(r#"{"order_id":"c","refund_id":"r"}"#);
        assert_eq!(twice, r#"{"order_id":"c","refund_id":"r","order_id":"a \"b\""}"#);
    }

    #[test]
    fn what_takes_no_body_gets_none() {
        let order = [("order_id", "a")];
        for nothing in ["", " ", "{}", "[]\n"] {
            let input = put("postpay.capture_order", &order, &[], nothing);
            assert_eq!(input.as_deref(), Ok(r#"{"order_id":"a"}"#), "{nothing:?}");
        }
        // Whoever asks for a part must not get the whole.
        for some in [r#"{"amount":5}"#, "x", "[1]"] {
            assert_eq!(put("postpay.capture_order", &order, &[], some), Err(Code::InvalidInput), "{some}");
        }
        assert_eq!(put("postpay.capture_order", &order, &[("amount", "5")], ""), Err(Code::InvalidInput));
        let refund = |query: &str| put("postpay.create_refund", &order, &[(query, "5")], "{}");
        assert_eq!(refund("amount"), Err(Code::InvalidInput));
        assert_eq!(refund("utm_source").as_deref(), Ok(r#"{"order_id":"a"}"#));
    }

    #[test]
    fn po_070_numbers_and_flags_of_a_query_are_numbers_and_flags() {
        let list = |name: &str, value: &str| put("postpay.list_hooks", &[], &[(name, value)], "").unwrap();
        assert_eq!(list("page", "2"), r#"{"page":2}"#);
        assert_eq!(list("active", "true"), r#"{"active":true}"#);
        assert_eq!(list("url", "2"), r#"{"url":"2"}"#);
        for (name, odd) in
            [("page", "02"), ("page", ""), ("page", "-"), ("page", "1e1"), ("page", "2.0"), ("active", "1")]
        {
            assert_eq!(list(name, odd), format!(r#"{{"{name}":"{odd}"}}"#), "{odd}");
        }
        assert_eq!(list("x", "1"), r#"{"x":"1"}"#, "the table refuses it");
    }
}
