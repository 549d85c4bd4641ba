//! `POST /v1/checkout-links`

use edgepost_core::http::Response;
use edgepost_core::pieterpost::CREATE_CHECKOUT_LINK;
use edgepost_core::pieterpost::create_checkout_link::CHECKOUT;
use edgepost_core::schema::Slot;

use super::create::{Sent, once, read};
use super::key::Caller;
use super::mail::{self, MailSlots, made_up};
use super::order::{Billing, Order};
use super::{PieterPost, admitted, asset, checkout_page, refusal};
use crate::answer::{Refusal, error};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_CHECKOUT_LINK,
    run: |sandbox, call| {
        admitted(sandbox, call, |provider, caller, call| once(&CREATE_CHECKOUT_LINK, provider, caller, call, create))
    },
    refusals: &[&refusal::COMMON, &refusal::CREATING, &refusal::INVALID, &refusal::ORDERING],
    refuse: error,
};

static SLOTS: MailSlots = MailSlots::of(&CHECKOUT);
const RETURN_URL: Slot = CHECKOUT.slot("returnUrl");

fn create(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Response, Refusal> {
    if !provider.accounts.abilities(caller).hosted_api_enabled {
        return Err(refusal::ACCOUNT_INACTIVE.saying("Checkout links are not enabled for this API account.".to_owned()));
    }
    let reading = read(call, &CHECKOUT)?;
    let input = reading.root();
    let wanted = mail::wanted(&input, &SLOTS, made_up::POSTCARD_BY_CHECKOUT)?;
    asset::check(&provider.assets, caller, &mail::assets(&input, &SLOTS))?;
    provider.accounts.count_order(caller, call.now_ms)?;
    let id = provider.ids.id("ord_");
    let billing = Billing::HostedCheckout {
        url: checkout_page::address(call.origin, &id),
        return_url: input.text(RETURN_URL).map(|address| address.value().into_owned()),
    };
    let reference = provider.ids.uuid();
    let sent = Sent::new(caller, call);
    Ok(provider.keep(Order { id, reference, created_ms: call.now_ms, billing, decision: None, wanted, sent }, call))
}
