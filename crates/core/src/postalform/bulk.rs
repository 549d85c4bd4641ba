//! A list of recipients. <https://postalform.com/agents> "Bulk mailing overview", read 2026-11-21.
//!
//! PostalForm merges; what is merged here is for previews, and for finding what would be printed wrongly.

use alloc::string::String;

use crate::csv::{Options, Reader, RecipientList, Rows};
use crate::json;
use crate::place;
use crate::pointer;
use crate::read::{Checker, Findings, Group, Place, TextAt};
use crate::report::{Code, Severity};
use crate::rule::{pf, pfb};
use crate::schema::{
    Bound, Case, Keys, Object, Shape, Slot, Tag, Weight, filled, map, may, must, object, one_of, text,
};
use crate::template::Template;

/// PFB-001 to PFB-003.
pub static BULK: Object = object("PostalFormBulk", "One letter for each row of a list.")
    .fields(&[
        may("campaign_name", &text().advised(0, 255, pfb(1)), "What the mailing is called.").rule(pfb(1)).omit_empty(),
        must(
            "csv_content",
            &filled(),
            "The list: columns line1, city, state, zip; line2, recipient_name; others fill tags.",
        )
        .rule(pfb(1)),
        must("content_mode", &one_of(&["text", "html", "pdf"]), "What a row's letter is made from.").rule(pfb(2)),
        may("template_text", &text(), "Text with tags such as {{recipient_name}}.").rule(pfb(3)).omit_empty(),
        may("template_html", &text(), "HTML with tags. Values go in as they are.").rule(pfb(3)).omit_empty(),
    ])
    .tags(&[Tag { member: "content_mode", cases: &CASES }])
    .rules(&[templates, rows])
    .exactly(pf(14));

static CASES: [Case; 3] = [
    Case { value: "text", needs: &[("template_text", pfb(3))], excludes: &[] },
    Case { value: "html", needs: &[("template_html", pfb(3))], excludes: &[] },
    Case { value: "pdf", needs: &[], excludes: &[] },
];

const MODE: Slot = BULK.slot("content_mode");
const CSV: Slot = BULK.slot("csv_content");
/// The templates, and the mode that each is for.
static TEMPLATES: [(Slot, &str, &str); 2] = [
    (BULK.slot("template_text"), "text", "content_mode \"html\" or \"pdf\""),
    (BULK.slot("template_html"), "html", "content_mode \"text\" or \"pdf\""),
];

