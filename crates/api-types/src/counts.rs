//! Rows counted by what they are.

use serde::{Deserialize, Serialize};

use crate::{DeliveryStatus, MemberUndo, MemberVerdict, RowVerdict};

/// The rows of a batch, counted by each variant of an enum.
pub trait RowCounts: Copy + Default {
    type By: Copy;

    fn total(&self) -> u32;

    fn of(&mut self, what: Self::By) -> &mut u32;
}

macro_rules! counts {
    ($($(#[$about:meta])+ $name:ident by $by:ident { $($field:ident: $variant:ident,)+ })+) => {
        $(
            $(#[$about])+
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            pub struct $name {
                $(pub $field: u32,)+
            }

            impl $name {
                pub fn total(&self) -> u32 {
                    0 $(+ self.$field)+
                }

                pub fn get(&self, what: $by) -> u32 {
                    match what {
                        $($by::$variant => self.$field,)+
                    }
                }

                pub fn of(&mut self, what: $by) -> &mut u32 {
                    match what {
                        $($by::$variant => &mut self.$field,)+
                    }
                }
            }

            impl RowCounts for $name {
                type By = $by;

                fn total(&self) -> u32 {
                    self.total()
                }

                fn of(&mut self, what: $by) -> &mut u32 {
                    self.of(what)
                }
            }
        )+
    };
}

counts! {
    /// Rows by verdict. Their sum is the number of rows the server has.
    VerdictCounts by RowVerdict {
        ready: Ready,
        member: Member,
        invited: Invited,
        duplicate: Duplicate,
        over_seats: OverSeats,
        error: Error,
    }

    /// Rows by delivery status. Their sum is the number of rows the server has.
    DeliveryCounts by DeliveryStatus {
        queued: Queued,
        sending: Sending,
        sent: Sent,
        failed: Failed,
        skipped: Skipped,
        cancelled: Cancelled,
        unknown: Unknown,
    }

    /// Rows by verdict. Their sum is the number of rows the server has.
    MemberVerdictCounts by MemberVerdict {
        change: Change,
        unchanged: Unchanged,
        not_member: NotMember,
        not_allowed: NotAllowed,
        duplicate: Duplicate,
        over_seats: OverSeats,
        error: Error,
    }

    /// What undoing did, in rows.
    MemberUndoCounts by MemberUndo {
        restored: Restored,
        partly: Partly,
        left: Left,
    }
}

impl DeliveryCounts {
    /// The rows with a mail, each of which has an invitation.
    pub fn mails(&self) -> u32 {
        self.total() - self.skipped
    }
}
