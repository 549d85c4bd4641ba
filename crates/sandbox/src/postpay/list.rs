//! Lists: filtered, ordered, and in pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use edgepost_core::schema::{Field, Object, Position, Shape};
use serde::Serialize;
use serde_json::{Map, Value};

use super::body::hold;
use super::filter::{Filter, member};
use super::{ok, refusal};
use crate::address::{parameters, query_of, with_parameter};
use crate::answer::{Answer, Refusal};
use crate::fault::REDIRECTED;
use crate::route::Call;

/// PO-070: how many things are on a page, if nothing is said.
const PAGE_SIZE: usize = 20;

/// PO-071.
#[derive(Serialize)]
struct Page<V> {
    count: usize,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<V>,
}

/// Parameters by name. As at Django, the last one of a name counts.
type Parameters = BTreeMap<String, String>;

/// The page that is asked for, of those things that the filters let through. `table` says which filters there are; without
/// an ordering, things are in the order in which they were made.
pub(super) fn page<V: Serialize>(
    call: &Call<'_>,
    table: &'static Object,
    things: impl Iterator<Item = V>,
) -> Result<Answer, Refusal> {
    let mut parameters: Parameters = parameters(query_of(&call.request.url)).collect();
    parameters.remove(REDIRECTED);
    let filters = filters(&parameters, table)?;
    let number = |name: &str| parameters.get(name).and_then(|value| value.parse::<usize>().ok());
    let mut found: Vec<(Value, V)> = things
        .filter_map(|thing| Some((serde_json::to_value(&thing).ok()?, thing)))
        .filter(|(value, _)| filters.iter().all(|filter| filter.lets(value)))
        .collect();
    if let Some(ordering) = parameters.get("ordering") {
        found.sort_by(|(one, _), (other, _)| compare(ordering, one, other));
    }
    let (page, size) = (number("page").unwrap_or(1), number("page_size").unwrap_or(PAGE_SIZE));
    let (count, start) = (found.len(), page.saturating_sub(1).saturating_mul(size));
    if page > 1 && start >= count {
        return Err(refusal::NOT_FOUND.saying("Invalid page.".to_owned()));
    }
    let results: Vec<V> = found.into_iter().skip(start).take(size).map(|(_, thing)| thing).collect();
    let link = |page: usize| link(call, &parameters, page);
    let next = (start + results.len() < count).then(|| link(page + 1));
    let previous = page.checked_sub(1).filter(|page| *page > 0).map(link);
    Ok(ok(&Page { count, next, previous, results }, "ok"))
}

