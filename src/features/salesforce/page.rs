use api_types::SetupStepId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::connections::Connections;
use super::sync_settings::SyncSettings;
use crate::domain::navigation::{Place, Route};
use crate::domain::session;
use crate::domain::setup::NextStep;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Tab, Tabs, leave};

const CONNECTIONS: &str = "connections";
const SYNC_SETTINGS: &str = "sync-settings";

/// Administrators see both tabs; other users have only their own connection, not the account's settings.
#[component]
pub(crate) fn Salesforce() -> impl IntoView {
    let is_admin = untrack(session::is_admin);
    let group = if is_admin { Place::AdminSettings } else { Place::MyAccount };
    let purpose = if is_admin { t!("salesforce.purpose") } else { t!("salesforce.own_purpose") };
    view! {
        <Page
            title=term!("nav.salesforce")
            purpose
            crumbs=group.crumbs()
            help=HelpPage::Salesforce
        >
            {if is_admin {
                view! { <AdminTabs /> }.into_any()
            } else {
                view! { <Connections return_to=Route::MySalesforce.path() /> }.into_any()
            }}
        </Page>
    }
}

#[component]
fn AdminTabs() -> impl IntoView {
    let parameters = use_query_map();
    let open = Memo::new(move |_| match parameters.with(|map| map.get("tab")).as_deref() {
        Some(SYNC_SETTINGS) => SYNC_SETTINGS,
        _ => CONNECTIONS,
    });
    let navigate = use_navigate();
    let go = Callback::new(move |tab: &'static str| {
        let path = match tab {
            CONNECTIONS => Route::Salesforce.path(),
            tab => format!("{}?tab={tab}", Route::Salesforce.path()),
        };
        let navigate = navigate.clone();
        leave(move || navigate(&path, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    });
    let tabs = vec![
        Tab::new(CONNECTIONS, term!("salesforce.connections_and_customizations")),
        Tab::new(SYNC_SETTINGS, term!("salesforce.sync_settings")),
    ];
    view! {
        <Tabs label=t!("nav.salesforce") tabs open on_open=go panel=|tab: &'static str| match tab {
            SYNC_SETTINGS => view! { <SyncSettings /> }.into_any(),
            _ => view! {
                <div class="stack-large">
                    <Connections return_to=Route::Salesforce.path() />
                    <NextStep here=&[SetupStepId::ConnectSalesforce] />
                </div>
            }.into_any(),
        } />
    }
}
