use super::route::Route;
use crate::platform::address::routes_base;

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

    pub(crate) fn href(self) -> String {
        format!("{}{}", routes_base(), self.path())
    }
}
