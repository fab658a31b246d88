//! What an administrator can do to a user, and to which users.

use api_types::{Handover, Protection, User, UserStatus};
use strum::VariantArray;

use super::change::{Change, Changed, change_present};
use super::protection_reason;
use crate::api::{Failure, FailureKind, invitations, users};
use crate::t;
use crate::ui::Question;

/// So many invitations are sent again without a question.
const UNASKED_MAILS: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub(crate) enum UserAction {
    Resend,
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

impl UserAction {
    pub(crate) const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    pub(crate) fn offer(self, user: &User) -> Offer {
        let is_pending = user.invitation.is_some();
        let fits = match (self, user.status) {
            (Self::Resend | Self::Revoke, UserStatus::Invited | UserStatus::Expired) => is_pending,
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

    /// Whether the action removes something: protected users are spared.
    const fn is_destructive(self) -> bool {
        matches!(self, Self::Deactivate | Self::Remove | Self::Revoke)
    }

    pub(crate) fn label(self) -> String {
        match self {
            Self::Resend => t!("users.resend"),
            Self::Revoke => t!("users.revoke"),
            Self::Deactivate => t!("users.deactivate"),
            Self::Reactivate => t!("users.reactivate"),
            Self::Remove => t!("users.remove"),
        }
    }

    /// Whether somebody who is a member can no longer get in.
    pub(crate) fn ends_access(self) -> bool {
        matches!(self, Self::Deactivate | Self::Remove)
    }

    /// The question about one user; `None` where nothing is lost by it.
    pub(crate) fn question(self, name: &str) -> Option<Question> {
        let (title, text) = match self {
            Self::Revoke => (t!("users.revoke_title", name = name), t!("users.revoke_text")),
            Self::Deactivate => (t!("users.deactivate_title", name = name), t!("users.deactivate_text")),
            Self::Remove => (t!("users.remove_title", name = name), t!("users.remove_text")),
            Self::Resend | Self::Reactivate => return None,
        };
        Some(self.asked(title, text))
    }

    /// The same about several users. So many mails are not sent without a question.
    pub(crate) fn bulk_question(self, count: usize) -> Option<Question> {
        let (title, text) = match self {
            Self::Revoke => (t!("users.bulk_revoke_title", count = count), t!("users.revoke_text")),
            Self::Deactivate => {
                (t!("users.bulk_deactivate_title", count = count), t!("users.deactivate_text"))
            }
            Self::Remove => (t!("users.bulk_remove_title", count = count), t!("users.remove_text")),
            Self::Resend if count > UNASKED_MAILS => {
                (t!("users.bulk_resend_title", count = count), t!("users.bulk_resend_text"))
            }
            Self::Resend | Self::Reactivate => return None,
        };
        Some(self.asked(title, text))
    }

    fn asked(self, title: String, text: String) -> Question {
        Question { title, text, action: self.label(), danger: self != Self::Resend }
    }

    /// The notice afterwards.
    pub(crate) fn done(self, name: &str) -> String {
        match self {
            Self::Resend => t!("users.resend_done", name = name),
            Self::Revoke => t!("users.revoke_done", name = name),
            Self::Deactivate => t!("users.deactivate_done", name = name),
            Self::Reactivate => t!("users.reactivate_done", name = name),
            Self::Remove => t!("users.remove_done", name = name),
        }
    }

    /// The notice afterwards about several users.
    pub(crate) fn all_done(self, count: usize, names: String) -> String {
        match self {
            Self::Resend => t!("users.all_resent", count = count, names = names),
            Self::Revoke => t!("users.all_revoked", count = count, names = names),
            Self::Deactivate => t!("users.all_deactivated", count = count, names = names),
            Self::Reactivate => t!("users.all_reactivated", count = count, names = names),
            Self::Remove => t!("users.all_removed", count = count, names = names),
        }
    }

    /// Why the action cannot be performed on a user; `None` where it can.
    pub(crate) fn disabled_reason(self, user: &User) -> Option<String> {
        match self.offer(user) {
            Offer::Open => None,
            Offer::Protected(protection) => Some(protection_reason(protection)),
            Offer::None => Some(match self {
                Self::Resend | Self::Revoke => t!("users.not_pending"),
                Self::Deactivate => t!("users.not_active"),
                Self::Reactivate => t!("users.not_deactivated"),
                Self::Remove => t!("users.not_member"),
            }),
        }
    }

    /// Performs the action on the user as they are now, and returns what it changed if that can be undone. Where it ends the
    /// access of an administrator, `handover` says what happens to their work.
    pub(crate) async fn perform(self, user: &User, handover: &Handover) -> Result<Option<Changed>, Failure> {
        let change = match (self, &user.invitation) {
            (Self::Deactivate, _) => Change::Deactivated,
            (Self::Reactivate, _) => Change::Reactivated,
            (Self::Resend, Some(invitation)) => {
                return invitations::resend(&invitation.id, None).await.map(|()| None);
            }
            (Self::Revoke, Some(invitation)) => {
                return invitations::revoke(&invitation.id).await.map(|()| None);
            }
            (Self::Remove, _) => return users::remove(&user.id, handover).await.map(|()| None),
            (Self::Resend | Self::Revoke, None) => return Err(self.unfit(user)),
        };
        let fits = |user: &User| self.offer(user) == Offer::Open;
        let act = async |user: &User| match self {
            Self::Reactivate => users::reactivate(user).await,
            _ => users::deactivate(user, handover).await,
        };
        if let Some((_, user)) = change_present(user, fits, act).await? {
            return Ok(Some(Changed { user, change }));
        }
        let present = users::find(&user.id).await?;
        // Somebody else was first.
        if change.stands(&present) { Ok(None) } else { Err(self.unfit(&present)) }
    }

    fn unfit(self, user: &User) -> Failure {
        Failure::without_response(FailureKind::Unfit(self.disabled_reason(user).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use api_types::{InvitationId, Locale, PendingInvitation, Role, Timestamp};

    use super::super::change::tests;
    use super::*;

    fn person(status: UserStatus, protected: Option<Protection>) -> User {
        let pending = matches!(status, UserStatus::Invited | UserStatus::Expired);
        let invitation = pending.then(|| PendingInvitation {
            id: InvitationId("i".into()),
            sent_at: Timestamp("2026-11-20T08:00:00Z".into()),
            expires_at: Timestamp("2026-11-27T08:00:00Z".into()),
            language: Locale::En,
            delivery: None,
        });
        User { role: Role::Admin, status, invitation, protected, ..tests::person(1) }
    }

    fn open(user: &User) -> Vec<UserAction> {
        UserAction::ALL.into_iter().filter(|action| action.offer(user) == Offer::Open).collect()
    }

    #[test]
    fn each_status_has_its_actions() {
        use UserAction::{Deactivate, Reactivate, Remove, Resend, Revoke};
        assert_eq!(open(&person(UserStatus::Invited, None)), [Resend, Revoke]);
        assert_eq!(open(&person(UserStatus::Expired, None)), [Resend, Revoke]);
        assert_eq!(open(&person(UserStatus::Active, None)), [Deactivate, Remove]);
        assert_eq!(open(&person(UserStatus::Deactivated, None)), [Reactivate, Remove]);
    }

    #[test]
    fn protected_people_keep_what_protects_them() {
        let last_admin = person(UserStatus::Active, Some(Protection::LastAdmin));
        assert_eq!(open(&last_admin), []);
        assert_eq!(UserAction::Remove.offer(&last_admin), Offer::Protected(Protection::LastAdmin));
        assert_eq!(UserAction::Resend.offer(&last_admin), Offer::None);
    }

    #[test]
    fn u5_many_mails_are_not_sent_without_a_question_and_access_does_not_end_without_one() {
        assert!(UserAction::Resend.bulk_question(10).is_none());
        assert!(UserAction::Resend.bulk_question(11).is_some());
        assert!(UserAction::Deactivate.bulk_question(1).is_some());
        assert!(UserAction::Reactivate.bulk_question(500).is_none());
    }
}
