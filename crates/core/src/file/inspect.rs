//! Whether a file will do for its use: its type, its size in bytes and in pixels.

use alloc::string::String;
use alloc::vec::Vec;

use super::pdf::PageSize;
use super::print::{self, PRINTS, write_points};
use super::{FileType, Measured};
use crate::json;
use crate::pieterpost::upload_asset::{KINDS, USES, Use, check_size};
use crate::read::Findings;
use crate::report::{Code, Issue, Severity, write_issues};
use crate::rule::{RuleId, pp};
use crate::schema::{Mode, Weight};

/// Who reads a stream keeps at most so much of its head: a postcard's picture that does not show its size by then is
/// refused.
pub const MOST_HEAD: usize = 1_048_576;

/// What is known about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What it is; `None` for anything that no provider takes.
    pub file_type: Option<FileType>,
    /// Width and height of a picture in pixels, where the head shows them.
    pub dimensions: Option<(u32, u32)>,
    /// The size of each page of a PDF that was looked into, in thousandths of a point.
    pub pages: Option<Vec<PageSize>>,
    /// What is wrong with it for its use; paths are `/file` and `/kind`.
    pub issues: Vec<Issue>,
    /// With so many bytes from the start there is more to say. An issue says so as well: whoever has no more to give
    /// takes the issues as they are.
    pub need: Option<usize>,
}

/// Looks at a file for one of the [`KINDS`] of use, or for one of PostalForm's, for which a PDF has to be there as a whole.
///
/// `head` is how the file starts, or all of it; `size` is the length of the whole, and `None` while nobody knows it.
pub fn inspect(kind: &str, head: &[u8], size: Option<u64>) -> Inspection {
    let size = size.map(|size| size.max(head.len() as u64));
    let mut found = Findings::of(Mode::Strict, Vec::new());
    let print = PRINTS.iter().find(|known| known.kind == kind);
    if let Some(size) = size
        && print.is_none()
    {
        check_size(i64::try_from(size).unwrap_or(i64::MAX), file(), &mut found);
    }
    let mut inspection =
        Inspection { file_type: FileType::sniff(head), dimensions: None, pages: None, issues: Vec::new(), need: None };
    match USES.iter().find(|known| known.kind == kind) {
        // What is empty is not of the wrong type as well.
        Some(_) if size == Some(0) => {}
        Some(wanted) => judge(&mut inspection, wanted, head, size, &mut found),
        None if let Some(print) = print => {
            print::judge(&mut inspection, print, head, size.unwrap_or(head.len() as u64), &mut found);
        }
        None => {
            let issue = found.weigh(Weight::Error, pp(150), Code::InvalidChoice, String::from("/kind"));
            issue.text("actual", kind).names("allowed", KINDS);
        }
    }
    inspection.issues = found.finish();
    inspection
}

/// Holds what the head shows against what is wanted.
fn judge(inspection: &mut Inspection, wanted: &Use, head: &[u8], size: Option<u64>, found: &mut Findings) {
    match look(wanted, inspection.file_type, head, size) {
        Seen::Enough => {}
        Seen::Picture { width, height } => {
            inspection.dimensions = Some((width, height));
            if wanted.square && width != height {
                let issue = error(found, pp(153), Code::NotSquare);
                issue.number("width", i64::from(width)).number("height", i64::from(height));
            }
        }
        Seen::TooLittle { needed } => {
            inspection.need = Some(needed);
            let rule = if inspection.file_type.is_some() { pp(153) } else { pp(151) };
            let issue = error(found, rule, Code::HeadTooShort);
            issue.number("actual", head.len() as i64).number("needed", needed as i64);
        }
        Seen::WrongType => {
            let actual = inspection.file_type.map_or_else(|| other_type(head), FileType::media_type);
            let issue = error(found, pp(151), Code::WrongFileType);
            issue.text("actual", actual).names("allowed", wanted.takes);
        }
        Seen::Unreadable if wanted.square => {
            error(found, pp(153), Code::UnreadableImage);
        }
        // No rule needs its size: whether it can be printed is for the provider to say.
        Seen::Unreadable => {
            found.weigh(Weight::Warning, pp(151), Code::UnreadableImage, file());
        }
    }
}

