//! Inputs and answers made from the operation tables, and what has to become of them.
//!
//! Nothing about a member is declared twice: names, shapes, bounds, formats, choices and cases are those of the tables.
//! What no table holds, the rules across members, is kept by the four hooks of [`hooks`], and what one mutation brings
//! along elsewhere is listed in [`follows`].
//!
//! Everything is made from a tape of bytes ([`Choices`]): the same tape gives the same value on every machine, a shorter
//! one a simpler value, and so a failing case shrinks by itself.

mod address;
mod canonical;
mod choices;
mod follows;
mod hooks;
mod mutate;
mod presence;
mod spelling;
mod valid;
mod walk;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

pub use self::canonical::{canonical, query};
pub use self::choices::Choices;
pub use self::follows::follows_from;
pub use self::mutate::{Mutation, mutations};
pub use self::presence::Found;
pub use self::spelling::spell;
pub use self::valid::{answer, input};

/// A tape of decisions.
pub fn tapes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1_200)
}

/// The same cases in every run, so that whoever looks at a failure sees the same one. `PROPTEST_RNG_SEED` gives others,
/// `PROPTEST_CASES` more of them.
pub fn runner(cases: u32) -> TestRunner {
    let asked = Config::default();
    let is_asked = |name| std::env::var_os(name).is_some();
    TestRunner::new(Config {
        cases: if is_asked("PROPTEST_CASES") { asked.cases } else { cases },
        rng_seed: if is_asked("PROPTEST_RNG_SEED") { asked.rng_seed } else { RngSeed::Fixed(4) },
        failure_persistence: None,
        max_shrink_iters: 300,
        ..asked
    })
}

/// Runs a property of an operation on so many cases.
///
/// # Panics
///
/// With what the property says about the simplest case that was found for which it does not hold.
pub fn run<S: Strategy>(
    operation: &str,
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    if let Err(TestError::Fail(why, _) | TestError::Abort(why)) = runner(cases).run(strategy, property) {
        panic!("{operation}: {why}");
    }
}
