//! Every kind of issue: its stable name, what it says and how it is mended.

use crate::schema::documentation;

/// Name, message and hint of a kind of issue.
///
/// In a message `{member}` is the last member of the path and any other name a value of `params`.
#[derive(Clone, Copy)]
struct Words(&'static str, &'static str, &'static str);

/// Keeps words about files and plans with the feature `lists` only: modules that read neither are smaller without.
const fn list_words(words: &'static str) -> &'static str {
    if cfg!(any(test, feature = "lists")) { words } else { "" }
}

/// What kind of issue it is. The names are stable: applications branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the message of each kind says it better, see `words`")]
pub enum Code {
    InvalidJson,
    ByteOrderMark,
    InvalidUtf8,
    LoneSurrogate,
    ControlCharacter,
    BidirectionalControl,
    PrivateUseCharacter,
    UnassignedCharacter,
    Emoji,
    DuplicateMember,
    TooDeep,
    TooManyIssues,
    NotJsonValue,
    InvalidType,
    MissingMember,
    NullMember,
    UnknownMember,
    MisplacedMember,
    MissingChoice,
    ConflictingMembers,
    EmptyMember,
    Blank,
    TooLong,
    TooShort,
    TooManyItems,
    TooFewItems,
    InvalidChoice,
    InvalidEmail,
    InvalidUrl,
    InsecureUrl,
    InvalidNumber,
    UnsafeNumber,
    InvalidKey,
    InvalidLanguage,
    RedundantStreet,
    UnstructuredAddress,
    UnknownCountry,
    MissingState,
    UnknownState,
    InvalidPostalCode,
    PostalCodeOfOtherState,
    UnassignedPostalCode,
    UnneededPostalCode,
    UnusualForm,
    TerritoryAsCountry,
    MixedMarkets,
    MissingMessage,
    MessageWillBeTruncated,
    MessageInTemplateMode,
    TemplateWithoutMode,
    UnresolvedPlaceholder,
    MissingVariable,
    UnusedVariable,
    BlankVariable,
    InvalidVariableName,
    SpacedPlaceholder,
    MalformedPlaceholder,
    PlaceholderNotMerged,
    TooManyVariables,
    TextsTooLong,
    InvalidId,
    OutOfRange,
    UnusualAmount,
    EmptyFile,
    FileTooLarge,
    WrongFileType,
    HeadTooShort,
    UnreadableImage,
    NotSquare,
    ModeMismatch,
    CountMismatch,
    CurrencyMismatch,
    KindMismatch,
    NoRows,
    RaggedRow,
    EmptyRow,
    RowTooLong,
    UnterminatedQuote,
    TextAfterQuote,
    StrayQuote,
    ReplacementCharacter,
    WrongDelimiter,
    TooManyColumns,
    UnnamedColumn,
    DuplicateColumn,
    UnknownColumn,
    AmbiguousColumn,
    MissingColumn,
    IssuesShortened,
    DuplicateRecipient,
}

impl Code {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Code; 90] = [
        Code::InvalidJson,
        Code::ByteOrderMark,
        Code::InvalidUtf8,
        Code::LoneSurrogate,
        Code::ControlCharacter,
        Code::BidirectionalControl,
        Code::PrivateUseCharacter,
        Code::UnassignedCharacter,
        Code::Emoji,
        Code::DuplicateMember,
        Code::TooDeep,
        Code::TooManyIssues,
        Code::NotJsonValue,
        Code::InvalidType,
        Code::MissingMember,
        Code::NullMember,
        Code::UnknownMember,
        Code::MisplacedMember,
        Code::MissingChoice,
        Code::ConflictingMembers,
        Code::EmptyMember,
        Code::Blank,
        Code::TooLong,
        Code::TooShort,
        Code::TooManyItems,
        Code::TooFewItems,
        Code::InvalidChoice,
        Code::InvalidEmail,
        Code::InvalidUrl,
        Code::InsecureUrl,
        Code::InvalidNumber,
        Code::UnsafeNumber,
        Code::InvalidKey,
        Code::InvalidLanguage,
        Code::RedundantStreet,
        Code::UnstructuredAddress,
        Code::UnknownCountry,
        Code::MissingState,
        Code::UnknownState,
        Code::InvalidPostalCode,
        Code::PostalCodeOfOtherState,
        Code::UnassignedPostalCode,
        Code::UnneededPostalCode,
        Code::UnusualForm,
        Code::TerritoryAsCountry,
        Code::MixedMarkets,
        Code::MissingMessage,
        Code::MessageWillBeTruncated,
        Code::MessageInTemplateMode,
        Code::TemplateWithoutMode,
        Code::UnresolvedPlaceholder,
        Code::MissingVariable,
        Code::UnusedVariable,
        Code::BlankVariable,
        Code::InvalidVariableName,
        Code::SpacedPlaceholder,
        Code::MalformedPlaceholder,
        Code::PlaceholderNotMerged,
        Code::TooManyVariables,
        Code::TextsTooLong,
        Code::InvalidId,
        Code::OutOfRange,
        Code::UnusualAmount,
        Code::EmptyFile,
        Code::FileTooLarge,
        Code::WrongFileType,
        Code::HeadTooShort,
        Code::UnreadableImage,
        Code::NotSquare,
        Code::ModeMismatch,
        Code::CountMismatch,
        Code::CurrencyMismatch,
        Code::KindMismatch,
        Code::NoRows,
        Code::RaggedRow,
        Code::EmptyRow,
        Code::RowTooLong,
        Code::UnterminatedQuote,
        Code::TextAfterQuote,
        Code::StrayQuote,
        Code::ReplacementCharacter,
        Code::WrongDelimiter,
        Code::TooManyColumns,
        Code::UnnamedColumn,
        Code::DuplicateColumn,
        Code::UnknownColumn,
        Code::AmbiguousColumn,
        Code::MissingColumn,
        Code::IssuesShortened,
        Code::DuplicateRecipient,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// What is wrong; names in braces stand for values.
    pub fn message(self) -> &'static str {
        self.entry().1
    }

    /// How it is mended; empty where the message says it all.
    pub fn hint(self) -> &'static str {
        self.entry().2
    }

    /// Whether it can be found in a recipient, for the module that looks at nothing else.
    const fn is_about_a_recipient(self) -> bool {
        let of_orders = matches!(
            self,
            Code::InvalidChoice
                | Code::InvalidEmail
                | Code::InvalidUrl
                | Code::InsecureUrl
                | Code::InvalidKey
                | Code::InvalidLanguage
        );
        matches!(self, Code::InvalidVariableName) || !of_orders && (self as usize) < Code::MixedMarkets as usize
    }

    fn entry(self) -> Words {
        WORDS.get(self as usize).copied().unwrap_or(Words("", "", ""))
    }

    #[rustfmt::skip]
    const fn words(self) -> Words {
        match self {
            Code::InvalidJson => Words("invalid_json", "Not JSON at line {line}, column {column}: {reason}.", "Write the text with JSON.stringify."),
            Code::ByteOrderMark => Words("byte_order_mark", "The text starts with a byte order mark.", "Save it as UTF-8 without one."),
            Code::InvalidUtf8 => Words("invalid_utf8", "{member} is not UTF-8 at byte {offset}.", "Encode the text as UTF-8, as TextEncoder does."),
            Code::LoneSurrogate => Words("lone_surrogate", "{member} holds one half of a character (a lone surrogate).", "Cut text between characters; toWellFormed() replaces such halves."),
            Code::ControlCharacter => Words("control_character", "{member} holds the control character {character}, which cannot be printed.", "Take it out."),
            Code::BidirectionalControl => Words("bidirectional_control", "{member} holds {character}, which is not seen and turns the order of what is around it.", "Take it out."),
            Code::PrivateUseCharacter => Words("private_use_character", "{member} holds {character}, which every font shows differently, or not at all.", "Take it out, or write what it means."),
            Code::UnassignedCharacter => Words("unassigned_character", "{member} holds {character}, which stands for no character and is in no font.", "Take it out."),
            Code::Emoji => Words("emoji", "{member} holds the emoji {character}, which may not be printed as it looks.", "Say it in words."),
            Code::DuplicateMember => Words("duplicate_member", "{member} is given more than once.", "Give it once; readers disagree on which one counts."),
            Code::TooDeep => Words("too_deep", "{member} is nested deeper than {limit} levels.", ""),
            Code::TooManyIssues => Words("too_many_issues", "There are more issues than the {limit} that are listed.", "Mend these and check again."),
            // Said by JavaScript, before anything comes here.
            Code::NotJsonValue => Words("not_json_value", documentation("{member} is {actual}, which JSON cannot hold."), documentation("Give text, numbers, true, false, plain objects and arrays.")),
            Code::InvalidType => Words("invalid_type", "{member} has to be {expected}, not {actual}.", ""),
            Code::MissingMember => Words("missing_member", "{member} is missing.", ""),
            Code::NullMember => Words("null_member", "{member} is null.", "Leave the member out instead."),
            Code::UnknownMember => Words("unknown_member", "{member} is not documented by the provider here; it is passed on.", ""),
            Code::MisplacedMember => Words("misplaced_member", "{member} does not belong here, but {belongs}.", ""),
            Code::MissingChoice => Words("missing_choice", "One of these is needed: {needed}.", ""),
            Code::ConflictingMembers => Words("conflicting_members", "{member} cannot be combined with {other}.", "Give one of them."),
            Code::EmptyMember => Words("empty_member", "{member} is empty and is left out.", ""),
            Code::Blank => Words("blank", "{member} is empty.", ""),
            Code::TooLong => Words("too_long", "{member} has {actual} characters, at most {limit} are taken.", ""),
            Code::TooShort => Words("too_short", "{member} has {actual} characters, at least {limit} are needed.", ""),
            Code::TooManyItems => Words("too_many_items", "{member} has {actual} entries, at most {limit} are taken.", ""),
            Code::TooFewItems => Words("too_few_items", "{member} has {actual} entries, at least {limit} are needed.", ""),
            Code::InvalidChoice => Words("invalid_choice", "{member} is \"{actual}\", which is none of: {allowed}.", ""),
            Code::InvalidEmail => Words("invalid_email", "{member} \"{actual}\" is not an e-mail address.", "Write it as name@example.com."),
            Code::InvalidUrl => Words("invalid_url", "{member} \"{actual}\" is not an absolute web address.", "Write it as https://example.com/path."),
            Code::InsecureUrl => Words("insecure_url", "{member} \"{actual}\" does not start with https://.", "Only localhost, 127.0.0.1 and [::1] may use http."),
            Code::InvalidNumber => Words("invalid_number", "{member} is written {actual}; an integer is written with digits only.", ""),
            Code::UnsafeNumber => Words("unsafe_number", "{member} is {actual}, more than many JSON readers keep exactly.", "Send it as text."),
            Code::InvalidKey => Words("invalid_key", "The idempotency key has {actual} characters; 1 to {limit} printable ASCII characters are taken.", "Use crypto.randomUUID(), once for each order."),
            Code::InvalidLanguage => Words("invalid_language", "acceptLanguage \"{actual}\" is not a list of languages.", "Write it as en-US, or as nl, en;q=0.8."),
            Code::RedundantStreet => Words("redundant_street", "streetAddress is used, street and number are not.", "Give one of the two."),
            Code::UnstructuredAddress => Words("unstructured_address", "{member} stands in for the address in a preview only.", "Give streetAddress, postalCode, city and country before sending."),
            Code::UnknownCountry => Words("unknown_country", "{member} \"{actual}\" is not a country that is known.", "Give the English name or the ISO code, such as Netherlands or NL."),
            Code::MissingState => Words("missing_state", "An address in {country} needs a state.", ""),
            Code::UnknownState => Words("unknown_state", "{member} \"{actual}\" is not a state of {country}.", ""),
            Code::InvalidPostalCode => Words("invalid_postal_code", "{member} \"{actual}\" is not a postal code of {country}, such as {example}.", ""),
            Code::PostalCodeOfOtherState => Words("postal_code_of_other_state", "{actual} is in {other}, not in {state}.", "Check both: one of them is wrong."),
            Code::UnassignedPostalCode => Words("unassigned_postal_code", "{actual} is not in use in {country}.", "Check the digits."),
            Code::UnneededPostalCode => Words("unneeded_postal_code", "{country} is not known to use postal codes.", "Leave it out where nothing else asks for it."),
            Code::UnusualForm => Words("unusual_form", "{member} \"{actual}\" is usually written {normal}.", ""),
            Code::TerritoryAsCountry => Words("territory_as_country", "{actual} is taken as a country of its own, outside the US market.", "For the US market write United States as country and {actual} as state."),
            Code::MixedMarkets => Words("mixed_markets", "Letters to the United States ({us}) and to other countries ({others}) cannot be combined in one order.", "Make two orders."),
            Code::MissingMessage => Words("missing_message", "{member} is missing: a letter needs a message, attachments or both.", ""),
            Code::MessageWillBeTruncated => Words("message_will_be_truncated", "{member} has {actual} characters after the merge, all after {limit} are cut off.", ""),
            Code::MessageInTemplateMode => Words("message_in_template_mode", "{member} is not printed: in template mode every letter has the text of templateMessage.", "Take it out, or take out composeMode."),
            Code::TemplateWithoutMode => Words("template_without_mode", "{member} is used in template mode only.", "Add \"composeMode\": \"template\"."),
            Code::UnresolvedPlaceholder => Words("unresolved_placeholder", "The placeholder {variable} has no value for this recipient.", "Add it to the recipient's customFields."),
            Code::MissingVariable => Words("missing_variable", "{variable} is listed in variableKeys, but this recipient has no value for it.", "Add it to the recipient's customFields."),
            Code::UnusedVariable => Words("unused_variable", "The template does not use {variable}.", ""),
            Code::BlankVariable => Words("blank_variable", "{variable} is empty for this recipient and leaves a hole in the text.", ""),
            Code::InvalidVariableName => Words("invalid_variable_name", "{actual} cannot be used as a template variable.", "Use letters, digits and underscores, at most 40, and no digit at the start."),
            Code::SpacedPlaceholder => Words("spaced_placeholder", "The placeholder {variable} is written with spaces inside its braces; the provider documents it without.", ""),
            Code::MalformedPlaceholder => Words("malformed_placeholder", "{actual} is not a placeholder and is printed as it stands.", "Placeholders are written {{name}}: letters, digits and underscores, at most 40."),
            Code::PlaceholderNotMerged => Words("placeholder_not_merged", "The placeholder {variable} is printed as it stands: it is filled in template mode only.", "Use composeMode \"template\" with templateMessage, or write the text out."),
            Code::TooManyVariables => Words("too_many_variables", "{member} has more than {limit} variables.", ""),
            Code::TextsTooLong => Words("texts_too_long", "All texts together take more than {limit} bytes.", "Merge fewer recipients at a time."),
            Code::InvalidId => Words("invalid_id", "{member} is made of dots only.", ""),
            Code::OutOfRange => Words("out_of_range", "{member} is {actual}, at least {least} is needed.", ""),
            Code::UnusualAmount => Words("unusual_amount", "{member} is {actual}; another public source takes {least} to {most}, in steps of {step}.", ""),
            Code::EmptyFile => Words("empty_file", "{member} is empty.", ""),
            Code::FileTooLarge => Words("file_too_large", "{member} has {actual} bytes, at most {limit} are taken.", ""),
            Code::WrongFileType => Words("wrong_file_type", "{member} is {actual}, not one of: {allowed}.", "What counts is what the file holds, not what it is called."),
            Code::HeadTooShort => Words("head_too_short", "The first {actual} bytes of {member} do not show enough of it: give the first {needed}.", "Or give all of it; a picture that is saved without metadata shows its size early."),
            Code::UnreadableImage => Words("unreadable_image", "{member} is a picture whose size cannot be read.", "Open it and save it again as PNG or JPEG."),
            Code::NotSquare => Words("not_square", "{member} is {width} by {height}; a postcard's front is square.", "Crop it."),
            Code::ModeMismatch => Words("mode_mismatch", "The provider answered in {actual} mode, but the request was made in the other.", "Check which key the gateway holds."),
            Code::CountMismatch => Words("count_mismatch", "The provider counts {actual} recipients, {expected} were sent.", "Look at the order before you pay or repeat it."),
            Code::CurrencyMismatch => Words("currency_mismatch", "The provider answered about {actual}, {expected} was asked for.", ""),
            Code::KindMismatch => Words("kind_mismatch", "The provider filed it as {actual}, {expected} was sent.", "Upload it again."),
            Code::NoRows => Words("no_rows", list_words("There is no row behind the header."), list_words("The file must parse into at least one valid row.")),
            Code::RaggedRow => Words("ragged_row", list_words("The row has {actual} cells, the header has {expected}."), list_words("Put a cell that holds the delimiter into quotes. The row's recipient is left empty: which text belongs where is not known.")),
            Code::EmptyRow => Words("empty_row", list_words("All cells of the row are empty."), list_words("Fill it in, or take it out.")),
            Code::RowTooLong => Words("row_too_long", list_words("The row has more than {limit} bytes and is not read."), list_words("Look for a quote that is never closed.")),
            Code::UnterminatedQuote => Words("unterminated_quote", list_words("The quote that opens here is never closed; it is taken as text, and the row ends with its line."), list_words("Close it, or write a quote inside quotes twice.")),
            Code::TextAfterQuote => Words("text_after_quote", list_words("There is text behind the closing quote; all of the cell is taken as it stands."), list_words("Write a quote inside quotes twice.")),
            Code::StrayQuote => Words("stray_quote", list_words("A quote inside a cell without quotes is taken as it stands."), list_words("A cell that is meant to be in quotes starts with one, without a space before it.")),
            Code::ReplacementCharacter => Words("replacement_character", list_words("{member} holds U+FFFD, which stands for a character that was lost."), list_words("Read the file in its own encoding, or save it as \"CSV UTF-8\".")),
            Code::WrongDelimiter => Words("wrong_delimiter", list_words("The header has {actual} between its cells, not {expected}."), list_words("Give that as options.delimiter.")),
            Code::TooManyColumns => Words("too_many_columns", list_words("The header has {actual} cells, at most {limit} are read."), list_words("")),
            Code::UnnamedColumn => Words("unnamed_column", list_words("Column {column} has no name."), list_words("Name it in the header, or take it out.")),
            Code::DuplicateColumn => Words("duplicate_column", list_words("Columns {first} and {second} are both called {header}."), list_words("Give each a name of its own.")),
            Code::UnknownColumn => Words("unknown_column", list_words("There is no column {header}, which options.columns names."), list_words("")),
            Code::AmbiguousColumn => Words("ambiguous_column", list_words("{header} may be {meant} as well, for which {other} is taken; it becomes a template variable."), list_words("Say in options.columns which is which.")),
            Code::MissingColumn => Words("missing_column", list_words("No column is {needed}."), list_words("Say in options.columns which one it is; options.country is the country of all rows.")),
            Code::IssuesShortened => Words("issues_shortened", list_words("From here on, only the gravest issue of each row is listed."), list_words("Mend what is listed and check again.")),
            Code::DuplicateRecipient => Words("duplicate_recipient", list_words("The same name and address is at {where} {first} already."), list_words("Check whether it is meant to receive two.")),
        }
    }
}

/// [`Code::words`] of every kind, worked out by the compiler: a table is a quarter of the match's size.
#[expect(clippy::indexing_slicing, reason = "constant evaluation: every kind has its place, or the build fails")]
static WORDS: [Words; Code::ALL.len()] = {
    let mut table = [Words("", "", ""); Code::ALL.len()];
    let mut index = 0;
    while index < Code::ALL.len() {
        let code = Code::ALL[index];
        // Not even the text of what cannot be found is carried around.
        if cfg!(feature = "operations") || code.is_about_a_recipient() {
            table[code as usize] = code.words();
        }
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_is_listed_once_and_has_its_own_name() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(!names.contains(""), "a kind is missing from ALL");
    }
}
