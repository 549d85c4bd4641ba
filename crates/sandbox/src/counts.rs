//! What was asked, and what came of it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::route;

/// How often what happened, for each operation.
#[derive(Serialize)]
pub(crate) struct Counts(BTreeMap<&'static str, Count>);

#[derive(Default, Serialize)]
struct Count {
    /// All requests, whatever became of them.
    seen: u64,
    /// What the provider did, as often as it did anything.
    outcomes: BTreeMap<&'static str, u64>,
    /// The faults that were met.
    faults: BTreeMap<&'static str, u64>,
}

/// Every operation is there from the beginning.
impl Default for Counts {
    fn default() -> Self {
        Counts(route::endpoints().map(|endpoint| (endpoint.operation.name, Count::default())).collect())
    }
}

impl Counts {
    pub(crate) fn request(&mut self, operation: &'static str) {
        self.0.entry(operation).or_default().seen += 1;
    }

    pub(crate) fn outcome(&mut self, operation: &'static str, outcome: &'static str) {
        *self.0.entry(operation).or_default().outcomes.entry(outcome).or_default() += 1;
    }

    pub(crate) fn fault(&mut self, operation: &'static str, kind: &'static str) {
        *self.0.entry(operation).or_default().faults.entry(kind).or_default() += 1;
    }
}
