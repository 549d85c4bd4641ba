//! Every filter of the core's tables lets some things through, and others not.

use edgepost_core::postpay::list_hooks::HOOKS_QUERY;
use edgepost_core::postpay::list_orders::ORDERS_QUERY;
use edgepost_core::postpay::list_refunds::REFUNDS_QUERY;
use edgepost_core::postpay::list_transactions::TRANSACTIONS_QUERY;
use edgepost_core::schema::{Object, Position};
use serde_json::{Value, json};

use super::scenario::{APPROVE, checkout, merchant};
use crate::scenario::{ORIGIN, Scenario, read};

/// A Tuesday in April, a Friday in May, a Wednesday in the June of another year.
const TIMES: [u64; 3] = [1_776_765_600_000, 1_779_449_400_000, 1_813_752_000_000];

/// A filter, its value, and those of three things that it lets through.
type Case = (String, &'static str, &'static [usize]);

fn cases(member: &str, lookups: &[(&str, &'static str, &'static [usize])]) -> Vec<Case> {
    lookups.iter().map(|(lookup, value, kept)| (format!("{member}{lookup}"), *value, *kept)).collect()
}

fn created() -> Vec<Case> {
    cases(
        "created",
        &[
            ("", "2026-05-22T11:30:00Z", &[1]),
            ("__gt", "2026-05-22T15:30:00+04:00", &[2]),
            ("__lt", "2026-05-22T11:30:00.000Z", &[0]),
            ("__gte", "2026-05-22T11:30:00", &[1, 2]),
            ("__lte", "2026-05-22T11:30:00.000001Z", &[0, 1]),
            ("__date", "2026-05-22", &[1]),
            ("__date__gt", "2026-05-22", &[2]),
            ("__date__lt", "2026-05-22", &[0]),
            ("__date__gte", "2026-05-22", &[1, 2]),
            ("__date__lte", "2026-05-22", &[0, 1]),
            ("__year", "2027", &[2]),
            ("__month", "5", &[1]),
            ("__week_day", "6", &[1]),
            ("__day", "21", &[0]),
            ("__hour", "12", &[2]),
        ],
    )
}

fn amounts(member: &str, middle: &'static str) -> Vec<Case> {
    cases(
        member,
        &[
            ("", middle, &[1]),
            ("__gt", middle, &[2]),
            ("__lt", middle, &[0]),
            ("__gte", middle, &[1, 2]),
            ("__lte", middle, &[0, 1]),
        ],
    )
}

fn currencies() -> Vec<Case> {
    cases("currency", &[("", "AED", &[0, 2]), ("__in", "EUR,USD", &[1])])
}

/// The things of a list are found by each filter, and all filters of the table are tried.
fn holds(scenario: &mut Scenario, path: &str, table: &'static Object, id: &str, cases: &[Case]) {
    let all = scenario.get(path);
    let ids: Vec<&Value> = all["results"].as_array().unwrap().iter().map(|thing| &thing[id]).collect();
    assert_eq!(ids.len(), 3, "{path}");
    let mut left: Vec<&str> =
        table.fields.iter().filter(|it| it.position == Position::Query).map(|it| it.name).collect();
    left.retain(|name| !["page", "page_size", "ordering"].contains(name));
    for (filter, value, kept) in cases {
        assert!(!kept.is_empty() && kept.len() < 3, "{filter} would not filter");
        let value = (0..3)
            .fold((*value).to_owned(), |value, at| value.replace(["#0", "#1", "#2"][at], ids[at].as_str().unwrap()));
        let mut address = String::new();
        edgepost_core::http::percent_encode(&mut address, &value);
        let found = scenario.get(&format!("{path}?{filter}={address}"));
        let found: Vec<&Value> = found["results"].as_array().unwrap().iter().map(|thing| &thing[id]).collect();
        let expected: Vec<&Value> = kept.iter().map(|at| ids[*at]).collect();
        assert_eq!(found, expected, "{filter}={value}");
        left.retain(|name| name != filter);
    }
    assert_eq!(left, [""; 0], "{path}: filters without a case");
}

