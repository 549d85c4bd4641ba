use super::*;
use std::format;

fn someone(index: usize, country: &str) -> String {
    let state = if country == "United States" { r#","state":"MA""# } else { "" };
    let code = if country == "United States" { "02116" } else { "2514 EA" };
    format!(
        r#"{{"name":"Public Library {index}","streetAddress":"{index} Main Street","postalCode":"{code}","city":"Boston"{state},"country":"{country}"}}"#
    )
}

fn of(people: &[String], options: &Options) -> Plan {
    plan(format!("[{}]", people.join(",")).as_bytes(), options)
}

fn people(count: usize) -> Vec<String> {
    (0..count).map(|index| someone(index, if index % 3 == 0 { "United States" } else { "Netherlands" })).collect()
}

#[test]
fn pp_040_pp_045_orders_hold_25_of_one_market_and_everybody_is_in_one() {
    let plan = of(&people(100), &Options::default());
    assert_eq!(plan.issues, []);
    let mut all: Vec<u32> = plan.orders.iter().flat_map(|order| order.indexes.clone()).collect();
    for order in &plan.orders {
        assert!((1..=25).contains(&order.indexes.len()));
        assert!(order.indexes.iter().all(|index| (index % 3 == 0) == (order.market == "us")), "{order:?}");
        assert!(order.indexes.is_sorted());
    }
    assert_eq!(plan.orders.len(), 34_usize.div_ceil(25) + 66_usize.div_ceil(25));
    assert!(plan.orders.is_sorted_by_key(|order| order.indexes.first().copied()));
    all.sort_unstable();
    assert_eq!(all, (0..100).collect::<Vec<_>>());
}

#[test]
fn pp_046_postcards_know_no_market() {
    let plan = of(&people(60), &Options { is_postcard: true, ..Options::default() });
    let sizes: Vec<_> = plan.orders.iter().map(|order| (order.indexes.len(), order.market)).collect();
    assert_eq!(sizes, [(25, "all"), (25, "all"), (10, "all")]);
}

#[test]
fn pp_165_pp_166_pp_167_days_and_seconds() {
    let of = |count: usize, used_today, per_day| {
        let everyone: Vec<_> = (0..count * 25).map(|index| someone(index, "Netherlands")).collect();
        let plan = of(&everyone, &Options { used_today, per_day, ..Options::default() });
        (plan.orders.len(), plan.per_day, plan.days, plan.seconds)
    };
    assert_eq!(Options::default().per_day, 100);
    assert_eq!(of(0, 0, 100), (0, 100, 0, 0));
    assert_eq!(of(1, 0, 100), (1, 100, 1, 1));
    assert_eq!(of(100, 0, 100), (100, 100, 1, 100));
    assert_eq!(of(101, 0, 100), (101, 100, 2, 101));
    assert_eq!(of(100, 1, 100), (100, 100, 2, 100));
    assert_eq!(of(1, 100, 100), (1, 100, 2, 1), "nothing is left of today");
    assert_eq!(of(7, 2, 3), (7, 3, 3, 7));
}

#[test]
fn pp_004_ids_come_from_the_content() {
    let ids = |people: &[String], campaign: &str| -> Vec<String> {
        let options = Options { campaign: String::from(campaign), ..Options::default() };
        of(people, &options).orders.into_iter().map(|order| order.id).collect()
    };
    let everyone: Vec<_> = (0..60).map(|index| someone(index, "Netherlands")).collect();
    let first = ids(&everyone, "");
    assert_eq!(first, ids(&everyone, ""));
    assert!(first.iter().all(|id| crate::prepare::is_key(id) && id.len() >= 22));
    assert!(ids(&everyone, "autumn").iter().all(|id| !first.contains(id)));
    // Somebody more at the end changes the last order, somebody mended their own.
    let mut longer = everyone.clone();
    longer.push(someone(60, "Netherlands"));
    assert_eq!(ids(&longer, "")[..2], first[..2]);
    assert_ne!(ids(&longer, "")[2], first[2]);
    let mut mended = everyone.clone();
    mended[30] = someone(300, "Netherlands");
    let mended = ids(&mended, "");
    assert_eq!((&mended[0], &mended[2]), (&first[0], &first[2]));
    assert_ne!(mended[1], first[1]);
    // Nor does it matter how a recipient is written.
    let turned = r#"{ "country":"Netherlands", "city":"Boston", "postalCode":"2514 EA", "streetAddress":"0 Main Street", "name":"Public Librar\u0079 0" }"#;
    let mut turned_one = everyone.clone();
    turned_one[0] = String::from(turned);
    assert_eq!(ids(&turned_one, ""), first);
    // All that is passed on counts, also what nobody here knows.
    let with = |more: &str| {
        let mut other = everyone.clone();
        other[0] = other[0].replacen('{', &format!("{{{more},"), 1);
        ids(&other, "")[0].clone()
    };
    let all = [r#""phone":"1""#, r#""phone":"2""#, r#""phone":1"#, r#""tel":"1""#, r#""customFields":{"a":"1"}"#];
    let mut different: std::vec::Vec<_> = all.iter().map(|more| with(more)).chain([first[0].clone()]).collect();
    assert_eq!(with(r#" "phone" : "\u0031""#), different[0]);
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 6);
}

#[test]
fn orders_that_hold_the_same_have_ids_of_their_own() {
    let same: Vec<_> = (0..75).map(|_| someone(1, "Netherlands")).collect();
    let plan = of(&same, &Options::default());
    let ids: Vec<_> = plan.orders.iter().map(|order| order.id.clone()).collect();
    assert_eq!(ids[1], format!("{}-2", ids[0]));
    assert_eq!(ids[2], format!("{}-3", ids[0]));
    assert_eq!(plan.issues.len(), 74);
    assert!(plan.issues.iter().all(|issue| issue.code == Code::DuplicateRecipient));
    assert_eq!(plan.issues[0].message(), "The same name and address is at index 0 already.");
}

#[test]
fn who_cannot_be_planned_is_left_over_with_a_reason() {
    let mut everyone = people(4);
    everyone[1] =
        String::from(r#"{"name":"Public Library","streetAddress":"1 Main Street","postalCode":"02116","city":" "}"#);
    everyone[2] = String::from("7");
    everyone[3] = format!(r#"{{"line":5,"recipient":{},"customFields":{{}}}}"#, someone(3, " "));
    let plan = of(&everyone, &Options::default());
    assert_eq!(plan.left_over, [1, 2, 3]);
    let issues: Vec<_> = plan.issues.iter().map(|issue| (issue.path.as_str(), issue.code)).collect();
    assert_eq!(
        issues,
        [
            ("/recipients/1/city", Code::Blank),
            ("/recipients/1/country", Code::MissingMember),
            ("/recipients/2", Code::InvalidType),
            ("/recipients/3/recipient/country", Code::Blank),
        ]
    );
    assert_eq!(plan.orders.len(), 1);
}

#[test]
fn everybody_left_over_is_named_and_a_report_stays_short() {
    let nobody = r#"{"name":"Public Library","country":"Netherlands"}"#;
    let plan = of(&std::vec![String::from(nobody); 4_000], &Options::default());
    assert_eq!(plan.left_over.len(), 4_000);
    let named: std::vec::Vec<_> = plan.left_over.iter().map(|index| format!("/recipients/{index}/")).collect();
    assert!(named.iter().all(|path| plan.issues.iter().any(|issue| issue.path.starts_with(path))));
    let reasons = plan.issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    assert_eq!(reasons, 5_001 + (4_000 - 5_001 / 3));
    let shortened: std::vec::Vec<_> =
        plan.issues.iter().filter(|issue| issue.code == Code::IssuesShortened).map(|issue| &*issue.path).collect();
    assert_eq!(shortened, ["/recipients"]);
}

#[test]
fn what_is_no_list_is_said() {
    for (input, path) in [("{}", "/recipients"), ("7", "/recipients"), ("[{]", "/recipients/0"), ("", "/recipients")] {
        let plan = plan(input.as_bytes(), &Options::default());
        assert_eq!(plan.orders, []);
        assert!(plan.issues.iter().any(|issue| issue.path == path), "{input}: {:?}", plan.issues);
    }
}

#[test]
fn ids_are_base64url() {
    // RFC 4648, section 10, and the two letters that differ from base64.
    for (bytes, expected) in
        [("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("\u{7ff}\u{3f}>", "378_Pg")]
    {
        let mut out = String::new();
        put_base64url(&mut out, bytes.as_bytes());
        assert_eq!(out, expected, "{bytes}");
    }
    let mut out = String::new();
    put_base64url(&mut out, &[0xFB, 0xEF, 0xFF]);
    assert_eq!(out, "--__");
}
