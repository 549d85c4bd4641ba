//! Builders of the tables: `const fn`, so that a table is worked out by the compiler and a wrong one fails the build.

use super::{
    Bound, Choice, Field, Format, Keys, Misplaced, Object, Position, Rule, Shape, Slot, StandIn, Tag, Text, Weight,
    documentation,
};
use crate::report::Code;
use crate::rule::RuleId;

/// A member that has to be there.
pub const fn must(name: &'static str, shape: &'static Shape, doc: &'static str) -> Field {
    Field { required: true, ..may(name, shape, doc) }
}

/// A member that may be left out.
pub const fn may(name: &'static str, shape: &'static Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        required: false,
        position: Position::Body,
        is_known: false,
        omit_empty: false,
        rule: RuleId::NONE,
        doc: documentation(doc),
    }
}

/// Members of one table: first these, then those.
#[expect(clippy::indexing_slicing, reason = "constant evaluation: a wrong length fails the build")]
pub const fn joined<const FIRST: usize, const REST: usize, const ALL: usize>(
    first: [Field; FIRST],
    rest: [Field; REST],
) -> [Field; ALL] {
    assert!(FIRST + REST == ALL, "the table has another length");
    let mut all = [first[0]; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < FIRST { first[at] } else { rest[at - FIRST] };
        at += 1;
    }
    all
}

impl Field {
    /// The rule that this member's presence and type answer to.
    pub const fn rule(mut self, rule: RuleId) -> Self {
        self.rule = rule;
        self
    }

    /// Goes into the path instead of the body.
    pub const fn in_path(mut self) -> Self {
        self.position = Position::Path;
        self
    }

    /// Goes into the query instead of the body.
    pub const fn in_query(mut self) -> Self {
        self.position = Position::Query;
        self
    }

    /// Is not sent.
    pub const fn aside(mut self) -> Self {
        self.position = Position::Aside;
        self
    }

    /// A gateway knows it itself.
    pub const fn known(mut self) -> Self {
        self.is_known = true;
        self
    }

    /// Left out of the body when it is empty.
    pub const fn omit_empty(mut self) -> Self {
        self.omit_empty = true;
        self
    }
}

/// A string; anything, until told otherwise.
pub const fn text() -> Shape {
    Shape::Text(Text { format: Format::Free, bound: Bound::FREE, or_integer: false })
}

/// A string of at least one character that is not white space.
pub const fn filled() -> Shape {
    formatted(Format::Filled)
}

/// A string of a known format.
pub const fn formatted(format: Format) -> Shape {
    Shape::Text(Text { format, bound: Bound::FREE, or_integer: false })
}

/// A string of at least one character that is not white space, or an object.
pub const fn filled_or(object: &'static Object) -> Shape {
    Shape::TextOr(&Text { format: Format::Filled, bound: Bound::FREE, or_integer: false }, object)
}

/// One of a closed set of strings.
pub const fn one_of(values: &'static [&'static str]) -> Shape {
    formatted(Format::OneOf(values))
}

/// An integer from `least` to `most`.
pub const fn count(least: u32, most: u32, rule: RuleId) -> Shape {
    Shape::Count(Bound { least, most, weight: Weight::Error, rule })
}

/// Money of at least so many hundredths.
pub const fn amount(least: u32, rule: RuleId) -> Shape {
    Shape::Amount(Bound { least, most: u32::MAX, weight: Weight::Error, rule })
}

/// A list.
pub const fn list(item: &'static Shape) -> Shape {
    Shape::List(item, Bound::FREE)
}

/// An object with names of the caller's own.
pub const fn map(value: &'static Shape, keys: Keys) -> Shape {
    Shape::Map(value, Bound::FREE, keys)
}

impl Shape {
    /// From `least` to `most` characters (UTF-16 code units) or items; anything else is an error.
    pub const fn within(self, least: u32, most: u32, rule: RuleId) -> Self {
        self.bounded(Bound { least, most, weight: Weight::Error, rule })
    }

    /// The same as advice: anything else is a warning.
    pub const fn advised(self, least: u32, most: u32, rule: RuleId) -> Self {
        self.bounded(Bound { least, most, weight: Weight::Warning, rule })
    }

    /// Takes an integer as well and writes it as text.
    pub const fn or_integer(self) -> Self {
        match self {
            Shape::Text(text) => Shape::Text(Text { or_integer: true, ..text }),
            other => other,
        }
    }

    const fn bounded(self, bound: Bound) -> Self {
        match self {
            Shape::Text(text) => Shape::Text(Text { bound, ..text }),
            Shape::List(item, _) => Shape::List(item, bound),
            Shape::Map(value, _, keys) => Shape::Map(value, bound, keys),
            Shape::Scalar(_) => Shape::Scalar(bound),
            other => other,
        }
    }
}

