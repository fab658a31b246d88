use api_types::{SetupStepId, StepState};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::field_sync::{PeopleCard, RunsCard, Sync, SyncCard};
use super::integration::IntegrationCard;
use super::invite::InviteCard;
use super::marks::mark;
use crate::api;
use crate::data::{Load, Loader};
use crate::domain::navigation::{ConfigTab, Place};
use crate::domain::setup::{NextStep, guide, state_of};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Skeleton, Tab, Tabs, Term};

#[component]
pub(crate) fn ActionsConfig() -> impl IntoView {
    let integration = Loader::new();
    spawn(integration.load(api::integration::find()));
    // A run is followed, and said to have ended, on every tab.
    let sync = Sync::new();
    // The first invitation fills the card of another tab.
    let on_invited = Callback::new(move |()| spawn(integration.refresh(api::integration::find())));
    let (parameters, hash) = (use_query_map(), use_location().hash);
    // Where the address names none, that of the step that comes next. It stays when that step is done.
    let next =
        Memo::new(move |before: Option<&Option<ConfigTab>>| before.copied().flatten().or_else(of_next_step));
    let named = move || {
        let tab = parameters.with(|map| map.get("tab"));
        hash.with(|hash| ConfigTab::at(tab.as_deref(), hash))
    };
    let tab = Memo::new(move |_| named().or_else(|| next.get()));
    let open = Signal::derive(move || tab.get().unwrap_or(ConfigTab::Invite).name());
    let navigate = use_navigate();
    let go = Callback::new(move |tab: &'static str| {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&ConfigTab::named(tab).path(), options);
    });
    let tabs = ConfigTab::ALL.map(|tab| {
        Tab::new(tab.name(), label(tab)).mark(Signal::derive(move || mark(tab, integration, sync)))
    });
    let panel = Callback::new(move |tab: &'static str| match ConfigTab::named(tab) {
        _ if next.get().is_none() && named().is_none() => view! { <Skeleton rows=4 /> }.into_any(),
        ConfigTab::Invite => view! { <InviteCard on_invited /> }.into_any(),
        ConfigTab::Integration => view! { <IntegrationCard integration /> }.into_any(),
        ConfigTab::Sync => view! {
            <div class="stack-large"><SyncCard sync /><RunsCard sync /></div>
        }
        .into_any(),
        ConfigTab::People => view! { <PeopleCard turns=sync.turns /> }.into_any(),
    });
    view! {
        <Page
            title=term!("nav.actions_config")
            purpose=t!("actions_config.purpose")
            crumbs=Place::SalesInsight.crumbs()
            help=HelpPage::ActionsConfig
        >
            <div class="stack-large">
                <NextStep here=&[SetupStepId::SetUpAccount, SetupStepId::StartSync] />
                <Tabs label=t!("nav.actions_config") tabs=tabs.into() open on_open=go panel />
            </div>
        </Page>
    }
}

/// The tab of the first step here that is not done, or of the second; `None` until the steps are known.
fn of_next_step() -> Option<ConfigTab> {
    match guide().state.with(|guide| matches!(guide, Load::Loading)) {
        true => None,
        false if state_of(SetupStepId::SetUpAccount) == Some(StepState::Done) => Some(ConfigTab::Sync),
        false => Some(ConfigTab::Invite),
    }
}

fn label(tab: ConfigTab) -> Term {
    match tab {
        ConfigTab::Invite => term!("actions_config.send_invite"),
        ConfigTab::Integration => term!("actions_config.integration_information"),
        ConfigTab::Sync => term!("actions_config.field_sync"),
        ConfigTab::People => t!("field_sync.synced").into(),
    }
}
