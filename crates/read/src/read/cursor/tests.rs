use super::*;
use std::format;

#[test]
fn lengths_are_those_of_javascript() {
    for (written, units) in [
        ("", 0),
        ("plain", 5),
        ("a longer run of plain text", 26),
        ("añ😀€", 5),
        (r#"\n\"\\"#, 3),
        (r"\u00e9\ud83d\ude00x", 4),
        (r"\ud83d", 1),
        (r"ten\nlines\nof 😀😀 and é", 23),
        (r"😀\u0041é\ud83d\ude00", 6),
    ] {
        let text = format!("\"{written}\" ");
        let mut cursor = Cursor::new(text.as_bytes(), true);
        let string = cursor.string().unwrap();
        assert_eq!(string.units, units, "{written}");
        assert_eq!((string.start, string.end), (1, 1 + written.len()));
    }
}

#[test]
fn a_run_ends_where_it_has_to_at_every_offset() {
    for special in ["\"", "\\\\", "é", "\u{1}"] {
        for length in 0..20 {
            let text = format!("\"{}{special}{}\"", "x".repeat(length), "y".repeat(20 - length));
            let cursor = Cursor::new(text.as_bytes(), true);
            assert_eq!(cursor.plain(1), 1 + length, "{special:?} {length}");
        }
    }
}
