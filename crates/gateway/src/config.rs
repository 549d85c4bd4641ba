//! The configuration: read by type when the gateway starts. A wrong one never serves, and says in the log what is wrong,
//! by name and never by value.

use edgepost_core::grant::{SHORTEST_KEY, SigningKey};
use edgepost_core::operation::{Auth, OPERATIONS, Provider};
use edgepost_core::read::is_web_address;

use crate::policy::Policy;
use crate::secret::Secret;

/// Everything that is configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// The providers that can be called.
    pub upstreams: Vec<Upstream>,
    /// What anybody may do.
    pub policy: Policy,
    /// The first signs; all verify.
    pub grant_keys: Vec<SigningKey>,
}

/// A provider that can be called.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Which one.
    pub provider: &'static Provider,
    /// Where it is.
    pub base: String,
    /// The key that is shown to it.
    pub key: Secret,
}

/// The one mode that is served for now.
pub const MODE: &str = "test";

impl Config {
    /// Reads the configuration; `var` gives vars and secrets by name, `policy` is JSON.
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let mut faults = Vec::new();
        let mode = var("EDGEPOST_MODE").unwrap_or_else(|| MODE.into());
        if mode != MODE {
            faults.push(format!("EDGEPOST_MODE is {mode:?}; only \"{MODE}\" is served by this version"));
        }
        let mut upstreams = Vec::new();
        for provider in providers() {
            upstreams.extend(upstream(provider, &var, &mut faults));
        }
        let policy = policy(var("policy"), &mut faults);
        let grant_keys = grant_keys(&var, &mut faults);
        match policy {
            Some(policy) if faults.is_empty() => Ok(Config { upstreams, policy, grant_keys }),
            _ => Err(faults),
        }
    }

    /// The upstream of a provider, if it is configured.
    pub fn upstream(&self, provider: &Provider) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.provider.name == provider.name)
    }
}

/// Every provider once.
pub fn providers() -> Vec<&'static Provider> {
    let mut providers: Vec<&'static Provider> = Vec::new();
    for operation in OPERATIONS {
        if !providers.iter().any(|known| known.name == operation.provider.name) {
            providers.push(operation.provider);
        }
    }
    providers
}

fn upstream(
    provider: &'static Provider,
    var: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<String>,
) -> Option<Upstream> {
    let Auth::Bearer { secret, test_prefix, live_prefix } = provider.auth;
    let url = format!("{}_URL", provider.name.to_ascii_uppercase());
    let base = var(&url).unwrap_or_else(|| provider.base.into());
    if !is_web_address(&base) {
        faults.push(format!("{url} is no https address (http on loopback)"));
    }
    if var(&format!("{secret}_LIVE")).is_some() {
        faults.push(format!("{secret}_LIVE is set: live keys are not served by this version, take it out"));
    }
    let name = format!("{secret}_TEST");
    let key = Secret::new(var(&name)?);
    if key.starts_with(live_prefix) {
        faults.push(format!("{name} holds a live key: it starts with {live_prefix}, a test key with {test_prefix}"));
    } else if !key.starts_with(test_prefix) {
        faults.push(format!("{name} is no test key: it does not start with {test_prefix}"));
    }
    Some(Upstream { provider, base, key })
}

fn policy(text: Option<String>, faults: &mut Vec<String>) -> Option<Policy> {
    let Some(text) = text else {
        faults.push("[vars.policy] is missing".into());
        return None;
    };
    match serde_json::from_str::<Policy>(&text) {
        Ok(policy) => {
            faults.extend(policy.faults().into_iter().map(|fault| format!("[vars.policy] {fault}")));
            Some(policy)
        }
        Err(error) => {
            faults.push(format!("[vars.policy] {error}"));
            None
        }
    }
}

fn grant_keys(var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Vec<SigningKey> {
    let mut keys = Vec::new();
    for (name, needed) in [("GRANT_SIGNING_KEY", true), ("GRANT_SIGNING_KEY_PREVIOUS", false)] {
        match var(name).map(|secret| SigningKey::new(&secret)) {
            Some(Some(key)) => keys.push(key),
            Some(None) => faults.push(format!("{name} is shorter than {SHORTEST_KEY} bytes")),
            None if needed => faults.push(format!("{name} is missing")),
            None => {}
        }
    }
    keys
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A configuration that serves, with values in the place of some of its own.
    pub(crate) fn read_with(changes: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(|name| {
            let changed = changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
            let usual = match name {
                "PIETERPOST_KEY_TEST" => Some("pp_test_canary"),
                "PIETERPOST_URL" => Some("http://127.0.0.1:8788/pieterpost"),
                "GRANT_SIGNING_KEY" => Some("grant-signing-key-canary-of-32-bytes"),
                "policy" => Some(r#"{"origins":["self","none"],"return_urls":["self"],"mints_per_day":10}"#),
                _ => None,
            };
            changed.or(usual).map(str::to_owned)
        })
    }

    #[test]
    fn pp_002_pp_008_a_live_key_or_mode_refuses_to_serve() {
        assert!(read_with(&[]).is_ok());
        for changes in [
            [("PIETERPOST_KEY_TEST", "pp_live_canary")],
            [("PIETERPOST_KEY_TEST", "sk_test_canary")],
            [("PIETERPOST_KEY_LIVE", "pp_live_canary")],
            [("EDGEPOST_MODE", "live")],
            [("GRANT_SIGNING_KEY", "short")],
            [("GRANT_SIGNING_KEY", "")],
            [("GRANT_SIGNING_KEY_PREVIOUS", "short")],
            [("PIETERPOST_URL", "http://pieterpost.example/")],
            [("policy", "{}")],
            [("policy", r#"{"origins":["*"],"return_urls":[],"mints_per_day":1}"#)],
            [("policy", r#"{"origins":[],"return_urls":[],"mints_per_day":1,"orgins":[]}"#)],
        ] {
            let faults = read_with(&changes).unwrap_err();
            assert_eq!(faults.len(), 1, "{changes:?}: {faults:?}");
            assert!(!faults[0].contains("canary"), "{faults:?}");
        }
    }

    #[test]
    fn without_a_key_a_provider_is_not_configured() {
        let config = read_with(&[("PIETERPOST_KEY_TEST", "")]).unwrap();
        assert!(config.upstreams.is_empty());
    }

    #[test]
    fn pp_175_a_configuration_can_be_logged() {
        assert!(!format!("{:?}", read_with(&[])).contains("canary"));
    }
}
