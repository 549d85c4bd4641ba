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

mod buffer;
mod calendar;
pub mod characters;
mod check;
pub mod currency;
mod cursor;
mod findings;
mod format;
mod free;
mod group;
mod members;
mod presence;
pub mod suggest;
mod text;
mod tree;
mod unicode;
mod walk;

use alloc::vec::Vec;

pub use self::findings::Findings;
pub use self::group::{Group, Items, Place, TextAt};
use self::tree::Tree;
use self::walk::Walk;
use crate::report::{Issue, Severity};
use crate::schema::{Mode, Object, Shape, list};

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

    /// The items of an input that is a list, see [`check_list`].
    pub fn items(&self) -> Items<'_> {
        Place { tree: &self.tree, node: 0 }.items()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        Place { tree: &self.tree, node: 0 }.count() as usize
    }

    /// Whether nothing found is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }
}

/// Reads JSON bytes against a table, without making the canonical bytes.
pub fn check<'i>(object: &'static Object, bytes: &'i [u8], mode: Mode) -> Reading<'i> {
    run(&Shape::Object(object), object, Walk::new(bytes, "", mode, false))
}

/// Reads JSON bytes that are a list of what a table describes. `base` is where the list stands in what the caller gave.
pub fn check_list<'i>(
    item: &'static Shape,
    object: &'static Object,
    bytes: &'i [u8],
    base: &'static str,
    mode: Mode,
) -> Reading<'i> {
    run(&list(item), object, Walk::new(bytes, base, mode, false))
}

/// Reads JSON bytes against a table.
pub fn read<'i>(object: &'static Object, bytes: &'i [u8], mode: Mode) -> Reading<'i> {
    run(&Shape::Object(object), object, Walk::new(bytes, "", mode, true))
}

/// Checks many values of one shape that stand among the same bytes, with the memory of one.
pub struct Checker<'i> {
    object: &'static Object,
    mode: Mode,
    walk: Walk<'i>,
}

impl<'i> Checker<'i> {
    /// Of values among these bytes.
    pub fn new(object: &'static Object, bytes: &'i [u8], mode: Mode) -> Self {
        let mut walk = Walk::new(&[], "", mode, false);
        (walk.cursor.bytes, walk.tree.bytes) = (bytes, bytes);
        Checker { object, mode, walk }
    }

    /// The same, with the canonical bytes of each.
    pub fn writing(mut self) -> Self {
        self.walk.cursor.write_each();
        self
    }

    /// The canonical bytes of the value that was checked last, if [`Checker::writing`] asked for them.
    pub fn canonical(&mut self) -> &[u8] {
        self.walk.cursor.canonical()
    }

    /// Checks the value that starts at this byte.
    pub fn check(&mut self, at: usize) {
        self.walk.again(at, self.object);
    }

    /// What was found since the last look, for saying more.
    pub fn found(&mut self) -> &mut Findings {
        &mut self.walk.found
    }

    /// Whether there is an error among it.
    pub fn has_failed(&self) -> bool {
        self.walk.found.has_failed()
    }

    /// Takes what was found since the last look.
    pub fn finish(&mut self) -> Vec<Issue> {
        if self.walk.found.is_empty() {
            return Vec::new();
        }
        core::mem::replace(&mut self.walk.found, Findings::new(self.mode)).finish()
    }

    /// The value that was checked last.
    pub fn root(&self) -> Group<'_> {
        self.walk.tree.group(0, self.object)
    }

    /// The same, with what was found, for looking further.
    pub fn look(&mut self) -> (Group<'_>, &mut Findings) {
        (self.walk.tree.group(0, self.object), &mut self.walk.found)
    }
}

#[inline(never)]
fn run<'i>(shape: &Shape, object: &'static Object, mut walk: Walk<'i>) -> Reading<'i> {
    let is_json = walk.run(shape);
    Reading { object, is_json, issues: walk.found.finish(), canonical: walk.cursor.finish(), tree: walk.tree }
}

/// Whether a text is an absolute web address: `https`, or `http` on loopback.
pub fn is_web_address(value: &str) -> bool {
    format::web_address(value).is_none()
}
