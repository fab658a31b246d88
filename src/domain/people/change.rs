//! One change of one person, and putting it back: what the act changed and nothing else, and not over a change that somebody
//! else has made since.

use api_types::{
    Handover, Persona, ProblemCode, Role, User, UserChange, UserId, UserStatus, Workspace, WorkspaceId,
};

use leptos::prelude::untrack;

use super::labels::{personas_done, role as role_label, workspace as workspace_label};
use crate::api::{Failure, users};
use crate::domain::session;
use crate::t;

/// What an act has changed of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Role {
        from: Role,
        to: Role,
    },
    /// The workspace from before, and the name of the present one.
    Workspace {
        from: WorkspaceId,
        to: String,
    },
    Deactivated,
    Reactivated,
    Personas {
        from: Vec<Persona>,
        to: Vec<Persona>,
    },
    Name {
        from: [String; 2],
        to: [String; 2],
    },
}

impl Change {
    /// What was changed, in the key of its notice.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Role { .. } => "role",
            Self::Workspace { .. } => "workspace",
            Self::Deactivated | Self::Reactivated => "access",
            Self::Personas { .. } => "personas",
            Self::Name { .. } => "name",
        }
    }

    /// Whether a person still has what the act gave them.
    pub(super) fn stands(&self, user: &User) -> bool {
        match self {
            Self::Role { to, .. } => user.role == *to,
            Self::Workspace { to, .. } => user.workspace == *to,
            Self::Deactivated => user.status == UserStatus::Deactivated,
            Self::Reactivated => user.status == UserStatus::Active,
            Self::Personas { to, .. } => is_same(&user.personas, to),
            Self::Name { to: [first, last], .. } => user.first_name == *first && user.last_name == *last,
        }
    }

    async fn revert(&self, user: &User) -> Result<User, Failure> {
        let change = match self {
            Self::Deactivated => return users::reactivate(user).await,
            Self::Reactivated => return users::deactivate(user, &Handover::default()).await,
            Self::Role { from, .. } => UserChange { role: Some(*from), ..UserChange::default() },
            Self::Workspace { from, .. } => {
                UserChange { workspace: Some(from.clone()), ..UserChange::default() }
            }
            Self::Personas { from, .. } => {
                UserChange { personas: Some(from.clone()), ..UserChange::default() }
            }
            Self::Name { from: [first, last], .. } => UserChange {
                first_name: Some(first.clone()),
                last_name: Some(last.clone()),
                ..UserChange::default()
            },
        };
        users::change(user, &change).await
    }

    /// What is said once it is put back.
    pub(super) fn undone(&self, user: &User) -> String {
        let name = user.display_name();
        match self {
            Self::Role { .. } => {
                t!("users.role_undone", name = name, role = role_label(user.role).into_text())
            }
            Self::Workspace { .. } => {
                t!("user.workspace_done", name = name, workspace = workspace_label(&user.workspace))
            }
            Self::Deactivated => t!("users.reactivate_done", name = name),
            Self::Reactivated => t!("users.deactivate_done", name = name),
            Self::Personas { .. } => personas_done(user),
            Self::Name { .. } => t!("user.renamed", name = name),
        }
    }
}

/// The change of a move between workspaces; `None` if the one from before is gone.
pub(crate) fn moved(before: &User, after: &User, workspaces: &[Workspace]) -> Option<Change> {
    let from = workspaces.iter().find(|workspace| workspace.name == before.workspace)?;
    Some(Change::Workspace { from: from.id.clone(), to: after.workspace.clone() })
}

fn is_same(some: &[Persona], others: &[Persona]) -> bool {
    Persona::ALL.iter().all(|one| some.contains(one) == others.contains(one))
}

/// A person as an act has left them, and what it changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Changed {
    pub(crate) user: User,
    pub(crate) change: Change,
}

