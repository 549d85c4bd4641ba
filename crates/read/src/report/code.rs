//! Every kind of issue: its stable name, what it says and how it is mended.

/// What kind of issue it is. The names are stable: applications branch on them.
///
/// It leads to its own words, so that a module carries those that it can say, and no others: name, message and hint, with
/// a bar between them. One text of three parts takes less room than three texts. In a message `{member}` is the last
/// member of the path and any other name a value of `params`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(&'static &'static str);

impl Code {
    /// The stable name.
    pub fn name(self) -> &'static str {
        self.part(0)
    }

    /// What is wrong; names in braces stand for values.
    pub fn message(self) -> &'static str {
        self.part(1)
    }

    /// How it is mended; empty where the message says it all.
    pub fn hint(self) -> &'static str {
        self.part(2)
    }

    #[inline(never)]
    fn part(self, index: usize) -> &'static str {
        let (mut rest, mut bars) = (*self.0, index);
        while let Some(end) = rest.bytes().position(|byte| byte == b'|') {
            let (part, behind) = rest.split_at_checked(end).unwrap_or_default();
            if bars == 0 {
                return part;
            }
            (bars, rest) = (bars - 1, behind.get(1..).unwrap_or_default());
        }
        rest
    }
}

const fn kind(words: &'static &'static str) -> Code {
    Code(words)
}

