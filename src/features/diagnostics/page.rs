use leptos::prelude::*;

use super::catalogue::Catalogue;
use super::recent::Recent;
use crate::domain::places::Place;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

#[component]
pub(crate) fn Diagnostics() -> impl IntoView {
    view! {
        <Page
            title=term!("nav.diagnostics")
            purpose=t!("diagnostics.purpose")
            crumbs=Place::Integrations.crumbs()
            help=HelpPage::Diagnostics
        >
            <div class="stack-large">
                <Recent />
                <Catalogue />
            </div>
        </Page>
    }
}
