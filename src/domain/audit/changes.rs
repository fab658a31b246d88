//! What an event changed from what to what, in the words of the screens that change it.

use api_types::{AuditChange, AuditField, AuditFormat, TaskSync, UserStatus};

use super::labels;
use crate::api::query::choice;
use crate::domain::people;
use crate::i18n;
use crate::t;

/// What a change is of.
pub(crate) fn field(field: AuditField) -> String {
    match field {
        AuditField::Role => t!("field.role"),
        AuditField::Personas => t!("field.persona"),
        AuditField::FirstName => t!("field.first_name"),
        AuditField::LastName => t!("field.last_name"),
        AuditField::Email => t!("field.email"),
        AuditField::Status => t!("audit_field.status"),
        AuditField::Workspace => t!("users.workspace"),
        AuditField::WorkspaceName => t!("audit_field.workspace_name"),
        AuditField::TeamName => t!("teams.name"),
        AuditField::Team => t!("field.team"),
        AuditField::Password => t!("sign_in.password"),
        AuditField::LoginManagement => t!("general.login_management"),
        AuditField::FactorsNeededFrom => t!("general.factors_who"),
        AuditField::GraceDays => t!("general.grace"),
        AuditField::Org => t!("salesforce.org"),
        AuditField::SalesforceUser => t!("salesforce.user"),
        AuditField::Host => t!("audit_field.host"),
        AuditField::EmailActivity => t!("salesforce.email_activity"),
        AuditField::BccAddress => t!("salesforce.bcc_address"),
        AuditField::TaskSync => t!("salesforce.tasks"),
        AuditField::MunchkinAccountId => t!("actions_config.munchkin_id"),
        AuditField::ClientId => t!("actions_config.client_id"),
        AuditField::ClientSecret => t!("actions_config.client_secret"),
        AuditField::PollingMinutes => t!("field_sync.polling"),
        AuditField::OriginalUser => t!("actions_config.original_user"),
        AuditField::Origins => t!("api_keys.origins"),
        AuditField::Flows => t!("api_keys.flows"),
        AuditField::KeyRole => t!("api_keys.role"),
        AuditField::KeyGrants => t!("api_keys.grants"),
        AuditField::KeyEnds => t!("audit_field.key_ends"),
        AuditField::Ticked => t!("audit_field.ticked"),
        AuditField::DeletedTo => t!("audit_field.deleted_to"),
        AuditField::Format => t!("audit_field.format"),
        AuditField::WebhookUrl => t!("webhooks.url"),
        AuditField::WebhookDescription => t!("webhooks.description"),
        AuditField::WebhookTypes => t!("webhooks.types"),
        AuditField::WebhookState => t!("webhooks.state"),
        AuditField::Unknown => t!("audit_field.unknown"),
    }
}

/// What something was before and is after; what is secret says only that it was changed.
pub(crate) fn values(change: &AuditChange) -> String {
    let say = |kept: &String| value(change.field, kept);
    match (&change.from, &change.to) {
        (None, None) => t!("security.changed_secret"),
        (from, to) => {
            let said = |kept: &Option<String>| kept.as_ref().map_or_else(|| t!("security.no_value"), say);
            format!("{} \u{2192} {}", said(from), said(to))
        }
    }
}

fn value(field: AuditField, kept: &str) -> String {
    let said = match field {
        AuditField::Role | AuditField::KeyRole | AuditField::KeyGrants => labels::role(kept),
        AuditField::Personas => labels::personas(kept),
        AuditField::Status => match choice(Some(kept.to_owned())) {
            Some(UserStatus::Active) => Some(t!("status.active")),
            Some(UserStatus::Deactivated) => Some(t!("status.deactivated")),
            _ => None,
        },
        AuditField::Workspace | AuditField::WorkspaceName => Some(people::workspace(kept)),
        AuditField::LoginManagement => choice(Some(kept.to_owned())).map(labels::login_management),
        AuditField::FactorsNeededFrom => labels::factor_rule(kept),
        AuditField::GraceDays => kept.parse().ok().map(|count: u32| t!("general.grace_days", count = count)),
        AuditField::EmailActivity => choice(Some(kept.to_owned())).map(labels::email_activity),
        AuditField::PollingMinutes => kept.parse().ok().map(|count: u32| t!("security.every", count = count)),
        AuditField::KeyEnds => Some(i18n::date_time(kept)),
        AuditField::Ticked => Some(t!("salesforce_people.has_set")),
        AuditField::TaskSync => choice(Some(kept.to_owned())).map(|sync| match sync {
            TaskSync::DoNotSync => t!("salesforce.tasks_off"),
            TaskSync::Sync => t!("salesforce.tasks_on"),
        }),
        AuditField::Format => choice(Some(kept.to_owned())).map(format),
        AuditField::WebhookTypes => labels::webhook_types(kept),
        AuditField::WebhookState => choice(Some(kept.to_owned())).map(labels::webhook_state),
        _ => None,
    };
    said.unwrap_or_else(|| kept.to_owned())
}

/// The format of an exported file.
pub(crate) fn format(format: AuditFormat) -> String {
    match format {
        AuditFormat::Csv => t!("security.format_csv"),
        AuditFormat::JsonLines => t!("security.format_json_lines"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a26_a_change_says_what_was_and_what_is_and_of_a_secret_neither() {
        let change = |field, from: Option<&str>, to: Option<&str>| {
            values(&AuditChange { field, from: from.map(str::to_owned), to: to.map(str::to_owned) })
        };
        // Without a catalogue, a text is its key.
        assert_eq!(change(AuditField::TeamName, Some("Nordics"), Some("North")), "Nordics \u{2192} North");
        assert_eq!(change(AuditField::Role, Some("user"), Some("admin")), "role.user \u{2192} role.admin");
        assert_eq!(change(AuditField::Team, None, Some("North")), "security.no_value \u{2192} North");
        assert_eq!(change(AuditField::Role, Some("king"), None), "king \u{2192} security.no_value");
        assert_eq!(change(AuditField::Password, None, None), "security.changed_secret");
    }
}
