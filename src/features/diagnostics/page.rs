use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::catalogue::Catalogue;
use super::recent::Recent;
use super::services::Services;
use super::system::System;
use crate::domain::navigation::Place;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page};

#[component]
pub(crate) fn Diagnostics() -> impl IntoView {
    let hash = use_location().hash;
    Effect::new(move |_| {
        let code = hash.get().trim_start_matches('#').to_owned();
        // After the page's own heading has had the focus.
        dom::after_paint(move || dom::after_paint(move || dom::focus(&code)));
    });
    view! {
        <Page
            title=term!("nav.diagnostics")
            purpose=t!("diagnostics.purpose")
            crumbs=Place::Integrations.crumbs()
            help=HelpPage::Diagnostics
        >
            <div class="stack-large">
                <Recent />
                <Services />
                <System />
                <Catalogue />
            </div>
        </Page>
    }
}
