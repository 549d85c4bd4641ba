//! `GET /transactions`

use edgepost_core::postpay::LIST_TRANSACTIONS;
use edgepost_core::postpay::list_transactions::TRANSACTIONS_QUERY;

use super::list::page;
use super::merchant::Caller;
use super::{Postpay, admitted, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &LIST_TRANSACTIONS,
    run: |sandbox, call| admitted(sandbox, call, list),
    refusals: &[&refusal::COMMON, &refusal::FILTERING, &refusal::FINDING],
    refuse: refusal::response,
};

fn list(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let own = provider.transactions.iter().filter(|transaction| transaction.caller == *caller);
    page(call, &TRANSACTIONS_QUERY, own.map(|transaction| provider.view(transaction, call.now_ms)))
}
