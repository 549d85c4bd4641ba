//! One value in many spellings.

use edgepost_core::schema::{Object, Shape};
use serde_json::{Map, Value};

use super::Choices;

/// Writes a value with white space, escapes and the known members of objects in any order. Members that no table knows
/// keep theirs: it is the order in which they are sent.
pub fn spell(object: &'static Object, value: &Value, choices: &mut Choices<'_>) -> String {
    let mut out = String::new();
    space(&mut out, choices);
    Speller { out: &mut out, choices }.value(&Shape::Object(object), value);
    space(&mut out, choices);
    out
}

struct Speller<'s, 't> {
    out: &'s mut String,
    choices: &'s mut Choices<'t>,
}

impl Speller<'_, '_> {
    fn value(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Nullable(inner), _) => self.value(inner, value),
            (_, Value::String(value)) => self.text(value),
            (_, Value::Array(items)) => {
                let item = if let Shape::List(item, _) = shape { item } else { &Shape::Any };
                self.joined("[", "]", items, |speller, entry| speller.value(item, entry));
            }
            (Shape::Object(object) | Shape::TextOr(_, object), Value::Object(members)) => {
                let shape = |name: &str| object.fields.iter().find(|field| field.name == name).map(|field| field.shape);
                let members: Vec<_> = self.shuffled(members, |name| shape(name).is_some());
                self.joined("{", "}", &members, |speller, (name, value)| {
                    speller.member(name, shape(name).unwrap_or(&Shape::Any), value);
                });
            }
            (_, Value::Object(members)) => {
                let inner = if let Shape::Map(value, ..) = shape { value } else { &Shape::Any };
                let members: Vec<_> = members.iter().collect();
                self.joined("{", "}", &members, |speller, (name, value)| speller.member(name, inner, value));
            }
            (_, plain) => self.out.push_str(&plain.to_string()),
        }
    }

    fn member(&mut self, name: &str, shape: &Shape, value: &Value) {
        self.text(name);
        space(self.out, self.choices);
        self.out.push(':');
        space(self.out, self.choices);
        self.value(shape, value);
    }

    fn joined<T>(&mut self, open: &str, close: &str, entries: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.out.push_str(open);
        for (position, entry) in entries.iter().enumerate() {
            self.out.push_str(if position > 0 { "," } else { "" });
            space(self.out, self.choices);
            each(self, entry);
            space(self.out, self.choices);
        }
        self.out.push_str(close);
    }

    /// The members in another order, those that are not known among themselves in the same.
    fn shuffled<'m>(
        &mut self,
        members: &'m Map<String, Value>,
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<(&'m String, &'m Value)> {
        let (mut known, strangers): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| is_known(name));
        for end in (1..known.len()).rev() {
            // Behind the end of the tape nothing moves.
            known.swap(end, end - self.choices.below(end + 1));
        }
        let mut at = 0;
        for stranger in strangers {
            at += self.choices.below(known.len() + 1 - at);
            known.insert(at, stranger);
            at += 1;
        }
        known
    }

    /// Each character as it is, or escaped.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let must = character < ' ' || matches!(character, '"' | '\\');
            if self.choices.percent(10) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let upper = self.choices.percent(50);
                    *self.out += &if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
                }
            } else if must {
                let quoted = Value::from(character.to_string()).to_string();
                self.out.push_str(&quoted[1..quoted.len() - 1]);
            } else if character == '/' && self.choices.percent(30) {
                self.out.push_str("\\/");
            } else {
                self.out.push(character);
            }
        }
        self.out.push('"');
    }
}

fn space(out: &mut String, choices: &mut Choices<'_>) {
    if choices.percent(10) {
        out.push_str(choices.pick(&[" ", "\n", "\t", "\r\n  "]));
    }
}
