use api_types::{ErrorCategory, MarketoError, RecentError, SalesforceError, Service};

/// A code that the page explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Salesforce(SalesforceError),
    Marketo(MarketoError),
}

impl Code {
    /// The code of a recent error, if the page explains it.
    pub(super) fn of(error: &RecentError) -> Option<Self> {
        match error.service {
            Service::Salesforce => SalesforceError::lookup(&error.code).map(Self::Salesforce),
            Service::Marketo => MarketoError::lookup(&error.code).map(Self::Marketo),
            Service::Mail => None,
        }
    }

    /// As the service writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Salesforce(error) => error.as_str(),
            Self::Marketo(error) => error.as_str(),
        }
    }

    pub(super) fn category(self) -> ErrorCategory {
        match self {
            Self::Salesforce(error) => error.category(),
            Self::Marketo(error) => error.category(),
        }
    }

    /// The id of the code's element, as a link target.
    pub(super) fn anchor(self) -> String {
        match self {
            Self::Salesforce(error) => error.as_str().to_owned(),
            Self::Marketo(error) => format!("marketo-{}", error.as_str()),
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
