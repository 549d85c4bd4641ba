//! Addresses that no country objects to: public institutions, as they write them themselves.

/// Where somebody lives, but for the street.
#[derive(Clone, Copy)]
pub(super) struct Address {
    pub(super) city: &'static str,
    pub(super) state: Option<&'static str>,
    pub(super) postal_code: &'static str,
    pub(super) country: &'static str,
}

const fn at(
    city: &'static str,
    state: Option<&'static str>,
    postal_code: &'static str,
    country: &'static str,
) -> Address {
    Address { city, state, postal_code, country }
}

/// In the market of the United States.
pub(super) static UNITED_STATES: [Address; 6] = [
    at("Springfield", Some("IL"), "62701", "United States"),
    at("Washington", Some("DC"), "20540-0001", "USA"),
    at("New York", Some("New York"), "10018", "United States of America"),
    at("Austin", Some("texas"), "78701", "us"),
    at("Boston", Some("MA"), "02116", "U.S."),
    at("San Juan", Some("PR"), "00901", "United States"),
];

/// Outside it.
pub(super) static ELSEWHERE: [Address; 8] = [
    at("Amsterdam", None, "1071 XX", "Netherlands"),
    at("Berlin", None, "10117", "Germany"),
    at("Paris", None, "75001", "France"),
    at("London", None, "WC1B 3DG", "United Kingdom"),
    at("Ottawa", Some("ON"), "K1A 0A6", "Canada"),
    at("Canberra", Some("ACT"), "2600", "Australia"),
    at("Lisboa", None, "1400-206", "Portugal"),
    at("Wien", None, "1010", "Austria"),
];
