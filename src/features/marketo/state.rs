//! The list of users who may use the connection.

use api_types::{List, MarketoAccess, MarketoAccessQuery, UserId};
use leptos::prelude::*;

use crate::api::marketo;
use crate::data::{Load, Loader};
use crate::domain::people::on_change;
use crate::platform::spawn;
use crate::ui::neighbour;

/// The displayed list.
#[derive(Clone, Copy)]
pub(super) struct Access {
    pub(super) query: RwSignal<MarketoAccessQuery>,
    pub(super) page: Loader<List<MarketoAccess>>,
}

impl Access {
    pub(super) fn new() -> Self {
        let access = Self { query: RwSignal::new(MarketoAccessQuery::default()), page: Loader::new() };
        Effect::new(move |_| {
            access.query.track();
            access.load();
        });
        on_change(move || spawn(access.refresh()));
        access
    }

    pub(super) fn load(self) {
        let wanted = self.query.get_untracked();
        spawn(async move { self.page.load(marketo::access(&wanted)).await });
    }

    /// The row that gets the focus when this user's row is removed.
    pub(super) fn next_to(self, id: &UserId) -> Option<UserId> {
        let next = |page: &Load<List<MarketoAccess>>| match page {
            Load::Ready(list) => {
                neighbour(&list.items, |one| one.person.id == *id).map(|one| one.person.id.clone())
            }
            _ => None,
        };
        self.page.state.try_with_untracked(next).flatten()
    }

    /// Loads the page again after a change.
    pub(super) async fn refresh(self) {
        let Some(wanted) = self.query.try_get_untracked() else { return };
        self.page.refresh(marketo::access(&wanted)).await;
    }
}
