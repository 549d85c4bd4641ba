mod columns;

use super::*;
use crate::schema::Mode;
use serde_json::{Value, json};
use std::format;
use std::string::ToString;
use std::vec;

const HEADER: &str = "name,streetAddress,postalCode,city,state,country\n";
const BOSTON: &str = "Boston Public Library,700 Boylston Street,02116,Boston,MA,United States\n";

fn read(csv: impl AsRef<[u8]>) -> Value {
    read_with(csv, Options::default())
}

fn read_with(csv: impl AsRef<[u8]>, options: Options) -> Value {
    serde_json::from_slice(&recipients(csv.as_ref(), options).to_json()).unwrap()
}

/// Code, severity, path, line, column and offset of each issue.
fn issues(list: &Value) -> Vec<(&str, &str, &str, u64, u64, u64)> {
    let number = |issue: &Value, name: &str| issue[name].as_u64().unwrap_or(0);
    let all = list["issues"].as_array().unwrap().iter();
    all.map(|issue| {
        let place = (number(issue, "line"), number(issue, "column"), number(issue, "offset"));
        (text_of(issue, "code"), text_of(issue, "severity"), text_of(issue, "path"), place.0, place.1, place.2)
    })
    .collect()
}

fn text_of<'v>(issue: &'v Value, name: &str) -> &'v str {
    issue[name].as_str().unwrap_or_default()
}

fn codes(list: &Value) -> Vec<&str> {
    issues(list).into_iter().map(|issue| issue.0).collect()
}

fn members(list: &Value) -> Vec<(&str, &str, bool)> {
    let columns = list["columns"].as_array().unwrap().iter();
    columns
        .map(|column| {
            (column["header"].as_str().unwrap(), column["member"].as_str().unwrap(), column["guessed"] == true)
        })
        .collect()
}

#[test]
fn pfb_021_a_file_becomes_recipients_with_variables() {
    let csv = "Name,ZIP code,Address,City,State,Country,Gift code,note\r\n\
               Boston Public Library,02116,700 Boylston Street,Boston,MA,USA,A-1,\r\n";
    let list = read(csv);
    assert_eq!(list["ok"], true, "{list}");
    assert_eq!(
        list["rows"],
        json!([{ "line": 2, "recipient": {
            "name": "Boston Public Library", "streetAddress": "700 Boylston Street", "postalCode": "02116",
            "city": "Boston", "state": "MA", "country": "USA", "customFields": { "gift_code": "A-1", "note": "" } } }])
    );
    assert_eq!(
        members(&list),
        [
            ("Name", "name", true),
            ("ZIP code", "postalCode", true),
            ("Address", "streetAddress", true),
            ("City", "city", true),
            ("State", "state", true),
            ("Country", "country", true),
            ("Gift code", "customFields.gift_code", true),
            ("note", "customFields.note", false),
        ]
    );
}

#[test]
fn the_line_by_which_spreadsheets_know_the_delimiter_goes_before_the_option_and_counts() {
    for (mark, named, delimiter) in [("", "sep=;\n", ";"), ("\u{feff}", "SEP=\t\r\n", "\t"), ("", "sep=,\r\n", ",")] {
        let rows = format!("{HEADER}{}", BOSTON.replace(",MA", ",XX")).replace(',', delimiter);
        let csv = format!("{mark}{named}{rows}");
        let options = Options { delimiter: b'|', ..Options::default() };
        let list = read_with(&csv, options.clone());
        assert_eq!(list["rows"][0]["line"], 3, "{list}");
        assert_eq!(list["rows"][0]["recipient"]["streetAddress"], "700 Boylston Street");
        let state = csv.find("XX").unwrap() as u64;
        let found = issues(&list).into_iter().find(|issue| issue.0 == "unknown_state").unwrap();
        assert_eq!((found.3, found.4, found.5), (3, 5, state));
        // The rest of a file is read by what its start said.
        for end in 0..csv.len() {
            let mut reader = Reader::new(options.clone());
            let (first, taken) = reader.read(&csv.as_bytes()[..end], false, 0);
            let (rest, _) = Reader::resume(options.clone(), &reader.state()).read(&csv.as_bytes()[taken..], true, 0);
            assert_eq!(first.rows.len() + rest.rows.len(), 1, "{end}");
            assert!(rest.rows.iter().chain(&first.rows).all(|row| row.line == 3), "{end}");
            assert!(first.issues.iter().chain(&rest.issues).any(|found| found.offset == state), "{end}");
        }
    }
    // What names none is a header.
    assert_eq!(read("sep=:\nx\n")["columns"][0]["header"], "sep=:");
    assert_eq!(codes(&read("sep=;\n")), codes(&read("\n")));
}

