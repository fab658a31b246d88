//! "Add to Teams": the dialog that puts people chosen from a list into a team.

use std::collections::HashSet;

use api_types::{Team, TeamId, TeamMembersChange, TeamMembersChanged, User, UserId};
use leptos::prelude::*;

use super::changes;
use super::undo::named;
use crate::api::Failure;
use crate::api::teams::{self, MembersChanged};
use crate::data::{Load, Loader, loaded};
use crate::domain::navigation::Route;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Dialog, Select, SelectOption, Submission, Tone, Undoable, notify, notify_undoable,
    why_refused,
};

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
        spawn(async move {
            let named =
                async { Ok(teams::teams().await?.into_iter().filter(|team| !team.everyone).collect()) };
            self.teams.load(named).await;
            let listed = self.teams.state.try_with_untracked(|teams| match teams {
                Load::Ready(teams) => Some(teams.iter().map(|team| team.id.clone()).collect::<Vec<_>>()),
                _ => None,
            });
            let Some(ids) = listed.flatten() else { return };
            self.team.try_update(|team| {
                // The one that the address names may be gone.
                if team.as_ref().is_none_or(|team| !ids.contains(team)) {
                    *team = ids.into_iter().next();
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

    fn add(self, done: Callback<Vec<UserId>>) {
        let Some(id) = self.team.get_untracked() else { return };
        let people = self.people.get_untracked();
        self.addition.send(async move {
            let add = people.iter().map(|member| member.id.clone()).collect();
            let change = TeamMembersChange { add, remove: Vec::new() };
            let changed = teams::change_members(&id, &change).await?;
            self.close();
            done.try_run(say_changed(&people, changed));
            Ok(())
        });
    }
}

/// Says who has joined or left a team, and offers an undo of exactly these changes: earlier members stay, and earlier
/// non-members stay out. Gives those whom the change has reached.
pub(crate) fn say_changed(people: &[Member], changed: MembersChanged) -> Vec<UserId> {
    let MembersChanged { effect, unfinished } = changed;
    let name = effect.team.name.clone();
    let of_those = |ids: &[UserId]| {
        let ids: HashSet<_> = ids.iter().collect();
        let those = people.iter().filter(|member| ids.contains(&member.id));
        those.map(|member| member.name.as_str()).collect::<Vec<_>>()
    };
    let (joined, left) = (of_those(&effect.joined), of_those(&effect.left));
    let reached = reached(people, unfinished.as_ref());
    let (tone, text) = match &unfinished {
        Some((rest, failure)) => {
            let (done, total, reason) = (reached.len(), people.len(), failure.message().to_string());
            let text = if rest.remove.is_empty() {
                t!("teams.added_partly", done = done, total = total, team = name, reason = reason)
            } else {
                t!("teams.removed_partly", done = done, total = total, team = name, reason = reason)
            };
            (Tone::Failure, text)
        }
        None if !joined.is_empty() => {
            (Tone::Success, t!("teams.added", count = joined.len(), team = name, names = named(&joined)))
        }
        None if !left.is_empty() => {
            (Tone::Success, t!("teams.removed", count = left.len(), team = name, names = named(&left)))
        }
        None => (Tone::Success, t!("teams.unchanged", team = name)),
    };
    match effect.undo() {
        Some(undo) => {
            let lasts = if people.len() > 1 { Undoable::UntilClosed } else { Undoable::Briefly };
            offer_undo(tone, text, lasts, effect.team, undo);
        }
        None => notify(tone, text),
    }
    reached
}

/// The people whom a change has reached.
fn reached(people: &[Member], unfinished: Option<&(TeamMembersChange, Failure)>) -> Vec<UserId> {
    let rest: HashSet<_> =
        unfinished.into_iter().flat_map(|(rest, _)| rest.add.iter().chain(&rest.remove)).collect();
    people.iter().map(|member| &member.id).filter(|id| !rest.contains(id)).cloned().collect()
}

fn offer_undo(tone: Tone, text: String, lasts: Undoable, team: Team, undo: TeamMembersChange) {
    notify_undoable(tone, text, format!("members of {}", team.id), lasts, move || {
        undo_change(team.clone(), undo.clone())
    });
}

async fn undo_change(team: Team, undo: TeamMembersChange) {
    match teams::change_members(&team.id, &undo).await {
        Ok(MembersChanged { effect, unfinished: None }) => {
            let late = late(&undo, &effect);
            let mut said = t!("teams.members_undone", team = team.name);
            if late > 0 {
                said = i18n::sentences([said, t!("users.undone_late", count = late)]);
            }
            notify(if late > 0 { Tone::Warning } else { Tone::Success }, said);
        }
        Ok(MembersChanged { unfinished: Some((rest, failure)), .. }) => {
            let total = people_in(&undo);
            let done = total.saturating_sub(people_in(&rest));
            let reason = failure.message().to_string();
            let text = t!(
                "teams.undone_partly",
                done = done,
                total = total,
                team = team.name.clone(),
                reason = reason
            );
            offer_undo(Tone::Failure, text, Undoable::UntilClosed, team, rest);
        }
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    changes::have_changed();
}

fn people_in(change: &TeamMembersChange) -> usize {
    change.add.len() + change.remove.len()
}

/// For how many an undo had nothing to do, as they were taken out or put in since.
fn late(undo: &TeamMembersChange, undone: &TeamMembersChanged) -> usize {
    people_in(undo).saturating_sub(undone.joined.len() + undone.left.len())
}

/// The dialog. `on_done` gets those who are in the team now.
#[component]
pub(crate) fn AddToTeamsDialog(state: AddToTeams, on_done: Callback<Vec<UserId>>) -> impl IntoView {
    let open = Signal::derive(move || state.people.with(|people| !people.is_empty()));
    let cancel = Callback::new(move |()| state.cancel());
    let can_add = Memo::new(move |_| {
        state.teams.state.with(|teams| matches!(teams, Load::Ready(teams) if !teams.is_empty()))
    });
    view! {
        <Dialog open title=term!("teams.add_to_teams").in_line() on_close=cancel>
            {loaded(state.teams, 2, move || state.read_teams(), move |teams| view! { <Choice state teams /> }.into_any())}
            {move || state.addition.refusal.get().map(why_refused)}
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
    use crate::api::FailureKind;

    #[test]
    fn u3_whoever_has_left_a_team_since_is_counted_when_an_addition_is_undone() {
        let id = |id: &str| UserId(id.to_owned());
        let undo = TeamMembersChange { add: Vec::new(), remove: vec![id("a"), id("b"), id("c")] };
        let team = Team { id: TeamId("t".into()), name: "North".into(), everyone: false, members: 0 };
        let undone = TeamMembersChanged { team, joined: Vec::new(), left: vec![id("a"), id("c")] };
        assert_eq!(late(&undo, &undone), 1);
    }

    #[test]
    fn r8_whoever_a_change_did_not_reach_is_told_apart() {
        let people: Vec<Member> =
            ["a", "b", "c"].map(|id| Member { id: UserId(id.to_owned()), name: id.to_owned() }).into();
        let ids = |ids: &[&str]| ids.iter().map(|id| UserId((*id).to_owned())).collect::<Vec<_>>();
        assert_eq!(reached(&people, None), ids(&["a", "b", "c"]));
        let failure = || Failure::without_response(FailureKind::Unreachable);
        let added = TeamMembersChange { add: ids(&["c"]), remove: Vec::new() };
        assert_eq!(reached(&people, Some(&(added, failure()))), ids(&["a", "b"]));
        let removed = TeamMembersChange { add: Vec::new(), remove: ids(&["b", "c"]) };
        assert_eq!(reached(&people, Some(&(removed, failure()))), ids(&["a"]));
    }
}
