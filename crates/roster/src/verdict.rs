//! The outcome for a row when the user presses *Invite*.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The outcome for a row. The first four follow from the file alone, the last three from the account's address keys and
/// free seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Will be invited.
    Ready,
    /// Will be invited, with a warning.
    Warning,
    /// Will not be invited until it is fixed.
    Error,
    /// An earlier row of the same file has the same address.
    Duplicate,
    /// The person is already a member of the account.
    Member,
    /// There is an open invitation to the address already.
    Invited,
    /// The account has no seat left for the row, counted in file order.
    OverSeats,
}

impl Verdict {
    /// Every verdict, in the order in which a review lists them.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Duplicate => "duplicate",
            Self::Member => "member",
            Self::Invited => "invited",
            Self::OverSeats => "over_seats",
        }
    }

    /// Whether a row with this verdict is sent to the backend.
    #[must_use]
    pub const fn is_invitable(self) -> bool {
        matches!(self, Self::Ready | Self::Warning)
    }
}
