use super::route::Route;

/// Parts of screens that people look for by their own name, and that are there as soon as the screen is. An address that
/// ends in the anchor of one leads to its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    ApiKeys,
    AuditLog,
    Language,
}

impl Section {
    /// The id of its heading, which can have the focus.
    pub(crate) const fn anchor(self) -> &'static str {
        match self {
            Self::ApiKeys => "api-keys-title",
            Self::AuditLog => "audit-log",
            Self::Language => "language-title",
        }
    }

    pub(crate) const fn screen(self) -> Route {
        match self {
            Self::ApiKeys | Self::AuditLog => Route::Security,
            Self::Language => Route::Profile,
        }
    }

    /// The path below the base of the deployment.
    pub(crate) fn path(self) -> String {
        format!("{}#{}", self.screen().path(), self.anchor())
    }
}