impl Changed {
    /// Puts it back. `None` if it was changed again since, or the person was removed.
    pub(super) async fn put_back(&self) -> Result<Option<User>, Failure> {
        let revert = async |user: &User| self.change.revert(user).await;
        match on_present(&self.user, |user| self.change.stands(user), revert, read).await {
            Ok(done) => {
                let after = done.map(|(_, after)| after);
                after.iter().for_each(tell_session);
                Ok(after)
            }
            Err(failure) if failure.code() == Some(ProblemCode::NotFound) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// Does something to a person where `fits` holds for them, and returns them as they were and as they are now; `None` where
/// it does not hold, also because somebody else was first.
pub(crate) async fn change_present(
    user: &User,
    fits: impl Fn(&User) -> bool,
    act: impl AsyncFn(&User) -> Result<User, Failure>,
) -> Result<Option<(User, User)>, Failure> {
    on_present(user, fits, act, read).await
}

async fn read(id: &UserId) -> Result<User, Failure> {
    users::find(id).await
}

/// `act` changes the version that it is given: where there is a newer one, the person is read again.
async fn on_present(
    user: &User,
    fits: impl Fn(&User) -> bool,
    act: impl AsyncFn(&User) -> Result<User, Failure>,
    read: impl AsyncFn(&UserId) -> Result<User, Failure>,
) -> Result<Option<(User, User)>, Failure> {
    let mut present = user.clone();
    loop {
        if !fits(&present) {
            return Ok(None);
        }
        match act(&present).await {
            Ok(after) => return Ok(Some((present, after))),
            Err(failure) if failure.code() == Some(ProblemCode::Stale) => {
                present = read(&present.id).await?;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// The person to whom the next attempt applies after a refusal, if that differs: what was seen may be old.
pub(super) async fn newer_after(failure: &Failure, user: &User) -> Option<User> {
    if failure.is_transient() {
        return None;
    }
    users::find(&user.id).await.ok()
}

/// Shows a change of oneself in the frame.
pub(super) fn tell_session(newer: &User) {
    if untrack(session::current).is_none_or(|session| session.user.id != newer.id) {
        return;
    }
    session::update(|session| {
        session.user.first_name.clone_from(&newer.first_name);
        session.user.last_name.clone_from(&newer.last_name);
        session.user.personas.clone_from(&newer.personas);
    });
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::RefCell;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::api::FailureKind;

    pub(crate) fn person(version: u32) -> User {
        User {
            id: UserId("u".into()),
            email: "ana@example.com".into(),
            first_name: "Ana".into(),
            last_name: "Ruiz".into(),
            role: Role::User,
            personas: Vec::new(),
            teams: vec!["Everyone".into()],
            workspace: "Default".into(),
            status: UserStatus::Active,
            last_sign_in_at: None,
            invitation: None,
            protected: None,
            version,
        }
    }

    fn refused(code: ProblemCode, status: u16) -> Failure {
        let problem = serde_json::from_value(serde_json::json!({"status": status, "code": code})).unwrap();
        Failure { kind: FailureKind::Problem(Box::new(problem)), status, request_id: None }
    }

    /// Runs what never waits.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("nothing here waits"),
        }
    }

    /// A server that has this person, and takes a change of the version that it has.
    struct Server(RefCell<User>);

    impl Server {
        async fn find(&self) -> Result<User, Failure> {
            Ok(self.0.borrow().clone())
        }

        async fn set_role(&self, seen: &User, role: Role) -> Result<User, Failure> {
            let mut user = self.0.borrow_mut();
            if user.version != seen.version {
                return Err(refused(ProblemCode::Stale, 412));
            }
            user.role = role;
            user.version += 1;
            Ok(user.clone())
        }
    }

    fn put_back(server: &Server, changed: &Changed) -> Result<Option<(User, User)>, Failure> {
        let Change::Role { from, .. } = changed.change else { unreachable!("a role") };
        let act = async |user: &User| server.set_role(user, from).await;
        now(on_present(&changed.user, |user| changed.change.stands(user), act, async |_| server.find().await))
    }

    fn made_admin() -> Changed {
        let user = User { role: Role::Admin, ..person(2) };
        Changed { user, change: Change::Role { from: Role::User, to: Role::Admin } }
    }

    #[test]
    fn u3_an_undo_restores_the_role_and_keeps_what_somebody_else_changed_beside_it() {
        let changed = made_admin();
        let since = User { first_name: "Anna".into(), version: 3, ..changed.user.clone() };
        let server = Server(RefCell::new(since));
        let (_, after) = put_back(&server, &changed).unwrap().unwrap();
        assert_eq!((after.role, after.first_name.as_str(), after.version), (Role::User, "Anna", 4));
    }

    #[test]
    fn u3_an_undo_leaves_a_role_alone_that_somebody_else_has_changed_since() {
        let changed = made_admin();
        let server = Server(RefCell::new(User { role: Role::User, ..person(3) }));
        assert_eq!(put_back(&server, &changed), Ok(None));
        assert_eq!(server.0.borrow().version, 3);
    }

    #[test]
    fn u5_what_somebody_else_did_first_is_not_done_again_and_so_not_undone() {
        let server = Server(RefCell::new(User { role: Role::Admin, ..person(2) }));
        let done = now(on_present(
            &person(1),
            |user| user.role != Role::Admin,
            async |user| server.set_role(user, Role::Admin).await,
            async |_| server.find().await,
        ));
        assert_eq!(done, Ok(None));
    }

    #[test]
    fn u3_each_change_knows_whether_it_still_stands() {
        let user = person(1);
        let admin = vec![Persona::MarketoAdmin];
        for (change, stands) in [
            (Change::Workspace { from: WorkspaceId("w".into()), to: "Default".into() }, true),
            (Change::Workspace { from: WorkspaceId("w".into()), to: "Japan".into() }, false),
            (Change::Deactivated, false),
            (Change::Reactivated, true),
            (Change::Personas { from: admin.clone(), to: Vec::new() }, true),
            (Change::Personas { from: Vec::new(), to: admin }, false),
            (Change::Name { from: ["A".into(), String::new()], to: ["Ana".into(), "Ruiz".into()] }, true),
            (Change::Name { from: ["A".into(), String::new()], to: ["Ana".into(), "Lee".into()] }, false),
        ] {
            assert_eq!(change.stands(&user), stands, "{change:?}");
        }
    }
}
