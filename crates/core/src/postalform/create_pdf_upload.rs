//! `POST /mcp`, tool `postalform.create_pdf_upload`
//! <https://postalform.com/agents> "Tools for agents", read 2026-11-21; members are those of the vendor's own list of tools,
//! as captured in public on 2026-09-19.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{
    Bound, Format, Keys, Object, Shape, count, documentation, filled, formatted, map, may, must, object, text,
};

/// Makes room for a PDF.
pub static CREATE_PDF_UPLOAD: Operation = Operation {
    name: "postalform.create_pdf_upload",
    doc: documentation("Makes room for a PDF: says where to send it, and which token stands for it in an order."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/tools/create_pdf_upload",
    // Room that nobody uses goes by itself. Two callers must not get the same: a gateway tells them apart by their keys.
    repeat: Repeat::SameBytes,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &PDF,
    output: &UPLOAD,
    proof: &["upload_url", "upload_token"],
    done: &Done::NEVER,
    agrees: unheld,
};

static NAME: Shape = filled().within(1, 255, pfd(16));
static WORD: Shape = text();
static SIZE: Shape = count(0, u32::MAX, pfd(16));

/// PFD-016.
pub static PDF: Object = object("PostalFormPdf", "A PDF that is to be sent.").fields(&[
    may("request_id", &formatted(Format::Uuid), "The same, if it is asked again for the same.").rule(pfd(16)),
    may("file_name", &NAME, "The file's name.").rule(pfd(16)),
    may("content_type", &NAME, "`application/pdf`.").rule(pfd(16)),
    may("content_length", &SIZE, "Its size in bytes.").rule(pfd(16)),
]);

/// PFD-016.
pub static UPLOAD: Object = object("PostalFormUpload", "Where a PDF goes, for a while.").fields(&[
    must("upload_url", &WORD, "Where to send it: a form with the file as its field `file`.").rule(pfd(16)),
    must("upload_token", &WORD, "What stands for it in an order.").rule(pfd(16)),
    may("expires_at", &WORD, "Until when.").rule(pfd(16)),
    may("max_bytes", &Shape::Integer, "How large it may be.").rule(pfd(16)),
    may("required_headers", &map(&WORD, Keys::Within(Bound::FREE)), "What has to be sent with it.").rule(pfd(16)),
]);
