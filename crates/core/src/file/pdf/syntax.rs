//! The notation of objects: ISO 32000-2, section 7.3.

use alloc::vec::Vec;

/// A value. What stands in texts is of no use here, and not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Null,
    /// In thousandths.
    Number(i64),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Vec<(Vec<u8>, Object)>),
    /// To the object of this number.
    Reference(u32),
    /// A text, or true or false.
    Other,
}

static NULL: Object = Object::Null;

impl Object {
    /// The value of a dictionary's key; null where there is none.
    pub(super) fn get(&self, key: &[u8]) -> &Object {
        let Object::Dictionary(entries) = self else { return &NULL };
        entries.iter().find(|(name, _)| name == key).map_or(&NULL, |(_, value)| value)
    }

    /// A number without a fraction that is not negative.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Object::Number(number) if number % 1_000 == 0 => usize::try_from(number / 1_000).ok(),
            _ => None,
        }
    }

    pub(super) fn is_name(&self, name: &[u8]) -> bool {
        matches!(self, Object::Name(own) if own == name)
    }
}

/// Objects that are nested deeper are not read.
const DEEPEST: usize = 32;

/// Reads objects one behind the other.
pub(super) struct Scanner<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    /// How far it has looked where it went back.
    pub(super) seen: usize,
}

impl<'b> Scanner<'b> {
    pub(super) const fn new(bytes: &'b [u8], at: usize) -> Self {
        Scanner { bytes, at, seen: at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether this stands ahead; it is taken then.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        let is_ahead = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if is_ahead { word.len() } else { 0 };
        is_ahead
    }

    /// White space and comments.
    pub(super) fn space(&mut self) {
        let mut in_comment = false;
        while let Some(byte) = self.peek() {
            in_comment = byte == b'%' || in_comment && !matches!(byte, b'\r' | b'\n');
            if !in_comment && !is_space(byte) {
                return;
            }
            self.at += 1;
        }
    }

    /// An integer without a sign.
    pub(super) fn digits(&mut self) -> Option<u32> {
        let start = self.at;
        let mut value = 0_u32;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
            self.at += 1;
        }
        (self.at > start).then_some(value)
    }

    /// `7 0 obj` and the like: the number that stands before the word.
    pub(super) fn numbered(&mut self, word: &[u8]) -> Option<u32> {
        let number = self.digits()?;
        self.space();
        self.digits()?;
        self.space();
        (self.take(word) && self.peek().is_none_or(|byte| !byte.is_ascii_alphanumeric())).then_some(number)
    }

    /// The object ahead.
    pub(super) fn object(&mut self, depth: usize) -> Option<Object> {
        self.space();
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            b'/' => Some(Object::Name(self.name())),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.closes(b"]") {
                    items.push(self.object(depth + 1)?);
                }
                Some(Object::Array(items))
            }
            b'(' => self.text(),
            b'<' if self.take(b"<<") => {
                let mut entries = Vec::new();
                while !self.closes(b">>") {
                    if self.peek() != Some(b'/') {
                        return None;
                    }
                    let name = self.name();
                    entries.push((name, self.object(depth + 1)?));
                }
                Some(Object::Dictionary(entries))
            }
            b'<' => {
                self.at += self.bytes.get(self.at..)?.iter().position(|byte| *byte == b'>')? + 1;
                Some(Object::Other)
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                let start = self.at;
                if let Some(number) = self.numbered(b"R") {
                    return Some(Object::Reference(number));
                }
                self.seen = self.seen.max(self.at);
                self.at = start;
                self.number()
            }
            _ if self.take(b"null") => Some(Object::Null),
            _ if self.take(b"true") || self.take(b"false") => Some(Object::Other),
            _ => None,
        }
    }

    fn closes(&mut self, word: &[u8]) -> bool {
        self.space();
        self.take(word)
    }

    /// A name without its slash. `#41` in it stays as it is: nobody writes the names that are looked for so.
    fn name(&mut self) -> Vec<u8> {
        let start = self.at + 1;
        self.at = start;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        Vec::from(self.bytes.get(start..self.at).unwrap_or_default())
    }

    /// A text in parentheses, which may hold others.
    fn text(&mut self) -> Option<Object> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(Object::Other);
            }
        }
    }

    fn number(&mut self) -> Option<Object> {
        let is_negative = self.take(b"-");
        if !is_negative {
            self.take(b"+");
        }
        let whole = self.digits();
        let mut value = i64::from(whole.unwrap_or_default()) * 1_000;
        if self.take(b".") {
            let mut place = 100;
            while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
                value += i64::from(digit - b'0') * place;
                place /= 10;
                self.at += 1;
            }
        } else {
            whole?;
        }
        Some(Object::Number(if is_negative { -value } else { value }))
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn read(text: &str) -> Option<Object> {
        Scanner::new(text.as_bytes(), 0).object(0)
    }

    #[test]
    fn numbers_are_kept_in_thousandths() {
        for (text, value) in
            [("0", 0), ("612", 612_000), ("-.5", -500), ("+17.", 17_000), ("595.2756", 595_275), ("4.25 ", 4_250)]
        {
            assert_eq!(read(text), Some(Object::Number(value)), "{text}");
        }
        assert_eq!(read("99999999999"), None);
        assert_eq!(read("-"), None);
    }

    #[test]
    fn values_of_every_kind() {
        let name = |name: &str| Object::Name(name.into());
        assert_eq!(read(" % a comment\n/Name/Other"), Some(name("Name")));
        assert_eq!(read("[1 2 0 R 3 4]").map(|it| matches!(it, Object::Array(items) if items.len() == 4)), Some(true));
        assert_eq!(read("<</A(x\\)(y))/B<41>/C[true null]/D 7 0 R>>").unwrap().get(b"D"), &Object::Reference(7));
        assert_eq!(read("[/A]"), Some(Object::Array(vec![name("A")])));
        for broken in ["", "<</A 1", "[1 2", "(never closed", "<<1 2>>", "endobj", &"[".repeat(1_000)] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
