//! What was read, as far as rules across members want to look at it.
//!
//! Values stay where they are, in the caller's bytes; a node says where and what. Nodes know their parents, so that the
//! path of a finding is written only when there is one.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::text;
use crate::json;
use crate::schema::{Object, Slot};

/// What a node holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Absent,
    Null,
    Text,
    Number,
    True,
    False,
    List,
    Map,
    Key,
    Object,
    /// There is a value, but not one that can be used.
    Invalid,
}

/// A value, or the place where one could be.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// For text: whether it has escapes.
    pub(super) escaped: bool,
    /// Where it stands in its parent: the index of the member or of the item.
    pub(super) position: u32,
    pub(super) parent: u32,
    /// The value's bytes; without the quotes for text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// For text its length in UTF-16 units, for lists and maps the number of entries.
    pub(super) size: u32,
    /// The first child; members of an object follow each other from there.
    pub(super) child: u32,
    /// The next item of a list, the next key of a map.
    pub(super) next: u32,
    pub(super) object: Option<&'static Object>,
}

/// No node.
pub(super) const NONE: u32 = u32::MAX;

impl Node {
    pub(super) const fn absent(parent: u32, position: u32) -> Self {
        Node {
            kind: Kind::Absent,
            escaped: false,
            position,
            parent,
            start: 0,
            end: 0,
            size: 0,
            child: NONE,
            next: NONE,
            object: None,
        }
    }
}

/// All nodes of an input; the first is the whole.
pub(super) struct Tree<'i> {
    pub(super) bytes: &'i [u8],
    nodes: Vec<Node>,
}

impl<'i> Tree<'i> {
    pub(super) fn new(bytes: &'i [u8]) -> Self {
        let mut nodes = Vec::with_capacity(64 + bytes.len() / 16);
        nodes.push(Node::absent(NONE, 0));
        Tree { bytes, nodes }
    }

    #[inline]
    pub(super) fn node(&self, index: u32) -> &Node {
        const NOTHING: Node = Node::absent(NONE, 0);
        self.nodes.get(index as usize).unwrap_or(&NOTHING)
    }

    #[inline]
    pub(super) fn set(&mut self, index: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            change(node);
        }
    }

    /// Adds a child that its parent finds by itself.
    #[inline]
    pub(super) fn add(&mut self, parent: u32, position: u32) -> u32 {
        let index = self.nodes.len() as u32;
        self.nodes.push(Node::absent(parent, position));
        index
    }

    /// Makes `index` an object and gives each of its members a node.
    #[inline]
    pub(super) fn open(&mut self, index: u32, object: &'static Object) -> u32 {
        let first = self.nodes.len() as u32;
        self.nodes.extend((0..object.fields.len() as u32).map(|position| Node::absent(index, position)));
        self.set(index, |node| {
            node.kind = Kind::Object;
            node.child = first;
            node.object = Some(object);
        });
        first
    }

    pub(super) fn span(&self, node: &Node) -> &'i [u8] {
        self.bytes.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// The JSON Pointer of a node.
    pub(super) fn path(&self, mut index: u32) -> String {
        let mut steps = Vec::new();
        while index != NONE {
            steps.push(index);
            index = self.node(index).parent;
        }
        let mut path = String::new();
        for index in steps.iter().rev() {
            let node = self.node(*index);
            if node.parent == NONE {
                continue;
            }
            let parent = self.node(node.parent);
            match parent.kind {
                Kind::Object => {
                    let field = parent.object.and_then(|object| object.fields.get(node.position as usize));
                    text::step(&mut path, field.map_or("", |field| field.name));
                }
                Kind::Map => text::step(&mut path, &text::decode(self.span(node))),
                Kind::Key => {}
                _ => {
                    path.push('/');
                    json::integer(&mut path, i64::from(node.position));
                }
            }
        }
        path
    }

    pub(super) fn group(&self, node: u32, object: &'static Object) -> Group<'_> {
        Group { tree: self, node, object }
    }
}

/// An object that was read, for rules across its members.
#[derive(Clone, Copy)]
pub struct Group<'t> {
    tree: &'t Tree<'t>,
    node: u32,
    object: &'static Object,
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
    pub fn at(&self, slot: Slot) -> Place<'t> {
        // A slot of another object finds nothing, rather than the wrong member.
        let node = if core::ptr::eq(slot.object, self.object) {
            self.tree.node(self.node).child + slot.index as u32
        } else {
            debug_assert!(false, "{} is a member of {}, not of {}", slot.name(), slot.object.name, self.object.name);
            NONE
        };
        Place { tree: self.tree, node }
    }

    /// Whether a member is there, `null` not counting.
    pub fn has(&self, slot: Slot) -> bool {
        !matches!(self.at(slot).kind(), Kind::Absent | Kind::Null)
    }

    /// A member that is a text.
    pub fn text(&self, slot: Slot) -> Option<TextAt<'t>> {
        self.at(slot).text()
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
    pub fn integer(&self, slot: Slot) -> Option<i64> {
        let place = self.at(slot);
        let node = self.tree.node(place.node);
        if node.kind != Kind::Number {
            return None;
        }
        core::str::from_utf8(self.tree.span(node)).ok()?.parse().ok()
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
    tree: &'t Tree<'t>,
    node: u32,
}

impl<'t> Place<'t> {
    fn kind(&self) -> Kind {
        self.tree.node(self.node).kind
    }

    /// The JSON Pointer.
    pub fn path(&self) -> String {
        self.tree.path(self.node)
    }

    /// The value's bytes as they came; nothing where there is no value.
    pub fn bytes(&self) -> &'t [u8] {
        self.tree.span(self.tree.node(self.node))
    }

    /// The value as a text.
    pub fn text(&self) -> Option<TextAt<'t>> {
        (self.kind() == Kind::Text).then_some(TextAt { place: *self })
    }

    /// The value as an object.
    pub fn group(&self) -> Option<Group<'t>> {
        let node = self.tree.node(self.node);
        node.object.filter(|_| node.kind == Kind::Object).map(|object| self.tree.group(self.node, object))
    }

    /// The value's items or keys.
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

    /// For a key of a map: its name and the place of its value.
    pub fn entry(&self) -> (Cow<'t, str>, Place<'t>) {
        let node = self.tree.node(self.node);
        (text::decode(self.tree.span(node)), Place { tree: self.tree, node: node.child })
    }

    /// For a key of a map: whether it is this one.
    pub fn is_named(&self, name: &str) -> bool {
        let node = self.tree.node(self.node);
        let span = self.tree.span(node);
        if node.escaped { text::decode(span) == name } else { span == name.as_bytes() }
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
    pub fn value(&self) -> Cow<'t, str> {
        let node = self.place.tree.node(self.place.node);
        let span = self.place.tree.span(node);
        if node.escaped {
            return text::decode(span);
        }
        core::str::from_utf8(span).map_or_else(|_| text::decode(span), Cow::Borrowed)
    }

    /// The length in UTF-16 code units, as JavaScript counts.
    pub fn units(&self) -> u32 {
        self.place.tree.node(self.place.node).size
    }

    /// Whether this ASCII character is in it, as far as a look at the bytes tells.
    pub fn has(&self, character: u8) -> bool {
        self.place.tree.span(self.place.tree.node(self.place.node)).contains(&character)
    }

    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        text::is_blank(self.place.tree.span(self.place.tree.node(self.place.node)))
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

    fn next(&mut self) -> Option<Place<'t>> {
        if self.next == NONE {
            return None;
        }
        let node = self.next;
        self.next = self.tree.node(node).next;
        Some(Place { tree: self.tree, node })
    }
}
