//! The problems of a row, typed: the place, the kind, and the suggestion.

use serde::{Deserialize, Serialize};

use headings::Field;

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is invited all the same.
    Warning,
    /// The row is left out because an earlier one has the same address.
    Duplicate,
    /// The row is not invited until it is fixed.
    Error,
}

/// A problem of one cell, or of a record as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The 1-based record number, as the person sees it in the file.
    pub row: u64,
    /// The 0-based column; `None` when it is about the record as a whole or the value came from a default.
    pub column: Option<u32>,
    pub field: Option<Field>,
    pub code: ProblemCode,
    /// The offending value, cut to 200 characters.
    pub value: String,
    /// The suggested value, or the value that was made of it.
    pub suggestion: Option<String>,
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The kinds of problems. The names are stable: translations and other programs rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name, as in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

problem_codes! {
    /// The row has no address.
    MissingEmail = "missing_email", Error;
    /// No `@`.
    NoAt = "no_at", Error;
    /// More than one `@`, or more than one address in the cell.
    TwoAts = "two_ats", Error;
    /// White space inside the address.
    SpaceInside = "space_inside", Error;
    /// `Name <address>` where a bare address is asked for.
    DisplayName = "display_name", Error;
    /// Nothing before the `@`.
    EmptyLocal = "empty_local", Error;
    /// The local part is in quotes.
    QuotedLocal = "quoted_local", Error;
    /// The local part has characters outside ASCII.
    NonAsciiLocal = "non_ascii_local", Error;
    /// The local part has an ASCII character that no address may have.
    LocalCharacter = "local_character", Error;
    /// A dot at the beginning or end of the local part, or two in a row.
    DotPlacement = "dot_placement", Error;
    /// More than 64 characters before the `@`.
    LocalTooLong = "local_too_long", Error;
    /// More than 254 characters in all, counted with A-labels.
    AddressTooLong = "address_too_long", Error;
    /// Nothing after the `@`.
    EmptyDomain = "empty_domain", Error;
    /// Two dots in a row in the domain, or one at its beginning or end.
    EmptyLabel = "empty_label", Error;
    /// A label of the domain is longer than 63 characters.
    LabelTooLong = "label_too_long", Error;
    /// A label of the domain begins or ends with a hyphen.
    LabelHyphen = "label_hyphen", Error;
    /// A character that no domain may have.
    LabelCharacter = "label_character", Error;
    /// An internationalised domain that the rules of IDNA do not allow.
    InvalidIdn = "invalid_idn", Error;
    /// A domain without a dot.
    DotlessDomain = "dotless_domain", Error;
    /// A network address in brackets instead of a domain.
    AddressLiteral = "address_literal", Error;
    /// A top-level domain of one letter.
    OneLetterTld = "one_letter_tld", Error;
    /// A top-level domain of digits.
    NumericTld = "numeric_tld", Error;
    /// Several addresses in one cell; the suggestion is the one for work, or else the first.
    SeveralAddresses = "several_addresses", Error;
    /// No address in its place, but one in the place of a name; the suggestion is that address.
    SwappedAddress = "swapped_address", Error;
    /// An earlier row has the same address.
    DuplicateAddress = "duplicate_address", Duplicate;
    /// An earlier row has the same address, and says otherwise of the role, the teams, the workspace or the language: a person
    /// decides which of them is left out.
    ContradictingRow = "contradicting_row", Error;
    /// The address was taken out of a text that may mean another one: beside a name that is not the row's, in round or square
    /// brackets, or with invisible characters. The suggestion is the value that will be used.
    AddressExtracted = "address_extracted", Warning;
    /// The domain is a near miss of a common one or of the account's own; the suggestion is the whole address.
    LikelyTypo = "likely_typo", Warning;
    /// The domain can be mistaken for another one: mixed scripts, or a look-alike of the account's own or of that of an
    /// earlier row.
    LookalikeAddress = "lookalike_address", Warning;
    /// Nobody of this domain may be invited.
    DomainNotAllowed = "domain_not_allowed", Error;
    /// A role in no language of the product; the suggestion is the nearest one.
    UnknownRole = "unknown_role", Error;
    /// A role that may not be given here.
    RoleNotAllowed = "role_not_allowed", Error;
    /// A team that the account does not have; the suggestion is the nearest one.
    UnknownTeam = "unknown_team", Error;
    /// A workspace that the account does not have; the suggestion is the nearest one.
    UnknownWorkspace = "unknown_workspace", Error;
    /// A language that the product does not have.
    UnknownLanguage = "unknown_language", Warning;
    /// More cells than the header has, and not only empty ones: values may be in the wrong columns.
    TooManyCells = "too_many_cells", Error;
    /// A mapped column is missing at the end of the record.
    TooFewCells = "too_few_cells", Warning;
    /// A cell longer than 32,767 characters, which no spreadsheet holds.
    CellTooLong = "cell_too_long", Warning;
    /// A name, team, workspace, role or language longer than 255 characters.
    ValueTooLong = "value_too_long", Error;
    /// A control character such as NUL.
    ControlCharacter = "control_character", Error;
    /// A line break inside a name; it becomes a space.
    LineBreak = "line_break", Warning;
    /// A character that reorders text, such as the right-to-left override; it is removed.
    BidiControl = "bidi_control", Warning;
    /// An invisible character, such as the zero-width space; it is removed.
    InvisibleCharacter = "invisible_character", Warning;
    /// An address in place of a name, or within one; the person is invited without that name. The suggestion is what is left
    /// of the name.
    AddressInName = "address_in_name", Warning;
    /// First and last name in one cell, as "García, Ana"; the suggestion is the whole name.
    NameInOneCell = "name_in_one_cell", Warning;
    /// First and last name in each other's place, as the other rows have them; the suggestion is the first name.
    SwappedNames = "swapped_names", Warning;
    /// A person who was split off from another row, without a name.
    MissingName = "missing_name", Warning;
    /// What programs and people write for no value, such as `N/A`, in place of a name.
    PlaceholderName = "placeholder_name", Warning;
    /// A cell that a spreadsheet would run as a formula.
    FormulaLike = "formula_like", Warning;
    /// Bytes that the encoding does not allow, shown as U+FFFD.
    UndecodableBytes = "undecodable_bytes", Warning;
    /// A quote was opened in this record and never closed: the rest of the file is in it, or the lines up to the next
    /// quote.
    UnclosedQuote = "unclosed_quote", Error;
}

#[cfg(test)]
mod tests {
    use super::ProblemCode;

    #[test]
    fn names_are_what_json_says() {
        for &code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.name().into()));
        }
    }
}
