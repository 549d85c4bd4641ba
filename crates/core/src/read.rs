//! Reading input against a table: one pass over the bytes, every issue with its path, the canonical bytes as a
//! by-product.
//!
//! ```text
//! bytes --cursor--> tokens --walk--> tree of values --rules--> findings
//!    \________________ canonical bytes ________________/
//! ```
//!
//! Canonical means: no white space, members in the table's order with unknown ones behind, nulls and empty optionals
//! left out, text escaped as JSON.stringify escapes it, numbers as they were written. Equal inputs give equal bytes on
//! every platform, and what is canonical already is copied in one piece.

mod check;
mod cursor;
mod findings;
mod format;
mod free;
mod group;
mod members;
mod presence;
pub(crate) mod suggest;
mod text;
mod tree;
mod walk;

use alloc::vec::Vec;

pub use self::findings::Findings;
pub use self::group::{Group, Items, Place, TextAt};
use self::tree::Tree;
use self::walk::Walk;
use crate::report::{Issue, Severity};
use crate::schema::{Mode, Object};

/// An input that was read.
pub struct Reading<'i> {
    object: &'static Object,
    tree: Tree<'i>,
    /// Everything that was found.
    pub issues: Vec<Issue>,
    /// The canonical bytes; of use only if nothing found is an error.
    pub canonical: Vec<u8>,
    /// Whether the bytes are JSON at all.
    pub is_json: bool,
}

impl Reading<'_> {
    /// The input as a whole, for a look at its members.
    pub fn root(&self) -> Group<'_> {
        self.tree.group(0, self.object)
    }

    /// Whether nothing found is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }
}

/// Reads JSON bytes against a table, without making the canonical bytes.
pub fn check<'i>(object: &'static Object, bytes: &'i [u8], mode: Mode) -> Reading<'i> {
    run(object, bytes, mode, false)
}

/// Reads JSON bytes against a table.
pub fn read<'i>(object: &'static Object, bytes: &'i [u8], mode: Mode) -> Reading<'i> {
    run(object, bytes, mode, true)
}

#[inline(never)]
fn run<'i>(object: &'static Object, bytes: &'i [u8], mode: Mode, wanted: bool) -> Reading<'i> {
    let mut walk = Walk::new(bytes, mode, wanted);
    let is_json = walk.run(object);
    Reading { object, is_json, issues: walk.found.finish(), canonical: walk.cursor.finish(), tree: walk.tree }
}

/// Whether a text is an absolute web address: `https`, or `http` on loopback.
pub fn is_web_address(value: &str) -> bool {
    format::web_address(value).is_none()
}
