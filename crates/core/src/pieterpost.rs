//! PieterPost: letters, postcards and checkout links. <https://pieterpost.com/api/docs/>, read 2026-11-21.

pub mod create_checkout_link;
pub mod get_order;
pub mod mail;
pub mod order;
mod preview;
pub mod recipient;
mod refusal;

pub use self::create_checkout_link::CREATE_CHECKOUT_LINK;
pub use self::get_order::GET_ORDER;
pub use self::preview::{Merge, merge};
use crate::operation::{Auth, Provider};

/// Where PieterPost is, and how it is spoken to.
pub static PIETERPOST: Provider = Provider {
    name: "pieterpost",
    base: "https://pieterpost.com",
    auth: Auth::Bearer { secret: "PIETERPOST_KEY", test_prefix: "pp_test_", live_prefix: "pp_live_" },
    meaning: refusal::meaning,
};
