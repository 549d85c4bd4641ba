//! Single mutations of an input, and exactly what each of them has to be told.

mod rules;
mod values;

use edgepost_core::operation::Operation;
use edgepost_core::report::Code;
use edgepost_core::rule::RuleId;
use edgepost_core::schema::{Object, Shape, Weight};
use serde_json::{Map, Value};

use super::presence::{Found, child, is_closed_by_a_member, presence};
use super::valid::sample;
use super::walk::{Holder, Spot, walk};

/// One change to an input.
pub struct Mutation {
    /// What is done.
    pub kind: &'static str,
    /// Everything that has to be found and was not before.
    pub expected: Vec<Found>,
    /// The object whose member changes.
    pub object: &'static Object,
    /// Where that object stands.
    pub holder: String,
    /// The member in which something changes.
    pub member: String,
    pointer: String,
    change: Change,
}

enum Change {
    Remove,
    Put(Value),
    /// Bytes that no JSON writer gives.
    Write(Vec<u8>),
    /// The member a second time, under a name that is spelled so.
    Twice(String),
}

/// A name with half a character in it, as it is read and as it is written.
const HALF: (&str, &str) = ("a\u{fffd}", "\"a\\ud800\"");

/// Stands for what is written by hand.
const MARK: &str = "@@by hand@@";

impl Mutation {
    /// The changed input.
    pub fn apply(&self, input: &Value) -> Vec<u8> {
        let mut changed = input.clone();
        let (parent, step) = self.pointer.rsplit_once('/').unwrap();
        let name = edgepost_core::pointer::name(step).into_owned();
        let parent = changed.pointer_mut(parent).unwrap();
        let value = match &self.change {
            Change::Remove => {
                parent.as_object_mut().unwrap().shift_remove(&name).unwrap();
                return changed.to_string().into_bytes();
            }
            Change::Put(value) => value.clone(),
            Change::Write(_) => MARK.into(),
            Change::Twice(_) => parent[&name].clone(),
        };
        match (parent, &self.change) {
            (Value::Object(members), Change::Twice(_)) => members.insert(MARK.into(), value),
            (Value::Object(members), _) => members.insert(name, value),
            (Value::Array(items), _) => {
                items[name.parse::<usize>().unwrap()] = value;
                None
            }
            _ => panic!("{} leads nowhere", self.pointer),
        };
        let text = changed.to_string();
        let written = match &self.change {
            Change::Write(bytes) => bytes.clone(),
            Change::Twice(spelled) => spelled.as_bytes().to_vec(),
            _ => return text.into_bytes(),
        };
        let (before, after) = text.split_once(&format!("\"{MARK}\"")).unwrap();
        [before.as_bytes(), &written, after.as_bytes()].concat()
    }
}

/// Every single mutation of an input that the tables or a named rule have something to say about. `known` is what is found
/// in the input as it is.
pub fn mutations(operation: &'static Operation, input: &Value, known: &[Found]) -> Vec<Mutation> {
    let (spots, holders) = walk(operation.input, input);
    let mut made = Mutations { known, list: Vec::new() };
    for spot in &spots {
        made.presence_of(spot);
        if spot.value.is_some_and(|value| !value.is_null()) {
            made.value_of(spot);
        }
    }
    for holder in &holders {
        made.strangers_of(holder);
        made.rules_of(holder);
    }
    made.list
}

struct Mutations<'k> {
    known: &'k [Found],
    list: Vec<Mutation>,
}