#[rustfmt::skip]
#[allow(non_upper_case_globals, reason = "they read as the kinds of an enum, which is what they are")]
#[allow(missing_docs, reason = "the message of each kind says it better")]
impl Code {
    pub const InvalidJson: Code = kind(&"invalid_json|Not JSON at line {line}, column {column}: {reason}.|Write the text with JSON.stringify.");
    pub const ByteOrderMark: Code = kind(&"byte_order_mark|The text starts with a byte order mark.|Save it as UTF-8 without one.");
    pub const InvalidUtf8: Code = kind(&"invalid_utf8|{member} is not UTF-8 at byte {offset}.|Encode the text as UTF-8, as TextEncoder does.");
    pub const LoneSurrogate: Code = kind(&"lone_surrogate|{member} holds one half of a character (a lone surrogate).|Cut text between characters; toWellFormed() replaces such halves.");
    pub const ControlCharacter: Code = kind(&"control_character|{member} holds the control character {character}, which cannot be printed.|Take it out.");
    pub const BidirectionalControl: Code = kind(&"bidirectional_control|{member} holds {character}, which is not seen and turns the order of what is around it.|Take it out.");
    pub const PrivateUseCharacter: Code = kind(&"private_use_character|{member} holds {character}, which every font shows differently, or not at all.|Take it out, or write what it means.");
    pub const UnassignedCharacter: Code = kind(&"unassigned_character|{member} holds {character}, which stands for no character and is in no font.|Take it out.");
    pub const Emoji: Code = kind(&"emoji|{member} holds the emoji {character}, which may not be printed as it looks.|Say it in words.");
    pub const DuplicateMember: Code = kind(&"duplicate_member|{member} is given more than once.|Give it once; readers disagree on which one counts.");
    pub const TooDeep: Code = kind(&"too_deep|{member} is nested deeper than {limit} levels.|");
    pub const TooManyIssues: Code = kind(&"too_many_issues|There are more issues than the {limit} that are listed.|Mend these and check again.");
    // Said by JavaScript, before anything comes here.
    pub const NotJsonValue: Code = kind(&"not_json_value|{member} is {actual}, which JSON cannot hold.|Give text, numbers, true, false, arrays and plain objects, such as Object.fromEntries(formData).");
    pub const InvalidType: Code = kind(&"invalid_type|{member} has to be {expected}, not {actual}.|");
    pub const MissingMember: Code = kind(&"missing_member|{member} is missing.|");
    pub const NullMember: Code = kind(&"null_member|{member} is null.|Leave the member out instead.");
    pub const UnknownMember: Code = kind(&"unknown_member|{member} is not known here; it is passed on.|");
    pub const UnknownFilter: Code = kind(&"unknown_filter|{member} is no filter of this list.|");
    pub const EscapedComma: Code = kind(&"escaped_comma|{member} is {actual}: commas stand between its values, and none can be escaped.|Ask for a value with a comma by itself.");
    pub const UnexpectedMember: Code = kind(&"unexpected_member|{member} is no part of this request.|Take it out.");
    pub const MisplacedMember: Code = kind(&"misplaced_member|{member} does not belong here, but {belongs}.|");
    pub const MissingChoice: Code = kind(&"missing_choice|One of these is needed: {needed}.|");
    pub const ConflictingMembers: Code = kind(&"conflicting_members|{member} cannot be combined with {other}.|Give one of them.");
    pub const EmptyMember: Code = kind(&"empty_member|{member} is empty and is left out.|");
    pub const Blank: Code = kind(&"blank|{member} is empty.|");
    pub const TooLong: Code = kind(&"too_long|{member} has {actual} characters, at most {limit} are taken.|");
    pub const TooShort: Code = kind(&"too_short|{member} has {actual} characters, at least {limit} are needed.|");
    pub const TooManyItems: Code = kind(&"too_many_items|{member} has {actual} entries, at most {limit} are taken.|");
    pub const TooFewItems: Code = kind(&"too_few_items|{member} has {actual} entries, at least {limit} are needed.|");
    pub const InvalidChoice: Code = kind(&"invalid_choice|{member} is \"{actual}\", which is none of: {allowed}.|");
    pub const InvalidEmail: Code = kind(&"invalid_email|{member} \"{actual}\" is not an e-mail address.|Write it as name@example.com.");
    pub const InvalidUrl: Code = kind(&"invalid_url|{member} \"{actual}\" is not an absolute web address.|Write it as https://example.com/path.");
    pub const InsecureUrl: Code = kind(&"insecure_url|{member} \"{actual}\" does not start with https://.|Only localhost, 127.0.0.1 and [::1] may use http.");
    pub const InvalidNumber: Code = kind(&"invalid_number|{member} is written {actual}; an integer is written with digits only.|");
    pub const UnsafeNumber: Code = kind(&"unsafe_number|{member} is {actual}, more than many JSON readers keep exactly.|Send it as text.");
    pub const InvalidKey: Code = kind(&"invalid_key|The idempotency key has {actual} characters; 1 to {limit} printable ASCII characters are taken.|Use crypto.randomUUID(), once for each order.");
    pub const InvalidTransactionId: Code = kind(&"invalid_transaction_id|The transaction id has {actual} characters; 1 to {limit} letters, digits, hyphens and underscores are taken.|A UUID is too long: 16 random bytes in base64url are 22 characters.");
    pub const InvalidLanguage: Code = kind(&"invalid_language|acceptLanguage \"{actual}\" is not a list of languages.|Write it as en-US, or as nl, en;q=0.8.");
    pub const RedundantStreet: Code = kind(&"redundant_street|streetAddress is used, street and number are not.|Give one of the two.");
    pub const UnstructuredAddress: Code = kind(&"unstructured_address|{member} stands in for the address in a preview only.|Give streetAddress, postalCode, city and country before sending.");
    pub const UnknownCountry: Code = kind(&"unknown_country|{member} \"{actual}\" is not a country that is known.|Give the English name or the ISO code, such as Netherlands or NL.");
    pub const MissingState: Code = kind(&"missing_state|An address in {country} needs a state.|");
    pub const UnknownState: Code = kind(&"unknown_state|{member} \"{actual}\" is not a state of {country}.|");
    pub const InvalidPostalCode: Code = kind(&"invalid_postal_code|{member} \"{actual}\" is not a postal code of {country}, such as {example}.|");
    pub const PostalCodeOfOtherState: Code = kind(&"postal_code_of_other_state|{actual} is in {other}, not in {state}.|Check both; the fix writes the state of the postal code.");
    pub const UnassignedPostalCode: Code = kind(&"unassigned_postal_code|{actual} is not in use in {country}.|Check the digits.");
    pub const UnneededPostalCode: Code = kind(&"unneeded_postal_code|No postal codes are known in {country}.|Leave it out where nothing else asks for it.");
    pub const UnusualForm: Code = kind(&"unusual_form|{member} \"{actual}\" is usually written {normal}.|");
    pub const TerritoryAsCountry: Code = kind(&"territory_as_country|{actual} is taken as a country of its own, outside the US market.|For the US market write United States as country, and the territory as state.");
    pub const MixedMarkets: Code = kind(&"mixed_markets|Letters to the United States ({us}) and to other countries ({others}) cannot be combined in one order.|Make two orders.");
    pub const MissingMessage: Code = kind(&"missing_message|{member} is missing: a letter needs a message, attachments or both.|");
    pub const MessageWillBeTruncated: Code = kind(&"message_will_be_truncated|{member} has {actual} characters after the merge, all after {limit} are cut off.|");
    pub const MessageInTemplateMode: Code = kind(&"message_in_template_mode|{member} is not printed: in template mode every letter has the text of templateMessage.|Take it out, or take out composeMode.");
    pub const TemplateWithoutMode: Code = kind(&"template_without_mode|{member} is used in template mode only.|Add \"composeMode\": \"template\".");
    pub const UnresolvedPlaceholder: Code = kind(&"unresolved_placeholder|The placeholder {variable} has no value for this recipient.|Add it to the recipient's customFields.");
    pub const MissingVariable: Code = kind(&"missing_variable|{variable} is listed in variableKeys, but this recipient has no value for it.|Add it to the recipient's customFields.");
    pub const UnusedVariable: Code = kind(&"unused_variable|The template does not use {variable}.|");
    pub const BlankVariable: Code = kind(&"blank_variable|{variable} is empty for this recipient and leaves a hole in the text.|");
    pub const InvalidVariableName: Code = kind(&"invalid_variable_name|{actual} cannot be used as a template variable.|Use letters, digits and underscores, at most 40, and no digit at the start.");
    pub const SpacedPlaceholder: Code = kind(&"spaced_placeholder|The placeholder {variable} is written with spaces inside its braces; the provider documents it without.|");
    pub const MalformedPlaceholder: Code = kind(&"malformed_placeholder|{actual} is not a placeholder and is printed as it stands.|Placeholders are written {{name}}: letters, digits and underscores, at most 40.");
    pub const PlaceholderNotMerged: Code = kind(&"placeholder_not_merged|The placeholder {variable} is printed as it stands: it is filled in template mode only.|Use composeMode \"template\" with templateMessage, or write the text out.");
    pub const TooManyVariables: Code = kind(&"too_many_variables|{member} has more than {limit} variables.|");
    pub const TextsTooLong: Code = kind(&"texts_too_long|All texts together take more than {limit} bytes.|Merge fewer recipients at a time.");
    pub const InvalidId: Code = kind(&"invalid_id|{member} \"{actual}\" is no id.|An id is more than dots, and some providers take none with /, ? or #.");
    pub const OutOfRange: Code = kind(&"out_of_range|{member} is {actual}, at least {least} is needed.|");
    pub const TooLarge: Code = kind(&"too_large|{member} is {actual}, at most {limit} is taken.|");
    pub const InvalidDate: Code = kind(&"invalid_date|{member} \"{actual}\" is no day of the calendar.|Write it as 2026-11-21, or with a time as 2026-11-21T09:28:14Z.");
    pub const InvalidCountryCode: Code = kind(&"invalid_country_code|{member} \"{actual}\" is not a country's code.|Give the two capital letters of ISO 3166-1, such as AE.");
    pub const UnknownCurrency: Code = kind(&"unknown_currency|{member} \"{actual}\" is not a currency.|Give the three capital letters of ISO 4217, such as AED.");
    pub const UnusualAmount: Code = kind(&"unusual_amount|{member} is {actual}; another public source takes {least} to {most}, in steps of {step}.|");
    pub const ConfirmAmount: Code = kind(&"confirm_amount|{member} is taken as {actual}.|Have it confirmed by whoever pays.");
    pub const EmptyFile: Code = kind(&"empty_file|{member} is empty.|");
    pub const FileTooLarge: Code = kind(&"file_too_large|{member} has {actual} bytes, at most {limit} are taken.|");
    pub const WrongFileType: Code = kind(&"wrong_file_type|{member} is {actual}, not one of: {allowed}.|What counts is what the file holds, not what it is called.");
    pub const HeadTooShort: Code = kind(&"head_too_short|The first {actual} bytes of {member} do not show enough of it: give the first {needed}.|Or give all of it; a picture that is saved without metadata shows its size early.");
    pub const UnreadableImage: Code = kind(&"unreadable_image|{member} is a picture whose size cannot be read.|Open it and save it again as PNG or JPEG.");
    pub const NotSquare: Code = kind(&"not_square|{member} is {width} by {height}; a postcard's front is square.|Crop it.");
    pub const ModeMismatch: Code = kind(&"mode_mismatch|The provider answered in {actual} mode, but the request was made in the other.|Check which key the gateway holds.");
    pub const CountMismatch: Code = kind(&"count_mismatch|The provider counts {actual} recipients, {expected} were sent.|Look at the order before you pay or repeat it.");
    pub const IdMismatch: Code = kind(&"id_mismatch|The provider answered about {actual}, {expected} was asked for.|");
    pub const AmountMismatch: Code = kind(&"amount_mismatch|The provider answered with an amount of {actual}, {expected} was asked for.|Look at it before you go on.");
    pub const TotalMismatch: Code = kind(&"total_mismatch|{member} is {actual}, but its parts add up to {expected}.|Items, shipping and tax, without discounts: total(checkout) works it out.");
    pub const ImpossibleTotal: Code = kind(&"impossible_total|No {member} comes of these parts: more is taken off than there is, or they are too large.|Check prices, quantities and discounts.");
    pub const UnusualScale: Code = kind(&"unusual_scale|{actual} has {decimals} decimals of its own, but amounts are hundredths here as well.|Check that the amounts are what you mean.");
    pub const CurrencyMismatch: Code = kind(&"currency_mismatch|The provider answered about {actual}, {expected} was asked for.|");
    pub const KindMismatch: Code = kind(&"kind_mismatch|The provider filed it as {actual}, {expected} was sent.|Upload it again.");
    pub const NoRows: Code = kind(&"no_rows|There is no row behind the header.|Give the CSV itself, a header and rows; not where it is.");
    pub const RaggedRow: Code = kind(&"ragged_row|The row has {actual} cells, the header has {expected}.|Put a cell that holds the delimiter into quotes. The row's recipient is left empty: which text belongs where is not known.");
    pub const EmptyRow: Code = kind(&"empty_row|All cells of the row are empty.|Fill it in, or take it out.");
    pub const RowTooLong: Code = kind(&"row_too_long|The row has more than {limit} bytes and is not read.|Look for a quote that is never closed.");
    pub const UnterminatedQuote: Code = kind(&"unterminated_quote|The quote that opens here is never closed; it is taken as text, and the row ends with its line.|Close it, or write a quote inside quotes twice.");
    pub const TextAfterQuote: Code = kind(&"text_after_quote|There is text behind the closing quote; all of the cell is taken as it stands.|Write a quote inside quotes twice.");
    pub const StrayQuote: Code = kind(&"stray_quote|A quote inside a cell without quotes is taken as it stands.|A cell that is meant to be in quotes starts with one, without a space before it.");
    pub const ReplacementCharacter: Code = kind(&"replacement_character|{member} holds U+FFFD, which stands for a character that was lost.|Read the file in its own encoding, or save it as \"CSV UTF-8\".");
    pub const WrongDelimiter: Code = kind(&"wrong_delimiter|The header has {actual} between its cells, not {expected}.|Give that as options.delimiter.");
    pub const TooManyColumns: Code = kind(&"too_many_columns|The header has {actual} cells, at most {limit} are read.|");
    pub const UnnamedColumn: Code = kind(&"unnamed_column|Column {column} has no name.|Name it in the header, or take it out.");
    pub const DuplicateColumn: Code = kind(&"duplicate_column|Columns {first} and {second} are both called {header}.|Give each a name of its own.");
    pub const UnknownColumn: Code = kind(&"unknown_column|There is no column {header}, which options.columns names.|");
    pub const AmbiguousColumn: Code = kind(&"ambiguous_column|{header} may be {meant} as well, for which {other} is taken; it becomes a template variable.|Say in options.columns which is which.");
    pub const MissingColumn: Code = kind(&"missing_column|No column is {needed}.|Is the first line a header? Say in options.columns which one it is; options.country is the country of all rows.");
    pub const IssuesShortened: Code = kind(&"issues_shortened|From here on, only the gravest issue of each row is listed.|Mend what is listed and check again.");
    pub const InvalidUuid: Code = kind(&"invalid_uuid|{member} \"{actual}\" is not a UUID.|Use crypto.randomUUID(), once for each order.");
    pub const InvalidPdf: Code = kind(&"invalid_pdf|{member} is no PDF: {reason}.|Give an upload_token, a download_url with its file_id, data:application/pdf;base64,... or an https address.");
    pub const UncheckedHost: Code = kind(&"unchecked_host|The provider takes {member} from some hosts only, and does not say from which.|An upload_token is always taken.");
    pub const InvalidAddressId: Code = kind(&"invalid_address_id|{member} \"{actual}\" is not the id of an address in the United States.|Take the id of a suggestion of search_addresses; it begins with US.");
    pub const IgnoredMember: Code = kind(&"ignored_member|{member} has no effect with {other}.|Take it out.");
    pub const OverriddenMember: Code = kind(&"overridden_member|{member} is {actual}, but postcards are sent with {expected}.|Take it out.");
    pub const DefaultInForce: Code = kind(&"default_in_force|{member} is not given: {actual} is in force.|");
    pub const UnreadablePdf: Code = kind(&"unreadable_pdf|Whether {member} has the right pages cannot be told: {reason}.|Save it as PDF without encryption, or check it by eye.");
    pub const WrongPageCount: Code = kind(&"wrong_page_count|{member} has {actual} pages, a postcard has {expected}.|The first is the picture, the second the side with the address, which is left free.");
    pub const TooManyPages: Code = kind(&"too_many_pages|{member} has {actual} pages; another public source takes {limit}, or {most} on both sides.|");
    pub const WrongPageSize: Code = kind(&"wrong_page_size|Page {page} of {member} is {actual} points, not {expected}.|Use the vendor's template for this size.");
    pub const HeaderNormalised: Code = kind(&"header_normalised|The column {header} is sent as {meant}.|The provider takes names of columns exactly.");
    pub const CardColumn: Code = kind(&"card_column|The column {header} is called like a payment card's number.|Such a number is never sent.");
    pub const UnknownTag: Code = kind(&"unknown_tag|No column is called {variable}, as a placeholder is.|Names are taken exactly, capitals and all.");
    pub const DuplicateRecipient: Code = kind(&"duplicate_recipient|The same name and address is at {where} {first} already.|Check whether it is meant to receive two.");

