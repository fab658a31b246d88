//! "Add to Teams": the dialog that puts people chosen from a list into a team.

use api_types::{Team, TeamId, TeamMembersChange, TeamMembersChanged, User, UserId};
use leptos::prelude::*;

use super::changes;
use super::undo::named;
use crate::api::teams;
use crate::data::{Load, Loader, Submission, loaded};
use crate::domain::places::Route;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, Select, SelectOption, Tone, Undoable, notify, notify_undoable};

/// A person to put into a team or to take out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: UserId,
    name: String,
}

impl From<&User> for Member {
    fn from(user: &User) -> Self {
        Self { id: user.id.clone(), name: user.display_name() }
    }
}

/// The state of the dialog.
#[derive(Clone, Copy)]
pub(crate) struct AddToTeams {
    /// The people to put into teams; empty while the dialog is closed.
    people: RwSignal<Vec<Member>>,
    /// Loaded whenever the dialog opens.
    teams: Loader<Vec<Team>>,
    team: RwSignal<Option<TeamId>>,
    addition: Submission,
}

impl AddToTeams {
    pub(crate) fn new() -> Self {
        Self {
            people: RwSignal::new(Vec::new()),
            teams: Loader::new(),
            team: RwSignal::new(None),
            addition: Submission::new(),
        }
    }

    /// Opens the dialog for these people, with a team preselected if given.
    pub(crate) fn ask(self, people: Vec<Member>, team: Option<TeamId>) {
        self.addition.forget();
        self.team.set(team);
        self.teams.reset();
        self.people.set(people);
        self.read_teams();
    }

    fn read_teams(self) {
        leptos::task::spawn_local(async move {
            let named =
                async { Ok(teams::teams().await?.into_iter().filter(|team| !team.everyone).collect()) };
            self.teams.load(named).await;
            let first = self.teams.state.try_with_untracked(|teams| match teams {
                Load::Ready(teams) => teams.first().map(|team| team.id.clone()),
                _ => None,
            });
            self.team.try_update(|team| {
                if team.is_none() {
                    *team = first.flatten();
                }
            });
        });
    }

    fn close(self) {
        self.people.try_set(Vec::new());
    }

    /// Closes it, unless a request is running.
    fn cancel(self) {
        if !self.addition.is_busy() {
            self.close();
        }
    }

    fn add(self, done: Callback<()>) {
        let Some(id) = self.team.get_untracked() else { return };
        let people = self.people.get_untracked();
        self.addition.send(async move {
            let add = people.iter().map(|member| member.id.clone()).collect();
            let change = TeamMembersChange { add, remove: Vec::new() };
            let changed = teams::change_members(&id, &change).await?;
            self.close();
            say_changed(&people, &changed);
            done.try_run(());
            Ok(())
        });
    }
}

/// Says who has joined or left a team, and offers an undo of exactly these changes: earlier members stay, and earlier
/// non-members stay out.
pub(crate) fn say_changed(people: &[Member], changed: &TeamMembersChanged) {
    let Some(undo) = changed.undo() else {
        notify(Tone::Success, t!("teams.unchanged", team = changed.team.name.clone()));
        return;
    };
    let of_those = |ids: &[UserId]| {
        let those = people.iter().filter(|member| ids.contains(&member.id));
        those.map(|member| member.name.as_str()).collect::<Vec<_>>()
    };
    let Team { id, name, .. } = changed.team.clone();
    let (joined, left) = (of_those(&changed.joined), of_those(&changed.left));
    let text = if changed.joined.is_empty() {
        t!("teams.removed", count = left.len(), team = name.clone(), names = named(&left))
    } else {
        t!("teams.added", count = joined.len(), team = name.clone(), names = named(&joined))
    };
    let lasts = if people.len() > 1 { Undoable::UntilClosed } else { Undoable::Briefly };
    notify_undoable(Tone::Success, text, format!("members of {id}"), lasts, move || {
        let (id, name, undo) = (id.clone(), name.clone(), undo.clone());
        leptos::task::spawn_local(async move {
            match teams::change_members(&id, &undo).await {
                Ok(undone) => {
                    let late = late(&undo, &undone);
                    let mut said = t!("teams.members_undone", team = name);
                    if late > 0 {
                        said.push(' ');
                        said.push_str(&t!("users.undone_late", count = late));
                    }
                    notify(if late > 0 { Tone::Warning } else { Tone::Success }, said);
                }
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
            changes::have_changed();
        });
    });
}

/// For how many an undo had nothing to do, as somebody else has taken them out or put them in since.
fn late(undo: &TeamMembersChange, undone: &TeamMembersChanged) -> usize {
    (undo.add.len() + undo.remove.len()).saturating_sub(undone.joined.len() + undone.left.len())
}

/// The dialog. `on_done` is called when the people are in the team.
#[component]
pub(crate) fn AddToTeamsDialog(state: AddToTeams, on_done: Callback<()>) -> impl IntoView {
    let open = Signal::derive(move || state.people.with(|people| !people.is_empty()));
    let cancel = Callback::new(move |()| state.cancel());
    let can_add = Memo::new(move |_| {
        state.teams.state.with(|teams| matches!(teams, Load::Ready(teams) if !teams.is_empty()))
    });
    view! {
        <Dialog open title=term!("teams.add_to_teams").in_line() on_close=cancel>
            {loaded(state.teams, 2, move || state.read_teams(), move |teams| view! { <Choice state teams /> }.into_any())}
            {move || state.addition.refusal.get().map(|message| view! { <p class="field-error" role="alert">{message}</p> })}
            <div class="dialog-actions">
                <Button waiting=state.addition.busy on_press=cancel>{t!("common.cancel")}</Button>
                {move || can_add.get().then(|| view! {
                    <Button kind=ButtonKind::Primary busy=state.addition.busy on_press=Callback::new(move |()| state.add(on_done))>
                        {term!("common.add")}
                    </Button>
                })}
            </div>
        </Dialog>
    }
}

/// The teams to choose from, or what to do if there are none.
#[component]
fn Choice(state: AddToTeams, teams: Vec<Team>) -> impl IntoView {
    if teams.is_empty() {
        return view! {
            <p>{t!("teams.only_everyone")}</p>
            <p><a href=Route::Teams.href()>{term!("nav.team_management")}</a></p>
        }
        .into_any();
    }
    let options: Vec<SelectOption> =
        teams.into_iter().map(|team| SelectOption::new(team.id.0, team.name)).collect();
    let chosen = move || state.team.with(|team| team.as_ref().map(|team| team.0.clone()).unwrap_or_default());
    view! {
        <p>{t!("teams.add_text", count = state.people.with_untracked(Vec::len))}</p>
        <Select
            id="add-to-team"
            label=term!("field.team")
            options
            value=Signal::derive(chosen)
            on_change=Callback::new(move |id| state.team.set(Some(TeamId(id))))
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u3_whoever_has_left_a_team_since_is_counted_when_an_addition_is_undone() {
        let id = |id: &str| UserId(id.to_owned());
        let undo = TeamMembersChange { add: Vec::new(), remove: vec![id("a"), id("b"), id("c")] };
        let team = Team { id: TeamId("t".into()), name: "North".into(), everyone: false, members: 0 };
        let undone = TeamMembersChanged { team, joined: Vec::new(), left: vec![id("a"), id("c")] };
        assert_eq!(late(&undo, &undone), 1);
    }
}
