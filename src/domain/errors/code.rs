use api_types::{ErrorCategory, MarketoError, RecentError, SalesforceError, Service};

use crate::i18n;
use crate::platform::dom::Target;

/// A code that Diagnostics explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Salesforce(SalesforceError),
    Marketo(MarketoError),
}

impl Code {
    /// Every code, those of Salesforce first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let of_salesforce = SalesforceError::ALL.iter().copied().map(Self::Salesforce);
        of_salesforce.chain(MarketoError::ALL.iter().copied().map(Self::Marketo))
    }

    /// The code of a recent error, if it is explained.
    pub(crate) fn of(error: &RecentError) -> Option<Self> {
        match error.service {
            Service::Salesforce => SalesforceError::lookup(&error.code).map(Self::Salesforce),
            Service::Marketo => MarketoError::lookup(&error.code).map(Self::Marketo),
            Service::Mail => None,
        }
    }

    /// As the service writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Salesforce(error) => error.as_str(),
            Self::Marketo(error) => error.as_str(),
        }
    }

    pub(crate) fn category(self) -> ErrorCategory {
        match self {
            Self::Salesforce(error) => error.category(),
            Self::Marketo(error) => error.category(),
        }
    }

    /// What it means, in the user's language.
    pub(crate) fn meaning(self) -> String {
        self.text("")
    }

    /// What to do about it.
    pub(crate) fn fix(self) -> String {
        self.text("_fix")
    }

    fn text(self, what: &str) -> String {
        let group = match self {
            Self::Salesforce(_) => "salesforce_error",
            Self::Marketo(_) => "marketo_error",
        };
        i18n::coded(group, &format!("{}{what}", self.as_str().to_lowercase()), &[]).unwrap_or_default()
    }

    /// The id of the code's element on that screen, as a link target.
    pub(crate) fn anchor(self) -> Target {
        match self {
            Self::Salesforce(error) => error.as_str().into(),
            Self::Marketo(error) => Target::of("marketo", error.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::{Activity, Timestamp};

    use super::*;

    fn met(service: Service, code: &str) -> Option<Code> {
        Code::of(&RecentError {
            at: Timestamp("2026-11-20T09:00:00Z".into()),
            service,
            code: code.into(),
            during: Activity::Syncing,
            request_id: String::new(),
            is_solved: false,
        })
    }

    #[test]
    fn a_recent_error_is_looked_up_among_the_codes_of_its_service() {
        assert_eq!(met(Service::Marketo, "607"), Some(Code::Marketo(MarketoError::DailyQuota)));
        assert_eq!(met(Service::Salesforce, "607"), None);
        let locked = SalesforceError::EntityIsLocked;
        assert_eq!(met(Service::Salesforce, locked.as_str()), Some(Code::Salesforce(locked)));
        assert_eq!(met(Service::Mail, locked.as_str()), None);
    }
}
