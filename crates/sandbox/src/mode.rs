//! Test and live.

use serde::{Deserialize, Serialize};

/// PP-008, PP-009, PO-002: the two modes, which the key tells. What an account makes belongs to one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Payment and sending are simulated.
    #[default]
    Test,
    /// Here they are simulated as well, and answered as if they were not.
    Live,
}
