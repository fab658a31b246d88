//! General: how people sign in, seats and limits.

use leptos::prelude::*;

use crate::t;
use crate::ui::{Crumb, HelpPage, Page};

#[component]
pub(crate) fn General() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.general")
            purpose=t!("general.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
            help=HelpPage::General
        >
            {()}
        </Page>
    }
}
