//! The limits of every number, text and list of the document, from the constants that the server checks by.

use api_types::embed::PanelFlow;
use api_types::limits::{
    ADDRESS_MAX, API_KEY_NAME_MAX, API_KEY_ORIGINS_MAX, API_KEY_USERS_MAX, BODY_BYTES, COLUMN_MAPPING_MAX,
    CREDENTIAL_MAX, CURSOR_MAX, EMBED_SECONDS, EXPIRES_IN_DAYS, FACTOR_GRACE_DAYS, FILE_NAME_MAX,
    FOREIGN_ITEMS_MAX, FOREIGN_TEXT_MAX, MESSAGE_MAX, NAME_MAX, PAGE_MAX, PASSKEY_NAME_MAX, PASSKEYS_MAX,
    PASSWORD_MAX, PASSWORD_MIN, POLLING_MINUTES, RECOVERY_CODES, ROWS_PER_BATCH, ROWS_PER_CHUNK, SEARCH_MAX,
    SHOWN_NAME_MAX, TEAM_MEMBERS_PER_CHANGE, TEAM_NAME_MAX, TEAMS_MAX, TEAMS_PER_ROW, TOKEN_MAX, URL_MAX,
    WEBHOOK_ATTEMPTS, WEBHOOK_DESCRIPTION_MAX, WEBHOOK_RESPONSE_MAX,
};
use api_types::{
    AuditField, ChecklistItemId, INVITATION_DAYS, LimitName, PersonField, Persona, PrerequisiteId,
    ServiceCheckId, SetupStepId, SkipReason, TimeZone, WebhookType, WithoutSalesforce,
};
use strum::VariantArray as _;
use utoipa::Number;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, SchemaType};
use utoipa::openapi::{KnownFormat, Object, OpenApi, RefOr, Schema, SchemaFormat, Type};

use crate::http::endpoints::operations;
use crate::platform::jobs::Job;

const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
/// An id of a request, and a random token as text.
const REQUEST_ID: (usize, &str) = (32, "^[0-9a-f]{32}$");
const RANDOM: (usize, &str) = (43, "^[A-Za-z0-9_-]{43}$");
/// What names of the IANA database consist of.
const TIME_ZONE: &str = "^[A-Za-z0-9_+/-]+$";
const MUNCHKIN: &str = "^[0-9]{3}-[A-Z]{3}-[0-9]{3}$";
/// Longest names that the server itself assigns.
const OWN_NAME_MAX: usize = 100;
/// The largest whole number that every JSON reader represents exactly.
const WHOLE_MAX: u64 = (1 << 53) - 1;
const NEEDS: usize = SetupStepId::ALL.len() + PrerequisiteId::ALL.len();

