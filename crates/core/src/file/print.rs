//! Whether a PDF is what PostalForm prints: a letter, or a postcard of its size.
//! <https://postalform.com/agents> "Postcard PDF requirements", <https://postalform.com/postcard-pdf-guidelines>, read 2026-11-21.

use alloc::string::String;

use super::inspect::Inspection;
use super::pdf::{PageSize, pages};
use super::{FileType, other_type};
use crate::json;
use crate::read::Findings;
use crate::report::{Code, Issue};
use crate::rule::{RuleId, pf};
use crate::schema::Weight;

/// A use of a PDF.
pub(super) struct Print {
    pub(super) kind: &'static str,
    /// A postcard's pages with what is cut off, and as they are cut, in thousandths of a point; none for a letter.
    postcard: Option<(PageSize, PageSize)>,
}

/// Points in thousandths: an inch has 72, and an eighth of an inch is cut off on each side.
const fn postcard(kind: &'static str, width: i64, height: i64) -> Print {
    Print {
        kind,
        postcard: Some(((width * 72_000 + 18_000, height * 72_000 + 18_000), (width * 72_000, height * 72_000))),
    }
}

/// PF-055 to PF-057, PF-061.
pub(super) static PRINTS: [Print; 4] = [
    Print { kind: "postalform-letter", postcard: None },
    postcard("postalform-postcard-4x6", 6, 4),
    postcard("postalform-postcard-6x9", 9, 6),
    postcard("postalform-postcard-11x6", 11, 6),
];

/// The largest PDF that is taken (PF-061).
const LARGEST: u64 = 100_000_000;
/// How many pages a letter has that is printed on one side (PF-061); on both it has twice as many.
const MOST_PAGES: usize = 199;
/// How far a page may be off, in thousandths of a point, to be the same all the same.
const TOLERANCE: i64 = 500;

/// Holds a PDF against what is printed. It has to be there as a whole.
pub(super) fn judge(inspection: &mut Inspection, print: &Print, head: &[u8], size: u64, found: &mut Findings) {
    if size == 0 {
        issue(found, Weight::Error, pf(22), Code::EmptyFile);
    } else if size > LARGEST {
        let said = issue(found, Weight::Warning, pf(61), Code::FileTooLarge);
        said.number("actual", size as i64).number("limit", LARGEST as i64);
    } else if inspection.file_type != Some(FileType::Pdf)
        && (head.len() as u64 == size || head.len() >= FileType::TOLD_WITHIN)
    {
        let actual = inspection.file_type.map_or_else(|| other_type(head), FileType::media_type);
        issue(found, Weight::Error, pf(22), Code::WrongFileType)
            .text("actual", actual)
            .names("allowed", &["application/pdf"]);
    } else if (head.len() as u64) < size {
        inspection.need = usize::try_from(size).ok();
        let said = issue(found, Weight::Error, pf(55), Code::HeadTooShort);
        said.number("actual", head.len() as i64)
            .number("needed", size as i64)
            .hint("A PDF tells of its pages at its end.");
    } else {
        match pages(head) {
            Err(reason) => {
                issue(found, Weight::Warning, pf(55), Code::UnreadablePdf).text("reason", reason);
            }
            Ok(pages) => {
                if let Some((bleed, trimmed)) = print.postcard {
                    postcard_pages(&pages, bleed, trimmed, found);
                } else if pages.len() > MOST_PAGES {
                    // On how many sides it is printed, the order says.
                    let weight = if pages.len() > 2 * MOST_PAGES { Weight::Warning } else { Weight::Info };
                    let said = issue(found, weight, pf(61), Code::TooManyPages).number("actual", pages.len() as i64);
                    said.number("limit", MOST_PAGES as i64).number("most", 2 * MOST_PAGES as i64);
                }
                inspection.pages = Some(pages);
            }
        }
    }
}

fn issue(found: &mut Findings, weight: Weight, rule: RuleId, code: Code) -> &mut Issue {
    found.weigh(weight, rule, code, String::from("/file"))
}

/// PF-055, PF-056, PF-057.
fn postcard_pages(pages: &[PageSize], bleed: PageSize, trimmed: PageSize, found: &mut Findings) {
    if pages.len() != 2 {
        issue(found, Weight::Error, pf(55), Code::WrongPageCount)
            .number("actual", pages.len() as i64)
            .number("expected", 2);
    }
    for (page, size) in pages.iter().take(2).enumerate() {
        let off = |wanted: PageSize| (size.0 - wanted.0).abs().max((size.1 - wanted.1).abs());
        if off(bleed) == 0 {
            continue;
        }
        let is_trimmed = off(trimmed) <= TOLERANCE;
        let weight = if off(bleed) <= TOLERANCE { Weight::Warning } else { Weight::Error };
        let said = issue(found, weight, pf(if is_trimmed { 57 } else { 56 }), Code::WrongPageSize);
        said.number("page", page as i64 + 1).text("actual", &in_points(*size)).text("expected", &in_points(bleed));
        if is_trimmed {
            said.hint("This is the size as it is cut: add an eighth of an inch on each side.");
        } else if (bleed.1 - size.0).abs() <= TOLERANCE && (bleed.0 - size.1).abs() <= TOLERANCE {
            said.hint("Turn the page: it is wider than high.");
        }
    }
}

