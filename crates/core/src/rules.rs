//! A hash of the rule set, so that two parts of a system notice when they do not know the same rules.

use alloc::string::String;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::operation::OPERATIONS;
use crate::report::Code;
use crate::schema::{Bound, Format, Keys, Object, Shape, Weight};
use crate::{place, template};

/// Twelve characters that change with the version, the operations, their members, bounds, limits and places. A change of a rule's
/// function alone comes with a change of the version.
pub fn hash() -> String {
    let mut hasher = Sha256::new();
    put(&mut hasher, env!("CARGO_PKG_VERSION"));
    for operation in OPERATIONS {
        put(&mut hasher, operation.name);
        put(&mut hasher, operation.path);
        put_object(&mut hasher, operation.input);
        put_object(&mut hasher, operation.output);
    }
    put_constants(&mut hasher);
    for code in Code::ALL {
        put(&mut hasher, code.name());
    }
    let mut hash = Base64UrlUnpadded::encode_string(&hasher.finalize());
    hash.truncate(12);
    hash
}

/// The rules that a table cannot hold: limits of the rule functions, and what is known of places.
fn put_constants(hasher: &mut Sha256) {
    use crate::pieterpost::mail::{LETTER_LIMIT, MOST_RECIPIENTS, POSTCARD_LIMIT};
    use crate::pitneybowes::LONGEST_TRANSACTION_ID;
    let counts = [template::MOST_VARIABLES as u32, LONGEST_TRANSACTION_ID as u32];
    for limit in [LETTER_LIMIT, POSTCARD_LIMIT, MOST_RECIPIENTS].into_iter().chain(counts) {
        hasher.update(limit.to_le_bytes());
    }
    place::put(&mut |bytes| hasher.update(bytes));
}

fn put(hasher: &mut Sha256, text: &str) {
    hasher.update(text.as_bytes());
    hasher.update([0]);
}

fn put_object(hasher: &mut Sha256, object: &'static Object) {
    for field in object.fields {
        put(hasher, field.name);
        put(hasher, &field.rule.name());
        hasher.update([u8::from(field.required), u8::from(field.omit_empty)]);
        put_shape(hasher, field.shape);
    }
    if let Some(choice) = &object.choice {
        choice.bits.iter().for_each(|bits| hasher.update(bits.to_le_bytes()));
        hasher.update([u8::from(choice.exclusive)]);
    }
    for case in object.tags.iter().flat_map(|tag| tag.cases) {
        put(hasher, case.value);
        case.needs.iter().for_each(|(name, _)| put(hasher, name));
        case.excludes.iter().for_each(|misplaced| put(hasher, misplaced.name));
    }
    object.misplaced.iter().for_each(|misplaced| put(hasher, misplaced.name));
}

fn put_bound(hasher: &mut Sha256, bound: &Bound) {
    hasher.update(bound.least.to_le_bytes());
    hasher.update(bound.most.to_le_bytes());
    hasher.update([bound.weight as u8]);
    put(hasher, &bound.rule.name());
}

fn put_shape(hasher: &mut Sha256, shape: &Shape) {
    match shape {
        Shape::Text(text) => {
            let (tag, values): (u8, &[&str]) = match text.format {
                Format::Free => (0, &[]),
                Format::Filled => (1, &[]),
                Format::Email => (2, &[]),
                Format::WebAddress(Weight::Error) => (3, &[]),
                Format::WebAddress(_) => (15, &[]),
                Format::OneOf(values) => (4, values),
                Format::Usually(values) => (5, values),
                Format::Id => (6, &[]),
                Format::Country => (7, &[]),
                Format::Currency => (8, &[]),
                Format::Date => (9, &[]),
                Format::Moment => (10, &[]),
                Format::PlainId => (11, &[]),
                Format::Values => (12, &[]),
                Format::Uuid => (13, &[]),
            };
            hasher.update([0, tag, u8::from(text.or_integer)]);
            values.iter().for_each(|value| put(hasher, value));
            put_bound(hasher, &text.bound);
        }
        Shape::Flag => hasher.update([1]),
        Shape::Integer => hasher.update([2]),
        Shape::Scalar(bound) => {
            hasher.update([3]);
            put_bound(hasher, bound);
        }
        Shape::Any => hasher.update([4]),
        Shape::List(item, bound) => {
            hasher.update([5]);
            put_shape(hasher, item);
            put_bound(hasher, bound);
        }
        Shape::Map(value, bound, keys) => {
            hasher.update([6]);
            match keys {
                Keys::Within(bound) => put_bound(hasher, bound),
                Keys::Variables(weight, _) => hasher.update([*weight as u8]),
            }
            put_shape(hasher, value);
            put_bound(hasher, bound);
        }
        Shape::Object(object) => put_object(hasher, object),
        Shape::TextOr(text, object) => {
            hasher.update([11]);
            put_shape(hasher, &Shape::Text(**text));
            put_object(hasher, object);
        }
        Shape::Nullable(inner) => {
            hasher.update([7]);
            put_shape(hasher, inner);
        }
        Shape::File => hasher.update([8]),
        Shape::Count(bound) => {
            hasher.update([9]);
            put_bound(hasher, bound);
        }
        Shape::Amount(bound) => {
            hasher.update([10]);
            put_bound(hasher, bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_short_and_stays_the_same() {
        assert_eq!(hash().len(), 12);
        assert_eq!(hash(), hash());
    }
}
