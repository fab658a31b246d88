use crate::ProblemCode;

/// Why a text is not an address that can be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressError {
    Empty,
    NoAt,
    TwoAts,
    SpaceInside,
    ControlCharacter,
    DisplayName,
    EmptyLocal,
    QuotedLocal,
    NonAsciiLocal,
    LocalCharacter,
    DotPlacement,
    LocalTooLong,
    AddressTooLong,
    EmptyDomain,
    EmptyLabel,
    LabelTooLong,
    LabelHyphen,
    LabelCharacter,
    InvalidIdn,
    DotlessDomain,
    AddressLiteral,
    OneLetterTld,
    NumericTld,
}

impl AddressError {
    /// The stable name: the same as that of the problem a file would get.
    #[must_use]
    pub fn name(self) -> &'static str {
        ProblemCode::from(self).name()
    }
}

impl std::fmt::Display for AddressError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::error::Error for AddressError {}
