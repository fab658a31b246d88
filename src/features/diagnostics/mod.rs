//! Diagnostics: the codes of Salesforce and Marketo with their fixes, and recent errors.

mod catalogue;
mod code;
mod recent;
mod words;

use leptos::prelude::*;

use crate::domain::places::Place;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

use catalogue::Catalogue;
use recent::Recent;

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
