//! States, provinces, prefectures: those that are worth checking.

use super::country::Country;
use super::name::{self, Lines, Wanted};
use super::pattern;

/// `>` and a country's code, and a line for each of its states behind it: its code, and how its postal codes begin, in the
/// notation of [`super::pattern`].
pub(super) const STATES: &str = include_str!("states.txt");

/// The names of the same states, in the same order, for those that have one beside their code. Apart from the codes, because
/// nearly all that is asked is a code.
pub(super) const NAMES: &str = include_str!("state_names.txt");

/// No name of a state is shorter.
const SHORTEST: usize = 4;

/// The countries of [`STATES`], and where the lines of each start.
#[expect(clippy::indexing_slicing, reason = "constant evaluation: a table that does not fit fails the build")]
static BLOCKS: [([u8; 2], u16); 6] = {
    let bytes = STATES.as_bytes();
    let mut blocks = [([0; 2], 0); 6];
    let (mut at, mut block) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'>' {
            blocks[block] = ([bytes[at + 1], bytes[at + 2]], at as u16 + 4);
            block += 1;
        }
        at += 1;
    }
    assert!(block == blocks.len(), "BLOCKS has to have as many places as states.txt has countries");
    blocks
};

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) code: &'static str,
    beginnings: &'static str,
}

impl State {
    fn new([code, beginnings, _]: [&'static str; 3]) -> State {
        State { code, beginnings }
    }

    /// Whether a postal code is one of its.
    #[inline]
    pub(super) fn has(&self, postal_code: &[u8]) -> bool {
        pattern::begins(self.beginnings.as_bytes(), postal_code)
    }
}

/// The states of a country.
#[derive(Clone, Copy)]
pub(super) struct States {
    lines: &'static str,
    country: [u8; 2],
}

impl States {
    /// Those of a country whose states are checked.
    pub(super) fn of(country: Country) -> Option<States> {
        let own = country.code();
        let index = BLOCKS.iter().position(|(code, _)| *code == own)?;
        let (_, start) = BLOCKS.get(index)?;
        let end = BLOCKS.get(index + 1).map_or(STATES.len(), |(_, next)| usize::from(*next) - 4);
        Some(States { lines: STATES.get(usize::from(*start)..end)?, country: own })
    }

    pub(super) fn all(self) -> impl Iterator<Item = State> {
        Lines(self.lines).map(State::new)
    }

    /// All with their names, or without if none are known.
    pub(super) fn named(self) -> impl Iterator<Item = (State, &'static str)> {
        self.all().zip(names(self.country).chain(core::iter::repeat("")))
    }

    /// The name of a state, or its code.
    pub(super) fn name(self, state: &State) -> &'static str {
        let mut found = self.named().filter(|(known, name)| known.code == state.code && !name.is_empty());
        found.next().map_or(state.code, |(_, name)| name)
    }

    /// Whether their names are known, beside their codes.
    pub(super) fn have_names(self) -> bool {
        names(self.country).next().is_some()
    }

    /// The state of exactly this code.
    pub(super) fn with_code(self, code: &[u8]) -> Option<State> {
        let at = name::position(self.lines.as_bytes(), code).ok()?;
        Lines(self.lines.get(at..)?).next().map(State::new)
    }

    /// The state of a postal code.
    #[inline(never)]
    pub(super) fn with_postal_code(self, code: &[u8]) -> Option<State> {
        self.all().find(|state| state.has(code))
    }

    /// The state of a code or name. Case, accents, spaces and punctuation do not matter.
    pub(super) fn find(self, written: &str) -> Option<State> {
        if written.len() < SHORTEST {
            let code = pattern::bare(written);
            return self.with_code(&code);
        }
        let wanted = Wanted::new(written);
        let mut all = self.named();
        all.find(|(state, name)| wanted.is(state.code) || wanted.is(name)).map(|(state, _)| state)
    }

    /// The state that was most likely meant.
    pub(super) fn meant(self, written: &str) -> Option<State> {
        // The capital of the United States is written with its city more often than not.
        let mut names = block(NAMES, self.country).chain([["Washington DC", "", ""]]);
        let meant = name::meant(written, &mut names)?;
        self.find(meant).or_else(|| self.with_code(b"DC"))
    }
}

fn names(country: [u8; 2]) -> impl Iterator<Item = &'static str> {
    block(NAMES, country).map(|[name, ..]| name)
}

/// The lines of a country in a text that has `>` and the country's code before them.
pub(super) fn block(text: &'static str, country: [u8; 2]) -> impl Iterator<Item = [&'static str; 3]> {
    let is_own = |head: &[u8]| matches!(head, [b'>', code @ ..] if *code == country);
    let start = text.as_bytes().windows(3).position(is_own).unwrap_or(text.len());
    Lines(text.get(start + 4..).unwrap_or_default()).take_while(|[line, ..]| !line.starts_with('>'))
}
