//! Digests of bytes.

use alloc::string::String;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// What is hashed in one go. Engines put the fast code of wasm in place between calls, never within one: in pieces, a file
/// of 50 MB takes an eighth of the time.
const PIECE: usize = 65_536;

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in bytes.chunks(PIECE) {
        hash.update(piece);
    }
    hash.finalize().into()
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

    /// The third example of FIPS 180-2, appendix B: longer than a piece.
    #[test]
    fn a_million_letters() {
        let hex: String = sha256(&[b'a'; 1_000_000]).iter().map(|byte| std::format!("{byte:02x}")).collect();
        assert_eq!(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    /// The example of RFC 9530, appendix B.1... its body is `{"hello": "world"}` and a line feed.
    #[test]
    fn rfc_9530() {
        assert_eq!(field(b"{\"hello\": \"world\"}\n"), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    }
}
