//! One action on several users: confirmed once, performed one by one, reported as a whole.

use std::sync::Arc;

use api_types::{Handover, Role, User, UserChange, Workspace};

use crate::api::{Failure, users};
use crate::domain::people::{self, Change, Changed, UserAction, change_present, named, protection_reason};
use crate::i18n;
use crate::t;
use crate::ui::{Question, Term};

/// What is done to several users.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BulkAction {
    Of(UserAction),
    Role(Role),
    /// To a workspace, of those that the account has.
    Workspace(Workspace, Arc<[Workspace]>),
}

impl BulkAction {
    pub(super) fn label(&self) -> Term {
        match self {
            Self::Of(action) => action.label().into(),
            Self::Role(role) => people::role(*role),
            Self::Workspace(workspace, _) => people::workspace(&workspace.name).into(),
        }
    }

    /// Why it cannot be done to a user; `None` where it can.
    pub(super) fn disabled_reason(&self, user: &User) -> Option<String> {
        match self {
            Self::Of(action) => action.disabled_reason(user),
            Self::Role(role) if user.role == *role => Some(t!("users.has_role")),
            Self::Role(Role::User) => user.protected.map(protection_reason),
            Self::Role(Role::Admin) => None,
            Self::Workspace(workspace, _) => {
                (user.workspace == workspace.name).then(|| t!("users.has_workspace"))
            }
        }
    }

    /// The question before it is done to so many; `None` where nothing is lost by it.
    pub(super) fn question(&self, count: usize) -> Option<Question> {
        match self {
            Self::Of(action) => action.bulk_question(count),
            Self::Role(Role::Admin) => Some(Question {
                title: t!("users.bulk_grant_title", count = count),
                text: t!("users.grant_text"),
                action: t!("users.grant"),
                danger: false,
            }),
            Self::Role(Role::User) => Some(Question {
                title: t!("users.bulk_demote_title", count = count),
                text: t!("users.bulk_demote_text"),
                action: t!("users.bulk_demote"),
                danger: false,
            }),
            Self::Workspace(workspace, _) => Some(Question {
                title: t!(
                    "users.bulk_workspace_title",
                    count = count,
                    workspace = people::workspace(&workspace.name)
                ),
                text: t!("users.bulk_workspace_text"),
                action: t!("users.bulk_workspace"),
                danger: false,
            }),
        }
    }

    /// Does it to a user as they are now, and returns what it changed if that can be undone.
    pub(super) async fn perform(&self, user: &User) -> Result<Option<Changed>, Failure> {
        let done = match self {
            Self::Of(action) => return action.perform(user, &Handover::default()).await,
            Self::Role(role) => {
                let wanted = UserChange { role: Some(*role), ..UserChange::default() };
                let act = async |user: &User| users::change(user, &wanted).await;
                change_present(user, |user| user.role != *role, act).await?
            }
            Self::Workspace(to, _) => {
                let wanted = UserChange { workspace: Some(to.id.clone()), ..UserChange::default() };
                let act = async |user: &User| users::change(user, &wanted).await;
                change_present(user, |user| user.workspace != to.name, act).await?
            }
        };
        Ok(done.and_then(|(before, user)| {
            let change = match self {
                Self::Workspace(_, all) => people::moved(&before, &user, all)?,
                _ => Change::Role { from: before.role, to: user.role },
            };
            Some(Changed { user, change })
        }))
    }

    /// What is said of those to whom it was done.
    pub(super) fn done(&self, names: &[String]) -> String {
        let (count, names) = (names.len(), named(names));
        match self {
            Self::Of(action) => action.all_done(count, names),
            Self::Role(role) => {
                let role = people::role(*role).into_text();
                t!("users.all_given_role", count = count, role = role, names = names)
            }
            Self::Workspace(workspace, _) => {
                t!(
                    "users.all_moved",
                    count = count,
                    workspace = people::workspace(&workspace.name),
                    names = names
                )
            }
        }
    }
}

/// The chosen users to whom something can be done, and the others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) bulk_action: BulkAction,
    pub(super) people: Vec<User>,
    pub(super) left_out: Vec<Undone>,
}

impl Plan {
    /// The question before it, with how many are left out; `None` where nothing is lost by it.
    pub(super) fn question(&self) -> Option<Question> {
        let mut question = self.bulk_action.question(self.people.len())?;
        if !self.left_out.is_empty() {
            let left_out = t!("users.bulk_left_out", count = self.left_out.len());
            question.text = i18n::sentences([question.text, left_out]);
        }
        Some(question)
    }
}

/// A user on whom the action was not performed, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undone {
    pub(super) name: String,
    pub(super) reason: String,
}

/// The state of the action.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Bulk {
    #[default]
    Idle,
    Running {
        done: usize,
        total: usize,
        stop: bool,
    },
    /// To these it was not done.
    Finished(Vec<Undone>),
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// The names of those to whom it was done.
    pub(super) done: Vec<String>,
    /// What of it can be undone.
    pub(super) changed: Vec<Changed>,
    pub(super) undone: Vec<Undone>,
}

/// The reasons, each with its users, in order of first appearance.
pub(super) fn by_reason(undone: &[Undone]) -> Vec<(&str, Vec<&str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for Undone { name, reason } in undone {
        match groups.iter_mut().find(|(known, _)| known == reason) {
            Some((_, names)) => names.push(name),
            None => groups.push((reason, vec![name])),
        }
    }
    groups
}

/// Separates the chosen users to whom an action applies from those to whom it cannot.
pub(super) fn sift<T>(
    chosen: Vec<T>,
    name: impl Fn(&T) -> String,
    disabled_reason: impl Fn(&T) -> Option<String>,
) -> (Vec<T>, Vec<Undone>) {
    let (mut fitting, mut left_out) = (Vec::new(), Vec::new());
    for one in chosen {
        match disabled_reason(&one) {
            None => fitting.push(one),
            Some(reason) => left_out.push(Undone { name: name(&one), reason }),
        }
    }
    (fitting, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(name: &str, reason: &str) -> Undone {
        Undone { name: name.into(), reason: reason.into() }
    }

    #[test]
    fn reasons_are_said_once_with_everybody_they_hold_for() {
        let undone = [undone("Ana", "protected"), undone("Bo", "offline"), undone("Cy", "protected")];
        assert_eq!(by_reason(&undone), [("protected", vec!["Ana", "Cy"]), ("offline", vec!["Bo"])]);
        assert_eq!(by_reason(&[]), []);
    }

    #[test]
    fn those_whom_it_does_not_fit_are_left_out_with_the_reason() {
        let odd = |number: &u32| (number % 2 == 1).then(|| "odd".to_owned());
        let (fitting, left_out) = sift(vec![1, 2, 3, 4], u32::to_string, odd);
        assert_eq!(fitting, [2, 4]);
        assert_eq!(left_out, [undone("1", "odd"), undone("3", "odd")]);
    }
}
