//! Actions Config: the first invitation, Integration Information, Action Field Sync.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, HelpPage, Page};

#[component]
pub(crate) fn ActionsConfig() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.actions_config")
            purpose=t!("actions_config.purpose")
            crumbs=vec![Crumb::group(t!("nav.admin")), Crumb::group(t!("nav.sales_insight"))]
            help=HelpPage::ActionsConfig
        >
            {()}
        </Page>
    }
}
