//! `POST /api/machine/orders`, and the same for MPP: makes a draft, asks for payment, and takes it.

use edgepost_core::payment::address::Address;
use edgepost_core::postalform::{CREATE_ORDER, CREATE_ORDER_MPP};
use serde_json::Value;

use super::order::{Order, guidelines};
use super::validate_order::{Wanted, wanted};
use super::{PostalForm, Protocol, mpp, refusal, upload, worked, x402};
use crate::answer::{Answer, Refusal, json as answer};
use crate::route::{Call, Endpoint};

/// How long a draft is taken for the same order under another `request_id`, in milliseconds; the vendor says "recent".
const RECENT: u64 = 600_000;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_ORDER,
    run: |sandbox, call| worked(sandbox, call, |provider, call| created(provider, call, Protocol::X402)),
    refusals: &[&refusal::COMMON, &refusal::SENDING],
    refuse: refusal::response,
};

pub(super) static ENDPOINT_MPP: Endpoint = Endpoint {
    operation: &CREATE_ORDER_MPP,
    run: |sandbox, call| worked(sandbox, call, |provider, call| created(provider, call, Protocol::Mpp)),
    refusals: &[&refusal::COMMON, &refusal::SENDING],
    refuse: refusal::response,
};

fn created(provider: &mut PostalForm, call: &Call<'_>, protocol: Protocol) -> Result<Answer, Refusal> {
    let operation = if protocol == Protocol::X402 { &CREATE_ORDER } else { &CREATE_ORDER_MPP };
    let wanted = wanted(call.body(), operation)?;
    let at = provider.draft(&wanted, protocol, call.now_ms)?;
    let options = provider.options.clone();
    let order = provider.orders.get(at).ok_or(refusal::NOT_FOUND)?;
    // PF-074: whoever has paid is not charged again, once that was noticed.
    if order.noticed(&options, call.now_ms).is_some() {
        return Ok(Answer { response: answer(200, &order.view(&options, call.now_ms)), outcome: "paid_already" });
    }
    let order_id = order.id.clone();
    // What stood for its PDF may have gone to another order meanwhile.
    provider.quote(&wanted, Some(&order_id), call.now_ms)?;
    let response = match protocol {
        Protocol::X402 => x402::pay(provider, at, call)?,
        Protocol::Mpp => mpp::pay(provider, at, call)?,
    };
    if response.status == 202 {
        upload::use_up(provider, wanted.upload_token(), &order_id);
    }
    let outcome = if response.status == 202 { "settled" } else { "asked_for_payment" };
    Ok(Answer { response, outcome })
}

impl PostalForm {
    /// PF-075, PF-077: the draft of an order, made if there is none. The same bytes under the same id are the same order, and
    /// the same order under another id soon after is it as well, as long as it is not paid.
    fn draft(&mut self, wanted: &Wanted, protocol: Protocol, now_ms: u64) -> Result<usize, Refusal> {
        let request = (wanted.request_id.clone(), wanted.digest);
        if let Some(at) = self.orders.iter().position(|order| order.is_called(&wanted.request_id)) {
            let is_same = self
                .orders
                .get(at)
                .is_some_and(|order| order.requests.contains(&request) && order.protocol == protocol);
            return if is_same { Ok(at) } else { Err(refusal::MISMATCH) };
        }
        let is_alias = |order: &Order| {
            let is_recent = now_ms < order.created_ms.saturating_add(RECENT);
            order.content == wanted.content && order.protocol == protocol && order.paid.is_none() && is_recent
        };
        if let Some(at) = self.orders.iter().position(is_alias) {
            if let Some(order) = self.orders.get_mut(at) {
                order.requests.push(request);
            }
            return Ok(at);
        }
        let quote = self.quote(wanted, None, now_ms)?;
        self.limit(now_ms)?;
        let id = self.ids.uuid();
        self.orders.push(Order {
            id,
            requests: vec![request],
            content: wanted.content,
            protocol,
            quote,
            postcard_size: wanted.postcard_size.clone(),
            rows: wanted.rows,
            pay_to: Vec::new(),
            created_ms: now_ms,
            paid: None,
        });
        Ok(self.orders.len() - 1)
    }

    /// PF-078: few drafts may be made in a minute without one being paid.
    fn limit(&mut self, now_ms: u64) -> Result<(), Refusal> {
        self.unpaid.retain(|made| now_ms < made.saturating_add(60_000));
        if self.options.unpaid_per_minute.is_some_and(|most| self.unpaid.len() >= most) {
            return Err(refusal::RATE_LIMITED);
        }
        self.unpaid.push(now_ms);
        Ok(())
    }

    /// The address that a challenge names.
    pub(super) fn pay_to(&mut self, at: usize) -> String {
        let known = self.orders.get(at).and_then(|order| order.pay_to.last().cloned());
        if let Some(known) = known.filter(|_| !self.options.fresh_pay_to) {
            return known;
        }
        let digits: String = self.ids.id("").chars().chain(self.ids.id("").chars()).take(40).collect();
        let written = Address::parse(&format!("0x{digits}"));
        let pay_to = written.map(|address| address.checksummed()).unwrap_or_default();
        if let Some(order) = self.orders.get_mut(at) {
            order.pay_to.push(pay_to.clone());
        }
        pay_to
    }
}

/// PF-073: the body of a 402.
pub(super) fn required(order: &Order, message: &str) -> Value {
    let mut told = order.described();
    told.insert("status".into(), "payment_required".into());
    told.insert("postcard_guidelines_url".into(), order.postcard_size.as_deref().map(guidelines).into());
    told.insert("message".into(), message.into());
    told.into()
}
