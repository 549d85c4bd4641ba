//! `POST /v1/uploads`
//! <https://pieterpost.com/api/docs/> "Assets", "Upload assets", read 2026-11-21.

use super::PIETERPOST;
use crate::operation::{Body, Done, Method, Operation, Repeat, Sent};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Format, Object, Shape, Slot, documentation, filled, formatted, must, object, one_of, text};

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
    input: &UPLOAD,
    output: &ASSET,
    proof: &["assetId"],
    done: &Done::NEVER,
    agrees,
};

/// What an asset can be used for.
pub const KINDS: &[&str] = &["postcard-image", "letter-attachment", "letter-stamp-image"];

/// What is uploaded, beside the file itself.
pub static UPLOAD: Object = object("UploadInput", "What is uploaded, beside the file itself.")
    .fields(&[
        must("kind", one_of(KINDS), "What it is for.").rule(pp(150)),
        must("name", filled().advised(1, 200, pp(150)), "The file's name, such as front.jpg.").rule(pp(150)),
        must("file", Shape::File, "The file itself, at most 50 MB.").rule(pp(155)),
    ])
    .rules(&[size])
    .unknown(pp(150));

const FILE: Slot = UPLOAD.slot("file");

/// PP-152: "The upload limit is 50 MB." What that is in bytes is our reading.
pub const LARGEST_FILE: i64 = 52_428_800;
const SURELY_TAKEN: i64 = 50_000_000;

/// PP-152, PP-155.
fn size(upload: &Group<'_>, found: &mut Findings) {
    let Some(bytes) = upload.integer(FILE) else { return };
    if bytes < 1 {
        found.error(pp(155), Code::EmptyFile, &upload.at(FILE));
    } else if bytes > LARGEST_FILE {
        found
            .error(pp(152), Code::FileTooLarge, &upload.at(FILE))
            .number("actual", bytes)
            .number("limit", LARGEST_FILE);
    } else if bytes > SURELY_TAKEN {
        let issue = found.warning(pp(152), Code::FileTooLarge, &upload.at(FILE));
        issue.number("actual", bytes).number("limit", SURELY_TAKEN);
    }
}

/// PP-154.
pub static ASSET: Object = object("Asset", "What was uploaded.").fields(&[
    must("assetId", text(), "For attachments, frontImageAssetId or stampImageAssetId.").rule(pp(154)),
    must("contentType", text(), "The media type.").rule(pp(154)),
    must("kind", formatted(Format::Usually(KINDS)), "What it is for.").rule(pp(154)),
    must("name", text(), "PieterPost's name for it.").rule(pp(154)),
    must("originalName", text(), "The name that it came with.").rule(pp(154)),
    must("publicUrl", Shape::Nullable(&TEXT), "Where the printer finds it; postcard images only.").rule(pp(154)),
    must("size", Shape::Integer, "In bytes.").rule(pp(154)),
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
