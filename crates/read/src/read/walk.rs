//! The interpreter: reads bytes against a table.

use alloc::string::String;
use alloc::vec::Vec;

use super::check;
use super::cursor::{Cursor, Flaw, Stop, Str};
use super::findings::Findings;
use super::format;
use super::members::Order;
use super::text;
use super::tree::{Kind, NONE, Tree};
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::{Bound, Format, Mode, Object, Shape, Text, Weight};

/// Items of a list that is far too long are read over from here on: a small input must not take a lot of memory.
const KEPT: u32 = 500;
/// Deeper nesting is refused; no payload comes near, and a stack is finite.
pub(super) const DEEPEST: usize = 64;

pub(super) struct Walk<'i> {
    pub(super) cursor: Cursor<'i>,
    pub(super) tree: Tree<'i>,
    pub(super) found: Findings,
    pub(super) depth: usize,
    /// Where reading gave up.
    stopped: Option<String>,
    /// Where members of the caller's own stand in the output, those of the innermost object last.
    pub(super) pieces: Vec<(usize, usize)>,
    /// For each table: which member came behind which, the last time.
    pub(super) orders: Vec<Order>,
    /// How far lines were counted.
    pub(super) lines: check::Lines,
    /// Names of unknown members, as bytes of the input.
    pub(super) strangers: Vec<(usize, usize)>,
}

impl<'i> Walk<'i> {
    pub(super) fn new(bytes: &'i [u8], base: &'static str, mode: Mode, wanted: bool) -> Self {
        Walk {
            cursor: Cursor::new(bytes, wanted),
            tree: Tree::new(bytes, base),
            found: Findings::new(mode),
            depth: 0,
            stopped: None,
            pieces: Vec::new(),
            orders: Vec::with_capacity(8),
            lines: check::Lines::default(),
            strangers: Vec::new(),
        }
    }

    /// Reads the whole input. `false` if it is not JSON.
    pub(super) fn run(&mut self, shape: &Shape) -> bool {
        self.byte_order_mark();
        self.cursor.space();
        let read = self.value(shape, RuleId::NONE, 0).and_then(|()| {
            self.cursor.space();
            let rest = self.cursor.bytes.len() > self.cursor.at;
            if rest { Err(self.cursor.stop("there is more behind the end")) } else { Ok(()) }
        });
        if read.is_err() {
            self.report_stop();
        }
        read.is_ok()
    }

    /// Reads the value that starts at this byte, and forgets about the one before.
    pub(super) fn again(&mut self, at: usize, object: &'static Object) {
        self.cursor.restart(at);
        self.tree.clear();
        self.depth = 0;
        self.pieces.clear();
        self.strangers.clear();
        if self.value(&Shape::Object(object), RuleId::NONE, 0).is_err() {
            self.report_stop();
        }
    }

