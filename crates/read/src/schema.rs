//! Shapes of input and output as constant tables.
//!
//! A table reads like the vendor's own parameter list, and everything else comes from it: the reader's checks, the
//! TypeScript types, the JSON Schema, the OpenAPI document. Nothing is declared twice.

mod build;

pub use self::build::{
    amount, count, filled, filled_or, formatted, joined, list, map, may, must, object, one_of, text,
};
use crate::read::{Findings, Group};
use crate::report::Code;
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
    /// As many as there are.
    pub const FREE: Bound = Bound { least: 0, most: u32::MAX, weight: Weight::Info, rule: RuleId::NONE };

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
    /// A piece of a path: something in it besides dots. `.` and `..` mean another path, however they are encoded (RFC
    /// 3986, section 5.2.4).
    Id,
    /// The same without `/`, `?` and `#`, which the provider takes in no form.
    PlainId,
    /// Values with commas between. A comma in a value cannot be escaped (PO-079).
    Values,
    /// A UUID of any version, the nil and the max one included (RFC 9562).
    Uuid,
    /// One mailbox, as HTML's `input type=email` takes it.
    Email,
    /// An `https:` address, or `http:` for loopback; and how much it weighs where it is `http:` elsewhere.
    WebAddress(Weight),
    /// A country, by its two capital letters of ISO 3166-1.
    Country,
    /// A currency, by its three capital letters of ISO 4217.
    Currency,
    /// A day, `2026-11-21` (RFC 3339, section 5.6).
    Date,
    /// A moment, `2026-11-21T09:28:14.790Z`, or the day alone.
    Moment,
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
    /// An integer within a bound.
    Count(Bound),
    /// Money: an integer of hundredths of its currency, within a bound.
    Amount(Bound),
    /// A file. It travels beside the JSON, in which its size in bytes stands for it.
    File,
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
    /// A string, or an object with known members.
    TextOr(&'static Text, &'static Object),
    /// Any of these: a value of that shape or `null`. Providers answer so; requests leave the member out instead.
    Nullable(&'static Shape),
}

/// What the names of a [`Shape::Map`] have to look like.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// Anything of this length.
    Within(Bound),
    /// A template variable, see [`crate::words::is_variable`].
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
    /// Nowhere: it is a word to the checks.
    Aside,
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The vendor's name.
    pub name: &'static str,
    /// What it holds.
    pub shape: &'static Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// Where it goes.
    pub position: Position,
    /// Whether a gateway knows it itself: who calls one leaves it out.
    pub is_known: bool,
    /// Whether a blank text or an empty list is left out of the body, which is told: as a warning where the object is closed,
    /// for who takes exactly these members may not take an empty one.
    pub omit_empty: bool,
    /// The rule that says so.
    pub rule: RuleId,
    /// One line of documentation; kept with the feature `describe` only.
    pub doc: Line,
}

/// Sets of members of which at least one set has to be there, or exactly one.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The sets, by name.
    pub sets: &'static [&'static [&'static str]],
    /// The same sets as bits of the members' indexes.
    pub bits: [u64; 4],
    /// Whether more than one set is an error, or a part of another one.
    pub exclusive: bool,
    /// The rule that says so.
    pub rule: RuleId,
}

impl Choice {
    /// The members of all sets.
    #[inline]
    pub fn all(&self) -> u64 {
        self.bits.iter().fold(0, |all, bits| all | bits)
    }

    /// Whether these members are enough, and not too many.
    #[inline]
    pub fn is_met(&self, filled: u64) -> bool {
        let mut sets = self.bits.iter().take(self.sets.len());
        let complete = sets.find(|bits| **bits & filled == **bits);
        complete.is_some_and(|bits| !self.exclusive || self.all() & filled == *bits)
    }
}

/// In lenient mode one member may stand in for others, and for the choice.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// The member's bit.
    pub bit: u64,
    /// The bits of those that it stands in for.
    pub bits: u64,
}

/// A member whose value decides which others are needed.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// Its name.
    pub member: &'static str,
    /// The values that have a say in it.
    pub cases: &'static [Case],
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
    /// Its name in types and schemas; kept with the feature `describe` only.
    pub name: Line,
    /// One line of documentation; kept with the feature `describe` only.
    pub doc: Line,
    /// The members.
    pub fields: &'static [Field],
    /// The required members as bits of their indexes.
    pub required: u64,
    /// Sets of members of which one has to be there.
    pub choice: Option<Choice>,
    /// See [`StandIn`].
    pub stand_in: Option<StandIn>,
    /// Members whose values decide which others are needed.
    pub tags: &'static [Tag],
    /// See [`Misplaced`].
    pub misplaced: &'static [Misplaced],
    /// Rules across members.
    pub rules: &'static [Rule],
    /// The rule that speaks of unknown members.
    pub unknown: RuleId,
    /// Whether unknown members are worth a word.
    pub quiet: bool,
    /// What is said of unknown members, where they are errors.
    pub closed: Option<Code>,
    /// The bits of members beside which unknown ones are unexpected, where they are not elsewhere.
    pub closed_by: u64,
}

/// The address of a member: which object, and where in it.
///
/// It carries its object so that a rule that two objects share cannot read the wrong member.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// The object that the member is of.
    pub object: &'static Object,
    /// Its position there.
    pub index: usize,
}

impl Slot {
    /// The member's name.
    pub fn name(self) -> &'static str {
        self.object.fields.get(self.index).map_or("", |field| field.name)
    }
}

/// A line of documentation: nothing without the feature `describe`, for such lines would double the size of the modules
/// that browsers load.
#[cfg(feature = "describe")]
pub type Line = &'static str;
/// A line of documentation: nothing without the feature `describe`, for such lines would double the size of the modules
/// that browsers load.
#[cfg(not(feature = "describe"))]
pub type Line = ();

/// Keeps a line of documentation.
#[cfg(feature = "describe")]
pub const fn documentation(line: &'static str) -> Line {
    line
}

/// Keeps nothing.
#[cfg(not(feature = "describe"))]
pub const fn documentation(_: &'static str) -> Line {}
