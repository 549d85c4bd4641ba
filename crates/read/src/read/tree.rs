//! What was read, as far as rules across members want to look at it.
//!
//! Values stay where they are, in the caller's bytes; a node says where and what. Nodes know their parents, so that the
//! path of a finding is written only when there is one.

use alloc::string::String;
use alloc::vec::Vec;

use super::group::Group;
use super::text;
use crate::pointer;
use crate::schema::Object;

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
    /// There is a value, but rules have no use for it: it is of the wrong type, or of any type.
    Other,
}

/// A value, or the place where one could be.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// For text: whether it has escapes.
    pub(super) escaped: bool,
    /// For text: whether it has characters that are worth a look.
    pub(super) odd: bool,
    /// Where it stands in its parent: the index of the member or of the item.
    pub(super) position: u32,
    pub(super) parent: u32,
    /// The value's bytes; without the quotes for text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// For text its length in UTF-16 units, for lists and maps the number of entries, for objects the table's number.
    pub(super) size: u32,
    /// The first child; members of an object follow each other from there.
    pub(super) child: u32,
    /// The next item of a list, the next key of a map.
    pub(super) next: u32,
    /// For members: where they stand in the output, with their names. Nowhere, if `to` is 0.
    pub(super) from: u32,
    pub(super) to: u32,
}

/// No node.
pub(super) const NONE: u32 = u32::MAX;

impl Node {
    pub(super) const fn absent(parent: u32, position: u32) -> Self {
        Node {
            kind: Kind::Absent,
            escaped: false,
            odd: false,
            position,
            parent,
            start: 0,
            end: 0,
            size: 0,
            child: NONE,
            next: NONE,
            from: 0,
            to: 0,
        }
    }
}

/// All nodes of an input; the first is the whole.
pub(super) struct Tree<'i> {
    pub(super) bytes: &'i [u8],
    /// Where the whole stands, in what the caller gave.
    base: &'static str,
    nodes: Vec<Node>,
    /// The tables that objects were read against.
    tables: Vec<&'static Object>,
}

impl<'i> Tree<'i> {
    pub(super) fn new(bytes: &'i [u8], base: &'static str) -> Self {
        let mut nodes = Vec::with_capacity(64 + bytes.len() / 8);
        nodes.push(Node::absent(NONE, 0));
        Tree { bytes, base, nodes, tables: Vec::with_capacity(8) }
    }

    /// Forgets all nodes, but keeps their memory.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.nodes.push(Node::absent(NONE, 0));
    }

    #[inline(always)]
    pub(super) fn node(&self, index: u32) -> &Node {
        const NOTHING: Node = Node::absent(NONE, 0);
        self.nodes.get(index as usize).unwrap_or(&NOTHING)
    }

    /// A node and the following.
    pub(super) fn nodes(&self, first: u32, count: usize) -> &[Node] {
        self.nodes.get(first as usize..first as usize + count).unwrap_or_default()
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

    /// The number of a table.
    #[inline]
    pub(super) fn table(&mut self, object: &'static Object) -> u32 {
        if let Some(known) = self.tables.iter().position(|table| core::ptr::eq(*table, object)) {
            return known as u32;
        }
        self.tables.push(object);
        self.tables.len() as u32 - 1
    }

    /// Makes `index` an object and gives each of its members a node.
    #[inline]
    pub(super) fn open(&mut self, index: u32, object: &'static Object, table: u32) -> u32 {
        let first = self.nodes.len() as u32;
        self.nodes.extend((0..object.fields.len() as u32).map(|position| Node::absent(index, position)));
        self.set(index, |node| {
            node.kind = Kind::Object;
            node.child = first;
            node.size = table;
        });
        first
    }

    #[inline(always)]
    pub(super) fn span(&self, node: &Node) -> &'i [u8] {
        self.bytes.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// The table that a node was read against, if it is an object.
    pub(super) fn object(&self, node: &Node) -> Option<&'static Object> {
        if node.kind != Kind::Object {
            return None;
        }
        self.tables.get(node.size as usize).copied()
    }

    /// The JSON Pointer of a node.
    #[inline(never)]
    pub(super) fn path(&self, index: u32) -> String {
        let node = self.node(index);
        if node.parent == NONE {
            return String::from(self.base);
        }
        let mut path = self.path(node.parent);
        let parent = self.node(node.parent);
        match parent.kind {
            Kind::Object => {
                let field = self.object(parent).and_then(|object| object.fields.get(node.position as usize));
                pointer::step(&mut path, field.map_or("", |field| field.name));
            }
            Kind::Map => pointer::step(&mut path, &text::decode(self.span(node))),
            Kind::Key => {}
            _ => pointer::position(&mut path, node.position),
        }
        path
    }

    pub(super) fn group(&self, node: u32, object: &'static Object) -> Group<'_> {
        Group { tree: self, node, first: self.node(node).child, object }
    }
}
