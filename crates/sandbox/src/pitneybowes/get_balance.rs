//! `GET .../merchants/{postalReportingNumber}/account-balance`

use edgepost_core::pitneybowes::GET_BALANCE;

use super::{PitneyBowes, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_BALANCE,
    run: |sandbox, call| admitted(sandbox, call, look),
    refusals: &[&refusal::COMMON, &refusal::FINDING],
    refuse: refusal::response,
};

fn look(provider: &mut PitneyBowes, developer: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(ok(&provider.merchant(developer, call)?.balances(), "ok"))
}
