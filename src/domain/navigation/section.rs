use super::route::Route;
use crate::platform::address::routes_base;
use crate::platform::panel;

/// Where the webhooks would be as a screen of their own.
const WEBHOOKS: &str = "/settings/integrations/webhooks";

/// Parts of screens that people look for by their own name, and that are there as soon as the screen is. An address that
/// ends in the anchor of one leads to its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    ApiKeys,
    AuditLog,
    Language,
    TwoStep,
    Webhooks,
}

impl Section {
    /// The tab of its screen that the API keys are in, as the address names it.
    pub(crate) const API_KEYS_TAB: &'static str = "api-keys";
    /// That of the webhooks.
    pub(crate) const WEBHOOKS_TAB: &'static str = "webhooks";

    /// The id of its heading, which can have the focus.
    pub(crate) const fn anchor(self) -> &'static str {
        match self {
            Self::ApiKeys => "api-keys-title",
            Self::AuditLog => "audit-log",
            Self::Language => "language-title",
            Self::TwoStep => "two-step-title",
            Self::Webhooks => "webhooks-title",
        }
    }

    pub(crate) const fn screen(self) -> Route {
        match self {
            Self::ApiKeys | Self::AuditLog | Self::Webhooks => Route::Security,
            Self::Language | Self::TwoStep => Route::Profile,
        }
    }

    /// The path below the base of the deployment.
    pub(crate) fn path(self) -> String {
        let tab = match self {
            Self::ApiKeys => format!("?tab={}", Self::API_KEYS_TAB),
            Self::Webhooks => format!("?tab={}", Self::WEBHOOKS_TAB),
            Self::AuditLog | Self::Language | Self::TwoStep => String::new(),
        };
        format!("{}{tab}#{}", self.screen().path(), self.anchor())
    }

    /// The part that this path of the console names instead of its screen.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        (path == WEBHOOKS && !panel::is_here()).then_some(Self::Webhooks)
    }

    pub(crate) fn href(self) -> String {
        format!("{}{}", routes_base(), self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n5_the_address_of_the_webhooks_leads_to_their_part_of_security() {
        for path in ["/settings/integrations/webhooks", "/settings/integrations/webhooks/"] {
            assert_eq!(Route::at(path), None, "no screen of its own");
            assert_eq!(Section::at(path).map(Section::path).as_deref(), Some(TARGET));
        }
        assert_eq!(Section::at("/settings/integrations"), None);
    }

    const TARGET: &str = "/settings/admin/security?tab=webhooks#webhooks-title";
}