/// PO-073, PO-078: the filters that are asked for. What the vendor does about those that it does not know is not known; here
/// a slip of the pen is noticed.
fn filters(parameters: &Parameters, table: &'static Object) -> Result<Vec<Filter>, Refusal> {
    let refuse = |name: &str, wrong: &str| Refusal { fields: vec![(name.into(), wrong.into())], ..refusal::INVALID };
    let mut json = Map::new();
    let mut asked: Vec<(&'static Field, &str)> = Vec::new();
    for (name, value) in parameters {
        let field = table.fields.iter().find(|field| field.name == name && field.position == Position::Query);
        let field = field.ok_or_else(|| refuse(name, "There is no such filter."))?;
        json.insert(name.clone(), typed(field.shape, value));
        asked.push((field, value));
    }
    hold(&serde_json::to_vec(&json).unwrap_or_default(), table, Position::Query)?;
    let filters = asked.into_iter().filter(|(field, _)| !matches!(field.name, "page" | "page_size" | "ordering"));
    filters
        .map(|(field, value)| {
            Filter::new(field.name, field.shape, value).ok_or_else(|| refuse(field.name, "Enter a valid value."))
        })
        .collect()
}

/// A parameter as the core's table has it: a text that is no number stays one, and is refused there.
fn typed(shape: &Shape, value: &str) -> Value {
    let text = || Value::from(value);
    match shape {
        Shape::Flag => value.parse::<bool>().map_or_else(|_| text(), Value::from),
        Shape::Integer | Shape::Count(_) | Shape::Amount(_) => {
            value.parse::<i64>().map_or_else(|_| text(), Value::from)
        }
        _ => text(),
    }
}

/// PO-074 and the like. As at the database that Django is used with most, what is null comes behind all else, and first
/// when the order is turned.
fn compare(ordering: &str, one: &Value, other: &Value) -> Ordering {
    let name = ordering.trim_start_matches('-');
    let key = |thing| {
        let value = member(thing, name).filter(|value| !value.is_null());
        // Times are written alike, so that their texts are ordered as they are.
        (value.is_none(), value.and_then(Value::as_i64), value.and_then(Value::as_str))
    };
    let ascending = key(one).cmp(&key(other));
    if ordering.starts_with('-') { ascending.reverse() } else { ascending }
}

/// PO-072: the address of another page, with all that this one was asked for.
fn link(call: &Call<'_>, parameters: &Parameters, page: usize) -> String {
    let path = call.request.url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let others = parameters.iter().filter(|(name, _)| *name != "page");
    let address = others.fold(path, |address, (name, value)| with_parameter(&address, name, value));
    with_parameter(&address, "page", &page.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postpay::scenario::{merchant, refused};
    use crate::scenario::{ORIGIN, Scenario, read};
    use serde_json::json;

    fn ids(page: &Value) -> Vec<&str> {
        page["results"].as_array().unwrap().iter().map(|order| order["order_id"].as_str().unwrap()).collect()
    }

    /// Orders of 1 to `count`, named after their totals.
    fn orders(count: usize) -> Scenario {
        let mut scenario = merchant();
        for number in 1..=count {
            scenario.now_ms += 1_000;
            scenario.checkout(&format!("{number:02}"));
        }
        scenario
    }

    #[test]
    fn po_070_po_071_po_072_a_list_comes_in_pages() {
        let mut scenario = orders(45);
        let first = scenario.get("/orders");
        assert_eq!((&first["count"], &first["previous"]), (&json!(45), &json!(null)));
        assert_eq!(ids(&first).len(), 20);
        assert_eq!(first["results"][0].as_object().unwrap().len(), 7, "PO-053: lists are short");
        assert_eq!(first["next"], format!("{ORIGIN}/postpay/orders?page=2"));
        let mut seen = ids(&first).len();
        let mut next = first["next"].clone();
        while let Some(address) = next.as_str() {
            let path = address.strip_prefix(&format!("{ORIGIN}/postpay")).unwrap().to_owned();
            let page = scenario.get(&path);
            seen += ids(&page).len();
            next = page["next"].clone();
        }
        assert_eq!(seen, 45);
        let middle = scenario.get("/orders?status__in=pending%2Cdenied&page=2&page_size=10&ordering=-created");
        assert_eq!((ids(&middle)[0], ids(&middle).len()), ("35", 10));
        let others = "ordering=-created&page_size=10&status__in=pending%2Cdenied";
        assert_eq!(middle["previous"], format!("{ORIGIN}/postpay/orders?{others}&page=1"));
        assert_eq!(middle["next"], format!("{ORIGIN}/postpay/orders?{others}&page=3"));
        assert_eq!(refused(&scenario.ask("GET", "/orders?page=4", &Value::Null)), (404, "not_found".into()));
    }

    #[test]
    fn po_071_nothing_is_a_page_too() {
        let nothing = json!({"count": 0, "next": null, "previous": null, "results": []});
        let mut scenario = merchant();
        for path in ["/orders", "/transactions", "/hooks?page=1"] {
            assert_eq!(scenario.get(path), nothing, "{path}");
        }
        scenario.checkout("order-01");
        assert_eq!(scenario.get("/orders/order-01/refunds"), nothing);
        assert_eq!(scenario.ask("GET", "/orders/none/refunds", &Value::Null).status, 404, "PO-066");
    }

    #[test]
    fn po_070_po_074_po_078_what_no_list_takes_is_refused() {
        let mut scenario = orders(1);
        for (query, member) in [
            ("page=0", "page"),
            ("page=x", "page"),
            ("page_size=51", "page_size"),
            ("page_size=0", "page_size"),
            ("ordering=status", "ordering"),
            ("order_id__contains=0", "order_id__contains"),
            ("total_amount=1.5", "total_amount"),
            ("created=yesterday", "created"),
            ("created__date=2026-02-30", "created__date"),
            ("created__month=13", "created__month"),
            ("no_filter=1", "no_filter"),
        ] {
            let answer = scenario.ask("GET", &format!("/orders?{query}"), &Value::Null);
            assert_eq!(refused(&answer), (400, "invalid".into()), "{query}");
            assert!(read(&answer)["error"]["fields"][member][0].is_string(), "{query}: {}", read(&answer));
        }
        let broken = scenario.ask("GET", "/hooks?url__regex=%28", &Value::Null);
        assert_eq!(refused(&broken), (400, "invalid".into()));
    }

    #[test]
    fn a_redirect_leads_to_the_same_list() {
        let mut scenario = orders(2);
        scenario.fault("postpay.list_orders", "redirect");
        let answer = scenario.ask("GET", "/orders?order_id=02", &Value::Null);
        let location = crate::postpay::scenario::location(&answer).to_owned();
        let path = location.strip_prefix(&format!("{ORIGIN}/postpay")).unwrap();
        assert_eq!(ids(&scenario.get(path)), ["02"]);
    }
}
