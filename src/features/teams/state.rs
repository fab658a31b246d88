//! Shared by the parts of the screen.

use api_types::{ProblemCode, Team, TeamId};
use leptos::prelude::*;

use super::listing::Listing;
use crate::api::teams;
use crate::data::{Load, Loader};
use crate::domain::people;
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Confirmation, Question, Tone, notify};

/// What the open dialog names.
#[derive(Clone, PartialEq)]
pub(super) enum Subject {
    New,
    Known(Team),
}

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) listing: Loader<Listing>,
    /// The team to name.
    pub(super) naming: RwSignal<Option<Subject>>,
    pub(super) deletion: Confirmation,
}

impl Screen {
    pub(super) fn new() -> Self {
        let screen =
            Self { listing: Loader::new(), naming: RwSignal::new(None), deletion: Confirmation::new() };
        screen.load();
        people::on_change(move || spawn(screen.refresh()));
        screen
    }

    pub(super) fn load(self) {
        spawn(async move { self.listing.load(Listing::read()).await });
    }

    /// Loads the teams again after a change.
    pub(super) async fn refresh(self) {
        self.listing.refresh(Listing::read()).await;
    }

    pub(super) fn ask_to_delete(self, team: Team) {
        let question = Question {
            title: t!("teams.delete_title", team = team.name.clone()),
            text: t!("teams.delete_text", count = team.members),
            action: t!("teams.delete"),
            danger: true,
        };
        self.deletion.ask(question, move || self.delete(team.clone()));
    }

    async fn delete(self, team: Team) -> Result<(), Message> {
        let neighbour = untrack(|| self.read(|listing| listing.neighbour(&team.id))).flatten();
        let pressed = dom::InputMark::now();
        match teams::delete(&team.id).await {
            // Another administrator has deleted it.
            Err(failure) if failure.code() == Some(ProblemCode::NotFound) => {}
            outcome => outcome?,
        }
        self.deletion.close();
        notify(Tone::Success, t!("teams.deleted", team = team.name));
        self.refresh().await;
        let target = neighbour.map_or(dom::PAGE_TITLE.into(), |id| row_id(&id));
        pressed.focus(target);
        Ok(())
    }

    pub(super) fn read<T>(self, of: impl FnOnce(&Listing) -> T) -> Option<T> {
        self.listing.state.with(|state| match state {
            Load::Ready(listing) => Some(of(listing)),
            _ => None,
        })
    }
}

/// The id of a team's row.
pub(super) fn row_id(id: &TeamId) -> dom::Target {
    dom::Target::of("team", id)
}
