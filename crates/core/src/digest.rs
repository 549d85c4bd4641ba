//! Digests of bytes.

use alloc::string::String;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 as a structured field: `sha-256=:...:` (RFC 9530, section 2).
pub fn field(bytes: &[u8]) -> String {
    let mut field = String::from("sha-256=:");
    field.push_str(&Base64::encode_string(&sha256(bytes)));
    field.push(':');
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9530, appendix B.1... its body is `{"hello": "world"}` and a line feed.
    #[test]
    fn rfc_9530() {
        assert_eq!(field(b"{\"hello\": \"world\"}\n"), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    }
}
