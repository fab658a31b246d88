//! Diagnostics: the codes of Salesforce with their fixes, and recent errors.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, HelpPage, Page};

#[component]
pub(crate) fn Diagnostics() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.diagnostics")
            purpose=t!("diagnostics.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.integrations"))]
            help=HelpPage::Diagnostics
        >
            {()}
        </Page>
    }
}
