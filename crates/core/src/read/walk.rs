//! The interpreter: reads bytes against a table.

use alloc::string::String;
use alloc::vec::Vec;

use super::check;
use super::cursor::{Cursor, Flaw, Stop, Str};
use super::findings::Findings;
use super::suggest::suggest;
use super::text;
use super::tree::{Kind, NONE, Tree};
use crate::report::Code;
use crate::schema::{Bound, Field, Format, Keys, Mode, Object, Position, Shape, Text, Weight};

/// Deeper nesting is refused; no payload comes near, and a stack is finite.
pub(super) const DEEPEST: usize = 64;

/// A member in the output, and where it belongs.
struct Piece {
    order: u32,
    from: usize,
    to: usize,
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
    /// The member that is likely to come next.
    guess: usize,
    /// Whether the members came in order, with none left out.
    tidy: bool,
}

pub(super) struct Walk<'i> {
    pub(super) cursor: Cursor<'i>,
    pub(super) tree: Tree<'i>,
    pub(super) found: Findings,
    pub(super) depth: usize,
    /// Where reading gave up.
    stopped: Option<String>,
    pieces: Vec<Piece>,
    /// Names of unknown members, as bytes of the input.
    pub(super) strangers: Vec<(usize, usize)>,
}

impl<'i> Walk<'i> {
    pub(super) fn new(bytes: &'i [u8], mode: Mode) -> Self {
        Walk {
            cursor: Cursor::new(bytes),
            tree: Tree::new(bytes),
            found: Findings::new(mode),
            depth: 0,
            stopped: None,
            pieces: Vec::with_capacity(32),
            strangers: Vec::new(),
        }
    }

    /// Reads the whole input. `false` if it is not JSON.
    pub(super) fn run(&mut self, object: &'static Object) -> bool {
        self.byte_order_mark();
        self.cursor.space();
        let read = self.value(&Shape::Object(object), "", 0).and_then(|()| {
            self.cursor.space();
            let rest = self.cursor.bytes.len() > self.cursor.at;
            if rest { Err(self.cursor.stop("there is more behind the end")) } else { Ok(()) }
        });
        if read.is_err() {
            self.report_stop();
        }
        read.is_ok()
    }

