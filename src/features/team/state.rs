//! Shared by the parts of the screen.

use api_types::{List, Team, TeamId, User, UserId, UserQuery, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::users::read_query;
use crate::api::{Failure, teams};
use crate::data::Loader;
use crate::domain::people::{self, AddToTeams, Chosen};
use crate::platform::{dom, spawn};
use crate::ui::Confirmation;

/// The displayed team, and the *Everyone* team.
#[derive(Clone, PartialEq)]
pub(super) struct LoadedTeam {
    pub(super) team: Team,
    pub(super) everyone: TeamId,
}

/// The team; `None` once it was deleted.
pub(super) async fn find(id: TeamId) -> Result<Option<LoadedTeam>, Failure> {
    let teams = teams::teams().await?;
    let everyone = teams.iter().find(|team| team.everyone).map(|team| team.id.clone());
    let team = teams.into_iter().find(|team| team.id == id);
    Ok(team.zip(everyone).map(|(team, everyone)| LoadedTeam { team, everyone }))
}

/// The state shared by the parts of the screen.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) team: StoredValue<Team>,
    pub(super) query: Memo<UserQuery>,
    pub(super) page: Loader<List<User>>,
    pub(super) chosen: Chosen,
    pub(super) adding: AddToTeams,
    pub(super) removal: Confirmation,
}

impl Screen {
    pub(super) fn new(team: Team) -> Self {
        let parameters = use_query_map();
        let screen = Self {
            team: StoredValue::new(team),
            query: Memo::new(move |_| parameters.with(|map| read_query(|name| map.get(name)))),
            page: Loader::new(),
            chosen: Chosen::new(),
            adding: AddToTeams::new(),
            removal: Confirmation::new(),
        };
        let search = Memo::new(move |_| screen.query.with(|query| query.search.clone()));
        Effect::new(move |_| {
            screen.query.track();
            screen.load();
        });
        Effect::new(move |_| {
            // The choice ends, so that nothing is done to a person who no longer matches.
            search.with(|_| ());
            screen.chosen.clear();
        });
        Effect::new(move |_| screen.chosen.see(screen.page.on_page(<[User]>::to_vec)));
        people::on_change(move || {
            let (id, wanted) = (screen.id(), screen.query.get_untracked());
            spawn(async move { screen.page.refresh(teams::members(&id, &wanted)).await });
        });
        screen
    }

    pub(super) fn is_everyone(self) -> bool {
        self.team.with_value(|team| team.everyone)
    }

    pub(super) fn id(self) -> TeamId {
        self.team.with_value(|team| team.id.clone())
    }

    /// Chooses all people who match the search, page by page.
    pub(super) fn choose_all(self) {
        let (id, wanted) = (self.id(), self.query.get_untracked());
        self.chosen.choose_all(async move |cursor| {
            let wanted = UserQuery { cursor, limit: Some(limits::PAGE_MAX), ..wanted.clone() };
            teams::members(&id, &wanted).await
        });
    }

    pub(super) fn load(self) {
        let (id, wanted) = (self.id(), self.query.get_untracked());
        spawn(async move { self.page.load(teams::members(&id, &wanted)).await });
    }

    /// Loads the page again after a change. The people whom it has not reached stay chosen, to try again.
    pub(super) async fn refresh(self, reached: Vec<UserId>) {
        let Some(wanted) = self.query.try_get_untracked() else { return };
        let Some(id) = self.team.try_with_value(|team| team.id.clone()) else { return };
        self.chosen.let_go(&reached);
        let begun = dom::InputMark::now();
        self.page.refresh(teams::members(&id, &wanted)).await;
        begun.focus("members");
    }
}