/// What the letters are made from: `text`, `html` or `pdf`; empty where nothing that is known is said.
pub(super) fn mode(list: &Group<'_>) -> &'static str {
    let Some(mode) = list.text(MODE) else { return "" };
    ["text", "html", "pdf"].into_iter().find(|known| mode.is(known)).unwrap_or_default()
}

/// PFB-004: a template that is not for the mode.
fn templates(list: &Group<'_>, found: &mut Findings) {
    let mode = mode(list);
    for (slot, own, others) in TEMPLATES {
        if !mode.is_empty() && mode != own && list.has(slot) {
            found.warning(pfb(4), Code::IgnoredMember, &list.at(slot)).text("other", others).fix_remove();
        }
    }
}

static VALUE: Shape = text();

/// PFB-020, PFB-034: a row, with what fills the tags: each column by its name.
pub static ROW: Object = object("PostalFormRow", "A row of a list.")
    .fields(&[
        may("recipient_name", &text(), "Who receives it.").rule(pfb(20)),
        must("line1", &filled(), "Street and number.").rule(pfb(34)),
        may("line2", &text(), "Apartment, suite, floor.").rule(pfb(20)),
        must("city", &filled(), "City.").rule(pfb(34)),
        must("state", &filled(), "The state's two capital letters.").rule(pfb(34)),
        must("zip", &filled(), "ZIP code, five digits or nine.").rule(pfb(34)),
        may("customFields", &map(&VALUE, Keys::Within(Bound::FREE)), "What fills the tags.").rule(pfb(21)),
    ])
    .rules(&[row])
    .quiet();

const NAME: Slot = ROW.slot("recipient_name");
const STATE: Slot = ROW.slot("state");
const ZIP: Slot = ROW.slot("zip");
const VALUES: Slot = ROW.slot("customFields");

/// PFB-034, PFB-037.
fn row(row: &Group<'_>, found: &mut Findings) {
    place::united_states(found, &row.at(STATE), &row.at(ZIP), [pfb(34), pfb(34)], false);
    if !row.has(NAME) {
        found.warning(pfb(37), Code::MissingMember, &row.at(NAME));
    }
}

/// The vendor does not say how many rows it takes (PFB-045).
const MOST_ROWS: usize = 5_000;

/// PFB-020 to PFB-045: what the list says, row by row.
fn rows(list: &Group<'_>, found: &mut Findings) {
    let Some(csv) = list.text(CSV).filter(|csv| !csv.is_blank()) else { return };
    let place = csv.place();
    let read = read(&csv, found);
    let count = read.rows.len();
    if count > MOST_ROWS {
        let issue = found.warning(pfb(45), Code::TooManyItems, &place);
        issue.number("actual", count as i64).number("limit", MOST_ROWS as i64);
    }
    for listed in &read.issues {
        let weight = match listed.issue.severity {
            Severity::Error => Weight::Error,
            Severity::Warning => Weight::Warning,
            Severity::Info => Weight::Info,
        };
        if found.is_full(weight) {
            continue;
        }
        let issue = found.weigh(weight, listed.issue.rule, listed.issue.code, place.path());
        issue.params.clone_from(&listed.issue.params);
        issue.hint.clone_from(&listed.issue.hint);
        if let Some(step) =
            listed.issue.path.as_bytes().rsplit(|byte| *byte == b'/').next().filter(|step| !step.is_empty())
        {
            let member = pointer::name(core::str::from_utf8(step).unwrap_or_default());
            issue.text("member", &json::concat(&["csv_content: ", &member]));
        }
        at_line(issue, listed.line);
        if listed.column > 0 {
            issue.number("column", listed.column as i64);
        }
    }
    for (slot, own, _) in TEMPLATES {
        if let Some(template) = list.text(slot).filter(|_| mode(list) == own) {
            tags(&template, &read, &place, found);
        }
    }
}

/// Says in which line of the list something stands.
fn at_line(issue: &mut crate::report::Issue, line: u64) {
    issue.number("line", line as i64);
    let mut hint = String::from("Line ");
    json::integer(&mut hint, line as i64);
    json::put(&mut hint, &[". ", &issue.hint]);
    issue.hint = hint.into();
}

fn read(csv: &TextAt<'_>, found: &Findings) -> RecipientList {
    let options = Options { mode: found.mode(), rows: Rows::PostalForm, ..Options::default() };
    Reader::new(options).read(&csv.utf8(), true, 0).0
}

/// How many rows the list of an order has.
pub(super) fn count(order: &Group<'_>, found: &Findings) -> Option<usize> {
    let list = order.group(order.object().find("bulk")?)?;
    Some(read(&list.text(CSV)?, found).rows.len())
}

/// Columns that take more characters are not listed in a hint: there may be many of both.
const LONGEST_HINT: usize = 500;

/// PFB-031, PFB-038, PFB-039: each tag of a template is a column, and filled in each row.
fn tags(template: &TextAt<'_>, list: &RecipientList, csv: &Place<'_>, found: &mut Findings) {
    let source = template.value();
    let parsed = Template::parse(&source);
    parsed.report_oddities(found, template, [pfb(38), pfb(31)]);
    let column = |name: &str| list.columns.iter().position(|column| column.header == name);
    let mut columns = String::from("The columns are called");
    for (index, column) in list.columns.iter().enumerate() {
        json::put(&mut columns, &[if index == 0 { " " } else { ", " }, &column.header]);
    }
    columns.push('.');
    for tag in parsed.variables.iter().filter(|tag| column(tag.name).is_none() && !list.columns.is_empty()) {
        let issue = found.strict(pfb(38), Code::UnknownTag, &template.place());
        issue.text("variable", tag.name).span(tag.span);
        if columns.len() <= LONGEST_HINT {
            issue.hint = columns.clone().into();
        }
    }
    let is_used = |header: &str| parsed.variables.iter().any(|tag| tag.name == header);
    for unused in list.columns.iter().filter(|column| column.is_variable() && !is_used(&column.header)) {
        found.info(pfb(39), Code::UnusedVariable, csv).text("variable", &unused.header);
    }
    let mut checker = Checker::new(&ROW, &list.text, found.mode());
    for row in list.rows.iter().filter(|_| !parsed.variables.is_empty()) {
        checker.check(row.from);
        for (column, cell) in list.columns.iter().zip(checker.root().items(VALUES)) {
            if is_used(&column.header) && cell.inner().text().is_some_and(|text| text.is_blank()) {
                let issue = found.warning(pfb(38), Code::BlankVariable, csv);
                at_line(issue.text("variable", &column.header), row.line);
            }
        }
        checker.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postalform::VALIDATE_ORDER;
    use crate::prepare::validate;
    use crate::schema::Mode;
    use std::format;

    fn order(csv: &str) -> String {
        let mut text = String::new();
        json::text(&mut text, csv);
        format!(
            r#"{{"request_id":"8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b","buyer_name":"B","buyer_email":"owner@example.com",
            "sender_name":"S","sender_address_type":"Address","sender_address_id":"US|1","sender_address_text":"T",
            "bulk":{{"csv_content":{text},"content_mode":"text","template_text":"Hello"}}}}"#
        )
    }

    const HEAD: &str = "line1,city,state,zip\n";
    const ROW: &str = "123 Main St,Springfield,IL,62701\n";

    #[test]
    fn pfb_034_an_issue_names_its_line_and_column() {
        let csv = format!("{HEAD}{ROW}123 Main St,Springfield,IL,6270\n");
        let report = validate(&VALIDATE_ORDER, order(&csv).as_bytes(), Mode::Strict);
        let issue = report.issues.iter().find(|issue| issue.code == Code::InvalidPostalCode).unwrap();
        assert_eq!(issue.path, "/bulk/csv_content");
        assert!(issue.message().starts_with("csv_content: zip \"6270\""), "{}", issue.message());
        assert!(issue.hint.starts_with("Line 3. "), "{}", issue.hint);
        let mut written = String::new();
        issue.write(&mut written);
        assert!(written.contains("\"line\":3,\"column\":4"), "{written}");
    }

    #[test]
    fn pfb_045_a_very_long_list_is_reported() {
        for (rows, expected) in [(MOST_ROWS, false), (MOST_ROWS + 1, true)] {
            let report =
                validate(&VALIDATE_ORDER, order(&format!("{HEAD}{}", ROW.repeat(rows))).as_bytes(), Mode::Strict);
            assert!(report.ok());
            assert_eq!(report.issues.iter().any(|issue| issue.code == Code::TooManyItems), expected, "{rows}");
        }
    }
}