#[test]
fn pfb_022_a_byte_order_mark_does_not_eat_the_first_column() {
    let list = read(format!("\u{feff}{HEADER}{BOSTON}"));
    assert_eq!(issues(&list), [("byte_order_mark", "info", "", 1, 0, 0)]);
    assert_eq!(list["columns"][0], json!({ "header": "name", "member": "name", "guessed": false }));
    for marks in ["\u{feff}", "\u{feff}\u{feff}"] {
        let list = read(format!("{marks}\"name\",x\n{BOSTON}"));
        assert_eq!(list["columns"][0]["header"], "name");
    }
}

#[test]
fn pfb_023_pfb_028_no_row_is_lost_or_invented() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = format!("{HEADER}{BOSTON}\n{}", BOSTON.replace("Boston P", "Another P")).replace('\n', end);
        let lines =
            |csv: &str| read(csv)["rows"].as_array().unwrap().iter().map(|row| row["line"].clone()).collect::<Vec<_>>();
        assert_eq!(lines(&csv), [2, 4], "{end:?}");
        assert_eq!(lines(csv.trim_end()), [2, 4], "{end:?}");
        assert_eq!(lines(&format!("{csv}{end}{end}")), [2, 4], "{end:?}");
    }
}

#[test]
fn pfb_024_values_pass_as_they_stand() {
    let csv = format!(
        "{HEADER}\" O'Neil \"\"& Sons\"\"\t\\\",\"700, Boylston\r\nStreet\",02116,Boston,MA,United States\n{BOSTON}"
    );
    let list = read(csv);
    assert_eq!(list["rows"][0]["recipient"]["name"], " O'Neil \"& Sons\"\t\\");
    assert_eq!(list["rows"][0]["recipient"]["streetAddress"], "700, Boylston\r\nStreet");
    assert_eq!(list["rows"][1]["line"], 4);
}

#[test]
fn pfb_025_an_unterminated_quote_costs_its_own_line_only() {
    let csv = format!("{HEADER}{BOSTON}a,\"b,c\n{BOSTON}");
    let list = read(csv);
    assert_eq!(list["rows"].as_array().unwrap().len(), 3);
    assert_eq!(issues(&list)[0], ("unterminated_quote", "error", "/rows/1/recipient", 3, 2, 123));
    assert_eq!(list["rows"][1], json!({ "line": 3, "recipient": {} }));
    assert_eq!(codes(&list), ["unterminated_quote", "duplicate_recipient"]);
}

#[test]
fn pfb_026_text_around_quotes() {
    let list = read(format!("{HEADER}\"x\"z,5 x\"y\" Street,02116,Boston,MA,United States\n"));
    assert_eq!(
        issues(&list),
        [
            ("text_after_quote", "error", "/rows/0/recipient/name", 2, 1, 49),
            ("stray_quote", "warning", "/rows/0/recipient/streetAddress", 2, 2, 54),
        ]
    );
    assert_eq!(list["rows"][0]["recipient"]["name"], "\"x\"z");
    assert_eq!(list["rows"][0]["recipient"]["streetAddress"], "5 x\"y\" Street");
}

#[test]
fn pfb_027_a_ragged_row_keeps_its_place_but_nothing_can_be_sent_from_it() {
    let list = read(format!("{HEADER}{BOSTON}a,b\n1,2,3,4,5,6,7\n"));
    assert_eq!(list["ok"], false);
    assert_eq!(list["rows"][1], json!({ "line": 3, "recipient": {} }));
    assert_eq!(list["rows"][2], json!({ "line": 4, "recipient": {} }));
    assert_eq!(
        issues(&list),
        [
            ("ragged_row", "error", "/rows/1/recipient", 3, 0, 121),
            ("ragged_row", "error", "/rows/2/recipient", 4, 0, 125)
        ]
    );
    assert_eq!(list["issues"][0]["message"], "The row has 2 cells, the header has 6.");
}

#[test]
fn pfb_028_empty_rows_are_errors_and_blank_lines_are_none() {
    let list = read(format!("{HEADER}\n   \n,,, ,,\n{BOSTON}"));
    assert_eq!(issues(&list), [("empty_row", "error", "/rows/0/recipient", 4, 0, 54)]);
    assert_eq!(list["rows"][1]["line"], 5);
}

#[test]
fn pfb_029_a_file_has_a_row() {
    for csv in ["", "\n\n", "\u{feff}", HEADER, "name", "name\r"] {
        let list = read(csv);
        assert!(codes(&list).contains(&"no_rows"), "{csv:?} {list}");
        assert_eq!((&list["ok"], &list["rows"]), (&json!(false), &json!([])));
    }
}

