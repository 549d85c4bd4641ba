//! `GET .../merchants`

use edgepost_core::pitneybowes::LIST_MERCHANTS;
use serde::Serialize;

use super::merchant::MerchantView;
use super::{PitneyBowes, admitted, ok, refusal};
use crate::address::query;
use crate::answer::{Answer, Refusal};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &LIST_MERCHANTS,
    run: |sandbox, call| admitted(sandbox, call, list),
    refusals: &[&refusal::COMMON, &refusal::READING],
    refuse: refusal::response,
};

/// PB-034.
const USUAL_SIZE: usize = 20;
const LARGEST_SIZE: usize = 2_000;

/// PB-034.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'m> {
    content: Vec<MerchantView<'m>>,
    total_pages: usize,
    total_elements: usize,
    last: bool,
    size: usize,
    number: usize,
    number_of_elements: usize,
    first: bool,
}

fn list(provider: &mut PitneyBowes, developer: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let size = number(call, "size", USUAL_SIZE)?;
    let page = number(call, "page", 0)?;
    if !(1..=LARGEST_SIZE).contains(&size) {
        return Err(invalid("size"));
    }
    let own = provider.merchants.iter().filter(|merchant| merchant.developer_id == developer);
    let mut all: Vec<_> = own.map(|merchant| merchant.view()).collect();
    match query(&call.request.url, "sort").as_deref() {
        None => {}
        Some("fullName,asc") => all.sort_by(|one, other| one.full_name.cmp(other.full_name)),
        Some("fullName,desc") => all.sort_by(|one, other| other.full_name.cmp(one.full_name)),
        // By what else the vendor sorts is not known; here a slip of the pen is noticed.
        Some(_) => return Err(invalid("sort")),
    }
    let (total_elements, total_pages) = (all.len(), all.len().div_ceil(size));
    let content: Vec<_> = all.into_iter().skip(page.saturating_mul(size)).take(size).collect();
    let view = Page {
        total_pages,
        total_elements,
        last: page.saturating_add(1) >= total_pages,
        size,
        number: page,
        number_of_elements: content.len(),
        first: page == 0,
        content,
    };
    Ok(ok(&view, "ok"))
}

fn number(call: &Call<'_>, name: &str, usual: usize) -> Result<usize, Refusal> {
    query(&call.request.url, name).map_or(Ok(usual), |written| written.parse().map_err(|_| invalid(name)))
}

fn invalid(name: &str) -> Refusal {
    Refusal { fields: vec![(name.to_owned(), format!("{name} is invalid."))], ..refusal::INVALID }
}

#[cfg(test)]
mod tests {
    use crate::pitneybowes::scenario::{developer, refused};
    use crate::scenario::read;
    use serde_json::json;

    #[test]
    fn pb_034_merchants_are_listed_in_pages() {
        let mut scenario = developer();
        let all = read(&scenario.look("merchants"));
        assert_eq!((&all["totalElements"], &all["last"], &all["first"]), (&json!(2), &json!(true), &json!(true)));
        let second = read(&scenario.look("merchants?size=1&page=1&sort=fullName,desc"));
        assert_eq!(second["content"][0]["fullName"], "Library of Congress");
        assert_eq!(second["content"][0]["postalReportingNumber"], "3001234567");
        assert_eq!((&second["totalPages"], &second["number"], &second["last"]), (&json!(2), &json!(1), &json!(true)));
        let behind = read(&scenario.look("merchants?page=9"));
        assert_eq!((&behind["content"], &behind["last"]), (&json!([]), &json!(true)));
        for query in ["size=0", "size=2001", "size=x", "page=-1", "sort=fullName", "sort=cents,asc"] {
            assert_eq!(refused(&scenario.look(&format!("merchants?{query}"))), (400, "1000045".into()), "{query}");
        }
    }
}
