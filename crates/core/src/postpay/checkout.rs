//! What is paid for at a checkout, and by whom. <https://docs.postpay.io/v1/> "Checkout", read 2026-11-21.

use super::address::ADDRESS_SHAPE;
use super::money;
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::po;
use crate::schema::{
    Bound, Format, Keys, Object, Shape, Slot, Weight, amount, count, filled, formatted, list, map, may, must, object,
    one_of, text,
};

/// PO-022.
pub static SHIPPING: Object = object("PostpayShipping", "How it is shipped.").fields(&[
    may("id", &text(), "The shipping option's id.").rule(po(22)),
    must("name", &filled(), "The shipping option's name.").rule(po(22)),
    must("amount", &amount(0, po(15)), "Without tax.").rule(po(22)),
    must("address", &ADDRESS_SHAPE, "Where to.").rule(po(22)),
]);

/// PO-023.
pub static CUSTOMER: Object = object("PostpayCustomer", "Who pays.").fields(&[
    may("id", &text(), "The shop's id of the customer.").rule(po(23)),
    must("email", &formatted(Format::Email), "An e-mail address.").rule(po(23)),
    may("first_name", &text(), "First name.").rule(po(23)),
    may("last_name", &text(), "Last name.").rule(po(23)),
    may("gender", &one_of(&["male", "female", "other"]), "Gender.").rule(po(23)),
    may("account", &one_of(&["new", "existing", "guest"]), "What account the customer has at the shop.").rule(po(23)),
    may("date_of_birth", &formatted(Format::Date), "Date of birth.").rule(po(23)),
    may("date_joined", &formatted(Format::Moment), "When the account was made.").rule(po(23)),
    may("default_address", &ADDRESS_SHAPE, "The customer's usual address.").rule(po(23)),
]);

/// What official modules cut a description at (PO-025).
const DESCRIPTION_LIMIT: u32 = 1_024;

/// PO-024.
pub static ITEM: Object = object("PostpayItem", "Something that is bought.").fields(&[
    must("reference", &filled(), "Item number, SKU or the like.").rule(po(24)),
    must("name", &filled(), "The product's name.").rule(po(24)),
    may("description", &text().advised(0, DESCRIPTION_LIMIT, po(25)), "What it is.").rule(po(24)),
    must("url", &formatted(Format::WebAddress(Weight::Warning)), "The product's page.").rule(po(24)),
    may("image_url", &formatted(Format::WebAddress(Weight::Warning)), "A picture of it.").rule(po(24)),
    must("unit_price", &amount(0, po(15)), "Without tax and discounts.").rule(po(24)),
    must("qty", &count(1, u32::MAX, po(24)), "How many.").rule(po(24)),
]);

/// PO-026.
pub static DISCOUNT: Object = object("PostpayDiscount", "What is taken off.").fields(&[
    must("code", &filled(), "The discount's code.").rule(po(26)),
    may("name", &text(), "The discount's name.").rule(po(26)),
    must("amount", &amount(0, po(15)), "Without tax.").rule(po(26)),
]);

/// PO-013, PO-027.
pub static MERCHANT: Object = object("PostpayMerchant", "Where the payer goes back to.").fields(&[
    must(
        "confirmation_url",
        &formatted(Format::WebAddress(Weight::Warning)),
        "After an approval: order_id and status are added.",
    )
    .rule(po(27)),
    must(
        "cancel_url",
        &formatted(Format::WebAddress(Weight::Warning)),
        "After a denial or when the payer turns back: status is added.",
    )
    .rule(po(27)),
]);

static ITEM_SHAPE: Shape = Shape::Object(&ITEM);
static DISCOUNT_SHAPE: Shape = Shape::Object(&DISCOUNT);
pub(super) const SHIPPING_SHAPE: Shape = Shape::Object(&SHIPPING);
pub(super) const CUSTOMER_SHAPE: Shape = Shape::Object(&CUSTOMER);
/// PO-014: a purchase of nothing is a mistake.
pub(super) const ITEMS: Shape = list(&ITEM_SHAPE).within(1, u32::MAX, po(14));
pub(super) const DISCOUNTS: Shape = list(&DISCOUNT_SHAPE);
static METADATUM: Shape = Shape::Any;

/// PO-011.
pub static CHECKOUT: Object = object("PostpayCheckout", "What is to be paid.")
    .fields(&[
        must("order_id", &formatted(Format::Id), "Unique; the checkout's, the order's and the capture's id.")
            .rule(po(18)),
        must(
            "total_amount",
            &amount(0, po(15)),
            "All of it: with tax, without discounts. total(checkout) works it out.",
        )
        .rule(po(11)),
        must("tax_amount", &amount(0, po(15)), "The tax, after all discounts.").rule(po(11)),
        must("currency", &formatted(Format::Currency), "ISO 4217, three capital letters.").rule(po(17)),
        may(
            "num_instalments",
            &count(1, u32::MAX, po(19)),
            "In how many instalments; 1 is paid at once. The payer chooses where it is left out.",
        )
        .rule(po(19)),
        may("shipping", &SHIPPING_SHAPE, "How it is shipped; needed unless `virtual` is true.").rule(po(12)),
        may("billing_address", &ADDRESS_SHAPE, "Whom the bill is for.").rule(po(11)),
        must("customer", &CUSTOMER_SHAPE, "Who pays.").rule(po(11)),
        must("items", &ITEMS, "What is bought.").rule(po(14)),
        may("discounts", &DISCOUNTS, "What is taken off.").rule(po(11)),
        may("merchant", &Shape::Object(&MERCHANT), "Where the payer goes back to.").rule(po(13)),
        may("metadata", &map(&METADATUM, Keys::Within(Bound::FREE)), "The shop's own values.").rule(po(11)),
        may("virtual", &Shape::Flag, "Nothing is shipped: shipping may be left out. Not sent.").rule(po(12)).aside(),
    ])
    .rules(&[is_shipped, comes_back, money::scale, money::adds_up]);

const SHIPPING_OF: Slot = CHECKOUT.slot("shipping");
const MERCHANT_OF: Slot = CHECKOUT.slot("merchant");
const VIRTUAL: Slot = CHECKOUT.slot("virtual");

/// PO-012.
fn is_shipped(checkout: &Group<'_>, found: &mut Findings) {
    let shipping = checkout.at(SHIPPING_OF);
    if !shipping.is_there() && checkout.flag(VIRTUAL) != Some(true) {
        found.error(po(12), Code::MissingMember, &shipping).hint("Say \"virtual\": true where nothing is shipped.");
    }
}

/// PO-013.
fn comes_back(checkout: &Group<'_>, found: &mut Findings) {
    let merchant = checkout.at(MERCHANT_OF);
    if !merchant.is_there() {
        found
            .warning(po(13), Code::MissingMember, &merchant)
            .hint("Without it the payer does not come back to the shop.");
    }
}
