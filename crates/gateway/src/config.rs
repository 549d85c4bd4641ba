//! The configuration: read by type when the gateway starts. A wrong one never serves, and says in the log what is wrong,
//! by name and never by value.

use base64ct::{Base64, Encoding};
use edgepost_core::grant::{Key, SHORTEST_KEY, SigningKey};
use edgepost_core::operation::{Auth, Key as Named, OPERATIONS, Prefixes, Provider};
use edgepost_core::pitneybowes::PITNEYBOWES;
use edgepost_core::postpay::POSTPAY;
use edgepost_core::read::is_web_address;

use crate::hook::Hooks;
use crate::payer_return::Pages;
use crate::policy::{Policy, origin};
use crate::problem::{Code, Problem};
use crate::refill::Refills;
use crate::seal::{self, Seal};
use crate::secret::Secret;
use crate::token::TokenSource;
use crate::wallet::Wallet;

/// Everything that is configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// `test` or `live`.
    pub mode: &'static str,
    /// The providers that can be called.
    pub upstreams: Vec<Upstream>,
    /// What anybody may do.
    pub policy: Policy,
    /// Signs grants.
    pub signing_key: SigningKey,
    /// Verify them.
    pub grant_keys: Vec<Key>,
    /// Postpay's webhooks, and where they are handed on to.
    pub hooks: Hooks,
    /// Where payers go who come back from Postpay.
    pub pages: Option<Pages>,
    /// What the gateway knows of refills.
    pub refills: Refills,
    /// What the gateway pays with itself, if it may.
    pub wallet: Option<Wallet>,
    /// Seals what is written down of its payments; a gateway with a wallet has one.
    pub seal: Option<Seal>,
}

/// A provider that can be called.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Which one.
    pub provider: &'static Provider,
    /// Where it is.
    pub base: String,
    /// What is shown to it.
    pub authorization: Authorization,
    /// What is put into a request for the gateway's own hook.
    pub hook_secret: Option<Secret>,
    /// What is put into the paths that name a developer.
    pub developer_id: Option<Secret>,
}

/// What is shown to a provider.
#[derive(Clone, Debug)]
pub enum Authorization {
    /// Always this `Authorization` header.
    Known(Secret),
    /// A token, which is fetched like this.
    Token(TokenSource),
    /// Nothing.
    None,
}

/// The modes, and how the name of a secret ends in each.
const MODES: [(&str, &str); 2] = [("test", "TEST"), ("live", "LIVE")];