#[test]
fn pfb_036_a_zip_that_lost_its_zero() {
    let csv = format!("{HEADER}{}", BOSTON.replace("02116", "2116"));
    let list = read(csv);
    let issue = &list["issues"][0];
    assert_eq!(
        (&issue["code"], &issue["severity"], &issue["rule"]),
        (&json!("invalid_postal_code"), &json!("error"), &json!("PFB-036"))
    );
    assert_eq!(issue["hint"], "A leading zero was lost: write 02116.");
    assert_eq!(issue["fix"], json!([{ "op": "replace", "path": "/rows/0/recipient/postalCode", "value": "02116" }]));
    assert_eq!((&issue["line"], &issue["column"], &issue["offset"]), (&json!(2), &json!(3), &json!(91)));
}

#[test]
fn pfb_041_other_delimiters_are_named() {
    for (delimiter, name) in [(";", "a semicolon"), ("\t", "a tab"), ("|", "a vertical bar")] {
        let csv = format!("{HEADER}{BOSTON}").replace(',', delimiter);
        let list = read(&csv);
        assert_eq!(issues(&list), [("wrong_delimiter", "error", "", 1, 0, 0)]);
        assert_eq!(list["issues"][0]["params"], json!({ "actual": name, "expected": "a comma" }));
        let list = read_with(&csv, Options { delimiter: delimiter.as_bytes()[0], ..Options::default() });
        assert_eq!((&list["ok"], codes(&list).len()), (&json!(true), 0));
    }
}

#[test]
fn pfb_042_what_is_no_text_is_an_error_at_its_byte() {
    let mut csv = format!("{HEADER}{BOSTON}{BOSTON}").into_bytes();
    csv[51] = 0;
    csv[49 + BOSTON.len() + 1] = 0xE9;
    let list = read(&csv);
    assert_eq!(
        issues(&list)[..2],
        [
            ("control_character", "error", "/rows/0/recipient/name", 2, 1, 51),
            ("invalid_utf8", "error", "/rows/1/recipient/name", 3, 1, 122),
        ]
    );
    assert_eq!(list["rows"][1]["recipient"]["name"], "B\u{fffd}ston Public Library");
    let list = read(format!("{HEADER}{}", BOSTON.replace("Boston P", "Bost\u{fffd}n P")));
    assert_eq!(issues(&list), [("replacement_character", "error", "/rows/0/recipient/name", 2, 1, 53)]);
    for mark in [b"\xFF\xFE", b"\xFE\xFF"] {
        let mut csv = vec![mark[0], mark[1]];
        csv.extend_from_slice(b"n\0a\0");
        let list = read(csv);
        assert_eq!(issues(&list), [("invalid_utf8", "error", "", 1, 0, 0)]);
    }
    // White space around a value stays, and does no harm.
    let list = read(format!("{HEADER}{}", BOSTON.replace(",02116,", ", 02116 ,").replace(",MA,", ", MA ,")));
    assert_eq!((&list["ok"], &list["rows"][0]["recipient"]["postalCode"]), (&json!(true), &json!(" 02116 ")), "{list}");
}

#[test]
fn the_same_recipient_twice_is_a_warning_that_names_the_first_line() {
    let list = read(format!("{HEADER}{BOSTON}{}", BOSTON.to_uppercase()));
    assert_eq!(issues(&list).last().unwrap(), &("duplicate_recipient", "warning", "/rows/1/recipient", 3, 0, 121));
    assert!(list["issues"].to_string().contains("is at line 2 already"));
    assert_eq!(list["ok"], true);
}

#[test]
fn an_issue_stands_where_its_cell_stands_also_in_rows_of_many_lines() {
    let csv = format!("{HEADER}\"The\nLibrary\",\"1\r\nMain\rStreet\",zip,Boston,MA,United States\n{BOSTON}");
    let list = read(csv);
    assert_eq!(issues(&list), [("invalid_postal_code", "warning", "/rows/0/recipient/postalCode", 5, 3, 80)]);
    assert_eq!(list["rows"][1]["line"], 6);
    let strict = read_with(
        format!("{HEADER}{}", BOSTON.replace("02116", "x")),
        Options { mode: Mode::Strict, ..Options::default() },
    );
    assert_eq!(issues(&strict)[0].1, "error");
}

#[test]
fn every_row_with_an_error_is_reported_and_a_report_stays_short() {
    let csv = format!("{HEADER}{}", "a,,,,,\n".repeat(20_000));
    let list = recipients(csv.as_bytes(), Options::default());
    assert_eq!(list.rows.len(), 20_000);
    let mut lines: Vec<u64> =
        list.issues.iter().filter(|found| found.issue.severity == Severity::Error).map(|found| found.line).collect();
    assert!(lines.is_sorted());
    assert_eq!(lines.len(), 5_000 + 18_750);
    lines.dedup();
    assert_eq!(lines, (2..20_002).collect::<Vec<_>>());
    assert_eq!(list.issues.iter().filter(|found| found.issue.code == Code::IssuesShortened).count(), 1);
}

