//! Who may ask for tokens.

use serde::Deserialize;

/// A developer's id,
pub const DEVELOPER: &str = "fake-developer";
/// the key of this developer,
pub const KEY: &str = "fake-pitneybowes-key";
/// and the secret.
pub const SECRET: &str = "fake-pitneybowes-secret";
/// Another developer's id,
pub const OTHER_DEVELOPER: &str = "fake-other-developer";
/// the key of that one,
pub const OTHER_KEY: &str = "fake-pitneybowes-other-key";
/// and the secret.
pub const OTHER_SECRET: &str = "fake-pitneybowes-other-secret";

/// Who may ask for tokens.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Developer {
    /// The id, as it stands in paths.
    pub developer_id: String,
    /// The key.
    pub key: String,
    /// The secret that goes with it.
    pub secret: String,
}

/// Those of the options, and the built-in ones.
pub(super) fn all(own: &[Developer]) -> Vec<Developer> {
    let built_in = [(DEVELOPER, KEY, SECRET), (OTHER_DEVELOPER, OTHER_KEY, OTHER_SECRET)];
    let built_in = built_in.map(|(developer_id, key, secret)| Developer {
        developer_id: developer_id.into(),
        key: key.into(),
        secret: secret.into(),
    });
    own.iter().cloned().chain(built_in).collect()
}
