use crate::ProblemCode;

/// Why a text is not an address that can be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.name())]
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

impl From<AddressError> for ProblemCode {
    fn from(error: AddressError) -> Self {
        match error {
            AddressError::Empty => Self::MissingEmail,
            AddressError::NoAt => Self::NoAt,
            AddressError::TwoAts => Self::TwoAts,
            AddressError::SpaceInside => Self::SpaceInside,
            AddressError::ControlCharacter => Self::ControlCharacter,
            AddressError::DisplayName => Self::DisplayName,
            AddressError::EmptyLocal => Self::EmptyLocal,
            AddressError::QuotedLocal => Self::QuotedLocal,
            AddressError::NonAsciiLocal => Self::NonAsciiLocal,
            AddressError::LocalCharacter => Self::LocalCharacter,
            AddressError::DotPlacement => Self::DotPlacement,
            AddressError::LocalTooLong => Self::LocalTooLong,
            AddressError::AddressTooLong => Self::AddressTooLong,
            AddressError::EmptyDomain => Self::EmptyDomain,
            AddressError::EmptyLabel => Self::EmptyLabel,
            AddressError::LabelTooLong => Self::LabelTooLong,
            AddressError::LabelHyphen => Self::LabelHyphen,
            AddressError::LabelCharacter => Self::LabelCharacter,
            AddressError::InvalidIdn => Self::InvalidIdn,
            AddressError::DotlessDomain => Self::DotlessDomain,
            AddressError::AddressLiteral => Self::AddressLiteral,
            AddressError::OneLetterTld => Self::OneLetterTld,
            AddressError::NumericTld => Self::NumericTld,
        }
    }
}
