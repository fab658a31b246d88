use api_types::SetupStepId;
use leptos::prelude::*;

use super::field_sync::FieldSyncCards;
use super::integration::IntegrationCard;
use super::invite::InviteCard;
use crate::api;
use crate::data::Loader;
use crate::domain::places::Place;
use crate::domain::setup::NextStep;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

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
