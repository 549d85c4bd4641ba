//! The objects of a file, by number.

use alloc::vec::Vec;

use super::inflate::inflate;
use super::syntax::{Object, Scanner, is_space};

/// An object stream takes no more than this when it is unpacked: one holds what describes pages, and no pictures.
const MOST_UNPACKED: usize = 1 << 23;
/// All of them together.
const MOST_IN_ALL: usize = 1 << 25;
/// A byte, of the file or unpacked, is read so often at most: once, and again where what began with it was no object.
const READINGS: usize = 2;
/// And so many in any case.
const LEAST_READ: usize = 1 << 16;
/// No more objects are kept.
const MOST_OBJECTS: usize = 1 << 20;

/// What stands under each number.
pub(super) struct Objects {
    /// In the order in which they were met last.
    known: Vec<Object>,
    /// For each number how many of these there are up to its own; 0 for none.
    places: Vec<u32>,
    root: Option<Object>,
    /// How many bytes may still be unpacked.
    left: usize,
    /// How many bytes may still be read: a small file can lead to the same ones again and again.
    unread: usize,
}

static NULL: Object = Object::Null;

/// Why nothing can be told.
const BROKEN: &str = "a part of it cannot be read";

impl Objects {
    /// Reads a file from its first byte to its last.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let unread = bytes.len().saturating_mul(READINGS).saturating_add(LEAST_READ);
        let mut objects = Objects { known: Vec::new(), places: Vec::new(), root: None, left: MOST_IN_ALL, unread };
        let mut scanner = Scanner::new(bytes, 0);
        while scanner.at < bytes.len() {
            let start = scanner.at;
            // Objects and trailers start a word.
            let is_start = start == 0 || bytes.get(start - 1).is_none_or(|byte| !byte.is_ascii_alphanumeric());
            match bytes.get(start) {
                Some(b'0'..=b'9') if is_start => {
                    let number = scanner.numbered(b"obj");
                    objects.spend(scanner.at - start)?;
                    match number {
                        Some(number) => objects.object(&mut scanner, number)?,
                        None => scanner.at = start + 1,
                    }
                }
                Some(b't') if is_start && scanner.take(b"trailer") => {
                    let after = scanner.at;
                    match objects.next(&mut scanner)? {
                        Some(trailer) => objects.trailer(&trailer)?,
                        None => scanner.at = after,
                    }
                }
                _ => scanner.at = start + 1,
            }
        }
        Ok(objects)
    }

    /// The catalogue, which the last trailer names.
    pub(super) fn root(&self) -> Result<&Object, &'static str> {
        let root = self.root.as_ref().map(|root| self.value(root));
        root.filter(|root| matches!(root, Object::Dictionary(_))).ok_or("it has no catalogue")
    }

    /// What a reference leads to; anything else is itself.
    pub(super) fn value<'o>(&'o self, object: &'o Object) -> &'o Object {
        match object {
            // A reference to a reference is none.
            Object::Reference(number) => {
                let place = self.places.get(*number as usize).copied().unwrap_or_default() as usize;
                self.known.get(place.wrapping_sub(1)).unwrap_or(&NULL)
            }
            object => object,
        }
    }

    /// The object ahead.
    fn next(&mut self, scanner: &mut Scanner<'_>) -> Result<Option<Object>, &'static str> {
        let start = scanner.at;
        scanner.seen = start;
        let object = scanner.object(0);
        self.spend(scanner.at.max(scanner.seen).saturating_sub(start)).map(|()| object)
    }

    /// Counts what was read, also where it led to nothing.
    fn spend(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.unread = self.unread.checked_sub(bytes).ok_or("its objects lie in each other")?;
        Ok(())
    }

    fn trailer(&mut self, trailer: &Object) -> Result<(), &'static str> {
        if *trailer.get(b"Encrypt") != Object::Null {
            return Err(BROKEN);
        }
        if let root @ Object::Reference(_) = trailer.get(b"Root") {
            self.root = Some(root.clone());
        }
        Ok(())
    }

    /// Takes the object ahead, and what is in it if it is a stream of objects.
    fn object(&mut self, scanner: &mut Scanner<'_>, number: u32) -> Result<(), &'static str> {
        let after = scanner.at;
        let Some(object) = self.next(scanner)? else {
            // What stands under this number now is unknown, whatever stood there before.
            self.keep(number, Object::Other)?;
            scanner.at = after;
            return Ok(());
        };
        let end = scanner.at;
        scanner.space();
        if matches!(object, Object::Dictionary(_)) && scanner.take(b"stream") {
            let data = self.data(scanner, &object);
            if object.get(b"Type").is_name(b"XRef") {
                self.trailer(&object)?;
            } else if object.get(b"Type").is_name(b"ObjStm") {
                self.packed(&object, data)?;
            }
        } else {
            scanner.at = end;
        }
        self.keep(number, object)
    }

    fn keep(&mut self, number: u32, object: Object) -> Result<(), &'static str> {
        let number = number as usize;
        if number >= MOST_OBJECTS || self.known.len() >= MOST_OBJECTS {
            return Err("it has too many objects");
        }
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        self.known.push(object);
        if let Some(place) = self.places.get_mut(number) {
            *place = self.known.len() as u32;
        }
        Ok(())
    }

    /// The bytes of a stream, whose word was taken; what is behind it is ahead then.
    fn data<'b>(&self, scanner: &mut Scanner<'b>, stream: &Object) -> &'b [u8] {
        if !scanner.take(b"\r\n") {
            let _ = scanner.take(b"\n") || scanner.take(b"\r");
        }
        let rest = scanner.bytes.get(scanner.at..).unwrap_or_default();
        let told = self.value(stream.get(b"Length")).count().filter(|length| {
            let behind = rest.get(*length..).unwrap_or_default();
            let spaces = behind.iter().take(4).take_while(|byte| is_space(**byte)).count();
            behind.get(spaces..).is_some_and(|behind| behind.starts_with(b"endstream"))
        });
        // A length that is not known yet, or is wrong: the word is looked for.
        let find = || rest.windows(9).position(|word| word == b"endstream");
        let length = told.or_else(find).unwrap_or(rest.len());
        scanner.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Takes the objects of a stream: ISO 32000-2, section 7.5.7.
    fn packed(&mut self, stream: &Object, data: &[u8]) -> Result<(), &'static str> {
        let filter = match self.value(stream.get(b"Filter")) {
            Object::Array(filters) if filters.len() < 2 => filters.first().unwrap_or(&NULL),
            filter => filter,
        };
        let unpacked;
        let bytes = if *filter == Object::Null {
            data
        } else if filter.is_name(b"FlateDecode") && *stream.get(b"DecodeParms") == Object::Null {
            unpacked = inflate(data, MOST_UNPACKED.min(self.left)).ok_or(BROKEN)?;
            self.left -= unpacked.len();
            self.unread += unpacked.len() * READINGS;
            &unpacked
        } else {
            return Err("it is packed in a way that is not read");
        };
        let (count, first) = stream.get(b"N").count().zip(stream.get(b"First").count()).ok_or(BROKEN)?;
        let mut head = Scanner::new(bytes, 0);
        let mut places = Vec::new();
        for _ in 0..count.min(bytes.len()) {
            head.space();
            let number = head.digits().ok_or(BROKEN)?;
            head.space();
            places.push((number, head.digits().ok_or(BROKEN)?));
        }
        for (number, offset) in places {
            let at = first.saturating_add(usize::try_from(offset).unwrap_or(usize::MAX));
            let object = self.next(&mut Scanner::new(bytes, at))?.ok_or(BROKEN)?;
            self.keep(number, object)?;
        }
        Ok(())
    }
}
