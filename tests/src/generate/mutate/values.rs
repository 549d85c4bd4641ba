//! Mutations of values: of another type, blank, too long or short, none of the choices, no number.

use edgepost_core::report::Code;
use edgepost_core::rule::RuleId;
use edgepost_core::schema::{Bound, Format, Keys, Shape, Text, Weight};
use serde_json::{Map, Value, json};

use super::super::presence::{Found, child};
use super::super::valid::sample;
use super::super::walk::Spot;
use super::{Change, HALF, Mutations};

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text of this many UTF-16 code units, half of them in pairs.
fn long(count: u32) -> String {
    let pairs = "𠜎".repeat(count as usize / 4);
    let rest = count as usize - units(&pairs);
    pairs + &"x".repeat(rest)
}

impl Mutations<'_> {
    pub(super) fn value_of(&mut self, spot: &Spot<'_>) {
        self.wrong_types(spot);
        match spot.shape {
            Shape::Text(text) => self.text(spot, text),
            Shape::Integer | Shape::File => self.numbers(spot),
            Shape::Count(bound) | Shape::Amount(bound) => {
                self.numbers(spot);
                self.range(spot, bound);
            }
            Shape::Scalar(bound) => {
                self.put("too long", spot, long(bound.most + 1).into(), vec![out_of(spot, bound, Code::TooLong)]);
                self.put("longest", spot, long(bound.most).into(), Vec::new());
                self.unsafe_number(spot);
                self.flaws(spot, bound);
            }
            Shape::Any => self.unsafe_number(spot),
            Shape::List(_, bound) => self.list(spot, bound),
            Shape::Map(value, bound, keys) => self.map(spot, value, bound, keys),
            Shape::TextOr(text, _) if spot.value.is_some_and(Value::is_string) => self.text(spot, text),
            Shape::Nullable(_) | Shape::Flag | Shape::Object(_) | Shape::TextOr(..) => {}
        }
    }

    fn wrong_types(&mut self, spot: &Spot<'_>) {
        let takes = |value: &Value| match spot.shape {
            Shape::Text(text) => value.is_string() || text.or_integer && value.is_number(),
            Shape::Flag => value.is_boolean(),
            Shape::Integer | Shape::Count(_) | Shape::Amount(_) | Shape::File => value.is_number(),
            Shape::Scalar(_) => !value.is_array() && !value.is_object(),
            Shape::Any => true,
            Shape::List(..) => value.is_array(),
            Shape::Map(..) | Shape::Object(_) => value.is_object(),
            Shape::TextOr(..) => value.is_string() || value.is_object(),
            Shape::Nullable(_) => true,
        };
        for value in [json!("x"), json!(12), json!(true), json!(["x"]), json!({ "x": 1 })] {
            if !takes(&value) {
                let found = Found::error(spot.pointer.clone(), Code::InvalidType, spot.rule);
                self.put("wrong type", spot, value, vec![found]);
            }
        }
    }

    fn text(&mut self, spot: &Spot<'_>, text: &Text) {
        let bound = &text.bound;
        let error = |code| vec![Found::error(spot.pointer.clone(), code, spot.rule)];
        let warning = |code| vec![Found::new(Weight::Warning, spot.pointer.clone(), code, spot.rule)];
        let omits_empty = spot.field.is_some_and(|field| field.omit_empty);
        for blank in ["", " ", "\u{3000}\n"] {
            let found = match text.format {
                Format::Filled | Format::Id | Format::PlainId | Format::Values => error(Code::Blank),
                Format::Uuid => error(Code::InvalidUuid),
                Format::Country => error(Code::InvalidCountryCode),
                Format::Currency => error(Code::UnknownCurrency),
                Format::Date | Format::Moment => error(Code::InvalidDate),
                Format::Email => error(Code::InvalidEmail),
                Format::WebAddress(_) => error(Code::InvalidUrl),
                Format::OneOf(_) => error(Code::InvalidChoice),
                Format::Usually(_) => warning(Code::InvalidChoice),
                Format::Free if omits_empty => {
                    vec![empty(spot)]
                }
                Format::Free => Vec::new(),
            };
            self.put("blank", spot, blank.into(), found);
        }
        let faulty: (&[&str], Vec<Found>) = match text.format {
            Format::Email => (&["nobody", "a b@example.com", " sender@example.com "], error(Code::InvalidEmail)),
            Format::WebAddress(_) => (&["example.com", "https://a b/", "ftp://example.com"], error(Code::InvalidUrl)),
            Format::Id => (&["..", ". ."], error(Code::InvalidId)),
            Format::PlainId => (&["..", "a/b", "?a", "a#"], error(Code::InvalidId)),
            Format::Values => (&["a\\,b", "\"a,b\",c"], error(Code::EscapedComma)),
            Format::Uuid => (
                &["8c1a1b582c8f4f4f9c462c1ac32d7a1b", " 8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b", "1"],
                error(Code::InvalidUuid),
            ),
            Format::Country => (&["ae", "UAE", "ZZ", "United Arab Emirates"], error(Code::InvalidCountryCode)),
            Format::Currency => (&["aed", "AE", "XXX", "dirham"], error(Code::UnknownCurrency)),
            Format::Date => (&["2023-02-29", "20/01/1990", "2019-08-26T09:28:14Z"], error(Code::InvalidDate)),
            Format::Moment => (&["2023-02-29", "2019-08-26T25:00:00Z", "yesterday"], error(Code::InvalidDate)),
            Format::OneOf(_) => (&["nothing of the kind", "Letter", "templat"], error(Code::InvalidChoice)),
            Format::Usually(_) => (&["nothing of the kind", "EN", "eurr"], warning(Code::InvalidChoice)),
            Format::Free | Format::Filled => (&[], Vec::new()),
        };
        for value in faulty.0 {
            self.put("not of its format", spot, (*value).into(), faulty.1.clone());
        }
        if let Format::WebAddress(weight) = text.format {
            let found = vec![Found::new(weight, spot.pointer.clone(), Code::InsecureUrl, spot.rule)];
            self.put("not secure", spot, "http://example.com/".into(), found);
        }
        if let Format::OneOf(values) | Format::Usually(values) = text.format {
            for value in values {
                self.put("another choice", spot, (*value).into(), Vec::new());
            }
        }
        if matches!(text.format, Format::Free | Format::Filled | Format::Id | Format::PlainId) && bound.most < u32::MAX
        {
            self.put("too long", spot, long(bound.most + 1).into(), vec![out_of(spot, bound, Code::TooLong)]);
            self.put("longest", spot, long(bound.most).into(), Vec::new());
            if bound.least > 1 {
                self.put("too short", spot, long(bound.least - 1).into(), vec![out_of(spot, bound, Code::TooShort)]);
            }
        }
        if text.or_integer {
            self.put("an integer", spot, 17.into(), Vec::new());
            self.numbers(spot);
        }
        if matches!(text.format, Format::Free | Format::Filled) {
            self.flaws(spot, bound);
        }
    }

    /// Integers around the ends of a range.
    fn range(&mut self, spot: &Spot<'_>, bound: &Bound) {
        let (least, most) = (i64::from(bound.least), i64::from(bound.most));
        self.put("too small", spot, (least - 1).into(), vec![out_of(spot, bound, Code::OutOfRange)]);
        if bound.most < u32::MAX {
            self.put("too large", spot, (most + 1).into(), vec![out_of(spot, bound, Code::TooLarge)]);
        }
    }

    /// What JSON or paper cannot hold, at the end of a text.
    fn flaws(&mut self, spot: &Spot<'_>, bound: &Bound) {
        let Some(present) = spot.value.and_then(Value::as_str) else { return };
        let fits = units(present) + 2 < bound.most as usize && !present.trim().is_empty();
        let kept = if fits { present } else { "ab" };
        let quoted = json!(kept).to_string();
        let flaws: [(&'static str, &[u8], Code, Weight); 8] = [
            ("control character", b"\\u0001", Code::ControlCharacter, Weight::Warning),
            ("control character", b"\\b", Code::ControlCharacter, Weight::Warning),
            ("lone surrogate", b"\\ud800", Code::LoneSurrogate, Weight::Error),
            ("not escaped", b"\x01", Code::InvalidJson, Weight::Error),
            ("not escaped", b"\n", Code::InvalidJson, Weight::Error),
            ("not escaped", b"\\u0001\x01", Code::InvalidJson, Weight::Error),
            ("not escaped", b"\x01\\ud800", Code::InvalidJson, Weight::Error),
            ("not UTF-8", b"\xff", Code::InvalidUtf8, Weight::Error),
        ];
        for (kind, flaw, code, weight) in flaws {
            let written = [&quoted.as_bytes()[..quoted.len() - 1], flaw, b"\""].concat();
            let found = Found::new(weight, spot.pointer.clone(), code, RuleId::NONE);
            self.change(kind, spot, Change::Write(written), vec![found]);
        }
    }

    /// What is not written as an integer, or is longer than one can be.
    fn numbers(&mut self, spot: &Spot<'_>) {
        for number in ["2500.0", "2500.5", "25e2", "1E+2", "1234567890123456789", "-99999999999999999999"] {
            let found = Found::error(spot.pointer.clone(), Code::InvalidNumber, RuleId::NONE);
            self.change("no integer", spot, Change::Write(number.into()), vec![found]);
        }
        for written in ["01", "+1", "1.", ".5", "NaN", "--1"] {
            self.list.push(super::Mutation {
                // Reading stops here: what was found behind it is not found any more.
                expected: vec![Found::error(spot.pointer.clone(), Code::InvalidJson, RuleId::NONE)],
                kind: "no number",
                object: spot.holder.object,
                holder: spot.holder.pointer.clone(),
                member: spot.member.into(),
                pointer: spot.pointer.clone(),
                change: Change::Write(written.into()),
            });
        }
    }

    fn unsafe_number(&mut self, spot: &Spot<'_>) {
        for number in ["9007199254740993", "-9007199254740993", "1e400", "0.123456789012345678"] {
            let found = Found::new(Weight::Warning, spot.pointer.clone(), Code::UnsafeNumber, RuleId::NONE);
            self.change("unsafe number", spot, Change::Write(number.into()), vec![found]);
        }
    }

    fn list(&mut self, spot: &Spot<'_>, bound: &Bound) {
        let items = spot.value.and_then(Value::as_array).unwrap();
        if let Some(last) = items.last().filter(|_| bound.most < u32::MAX) {
            let count = bound.most as usize + 1;
            let mut longer = items.clone();
            longer.resize(count.max(items.len() + 1), last.clone());
            // What is found in the last item is found in each that is like it, but for what is said once of all.
            let of_last = child(&spot.pointer, &(items.len() - 1).to_string());
            let mut found = vec![out_of(spot, bound, Code::TooManyItems)];
            for index in items.len()..longer.len() {
                let once = Code::UnusedVariable.name();
                found.extend(self.known.iter().filter(|known| known.code != once).filter_map(|known| {
                    let rest = known.path.strip_prefix(&of_last)?;
                    (rest.is_empty() || rest.starts_with('/'))
                        .then(|| Found { path: child(&spot.pointer, &index.to_string()) + rest, ..known.clone() })
                }));
            }
            self.put("too many items", spot, longer.into(), found);
        }
        let found = if spot.field.is_some_and(|field| field.omit_empty) {
            vec![empty(spot)]
        } else if bound.least > 0 {
            vec![out_of(spot, bound, Code::TooFewItems)]
        } else {
            Vec::new()
        };
        self.put("too few items", spot, json!([]), found);
    }

    fn map(&mut self, spot: &Spot<'_>, value: &'static Shape, bound: &Bound, keys: &Keys) {
        let members = spot.value.and_then(Value::as_object).unwrap();
        if bound.most < u32::MAX {
            let longer: Map<_, _> = (0..=bound.most).map(|index| (format!("k{index}"), sample(value))).collect();
            self.put("too many items", spot, longer.into(), vec![out_of(spot, bound, Code::TooManyItems)]);
        }
        let odd = match keys {
            Keys::Within(bound) if bound.most == u32::MAX => Vec::new(),
            Keys::Within(bound) => {
                let odd = |name: &String| {
                    let path = child(&spot.pointer, name);
                    Found::new(bound.weight, path, Code::TooLong, bound.rule)
                };
                let name = long(bound.most.min(1_000) + 1);
                vec![(odd(&name), name)]
            }
            Keys::Variables(weight, rule) => {
                let odd = |name: &str| {
                    let path = child(&spot.pointer, name);
                    (Found::new(*weight, path, Code::InvalidVariableName, *rule), name.to_owned())
                };
                ["", "1a", "a b", "é", "a/b~c", &"x".repeat(41)].map(odd).to_vec()
            }
        };
        // Where there are as many as may be, one more is one too many.
        let is_full = members.values().filter(|value| !value.is_null()).count() == bound.most as usize;
        let one_more = |found| if is_full { vec![found, out_of(spot, bound, Code::TooManyItems)] } else { vec![found] };
        for (found, name) in odd {
            let pointer = child(&spot.pointer, &name);
            let at = (&spot.holder, spot.member, pointer.as_str());
            self.own("odd name", at, Change::Put(sample(value)), one_more(found));
        }
        if let Some((name, _)) = members.iter().find(|(_, value)| !value.is_null()) {
            let pointer = child(&spot.pointer, name);
            let at = (&spot.holder, spot.member, pointer.as_str());
            let null = Found::new(Weight::Warning, pointer.clone(), Code::NullMember, spot.rule);
            self.own("null", at, Change::Put(Value::Null), vec![null]);
            let twice = one_more(Found::error(pointer.clone(), Code::DuplicateMember, RuleId::NONE));
            let path = child(&spot.pointer, HALF.0);
            let half = Found::error(path.clone(), Code::LoneSurrogate, RuleId::NONE);
            let mut found = one_more(half);
            if let Keys::Variables(weight, rule) = keys {
                found.push(Found::new(*weight, path, Code::InvalidVariableName, *rule));
            }
            self.own("odd name", at, Change::Twice(HALF.1.into()), found);
            self.own("duplicate", at, Change::Twice(json!(name).to_string()), twice);
        }
    }
}

fn out_of(spot: &Spot<'_>, bound: &Bound, code: Code) -> Found {
    Found::new(bound.weight, spot.pointer.clone(), code, bound.rule)
}

/// What is said about an optional member with nothing in it.
fn empty(spot: &Spot<'_>) -> Found {
    let weight = if spot.holder.object.closed.is_some() { Weight::Warning } else { Weight::Info };
    Found::new(weight, spot.pointer.clone(), Code::EmptyMember, spot.rule)
}