impl Config {
    /// Reads the configuration; `var` gives vars and secrets by name, `policy` is JSON.
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let mut faults = Vec::new();
        let wanted = var("EDGEPOST_MODE").unwrap_or_else(|| "test".into());
        let mode = MODES.iter().map(|(mode, _)| *mode).find(|mode| *mode == wanted);
        if mode.is_none() {
            faults.push(format!("EDGEPOST_MODE is {wanted:?}; it is \"test\" or \"live\""));
        }
        let mode = mode.unwrap_or("test");
        let mut upstreams = Vec::new();
        for provider in providers() {
            upstreams.extend(upstream(provider, mode, &var, &mut faults));
        }
        let policy = policy(var("policy"), &mut faults);
        let (signing_key, grant_keys) = grant_keys(&var, &mut faults);
        let hooks = Hooks::read(mode, &var, &mut faults);
        for upstream in upstreams.iter_mut().filter(|upstream| upstream.provider.name == POSTPAY.name) {
            upstream.hook_secret = hooks.secrets.first().cloned();
        }
        let pages = Pages::read(&var, &mut faults);
        let refills = Refills::read(mode, &var, &mut faults);
        for upstream in upstreams.iter_mut().filter(|upstream| upstream.provider.name == PITNEYBOWES.name) {
            refills.check(mode, &mut faults);
            upstream.developer_id = refills.developer_id.clone();
        }
        let caps = policy.as_ref().and_then(|policy| policy.wallet);
        let wallet = Wallet::read(mode, caps, &var, &mut faults);
        let seal = seal(wallet.is_some(), &var, &mut faults);
        match (policy, signing_key) {
            (Some(policy), Some(signing_key)) if faults.is_empty() => {
                Ok(Config { mode, upstreams, policy, signing_key, grant_keys, hooks, pages, refills, wallet, seal })
            }
            _ => Err(faults),
        }
    }

    /// The upstream of a provider, if it is configured.
    pub fn upstream(&self, provider: &Provider) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.provider.name == provider.name)
    }

    /// The same; or which name would configure it.
    pub(crate) fn served(&self, provider: &Provider) -> Result<&Upstream, Problem> {
        let name = provider.name;
        self.upstream(provider).ok_or_else(|| {
            let missing = match provider.auth.key() {
                Some(_) => format!("{} key for {name}", self.mode),
                None => format!("{}_URL, which says where {name} is", name.to_ascii_uppercase()),
            };
            Problem::new(Code::ProviderNotConfigured, format!("This gateway has no {missing}."))
        })
    }

    /// Whether nothing is really sent or paid.
    pub fn is_test(&self) -> bool {
        self.mode == "test"
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

/// A provider with the key of the mode. The key of the other mode may be there too, and is never used; a key under the
/// wrong name, or of the wrong mode alone, means that somebody is about to send what they do not mean to.
fn upstream(
    provider: &'static Provider,
    mode: &str,
    var: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<String>,
) -> Option<Upstream> {
    let url = format!("{}_URL", provider.name.to_ascii_uppercase());
    let (test, live) = (provider.hosts.test, provider.hosts.live);
    let (usual, other) = if mode == "live" { (live, test) } else { (test, live) };
    let named = provider.auth.key();
    let base = match var(&url) {
        Some(base) => base,
        // PF-002: no key says that it may be called, and both modes have one host. Its address does.
        None if named.is_none() => return None,
        None => usual.into(),
    };
    if !is_web_address(&base) {
        faults.push(format!("{url} is no https address (http on loopback)"));
    }
    // PO-002: a key is shown to the host of its mode only.
    if test != live && host(&base) == host(other) {
        faults.push(format!("{url} is not where {} is in {mode} mode", provider.name));
    }
    let Some(named) = named else {
        return Some(Upstream {
            provider,
            base,
            authorization: Authorization::None,
            hook_secret: None,
            developer_id: None,
        });
    };
    let key = key_of(named, mode, var, faults)?;
    let authorization = match provider.auth {
        Auth::None => Authorization::None,
        Auth::Bearer(_) => Authorization::Known(Secret::new(format!("Bearer {}", key.reveal()))),
        Auth::Basic { user, .. } => Authorization::Known(basic(user, &key, mode, var, faults)),
        Auth::OAuth { user, token_path, .. } => {
            let url = format!("{}{token_path}", base.trim_end_matches('/'));
            Authorization::Token(TokenSource::new(url, basic(user, &key, mode, var, faults)))
        }
    };
    Some(Upstream { provider, base, authorization, hook_secret: None, developer_id: None })
}

/// The host of an https address: the same one also where its port is written.
fn host(base: &str) -> String {
    let origin = origin(base).to_ascii_lowercase();
    let usual = origin.rsplit_once(':').filter(|(_, port)| port.is_empty() || port.parse() == Ok(443));
    usual.map_or(origin.as_str(), |(host, _)| host).to_owned()
}

/// User and password as RFC 7617 has them.
fn basic(
    user: &str,
    key: &Secret,
    mode: &str,
    var: &impl Fn(&str) -> Option<String>,
    faults: &mut Vec<String>,
) -> Secret {
    let name = format!("{user}_{}", mode.to_ascii_uppercase());
    let user = var(&name).unwrap_or_default();
    // PO-007: what stands behind the first colon is the password.
    if user.is_empty() || user.contains(':') {
        faults.push(format!("{name} is missing, or has a colon in it"));
    }
    Secret::new(format!("Basic {}", Base64::encode_string(format!("{user}:{}", key.reveal()).as_bytes())))
}

/// The key of the mode, if there is one.
fn key_of(named: Named, mode: &str, var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Option<Secret> {
    let (mut own, mut other) = (None, None);
    for (one, ending) in MODES {
        let name = format!("{}_{ending}", named.secret);
        let Some(key) = var(&name).map(Secret::new) else { continue };
        if let Some(Prefixes { test, live }) = named.prefixes {
            let (right, wrong, kind) = if one == "test" { (test, live, "live") } else { (live, test, "test") };
            if key.starts_with(wrong) {
                faults.push(format!("{name} holds a {kind} key: it starts with {wrong}, a {one} key with {right}"));
            } else if !key.starts_with(right) {
                faults.push(format!("{name} is no {one} key: it does not start with {right}"));
            }
        }
        if one == mode { own = Some(key) } else { other = Some((name, key)) }
    }
    match (&own, other) {
        (None, Some((other, _))) => faults.push(format!("EDGEPOST_MODE is {mode:?}, but there is only {other}")),
        // Where keys of both modes look alike, this is how one ends up under the wrong name.
        (Some(own), Some((_, other))) if named.prefixes.is_none() && *own == other => {
            faults.push(format!("{}_TEST and {0}_LIVE hold the same", named.secret));
        }
        _ => {}
    }
    own
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

fn seal(is_needed: bool, var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Option<Seal> {
    let name = seal::SECRET;
    let Some(secret) = var(name) else {
        if is_needed {
            faults.push(format!("{name} is missing: what the wallet signs is written down with it"));
        }
        return None;
    };
    let seal = Seal::new(&secret);
    if seal.is_none() {
        faults.push(format!("{name} is shorter than {SHORTEST_KEY} bytes"));
    }
    seal
}

fn grant_keys(var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> (Option<SigningKey>, Vec<Key>) {
    let mut secrets = Vec::new();
    for (name, needed) in [("GRANT_SIGNING_KEY", true), ("GRANT_SIGNING_KEY_PREVIOUS", false)] {
        match var(name).map(|secret| SigningKey::new(&secret)) {
            Some(Some(key)) => secrets.push(key),
            Some(None) => faults.push(format!("{name} is shorter than {SHORTEST_KEY} bytes")),
            None if needed => faults.push(format!("{name} is missing")),
            None => {}
        }
    }
    let mut keys: Vec<_> = secrets.iter().cloned().map(Key::Secret).collect();
    match var("GRANT_PUBLIC_KEY").map(|text| Key::public(&text)) {
        Some(Some(key)) => keys.push(key),
        Some(None) => faults.push("GRANT_PUBLIC_KEY is no Ed25519 key: 32 bytes in base64url, as x of a JWK".into()),
        None => {}
    }
    (secrets.into_iter().next(), keys)
}

#[cfg(test)]
pub(crate) mod tests;
