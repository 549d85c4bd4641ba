//! Any bytes as a file of recipients, in one piece and in many: the pieces make no difference.
#![no_main]

use edgepost_core::csv::{Batches, ListIssue, Options, RecipientList, recipients};
use edgepost_core::operation::find;
use edgepost_core::prepare::validate;
use edgepost_core::report::Code;
use edgepost_core::schema::Mode;
use edgepost_fuzz::is_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [flags, piece, csv @ ..] = data else { return };
    let options = Options {
        mode: if flags & 1 == 0 { Mode::Strict } else { Mode::Lenient },
        country: if flags & 2 == 0 { String::new() } else { "Netherlands".to_owned() },
        delimiter: [b',', b';', b'\t', b'|'][usize::from((flags >> 2) & 3)],
        ..Options::default()
    };
    let whole = recipients(csv, options.clone());
    listed(&whole, csv.len());
    taken(&whole, options.mode);
    let pieces = in_pieces(csv, usize::from(*piece) + 1, &options);
    let rows = |list: &RecipientList| -> Vec<_> {
        let recipient = |index| list.recipient(index).unwrap_or_default().to_vec();
        list.rows.iter().enumerate().map(|(index, row)| (row.line, row.offset, recipient(index))).collect()
    };
    assert_eq!(rows(&whole), pieces.iter().flat_map(rows).collect::<Vec<_>>());
    // Where not everything is listed, what is listed may be something else.
    if whole.issues.iter().all(|found| found.issue.code != Code::TooManyIssues) {
        let issues = |issues: &[ListIssue]| -> Vec<_> {
            issues.iter().map(|found| (found.line, found.column, found.offset, found.issue.code.name())).collect()
        };
        let mut found: Vec<_> = pieces.iter().flat_map(|list| issues(&list.issues)).collect();
        let mut expected = issues(&whole.issues);
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
});

/// A list is JSON, its lines and places lie in the file and in its order, and it does not grow faster than the file.
fn listed(list: &RecipientList, length: usize) {
    let written = list.to_json();
    assert!(is_json(&written), "{}", String::from_utf8_lossy(&written));
    assert!(
        list.rows.is_sorted_by_key(|row| (row.line, row.offset)) && list.issues.is_sorted_by_key(|found| found.line)
    );
    assert!(list.rows.iter().all(|row| (row.offset as usize) < length && row.line as usize <= length + 1));
    assert!(list.issues.iter().all(|found| found.offset as usize <= length && found.line as usize <= length + 1));
    let most = 4_000 + 1_200 * list.issues.len() + 400 * length;
    assert!(written.len() <= most, "{} bytes for {length} bytes", written.len());
}

/// In a list without an error every recipient is taken.
fn taken(list: &RecipientList, mode: Mode) {
    let operation = find("pieterpost.create_compose_link").unwrap();
    for index in 0..if list.ok() { list.rows.len().min(20) } else { 0 } {
        let input = [b"{\"recipient\":", list.recipient(index).unwrap(), b"}"].concat();
        let alone = validate(operation, &input, mode);
        assert!(alone.ok(), "{}", alone.to_json());
    }
}

/// Reads a file in pieces of so many bytes.
fn in_pieces(csv: &[u8], length: usize, options: &Options) -> Vec<RecipientList> {
    let mut batches = Batches::new(options.clone());
    let (mut from, mut to, mut lists) = (0, 0, Vec::new());
    loop {
        to = (to + length).min(csv.len());
        let (list, count) = batches.read(&csv[from..to], to == csv.len());
        assert!(count <= to - from);
        from += count;
        lists.push(list);
        if to == csv.len() {
            return lists;
        }
    }
}
