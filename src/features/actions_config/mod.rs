//! Actions Config: the first invitation, Integration Information, Action Field Sync.

mod field_sync;
mod integration;
mod invite;

use api_types::SetupStepId;
use leptos::prelude::*;

use crate::api;
use crate::data::Loader;
use crate::domain::places::Place;
use crate::domain::setup::NextStep;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

use field_sync::FieldSyncCards;
use integration::IntegrationCard;
use invite::InviteCard;

#[component]
pub(crate) fn ActionsConfig() -> impl IntoView {
    let integration = Loader::new();
    leptos::task::spawn_local(integration.load(api::integration::find()));
    // The first invitation fills the card below.
    let on_invited =
        Callback::new(move |()| leptos::task::spawn_local(integration.refresh(api::integration::find())));
    view! {
        <Page
            title=term!("nav.actions_config")
            purpose=t!("actions_config.purpose")
            crumbs=Place::SalesInsight.crumbs()
            help=HelpPage::ActionsConfig
        >
            <div class="stack-large">
                <NextStep here=&[SetupStepId::SetUpAccount, SetupStepId::StartSync] />
                <InviteCard on_invited />
                <IntegrationCard integration />
                <FieldSyncCards />
            </div>
        </Page>
    }
}
