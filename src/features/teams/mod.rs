//! Team Management: teams and who is in them.

use leptos::prelude::*;

use crate::routes::Route;
use crate::t;
use crate::ui::{Crumb, HelpPage, Page};

#[component]
pub(crate) fn TeamManagement() -> impl IntoView {
    view! {
        <Page
            title=t!("nav.team_management")
            purpose=t!("teams.purpose")
            crumbs=vec![Crumb::group(t!("nav.settings")), Crumb::group(t!("nav.admin_settings"))]
            help=HelpPage::Teams
        >
            {()}
        </Page>
    }
}

/// Who is in one team.
#[component]
pub(crate) fn TeamDetail() -> impl IntoView {
    view! {
        <Page
            title=t!("field.team")
            crumbs=vec![Crumb::page(t!("nav.team_management"), Route::Teams.href())]
            help=HelpPage::Teams
        >
            {()}
        </Page>
    }
}
