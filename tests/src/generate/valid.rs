//! Values that a table takes.

use edgepost_core::operation::Operation;
use edgepost_core::schema::{Bound, Format, Keys, Object, Shape, Text};
use serde_json::{Map, Value, json};

use super::hooks;
use super::presence::is_closed_by_a_member;
use super::{Choices, address::Address};

/// An input in which no rule finds an error. Warnings there may be: a member that nobody documents, a null, an untouched
/// field of a form.
pub fn input(operation: &'static Operation, tape: &[u8]) -> Value {
    let mut maker = Maker::new(Choices::new(tape), Side::Input);
    maker.object(operation.input)
}

/// An answer as the table describes it, with what proves that anything happened.
pub fn answer(operation: &'static Operation, tape: &[u8]) -> Value {
    let mut maker = Maker::new(Choices::new(tape), Side::Answer);
    let mut answer = maker.object(operation.output);
    let is_proof = |name: &str| operation.proof.contains(&name);
    for field in operation.output.fields.iter().filter(|field| is_proof(field.name)) {
        if answer.get(field.name).is_none() {
            answer[field.name] = maker.shape(field.shape);
        }
    }
    answer
}

/// The simplest value of a shape.
pub(super) fn sample(shape: &'static Shape) -> Value {
    Maker::new(Choices::new(&[]), Side::Input).shape(shape)
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Input,
    Answer,
}

/// Makes values from a tape.
pub(super) struct Maker<'t> {
    pub(super) choices: Choices<'t>,
    side: Side,
    /// Where the recipients of an input live.
    pub(super) addresses: &'static [Address],
}

/// What a text is made of: what JSON escapes, what takes more than one byte or unit, what looks like a placeholder.
const PIECES: [&str; 24] = [
    "a", "Z", "9", " ", "-", "x y", "é", "ß", "漢", "😀", "\"", "\\", "/", "\n", "\t", "\r\n", "\u{7f}", "\u{a0}",
    "\u{2028}", "{", "}", "e\u{301}", "<b>&amp;", "null",
];
const EMAILS: [&str; 4] = ["sender@example.com", "a.b+c@sub.example.org", "x@1.example", "o'neil_%@mail-1.example.net"];
const ADDRESSES: [&str; 5] = [
    "https://example.com/return",
    "https://sub.example.org:8443/a?b=c&d=%20#e",
    "HTTPS://example.com",
    "http://127.0.0.1:8787/",
    "http://localhost",
];
const IDS: [&str; 5] = ["ord_123", "7", "a/../b?c#d", "é %", "..x"];
const PLAIN_IDS: [&str; 4] = ["3001234567", "a-b_c", "é %", "..x"];
const UUIDS: [&str; 2] = ["8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"];
const SIZES: [i64; 5] = [1, 640, 1_000_000, 50_000_000, 52_428_800];
const INTEGERS: [i64; 6] = [0, 1, -1, 250, 9_007_199_254_740_991, 999_999_999_999_999_999];
const NAMES: [&str; 6] = ["gift_code", "visit_date", "_x", "A1", "room", "a_name_of_exactly_forty_characters_12345"];

impl<'t> Maker<'t> {
    pub(super) fn new(mut choices: Choices<'t>, side: Side) -> Self {
        let addresses = hooks::market(&mut choices);
        Maker { choices, side, addresses }
    }

    /// An object with its required members, some of the others, and what its choices and cases ask for.
    pub(super) fn object(&mut self, object: &'static Object) -> Value {
        let mut wanted: Vec<_> =
            object.fields.iter().map(|field| (field.name, field.required || self.choices.percent(40))).collect();
        let mut want = |names: &[&str], is_wanted: bool| {
            wanted.iter_mut().filter(|(name, _)| names.contains(name)).for_each(|(_, wanted)| *wanted = is_wanted);
        };
        let mut tagged = Vec::new();
        if self.side == Side::Input {
            if let Some(choice) = &object.choice {
                if choice.exclusive {
                    choice.sets.iter().for_each(|set| want(set, false));
                }
                want(self.choices.pick(choice.sets), true);
            }
            for tag in object.tags {
                let case = &tag.cases[self.choices.below(tag.cases.len())];
                case.needs.iter().for_each(|(name, _)| want(&[name], true));
                case.excludes.iter().for_each(|misplaced| want(&[misplaced.name], false));
                want(&[tag.member], true);
                tagged.push((tag.member, case.value));
            }
        }
        let mut members = Map::new();
        for (field, (name, is_wanted)) in object.fields.iter().zip(wanted) {
            let value = match tagged.iter().find(|(member, _)| *member == name) {
                _ if !is_wanted => continue,
                Some((_, value)) => (*value).into(),
                None => self.shape(field.shape),
            };
            members.insert(name.into(), value);
        }
        if self.side == Side::Input {
            hooks::settle(self, object, &mut members);
            self.clutter(object, &mut members);
        } else if self.choices.percent(10) {
            members.insert("x-new".into(), self.any(2));
        }
        members.into()
    }

