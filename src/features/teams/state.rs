//! Shared by the parts of the screen.

use api_types::{Team, TeamId};
use leptos::prelude::*;

use super::listing::Listing;
use crate::data::{Load, Loader};
use crate::domain::people;

/// The open dialog.
#[derive(Clone, PartialEq)]
pub(super) enum Asking {
    Create,
    Rename(Team),
    Delete(Team),
}

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) listing: Loader<Listing>,
    pub(super) asking: RwSignal<Option<Asking>>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let screen = Self { listing: Loader::new(), asking: RwSignal::new(None) };
        screen.load();
        people::on_change(move || leptos::task::spawn_local(screen.refresh()));
        screen
    }

    pub(super) fn load(self) {
        leptos::task::spawn_local(async move { self.listing.load(Listing::read()).await });
    }

    /// Loads the teams again after a change.
    pub(super) async fn refresh(self) {
        self.listing.refresh(Listing::read()).await;
    }

    pub(super) fn read<T>(self, of: impl FnOnce(&Listing) -> T) -> Option<T> {
        self.listing.state.with(|state| match state {
            Load::Ready(listing) => Some(of(listing)),
            _ => None,
        })
    }
}

/// The id of a team's row.
pub(super) fn row_id(id: &TeamId) -> String {
    format!("team-{id}")
}
