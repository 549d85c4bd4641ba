//! Values that no table describes: unknown members, free JSON, and values of the wrong type. They are read over, and
//! everything that is wrong with them as JSON is still found, with its path.

use alloc::string::String;

use super::check;
use super::cursor::Stop;
use super::text;
use super::walk::Walk;
use crate::pointer;
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::Weight;

/// One level of an undescribed value. Levels are linked, so a path is written only when it is needed.
struct Level<'l> {
    above: Option<&'l Level<'l>>,
    step: Step<'l>,
}

enum Step<'l> {
    /// The value is at this node, or is this unknown member of it.
    Root(u32, Option<&'l str>),
    Item(u32),
    /// A member, by the bytes of its name.
    Member(usize, usize),
}

impl Walk<'_> {
    /// Reads over the value ahead, which belongs to `node`, or to the unknown member `name` of it.
    pub(super) fn free(&mut self, node: u32, name: Option<&str>) -> Result<(), Stop> {
        self.free_value(&Level { above: None, step: Step::Root(node, name) })
    }

    fn free_value(&mut self, level: &Level<'_>) -> Result<(), Stop> {
        let read = match self.cursor.peek() {
            b'{' => self.free_object(level),
            b'[' => self.free_list(level),
            b'"' => self.cursor.string().map(|string| {
                if let Some(flaw) = string.flaw {
                    let path = self.free_path(level);
                    check::flaw(&mut self.found, &mut self.lines, flaw, self.cursor.bytes, path);
                }
            }),
            b't' => self.cursor.literal("true"),
            b'f' => self.cursor.literal("false"),
            b'n' => self.cursor.literal("null"),
            b'-' | b'0'..=b'9' => self.cursor.number().map(|(start, end, _)| {
                let number = self.cursor.bytes.get(start..end).unwrap_or_default();
                if check::is_inexact(number) {
                    let path = self.free_path(level);
                    check::inexact(&mut self.found, number, path);
                }
            }),
            _ => Err(self.cursor.stop("a value starts here: text in quotes, a number, true, false, null, { or [")),
        };
        if read.is_err() {
            let path = self.free_path(level);
            self.stop_at(path);
        }
        read
    }

    fn free_list(&mut self, level: &Level<'_>) -> Result<(), Stop> {
        self.enter()?;
        self.cursor.at += 1;
        self.cursor.space();
        let mut count = 0;
        if self.cursor.peek() != b']' {
            loop {
                self.free_value(&Level { above: Some(level), step: Step::Item(count) })?;
                count += 1;
                self.cursor.space();
                match self.cursor.peek() {
                    b',' => self.cursor.at += 1,
                    b']' => break,
                    _ => return Err(self.cursor.stop("a list goes on with , or ends with ]")),
                }
                self.cursor.space();
            }
        }
        self.cursor.at += 1;
        self.depth -= 1;
        Ok(())
    }

    fn free_object(&mut self, level: &Level<'_>) -> Result<(), Stop> {
        self.enter()?;
        self.cursor.at += 1;
        self.cursor.space();
        let names = self.strangers.len();
        if self.cursor.peek() != b'}' {
            loop {
                let name = self.name()?;
                self.strangers.push((name.start, name.end));
                let member = Level { above: Some(level), step: Step::Member(name.start, name.end) };
                if let Some(flaw) = name.flaw {
                    let path = self.free_path(&member);
                    check::flaw(&mut self.found, &mut self.lines, flaw, self.cursor.bytes, path);
                }
                self.free_value(&member)?;
                if !self.more()? {
                    break;
                }
            }
        }
        self.cursor.at += 1;
        self.depth -= 1;
        let own = self.strangers.get(names..).unwrap_or_default();
        if own.len() > 1 {
            for name in check::duplicates(self.cursor.bytes, own) {
                let path = self.free_path(level);
                self.found.weigh(Weight::Error, RuleId::NONE, Code::DuplicateMember, pointer::child(path, &name));
            }
        }
        self.strangers.truncate(names);
        Ok(())
    }

    /// Where a value stands; nothing once no issue is listed any more.
    fn free_path(&self, level: &Level<'_>) -> String {
        if self.found.unlisted.is_some() {
            return String::new();
        }
        let mut path = match level.above {
            Some(above) => self.free_path(above),
            None => String::new(),
        };
        match level.step {
            Step::Root(node, name) => {
                path = self.tree.path(node);
                if let Some(name) = name {
                    pointer::step(&mut path, name);
                }
            }
            Step::Item(position) => pointer::position(&mut path, position),
            Step::Member(start, end) => {
                pointer::step(&mut path, &text::decode(self.cursor.bytes.get(start..end).unwrap_or_default()));
            }
        }
        path
    }
}
