//! Which members an object has, and which it should have.

use alloc::string::String;

use super::findings::Findings;
use super::text;
use super::tree::{Kind, Tree};
use crate::json;
use crate::pointer::child;
use crate::report::{Code, Issue};
use crate::rule::RuleId;
use crate::schema::{Misplaced, Mode, Object, Tag, Weight};

/// Which members an object has, and which it should have.
pub(super) struct Presence {
    pub(super) object: &'static Object,
    pub(super) node: u32,
    /// The node of the first member.
    pub(super) first: u32,
    /// Required members that are not there.
    pub(super) missing: u64,
    /// Members that are there and not null.
    pub(super) filled: u64,
}

/// Reports members that are missing, or that exclude each other.
pub(super) fn check(found: &mut Findings, tree: &Tree<'_>, members: &Presence) {
    let object = members.object;
    let lenient = found.mode() == Mode::Lenient;
    let stand_in = object.stand_in.filter(|stand_in| lenient && members.filled & stand_in.bit != 0);
    let missing = members.missing & !stand_in.map_or(0, |stand_in| stand_in.bits);
    for (index, field) in object.fields.iter().enumerate().filter(|(index, _)| missing & (1 << index) != 0) {
        report_missing(found, tree, members.first + index as u32, field.rule);
    }
    if stand_in.is_none() {
        choice(found, tree, members);
    }
    if !cfg!(feature = "operations") {
        return;
    }
    for tag in object.tags {
        cases(found, tree, members, tag);
    }
}

fn report_missing<'f>(found: &'f mut Findings, tree: &Tree<'_>, node: u32, rule: RuleId) -> &'f mut Issue {
    found.weigh(Weight::Error, rule, Code::MissingMember, tree.path(node))
}

fn choice(found: &mut Findings, tree: &Tree<'_>, members: &Presence) {
    let Some(choice) = &members.object.choice else { return };
    let filled = members.filled;
    if choice.is_met(filled) {
        return;
    }
    let sets = || choice.sets.iter().zip(choice.bits);
    if let Some((set, bits)) = sets().find(|(_, bits)| bits & filled == *bits) {
        // The first member that is not of the first set that is complete.
        let other = (choice.all() & filled & !bits).trailing_zeros();
        let path = tree.path(members.first + other);
        let issue = found.weigh(Weight::Error, choice.rule, Code::ConflictingMembers, path);
        issue.text("other", set.first().copied().unwrap_or_default());
        return;
    }
    let mut begun = false;
    for (set, bits) in sets().filter(|(_, bits)| bits & filled != 0) {
        begun = true;
        for (index, field) in members.object.fields.iter().enumerate() {
            if bits & !filled & (1 << index) != 0 && set.contains(&field.name) {
                report_missing(found, tree, members.first + index as u32, choice.rule);
            }
        }
    }
    if !begun {
        // The first alternative is where a form shows it.
        let first = choice.sets.first().and_then(|set| set.first()).copied().unwrap_or_default();
        let path = child(tree.path(members.node), first);
        found.weigh(Weight::Error, choice.rule, Code::MissingChoice, path).text("needed", &in_words(choice.sets));
    }
}

/// `streetAddress, or street and number`
fn in_words(sets: &[&[&str]]) -> String {
    let mut words = String::new();
    for (position, set) in sets.iter().enumerate() {
        json::raw(&mut words, if position > 0 { ", or " } else { "" });
        for (position, name) in set.iter().enumerate() {
            json::put(&mut words, &[if position > 0 { " and " } else { "" }, name]);
        }
    }
    words
}

fn cases(found: &mut Findings, tree: &Tree<'_>, members: &Presence, tag: &Tag) {
    let object = members.object;
    let position = |name: &str| object.fields.iter().position(|field| field.name == name);
    let Some(at) = position(tag.member) else { return };
    let at = tree.node(members.first + at as u32);
    if at.kind != Kind::Text {
        return;
    }
    let value = text::decode(tree.span(at));
    let Some(case) = tag.cases.iter().find(|case| case.value == value) else { return };
    let is_filled = |index: usize| members.filled & (1 << index) != 0;
    for (name, rule) in case.needs {
        if let Some(index) = position(name).filter(|index| !is_filled(*index)) {
            report_missing(found, tree, members.first + index as u32, *rule);
        }
    }
    for Misplaced { name, belongs, rule } in case.excludes {
        let Some(index) = position(name).filter(|index| is_filled(*index)) else { continue };
        let code = if belongs.is_empty() { Code::ConflictingMembers } else { Code::MisplacedMember };
        let issue = found.weigh(Weight::Error, *rule, code, tree.path(members.first + index as u32));
        if belongs.is_empty() {
            issue.text("other", &json::concat(&[tag.member, " \"", case.value, "\""]));
        } else {
            issue.text("belongs", belongs);
        }
    }
}
