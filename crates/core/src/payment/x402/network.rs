//! The networks and the token that are paid with. A name or version that differs makes a signature that nobody can spend,
//! so all of it is held against this table (`DEFAULT_ASSETS` of @x402/evm 2.27.0, read 2026-11-21).

use crate::payment::address::Address;
use crate::payment::{Mode, decimal, keccak};

/// A network, and USDC on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// Its name of CAIP-2.
    pub name: &'static str,
    /// Its number.
    pub chain_id: u64,
    /// Whether tokens are money there.
    pub mode: Mode,
    /// The token's contract, with its checksum.
    pub asset: &'static str,
    /// What the token calls itself when signatures are checked.
    pub token: &'static str,
    /// The version under which it does.
    pub version: &'static str,
    /// How many of the smallest unit are a hundredth of a dollar.
    pub per_cent: u64,
}

/// PF-091: those that are known.
pub static NETWORKS: [Network; 2] = [
    Network {
        name: "eip155:8453",
        chain_id: 8_453,
        mode: Mode::Live,
        asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        token: "USD Coin",
        version: "2",
        per_cent: 10_000,
    },
    Network {
        name: "eip155:84532",
        chain_id: 84_532,
        mode: Mode::Test,
        asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        token: "USDC",
        version: "2",
        per_cent: 10_000,
    },
];

impl Network {
    /// The network of this name.
    pub fn find(name: &str) -> Option<&'static Network> {
        NETWORKS.iter().find(|network| network.name == name)
    }

    /// What signatures for the token are bound to (EIP-712, `domainSeparator`).
    pub fn domain(&self) -> [u8; 32] {
        const TYPE: &[u8] = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
        let asset = Address::parse(self.asset).map(|asset| asset.word()).unwrap_or_default();
        keccak(&[
            &keccak(&[TYPE]),
            &keccak(&[self.token.as_bytes()]),
            &keccak(&[self.version.as_bytes()]),
            &decimal::number(self.chain_id),
            &asset,
        ])
    }
}
