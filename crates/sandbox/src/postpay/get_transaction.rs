//! `GET /transactions/{id}`

use edgepost_core::postpay::GET_TRANSACTION;

use super::merchant::Caller;
use super::{Postpay, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_TRANSACTION,
    run: |sandbox, call| admitted(sandbox, call, look_up),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn look_up(provider: &mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut own = provider.transactions.iter().filter(|known| known.caller == *caller);
    let transaction = own.find(|known| known.id == call.piece()).ok_or(refusal::NOT_FOUND)?;
    Ok(ok(&provider.view(transaction, call.now_ms), "ok"))
}