fn file() -> String {
    String::from("/file")
}

fn error(found: &mut Findings, rule: RuleId, code: Code) -> &mut Issue {
    found.weigh(Weight::Error, rule, code, file())
}

/// What the head of a file shows.
enum Seen {
    /// There is no more to know.
    Enough,
    Picture {
        width: u32,
        height: u32,
    },
    TooLittle {
        needed: usize,
    },
    WrongType,
    Unreadable,
}

fn look(wanted: &Use, file_type: Option<FileType>, head: &[u8], size: Option<u64>) -> Seen {
    let has = |bytes: usize| size.is_none_or(|size| bytes as u64 <= size);
    let at_most = |bytes: usize| size.map_or(bytes, |size| usize::try_from(size).unwrap_or(bytes).min(bytes));
    match file_type {
        None if head.len() < FileType::TOLD_WITHIN && has(head.len() + 1) => {
            Seen::TooLittle { needed: at_most(FileType::TOLD_WITHIN) }
        }
        Some(file_type) if wanted.takes.contains(&file_type.media_type()) => match file_type.measure(head) {
            _ if file_type == FileType::Pdf => Seen::Enough,
            Measured::Dimensions { width, height } => Seen::Picture { width, height },
            Measured::NeedMore { bytes_from_start } if has(bytes_from_start) && wanted.square => {
                // At least a quarter more than there is: a file of many small pieces could otherwise have itself looked
                // at from the start again for each of them.
                let least = head.len().saturating_add(head.len() / 4);
                Seen::TooLittle { needed: at_most(bytes_from_start.max(least)) }
            }
            Measured::NeedMore { bytes_from_start } if has(bytes_from_start) => Seen::Enough,
            Measured::NeedMore { .. } | Measured::Unreadable => Seen::Unreadable,
        },
        _ => Seen::WrongType,
    }
}

/// What people try as well, by how it starts: a message that names it says what to convert. Media types.
const OTHERS: [(usize, &[u8], &str); 9] = [
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphe", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"<svg", "image/svg+xml"),
];

pub(super) fn other_type(head: &[u8]) -> &'static str {
    let starts = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let known = OTHERS.iter().find(|(at, magic, _)| starts(*at, magic));
    known.map_or("application/octet-stream", |(_, _, media_type)| media_type)
}

