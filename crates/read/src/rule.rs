//! Ids of rules: what a provider demands, one testable line each, in docs/rules.md.
//!
//! A number instead of a text: findings name rules in hundreds of places, and every module carries them.

use alloc::string::String;

use crate::json;

/// The id of a rule in docs/rules.md, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(u16);

/// A rule of PieterPost's interface.
pub const fn pp(number: u16) -> RuleId {
    RuleId(1_000 + number)
}

/// A rule about places.
pub const fn pl(number: u16) -> RuleId {
    RuleId(2_000 + number)
}

/// A rule of PostalForm's lists.
pub const fn pfb(number: u16) -> RuleId {
    RuleId(3_000 + number)
}

/// A rule of Postpay's interface.
pub const fn po(number: u16) -> RuleId {
    RuleId(4_000 + number)
}

/// A rule of Pitney Bowes' interface.
pub const fn pb(number: u16) -> RuleId {
    RuleId(5_000 + number)
}

/// A rule of PostalForm's orders.
pub const fn pf(number: u16) -> RuleId {
    RuleId(6_000 + number)
}

/// A rule of PostalForm's orders over MPP.
pub const fn pfm(number: u16) -> RuleId {
    RuleId(8_000 + number)
}

/// A rule about what PostalForm says of itself.
pub const fn pfd(number: u16) -> RuleId {
    RuleId(9_000 + number)
}

/// A rule of PostalForm's workflow.
pub const fn pfs(number: u16) -> RuleId {
    RuleId(7_000 + number)
}

/// How the ids of each thousand begin.
const SERIES: [&str; 10] = ["", "PP-", "PL-", "PFB-", "PO-", "PB-", "PF-", "PFS-", "PFM-", "PFD-"];

impl RuleId {
    /// No rule speaks of it.
    pub const NONE: RuleId = RuleId(0);

    /// As it is written: `PP-045`. Empty for none.
    pub fn name(self) -> String {
        let series = SERIES.get(usize::from(self.0 / 1_000)).copied().unwrap_or_default();
        if series.is_empty() {
            return String::new();
        }
        let number = self.0 % 1_000;
        let mut name = json::concat(&[
            series,
            if number < 10 {
                "00"
            } else if number < 100 {
                "0"
            } else {
                ""
            },
        ]);
        json::integer(&mut name, i64::from(number));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_three_digits() {
        assert_eq!(pp(4).name(), "PP-004");
        assert_eq!(pp(45).name(), "PP-045");
        assert_eq!(pfb(21).name(), "PFB-021");
        assert_eq!(pl(7).name(), "PL-007");
        assert_eq!(po(16).name(), "PO-016");
        assert_eq!(RuleId::NONE.name(), "");
    }
}
