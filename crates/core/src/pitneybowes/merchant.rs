//! Who is spoken about.

use crate::rule::pb;
use crate::schema::{Field, Format, formatted, must};

/// PB-003: the account of whoever calls.
pub(super) const DEVELOPER: Field =
    must("developerId", &formatted(Format::PlainId), "Your developer id.").rule(pb(3)).in_path().known();

/// PB-003, PB-034: the merchant.
pub(super) const MERCHANT: Field = must(
    "postalReportingNumber",
    &formatted(Format::PlainId),
    "The merchant's Shipper ID, as `pitneybowes.list_merchants` shows it.",
)
.rule(pb(3))
.in_path();