/// The limit of a value.
#[derive(Clone, Copy)]
enum Limit {
    /// Characters of a text.
    Text(usize, usize),
    /// A text of one shape.
    Shape(usize, usize, &'static str),
    Number(u64, u64),
    /// Items of a list.
    Items(usize, usize),
}

use Limit::{Items, Shape, Text};

const ID: Limit = Shape(36, 36, UUID);
const FOREIGN: Limit = Text(0, FOREIGN_TEXT_MAX);
const SHOWN_NAME: Limit = Text(0, SHOWN_NAME_MAX);
/// Of an app or a mail, or a recovery code, with what people put between its letters.
const CODE: Limit = Text(0, 40);
/// How many ways there are to prove who one is.
const PROOF_WAYS: usize = 6;
const NEW_PASSWORD: Limit = Text(PASSWORD_MIN, PASSWORD_MAX);
/// Values that get a verdict rather than being refused.
const JUDGED: Limit = Text(0, BODY_BYTES);
const PAGE: Limit = Items(0, PAGE_MAX as usize);
const JOBS: Limit = Items(0, Job::VARIANTS.len());
const EXPIRY: Limit = Limit::Number(*EXPIRES_IN_DAYS.start() as u64, *EXPIRES_IN_DAYS.end() as u64);
const POLLING: Limit = Limit::Number(*POLLING_MINUTES.start() as u64, *POLLING_MINUTES.end() as u64);

/// The limits by place: a schema and the path in it, or only the last name of that path. `[]` is an item of a list.
const LIMITS: &[(&str, Limit)] = &[
    // Ids.
    ("UserId", ID),
    ("SessionId", ID),
    ("InvitationId", ID),
    ("TestMailId", ID),
    ("BatchId", ID),
    ("MemberChangeBatchId", ID),
    ("TeamId", ID),
    ("WorkspaceId", ID),
    ("SyncRunId", ID),
    ("ApiKeyId", ID),
    ("WebhookId", ID),
    ("WebhookMessageId", ID),
    ("FlowId", Shape(RANDOM.0, RANDOM.0, RANDOM.1)),
    ("RowsKey", Shape(RANDOM.0, RANDOM.0, RANDOM.1)),
    ("AuditEvent.id", ID),
    ("AuditEvent.address", Text(0, 45)),
    ("AuditEvent.changes", Items(0, AuditField::ALL.len())),
    ("AuditChange.from", FOREIGN),
    ("AuditChange.to", FOREIGN),
    ("AuditNumbering.deleted", PAGE),
    ("AuditNumbering.unproven", PAGE),
    ("AuditNumbering.missing", PAGE),
    ("MarketoAdmin.id", Text(1, FOREIGN_TEXT_MAX)),
    ("MarketoAdminInvite.id", Text(1, FOREIGN_TEXT_MAX)),
    ("WebhookAudit.request_id", Shape(REQUEST_ID.0, REQUEST_ID.0, REQUEST_ID.1)),
    ("AuditEvent.request_id", Shape(REQUEST_ID.0, REQUEST_ID.0, REQUEST_ID.1)),
    ("RecentError.request_id", FOREIGN),
    ("OpenSession.browser", Text(0, 80)),
    ("SessionPlace.console_elsewhere", FOREIGN),
    ("SessionPlace.panel.key", FOREIGN),
    ("SessionPlace.panel.origin", FOREIGN),
    ("OpenSession.network", Text(0, 45)),
    ("TimeZone", Shape(1, TimeZone::MAX, TIME_ZONE)),
    ("Timestamp", Text(20, 40)),
    // People.
    ("email", Text(0, ADDRESS_MAX)),
    ("bcc_address", Text(0, ADDRESS_MAX)),
    ("first_name", Text(0, NAME_MAX)),
    ("last_name", Text(0, NAME_MAX)),
    ("MarketoAdmin.email", FOREIGN),
    ("MarketoAdmin.first_name", FOREIGN),
    ("MarketoAdmin.last_name", FOREIGN),
    ("Person.name", SHOWN_NAME),
    ("inviter", SHOWN_NAME),
    ("actor", SHOWN_NAME),
    ("PersonName.name", SHOWN_NAME),
    ("created_by", SHOWN_NAME),
    ("started_by", SHOWN_NAME),
    ("SetupStep.waits_for", PAGE),
    ("personas", Items(0, Persona::ALL.len())),
    ("SignIn.password.password", Text(0, PASSWORD_MAX)),
    ("SignIn.password.code", CODE),
    ("Proof.password", Text(0, PASSWORD_MAX)),
    ("Proof.password_and_code.password", Text(0, PASSWORD_MAX)),
    ("Proof.password_and_code.code", CODE),
    ("Proof.app_code", CODE),
    ("Proof.code", CODE),
    ("ProofAsked.ways", Items(1, PROOF_WAYS)),
    ("PasswordChange.current", Text(0, PASSWORD_MAX)),
    ("PasswordChange.new", NEW_PASSWORD),
    ("PasswordReset.new_password", NEW_PASSWORD),
    ("ActivationAccept.password", NEW_PASSWORD),
    ("token", Text(0, TOKEN_MAX)),
    ("activation_token", Text(0, TOKEN_MAX)),
    ("access_token", Text(0, TOKEN_MAX)),
    ("refresh_token", Text(0, TOKEN_MAX)),
    ("expires_in", Limit::Number(0, u32::MAX as u64)),
    ("TokenRequest.origin", Text(0, URL_MAX)),
    // Second factors.
    ("PasskeyId", ID),
    ("Passkey.name", Text(1, PASSKEY_NAME_MAX)),
    ("NewPasskey.name", Text(1, PASSKEY_NAME_MAX)),
    ("passkeys", Items(0, PASSKEYS_MAX)),
    ("ceremony", Text(1, FOREIGN_TEXT_MAX)),
    ("AppSecret.secret", Shape(32, 32, "^[A-Z2-7]{32}$")),
    ("AppSecret.uri", Text(1, FOREIGN_TEXT_MAX)),
    ("AppSecret.qr_path", Text(1, FOREIGN_TEXT_MAX)),
    ("AppCode.code", CODE),
    ("recovery_codes", Items(0, RECOVERY_CODES)),
    ("recovery_codes[]", Shape(29, 29, "^[A-Z2-7]{4}(-[A-Z2-7]{4}){5}$")),
    ("recovery_codes_left", Limit::Number(0, RECOVERY_CODES as u64)),
    ("grace_days", Limit::Number(*FACTOR_GRACE_DAYS.start() as u64, *FACTOR_GRACE_DAYS.end() as u64)),
    // Columns of files.
    ("ColumnMapping.mapping", Shape(1, COLUMN_MAPPING_MAX, "^[0-9a-z._= ]+$")),
    // Embedding.
    ("ApiKey.name", Text(1, API_KEY_NAME_MAX)),
    ("NewApiKey.name", Text(1, API_KEY_NAME_MAX)),
    ("ApiKey.prefix", Text(1, OWN_NAME_MAX)),
    ("CreatedApiKey.secret", Text(1, OWN_NAME_MAX)),
    ("key_name", Text(1, API_KEY_NAME_MAX)),
    ("OpensFor.users", Items(1, API_KEY_USERS_MAX)),
    ("origins", Items(0, API_KEY_ORIGINS_MAX)),
    ("origins[]", Text(1, URL_MAX)),
    ("flows", Items(0, PanelFlow::ALL.len())),
    ("EmbedScope.origin", Text(1, URL_MAX)),
    ("EmbedSessionRequest.origin", Text(1, URL_MAX)),
    ("EmbedSessionRequest.user", Text(1, ADDRESS_MAX)),
    ("ttl_seconds", Limit::Number(*EMBED_SECONDS.start() as u64, *EMBED_SECONDS.end() as u64)),
    // Webhooks.
    ("Webhook.url", Text(1, URL_MAX)),
    ("NewWebhook.url", Text(1, URL_MAX)),
    ("WebhookChange.url", Text(1, URL_MAX)),
    ("description", Text(0, WEBHOOK_DESCRIPTION_MAX)),
    ("types", Items(1, WebhookType::ALL.len())),
    ("WebhookWithSecret.secret", Text(1, OWN_NAME_MAX)),
    ("attempts", Items(0, WEBHOOK_ATTEMPTS)),
    ("WebhookAttempt.status", Limit::Number(100, 999)),
    ("WebhookAttempt.response", Text(0, WEBHOOK_RESPONSE_MAX)),
    // The account and its teams.
    ("Account.name", FOREIGN),
    ("AccountName.name", FOREIGN),
    ("account_name", FOREIGN),
    ("Seats.limit", Limit::Number(0, u32::MAX as u64)),
    ("invitation_expires_in_days", EXPIRY),
    ("Team.name", Text(1, TEAM_NAME_MAX)),
    ("TeamName.name", Text(1, TEAM_NAME_MAX)),
    ("teams", Items(0, TEAMS_MAX + 1)),
    ("teams[]", Text(0, TEAM_NAME_MAX)),
    ("NewRow.teams", Items(0, TEAMS_PER_ROW)),
    ("NewRow.teams[]", JUDGED),
    ("BatchOptions.teams", Items(0, TEAMS_PER_ROW)),
    ("TeamMembersChange.add", Items(0, TEAM_MEMBERS_PER_CHANGE)),
    ("TeamMembersChange.remove", Items(0, TEAM_MEMBERS_PER_CHANGE)),
    ("TeamMembersChanged.joined", Items(0, TEAM_MEMBERS_PER_CHANGE)),
    ("TeamMembersChanged.left", Items(0, TEAM_MEMBERS_PER_CHANGE)),
    ("workspace", FOREIGN),
    ("Workspace.name", FOREIGN),
    ("subject", FOREIGN),
    // Invitations.
    ("UserRecord.invitations", PAGE),
    ("EndsWithAccess.work", PAGE),
    ("Handover.take_over", PAGE),
    ("take_over", Text(0, 37 * PAGE_MAX as usize)),
    ("NewBatch.expected_rows", Limit::Number(1, ROWS_PER_BATCH as u64)),
    ("Batch.expected_rows", Limit::Number(1, ROWS_PER_BATCH as u64)),
    ("file_name", Text(0, FILE_NAME_MAX)),
    ("Batch.first_people", Items(0, 2)),
    ("Batch.first_people[]", JUDGED),
    ("message", Text(0, MESSAGE_MAX)),
    ("expires_in_days", EXPIRY),
    ("Chunk.rows", Items(1, ROWS_PER_CHUNK)),
    ("ChunkResult.rows", Items(1, ROWS_PER_CHUNK)),
    ("Chunk.index", Limit::Number(0, ROWS_PER_BATCH as u64 - 1)),
    ("ChunkResult.index", Limit::Number(0, ROWS_PER_BATCH as u64 - 1)),
    ("NewRow.email", JUDGED),
    ("NewRow.first_name", JUDGED),
    ("NewRow.last_name", JUDGED),
    ("NewRow.role", JUDGED),
    ("NewRow.workspace", JUDGED),
    ("NewRow.language", JUDGED),
    ("RowResult.detail", FOREIGN),
    ("MailPreview.subject", FOREIGN),
    ("MailPreview.text", FOREIGN),
    ("MailPreview.html", FOREIGN),
    ("InvitationsByDay.days", Items(INVITATION_DAYS, INVITATION_DAYS)),
    // Changes of members.
    ("NewMemberChangeBatch.expected_rows", Limit::Number(1, ROWS_PER_BATCH as u64)),
    ("MemberChangeBatch.expected_rows", Limit::Number(1, ROWS_PER_BATCH as u64)),
    ("MemberChangeChunk.rows", Items(1, ROWS_PER_CHUNK)),
    ("MemberChangeChunkResult.rows", Items(1, ROWS_PER_CHUNK)),
    ("MemberChangeChunk.index", Limit::Number(0, ROWS_PER_BATCH as u64 - 1)),
    ("MemberChangeChunkResult.index", Limit::Number(0, ROWS_PER_BATCH as u64 - 1)),
    ("NewMemberChange.email", JUDGED),
    ("NewMemberChange.role", JUDGED),
    ("NewMemberChange.teams", Items(0, TEAMS_PER_ROW)),
    ("NewMemberChange.teams[]", JUDGED),
    ("NewMemberChange.workspace", JUDGED),
    ("MemberChange.detail", FOREIGN),
    // Connections.
    ("munchkin_account_id", Shape(11, 11, MUNCHKIN)),
    ("client_id", Text(1, CREDENTIAL_MAX)),
    ("client_secret", Text(1, CREDENTIAL_MAX)),
    ("client_secret_ends_with", Text(0, 4)),
    ("MarketoAdmin.roles", Items(0, FOREIGN_ITEMS_MAX)),
    ("MarketoAdmin.roles[]", FOREIGN),
    ("MarketoAccessGrant.user_ids", Items(1, ROWS_PER_CHUNK)),
    ("MarketoAccessGranted.user_ids", Items(0, ROWS_PER_CHUNK)),
    ("SalesforceConnection.scopes", Items(0, FOREIGN_ITEMS_MAX)),
    ("SalesforceConnection.scopes[]", FOREIGN),
    ("SalesforceConnections.others", Items(0, FOREIGN_ITEMS_MAX)),
    ("SalesforceConnection.org_id", FOREIGN),
    ("SalesforceConnection.org_name", FOREIGN),
    ("SalesforceConnection.username", FOREIGN),
    ("SalesforcePerson.id", Text(15, 18)),
    ("SalesforcePerson.email", FOREIGN),
    ("SalesforcePerson.first_name", FOREIGN),
    ("SalesforcePerson.last_name", FOREIGN),
    ("SalesforcePerson.profile", FOREIGN),
    ("SalesforcePerson.role", FOREIGN),
    ("SalesforceProfile.name", FOREIGN),
    ("profile", Text(0, SEARCH_MAX)),
    ("SalesforceEnvironment.my_domain", Text(1, URL_MAX)),
    ("instance_url", Text(0, URL_MAX)),
    ("package_url", Text(0, URL_MAX)),
    ("WithoutSalesforce.people", Items(0, WithoutSalesforce::NAMED as usize)),
    ("return_to", Text(1, URL_MAX)),
    ("start_url", Text(1, URL_MAX)),
    ("mailbox_url", Text(1, URL_MAX)),
    ("InvitationLink.url", Text(1, URL_MAX)),
    // The set-up.
    ("SetupGuide.prerequisites", Items(PrerequisiteId::ALL.len(), PrerequisiteId::ALL.len())),
    ("SetupGuide.steps", Items(SetupStepId::ALL.len(), SetupStepId::ALL.len())),
    ("blocked_by", Items(0, NEEDS)),
    ("Problem.missing", Items(0, NEEDS)),
    ("SalesforceSetup.items", Items(ChecklistItemId::ALL.len(), ChecklistItemId::ALL.len())),
    ("ChecklistItem.values", Items(0, FOREIGN_ITEMS_MAX)),
    ("PasteValue.name", Text(1, OWN_NAME_MAX)),
    ("PasteValue.value", FOREIGN),
    ("Verification.found", Items(0, FOREIGN_ITEMS_MAX)),
    ("Verification.found[]", FOREIGN),
    // The sync.
    ("polling_minutes", POLLING),
    ("skipped", Items(0, SkipReason::ALL.len())),
    ("ServicesReport.version", Text(0, OWN_NAME_MAX)),
    ("SystemReport.version", Text(1, OWN_NAME_MAX)),
    ("SystemReport.commit", Text(1, OWN_NAME_MAX)),
    ("SystemReport.changes", PAGE),
    ("SystemReport.changes[]", FOREIGN),
    ("SystemReport.jobs", JOBS),
    ("SystemReport.limits", Items(0, LimitName::ALL.len())),
    ("SystemJob.job", Text(1, OWN_NAME_MAX)),
    ("Readiness.jobs_failing", JOBS),
    ("Readiness.jobs_failing[]", Text(1, OWN_NAME_MAX)),
    ("ServicesReport.checks", Items(0, ServiceCheckId::ALL.len())),
    ("ServiceCheck.found", Items(0, FOREIGN_ITEMS_MAX)),
    ("ServiceCheck.found[]", FOREIGN),
    ("CheckOutcome.differs.documented", Text(10, 10)),
    ("CheckOutcome.failed.code", FOREIGN),
    ("FieldSync.missing_fields", Items(0, PersonField::ALL.len())),
    ("SyncPreview.fields", Items(0, PersonField::ALL.len())),
    ("SyncField.data_type", FOREIGN),
    ("SyncField.marketo_name", FOREIGN),
    ("SyncField.sample", FOREIGN),
    ("SyncedPerson.company", Text(0, NAME_MAX)),
    ("SyncedPerson.title", Text(0, NAME_MAX)),
    ("SyncedPerson.phone_number", Text(0, NAME_MAX)),
    ("SyncedPerson.source", Text(0, NAME_MAX)),
    ("SyncedPerson.linkedin_url", Text(0, URL_MAX)),
    ("SyncedPerson.salesforce_account_id", Text(0, NAME_MAX)),
    ("SyncedPerson.salesforce_contact_id", Text(0, NAME_MAX)),
    ("SyncedPerson.salesforce_lead_id", Text(0, NAME_MAX)),
    ("SyncedPerson.salesforce_opportunity_id", Text(0, NAME_MAX)),
    // Background work.
    ("BackgroundWork.under_way", PAGE),
    ("BackgroundWork.ended", PAGE),
    ("ended", Limit::Number(0, PAGE_MAX as u64)),
    // Lists.
    ("items", PAGE),
    ("List_Team.items", Items(0, TEAMS_MAX + 1)),
    ("List_SalesforcePerson.items", Items(0, FOREIGN_ITEMS_MAX)),
    ("List_SalesforceProfile.items", Items(0, FOREIGN_ITEMS_MAX)),
    ("List_Workspace.items", Items(0, FOREIGN_ITEMS_MAX)),
    ("next_cursor", Text(1, CURSOR_MAX)),
    ("cursor", Text(0, CURSOR_MAX)),
    ("search", Text(0, SEARCH_MAX)),
    ("limit", Limit::Number(1, PAGE_MAX as u64)),
    // Problems.
    ("Problem.type", Shape(0, OWN_NAME_MAX, "^(urn:msi:problem:[a-z_]+)?$")),
    ("Problem.title", Text(0, OWN_NAME_MAX)),
    ("Problem.status", Limit::Number(400, 599)),
    ("Problem.detail", FOREIGN),
    ("Problem.instance", Shape(0, REQUEST_ID.0, "^([0-9a-f]{32})?$")),
    ("Problem.field", Text(0, OWN_NAME_MAX)),
    ("Limit.name", Text(1, OWN_NAME_MAX)),
    ("RecentError.code", Text(1, OWN_NAME_MAX)),
    ("FaultOrder.route", Text(1, URL_MAX)),
    ("FaultOrder.method", Text(1, OWN_NAME_MAX)),
    // Headers.
    ("x-msi-csrf", Shape(1, 1, "^1$")),
    (
        "idempotency-key",
        Shape(36, 36, "^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
    ),
    ("if-match", Shape(1, 12, "^(\\*|\"[0-9]{1,10}\")$")),
    ("last-event-id", Shape(1, 19, "^[0-9]{1,19}$")),
];

/// Longest event of a stream in characters: a batch, with its options.
pub(super) const EVENT_MAX: usize = FOREIGN_TEXT_MAX;

/// Writes the limits into the document. A value without one in the table is left without, which a test finds.
pub(super) fn write(api: &mut OpenApi) {
    if let Some(components) = &mut api.components {
        for (name, schema) in &mut components.schemas {
            in_schema(schema, name);
        }
    }
    for item in api.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(Parameter { name, schema: Some(schema), .. }) = parameter {
                    in_schema(schema, &name.to_ascii_lowercase());
                }
            }
        }
    }
}

