//! "Did you mean …?"

/// The candidate that is so close to `name` that it was most likely meant.
pub fn suggest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let mut best = None;
    for candidate in candidates {
        // A third of the letters may be off: `adress`, `postcalCode`, but not `zip` for `city`.
        // A size that is off by a digit is another one: `9x6` is no slip for `4x6`.
        let is_size = candidate.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let most = if is_size { 0 } else { (candidate.len() / 3).min(MOST) };
        let distance = if alike(name, candidate) { 0 } else { distance(name.as_bytes(), candidate.as_bytes(), most) };
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// More letters than these are never off: what it takes to look grows with each.
const MOST: usize = 3;

/// The same but for case, spaces, underscores and hyphens: `postal_code`, `PostalCode`.
fn alike(left: &str, right: &str) -> bool {
    letters(left).eq(letters(right))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

/// How many letters have to be changed, added, taken out or swapped with their neighbour, if that is at most so many; else
/// more than that.
pub fn distance(mut left: &[u8], mut right: &[u8], most: usize) -> usize {
    while let ([letter, left_rest @ ..], [other, right_rest @ ..]) = (left, right)
        && letter == other
    {
        (left, right) = (left_rest, right_rest);
    }
    // So much is to be taken out or added at least.
    let longer = left.len().abs_diff(right.len());
    if longer > most || left.is_empty() || right.is_empty() {
        return longer;
    }
    if most == 0 {
        return 1;
    }
    let swapped = left.get(1) == right.first() && left.first() == right.get(1);
    let both = if swapped { 2 } else { 1 };
    let mut best = most;
    for (taken, added) in [(both, both), (1, 1), (1, 0), (0, 1)] {
        let rest = distance(left.get(taken..).unwrap_or_default(), right.get(added..).unwrap_or_default(), most - 1);
        best = best.min(rest);
    }
    best + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = || ["name", "streetAddress", "postalCode", "city", "country", "state"].into_iter();
        assert_eq!(suggest("postal_code", names()), Some("postalCode"));
        assert_eq!(suggest("PostalCode", names()), Some("postalCode"));
        assert_eq!(suggest("postcalCode", names()), Some("postalCode"));
        assert_eq!(suggest("contry", names()), Some("country"));
        assert_eq!(suggest("streetAdress", names()), Some("streetAddress"));
        assert_eq!(suggest("naem", names()), Some("name"));
        assert_eq!(suggest("zip", names()), None);
        assert_eq!(suggest("phone", names()), None);
        assert_eq!(suggest("", names()), None);
        let sizes = || ["4x6", "6x9", "11x6"].into_iter();
        assert_eq!(suggest("9x6", sizes()), None);
        assert_eq!(suggest("6 X 9", sizes()), Some("6x9"));
    }

    #[test]
    fn counts_changes() {
        assert_eq!(distance(b"kitten", b"sitting", 3), 3);
        assert_eq!(distance(b"", b"abc", 3), 3);
        assert_eq!(distance(b"ab", b"ba", 1), 1);
        assert_eq!(distance(b"same", b"same", 0), 0);
        assert!(distance(b"kitten", b"sitting", 2) > 2);
        assert!(distance(b"a", b"b", 0) > 0);
    }
}