    /// What forms and programs send besides: nulls, empty texts and lists, members of their own. No rule refuses it.
    fn clutter(&mut self, object: &'static Object, members: &mut Map<String, Value>) {
        let rare = |maker: &mut Self| maker.choices.percent(4);
        for field in object.fields.iter().filter(|field| !field.required) {
            let stands_alone = !members.contains_key(field.name) && !matches!(field.shape, Shape::Any);
            if stands_alone && rare(self) {
                members.insert(field.name.into(), Value::Null);
            } else if stands_alone && field.omit_empty && rare(self) {
                let empty = if matches!(field.shape, Shape::List(..)) { json!([]) } else { json!(" \u{a0}") };
                members.insert(field.name.into(), empty);
            }
        }
        if object.closed.is_none() && !is_closed_by_a_member(object, members) && rare(self) {
            let name = self.choices.pick(&["x-own", "é/~", ""]);
            members.insert(name.into(), self.any(2));
        }
    }

    pub(super) fn shape(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text(text) => self.text(text),
            Shape::Flag => self.choices.percent(50).into(),
            Shape::Integer => self.choices.pick(&INTEGERS).into(),
            Shape::Count(bound) | Shape::Amount(bound) => {
                let room = bound.most.saturating_sub(bound.least).min(10_000) as usize;
                (bound.least + self.choices.below(room + 1) as u32).into()
            }
            Shape::File => self.choices.pick(&SIZES).into(),
            Shape::Scalar(bound) => match self.choices.below(4) {
                0 => self.free_text(bound).into(),
                1 => self.choices.pick(&INTEGERS[..5]).into(),
                2 => self.choices.pick(&[0.5, -12.25, 1e-7]).into(),
                _ => self.choices.percent(50).into(),
            },
            Shape::Any => self.any(3),
            Shape::List(item, bound) => (0..self.count(bound)).map(|_| self.shape(item)).collect(),
            Shape::Map(value, bound, keys) => {
                let members = (0..self.count(bound)).map(|index| (self.key(keys, index), self.shape(value)));
                members.collect::<Map<_, _>>().into()
            }
            Shape::Object(object) => self.object(object),
            Shape::TextOr(text, _) if self.choices.percent(50) => self.text(text),
            Shape::TextOr(_, object) => self.object(object),
            Shape::Nullable(_) if self.choices.percent(30) => Value::Null,
            Shape::Nullable(inner) => self.shape(inner),
        }
    }

    /// How many entries there are: a few, and now and then as many as may be.
    fn count(&mut self, bound: &Bound) -> usize {
        let least = bound.least.max(1) as usize;
        let most = if bound.most == u32::MAX { 40 } else { bound.most as usize };
        if self.choices.percent(3) { most } else { (least + self.choices.below(3)).min(most) }
    }

    /// A name of the caller's own. They differ by their ends, and none looks like a number: JavaScript would move it.
    fn key(&mut self, keys: &Keys, index: usize) -> String {
        match keys {
            Keys::Variables(..) => match NAMES.get(index) {
                Some(name) => (*name).into(),
                None => format!("v{index}"),
            },
            Keys::Within(_) => format!("{}{index}", self.choices.pick(&["key", "é ", "a/b~", "\""])),
        }
    }

    fn text(&mut self, text: &Text) -> Value {
        if text.or_integer && self.choices.percent(30) {
            return self.choices.pick(&INTEGERS[..5]).into();
        }
        let written = match text.format {
            Format::Free | Format::Filled => self.free_text(&text.bound),
            Format::Id => self.choices.pick(&IDS).into(),
            Format::PlainId => self.choices.pick(&PLAIN_IDS).into(),
            Format::Values => self.choices.pick(&["a", "a,b", "order-01,https://example.com/é"]).into(),
            Format::Uuid => self.choices.pick(&UUIDS).into(),
            Format::Country => self.choices.pick(&["AE", "NL", "US"]).into(),
            Format::Currency => self.choices.pick(&["AED", "SAR", "EUR"]).into(),
            Format::Date => self.choices.pick(&["1990-01-20", "2024-02-29"]).into(),
            Format::Moment => self.choices.pick(&["2019-08-26T09:28:14.790Z", "2020-05-20"]).into(),
            Format::Email => self.choices.pick(&EMAILS).into(),
            Format::WebAddress(_) => self.choices.pick(&ADDRESSES).into(),
            Format::OneOf(values) | Format::Usually(values) => self.choices.pick(values).into(),
        };
        written.into()
    }

    /// A text with something in it, now and then of exactly the length that may be.
    fn free_text(&mut self, bound: &Bound) -> String {
        let mut text: String = self.choices.pick(&["Ada", "n", "漢字", "\"q\""]).into();
        for _ in 0..self.choices.below(8) {
            text.push_str(self.choices.pick(&PIECES));
        }
        // Two braces in a row are a template's.
        let mut text = text.replace("{{", "{ {").replace("}}", "} }");
        let units = |text: &str| text.encode_utf16().count();
        if bound.most < 1_000 && self.choices.percent(5) {
            text += &"x".repeat((bound.most as usize).saturating_sub(units(&text)));
        }
        while units(&text) < bound.least as usize {
            text.push('x');
        }
        text
    }

    /// Any JSON value but null.
    fn any(&mut self, depth: usize) -> Value {
        match self.choices.below(if depth == 0 { 4 } else { 6 }) {
            0 => self.choices.pick(&["", "text", "é\n\u{2028}"]).into(),
            1 => self.choices.pick(&INTEGERS[..5]).into(),
            2 => self.choices.percent(50).into(),
            3 => 1.5.into(),
            4 => (0..self.choices.below(4)).map(|_| self.any(depth - 1)).collect(),
            _ => {
                let names = ["a", "__proto__", "é/~", ""];
                (0..self.choices.below(4)).map(|index| (names[index].to_owned(), self.any(depth - 1))).collect()
            }
        }
    }
}
