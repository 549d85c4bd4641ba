//! What can be set when a sandbox is made.

use std::fmt;

use serde::Deserialize;

use crate::pieterpost;

/// What can be set when a sandbox is made. Whatever is left out has its default.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// Ids are made from it: the same seed gives the same ids in the same order.
    pub seed: String,
    /// PieterPost's part.
    pub pieterpost: pieterpost::Options,
}

impl Options {
    /// Reads options from JSON; empty bytes are the defaults.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidOptions> {
        if json.is_empty() {
            return Ok(Options::default());
        }
        serde_json::from_slice(json).map_err(|error| InvalidOptions(error.to_string()))
    }
}

/// Why options cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOptions(String);

impl fmt::Display for InvalidOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the sandbox's options: {}", self.0)
    }
}

impl std::error::Error for InvalidOptions {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::Standing;

    #[test]
    fn everything_has_a_default() {
        for json in ["", "{}", r#"{"pieterpost":{}}"#] {
            let options = Options::from_json(json.as_bytes()).map_err(|error| error.to_string()).unwrap();
            assert_eq!(options.seed, "");
            assert_eq!(options.pieterpost.step_ms, 1_000);
            assert_eq!(options.pieterpost.requests_per_minute, 60);
            assert_eq!(options.pieterpost.orders_per_day, 100);
            assert!(options.pieterpost.keys.is_empty());
        }
    }

    #[test]
    fn everything_can_be_set() {
        let json = br#"{"seed":"s","pieterpost":{"stepMs":0,"requestsPerMinute":5,"ordersPerDay":2,"keys":[
            {"key":"pp_test_mine","account":"acct_mine"},
            {"key":"pp_test_old","account":"acct_mine","standing":"api_key_inactive"}]}}"#;
        let options = Options::from_json(json).map_err(|error| error.to_string()).unwrap();
        assert_eq!(options.pieterpost.step_ms, 0);
        assert_eq!(options.pieterpost.orders_per_day, 2);
        let standings: Vec<Standing> = options.pieterpost.keys.iter().map(|key| key.standing).collect();
        assert_eq!(standings, [Standing::Active, Standing::ApiKeyInactive]);
    }

    #[test]
    fn a_slip_of_the_pen_is_not_taken_for_a_default() {
        for json in ["[", "7", r#"{"sed":"s"}"#, r#"{"pieterpost":{"stepsMs":1}}"#] {
            let error = Options::from_json(json.as_bytes()).err().unwrap();
            assert!(error.to_string().starts_with("the sandbox's options: "), "{error}");
        }
    }
}
