//! Vars, secrets and bindings.

use edgepost_gateway::config::Config;
use serde_json::Value;
use worker::Env;

/// The configuration, or what is wrong with it.
pub(crate) fn config(env: &Env) -> Result<Config, Vec<String>> {
    Config::read(|name| match name {
        "policy" => env.object_var::<Value>(name).ok().map(|policy| policy.to_string()),
        _ => env.var(name).ok().map(|value| value.to_string()),
    })
}
