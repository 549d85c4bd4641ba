//! The addresses that can be searched: those of public institutions.

use serde_json::{Value, json};

use super::tools::text;

struct Place {
    id: &'static str,
    /// PFD-015: the id of the place that it is in; empty where it is in none.
    within: &'static str,
    is_container: bool,
    text: &'static str,
    description: &'static str,
    country: &'static str,
}

const fn address(id: &'static str, within: &'static str, text: &'static str, description: &'static str) -> Place {
    Place { id, within, is_container: false, text, description, country: "US" }
}

static PLACES: [Place; 8] = [
    Place {
        id: "US|SB|CONGRESS",
        within: "",
        is_container: true,
        text: "Library of Congress",
        description: "Washington DC 20540 - 3 Addresses",
        country: "US",
    },
    address("US|SB|CONGRESS-1", "US|SB|CONGRESS", "101 Independence Ave SE", "Washington DC 20540"),
    address("US|SB|CONGRESS-2", "US|SB|CONGRESS", "10 1st St SE", "Washington DC 20540"),
    address("US|SB|CONGRESS-3", "US|SB|CONGRESS", "110 2nd St SE", "Washington DC 20540"),
    address("US|SB|ARCHIVES", "", "700 Pennsylvania Ave NW", "Washington DC 20408"),
    address("US|SB|COURT", "", "1 1st St NE", "Washington DC 20543"),
    address("US|SB|NYPL", "", "476 5th Ave", "New York NY 10018"),
    Place {
        id: "GB|SB|LIBRARY",
        within: "",
        is_container: false,
        text: "96 Euston Road",
        description: "London NW1 2DB",
        country: "GB",
    },
];

/// PFD-013: places that hold every word of the query. In a container all are shown if none does.
pub(super) fn search(arguments: &Value) -> Value {
    let (query, container) = (text(arguments, "query").to_lowercase(), text(arguments, "container"));
    let country = Some(text(arguments, "country_code")).filter(|code| !code.is_empty()).unwrap_or("US");
    let is_meant = |place: &&Place| {
        let whole = format!("{}, {}", place.text, place.description).to_lowercase();
        query.split([' ', ',']).all(|word| whole.contains(word))
    };
    let there: Vec<&Place> =
        PLACES.iter().filter(|place| place.within == container && place.country == country).collect();
    let mut found: Vec<&Place> = there.iter().copied().filter(is_meant).collect();
    if found.is_empty() && !container.is_empty() {
        found = there;
    }
    let view = |place: &&Place| {
        json!({
            "id": place.id, "text": place.text, "type": if place.is_container { "Container" } else { "Address" },
            "description": place.description, "countryCode": place.country,
        })
    };
    let suggestions: Vec<Value> = found.iter().map(view).collect();
    let mut answer =
        json!({ "view": "address_suggestions", "query": text(arguments, "query"), "suggestions": suggestions });
    if let (Some(answer), target @ ("sender" | "recipient")) = (answer.as_object_mut(), text(arguments, "target")) {
        answer.insert("target".to_owned(), target.into());
    }
    answer
}
