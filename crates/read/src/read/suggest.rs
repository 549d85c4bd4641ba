//! "Did you mean …?"

/// The candidate that is so close to `name` that it was most likely meant.
pub fn suggest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let mut best = None;
    for candidate in candidates {
        // So many letters have to be added or taken out at the least.
        let least = name.len().abs_diff(candidate.len());
        let distance = if alike(name, candidate) {
            0
        } else if least * 3 > candidate.len() {
            continue;
        } else {
            distance(name.as_bytes(), candidate.as_bytes())
        };
        // A third of the letters may be off: `adress`, `postcalCode`, but not `zip` for `city`.
        if distance * 3 <= candidate.len() && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The same but for case, spaces, underscores and hyphens: `postal_code`, `PostalCode`.
fn alike(left: &str, right: &str) -> bool {
    letters(left).eq(letters(right))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

/// How many letters have to be changed, added, taken out or swapped with their neighbour.
fn distance(left: &[u8], right: &[u8]) -> usize {
    const LONGEST: usize = 32;
    if left.len() >= LONGEST || right.len() >= LONGEST {
        return LONGEST;
    }
    // Rows of the table of distances between beginnings of the two: two back, one back, the present one.
    let mut rows = [[0u8; LONGEST]; 3];
    let at = |row: &[u8; LONGEST], index: usize| row.get(index).copied().unwrap_or(u8::MAX);
    let [_, first, _] = &mut rows;
    for (index, cell) in first.iter_mut().enumerate() {
        *cell = index as u8;
    }
    for (row, letter) in left.iter().enumerate() {
        let [before_last, last, present] = &mut rows;
        for (index, cell) in present.iter_mut().enumerate().take(right.len() + 1) {
            *cell = if index == 0 {
                row as u8 + 1
            } else {
                let same = right.get(index - 1) == Some(letter);
                let changed = at(last, index - 1) + u8::from(!same);
                let swapped = row > 0
                    && index > 1
                    && left.get(row - 1) == right.get(index - 1)
                    && right.get(index - 2) == Some(letter);
                let best = changed.min(at(last, index) + 1);
                if swapped { best.min(at(before_last, index - 2) + 1) } else { best }
            };
        }
        // What is added: needs the cell to the left, which is final only now.
        for index in 1..=right.len() {
            let added = at(present, index - 1) + 1;
            if let Some(cell) = present.get_mut(index) {
                *cell = (*cell).min(added);
            }
        }
        rows.rotate_left(1);
    }
    usize::from(at(&rows[1], right.len()))
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
    }

    #[test]
    fn counts_changes() {
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"ab", b"ba"), 1);
        assert_eq!(distance(b"same", b"same"), 0);
    }
}
