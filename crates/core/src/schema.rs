//! Shapes of input and output as constant tables.
//!
//! A table reads like the vendor's own parameter list, and everything else comes from it: the reader's checks, the
//! TypeScript types, the JSON Schema, the OpenAPI document. Nothing is declared twice.

use crate::read::{Findings, Group};
use crate::rule::RuleId;

/// How much a finding weighs. What decides is the mode, see [`Mode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An error in every mode.
    Error,
    /// An error when a request is built, a warning in a preview: it costs money or text on paper.
    Strict,
    /// Never blocks.
    Warning,
    /// Good to know.
    Info,
}

/// What the input is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To build a request.
    #[default]
    Strict,
    /// To show a preview while somebody is still typing.
    Lenient,
    /// To understand what a provider answered: nothing that is unknown or odd may refuse it.
    Answer,
}

/// How many characters or items a value may have.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// Fewer than this is a finding. For text: UTF-16 code units.
    pub least: u32,
    /// More than this is a finding. For text: UTF-16 code units.
    pub most: u32,
    /// How much a finding weighs.
    pub weight: Weight,
    /// The rule that it comes from.
    pub rule: RuleId,
}

impl Bound {
    const FREE: Bound = Bound { least: 0, most: u32::MAX, weight: Weight::Info, rule: RuleId::NONE };

    /// Whether the bound forbids anything, rather than advising against it.
    pub const fn binds(&self) -> bool {
        matches!(self.weight, Weight::Error | Weight::Strict)
    }
}

/// What a text has to look like.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// Anything.
    Free,
    /// At least one character that is not white space.
    Filled,
    /// One mailbox, as HTML's `input type=email` takes it.
    Email,
    /// An `https:` address; `http:` for loopback only.
    WebAddress,
    /// One of these, exactly.
    OneOf(&'static [&'static str]),
    /// One of these is expected, anything else is a warning.
    Usually(&'static [&'static str]),
}

/// The shape of one text.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// What it has to look like.
    pub format: Format,
    /// How long it may be.
    pub bound: Bound,
    /// Whether an integer is taken as well, and written as text.
    pub or_integer: bool,
}

/// The shape of one value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text(Text),
    /// `true` or `false`.
    Flag,
    /// An integer, written as one.
    Integer,
    /// A string, a number or a flag; the bound is the string's.
    Scalar(Bound),
    /// Any JSON value.
    Any,
    /// A list of equal shapes.
    List(&'static Shape, Bound),
    /// An object whose member names are the caller's own, with equal shapes as values.
    Map(&'static Shape, Bound, Keys),
    /// An object with known members.
    Object(&'static Object),
    /// Any of these: a value of that shape or `null`. Providers answer so; requests leave the member out instead.
    Nullable(&'static Shape),
}

/// What the names of a [`Shape::Map`] have to look like.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// Anything of this length.
    Within(Bound),
    /// A template variable, see [`crate::template::is_variable`].
    Variables(Weight, RuleId),
}

/// Where a member of the input goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Into the JSON body.
    Body,
    /// Into the path, percent-encoded.
    Path,
    /// Into the query, percent-encoded.
    Query,
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The vendor's name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// Where it goes.
    pub position: Position,
    /// Whether a blank text or an empty list is left out of the body, with a warning.
    pub omit_empty: bool,
    /// The rule that says so.
    pub rule: RuleId,
    /// One line of documentation; kept with the feature `describe` only.
    pub doc: &'static str,
}

/// A member that has to be there.
pub const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { required: true, ..may(name, shape, doc) }
}

/// A member that may be left out.
pub const fn may(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        required: false,
        position: Position::Body,
        omit_empty: false,
        rule: RuleId::NONE,
        doc: documentation(doc),
    }
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

/// One of a closed set of strings.
pub const fn one_of(values: &'static [&'static str]) -> Shape {
    formatted(Format::OneOf(values))
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

/// Sets of members of which at least one set has to be there, or exactly one.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The sets, by name.
    pub sets: &'static [&'static [&'static str]],
    /// The same sets as bits of the members' indexes.
    pub(crate) bits: [u64; 4],
    /// Whether more than one set is an error.
    pub exclusive: bool,
    /// The rule that says so.
    pub rule: RuleId,
}

/// In lenient mode one member may stand in for others, and for the choice.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// The member's bit.
    pub(crate) bit: u64,
    /// The bits of those that it stands in for.
    pub(crate) bits: u64,
}

/// What one value of the tag member asks of the others.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The tag's value.
    pub value: &'static str,
    /// Members that have to be there, with the rule that says so.
    pub needs: &'static [(&'static str, RuleId)],
    /// Members that must not be there.
    pub excludes: &'static [Misplaced],
}

/// A member that people put into this object although it belongs elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Misplaced {
    /// Its name.
    pub name: &'static str,
    /// Where it belongs, in words; empty where it belongs nowhere.
    pub belongs: &'static str,
    /// The rule that says so.
    pub rule: RuleId,
}

/// A rule across the members of an object, run when the object is complete.
pub type Rule = fn(&Group<'_>, &mut Findings);

/// An object with known members, in the order in which they are written.
#[derive(Debug)]
pub struct Object {
    /// Its name in types and schemas.
    pub name: &'static str,
    /// One line of documentation; kept with the feature `describe` only.
    pub doc: &'static str,
    /// The members.
    pub fields: &'static [Field],
    /// The required members as bits of their indexes.
    pub(crate) required: u64,
    /// Sets of members of which one has to be there.
    pub choice: Option<Choice>,
    /// See [`StandIn`].
    pub(crate) stand_in: Option<StandIn>,
    /// The member whose value decides which others are needed, and its cases.
    pub tag: &'static str,
    /// See [`Case`].
    pub cases: &'static [Case],
    /// See [`Misplaced`].
    pub misplaced: &'static [Misplaced],
    /// Rules across members.
    pub rules: &'static [Rule],
    /// The rule that speaks of unknown members.
    pub unknown: RuleId,
    /// Whether unknown members are worth a word.
    pub quiet: bool,
}

/// An object with known members.
pub const fn object(name: &'static str, doc: &'static str) -> Object {
    Object {
        name,
        doc: documentation(doc),
        fields: &[],
        required: 0,
        choice: None,
        stand_in: None,
        tag: "",
        cases: &[],
        misplaced: &[],
        rules: &[],
        unknown: RuleId::NONE,
        quiet: false,
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

    /// What each value of `tag` asks of the other members.
    pub const fn cases(mut self, tag: &'static str, cases: &'static [Case]) -> Self {
        self.index(tag);
        self.tag = tag;
        self.cases = cases;
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

/// The address of a member: which object, and where in it.
///
/// It carries its object so that a rule that two objects share cannot read the wrong member.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub(crate) object: &'static Object,
    pub(crate) index: usize,
}

impl Slot {
    /// The member's name.
    pub fn name(self) -> &'static str {
        self.object.fields.get(self.index).map_or("", |field| field.name)
    }
}

/// Keeps a line of documentation with the feature `describe` only: such lines would double the size of the modules that
/// browsers load.
pub const fn documentation(line: &'static str) -> &'static str {
    if cfg!(feature = "describe") { line } else { "" }
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