fn in_schema(schema: &mut RefOr<Schema>, place: &str) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => in_object(object, place),
        Schema::Array(array) => {
            if let Some(Items(least, most)) = limit(place) {
                array.min_items = (least > 0).then_some(least);
                array.max_items = Some(most);
            }
            if let ArrayItems::RefOrSchema(item) = &mut array.items {
                in_schema(item, &format!("{place}[]"));
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(|item| in_schema(item, place)),
        Schema::AllOf(all) => all.items.iter_mut().for_each(|item| in_schema(item, place)),
        Schema::AnyOf(choice) => choice.items.iter_mut().for_each(|item| in_schema(item, place)),
        _ => {}
    }
}

fn in_object(object: &mut Object, place: &str) {
    for (name, property) in &mut object.properties {
        in_schema(property, &format!("{place}.{name}"));
    }
    if let Some(AdditionalProperties::RefOr(value)) = object.additional_properties.as_deref_mut() {
        in_schema(value, place);
    }
    if object.enum_values.is_some() {
        return;
    }
    if is(object, &Type::String) {
        match limit(place) {
            Some(Text(least, most)) => set_length(object, least, most),
            Some(Shape(least, most, pattern)) => {
                set_length(object, least, most);
                object.pattern = Some(pattern.to_owned());
                if pattern == UUID {
                    object.format = Some(SchemaFormat::Custom("uuid".to_owned()));
                }
            }
            _ => {}
        }
    }
    if is(object, &Type::Integer) {
        let is_long = matches!(object.format, Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        let (least, most) = match limit(place) {
            Some(Limit::Number(least, most)) => (least, most),
            // Any other number is a count or a sequence number.
            _ => (0, if is_long { WHOLE_MAX } else { u32::MAX.into() }),
        };
        if most > i32::MAX as u64 {
            object.format = Some(SchemaFormat::KnownFormat(KnownFormat::Int64));
        }
        object.minimum = usize::try_from(least).ok().map(Number::UInt);
        object.maximum = usize::try_from(most).ok().map(Number::UInt);
    }
}

fn set_length(object: &mut Object, least: usize, most: usize) {
    object.min_length = (least > 0).then_some(least);
    object.max_length = Some(most);
}

fn is(object: &Object, kind: &Type) -> bool {
    match &object.schema_type {
        SchemaType::Type(own) => own == kind,
        SchemaType::Array(own) => own.contains(kind),
        SchemaType::AnyValue => false,
    }
}

/// The limit of a place. An item of a list of things has those of the thing.
fn limit(place: &str) -> Option<Limit> {
    let place = match place.strip_prefix("List_").and_then(|list| list.split_once(".items[]")) {
        Some((thing, way)) => format!("{thing}{way}"),
        None => place.to_owned(),
    };
    let of = |place: &str| LIMITS.iter().find(|(known, _)| *known == place).map(|(_, limit)| *limit);
    of(&place).or_else(|| of(place.rsplit('.').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_has_two_limits_and_none_is_upside_down() {
        for (index, (place, limit)) in LIMITS.iter().enumerate() {
            assert!(!LIMITS[..index].iter().any(|(other, _)| other == place), "{place}");
            let (least, most) = match *limit {
                Text(least, most) | Shape(least, most, _) | Items(least, most) => (least as u64, most as u64),
                Limit::Number(least, most) => (least, most),
            };
            assert!(least <= most && most > 0, "{place}");
        }
    }
}