/// An object with known members.
pub const fn object(name: &'static str, doc: &'static str) -> Object {
    Object {
        name: documentation(name),
        doc: documentation(doc),
        fields: &[],
        required: 0,
        choice: None,
        stand_in: None,
        tags: &[],
        misplaced: &[],
        rules: &[],
        unknown: RuleId::NONE,
        quiet: false,
        closed: None,
        closed_by: 0,
    }
}

#[expect(clippy::indexing_slicing, clippy::panic, reason = "constant evaluation: a wrong table fails the build")]
impl Object {
    /// The members, in the order in which they are written.
    pub const fn fields(mut self, fields: &'static [Field]) -> Self {
        assert!(fields.len() < 64, "an object has at most 63 members");
        self.fields = fields;
        let mut index = 0;
        while index < fields.len() {
            if fields[index].required {
                self.required |= 1 << index;
            }
            index += 1;
        }
        self
    }

    /// At least one of these sets has to be there.
    pub const fn any_of(self, sets: &'static [&'static [&'static str]], rule: RuleId) -> Self {
        self.choose(sets, false, rule)
    }

    /// Exactly one of these sets has to be there.
    pub const fn exactly_one_of(self, sets: &'static [&'static [&'static str]], rule: RuleId) -> Self {
        self.choose(sets, true, rule)
    }

    const fn choose(mut self, sets: &'static [&'static [&'static str]], exclusive: bool, rule: RuleId) -> Self {
        assert!(sets.len() <= 4, "a choice has at most four sets");
        let mut bits = [0; 4];
        let mut set = 0;
        while set < sets.len() {
            bits[set] = self.bits(sets[set]);
            set += 1;
        }
        self.choice = Some(Choice { sets, bits, exclusive, rule });
        self
    }

    /// In lenient mode `member` stands in for `others`, and for the choice.
    pub const fn stand_in(mut self, member: &str, others: &'static [&'static str]) -> Self {
        self.stand_in = Some(StandIn { bit: 1 << self.index(member), bits: self.bits(others) });
        self
    }

    /// What the values of these members ask of the others.
    pub const fn tags(mut self, tags: &'static [Tag]) -> Self {
        let mut tag = 0;
        while tag < tags.len() {
            self.index(tags[tag].member);
            tag += 1;
        }
        self.tags = tags;
        self
    }

    /// Members that people put here although they belong elsewhere.
    pub const fn misplaced(mut self, misplaced: &'static [Misplaced]) -> Self {
        self.misplaced = misplaced;
        self
    }

    /// Rules across members, run in this order when the object is complete.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// The rule that speaks of unknown members.
    pub const fn unknown(mut self, rule: RuleId) -> Self {
        self.unknown = rule;
        self
    }

    /// Unknown members are errors: no such filter would be sent.
    pub const fn closed(mut self, rule: RuleId) -> Self {
        self.closed = Some(Code::UnknownFilter);
        self.unknown(rule)
    }

    /// Unknown members are errors: the provider takes exactly these.
    pub const fn exactly(mut self, rule: RuleId) -> Self {
        self.closed = Some(Code::UnexpectedMember);
        self.unknown(rule)
    }

    /// Unknown members are errors beside this one.
    pub const fn exactly_with(mut self, member: &str) -> Self {
        self.closed_by = 1 << self.index(member);
        self
    }

    /// Takes unknown members without a word.
    pub const fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// The address of a member; a name that the object does not have fails the build.
    pub const fn slot(&'static self, name: &str) -> Slot {
        Slot { object: self, index: self.index(name) }
    }

    /// The address of a member, for a name that is known only at run time.
    pub fn find(&'static self, name: &str) -> Option<Slot> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        Some(Slot { object: self, index })
    }

    /// Whether a member has to be there, or is of the first set that meets the choice, which is where a form shows it.
    #[inline(never)]
    pub fn demands(&self, name: &str) -> bool {
        let demanded = self.required | self.choice.map_or(0, |choice| choice.bits[0]);
        self.fields.iter().zip(0..).any(|(field, index)| demanded >> index & 1 != 0 && field.name == name)
    }

    const fn bits(&self, names: &'static [&'static str]) -> u64 {
        let (mut bits, mut name) = (0, 0);
        while name < names.len() {
            bits |= 1 << self.index(names[name]);
            name += 1;
        }
        bits
    }

    const fn index(&self, name: &str) -> usize {
        let mut index = 0;
        while index < self.fields.len() {
            if same(self.fields[index].name, name) {
                return index;
            }
            index += 1;
        }
        panic!("the object has no member of this name")
    }
}

#[expect(clippy::indexing_slicing, reason = "constant evaluation: str comparison is not const yet")]
const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}