fn order(scenario: &mut Scenario, id: &str, total: i64, currency: &str) -> String {
    let mut input = checkout();
    input["order_id"] = json!(id);
    input["currency"] = json!(currency);
    input["total_amount"] = json!(total);
    let session = read(&scenario.ask("POST", "/checkouts", &input));
    session["redirect_url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
}

#[test]
fn po_073_po_074_orders() {
    let mut scenario = merchant();
    for ((id, total, currency), now_ms) in
        [("a", 100, "AED"), ("b", 200, "EUR"), ("c", 300, "AED")].into_iter().zip(TIMES)
    {
        scenario.now_ms = now_ms;
        let page = order(&mut scenario, id, total, currency);
        match id {
            "b" => drop(scenario.fill(&page, APPROVE)),
            "c" => drop(scenario.fill(&page, "action=deny")),
            _ => {}
        }
    }
    let mut all = created();
    all.extend(amounts("total_amount", "200"));
    all.extend(currencies());
    all.extend(cases("order_id", &[("", "b", &[1]), ("__in", "a,c,d", &[0, 2])]));
    all.extend(cases("status", &[("", "approved", &[1]), ("__in", "pending,denied", &[0, 2])]));
    holds(&mut scenario, "/orders", &ORDERS_QUERY, "order_id", &all);
}

#[test]
fn po_073_po_075_refunds() {
    let mut scenario = merchant();
    scenario.captured("order-01");
    let refunds = [("a", 100, json!("Item returned")), ("b", 200, json!("Lost item")), ("c", 300, json!(null))];
    for ((id, amount, description), now_ms) in refunds.into_iter().zip(TIMES) {
        scenario.now_ms = now_ms;
        let refund = json!({"refund_id": id, "amount": amount, "description": description});
        assert_eq!(scenario.refund("order-01", &refund).status, 200);
    }
    let mut all = created();
    all.extend(amounts("amount", "200"));
    all.extend(cases("refund_id", &[("", "b", &[1]), ("__in", "a,b", &[0, 1])]));
    all.extend(cases(
        "description",
        &[
            ("__contains", "item", &[1]),
            ("__icontains", "ITEM", &[0, 1]),
            ("__startswith", "Item", &[0]),
            ("__istartswith", "lost", &[1]),
            ("__endswith", "item", &[1]),
            ("__iendswith", "RETURNED", &[0]),
            ("__regex", "^[IJ]tem .*d$", &[0]),
            ("__iregex", "^lost", &[1]),
        ],
    ));
    holds(&mut scenario, "/orders/order-01/refunds", &REFUNDS_QUERY, "refund_id", &all);
}

/// Two orders that were captured, and a refund of which nothing was paid back yet.
#[test]
fn po_073_po_076_transactions() {
    let mut scenario = merchant();
    for ((id, total, currency), now_ms) in [("a", 100, "AED"), ("b", 200, "EUR")].into_iter().zip(TIMES) {
        scenario.now_ms = now_ms;
        let page = order(&mut scenario, id, total, currency);
        scenario.fill(&page, APPROVE);
        assert_eq!(scenario.capture(id).status, 200);
    }
    scenario.now_ms = TIMES[2];
    assert_eq!(scenario.refund("a", &json!({"refund_id": "r", "amount": 50})).status, 200);
    let mut all = created();
    all.extend(currencies());
    all.extend(cases("id", &[("", "#1", &[1]), ("__in", "#0,#2", &[0, 2])]));
    all.extend(cases("type", &[("", "refund", &[2]), ("__in", "order,instalment", &[0, 1])]));
    all.extend(cases(
        "amount",
        &[
            ("", "200", &[1]),
            ("__gt", "100", &[1]),
            ("__lt", "200", &[0, 2]),
            ("__gte", "100", &[0, 1]),
            ("__lte", "100", &[0, 2]),
        ],
    ));
    all.extend(cases(
        "paid",
        &[
            ("__isnull", "true", &[2]),
            ("__isnull", "false", &[0, 1]),
            ("", "2026-05-23T00:00:00Z", &[1]),
            ("__gt", "2026-05-01", &[1]),
            ("__lt", "2026-05-01", &[0]),
            ("__gte", "2026-05-23", &[1]),
            ("__lte", "2026-04-22", &[0]),
            ("__date", "2026-04-22", &[0]),
            ("__date__gt", "2026-04-22", &[1]),
            ("__date__lt", "2026-05-23", &[0]),
            ("__date__gte", "2026-04-23", &[1]),
            ("__date__lte", "2026-04-22", &[0]),
            ("__year", "2026", &[0, 1]),
            ("__month", "4", &[0]),
            ("__week_day", "7", &[1]),
            ("__day", "22", &[0]),
            ("__hour", "0", &[0, 1]),
        ],
    ));
    holds(&mut scenario, "/transactions", &TRANSACTIONS_QUERY, "id", &all);
    for (ordering, expected) in
        [("paid", [0, 1, 2]), ("-paid", [2, 1, 0]), ("-amount", [1, 0, 2]), ("-created", [2, 1, 0])]
    {
        let made = scenario.get("/transactions");
        let ordered = scenario.get(&format!("/transactions?ordering={ordering}"));
        let expected: Vec<&Value> = expected.iter().map(|at| &made["results"][*at]).collect();
        assert_eq!(ordered["results"].as_array().unwrap().iter().collect::<Vec<_>>(), expected, "{ordering}");
    }
}

#[test]
fn po_073_po_077_hooks() {
    let mut scenario = merchant();
    let hooks = [
        ("https://a.example/hooks", json!(["order"]), true),
        ("https://b.example/Hooks", json!(["transaction"]), false),
        ("https://c.example/other", json!(["order", "transaction"]), true),
    ];
    for ((url, events, active), now_ms) in hooks.into_iter().zip(TIMES) {
        scenario.now_ms = now_ms;
        let hook = json!({"url": url, "events": events, "active": active, "secret": "dolphins"});
        assert_eq!(scenario.ask("POST", "/hooks", &hook).status, 200);
    }
    let page = scenario.checkout("order-01");
    scenario.fill(&page, "action=deny");
    for delivery in scenario.sandbox.deliveries(scenario.now_ms) {
        let is_first = delivery.request.url.contains("a.example");
        scenario.sandbox.delivered(delivery.number, Some(if is_first { 200 } else { 500 }));
    }
    let mut all = created();
    all.extend(cases("id", &[("", "#2", &[2]), ("__in", "#0,#1", &[0, 1])]));
    all.extend(cases(
        "events",
        &[("", "order", &[0]), ("", "order,transaction", &[2]), ("__contains", "transaction", &[1, 2])],
    ));
    all.extend(cases("active", &[("", "false", &[1]), ("", "true", &[0, 2])]));
    all.extend(cases(
        "last_response_code",
        &[
            ("", "500", &[2]),
            ("__in", "200,204", &[0]),
            ("__gt", "200", &[2]),
            ("__lt", "500", &[0]),
            ("__gte", "500", &[2]),
            ("__lte", "200", &[0]),
        ],
    ));
    all.extend(cases(
        "url",
        &[
            ("", "https://a.example/hooks", &[0]),
            ("__in", "https://a.example/hooks,https://c.example/other", &[0, 2]),
            ("__contains", "hooks", &[0]),
            ("__icontains", "HOOKS", &[0, 1]),
            ("__startswith", "https://c", &[2]),
            ("__istartswith", "HTTPS://B", &[1]),
            ("__endswith", "Hooks", &[1]),
            ("__iendswith", "hooks", &[0, 1]),
            ("__regex", "[ab]\\.example", &[0, 1]),
            ("__iregex", "OTHER$", &[2]),
        ],
    ));
    holds(&mut scenario, "/hooks", &HOOKS_QUERY, "id", &all);
}
