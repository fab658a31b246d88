//! What is said of a team that was created or renamed, and how that is undone.

use api_types::Team;

use crate::api::{Failure, teams};
use crate::domain::people;
use crate::t;
use crate::ui::{Tone, Undoable, notify, notify_undoable};

/// Says it, and offers to delete the team again.
pub(super) fn say_created(team: &Team) {
    offer_undo(t!("teams.created", team = team.name.clone()), team, take_back);
}

/// Says it, and offers the name from before.
pub(super) fn say_renamed(before: String, team: &Team) {
    let text = t!("teams.renamed", team = team.name.clone());
    offer_undo(text, team, move |team| name_back(team, before.clone()));
}

fn offer_undo<F: Future<Output = ()> + 'static>(
    text: String,
    team: &Team,
    undo: impl Fn(Team) -> F + Send + Sync + 'static,
) {
    let (of, team) = (format!("name of {}", team.id), team.clone());
    notify_undoable(Tone::Success, text, of, Undoable::Briefly, move || undo(team.clone()));
}

/// Deletes a new team, unless it has got a member, or was renamed or deleted, since.
async fn take_back(team: Team) {
    let taken_back = async {
        let stands = stands(&team, |found| found.members == 0).await?;
        if stands { teams::delete(&team.id).await.map(Some) } else { Ok(None) }
    };
    say_undone(
        &team,
        taken_back.await.map(|done| done.map(|()| t!("teams.deleted", team = team.name.clone()))),
    );
}

/// Gives a team its name from before, unless it was renamed again or deleted since.
async fn name_back(team: Team, before: String) {
    let named_back = async {
        let stands = stands(&team, |_| true).await?;
        if stands { teams::rename(&team.id, before).await.map(Some) } else { Ok(None) }
    };
    say_undone(&team, named_back.await.map(|done| done.map(|named| t!("teams.renamed", team = named.name))));
}

/// Whether the account has the team under this name, and such a one.
async fn stands(team: &Team, is_such: fn(&Team) -> bool) -> Result<bool, Failure> {
    let is_it = |found: &Team| found.id == team.id && found.name == team.name && is_such(found);
    Ok(teams::teams().await?.iter().any(is_it))
}

/// Says what has become of an undo: `None` where it came too late.
fn say_undone(team: &Team, outcome: Result<Option<String>, Failure>) {
    match outcome {
        Ok(Some(done)) => notify(Tone::Success, done),
        Ok(None) => notify(Tone::Warning, t!("teams.undo_late", team = team.name.clone())),
        Err(failure) => notify(Tone::Failure, failure.message()),
    }
    people::have_changed();
}
