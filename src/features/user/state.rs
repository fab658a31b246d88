//! The person, and the actions on them.

use api_types::{
    AuditEvent, AuditQuery, List, ProblemCode, Team, TeamMembersChange, User, UserChange, UserId, UserRecord,
    Workspace,
};
use futures_util::future::join4;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::api::{Failure, audit, teams, users};
use crate::data::{Load, Loader};
use crate::domain::navigation::{self, Route};
use crate::domain::people::{
    self, Acted, Acting, AddToTeams, Changed, Member, Personas, UserAction, say_changed, say_done,
};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Tone, notify};

/// How many events are shown; the audit log has all.
const EVENTS: u32 = 8;

/// What is known of the person.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) user: User,
    pub(super) record: UserRecord,
    /// The teams that the person is in.
    pub(super) teams: Vec<Team>,
    /// Those of the account.
    pub(super) workspaces: Vec<Workspace>,
}

/// `None` once the person is not in the account.
async fn find(id: UserId) -> Result<Option<Known>, Failure> {
    let (user, record, teams, workspaces) =
        join4(users::find(&id), users::record(&id), teams::teams(), teams::workspaces()).await;
    let is_gone = |failure: &Failure| failure.code() == Some(ProblemCode::NotFound);
    match (user, record) {
        (Err(failure), _) | (_, Err(failure)) if is_gone(&failure) => Ok(None),
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
        (Ok(user), Ok(record)) => {
            let mut teams = teams?;
            teams.retain(|team| team.everyone || user.teams.contains(&team.name));
            Ok(Some(Known { user, record, teams, workspaces: workspaces? }))
        }
    }
}

/// The two lists of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What the person did.
    Did,
    /// What others did to the person.
    DoneTo,
}