impl Inspection {
    /// No issue is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// As JSON: `{ ok, type, width?, height?, pages?, pageSizes?, issues }`; `type` is a media type or null, sizes of pages are
    /// in points.
    pub fn to_json(&self) -> String {
        let mut out = json::concat(&["{\"ok\":", if self.ok() { "true" } else { "false" }, ",\"type\":"]);
        match self.file_type {
            Some(file_type) => json::text(&mut out, file_type.media_type()),
            None => json::raw(&mut out, "null"),
        }
        if let Some((width, height)) = self.dimensions {
            json::raw(&mut out, ",\"width\":");
            json::integer(&mut out, i64::from(width));
            json::raw(&mut out, ",\"height\":");
            json::integer(&mut out, i64::from(height));
        }
        if let Some(pages) = &self.pages {
            json::raw(&mut out, ",\"pages\":");
            json::integer(&mut out, pages.len() as i64);
            json::raw(&mut out, ",\"pageSizes\":");
            json::list(&mut out, pages, |out, (width, height)| {
                json::raw(out, "[");
                write_points(out, *width);
                json::raw(out, ",");
                write_points(out, *height);
                json::raw(out, "]");
            });
        }
        json::raw(&mut out, ",\"issues\":");
        write_issues(&mut out, &self.issues);
        json::raw(&mut out, "}");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::image::tests::{a_jpeg, a_png, segment};
    use super::*;
    use crate::pieterpost::upload_asset::LARGEST_FILE;
    use std::string::ToString;
    use std::vec;

    const POSTCARD: &str = "postcard-image";
    const ATTACHMENT: &str = "letter-attachment";
    const STAMP: &str = "letter-stamp-image";
    const A_PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

    /// A file that is at hand as a whole.
    fn whole(kind: &str, file: &[u8]) -> Inspection {
        inspect(kind, file, Some(file.len() as u64))
    }

    /// What was found, in short.
    fn issues(inspection: &Inspection) -> Vec<String> {
        let one = |issue: &Issue| {
            std::format!("{} {} {} {}", issue.severity.name(), issue.path, issue.code.name(), issue.rule.name())
        };
        inspection.issues.iter().map(one).collect()
    }

    #[test]
    fn pp_151_each_use_has_its_types_told_by_what_the_file_holds() {
        let (png, jpeg) = (a_png(640, 640), a_jpeg(&[], 640, 640));
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
        for (kind, file, is_taken) in [
            (POSTCARD, png.as_slice(), true),
            (POSTCARD, &jpeg, true),
            (POSTCARD, A_PDF, false),
            (POSTCARD, gif, false),
            (ATTACHMENT, &png, true),
            (ATTACHMENT, &jpeg, true),
            (ATTACHMENT, A_PDF, true),
            (ATTACHMENT, gif, false),
            (STAMP, &png, true),
            (STAMP, &jpeg, true),
            (STAMP, A_PDF, false),
            (STAMP, gif, false),
            (STAMP, b"not a picture at all", false),
        ] {
            let inspection = whole(kind, file);
            let expected = if is_taken { vec![] } else { vec!["error /file wrong_file_type PP-151".to_string()] };
            assert_eq!(issues(&inspection), expected, "{kind} {:x?}", &file[..4]);
            assert_eq!(inspection.need, None);
        }
        let inspection = whole(STAMP, gif);
        assert_eq!(inspection.issues[0].message(), "file is image/gif, not one of: image/png, image/jpeg.");
        assert_eq!(inspection.file_type, None);
        assert_eq!(whole(POSTCARD, A_PDF).file_type, Some(FileType::Pdf));
    }

    #[test]
    fn pp_065_pp_153_a_postcard_is_exactly_square() {
        let rectangle = whole(POSTCARD, &a_jpeg(&[], 1_240, 1_241));
        assert_eq!(issues(&rectangle), ["error /file not_square PP-153"]);
        assert_eq!(rectangle.issues[0].message(), "file is 1240 by 1241; a postcard's front is square.");
        assert_eq!(rectangle.dimensions, Some((1_240, 1_241)));
        assert!(whole(POSTCARD, &a_png(1, 1)).ok());
        for kind in [ATTACHMENT, STAMP] {
            let inspection = whole(kind, &a_png(2, 3));
            assert!(inspection.issues.is_empty());
            assert_eq!(inspection.dimensions, Some((2, 3)));
        }
        // Turned by EXIF or not: a square is a square.
        let turned = segment(0xe1, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
        assert!(whole(POSTCARD, &a_jpeg(&turned, 9, 9)).ok());
        assert_eq!(whole(POSTCARD, &a_jpeg(&turned, 9, 8)).dimensions, Some((9, 8)));
    }

    #[test]
    fn pp_153_a_postcard_whose_size_cannot_be_read_is_refused() {
        let whole_file = a_jpeg(&[], 8, 8);
        for file in [&a_jpeg(&[], 8, 0), &whole_file[..70], &a_png(8, 8)[..20]] {
            assert_eq!(issues(&whole(POSTCARD, file)), ["error /file unreadable_image PP-153"]);
            assert_eq!(issues(&whole(ATTACHMENT, file)), ["warning /file unreadable_image PP-151"]);
            assert!(whole(ATTACHMENT, file).ok());
        }
    }

    #[test]
    fn pp_152_pp_155_size_is_told_without_the_bytes() {
        let png = a_png(8, 8);
        for (size, expected) in [
            (50_000_000, None),
            (50_000_001, Some("warning /file file_too_large PP-152")),
            (LARGEST_FILE as u64, Some("warning /file file_too_large PP-152")),
            (LARGEST_FILE as u64 + 1, Some("error /file file_too_large PP-152")),
            (u64::MAX, Some("error /file file_too_large PP-152")),
        ] {
            let inspection = inspect(POSTCARD, &png, Some(size));
            assert_eq!(issues(&inspection), expected.into_iter().collect::<Vec<_>>(), "{size}");
        }
        assert_eq!(issues(&whole(STAMP, b"")), ["error /file empty_file PP-155"]);
        // A size that is too small is not believed, and none is no claim that the file is empty.
        assert!(inspect(POSTCARD, &png, Some(0)).ok());
        assert_eq!(issues(&inspect(POSTCARD, b"", None)), ["error /file head_too_short PP-151"]);
        assert!(inspect(POSTCARD, &png, None).ok());
    }

    #[test]
    fn pp_153_a_stream_is_read_as_far_as_it_has_to_be() {
        let exif = segment(0xe1, &[0xff; 65_000]).repeat(4);
        let file = a_jpeg(&exif, 500, 500);
        for size in [None, Some(file.len() as u64), Some(40_000_000)] {
            let (mut head, mut steps) = (1, 0);
            let inspection = loop {
                let inspection = inspect(POSTCARD, &file[..head.min(file.len())], size);
                let Some(need) = inspection.need else { break inspection };
                assert!(need > head && !inspection.ok());
                assert_eq!(inspection.issues[0].code, Code::HeadTooShort);
                (head, steps) = (need, steps + 1);
            };
            assert!(inspection.ok() && steps <= 6, "{steps}");
            assert_eq!(inspection.dimensions, Some((500, 500)));
            assert!(head <= exif.len() / 4 * 5 + 100, "{head}");
        }
        // Where nothing depends on the size, it is not looked for.
        let early = inspect(ATTACHMENT, &file[..2_000], None);
        assert_eq!((early.ok(), early.dimensions, early.need), (true, None, None));
        // A file that ends before its picture could start is not asked for more.
        let cut = inspect(POSTCARD, &file[..2_000], Some(60_000));
        assert_eq!((issues(&cut), cut.need), (vec!["error /file unreadable_image PP-153".to_string()], None));
    }

    #[test]
    fn pp_151_a_type_is_not_guessed_from_too_few_bytes() {
        let late = [vec![b' '; 900], A_PDF.to_vec(), vec![b' '; 2_000]].concat();
        for length in [0, 1, 8, 500] {
            let inspection = inspect(ATTACHMENT, &late[..length], Some(late.len() as u64));
            assert_eq!(
                (issues(&inspection), inspection.need),
                (vec!["error /file head_too_short PP-151".to_string()], Some(1_024))
            );
        }
        assert!(inspect(ATTACHMENT, &late[..1_024], Some(late.len() as u64)).ok());
        assert_eq!(inspect(ATTACHMENT, b"%P", Some(10)).need, Some(10));
    }

    #[test]
    fn many_small_pieces_are_not_looked_at_again_and_again() {
        let file = [b"\xff\xd8".to_vec(), b"\xff\xe0\0\x02".repeat(MOST_HEAD / 4)].concat();
        let (mut head, mut steps) = (16, 0);
        while let Some(need) = inspect(POSTCARD, &file[..head], None).need.filter(|_| head < MOST_HEAD) {
            (head, steps) = (need.min(MOST_HEAD), steps + 1);
        }
        assert!(steps <= 52, "{steps}");
    }

    #[test]
    fn pp_150_a_kind_that_nobody_knows_is_an_issue() {
        let inspection = whole("postcard", &a_png(8, 8));
        assert_eq!(issues(&inspection), ["error /kind invalid_choice PP-150"]);
        assert!(USES.iter().map(|one| one.kind).eq([POSTCARD, ATTACHMENT, STAMP]));
    }

    #[test]
    fn a_report_is_json() {
        assert_eq!(
            whole(STAMP, &a_png(7, 8)).to_json(),
            r#"{"ok":true,"type":"image/png","width":7,"height":8,"issues":[]}"#
        );
        let empty = whole(STAMP, b"").to_json();
        assert!(
            empty.starts_with(r#"{"ok":false,"type":null,"issues":[{"path":"/file","code":"empty_file""#),
            "{empty}"
        );
    }
}