#[test]
fn a_row_that_is_too_long_is_one_error_and_the_next_line_is_read() {
    let csv = format!("{HEADER}{}\n{BOSTON}", "x".repeat(3 << 20));
    let list = read(&csv);
    assert_eq!(issues(&list), [("row_too_long", "error", "/rows/0/recipient", 2, 0, 49)]);
    assert_eq!(list["rows"][1]["line"], 3);
    // Nor does an open quote take more than its line.
    let csv = format!("{HEADER}\"{}\n{}", "x".repeat(9), BOSTON.repeat(30_000));
    let list = recipients(csv.as_bytes(), Options::default());
    assert_eq!(list.rows.len(), 30_001);
    assert_eq!(list.issues[0].issue.code, Code::UnterminatedQuote);
}

/// Reads a file in pieces of these sizes, as whoever has to keep everything outside does.
fn in_pieces(csv: &[u8], mut sizes: impl FnMut() -> usize) -> Value {
    let (mut all, mut state) = (json!({ "rows": [], "issues": [] }), Vec::new());
    let (mut start, mut end, mut seen) = (0, 0, Seen::default());
    loop {
        end = (end + sizes()).min(csv.len());
        let rows = all["rows"].as_array().unwrap().len();
        let mut reader = Reader::resume(Options::default(), &state);
        let (mut list, taken) = reader.read(&csv[start..end], end == csv.len(), rows);
        duplicates(&mut seen, &mut list, rows);
        start += taken;
        state = reader.state();
        let mut list: Value = serde_json::from_slice(&list.to_json()).unwrap();
        if list["columns"] != json!([]) {
            all["columns"] = list["columns"].take();
        }
        for name in ["rows", "issues"] {
            let more = list[name].as_array().unwrap().clone();
            all[name].as_array_mut().unwrap().extend(more);
        }
        if end == csv.len() {
            assert_eq!(start, end, "everything is taken");
            return all;
        }
    }
}

#[test]
fn any_split_gives_the_same_as_the_whole() {
    let quotes = format!(
        "{HEADER}\"a\r\n\",\"\"\"\",c,d,e,f\r\n\r\nx,\"y\r\n{BOSTON}é,\u{fffd},\"\"z,,,\r\n,,,,,\r\n{BOSTON}\""
    );
    for csv in [
        format!("\u{feff}\n{quotes}"),
        quotes.clone(),
        format!("{HEADER}{}\r\n\r\n{BOSTON}", format!("x,\"{}\n", "y".repeat(400)).repeat(5_000)),
    ] {
        let mut whole = read(&csv);
        whole.as_object_mut().unwrap().remove("ok");
        let steps: &[usize] = if csv.len() > 10_000 { &[65_537, 700_001, 1 << 20] } else { &[1, 2, 3, 7, 30, 64] };
        for step in steps {
            let pieces = in_pieces(csv.as_bytes(), || *step);
            assert!(pieces == whole, "in steps of {step}: {}", csv.chars().take(200).collect::<String>());
        }
    }
}

/// The vendor's example; what a row has is merged once, and is escaped on a page.
#[test]
fn pfb_011_pfb_021_pfb_040_pfb_043_rows_are_merged() {
    let csv = "recipient_name,line1,line2,city,state,zip,account_number\n\
        Jane Doe,123 Main St,,Springfield,IL,62701,ACCT-100\nJohn Smith,456 Oak Ave,Apt 2,Chicago,IL,60601,ACCT-200";
    let texts = |csv: &str, about: &str| -> Vec<String> {
        let options = Options { rows: Rows::PostalForm, ..Options::default() };
        let list = recipients(csv.as_bytes(), options);
        assert!(list.ok(), "{:?}", list.issues);
        let rows = ["[".as_bytes(), &list.text, b"]"].concat();
        crate::pieterpost::merge(about.as_bytes(), &rows, Mode::Lenient)
            .texts()
            .map(std::string::ToString::to_string)
            .collect()
    };
    let about = r#"{"template":"Hello {{recipient_name}}, your account reference is {{account_number}}."}"#;
    let expected = [
        "Hello Jane Doe, your account reference is ACCT-100.",
        "Hello John Smith, your account reference is ACCT-200.",
    ];
    assert_eq!(texts(csv, about), expected);
    let about = r#"{"template":"<p>{{recipient_name}}</p>","format":"html"}"#;
    let odd = csv.replace("Jane Doe", "\"<b>\"\"{{zip}}\"\" & Co\"");
    assert_eq!(texts(&odd, about)[0], "<p>&lt;b&gt;&quot;{{zip}}&quot; &amp; Co</p>");
}
