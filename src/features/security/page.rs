use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::api_keys::ApiKeys;
use super::log::AuditLog;
use crate::domain::places::{Place, Route, Section};
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Tab, Tabs};

/// The name of the first tab, which no address needs.
const LOG: &str = "audit-log";

#[component]
pub(crate) fn Security() -> impl IntoView {
    let (parameters, hash) = (use_query_map(), use_location().hash);
    let open = Memo::new(move |_| {
        let tab = parameters.with(|map| map.get("tab"));
        let is_keys = match tab.as_deref() {
            Some(tab) => tab == Section::API_KEYS_TAB,
            // Links made before there were tabs only name the section.
            None => hash.with(|hash| hash.trim_start_matches('#') == Section::ApiKeys.anchor()),
        };
        if is_keys { Section::API_KEYS_TAB } else { LOG }
    });
    let navigate = use_navigate();
    let go = Callback::new(move |tab: &'static str| {
        let path = Route::Security.path();
        let path = if tab == LOG { path } else { format!("{path}?tab={tab}") };
        navigate(&path, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    let tabs =
        vec![Tab::new(LOG, t!("security.audit_log")), Tab::new(Section::API_KEYS_TAB, t!("api_keys.title"))];
    view! {
        <Page
            title=term!("nav.security")
            purpose=t!("security.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::Security
        >
            <Tabs label=t!("nav.security") tabs open on_open=go panel=|tab: &'static str| match tab {
                LOG => view! { <AuditLog /> }.into_any(),
                _ => view! { <ApiKeys /> }.into_any(),
            } />
        </Page>
    }
}
