//! What a column can be taken for.

use core::ops::Range;

use super::Rows;

/// The members that a column can be taken for, in the order in which they are written, and how such columns are usually
/// called: in lower case, letters and digits only, with spaces around them.
pub(super) const MEMBERS: [(&str, &str); 17] = [
    ("name", " name fullname recipient recipientname addressee contact contactname naam nom empfänger "),
    (
        "streetAddress",
        " streetaddress address addressline addressline1 address1 line1 streetaddress1 streetline1 adresse anschrift adres ",
    ),
    ("street", " street streetname straße strasse str straat "),
    ("number", " number housenumber houseno hausnummer hausnr nr huisnummer streetnumber "),
    (
        "extra",
        " extra addressline2 address2 line2 streetaddress2 streetline2 street2 apartment suite unit adresszusatz ",
    ),
    ("postalCode", " postalcode zip zipcode zippostalcode postcode plz postleitzahl codepostal "),
    ("city", " city town ort stadt wohnort place locality plaats woonplaats ville ciudad "),
    ("state", " state province stateprovince provincestate statecode region bundesland provincie "),
    ("country", " country land countrycode countryname countryregion pays pais "),
    // Both together are a name.
    ("", " firstname givenname forename vorname voornaam prénom "),
    ("", " lastname surname familyname nachname achternaam "),
    // Those of PostalForm's rows, which are called so and not otherwise.
    ("recipient_name", ""),
    ("line1", ""),
    ("line2", ""),
    ("city", ""),
    ("state", ""),
    ("zip", ""),
];

/// PFM-007: how columns with numbers of payment cards are called; those of other cards are called otherwise.
pub(super) const CARD_NUMBERS: &str =
    " cardnumber creditcardnumber debitcardnumber creditcard cardno ccnumber cvc cvv ";

/// What a caller may take a column for; in place of the last, any variable, and nothing at all.
#[expect(clippy::indexing_slicing, reason = "constant evaluation")]
pub(super) const TARGETS: [&str; MEMBER_COUNT + 1] = {
    let mut names = ["customFields.name"; MEMBER_COUNT + 1];
    let mut member = 0;
    while member < MEMBER_COUNT {
        names[member] = MEMBERS[member].0;
        member += 1;
    }
    names
};

/// How many of them are members of a recipient.
pub(super) const MEMBER_COUNT: usize = 9;
pub(super) const NAME: usize = 0;
pub(super) const STREET_ADDRESS: usize = 1;
pub(super) const STREET: usize = 2;
pub(super) const NUMBER: usize = 3;
pub(super) const POSTAL_CODE: usize = 5;
pub(super) const CITY: usize = 6;
pub(super) const COUNTRY: usize = 8;
pub(super) const FIRST_NAME: usize = 9;
pub(super) const LAST_NAME: usize = 10;
pub(super) const EXACT: Range<usize> = 11..17;

/// The members that rows of a kind have.
pub(super) fn members(rows: Rows) -> Range<usize> {
    if rows.is_exact() { EXACT } else { 0..MEMBER_COUNT }
}

/// The name of a member.
pub(super) fn name(member: usize) -> &'static str {
    MEMBERS.get(member).map_or("", |(name, _)| name)
}

/// A column that is a template variable, one that the caller does not want, and one of which nothing is known yet.
pub(super) const VARIABLE: usize = MEMBERS.len();
pub(super) const NOTHING: usize = VARIABLE + 1;
pub(super) const OPEN: usize = VARIABLE + 2;