impl Side {
    pub(super) fn query(self, id: UserId) -> AuditQuery {
        match self {
            Self::Did => AuditQuery { actor: Some(id), ..AuditQuery::default() },
            Self::DoneTo => AuditQuery { person: Some(id), ..AuditQuery::default() },
        }
    }
}

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) id: Memo<UserId>,
    pub(super) known: Loader<Option<Known>>,
    did: Loader<List<AuditEvent>>,
    done_to: Loader<List<AuditEvent>>,
    pub(super) acting: Acting,
    pub(super) personas: Personas,
    pub(super) adding: AddToTeams,
    pub(super) renaming: RwSignal<Option<User>>,
    /// The team from which the person is being removed.
    pub(super) leaving: RwSignal<Option<String>>,
    /// The name of the chosen workspace, until the backend confirms it.
    pub(super) hoped_workspace: RwSignal<Option<String>>,
    leave_to: Callback<()>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let id = navigation::shown_id(|route| match route {
            Route::User(id) => Some(id),
            _ => None,
        });
        let navigate = use_navigate();
        let leave_to = Callback::new(move |()| navigate(&Route::Users.path(), NavigateOptions::default()));
        let acted = RwSignal::new(None::<Acted>);
        let screen = Self {
            id,
            known: Loader::new(),
            did: Loader::new(),
            done_to: Loader::new(),
            acting: Acting::new(Callback::new(move |done| acted.set(Some(done)))),
            personas: Personas::new(),
            adding: AddToTeams::new(),
            renaming: RwSignal::new(None),
            leaving: RwSignal::new(None),
            hoped_workspace: RwSignal::new(None),
            leave_to,
        };
        Effect::new(move |_| {
            screen.id.track();
            screen.renaming.set(None);
            screen.leaving.set(None);
            screen.hoped_workspace.set(None);
            for side in [Side::Did, Side::DoneTo] {
                screen.events(side).reset();
                screen.load_events(side);
            }
            screen.known.reset();
            screen.load();
        });
        Effect::new(move |_| {
            if let Some(acted) = acted.get() {
                screen.follow(acted);
            }
        });
        people::on_change(move || screen.refresh());
        screen
    }

    pub(super) fn load(self) {
        let id = self.id.get_untracked();
        spawn(async move { self.known.load(find(id)).await });
    }

    pub(super) fn events(self, side: Side) -> Loader<List<AuditEvent>> {
        match side {
            Side::Did => self.did,
            Side::DoneTo => self.done_to,
        }
    }

    fn query(self, side: Side) -> AuditQuery {
        AuditQuery { limit: Some(EVENTS), ..side.query(self.id.get_untracked()) }
    }

    pub(super) fn load_events(self, side: Side) {
        let wanted = self.query(side);
        spawn(async move { self.events(side).load(audit::list(&wanted)).await });
    }

    /// What is shown of the person, once that is loaded.
    pub(super) fn known(self) -> Option<Known> {
        self.known.state.with(|state| match state {
            Load::Ready(known) => known.clone(),
            _ => None,
        })
    }

    /// Loads everything again after a change.
    pub(super) fn refresh(self) {
        let Some(id) = self.id.try_get_untracked() else { return };
        spawn(async move { self.known.refresh(find(id)).await });
        for side in [Side::Did, Side::DoneTo] {
            let wanted = self.query(side);
            spawn(async move { self.events(side).keep_up(audit::list(&wanted)).await });
        }
    }

    /// Shows the backend's newer version of the person at once, and what it brought about after that. An answer about
    /// a person who is no longer shown is ignored.
    pub(super) fn take(self, newer: User) {
        if !self.shows(&newer.id) {
            return;
        }
        self.known.state.try_update(|state| {
            if let Load::Ready(Some(known)) = state
                && known.user.id == newer.id
            {
                known.user = newer;
            }
        });
        self.refresh();
    }

    fn shows(self, id: &UserId) -> bool {
        self.id.try_with_untracked(|shown| shown == id).unwrap_or(false)
    }

    fn follow(self, acted: Acted) {
        match acted {
            // The person is gone: the screen is left, and the notice shows on the next one.
            Acted::Done(UserAction::Remove | UserAction::Revoke, id, _) if self.shows(&id) => {
                self.leave_to.run(())
            }
            Acted::Changed(newer) => self.take(*newer),
            Acted::Done(..) | Acted::Refused => self.refresh(),
        }
    }

    /// Takes the person out of a team, which can be undone.
    pub(super) fn leave_team(self, team: Team) {
        if self.leaving.with_untracked(Option::is_some) {
            return;
        }
        let Some(Known { user, .. }) = untrack(|| self.known()) else { return };
        self.leaving.set(Some(team.name.clone()));
        let id = user.id.clone();
        let change = TeamMembersChange { add: Vec::new(), remove: vec![id.clone()] };
        let pressed = dom::InputMark::now();
        spawn(async move {
            match teams::change_members(&team.id, &change).await {
                Ok(changed) => {
                    say_changed(&[Member::from(&user)], changed);
                    pressed.focus("add-to-teams");
                }
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
            if self.shows(&id) {
                self.leaving.try_set(None);
                self.refresh();
            }
        });
    }

    /// Moves the person to another workspace, which can be undone.
    pub(super) fn choose_workspace(self, to: Workspace) {
        let Some(known) = untrack(|| self.known()) else { return };
        let Known { user, workspaces, .. } = known;
        if user.workspace == to.name || self.hoped_workspace.with_untracked(Option::is_some) {
            return;
        }
        self.hoped_workspace.set(Some(to.name.clone()));
        let id = user.id.clone();
        spawn(async move {
            let act = async |user: &User| {
                let wanted = UserChange { workspace: Some(to.id.clone()), ..UserChange::default() };
                users::change(user, &wanted).await
            };
            match people::change_present(&user, |user| user.workspace != to.name, act).await {
                Ok(Some((before, newer))) => {
                    let text = moved(&newer);
                    match people::moved(&before, &newer, &workspaces) {
                        Some(change) => say_done(text, Changed { user: newer.clone(), change }),
                        None => notify(Tone::Success, text),
                    }
                    self.take(newer);
                }
                // Another administrator has changed it since.
                Ok(None) => self.refresh(),
                Err(failure) => {
                    notify(Tone::Failure, failure.message());
                    self.refresh();
                }
            }
            if self.shows(&id) {
                self.hoped_workspace.try_set(None);
            }
        });
    }
}

fn moved(user: &User) -> String {
    let workspace = people::workspace(&user.workspace);
    t!("user.workspace_done", name = user.display_name(), workspace = workspace)
}
