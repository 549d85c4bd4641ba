//! `POST /v1/uploads`
//! <https://pieterpost.com/api/docs/> "Assets", "Upload assets", read 2026-11-21.

use alloc::string::String;

use super::PIETERPOST;
use crate::file::FileType;
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, Sent};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{
    Format, Object, Shape, Slot, Weight, documentation, filled, formatted, must, object, one_of, text,
};

/// Uploads a picture or document for an order to come.
pub static UPLOAD_ASSET: Operation = Operation {
    name: "pieterpost.upload_asset",
    doc: documentation("Uploads a postcard's front, a letter's attachment or a stamp image, for an order to come."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/uploads",
    repeat: Repeat::Never,
    body: Body::Multipart { file: "file", name: "name" },
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &UPLOAD,
    output: &ASSET,
    proof: &["assetId"],
    done: &Done::NEVER,
    agrees,
};

/// What an asset can be used for.
pub const KINDS: &[&str] = &[USES[0].kind, USES[1].kind, USES[2].kind];

/// What a file has to be for one use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// The vendor's name for it.
    pub(crate) kind: &'static str,
    /// PP-151: media types.
    pub(crate) takes: &'static [&'static str],
    /// PP-153: as high as wide.
    pub(crate) square: bool,
}

const PNG: &str = FileType::Png.media_type();
const JPEG: &str = FileType::Jpeg.media_type();
const PDF: &str = FileType::Pdf.media_type();

pub(crate) const USES: [Use; 3] = [
    Use { kind: "postcard-image", takes: &[PNG, JPEG], square: true },
    Use { kind: "letter-attachment", takes: &[PDF, PNG, JPEG], square: false },
    Use { kind: "letter-stamp-image", takes: &[PNG, JPEG], square: false },
];

/// What is uploaded, beside the file itself.
pub static UPLOAD: Object = object("UploadInput", "What is uploaded, beside the file itself.")
    .fields(&[
        must("kind", &one_of(KINDS), "What it is for.").rule(pp(150)),
        must("name", &filled().advised(1, 200, pp(150)), "The file's name, such as front.jpg.").rule(pp(150)),
        must("file", &Shape::File, "The file itself, at most 50 MB.").rule(pp(155)),
    ])
    .rules(&[size])
    .unknown(pp(150));

const FILE: Slot = UPLOAD.slot("file");

/// PP-152: "The upload limit is 50 MB." What that is in bytes is our reading.
pub const LARGEST_FILE: i64 = 52_428_800;
const SURELY_TAKEN: i64 = 50_000_000;

fn size(upload: &Group<'_>, found: &mut Findings) {
    if let Some(bytes) = upload.integer(FILE) {
        check_size(bytes, upload.at(FILE).path(), found);
    }
}

/// PP-152, PP-155: whether a file of so many bytes is taken.
pub(crate) fn check_size(bytes: i64, path: String, found: &mut Findings) {
    let (weight, limit) = if bytes < 1 {
        found.weigh(Weight::Error, pp(155), Code::EmptyFile, path);
        return;
    } else if bytes <= SURELY_TAKEN {
        return;
    } else if bytes <= LARGEST_FILE {
        (Weight::Warning, SURELY_TAKEN)
    } else {
        (Weight::Error, LARGEST_FILE)
    };
    found.weigh(weight, pp(152), Code::FileTooLarge, path).number("actual", bytes).number("limit", limit);
}

/// PP-154.
pub static ASSET: Object = object("Asset", "What was uploaded.").fields(&[
    must("assetId", &text(), "For attachments, frontImageAssetId or stampImageAssetId.").rule(pp(154)),
    must("contentType", &text(), "The media type.").rule(pp(154)),
    must("kind", &formatted(Format::Usually(KINDS)), "What it is for.").rule(pp(154)),
    must("name", &text(), "PieterPost's name for it.").rule(pp(154)),
    must("originalName", &text(), "The name that it came with.").rule(pp(154)),
    must("publicUrl", &Shape::Nullable(&TEXT), "Where the printer finds it; postcard images only.").rule(pp(154)),
    must("size", &Shape::Integer, "In bytes.").rule(pp(154)),
]);

static TEXT: Shape = text();
const KIND_SENT: Slot = UPLOAD.slot("kind");
const KIND: Slot = ASSET.slot("kind");

/// PP-154: the asset is of the kind that was asked for.
fn agrees(sent: &Sent<'_>, asset: &Group<'_>, found: &mut Findings) {
    let asked = sent.input.as_ref().and_then(|input| input.text(KIND_SENT));
    let (Some(asked), Some(answered)) = (asked, asset.text(KIND)) else { return };
    if !answered.is(&asked.value()) {
        let issue = found.warning(pp(154), Code::KindMismatch, &answered.place());
        issue.text("actual", &answered.value()).text("expected", &asked.value());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::validate;
    use std::format;

    #[test]
    fn pp_152_pp_155_an_upload_is_held_to_its_size() {
        for (size, expected) in [
            (0, Some(Code::EmptyFile)),
            (1, None),
            (SURELY_TAKEN, None),
            (SURELY_TAKEN + 1, Some(Code::FileTooLarge)),
            (LARGEST_FILE, Some(Code::FileTooLarge)),
            (LARGEST_FILE + 1, Some(Code::FileTooLarge)),
        ] {
            let input = format!(r#"{{"kind":"postcard-image","name":"front.png","file":{size}}}"#);
            let report = validate(&UPLOAD_ASSET, input.as_bytes(), crate::schema::Mode::Strict);
            let found: Option<_> = report.issues.first().map(|issue| (issue.code, issue.path.as_str()));
            assert_eq!(found, expected.map(|code| (code, "/file")), "{size}");
            assert_eq!(report.ok(), (1..=LARGEST_FILE).contains(&size), "{size}");
        }
    }
}
