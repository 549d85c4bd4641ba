//! Objects: members known and unknown, in any order, written in the table's.

use super::check;
use super::cursor::{Flaw, Stop, Str};
use super::presence::{self, Presence};
use super::suggest::suggest;
use super::text;
use super::tree::{Kind, NONE};
use super::walk::Walk;
use crate::pointer::child;
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::{Bound, Field, Keys, Mode, Object, Position, Shape, Weight};

/// In which order the members of a table came the last time.
///
/// People write the objects of a list in one order, though rarely in the table's.
pub(super) struct Order {
    /// For each member, counted from 1, the one that came behind it; for 0 the one that came first.
    behind: [u8; 64],
}

impl Order {
    /// The table's own order.
    #[expect(clippy::indexing_slicing, reason = "constant evaluation")]
    const fn new() -> Self {
        let mut behind = [0; 64];
        let mut index = 0;
        while index < 64 {
            behind[index] = index as u8;
            index += 1;
        }
        Order { behind }
    }
}

/// What is known of an object while its members are read.
struct Members {
    object: &'static Object,
    node: u32,
    /// The node of the first member.
    first: u32,
    /// Where the object's own entries of `pieces` and `strangers` start.
    pieces: usize,
    strangers: usize,
    /// Members that are there, and those of them that have something in them.
    present: u64,
    filled: u64,
    /// The table's number.
    table: u32,
    /// One more than the member read last.
    next: usize,
    /// Whether the members came in order, with none left out.
    tidy: bool,
}