/// `450 by 306`
fn in_points((width, height): PageSize) -> String {
    let mut out = String::new();
    write_points(&mut out, width);
    json::raw(&mut out, " by ");
    write_points(&mut out, height);
    out
}

/// Thousandths as a decimal number.
pub(super) fn write_points(out: &mut String, thousandths: i64) {
    json::integer(out, thousandths / 1_000);
    let mut rest = thousandths % 1_000;
    json::raw(out, if rest > 0 { "." } else { "" });
    let mut place = 100;
    while rest > 0 {
        json::integer(out, rest / place);
        rest %= place;
        place /= 10;
    }
}

#[cfg(test)]
mod tests {
    use crate::file::{Inspection, inspect};
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    fn pdf(boxes: &[&str]) -> Vec<u8> {
        let kids: String = (0..boxes.len()).map(|index| format!("{} 0 R ", index + 3)).collect();
        let pages: String = boxes
            .iter()
            .enumerate()
            .map(|(index, size)| format!("{} 0 obj<</MediaBox[0 0 {size}]>>endobj\n", index + 3))
            .collect();
        format!(
            "%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n2 0 obj<</Kids[{kids}]>>endobj\n{pages}trailer<</Root 1 0 R>>"
        )
        .into_bytes()
    }

    fn whole(kind: &str, file: &[u8]) -> Inspection {
        inspect(kind, file, Some(file.len() as u64))
    }

    fn said(inspection: &Inspection) -> Vec<String> {
        let one = |issue: &crate::report::Issue| {
            format!("{} {} {}", issue.severity.name(), issue.code.name(), issue.rule.name())
        };
        inspection.issues.iter().map(one).collect()
    }

    const CARD: &str = "postalform-postcard-4x6";

    #[test]
    fn pf_055_pf_056_pf_057_a_postcard_has_two_pages_of_its_size() {
        for (kind, size, cut) in [
            (CARD, "450 306", "432 288"),
            ("postalform-postcard-6x9", "666 450", "648 432"),
            ("postalform-postcard-11x6", "810 450", "792 432"),
        ] {
            assert!(whole(kind, &pdf(&[size, size])).issues.is_empty(), "{kind}");
            assert_eq!(said(&whole(kind, &pdf(&[size, cut]))), ["error wrong_page_size PF-057"]);
            assert_eq!(said(&whole(kind, &pdf(&[size]))), ["error wrong_page_count PF-055"]);
            assert_eq!(said(&whole(kind, &pdf(&[size; 3]))), ["error wrong_page_count PF-055"]);
        }
        assert_eq!(said(&whole(CARD, &pdf(&["666 450", "306 450"]))), ["error wrong_page_size PF-056"; 2]);
        let near = whole(CARD, &pdf(&["450.5 306", "450 305.499"]));
        assert_eq!(said(&near), ["warning wrong_page_size PF-056", "error wrong_page_size PF-056"]);
        let messages: Vec<_> = near.issues.iter().map(crate::report::Issue::message).collect();
        assert_eq!(messages[0], "Page 1 of file is 450.5 by 306 points, not 450 by 306.");
        assert!(near.to_json().contains(r#""pages":2,"pageSizes":[[450.5,306],[450,305.499]]"#), "{}", near.to_json());
        assert!(whole("postalform-letter", &pdf(&["612 792"])).issues.is_empty());
    }

    #[test]
    fn pf_061_a_letter_has_so_many_pages_on_one_side_and_on_both() {
        let of = |count: usize| said(&whole("postalform-letter", &pdf(&std::vec!["612 792"; count])));
        assert!(of(199).is_empty());
        assert_eq!([of(200), of(398)].concat(), ["info too_many_pages PF-061"; 2]);
        assert_eq!(of(399), ["warning too_many_pages PF-061"]);
    }

    #[test]
    fn pf_022_pf_055_pf_061_what_a_pdf_for_print_is_not() {
        assert_eq!(said(&whole(CARD, b"%PDF-1.4\n")), ["warning unreadable_pdf PF-055"]);
        assert_eq!(said(&whole(CARD, b"GIF89a")), ["error wrong_file_type PF-022"]);
        assert_eq!(said(&whole(CARD, b"")), ["error empty_file PF-022"]);
        let file = pdf(&["450 306"; 2]);
        let head = inspect(CARD, &file[..20], Some(file.len() as u64));
        assert_eq!(
            (said(&head), head.need),
            (["error head_too_short PF-055"].map(String::from).to_vec(), Some(file.len()))
        );
        assert_eq!(said(&inspect(CARD, &file, Some(100_000_001))), ["warning file_too_large PF-061"]);
    }
}