impl Mutations<'_> {
    /// A change of a member, an item or a value; `expected` is what is said about the value itself.
    fn change(&mut self, kind: &'static str, spot: &Spot<'_>, change: Change, mut expected: Vec<Found>) {
        if spot.field.is_some() {
            expected.extend(changed_presence(spot, &change));
        }
        self.list.push(Mutation {
            kind,
            expected,
            object: spot.holder.object,
            holder: spot.holder.pointer.clone(),
            member: spot.member.into(),
            pointer: spot.pointer.clone(),
            change,
        });
    }

    fn put(&mut self, kind: &'static str, spot: &Spot<'_>, value: Value, expected: Vec<Found>) {
        self.change(kind, spot, Change::Put(value), expected);
    }

    /// A name of the caller's own, put into an object or a map.
    fn own(&mut self, kind: &'static str, at: (&Holder<'_>, &str, &str), change: Change, expected: Vec<Found>) {
        let (holder, member, pointer) = at;
        self.list.push(Mutation {
            kind,
            expected,
            object: holder.object,
            holder: holder.pointer.clone(),
            member: member.into(),
            pointer: pointer.into(),
            change,
        });
    }

    /// A member that is missing, null, there twice, or there although it must not be.
    fn presence_of(&mut self, spot: &Spot<'_>) {
        let Some(field) = spot.field else { return };
        if spot.value.is_none_or(|value| !value.is_null()) && !matches!(spot.shape, Shape::Nullable(_)) {
            let weight = if field.required { Weight::Error } else { Weight::Warning };
            let null = Found::new(weight, spot.pointer.clone(), Code::NullMember, field.rule);
            self.put("null", spot, Value::Null, vec![null]);
        }
        if spot.value.is_some_and(|value| !value.is_null()) {
            self.change("missing", spot, Change::Remove, Vec::new());
            let twice = Found::error(spot.pointer.clone(), Code::DuplicateMember, RuleId::NONE);
            for name in spelled(field.name) {
                self.change("duplicate", spot, Change::Twice(name), vec![twice.clone()]);
            }
        } else {
            let change = Change::Put(sample(spot.shape));
            if !changed_presence(spot, &change).is_empty() {
                self.change("conflicting", spot, change, Vec::new());
            }
        }
    }

    /// Members that nobody knows, or that belong elsewhere.
    fn strangers_of(&mut self, holder: &Holder<'_>) {
        let object = holder.object;
        let known = |name: &str| object.fields.iter().any(|field| field.name == name);
        let warning = |path: &str, code, rule| Found::new(Weight::Warning, path.to_owned(), code, rule);
        let loud = object.fields.first().map(|field| field.name.to_uppercase()).filter(|name| !known(name));
        for name in ["nobodyKnowsThis".to_owned()].into_iter().chain(loud) {
            let pointer = child(&holder.pointer, &name);
            let unknown = stranger(holder, &pointer);
            let odd = Value::from(9_007_199_254_740_993_i64);
            let inexact = warning(&pointer, Code::UnsafeNumber, RuleId::NONE);
            let at = (holder, name.as_str(), pointer.as_str());
            self.own("unknown", at, Change::Put(1.into()), vec![unknown.clone()]);
            self.own("unsafe number", at, Change::Put(odd), vec![unknown, inexact]);
        }
        if let Some((name, _)) = holder.members.iter().find(|(_, value)| !value.is_null()) {
            let path = child(&holder.pointer, HALF.0);
            let half = Found::error(path.clone(), Code::LoneSurrogate, RuleId::NONE);
            let unknown = stranger(holder, &path);
            let pointer = child(&holder.pointer, name);
            self.own("odd name", (holder, name, &pointer), Change::Twice(HALF.1.into()), vec![half, unknown]);
        }
        for misplaced in object.misplaced.iter().filter(|misplaced| !holder.members.contains_key(misplaced.name)) {
            let pointer = child(&holder.pointer, misplaced.name);
            let found = Found::error(pointer.clone(), Code::MisplacedMember, misplaced.rule);
            self.own("misplaced", (holder, misplaced.name, &pointer), Change::Put("x".into()), vec![found]);
        }
    }
}

/// What a member is that nobody knows: passed on with a warning, or an error where it cannot be.
fn stranger(holder: &Holder<'_>, path: &str) -> Found {
    let object = holder.object;
    let by_a_member = is_closed_by_a_member(object, holder.members).then_some(Code::UnexpectedMember);
    if let Some(code) = object.closed.or(by_a_member) {
        return Found::error(path.to_owned(), code, object.unknown);
    }
    Found::new(Weight::Warning, path.to_owned(), Code::UnknownMember, object.unknown)
}

/// A member's name as it is, and with its first letter escaped.
fn spelled(name: &str) -> [String; 2] {
    [format!("\"{name}\""), format!("\"\\u{:04x}{}\"", u32::from(name.as_bytes()[0]), &name[1..])]
}

/// What the tables say about the presence of members that they did not say before.
fn changed_presence(spot: &Spot<'_>, change: &Change) -> Vec<Found> {
    let Holder { object, pointer, members } = &spot.holder;
    let mut changed: Map<String, Value> = (*members).clone();
    match change {
        Change::Remove => drop(changed.shift_remove(spot.member)),
        Change::Put(value) => drop(changed.insert(spot.member.into(), value.clone())),
        // Something is there that is neither blank nor a known value.
        Change::Write(_) => drop(changed.insert(spot.member.into(), MARK.into())),
        Change::Twice(_) => {}
    }
    let before = presence(object, members, pointer);
    presence(object, &changed, pointer).into_iter().filter(|found| !before.contains(found)).collect()
}