    fn byte_order_mark(&mut self) {
        if self.cursor.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.cursor.at = 3;
            self.cursor.leave_out(0);
            self.found.weigh(Weight::Info, "", Code::ByteOrderMark, String::new);
        }
    }

    fn report_stop(&mut self) {
        let path = self.stopped.take().unwrap_or_default();
        let (at, reason) = self.cursor.stopped;
        check::not_json(&mut self.found, self.cursor.bytes, at, reason, || path);
    }

    /// Reads the value ahead, which has to be of this shape, into a node.
    fn value(&mut self, shape: &Shape, rule: &'static str, node: u32) -> Result<(), Stop> {
        let start = self.cursor.at;
        let read = match (shape, self.cursor.peek()) {
            (Shape::Text(shape), b'"') => self.text(shape, rule, node),
            (Shape::Text(shape), b'-' | b'0'..=b'9') if shape.or_integer => self.integer_as_text(node),
            (Shape::Object(object), b'{') => self.object(object, node),
            (Shape::List(item, bound), b'[') => self.list(item, bound, rule, node),
            (Shape::Map(value, bound, keys), b'{') => self.map(value, bound, keys, rule, node),
            (Shape::Flag, b't') => self.literal("true", Kind::True, node),
            (Shape::Flag, b'f') => self.literal("false", Kind::False, node),
            (Shape::Integer, b'-' | b'0'..=b'9') => self.integer(node),
            (Shape::Scalar(bound), b'"' | b't' | b'f' | b'-' | b'0'..=b'9') => self.scalar(bound, node),
            (Shape::Any, b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => self.any(node),
            (Shape::Nullable(_), b'n') => self.literal("null", Kind::Null, node),
            (Shape::Nullable(inner), _) => self.value(inner, rule, node),
            _ => self.mismatch(shape, rule, node),
        };
        if read.is_err() {
            let path = self.tree.path(node);
            self.stop_at(path);
        }
        let end = self.cursor.at;
        self.tree.set(node, |node| {
            if node.kind != Kind::Text {
                (node.start, node.end) = (start as u32, end as u32);
            }
        });
        read
    }

    /// Keeps the path of the innermost value that could not be read.
    #[cold]
    pub(super) fn stop_at(&mut self, path: String) {
        self.stopped.get_or_insert(path);
    }

    /// Any JSON value, of which only the bytes are kept.
    fn any(&mut self, node: u32) -> Result<(), Stop> {
        self.free(node, None)?;
        self.tree.set(node, |node| node.kind = Kind::Invalid);
        Ok(())
    }

    /// A value of another type: says so and reads over it.
    #[cold]
    fn mismatch(&mut self, shape: &Shape, rule: &'static str, node: u32) -> Result<(), Stop> {
        let actual = match self.cursor.peek() {
            b'"' => "text",
            b'{' => "an object",
            b'[' => "a list",
            b't' => "true",
            b'f' => "false",
            b'n' => "null",
            _ => "a number",
        };
        let start = self.cursor.at;
        self.free(node, None)?;
        let written = self.cursor.bytes.get(start..self.cursor.at).unwrap_or_default();
        let tree = &self.tree;
        let issue = self.found.weigh(Weight::Error, rule, Code::InvalidType, || tree.path(node));
        issue.text("expected", check::expected(shape)).text("actual", actual);
        // A number or flag where text belongs is mended by quoting it.
        if matches!(shape, Shape::Text(_)) && matches!(written.first(), Some(b'-' | b'0'..=b'9' | b't' | b'f')) {
            issue.fix_text(&String::from_utf8_lossy(written));
        }
        self.tree.set(node, |node| node.kind = Kind::Invalid);
        Ok(())
    }

    fn literal(&mut self, word: &'static str, kind: Kind, node: u32) -> Result<(), Stop> {
        self.cursor.literal(word)?;
        self.tree.set(node, |node| node.kind = kind);
        Ok(())
    }

    fn text(&mut self, shape: &Text, rule: &'static str, node: u32) -> Result<(), Stop> {
        let string = self.cursor.string()?;
        self.keep_text(&string, node);
        if string.flaw.is_some() {
            self.flaw(&string, node);
        }
        if self.found.mode() == Mode::Answer {
            return Ok(());
        }
        let span = self.cursor.bytes.get(string.start..string.end).unwrap_or_default();
        if !matches!(shape.format, Format::Free) {
            check::format(&mut self.found, &self.tree, node, shape.format, rule, span);
        }
        if string.units > shape.bound.most || string.units < shape.bound.least {
            self.out_of_bound(&shape.bound, string.units, node, Code::TooShort, Code::TooLong);
        }
        Ok(())
    }

    #[inline]
    fn keep_text(&mut self, string: &Str, node: u32) {
        let usable = !matches!(string.flaw, Some(Flaw::Utf8(_) | Flaw::LoneSurrogate));
        self.tree.set(node, |node| {
            node.kind = if usable { Kind::Text } else { Kind::Invalid };
            node.escaped = string.escaped;
            (node.start, node.end) = (string.start as u32, string.end as u32);
            node.size = string.units;
        });
    }

    fn flaw(&mut self, string: &Str, node: u32) {
        let tree = &self.tree;
        if let Some(flaw) = string.flaw {
            check::flaw(&mut self.found, flaw, self.cursor.bytes, || tree.path(node));
        }
    }

    #[cold]
    fn out_of_bound(&mut self, bound: &Bound, actual: u32, node: u32, few: Code, many: Code) {
        let (code, limit) = if actual > bound.most { (many, bound.most) } else { (few, bound.least) };
        let tree = &self.tree;
        let issue = self.found.weigh(bound.weight, bound.rule, code, || tree.path(node));
        issue.number("actual", actual).number("limit", limit);
    }

    fn integer(&mut self, node: u32) -> Result<(), Stop> {
        let (start, end, integer) = self.cursor.number()?;
        self.tree.set(node, |node| node.kind = Kind::Number);
        if !integer || end - start > 19 {
            let span = self.cursor.bytes.get(start..end).unwrap_or_default();
            let tree = &self.tree;
            check::not_integer(&mut self.found, span, || tree.path(node));
            self.tree.set(node, |node| node.kind = Kind::Invalid);
        }
        Ok(())
    }

    fn integer_as_text(&mut self, node: u32) -> Result<(), Stop> {
        let start = self.cursor.at;
        self.integer(node)?;
        let end = self.cursor.at;
        if self.tree.node(node).kind == Kind::Number {
            let digits = self.cursor.bytes.get(start..end).unwrap_or_default();
            let mut quoted = Vec::with_capacity(digits.len() + 2);
            quoted.push(b'"');
            quoted.extend_from_slice(digits);
            quoted.push(b'"');
            self.cursor.replace(start, end, &quoted);
            self.tree.set(node, |node| {
                node.kind = Kind::Text;
                (node.start, node.end, node.size) = (start as u32, end as u32, (end - start) as u32);
            });
        }
        Ok(())
    }

    fn scalar(&mut self, bound: &Bound, node: u32) -> Result<(), Stop> {
        match self.cursor.peek() {
            b'"' => {
                let string = self.cursor.string()?;
                self.keep_text(&string, node);
                self.flaw(&string, node);
                if string.units > bound.most {
                    self.out_of_bound(bound, string.units, node, Code::TooShort, Code::TooLong);
                }
                Ok(())
            }
            b't' => self.literal("true", Kind::True, node),
            b'f' => self.literal("false", Kind::False, node),
            _ => {
                let (start, end, _) = self.cursor.number()?;
                self.tree.set(node, |node| node.kind = Kind::Number);
                let tree = &self.tree;
                check::exact(&mut self.found, self.cursor.bytes.get(start..end).unwrap_or_default(), || {
                    tree.path(node)
                });
                Ok(())
            }
        }
    }

    fn list(&mut self, item: &'static Shape, bound: &Bound, rule: &'static str, node: u32) -> Result<(), Stop> {
        self.enter()?;
        self.cursor.at += 1;
        self.tree.set(node, |node| node.kind = Kind::List);
        let (mut count, mut last) = (0, NONE);
        self.cursor.space();
        if self.cursor.peek() == b']' {
            self.cursor.at += 1;
        } else {
            loop {
                let entry = self.append(node, count, &mut last);
                count += 1;
                self.value(item, rule, entry)?;
                self.cursor.space();
                match self.cursor.peek() {
                    b',' => self.cursor.at += 1,
                    b']' => break self.cursor.at += 1,
                    _ => return Err(self.cursor.stop("a list goes on with , or ends with ]")),
                }
                self.cursor.space();
            }
        }
        self.close(bound, count, node);
        Ok(())
    }

    /// Adds an entry to a list or a map.
    #[inline]
    fn append(&mut self, parent: u32, position: u32, last: &mut u32) -> u32 {
        let entry = self.tree.add(parent, position);
        if *last == NONE {
            self.tree.set(parent, |node| node.child = entry);
        } else {
            self.tree.set(*last, |node| node.next = entry);
        }
        *last = entry;
        entry
    }

    fn close(&mut self, bound: &Bound, count: u32, node: u32) {
        self.depth -= 1;
        self.tree.set(node, |node| node.size = count);
        if count > bound.most || count < bound.least {
            self.out_of_bound(bound, count, node, Code::TooFewItems, Code::TooManyItems);
        }
    }

    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.cursor.stop("no payload is nested deeper than 64 levels"));
        }
        Ok(())
    }

    fn map(
        &mut self,
        value: &'static Shape,
        bound: &Bound,
        keys: &Keys,
        rule: &'static str,
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
                    let absent = self.null_entry(&name, node, rule)?;
                    tidy &= !absent;
                } else {
                    let entry = self.append(node, count, &mut last);
                    self.keep_key(&name, entry);
                    self.strangers.push((name.start, name.end));
                    let inner = self.tree.add(entry, 0);
                    self.tree.set(entry, |node| node.child = inner);
                    check::key(&mut self.found, &self.tree, entry, keys, &name);
                    self.value(value, rule, inner)?;
                    self.pieces.push(Piece { order: count, from, to: self.cursor.position() });
                    count += 1;
                }
                if !self.more()? {
                    break;
                }
            }
        }
        if !tidy {
            self.cursor.rebuild(output, self.pieces.iter().skip(pieces).map(|piece| (piece.from, piece.to)));
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

    fn null_entry(&mut self, name: &Str, node: u32, rule: &'static str) -> Result<bool, Stop> {
        self.cursor.literal("null")?;
        let tree = &self.tree;
        let name = text::decode(self.cursor.bytes.get(name.start..name.end).unwrap_or_default());
        self.found.weigh(Weight::Warning, rule, Code::NullMember, || child(tree.path(node), &name)).fix_remove();
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
    #[inline]
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

    fn object(&mut self, object: &'static Object, node: u32) -> Result<(), Stop> {
        self.enter()?;
        let output = self.cursor.position() + 1;
        self.cursor.at += 1;
        let mut members = Members {
            object,
            node,
            first: self.tree.open(node, object),
            pieces: self.pieces.len(),
            strangers: self.strangers.len(),
            present: 0,
            filled: 0,
            guess: 0,
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
            let pieces = self.pieces.get_mut(members.pieces..).unwrap_or_default();
            put_in_order(pieces);
            self.cursor.rebuild(output, pieces.iter().map(|piece| (piece.from, piece.to)));
        }
        self.cursor.at += 1;
        self.pieces.truncate(members.pieces);
        self.report_duplicates(members.strangers, node);
        self.depth -= 1;
        self.complete(&members);
        Ok(())
    }

    fn member(&mut self, members: &mut Members) -> Result<(), Stop> {
        let from = self.cursor.position();
        let guessed = members.object.fields.get(members.guess);
        let index = match guessed {
            Some(field) if self.cursor.take_key(field.name) => {
                self.cursor.space();
                members.guess
            }
            _ => {
                let name = self.name()?;
                match self.find(members, &name) {
                    Some(index) => index,
                    None => return self.stranger(members, &name, from),
                }
            }
        };
        let Some(field) = members.object.fields.get(index) else { return Ok(()) };
        let (bit, node) = (1 << index, members.first + index as u32);
        if members.present & bit != 0 {
            members.tidy = false;
            let tree = &self.tree;
            self.found.weigh(Weight::Error, "", Code::DuplicateMember, || tree.path(node)).fix_remove();
            return self.free(node, None);
        }
        members.present |= bit;
        let keep = self.field(field, node)?;
        if keep {
            members.filled |= bit;
        }
        let body = keep && field.position == Position::Body;
        members.tidy &= body && index >= members.guess;
        members.guess = index + 1;
        if body {
            self.pieces.push(Piece { order: index as u32, from, to: self.cursor.position() });
        }
        Ok(())
    }

    /// Reads a member's value. `false` if there is nothing in it that is worth keeping.
    #[inline]
    fn field(&mut self, field: &'static Field, node: u32) -> Result<bool, Stop> {
        if self.cursor.peek() == b'n' && !matches!(field.shape, Shape::Nullable(_) | Shape::Any) {
            self.cursor.literal("null")?;
            self.tree.set(node, |node| node.kind = Kind::Null);
            let weight = if field.required { Weight::Error } else { Weight::Warning };
            let tree = &self.tree;
            let issue = self.found.weigh(weight, field.rule, Code::NullMember, || tree.path(node));
            if field.required {
                issue.hint("Give it a value.");
            } else {
                issue.fix_remove();
            }
            return Ok(false);
        }
        self.value(&field.shape, field.rule, node)?;
        Ok(!(field.omit_empty && self.is_empty(node)) || self.empty_member(field, node))
    }

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
    fn empty_member(&mut self, field: &Field, node: u32) -> bool {
        self.tree.set(node, |node| node.kind = Kind::Absent);
        let tree = &self.tree;
        self.found.weigh(Weight::Info, field.rule, Code::EmptyMember, || tree.path(node)).fix_remove();
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
        self.free(members.node, Some(&decoded))?;
        // Behind the known ones, in the order in which they came.
        let order = members.object.fields.len() as u32;
        self.pieces.push(Piece { order, from, to: self.cursor.position() });
        members.guess = members.object.fields.len();
        if members.object.quiet || self.found.mode() == Mode::Answer {
            return Ok(());
        }
        let tree = &self.tree;
        let path = || child(tree.path(members.node), &decoded);
        if let Some(misplaced) = members.object.misplaced.iter().find(|misplaced| misplaced.name == decoded) {
            let issue = self.found.weigh(Weight::Error, misplaced.rule, Code::MisplacedMember, path);
            issue.text("belongs", misplaced.belongs);
            return Ok(());
        }
        let issue = self.found.weigh(Weight::Warning, members.object.unknown, Code::UnknownMember, path);
        let names = members.object.fields.iter().map(|field| field.name);
        if let Some(meant) = suggest(&decoded, names) {
            issue.text("suggestion", meant).hint(check::did_you_mean(meant));
            let meant = child(tree.path(members.node), meant);
            issue.fix_move(meant);
        }
        Ok(())
    }

    /// Names that stand twice among those of the caller's own.
    fn report_duplicates(&mut self, from: usize, node: u32) {
        let bytes = self.cursor.bytes;
        let own = self.strangers.get(from..).unwrap_or_default();
        if own.len() > 1 {
            for name in check::duplicates(bytes, own) {
                let tree = &self.tree;
                self.found.weigh(Weight::Error, "", Code::DuplicateMember, || child(tree.path(node), &name));
            }
        }
        self.strangers.truncate(from);
    }

    /// Looks at an object as a whole.
    #[inline]
    fn complete(&mut self, members: &Members) {
        let object = members.object;
        let missing = object.required & !members.present;
        if missing != 0 || object.choice.is_some() || !object.cases.is_empty() {
            check::presence(
                &mut self.found,
                &self.tree,
                &check::Presence { object, node: members.node, first: members.first, missing, filled: members.filled },
            );
        }
        let group = self.tree.group(members.node, object);
        for rule in object.rules {
            rule(&group, &mut self.found);
        }
    }
}

/// The path of a member that has no node.
pub(super) fn child(mut path: String, name: &str) -> String {
    text::step(&mut path, name);
    path
}

/// Sorts by insertion: there are few known members, and unknown ones stay as they came.
fn put_in_order(pieces: &mut [Piece]) {
    for end in 1..pieces.len() {
        let mut at = end;
        while at > 0 && pieces.get(at - 1).map(|piece| piece.order) > pieces.get(at).map(|piece| piece.order) {
            pieces.swap(at - 1, at);
            at -= 1;
        }
    }
}
