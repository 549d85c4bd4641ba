//! Every place of an input at which the tables have something to say.

use edgepost_core::rule::RuleId;
use edgepost_core::schema::{Field, Object, Shape};
use serde_json::{Map, Value};

use super::presence::child;

/// A member, an item of a list or a value of a map, or where an optional member could stand.
pub(super) struct Spot<'v> {
    pub(super) pointer: String,
    pub(super) shape: &'static Shape,
    /// The rule that its presence and type answer to.
    pub(super) rule: RuleId,
    /// What is there.
    pub(super) value: Option<&'v Value>,
    /// The table's line; none for items and values.
    pub(super) field: Option<&'static Field>,
    /// The object that it belongs to, also if a list or a map lies between.
    pub(super) holder: Holder<'v>,
    /// The member of that object in which it stands.
    pub(super) member: &'static str,
}

/// An object of an input.
#[derive(Clone)]
pub(super) struct Holder<'v> {
    pub(super) object: &'static Object,
    pub(super) pointer: String,
    pub(super) members: &'v Map<String, Value>,
}

/// All places of an input, and all objects in it.
pub(super) fn walk<'v>(object: &'static Object, input: &'v Value) -> (Vec<Spot<'v>>, Vec<Holder<'v>>) {
    let mut walk = Walk { spots: Vec::new(), holders: Vec::new() };
    walk.object(object, input, String::new());
    (walk.spots, walk.holders)
}

struct Walk<'v> {
    spots: Vec<Spot<'v>>,
    holders: Vec<Holder<'v>>,
}

impl<'v> Walk<'v> {
    fn object(&mut self, object: &'static Object, value: &'v Value, pointer: String) {
        let Value::Object(members) = value else { return };
        let holder = Holder { object, pointer, members };
        self.holders.push(holder.clone());
        for field in object.fields {
            let value = members.get(field.name);
            self.spots.push(Spot {
                pointer: child(&holder.pointer, field.name),
                shape: field.shape,
                rule: field.rule,
                value,
                field: Some(field),
                holder: holder.clone(),
                member: field.name,
            });
            if let Some(value) = value {
                self.inside(field.shape, value, child(&holder.pointer, field.name), field, &holder);
            }
        }
    }

    fn inside(
        &mut self,
        shape: &'static Shape,
        value: &'v Value,
        pointer: String,
        field: &'static Field,
        holder: &Holder<'v>,
    ) {
        let entries: Vec<(String, &'v Value)> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
            _ => return,
        };
        match shape {
            Shape::Object(object) | Shape::TextOr(_, object) => self.object(object, value, pointer),
            Shape::Nullable(inner) => self.inside(inner, value, pointer, field, holder),
            Shape::List(inner, _) | Shape::Map(inner, ..) => {
                for (step, entry) in entries.into_iter().filter(|(_, entry)| !entry.is_null()) {
                    let pointer = child(&pointer, &step);
                    self.spots.push(Spot {
                        pointer: pointer.clone(),
                        shape: inner,
                        rule: field.rule,
                        value: Some(entry),
                        field: None,
                        holder: holder.clone(),
                        member: field.name,
                    });
                    self.inside(inner, entry, pointer, field, holder);
                }
            }
            _ => {}
        }
    }
}
