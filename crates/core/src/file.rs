//! What a file is, by what it holds rather than by what it is called.

mod image;
mod inspect;
pub mod pdf;
mod print;

pub use self::image::Measured;
use self::inspect::other_type;
pub use self::inspect::{Inspection, MOST_HEAD, inspect};

/// The kinds of file that providers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// <https://www.w3.org/TR/png-3/>
    Png,
    /// <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>
    Jpeg,
    /// ISO 32000-2
    Pdf,
}

impl FileType {
    /// So many bytes from the start tell the type: PDF readers find the header within them.
    pub const TOLD_WITHIN: usize = 1_024;

    /// What the first bytes say; `None` for anything else.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(FileType::Png);
        }
        if head.starts_with(b"\xff\xd8\xff") {
            return Some(FileType::Jpeg);
        }
        let beginning = head.get(..head.len().min(FileType::TOLD_WITHIN)).unwrap_or_default();
        beginning.windows(5).any(|window| window == b"%PDF-").then_some(FileType::Pdf)
    }

    /// The media type, RFC 6838.
    pub const fn media_type(self) -> &'static str {
        match self {
            FileType::Png => "image/png",
            FileType::Jpeg => "image/jpeg",
            FileType::Pdf => "application/pdf",
        }
    }
}

/// The media type of a file, by its first bytes.
pub fn media_type(head: &[u8]) -> &'static str {
    FileType::sniff(head).map_or("application/octet-stream", FileType::media_type)
}
