//! What an administrator can do to a user, and to which users.

use api_types::{Protection, User, UserStatus};

use super::protection_reason;
use crate::api::{Failure, invitations, users};
use crate::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Resend,
    CopyLink,
    Revoke,
    Deactivate,
    Reactivate,
    Remove,
}

/// Whether an action is available for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    Open,
    /// It fits the user's status, but the user is protected from it.
    Protected(Protection),
    /// It does not fit the user's status.
    None,
}

impl Action {
    pub(crate) const ALL: [Self; 6] =
        [Self::Resend, Self::CopyLink, Self::Revoke, Self::Deactivate, Self::Reactivate, Self::Remove];
    /// Those that can be performed on several users at once, besides sending invitations again.
    pub(crate) const BULK: [Self; 4] = [Self::Revoke, Self::Deactivate, Self::Reactivate, Self::Remove];

    pub(crate) fn offer(self, user: &User) -> Offer {
        let is_pending = user.invitation.is_some();
        let fits = match (self, user.status) {
            (Self::Resend | Self::Revoke, UserStatus::Invited | UserStatus::Expired)
            | (Self::CopyLink, UserStatus::Invited) => is_pending,
            (Self::Deactivate, UserStatus::Active)
            | (Self::Reactivate, UserStatus::Deactivated)
            | (Self::Remove, UserStatus::Active | UserStatus::Deactivated) => true,
            _ => false,
        };
        match user.protected {
            _ if !fits => Offer::None,
            Some(protection) if self.is_destructive() => Offer::Protected(protection),
            _ => Offer::Open,
        }
    }

    /// Whether the action removes something: protected users are spared, and it is confirmed first.
    pub(crate) const fn is_destructive(self) -> bool {
        matches!(self, Self::Deactivate | Self::Remove | Self::Revoke)
    }

    pub(crate) fn label(self) -> String {
        match self {
            Self::Resend => t!("users.resend"),
            Self::CopyLink => t!("users.copy_link"),
            Self::Revoke => t!("users.revoke"),
            Self::Deactivate => t!("users.deactivate"),
            Self::Reactivate => t!("users.reactivate"),
            Self::Remove => t!("users.remove"),
        }
    }

    /// The question about one user.
    pub(crate) fn question(self, name: &str) -> String {
        match self {
            Self::Revoke => t!("users.revoke_title", name = name),
            Self::Deactivate => t!("users.deactivate_title", name = name),
            Self::Remove => t!("users.remove_title", name = name),
            Self::Resend | Self::CopyLink | Self::Reactivate => self.label(),
        }
    }

    /// The question about several users.
    pub(crate) fn bulk_question(self, count: usize) -> String {
        match self {
            Self::Revoke => t!("users.bulk_revoke_title", count = count),
            Self::Deactivate => t!("users.bulk_deactivate_title", count = count),
            Self::Remove => t!("users.bulk_remove_title", count = count),
            Self::Resend | Self::CopyLink | Self::Reactivate => self.label(),
        }
    }

    /// What happens to each of the chosen users.
    pub(crate) fn consequences(self) -> String {
        match self {
            Self::Revoke => t!("users.revoke_text"),
            Self::Deactivate => t!("users.deactivate_text"),
            Self::Remove => t!("users.remove_text"),
            Self::Resend | Self::CopyLink | Self::Reactivate => String::new(),
        }
    }

    /// The notice afterwards.
    pub(crate) fn done(self, name: &str) -> String {
        match self {
            Self::Resend => t!("users.resend_done", name = name),
            Self::CopyLink => t!("common.copied"),
            Self::Revoke => t!("users.revoke_done", name = name),
            Self::Deactivate => t!("users.deactivate_done", name = name),
            Self::Reactivate => t!("users.reactivate_done", name = name),
            Self::Remove => t!("users.remove_done", name = name),
        }
    }

    /// Why the action cannot be performed on a user; `None` where it can.
    pub(crate) fn disabled_reason(self, user: &User) -> Option<String> {
        match self.offer(user) {
            Offer::Open => None,
            Offer::Protected(protection) => Some(protection_reason(protection)),
            Offer::None => Some(match self {
                Self::Resend | Self::CopyLink | Self::Revoke => t!("users.not_pending"),
                Self::Deactivate => t!("users.not_active"),
                Self::Reactivate => t!("users.not_deactivated"),
                Self::Remove => t!("users.not_member"),
            }),
        }
    }

    /// Performs the action. Copying a link is left to its dialog and does nothing here.
    pub(crate) async fn perform(self, user: &User) -> Result<(), Failure> {
        match (self, &user.invitation) {
            (Self::Resend, Some(invitation)) => invitations::resend(&invitation.id, None).await,
            (Self::Revoke, Some(invitation)) => invitations::revoke(&invitation.id).await,
            (Self::Deactivate, _) => users::deactivate(&user.id).await,
            (Self::Reactivate, _) => users::reactivate(&user.id).await,
            (Self::Remove, _) => users::remove(&user.id).await,
            (Self::CopyLink, _) | (Self::Resend | Self::Revoke, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::{InvitationId, Locale, PendingInvitation, Role, Timestamp, UserId};

    use super::*;

    fn person(status: UserStatus, protected: Option<Protection>) -> User {
        let pending = matches!(status, UserStatus::Invited | UserStatus::Expired);
        User {
            id: UserId("u".into()),
            email: "ana@example.com".into(),
            first_name: "Ana".into(),
            last_name: "Ruiz".into(),
            role: Role::Admin,
            personas: Vec::new(),
            teams: vec!["Everyone".into()],
            workspace: "Default".into(),
            status,
            last_sign_in_at: None,
            invitation: pending.then(|| PendingInvitation {
                id: InvitationId("i".into()),
                sent_at: Timestamp("2026-11-20T08:00:00Z".into()),
                expires_at: Timestamp("2026-11-27T08:00:00Z".into()),
                language: Locale::En,
            }),
            protected,
            version: 1,
        }
    }

    fn open(user: &User) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| action.offer(user) == Offer::Open).collect()
    }

    #[test]
    fn each_status_has_its_actions() {
        use Action::{CopyLink, Deactivate, Reactivate, Remove, Resend, Revoke};
        assert_eq!(open(&person(UserStatus::Invited, None)), [Resend, CopyLink, Revoke]);
        assert_eq!(open(&person(UserStatus::Expired, None)), [Resend, Revoke]);
        assert_eq!(open(&person(UserStatus::Active, None)), [Deactivate, Remove]);
        assert_eq!(open(&person(UserStatus::Deactivated, None)), [Reactivate, Remove]);
    }

    #[test]
    fn protected_people_keep_what_protects_them() {
        let last_admin = person(UserStatus::Active, Some(Protection::LastAdmin));
        assert_eq!(open(&last_admin), []);
        assert_eq!(Action::Remove.offer(&last_admin), Offer::Protected(Protection::LastAdmin));
        assert_eq!(Action::Resend.offer(&last_admin), Offer::None);
    }
}