impl Walk<'_> {
    pub(super) fn map(
        &mut self,
        value: &'static Shape,
        bound: &Bound,
        keys: &Keys,
        rule: RuleId,
        node: u32,
    ) -> Result<(), Stop> {
        self.enter()?;
        let output = self.cursor.position() + 1;
        self.cursor.at += 1;
        self.tree.set(node, |node| node.kind = Kind::Map);
        let (pieces, strangers) = (self.pieces.len(), self.strangers.len());
        let (mut count, mut last, mut tidy) = (0, NONE, true);
        self.cursor.space();
        if self.cursor.peek() != b'}' {
            loop {
                let from = self.cursor.position();
                let name = self.name()?;
                if self.cursor.peek() == b'n' {
                    // A null is the same as nothing at all.
                    self.strangers.push((name.start, name.end));
                    let absent = self.null_entry(&name, node, rule)?;
                    tidy &= !absent;
                } else {
                    let entry = self.append(node, count, &mut last);
                    self.keep_key(&name, entry);
                    self.flaw(&name, entry);
                    self.strangers.push((name.start, name.end));
                    let inner = self.tree.add(entry, 0);
                    self.tree.set(entry, |node| node.child = inner);
                    check::key(&mut self.found, &self.tree, entry, keys, &name);
                    self.value(value, rule, inner)?;
                    self.pieces.push((from, self.cursor.position()));
                    count += 1;
                }
                if !self.more()? {
                    break;
                }
            }
        }
        if !tidy {
            self.cursor.rebuild(output, &[], self.pieces.get(pieces..).unwrap_or_default());
        }
        self.cursor.at += 1;
        self.pieces.truncate(pieces);
        self.report_duplicates(strangers, node);
        self.close(bound, count, node);
        Ok(())
    }

    fn keep_key(&mut self, name: &Str, entry: u32) {
        self.tree.set(entry, |node| {
            node.kind = Kind::Key;
            node.escaped = name.escaped;
            (node.start, node.end) = (name.start as u32, name.end as u32);
        });
    }

    fn null_entry(&mut self, name: &Str, node: u32, rule: RuleId) -> Result<bool, Stop> {
        self.cursor.literal("null")?;
        let name = text::decode(self.cursor.bytes.get(name.start..name.end).unwrap_or_default());
        self.found.weigh(Weight::Warning, rule, Code::NullMember, child(self.tree.path(node), &name)).fix_remove();
        Ok(true)
    }

    /// A member's name and the colon behind it.
    pub(super) fn name(&mut self) -> Result<Str, Stop> {
        if self.cursor.peek() != b'"' {
            return Err(self.cursor.stop("a member's name starts here, in quotes"));
        }
        let name = self.cursor.string()?;
        if matches!(name.flaw, Some(Flaw::Utf8(_) | Flaw::Unescaped(_))) {
            return Err(self.cursor.stop("this member's name is not a JSON text"));
        }
        self.cursor.space();
        self.cursor.expect(b':', "a member's name is followed by a colon")?;
        self.cursor.space();
        Ok(name)
    }

    /// What separates members: `true` if there is another one, `false` with the closing brace ahead.
    #[inline(always)]
    pub(super) fn more(&mut self) -> Result<bool, Stop> {
        self.cursor.space();
        match self.cursor.peek() {
            b',' => {
                self.cursor.at += 1;
                self.cursor.space();
                Ok(true)
            }
            b'}' => Ok(false),
            _ => Err(self.cursor.stop("an object goes on with , or ends with }")),
        }
    }

    pub(super) fn object(&mut self, object: &'static Object, node: u32) -> Result<(), Stop> {
        self.enter()?;
        let output = self.cursor.position() + 1;
        self.cursor.at += 1;
        let table = self.tree.table(object);
        if self.orders.len() <= table as usize {
            const IN_ORDER: Order = Order::new();
            self.orders.push(IN_ORDER);
        }
        let mut members = Members {
            object,
            node,
            first: self.tree.open(node, object, table),
            pieces: self.pieces.len(),
            strangers: self.strangers.len(),
            present: 0,
            filled: 0,
            table,
            next: 0,
            tidy: true,
        };
        self.cursor.space();
        if self.cursor.peek() != b'}' {
            loop {
                self.member(&mut members)?;
                if !self.more()? {
                    break;
                }
            }
        }
        if !members.tidy {
            let known = self.tree.nodes(members.first, object.fields.len());
            self.cursor.rebuild(output, known, self.pieces.get(members.pieces..).unwrap_or_default());
        }
        self.cursor.at += 1;
        self.pieces.truncate(members.pieces);
        let is_told = !object.quiet && self.found.mode() != Mode::Answer;
        if is_told && self.strangers.len() > members.strangers {
            self.report_strangers(&members);
        }
        if self.strangers.len() > members.strangers {
            self.report_duplicates(members.strangers, node);
        }
        self.depth -= 1;
        self.complete(&members);
        Ok(())
    }

    #[inline]
    fn member(&mut self, members: &mut Members) -> Result<(), Stop> {
        let from = self.cursor.position();
        let guess = self.orders.get(members.table as usize).and_then(|order| order.behind.get(members.next));
        let guess = usize::from(guess.copied().unwrap_or(0));
        let index = match members.object.fields.get(guess) {
            Some(field) if self.cursor.take_key(field.name) => {
                self.cursor.space();
                guess
            }
            _ => match self.another(members, from)? {
                Some(index) => index,
                None => return Ok(()),
            },
        };
        let Some(field) = members.object.fields.get(index) else { return Ok(()) };
        let (bit, node) = (1 << index, members.first + index as u32);
        if members.present & bit != 0 {
            return self.duplicate(members, node);
        }
        members.present |= bit;
        let keep = if self.cursor.peek() == b'n' && !matches!(field.shape, Shape::Nullable(_)) {
            self.null_member(field, node)?
        } else {
            self.value(field.shape, field.rule, node)?;
            !(field.omit_empty && self.is_empty(node)) || self.empty_member(members.object, field, node)
        };
        if keep {
            members.filled |= bit;
        }
        let body = keep && field.position == Position::Body;
        members.tidy &= body && index >= members.next;
        members.next = index + 1;
        if body {
            let to = self.cursor.position();
            self.tree.set(node, |node| (node.from, node.to) = (from as u32, to as u32));
        }
        Ok(())
    }

    /// The name of a member that is not the expected one. Nothing, if the table has none of this name: then all of the
    /// member was read.
    #[inline(never)]
    fn another(&mut self, members: &mut Members, from: usize) -> Result<Option<usize>, Stop> {
        let name = self.name()?;
        let Some(index) = self.find(members, &name) else {
            self.stranger(members, &name, from)?;
            return Ok(None);
        };
        let order = self.orders.get_mut(members.table as usize);
        if let Some(behind) = order.and_then(|order| order.behind.get_mut(members.next)) {
            *behind = index as u8;
        }
        Ok(Some(index))
    }

    /// A member that was there already.
    #[cold]
    #[inline(never)]
    fn duplicate(&mut self, members: &mut Members, node: u32) -> Result<(), Stop> {
        members.tidy = false;
        self.found.weigh(Weight::Error, RuleId::NONE, Code::DuplicateMember, self.tree.path(node));
        self.free(node, None)
    }

    /// A member without a value: there is nothing in it that is worth keeping.
    #[cold]
    #[inline(never)]
    fn null_member(&mut self, field: &Field, node: u32) -> Result<bool, Stop> {
        self.cursor.literal("null")?;
        self.tree.set(node, |node| node.kind = Kind::Null);
        let weight = if field.required { Weight::Error } else { Weight::Warning };
        let issue = self.found.weigh(weight, field.rule, Code::NullMember, self.tree.path(node));
        if field.required {
            issue.hint("Give it a value.");
        } else {
            issue.fix_remove();
        }
        Ok(false)
    }

    #[inline(always)]
    fn is_empty(&self, node: u32) -> bool {
        let read = self.tree.node(node);
        match read.kind {
            Kind::List => read.size == 0,
            Kind::Text => text::is_blank(self.tree.span(read)),
            _ => false,
        }
    }

    /// An optional member that is left out because there is nothing in it, such as an untouched field of a form.
    #[cold]
    #[inline(never)]
    fn empty_member(&mut self, object: &Object, field: &Field, node: u32) -> bool {
        self.tree.set(node, |node| node.kind = Kind::Absent);
        let weight = if object.closed.is_some() { Weight::Warning } else { Weight::Info };
        self.found.weigh(weight, field.rule, Code::EmptyMember, self.tree.path(node)).fix_remove();
        false
    }

    fn find(&self, members: &Members, name: &Str) -> Option<usize> {
        let span = self.cursor.bytes.get(name.start..name.end)?;
        let decoded = if name.escaped { Some(text::decode(span)) } else { None };
        let wanted = decoded.as_ref().map_or(span, |name| name.as_bytes());
        members.object.fields.iter().position(|field| field.name.as_bytes() == wanted)
    }

    /// A member that the table does not have.
    fn stranger(&mut self, members: &mut Members, name: &Str, from: usize) -> Result<(), Stop> {
        self.strangers.push((name.start, name.end));
        let bytes = self.cursor.bytes;
        let decoded = text::decode(bytes.get(name.start..name.end).unwrap_or_default());
        if let Some(flaw) = name.flaw {
            let path = child(self.tree.path(members.node), &decoded);
            check::flaw(&mut self.found, &mut self.lines, flaw, bytes, path);
        }
        self.free(members.node, Some(&decoded))?;
        self.pieces.push((from, self.cursor.position()));
        members.next = members.object.fields.len();
        Ok(())
    }

    /// Reports the members that the table does not have, once it is known which of its own are there.
    #[cold]
    fn report_strangers(&mut self, members: &Members) {
        let bytes = self.cursor.bytes;
        for (start, end) in self.strangers.get(members.strangers..).unwrap_or_default() {
            let name = text::decode(bytes.get(*start..*end).unwrap_or_default());
            let path = child(self.tree.path(members.node), &name);
            if let Some(misplaced) = members.object.misplaced.iter().find(|misplaced| misplaced.name == name) {
                let issue = self.found.weigh(Weight::Error, misplaced.rule, Code::MisplacedMember, path);
                issue.text("belongs", misplaced.belongs);
                continue;
            }
            if self.found.is_full(Weight::Warning) {
                continue;
            }
            let (weight, code) = match members.object.closed {
                None if members.filled & members.object.closed_by != 0 => (Weight::Error, Code::UnexpectedMember),
                Some(code) => (Weight::Error, code),
                None => (Weight::Warning, Code::UnknownMember),
            };
            let issue = self.found.weigh(weight, members.object.unknown, code, path);
            let fields = members.object.fields;
            if let Some(meant) = suggest(&name, fields.iter().map(|field| field.name)) {
                issue.text("suggestion", meant).did_you_mean(meant);
                // Moving it there must not cost a value that is there already.
                let index = fields.iter().position(|field| field.name == meant).unwrap_or_default();
                if members.present & (1 << index) == 0 {
                    issue.fix_move(child(self.tree.path(members.node), meant));
                }
            }
        }
    }

    /// Names that stand twice among those of the caller's own.
    fn report_duplicates(&mut self, from: usize, node: u32) {
        let bytes = self.cursor.bytes;
        let own = self.strangers.get(from..).unwrap_or_default();
        if own.len() > 1 {
            for name in check::duplicates(bytes, own) {
                self.found.weigh(
                    Weight::Error,
                    RuleId::NONE,
                    Code::DuplicateMember,
                    child(self.tree.path(node), &name),
                );
            }
        }
        self.strangers.truncate(from);
    }

    /// Looks at an object as a whole.
    #[inline]
    fn complete(&mut self, members: &Members) {
        let object = members.object;
        let missing = object.required & !members.present;
        let is_chosen = object.choice.as_ref().is_none_or(|choice| choice.is_met(members.filled));
        // A recipient has no tags: the module that checks nothing else is smaller without.
        let is_tagged = cfg!(feature = "operations") && !object.tags.is_empty();
        if missing != 0 || !is_chosen || is_tagged {
            presence::check(
                &mut self.found,
                &self.tree,
                &Presence { object, node: members.node, first: members.first, missing, filled: members.filled },
            );
        }
        let group = self.tree.group(members.node, object);
        for rule in object.rules {
            rule(&group, &mut self.found);
        }
    }
}
