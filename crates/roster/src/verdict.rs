//! What will happen to a row when the person presses *Invite*.

use serde::{Deserialize, Serialize};

/// What will happen to a row. The first four come from the file alone, the last three from what the account has: its
/// address keys and its free seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Will be invited.
    Ready,
    /// Will be invited; something about it deserves a look.
    Warning,
    /// Will not be invited until it is fixed.
    Error,
    /// An earlier row of the same file has the same address.
    Duplicate,
    /// The person is already a member of the account.
    Member,
    /// A live invitation to the address exists already.
    Invited,
    /// The account has no seat left for the row, counted in file order.
    OverSeats,
}

impl Verdict {
    /// Every verdict, in the order in which a review lists them.
    pub const ALL: [Self; 7] = [
        Self::Ready,
        Self::Warning,
        Self::Error,
        Self::Duplicate,
        Self::Member,
        Self::Invited,
        Self::OverSeats,
    ];

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
