//! Hostile CSV: nothing traps, no row is lost or invented, lines and offsets are right, and pieces read like the whole.

use csv_core::{ReadRecordResult, ReaderBuilder};
use edgepost_core::csv::{Batches, Options, RecipientList, recipients};
use edgepost_core::report::Severity;
use proptest::prelude::*;
use serde_json::Value;

/// Files made of what matters to a reader, some behind a sensible header.
fn file() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&[u8]] = &[
        b"\"",
        b"\"\"",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"a",
        b"zip",
        b"02116",
        b"United States",
        b"\0",
        b"\xFF",
        b"\xEF\xBB\xBF",
        "é😀\u{fffd}".as_bytes(),
        b"\\",
        b"{{x}}",
        b"a,b,c\n",
        b",,,,,\n",
    ];
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..60);
    let header = prop::sample::select(vec!["", "name,streetAddress,postalCode,city,state,country\n", "a,b,c\r\n"]);
    (header, pieces).prop_map(|(header, pieces)| [header.as_bytes(), &pieces.concat()].concat())
}

fn json(list: &RecipientList) -> Value {
    serde_json::from_slice(&list.to_json()).unwrap()
}

/// How many lines end before this byte, counted in another way than the reader's.
fn line_at(bytes: &[u8], offset: usize) -> u64 {
    let before: Vec<u8> = bytes[..offset].iter().map(|byte| if byte.is_ascii() { *byte } else { b'x' }).collect();
    let text = String::from_utf8(before).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    text.matches('\n').count() as u64 + 1
}

/// The records that csv-core cuts, without its blank ones.
fn peer(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = ReaderBuilder::new().build();
    let (mut out, mut ends) = (vec![0; bytes.len() + 16], vec![0; bytes.len() + 16]);
    let (mut at, mut written, mut count, mut all) = (0, 0, 0, Vec::new());
    loop {
        let (result, read, more, cells) = reader.read_record(&bytes[at..], &mut out[written..], &mut ends[count..]);
        (at, written, count) = (at + read, written + more, count + cells);
        match result {
            ReadRecordResult::Record => {
                let starts = [0].into_iter().chain(ends[..count].iter().copied());
                all.push(starts.zip(&ends[..count]).map(|(start, end)| out[start..*end].to_vec()).collect());
                (written, count) = (0, 0);
            }
            ReadRecordResult::End => return all,
            other => assert_eq!(other, ReadRecordResult::InputEmpty),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pfb_027_pfb_042_whatever_comes_every_issue_stands_where_it_says(csv in file()) {
        let list = recipients(&csv, Options::default());
        let value = json(&list);
        prop_assert_eq!(list.rows.len(), value["rows"].as_array().unwrap().len());
        prop_assert!(list.rows.is_sorted_by(|one, other| one.offset < other.offset && one.line < other.line));
        for row in &list.rows {
            prop_assert_eq!(row.line, line_at(&csv, row.offset as usize));
        }
        let mut last = 0;
        for (found, written) in list.issues.iter().zip(value["issues"].as_array().unwrap()) {
            prop_assert!(found.offset as usize <= csv.len());
            prop_assert_eq!(found.line, line_at(&csv, found.offset as usize), "{}", written);
            prop_assert!(found.line >= last);
            last = found.line;
            // The path leads to something, or to where a member is missing.
            let path = found.issue.path.as_str();
            let up = path.rsplit_once('/').map_or("", |(up, _)| up);
            prop_assert!(value.pointer(path).or(value.pointer(up)).is_some() || path.contains("customFields"), "{}", path);
        }
        prop_assert!(list.issues.len() <= 40 + csv.len() * 4);
        let has_error = list.issues.iter().any(|found| found.issue.severity == Severity::Error);
        prop_assert_eq!(list.ok(), !has_error);
    }

    #[test]
    fn pieces_read_like_the_whole(csv in file(), steps in prop::collection::vec(1..30_usize, 1..20)) {
        let whole = json(&recipients(&csv, Options::default()));
        let mut batches = Batches::new(Options::default());
        let (mut start, mut end, mut rows, mut codes) = (0, 0, Vec::new(), Vec::new());
        for step in steps.iter().cycle() {
            end = (end + step).min(csv.len());
            let (list, taken) = batches.read(&csv[start..end], end == csv.len());
            start += taken;
            let list = json(&list);
            rows.extend(list["rows"].as_array().unwrap().clone());
            let place = |issue: &Value| (issue["code"].clone(), issue["line"].clone(), issue["column"].clone(), issue["offset"].clone());
            codes.extend(list["issues"].as_array().unwrap().iter().map(place));
            if end == csv.len() {
                prop_assert_eq!(start, end);
                let all = whole["issues"].as_array().unwrap().iter().map(place);
                prop_assert_eq!(codes, all.collect::<Vec<_>>());
                break;
            }
        }
        prop_assert_eq!(&rows, whole["rows"].as_array().unwrap());
    }

    #[test]
    fn pfb_023_pfb_024_well_formed_files_are_cut_as_csv_core_cuts_them(
        rows in prop::collection::vec(prop::collection::vec("[a-z\"',;\r\n é]{0,6}", 3), 1..6),
        quoted in any::<u32>(),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        is_ended in any::<bool>(),
    ) {
        let mut number = 0;
        let mut cell = |text: &String| {
            number += 1;
            let needs = text.contains(['"', ',', '\r', '\n']) || quoted >> (number % 32) & 1 == 1;
            if needs { format!("\"x{}\"", text.replace('"', "\"\"")) } else { format!("x{text}") }
        };
        let lines: Vec<String> = rows.iter().map(|row| row.iter().map(&mut cell).collect::<Vec<_>>().join(",")).collect();
        let csv = format!("own_a,own_b,own_c{end}{}{}", lines.join(end), if is_ended { end } else { "" });
        let theirs: Vec<Vec<String>> = peer(csv.as_bytes()).into_iter().skip(1)
            .map(|row| row.into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect()).collect();
        let list = json(&recipients(csv.as_bytes(), Options::default()));
        let ours: Vec<Vec<String>> = list["rows"].as_array().unwrap().iter().map(|row| {
            ["own_a", "own_b", "own_c"].iter().map(|name| row["recipient"]["customFields"][name].as_str().unwrap_or_default().to_owned()).collect()
        }).collect();
        prop_assert_eq!(ours, theirs, "{:?}", csv);
    }
}
