use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{Service, Timestamp};

/// What Salesforce and Marketo answered to a few questions that change nothing. It holds no secrets and no people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServicesReport {
    pub at: Timestamp,
    /// The version of the server.
    pub version: String,
    pub checks: Vec<ServiceCheck>,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceCheck {
    pub id: ServiceCheckId,
    pub outcome: CheckOutcome,
    /// What was found, as the service names it: missing fields, versions, counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
}

impl ServiceCheck {
    pub fn passed(id: ServiceCheckId, found: Vec<String>) -> Self {
        Self { id, outcome: CheckOutcome::Passed, found }
    }

    /// `documented` is the day on which the documentation was read.
    pub fn differs(id: ServiceCheckId, documented: &str, found: Vec<String>) -> Self {
        Self { id, outcome: CheckOutcome::Differs { documented: documented.to_owned() }, found }
    }

    pub fn failed(id: ServiceCheckId, code: impl Into<String>) -> Self {
        Self { id, outcome: CheckOutcome::Failed { code: code.into() }, found: Vec::new() }
    }

    pub fn not_asked(id: ServiceCheckId) -> Self {
        Self { id, outcome: CheckOutcome::NotAsked, found: Vec::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    Passed,
    /// It works, but not as documented; the documentation was read on that day.
    Differs {
        documented: String,
    },
    /// With the service's code.
    Failed {
        code: String,
    },
    /// There is no connection, or there are no credentials, to ask with.
    NotAsked,
}

macro_rules! checks {
    ($($name:ident of $service:ident, $says:literal;)+) => {
        /// A question.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum ServiceCheckId {
            $(#[doc = $says] $name,)+
        }

        impl ServiceCheckId {
            pub fn service(self) -> Service {
                match self { $(Self::$name => Service::$service,)+ }
            }

            /// What is asked, in English, for operators.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }
        }
    };
}

checks! {
    MarketoToken of Marketo, "Marketo issues a token for the account's connection";
    MarketoFields of Marketo, "Marketo has the fields that are synced";
    MarketoLeads of Marketo, "The connection may read people";
    MarketoActivities of Marketo, "The connection may read activities";
    MarketoDeletions of Marketo, "Deletions and merges can be read";
    MarketoUsage of Marketo, "API requests of today";
    MarketoUsers of Marketo, "The operator's credentials may read Marketo's users";
    MarketoWorkspaces of Marketo, "The operator's credentials may read Marketo's workspaces";
    SalesforceApp of Salesforce, "Salesforce accepts the app's consumer key and secret";
    SalesforceIdentity of Salesforce, "Salesforce tells whose connection it is";
    SalesforceVersions of Salesforce, "Salesforce serves the version of the API that is used";
    SalesforceScopes of Salesforce, "The connection has all scopes";
    SalesforcePackage of Salesforce, "The package is installed, in a version that has Actions";
    SalesforceLimits of Salesforce, "API requests of the last 24 hours";
}

impl ServiceCheckId {
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

impl ServicesReport {
    /// As lines of plain English, for a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}, server {}\n", self.at.as_str(), self.version);
        for ServiceCheck { id, outcome, found } in &self.checks {
            let outcome = match outcome {
                CheckOutcome::Passed => "ok".to_owned(),
                CheckOutcome::Differs { documented } => {
                    format!("differs from what was documented on {documented}")
                }
                CheckOutcome::Failed { code } => format!("failed: {code}"),
                CheckOutcome::NotAsked => "not asked".to_owned(),
            };
            let found = if found.is_empty() { String::new() } else { format!(" ({})", found.join(", ")) };
            text.push_str(&format!("{:?}: {}: {outcome}{found}\n", id.service(), id.says()));
        }
        text
    }

    /// Whether a question failed.
    pub fn has_failed(&self) -> bool {
        self.checks.iter().any(|check| matches!(check.outcome, CheckOutcome::Failed { .. }))
    }
}
