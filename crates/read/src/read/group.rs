//! A look at what was read, for rules across members.

use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

use super::check;
use super::text;
use super::tree::{Kind, NONE, Tree};
use crate::schema::{Object, Slot};

/// An object that was read.
#[derive(Clone, Copy)]
pub struct Group<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) node: u32,
    /// The node of the first member.
    pub(super) first: u32,
    pub(super) object: &'static Object,
}

impl<'t> Group<'t> {
    /// The table that it was read against.
    pub fn object(&self) -> &'static Object {
        self.object
    }

    /// The object itself.
    pub fn place(&self) -> Place<'t> {
        Place { tree: self.tree, node: self.node }
    }

    /// The place of a member, whether or not it is there.
    #[inline(always)]
    pub fn at(&self, slot: Slot) -> Place<'t> {
        // A slot of another object finds nothing, rather than the wrong member.
        let node = if core::ptr::eq(slot.object, self.object) {
            self.first.saturating_add(slot.index as u32)
        } else {
            debug_assert!(false, "{} is no member of this object", slot.name());
            NONE
        };
        Place { tree: self.tree, node }
    }

    /// Whether a member is there, `null` not counting.
    #[inline(always)]
    pub fn has(&self, slot: Slot) -> bool {
        self.at(slot).is_there()
    }

    /// A member that is a text.
    #[inline(always)]
    pub fn text(&self, slot: Slot) -> Option<TextAt<'t>> {
        self.at(slot).text()
    }

    /// A copy of a member that is a text.
    #[inline(never)]
    pub fn copy(&self, slot: Slot) -> Option<String> {
        Some(self.text(slot)?.value().into_owned())
    }

    /// A member that is a flag.
    pub fn flag(&self, slot: Slot) -> Option<bool> {
        match self.at(slot).kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// A member that is an integer.
    #[inline(never)]
    pub fn integer(&self, slot: Slot) -> Option<i64> {
        let place = self.at(slot);
        let node = self.tree.node(place.node);
        if node.kind != Kind::Number {
            return None;
        }
        check::integer(self.tree.span(node))
    }

    /// A member that is an object.
    pub fn group(&self, slot: Slot) -> Option<Group<'t>> {
        self.at(slot).group()
    }

    /// The items of a list, or the keys of a map; nothing where there is neither.
    pub fn items(&self, slot: Slot) -> Items<'t> {
        self.at(slot).items()
    }
}

/// A value that was read, or the place where one could be.
#[derive(Clone, Copy)]
pub struct Place<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) node: u32,
}

impl<'t> Place<'t> {
    #[inline(always)]
    fn kind(&self) -> Kind {
        self.tree.node(self.node).kind
    }

    /// The JSON Pointer.
    #[inline(never)]
    pub fn path(&self) -> String {
        self.tree.path(self.node)
    }

    /// The value's bytes as they came; nothing where there is no value.
    #[inline(always)]
    pub fn bytes(&self) -> &'t [u8] {
        self.tree.span(self.tree.node(self.node))
    }

    /// Whether there is a value.
    pub fn is_there(&self) -> bool {
        !matches!(self.kind(), Kind::Absent | Kind::Null)
    }

    /// Whether there is a value of the right type.
    pub fn is_usable(&self) -> bool {
        self.is_there() && !self.is_unusable()
    }

    /// Where the value starts among the bytes that were read.
    pub fn start(&self) -> usize {
        self.tree.node(self.node).start as usize
    }

    /// Whether there is a value that rules have no use for, such as one of the wrong type, which was reported.
    pub fn is_unusable(&self) -> bool {
        self.kind() == Kind::Other
    }

    /// The value as a text.
    #[inline(always)]
    pub fn text(&self) -> Option<TextAt<'t>> {
        (self.kind() == Kind::Text).then_some(TextAt { place: *self })
    }

    /// The value as an object.
    #[inline(always)]
    pub fn group(&self) -> Option<Group<'t>> {
        let object = self.tree.object(self.tree.node(self.node))?;
        Some(self.tree.group(self.node, object))
    }

    /// The value's items or keys.
    #[inline(never)]
    pub fn items(&self) -> Items<'t> {
        let node = self.tree.node(self.node);
        let first = if matches!(node.kind, Kind::List | Kind::Map) { node.child } else { NONE };
        Items { tree: self.tree, next: first }
    }

    /// The number of items or keys.
    pub fn count(&self) -> u32 {
        let node = self.tree.node(self.node);
        if matches!(node.kind, Kind::List | Kind::Map) { node.size } else { 0 }
    }

    /// What is written there: the characters of a text, the name of a map's key, a number or a flag as it stands. Equal
    /// [bytes](Place::bytes) are equal names.
    pub fn written(&self) -> Cow<'t, str> {
        text::decode(self.bytes())
    }

    /// For a key of a map: the place of its value.
    #[inline(always)]
    pub fn inner(&self) -> Place<'t> {
        Place { tree: self.tree, node: self.tree.node(self.node).child }
    }
}

/// A text that was read.
#[derive(Clone, Copy)]
pub struct TextAt<'t> {
    place: Place<'t>,
}

impl<'t> TextAt<'t> {
    /// Where it stands.
    pub fn place(&self) -> Place<'t> {
        self.place
    }

    /// The characters.
    #[inline(never)]
    pub fn value(&self) -> Cow<'t, str> {
        text::decode(self.place.bytes())
    }

    /// The bytes of the characters, in UTF-8.
    #[inline(always)]
    pub fn utf8(&self) -> Cow<'t, [u8]> {
        let span = self.place.bytes();
        if self.place.tree.node(self.place.node).escaped {
            Cow::Owned(text::decode(span).into_owned().into_bytes())
        } else {
            Cow::Borrowed(span)
        }
    }

    /// Whether it is exactly this.
    #[inline(never)]
    pub fn is(&self, value: &str) -> bool {
        *self.utf8() == *value.as_bytes()
    }

    /// Where it is written in the input.
    pub fn range(&self) -> Range<usize> {
        let node = self.place.tree.node(self.place.node);
        node.start as usize..node.end as usize
    }

    /// Whether the input has the same bytes there.
    #[inline(always)]
    pub fn is_same_as(&self, range: &Range<usize>) -> bool {
        let own = self.place.bytes();
        range.len() == own.len()
            && self.place.tree.bytes.get(range.start..range.end).is_some_and(|bytes| text::same(bytes, own))
    }

    /// The length in UTF-16 code units, as JavaScript counts.
    pub fn units(&self) -> u32 {
        self.place.tree.node(self.place.node).size
    }

    /// Whether there may be a character in it that is worth a look, see [`crate::read::characters`].
    #[inline(always)]
    pub fn is_odd(&self) -> bool {
        self.place.tree.node(self.place.node).odd
    }

    /// Whether this ASCII character is in it, as far as a look at the bytes tells.
    pub fn has(&self, character: u8) -> bool {
        crate::words::has(self.place.bytes(), character)
    }

    /// Whether there is nothing but white space.
    #[inline(always)]
    pub fn is_blank(&self) -> bool {
        text::is_blank(self.place.bytes())
    }
}

/// The items of a list, or the keys of a map.
#[derive(Clone)]
pub struct Items<'t> {
    tree: &'t Tree<'t>,
    next: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Place<'t>;

    #[inline(always)]
    fn next(&mut self) -> Option<Place<'t>> {
        if self.next == NONE {
            return None;
        }
        let node = self.next;
        self.next = self.tree.node(node).next;
        Some(Place { tree: self.tree, node })
    }
}
