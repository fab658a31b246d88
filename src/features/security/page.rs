use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::api_keys::ApiKeys;
use super::asked::Asked;
use super::log::AuditLog;
use super::webhooks::Webhooks;
use crate::api::query;
use crate::data::export::Export;
use crate::domain::navigation::{Place, Route, Section};
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, Tab, Tabs};

/// The name of the first tab, which no address needs.
const LOG: &str = "log";
const API_KEYS: &str = Section::API_KEYS_TAB;
const WEBHOOKS: &str = Section::WEBHOOKS_TAB;

/// The tab that an address opens. Links made before there were tabs only name the section.
fn tab_at(name: Option<&str>, hash: &str) -> &'static str {
    let is = |tab: &str, section: Section| match name {
        Some(name) => name == tab,
        None => hash.trim_start_matches('#') == section.anchor(),
    };
    match () {
        () if is(API_KEYS, Section::ApiKeys) => API_KEYS,
        () if is(WEBHOOKS, Section::Webhooks) => WEBHOOKS,
        () => LOG,
    }
}

#[component]
pub(crate) fn Security() -> impl IntoView {
    let (parameters, hash) = (use_query_map(), use_location().hash);
    let open = Memo::new(move |_| {
        let name = parameters.with(|map| map.get("tab"));
        hash.with(|hash| tab_at(name.as_deref(), hash))
    });
    let last = RwSignal::new(Asked::default());
    let export = Export::new();
    let navigate = use_navigate();
    let go = Callback::new(move |tab: &'static str| {
        let path = match tab {
            LOG => query(&Route::Security.path(), &last.get_untracked()),
            tab => format!("{}?tab={tab}", Route::Security.path()),
        };
        navigate(&path, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    let tabs = vec![
        Tab::new(LOG, t!("security.audit_log")),
        Tab::new(API_KEYS, t!("api_keys.title")),
        Tab::new(WEBHOOKS, t!("webhooks.title")),
    ];
    view! {
        <Page
            title=term!("nav.security")
            purpose=t!("security.purpose")
            crumbs=Place::AdminSettings.crumbs()
            help=HelpPage::Security
        >
            <Tabs label=t!("nav.security") tabs open on_open=go panel=move |tab: &'static str| match tab {
                LOG => view! { <AuditLog last export /> }.into_any(),
                WEBHOOKS => view! { <Webhooks /> }.into_any(),
                _ => view! { <ApiKeys /> }.into_any(),
            } />
        </Page>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_the_tab_of_its_section() {
        for (name, hash, tab) in [
            (None, "", LOG),
            (None, "#audit-log", LOG),
            (None, "#api-keys-title", API_KEYS),
            (Some("api-keys"), "#api-keys-title", API_KEYS),
            (Some("api-keys"), "", API_KEYS),
            (None, "#webhooks-title", WEBHOOKS),
            (Some("webhooks"), "", WEBHOOKS),
            (Some("nothing"), "#api-keys-title", LOG),
        ] {
            assert_eq!(tab_at(name, hash), tab, "{name:?} {hash}");
        }
    }
}