    /// All kinds, in the order of the documentation.
    pub const ALL: [Code; 118] = [
        Code::InvalidJson, Code::ByteOrderMark, Code::InvalidUtf8, Code::LoneSurrogate, Code::ControlCharacter,
        Code::BidirectionalControl, Code::PrivateUseCharacter, Code::UnassignedCharacter, Code::Emoji,
        Code::DuplicateMember, Code::TooDeep, Code::TooManyIssues, Code::NotJsonValue, Code::InvalidType,
        Code::MissingMember, Code::NullMember, Code::UnknownMember, Code::UnknownFilter, Code::EscapedComma, Code::UnexpectedMember, Code::MisplacedMember, Code::MissingChoice,
        Code::ConflictingMembers, Code::EmptyMember, Code::Blank, Code::TooLong, Code::TooShort, Code::TooManyItems,
        Code::TooFewItems, Code::InvalidChoice, Code::InvalidEmail, Code::InvalidUrl, Code::InsecureUrl,
        Code::InvalidNumber, Code::UnsafeNumber, Code::InvalidKey, Code::InvalidTransactionId, Code::InvalidLanguage, Code::RedundantStreet,
        Code::UnstructuredAddress, Code::UnknownCountry, Code::MissingState, Code::UnknownState,
        Code::InvalidPostalCode, Code::PostalCodeOfOtherState, Code::UnassignedPostalCode, Code::UnneededPostalCode,
        Code::UnusualForm, Code::TerritoryAsCountry, Code::MixedMarkets, Code::MissingMessage,
        Code::MessageWillBeTruncated, Code::MessageInTemplateMode, Code::TemplateWithoutMode,
        Code::UnresolvedPlaceholder, Code::MissingVariable, Code::UnusedVariable, Code::BlankVariable,
        Code::InvalidVariableName, Code::SpacedPlaceholder, Code::MalformedPlaceholder, Code::PlaceholderNotMerged,
        Code::TooManyVariables, Code::TextsTooLong, Code::InvalidId, Code::OutOfRange, Code::TooLarge, Code::InvalidDate, Code::InvalidCountryCode, Code::UnknownCurrency, Code::UnusualAmount, Code::ConfirmAmount,
        Code::EmptyFile, Code::FileTooLarge, Code::WrongFileType, Code::HeadTooShort, Code::UnreadableImage,
        Code::NotSquare, Code::ModeMismatch, Code::CountMismatch, Code::IdMismatch, Code::AmountMismatch, Code::TotalMismatch, Code::ImpossibleTotal, Code::UnusualScale, Code::CurrencyMismatch, Code::KindMismatch,
        Code::NoRows, Code::RaggedRow, Code::EmptyRow, Code::RowTooLong, Code::UnterminatedQuote,
        Code::TextAfterQuote, Code::StrayQuote, Code::ReplacementCharacter, Code::WrongDelimiter,
        Code::TooManyColumns, Code::UnnamedColumn, Code::DuplicateColumn, Code::UnknownColumn, Code::AmbiguousColumn,
        Code::MissingColumn, Code::IssuesShortened, Code::UnreadablePdf, Code::WrongPageCount, Code::TooManyPages, Code::WrongPageSize, Code::HeaderNormalised, Code::CardColumn, Code::UnknownTag, Code::DuplicateRecipient, Code::InvalidUuid, Code::InvalidPdf,
        Code::UncheckedHost, Code::InvalidAddressId, Code::IgnoredMember, Code::OverriddenMember, Code::DefaultInForce,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_hint_has_a_placeholder_in_it() {
        for code in Code::ALL {
            // Values are filled into messages only. What is doubled is the notation of templates.
            let hint = code.hint().replace("{{", "").replace("}}", "");
            assert!(!hint.contains(['{', '}']), "{}: {hint}", code.name());
        }
    }

    #[test]
    fn every_kind_is_listed_once_and_has_its_own_name() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(!names.contains(""), "a kind is missing from ALL");
    }
}
