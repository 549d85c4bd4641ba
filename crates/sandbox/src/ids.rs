//! Ids that nobody can tell from random ones, and that are the same in every run.

use edgepost_core::digest::sha256;

/// Where ids come from.
pub(crate) struct Ids {
    seed: String,
    drawn: u64,
}

impl Ids {
    pub(crate) fn new(seed: &str) -> Self {
        Ids { seed: seed.to_owned(), drawn: 0 }
    }

    /// A prefix and twenty-four hexadecimal digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let mut id = prefix.to_owned();
        for byte in self.draw().iter().take(12) {
            hex(&mut id, *byte);
        }
        id
    }

    /// A UUID of version 4 (RFC 9562, section 5.4).
    pub(crate) fn uuid(&mut self) -> String {
        let mut uuid = String::new();
        for (position, byte) in self.draw().iter().take(16).enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                uuid.push('-');
            }
            let byte = match position {
                6 => byte & 0x0f | 0x40,
                8 => byte & 0x3f | 0x80,
                _ => *byte,
            };
            hex(&mut uuid, byte);
        }
        uuid
    }

    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        sha256(format!("{} {}", self.drawn, self.seed).as_bytes())
    }
}

fn hex(out: &mut String, byte: u8) {
    for half in [byte >> 4, byte & 15] {
        out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_in_the_same_order() {
        let draw = |seed| {
            let mut ids = Ids::new(seed);
            [ids.id("ord_"), ids.id("ord_"), ids.uuid()]
        };
        assert_eq!(draw("a"), draw("a"));
        let [first, second, uuid] = draw("a");
        assert_ne!(first, second);
        assert_ne!(first, draw("b")[0]);
        assert_eq!(first.len(), 28);
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }
}
