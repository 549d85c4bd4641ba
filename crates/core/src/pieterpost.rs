//! PieterPost: letters, postcards, payment links, and wallets to pay from. <https://pieterpost.com/api/docs/>, read 2026-11-21.

pub mod create_checkout_link;
pub mod create_compose_link;
pub mod create_order;
pub mod create_topup;
pub mod get_order;
pub mod get_wallet;
pub mod mail;
mod mode;
pub mod order;
mod preview;
pub mod recipient;
mod refusal;
pub mod upload_asset;
pub mod wallet;

pub use self::create_checkout_link::CREATE_CHECKOUT_LINK;
pub use self::create_compose_link::CREATE_COMPOSE_LINK;
pub use self::create_order::CREATE_ORDER;
pub use self::create_topup::CREATE_TOPUP;
pub use self::get_order::GET_ORDER;
pub use self::get_wallet::GET_WALLET;
pub use self::preview::{Merge, merge};
pub use self::upload_asset::UPLOAD_ASSET;
use crate::operation::{Auth, Hosts, Key, Prefixes, Provider, Quota};
use crate::prepare::IDEMPOTENCY_KEY;

/// Where PieterPost is, and how it is spoken to.
pub static PIETERPOST: Provider = Provider {
    name: "pieterpost",
    hosts: Hosts { test: "https://pieterpost.com", live: "https://pieterpost.com" },
    headers: &[("accept", "application/json")],
    key: IDEMPOTENCY_KEY,
    auth: Auth::Bearer(Key {
        secret: "PIETERPOST_KEY",
        prefixes: Some(Prefixes { test: "pp_test_", live: "pp_live_" }),
    }),
    // PP-165, PP-166
    quota: Quota { per_minute: 60, orders_per_day: 100 },
    mended: |_| None,
    meaning: refusal::meaning,
};
