//! Postpay: checkouts, captures, refunds, settlements and webhooks. The vendor's document, read 2026-11-21; what it leaves
//! open is answered by the vendor's own libraries (postpay-php, the WooCommerce and Magento modules).

pub mod address;
pub mod capture_order;
pub mod checkout;
pub mod create_checkout;
pub mod create_hook;
pub mod create_refund;
pub mod delete_hook;
pub mod get_hook;
pub mod get_order;
pub mod get_refund;
pub mod get_transaction;
pub mod hook;
pub mod list_hooks;
pub mod list_orders;
pub mod list_refunds;
pub mod list_transactions;
pub mod money;
pub mod order;
mod page;
pub mod payer_return;
pub mod refund;
mod refusal;
pub mod transaction;
pub mod update_hook;
pub mod webhook;

pub use self::capture_order::CAPTURE_ORDER;
pub use self::create_checkout::CREATE_CHECKOUT;
pub use self::create_hook::CREATE_HOOK;
pub use self::create_refund::CREATE_REFUND;
pub use self::delete_hook::DELETE_HOOK;
pub use self::get_hook::GET_HOOK;
pub use self::get_order::GET_ORDER;
pub use self::get_refund::GET_REFUND;
pub use self::get_transaction::GET_TRANSACTION;
pub use self::list_hooks::LIST_HOOKS;
pub use self::list_orders::LIST_ORDERS;
pub use self::list_refunds::LIST_REFUNDS;
pub use self::list_transactions::LIST_TRANSACTIONS;
pub use self::update_hook::UPDATE_HOOK;
use crate::operation::{Auth, Hosts, Key, Prefixes, Provider, Quota};
use crate::prepare::IDEMPOTENCY_KEY;

/// The vendor's document.
const SOURCE: &str = "https://docs.postpay.io/v1/";

/// Where Postpay is, and how it is spoken to.
pub static POSTPAY: Provider = Provider {
    name: "postpay",
    // PO-002
    hosts: Hosts { test: "https://sandbox.postpay.io", live: "https://api.postpay.io" },
    // PO-003
    headers: &[("accept", "application/vnd.postpay+json; version=v1")],
    // No operation has one: orders and refunds have ids of the caller's own.
    key: IDEMPOTENCY_KEY,
    // PO-001
    auth: Auth::Basic {
        user: "POSTPAY_MERCHANT_ID",
        key: Key { secret: "POSTPAY_SECRET_KEY", prefixes: Some(Prefixes { test: "sk_test", live: "sk_live" }) },
    },
    // The vendor documents no limits, only that there is one (PO-111, 429).
    quota: Quota { per_minute: 60, orders_per_day: u32::MAX },
    mended: |_| None,
    meaning: refusal::meaning,
};
