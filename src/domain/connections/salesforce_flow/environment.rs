//! The Salesforce environment to sign in to.

use api_types::SalesforceEnvironment;
use leptos::prelude::*;
use strum::VariantArray;

use crate::t;
use crate::ui::{Field, FieldState, RadioOption};

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
enum EnvironmentKind {
    Salesforce,
    Sandbox,
    MyDomain,
}

impl EnvironmentKind {
    const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    const fn id(self) -> &'static str {
        match self {
            Self::Salesforce => "environment-salesforce",
            Self::Sandbox => "environment-sandbox",
            Self::MyDomain => "environment-my-domain",
        }
    }

    fn words(self) -> (String, String) {
        match self {
            Self::Salesforce => (t!("salesforce_flow.salesforce"), t!("salesforce_flow.salesforce_hint")),
            Self::Sandbox => (t!("salesforce_flow.sandbox"), t!("salesforce_flow.sandbox_hint")),
            Self::MyDomain => (t!("salesforce_flow.my_domain"), t!("salesforce_flow.my_domain_hint")),
        }
    }
}

/// The name of an environment.
pub(crate) fn environment_name(environment: &SalesforceEnvironment) -> String {
    match environment {
        SalesforceEnvironment::Salesforce => t!("salesforce_flow.salesforce"),
        SalesforceEnvironment::Sandbox => t!("salesforce_flow.sandbox"),
        SalesforceEnvironment::MyDomain(host) => host.clone(),
    }
}

/// The environment as chosen and typed.
#[derive(Clone, Copy)]
pub(crate) struct EnvironmentChoice {
    kind: RwSignal<EnvironmentKind>,
    pub(crate) host: FieldState,
}

impl EnvironmentChoice {
    pub(crate) fn new() -> Self {
        Self { kind: RwSignal::new(EnvironmentKind::Salesforce), host: FieldState::new("my-domain", "") }
    }

    /// The environment; `None` after setting a message at the host.
    pub(crate) fn read(self) -> Option<SalesforceEnvironment> {
        match self.kind.get_untracked() {
            EnvironmentKind::Salesforce => Some(SalesforceEnvironment::Salesforce),
            EnvironmentKind::Sandbox => Some(SalesforceEnvironment::Sandbox),
            EnvironmentKind::MyDomain => self
                .host
                .parse(|typed| my_domain(typed).ok_or(()), |()| t!("salesforce_flow.host_invalid"))
                .map(SalesforceEnvironment::MyDomain),
        }
    }
}

/// The host of an org, from what users have at hand: its host, or the address of any page of it. The backend decides
/// which hosts are allowed.
fn my_domain(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let address = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    let host = address.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    if host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    let ends = [".lightning.force.com", ".my.salesforce-setup.com", ".my.salesforce.com"];
    let name = ends.iter().find_map(|end| host.strip_suffix(end));
    match name {
        Some(name) => Some(format!("{name}.my.salesforce.com")),
        // The bare name of an org.
        None if !host.contains(['.', ':']) => Some(format!("{host}.my.salesforce.com")),
        None => Some(host),
    }
}

/// The choice as a group of radio buttons.
#[component]
pub(crate) fn EnvironmentFields(choice: EnvironmentChoice) -> impl IntoView {
    let kind = choice.kind;
    view! {
        <fieldset class="options stack">
            <legend>{t!("salesforce_flow.environment")}</legend>
            {EnvironmentKind::ALL.map(|one| {
                let (label, hint) = one.words();
                let checked = Signal::derive(move || kind.get() == one);
                view! {
                    <RadioOption group="environment" id=one.id() label hint checked on_choose=Callback::new(move |()| kind.set(one)) />
                }
            }).collect_view()}
            <Show when=move || kind.get() == EnvironmentKind::MyDomain>
                <Field state=choice.host label=t!("salesforce_flow.host") hint=t!("salesforce_flow.host_hint") />
            </Show>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a5_a_my_domain_is_read_from_what_people_have_at_hand() {
        for typed in [
            "acme.my.salesforce.com",
            " https://ACME.my.salesforce.com/ ",
            "https://acme.lightning.force.com/lightning/page/home?x#y",
            "https://acme.my.salesforce-setup.com/lightning/setup",
            "acme",
        ] {
            assert_eq!(my_domain(typed).as_deref(), Some("acme.my.salesforce.com"), "{typed}");
        }
        assert_eq!(my_domain("http://localhost:4711").as_deref(), Some("localhost:4711"));
        assert_eq!(my_domain("login.acme.example").as_deref(), Some("login.acme.example"));
        for bad in ["", "  ", "https://", "user@acme.my.salesforce.com", "acme corp", "ácme"] {
            assert_eq!(my_domain(bad), None, "{bad}");
        }
    }
}