    fn byte_order_mark(&mut self) {
        if self.cursor.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.cursor.at = 3;
            self.cursor.leave_out(0);
            self.found.weigh(Weight::Info, RuleId::NONE, Code::ByteOrderMark, String::new());
        }
    }

    fn report_stop(&mut self) {
        let path = self.stopped.take().unwrap_or_default();
        if self.depth > DEEPEST {
            self.found.weigh(Weight::Error, RuleId::NONE, Code::TooDeep, path).number("limit", DEEPEST as i64);
            return;
        }
        let (at, reason) = self.cursor.stopped;
        check::not_json(&mut self.found, &mut self.lines, self.cursor.bytes, at, reason, path);
    }

    /// Reads the value ahead, which has to be of this shape, into a node.
    #[inline]
    pub(super) fn value(&mut self, shape: &Shape, rule: RuleId, node: u32) -> Result<(), Stop> {
        let text = match shape {
            Shape::Text(text) => Some(text),
            Shape::TextOr(text, _) if cfg!(feature = "operations") => Some(*text),
            _ => None,
        };
        let read = match text {
            // By far the most frequent, and it keeps its own place.
            Some(text) if self.cursor.peek() == b'"' => self.text(text, rule, node),
            _ => self.other_value(shape, rule, node),
        };
        if read.is_err() {
            let path = self.tree.path(node);
            self.stop_at(path);
        }
        read
    }

    fn other_value(&mut self, shape: &Shape, rule: RuleId, node: u32) -> Result<(), Stop> {
        let start = self.cursor.at;
        match (shape, self.cursor.peek()) {
            (Shape::Text(shape), b'-' | b'0'..=b'9') if shape.or_integer => self.integer_as_text(node),
            (Shape::Object(object), b'{') => self.object(object, node),
            (Shape::TextOr(_, object), b'{') if cfg!(feature = "operations") => self.object(object, node),
            (Shape::List(item, bound), b'[') => self.list(item, bound, rule, node),
            (Shape::Map(value, bound, keys), b'{') => self.map(value, bound, keys, rule, node),
            (Shape::Flag, b't') => self.literal("true", Kind::True, node),
            (Shape::Flag, b'f') => self.literal("false", Kind::False, node),
            (Shape::Integer | Shape::File, b'-' | b'0'..=b'9') => self.integer(node),
            (Shape::Count(bound) | Shape::Amount(bound), b'-' | b'0'..=b'9') => self.bounded(bound, node),
            (Shape::Scalar(bound), b'"' | b't' | b'f' | b'-' | b'0'..=b'9') => self.scalar(bound, node),
            (Shape::Any, _) => self.any(node),
            (Shape::Nullable(_), b'n') => self.literal("null", Kind::Null, node),
            (Shape::Nullable(inner), _) => return self.value(inner, rule, node),
            _ => self.mismatch(shape, rule, node),
        }?;
        let end = self.cursor.at;
        self.tree.set(node, |node| {
            if node.kind != Kind::Text {
                (node.start, node.end) = (start as u32, end as u32);
            }
        });
        Ok(())
    }

    /// Keeps the path of the innermost value that could not be read.
    #[cold]
    pub(super) fn stop_at(&mut self, path: String) {
        self.stopped.get_or_insert(path);
    }

    /// Any JSON value, of which only the bytes are kept.
    fn any(&mut self, node: u32) -> Result<(), Stop> {
        self.free(node, None)?;
        self.tree.set(node, |node| node.kind = Kind::Other);
        Ok(())
    }

    /// A value of another type: says so and reads over it.
    #[cold]
    fn mismatch(&mut self, shape: &Shape, rule: RuleId, node: u32) -> Result<(), Stop> {
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
        let issue = self.found.weigh(Weight::Error, rule, Code::InvalidType, self.tree.path(node));
        issue.text("expected", check::expected(shape)).text("actual", actual);
        // A number or flag where text belongs is mended by quoting it.
        if matches!(shape, Shape::Text(_)) && matches!(written.first(), Some(b'-' | b'0'..=b'9' | b't' | b'f')) {
            issue.fix_text(&text::decode(written));
        }
        self.tree.set(node, |node| node.kind = Kind::Other);
        Ok(())
    }

    fn literal(&mut self, word: &'static str, kind: Kind, node: u32) -> Result<(), Stop> {
        self.cursor.literal(word)?;
        self.tree.set(node, |node| node.kind = kind);
        Ok(())
    }

    #[inline]
    fn text(&mut self, shape: &Text, rule: RuleId, node: u32) -> Result<(), Stop> {
        let string = self.cursor.string()?;
        self.keep_text(&string, node);
        self.flaw(&string, node);
        let span = self.cursor.bytes.get(string.start..string.end).unwrap_or_default();
        match shape.format {
            Format::Free => {}
            Format::Filled if !text::is_blank(span) => {}
            _ if self.found.mode() == Mode::Answer => return Ok(()),
            // What is blank is not too short as well: one mistake, one issue.
            _ if !format::check(&mut self.found, &self.tree, node, shape.format, rule, span) => return Ok(()),
            _ => {}
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
            node.kind = if usable { Kind::Text } else { Kind::Other };
            node.escaped = string.escaped;
            node.odd = string.odd;
            (node.start, node.end) = (string.start as u32, string.end as u32);
            node.size = string.units;
        });
    }

    /// Reports what is wrong with the text of a value, or with the name of a map's entry.
    #[inline]
    pub(super) fn flaw(&mut self, string: &Str, node: u32) {
        if let Some(flaw) = string.flaw {
            check::flaw(&mut self.found, &mut self.lines, flaw, self.cursor.bytes, self.tree.path(node));
        }
    }

    #[cold]
    fn out_of_bound(&mut self, bound: &Bound, actual: u32, node: u32, few: Code, many: Code) {
        let (code, limit) = if actual > bound.most { (many, bound.most) } else { (few, bound.least) };
        let issue = self.found.weigh(bound.weight, bound.rule, code, self.tree.path(node));
        issue.number("actual", i64::from(actual)).number("limit", i64::from(limit));
    }

    fn integer(&mut self, node: u32) -> Result<(), Stop> {
        let (start, end, integer) = self.cursor.number()?;
        self.tree.set(node, |node| node.kind = Kind::Number);
        // More than 18 digits do not surely fit into 64 bits, and what cannot be counted must not pass for nothing.
        if !integer || end - start > 18 {
            let span = self.cursor.bytes.get(start..end).unwrap_or_default();
            check::not_integer(&mut self.found, span, self.tree.path(node));
            self.tree.set(node, |node| node.kind = Kind::Other);
        }
        Ok(())
    }

    /// An integer that may be too small or too large.
    #[inline(never)]
    fn bounded(&mut self, bound: &Bound, node: u32) -> Result<(), Stop> {
        let start = self.cursor.at;
        self.integer(node)?;
        if self.tree.node(node).kind == Kind::Number {
            let digits = self.cursor.bytes.get(start..self.cursor.at).unwrap_or_default();
            check::range(&mut self.found, bound, digits, || self.tree.path(node));
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
                let number = self.cursor.bytes.get(start..end).unwrap_or_default();
                if check::is_inexact(number) {
                    check::inexact(&mut self.found, number, self.tree.path(node));
                }
                Ok(())
            }
        }
    }

    fn list(&mut self, item: &'static Shape, bound: &Bound, rule: RuleId, node: u32) -> Result<(), Stop> {
        self.enter()?;
        self.cursor.at += 1;
        self.tree.set(node, |node| node.kind = Kind::List);
        let (mut count, mut last) = (0, NONE);
        let kept = if bound.most == u32::MAX { u32::MAX } else { bound.most.max(KEPT) };
        self.cursor.space();
        if self.cursor.peek() == b']' {
            self.cursor.at += 1;
        } else {
            loop {
                if count < kept {
                    let entry = self.append(node, count, &mut last);
                    self.value(item, rule, entry)?;
                } else {
                    self.free(node, None)?;
                }
                count += 1;
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
    pub(super) fn append(&mut self, parent: u32, position: u32, last: &mut u32) -> u32 {
        let entry = self.tree.add(parent, position);
        if *last == NONE {
            self.tree.set(parent, |node| node.child = entry);
        } else {
            self.tree.set(*last, |node| node.next = entry);
        }
        *last = entry;
        entry
    }

    pub(super) fn close(&mut self, bound: &Bound, count: u32, node: u32) {
        self.depth -= 1;
        self.tree.set(node, |node| node.size = count);
        if count > bound.most || count < bound.least {
            self.out_of_bound(bound, count, node, Code::TooFewItems, Code::TooManyItems);
        }
    }

    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.cursor.stop(""));
        }
        Ok(())
    }
}
