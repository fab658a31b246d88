//! Mapping a person of Marketo to one of the sales account: which field goes where, which values are cleaned, and who
//! does not qualify.

use crate::db::field_sync::people::Person;
use crate::db::field_sync::problems::Problem;
use api_types::limits::{ADDRESS_MAX, NAME_MAX, URL_MAX};
use api_types::{FieldOrigin, PersonField, SkipReason, SyncProblemCode};
use roster::email::Address;
use serde_json::Value;
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::clients::marketo::leads::{Field, Lead};
use crate::platform::text::clean_line;

/// Longest plain value in characters; longer ones are cut.
const TEXT_MAX: usize = NAME_MAX;
/// How an export writes an empty value.
const NONE: &str = "null";
/// How ids of Salesforce's users begin. Those of queues, which can own a lead as well, begin with `00G`.
const USER: &str = "005";

/// A field of Marketo that the sync reads, by its name in Marketo's REST API. Those that decide who qualifies come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumCount, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase", const_into_str)]
pub(crate) enum LeadField {
    Id,
    Email,
    #[strum(serialize = "sfdcLeadId")]
    SalesforceLeadId,
    #[strum(serialize = "sfdcContactId")]
    SalesforceContactId,
    #[strum(serialize = "sfdcLeadOwnerId")]
    SalesforceOwnerId,
    FirstName,
    LastName,
    #[strum(serialize = "sfdcAccountId")]
    SalesforceAccountId,
    Company,
    Title,
    Phone,
    #[strum(serialize = "linkedInProfileURL")]
    LinkedIn,
    #[strum(serialize = "leadSource")]
    Source,
}

impl LeadField {
    /// Those that decide who qualifies.
    pub(crate) const DECIDING: &[Self] = Self::VARIANTS.split_at(5).0;
}

/// Names of fields as Marketo takes them.
fn names(fields: &[LeadField]) -> Vec<&'static str> {
    fields.iter().map(LeadField::into_str).collect()
}

/// Whether fields decide who qualifies. One of the ids of Salesforce suffices.
pub(crate) fn decides(has: impl Fn(LeadField) -> bool) -> bool {
    let all = [LeadField::Id, LeadField::Email, LeadField::SalesforceOwnerId];
    let any = [LeadField::SalesforceLeadId, LeadField::SalesforceContactId];
    all.into_iter().all(&has) && any.into_iter().any(&has)
}

/// The fields that an instance has, of those that the sync reads. Which those are differs by instance: Marketo refuses an export
/// or a lookup that names another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Available(Vec<LeadField>);

/// Nobody can qualify without fields that the instance does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CannotDecide;

impl Available {
    /// Those that Marketo describes.
    pub(crate) fn of(described: &[Field]) -> Self {
        let has = |field: &&LeadField| described.iter().any(|known| known.name == field.into_str());
        Self(LeadField::VARIANTS.iter().filter(has).copied().collect())
    }

    pub(crate) fn has(&self, field: LeadField) -> bool {
        self.0.contains(&field)
    }

    /// Fails where those are missing that decide who qualifies.
    pub(crate) fn require_deciding(&self) -> Result<(), CannotDecide> {
        if decides(|field| self.has(field)) { Ok(()) } else { Err(CannotDecide) }
    }

    /// Fails where an id of Salesforce is missing that was there before, `known` being what was missing then: everybody who has
    /// that id alone would be removed.
    pub(crate) fn require_ids_since(&self, known: &[PersonField]) -> Result<(), CannotDecide> {
        let ids = [PersonField::SalesforceLeadId, PersonField::SalesforceContactId];
        let missing = self.missing();
        let is_lost = |id: &PersonField| missing.contains(id) && !known.contains(id);
        if ids.iter().any(is_lost) { Err(CannotDecide) } else { Ok(()) }
    }

    /// The names of all that are there.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        names(&self.0)
    }

    /// The names of those that are there of some.
    pub(crate) fn names_among(&self, fields: &[LeadField]) -> Vec<&'static str> {
        let there: Vec<_> = fields.iter().copied().filter(|field| self.has(*field)).collect();
        names(&there)
    }

    /// The names of those that are not there.
    pub(crate) fn missing_names(&self) -> impl Iterator<Item = &'static str> {
        LeadField::VARIANTS.iter().filter(|field| !self.has(**field)).map(LeadField::into_str)
    }

    /// The fields of the sales account that stay empty, as the instance does not have what they are read from.
    pub(crate) fn missing(&self) -> Vec<PersonField> {
        let stays_empty = |field: &PersonField| source(*field).1.is_some_and(|from| !self.has(from));
        PersonField::ALL.into_iter().filter(stays_empty).collect()
    }
}

/// The origin of a field of the sales account.
pub(crate) fn source(field: PersonField) -> (FieldOrigin, Option<LeadField>) {
    let field = match field {
        PersonField::SalesforceOpportunityId => return (FieldOrigin::Salesforce, None),
        PersonField::FirstName => LeadField::FirstName,
        PersonField::LastName => LeadField::LastName,
        PersonField::SalesforceContactId => LeadField::SalesforceContactId,
        PersonField::SalesforceLeadId => LeadField::SalesforceLeadId,
        PersonField::SalesforceAccountId => LeadField::SalesforceAccountId,
        PersonField::MarketoId => LeadField::Id,
        PersonField::Company => LeadField::Company,
        PersonField::Title => LeadField::Title,
        PersonField::Email => LeadField::Email,
        PersonField::PhoneNumber => LeadField::Phone,
        PersonField::LinkedinUrl => LeadField::LinkedIn,
        PersonField::Source => LeadField::Source,
    };
    (FieldOrigin::Marketo, Some(field))
}

/// The verdict on a person of Marketo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Qualifies(Box<Person>),
    /// With the person's number in Marketo: a person who qualified before may not any more.
    Skipped(i64, SkipReason),
    Failed(Problem),
}

/// Those who qualify.
pub(crate) fn qualifying(judged: &[Judged]) -> impl Iterator<Item = &Person> {
    judged.iter().filter_map(|judged| match judged {
        Judged::Qualifies(person) => Some(&**person),
        Judged::Skipped(..) | Judged::Failed(_) => None,
    })
}

/// Judges a person by the values that `value` returns.
pub(crate) fn judge<'a>(value: impl Fn(LeadField) -> Option<&'a str>) -> Judged {
    let value = |field| value(field).map(str::trim).filter(|value| !value.is_empty() && *value != NONE);
    let email = value(LeadField::Email);
    let failed = |marketo_id, code| {
        let email = email.map(|email| cut(&clean_line(email), ADDRESS_MAX));
        Judged::Failed(Problem { marketo_id, email, code })
    };
    let id = value(LeadField::Id).and_then(|id| id.parse().ok()).filter(|id: &i64| *id > 0);
    let Some(marketo_id) = id else { return failed(0, SyncProblemCode::Unreadable) };
    if value(LeadField::SalesforceLeadId).or(value(LeadField::SalesforceContactId)).is_none() {
        return Judged::Skipped(marketo_id, SkipReason::NotInSalesforce);
    }
    if value(LeadField::SalesforceOwnerId).is_none_or(|owner| !owner.starts_with(USER)) {
        return Judged::Skipped(marketo_id, SkipReason::NoSalesforceOwner);
    }
    let Some(email) = email else { return Judged::Skipped(marketo_id, SkipReason::NoEmail) };
    match convert(marketo_id, email, value) {
        Ok(person) => Judged::Qualifies(Box::new(person)),
        Err(code) => failed(marketo_id, code),
    }
}

/// Judges a person in the form of Marketo's other answers.
pub(crate) fn judge_lead(lead: &Lead) -> Judged {
    let value = |field: &LeadField| match lead.get(field.into_str()) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let values: Vec<_> = LeadField::VARIANTS.iter().map(value).collect();
    // The variants are in the order of their numbers.
    judge(|field| values[field as usize].as_deref())
}

fn convert<'a>(
    marketo_id: i64,
    email: &str,
    value: impl Fn(LeadField) -> Option<&'a str>,
) -> Result<Person, SyncProblemCode> {
    let email = Address::parse(email).map_err(|_| SyncProblemCode::EmailInvalid)?.as_str().to_owned();
    let text = |field| value(field).map(|text| cut(&clean_line(text), TEXT_MAX)).unwrap_or_default();
    let id = |field| value(field).map(salesforce_id).transpose();
    Ok(Person {
        marketo_id,
        email,
        first_name: text(LeadField::FirstName),
        last_name: text(LeadField::LastName),
        company: text(LeadField::Company),
        title: text(LeadField::Title),
        phone_number: text(LeadField::Phone),
        linkedin_url: value(LeadField::LinkedIn).map(profile_url).transpose()?.unwrap_or_default(),
        source: text(LeadField::Source),
        salesforce_contact_id: id(LeadField::SalesforceContactId)?,
        salesforce_lead_id: id(LeadField::SalesforceLeadId)?,
        salesforce_account_id: id(LeadField::SalesforceAccountId)?,
        salesforce_opportunity_id: None,
    })
}

fn salesforce_id(id: &str) -> Result<String, SyncProblemCode> {
    let shape = matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if shape { Ok(id.to_owned()) } else { Err(SyncProblemCode::Unreadable) }
}

/// The URL of a profile. Empty unless it is an HTTP(S) URL, since it becomes a link.
fn profile_url(url: &str) -> Result<String, SyncProblemCode> {
    let url = clean_line(url);
    // A cut URL would lead elsewhere.
    if url.chars().count() > URL_MAX {
        return Err(SyncProblemCode::ValueTooLong);
    }
    let start = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
    let of_web = start.starts_with("https://") || start.starts_with("http://");
    Ok(if of_web { url } else { String::new() })
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: [(LeadField, &str); 13] = [
        (LeadField::Id, "100007"),
        (LeadField::Email, "Ana.Silva@Example.com"),
        (LeadField::SalesforceLeadId, NONE),
        (LeadField::SalesforceContactId, "0035e0000000007AAA"),
        (LeadField::SalesforceOwnerId, "0055e0000000001AAA"),
        (LeadField::FirstName, " Ana\u{202e} "),
        (LeadField::LastName, "Silva\r\n"),
        (LeadField::SalesforceAccountId, "0015e0000000001AAA"),
        (LeadField::Company, "Acme, \"Ltd\""),
        (LeadField::Title, NONE),
        (LeadField::Phone, "+1 555 000 0007"),
        (LeadField::LinkedIn, "https://www.linkedin.com/in/ana"),
        (LeadField::Source, "Web"),
    ];

    fn with(changes: &[(LeadField, &str)]) -> Judged {
        judge(|field| {
            let all = changes.iter().chain(&LEAD);
            all.copied().find(|(name, _)| *name == field).map(|(_, value)| value)
        })
    }

    fn person(changes: &[(LeadField, &str)]) -> Person {
        match with(changes) {
            Judged::Qualifies(person) => *person,
            other => panic!("{other:?}"),
        }
    }

    fn problem(changes: &[(LeadField, &str)]) -> SyncProblemCode {
        match with(changes) {
            Judged::Failed(problem) => problem.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_are_cleaned_and_null_is_none() {
        let ana = person(&[]);
        assert_eq!((ana.first_name.as_str(), ana.last_name.as_str()), ("Ana", "Silva"));
        assert_eq!((ana.title.as_str(), ana.salesforce_lead_id.as_deref()), ("", None));
        assert_eq!(ana.salesforce_contact_id.as_deref(), Some("0035e0000000007AAA"));
        assert_eq!(ana.value(PersonField::MarketoId).as_deref(), Some("100007"));
        assert_eq!(ana.value(PersonField::Title), None);
        let long = "é".repeat(300);
        assert_eq!(person(&[(LeadField::Company, &long)]).company.chars().count(), TEXT_MAX);
    }

    #[test]
    fn whoever_is_not_in_salesforce_or_has_no_owner_or_address_is_skipped_for_the_first_of_these() {
        let skipped = |changes: &[_]| match with(changes) {
            Judged::Skipped(100_007, reason) => reason,
            other => panic!("{other:?}"),
        };
        let absent = (LeadField::SalesforceContactId, NONE);
        let orphan = (LeadField::SalesforceOwnerId, "");
        let mute = (LeadField::Email, NONE);
        assert_eq!(skipped(&[absent, orphan, mute]), SkipReason::NotInSalesforce);
        assert_eq!(skipped(&[orphan, mute]), SkipReason::NoSalesforceOwner);
        let queued = (LeadField::SalesforceOwnerId, "00G5e0000000001AAA");
        assert_eq!(skipped(&[queued]), SkipReason::NoSalesforceOwner, "a queue is no owner");
        assert_eq!(skipped(&[mute]), SkipReason::NoEmail);
        person(&[absent, (LeadField::SalesforceLeadId, "00Q5e0000000007")]);
        person(&[(LeadField::SalesforceOwnerId, "0055e0000000001")]);
    }

    #[test]
    fn what_cannot_be_brought_over_is_a_problem_of_its_own() {
        assert_eq!(problem(&[(LeadField::Email, "ana silva@example.com")]), SyncProblemCode::EmailInvalid);
        assert_eq!(problem(&[(LeadField::Id, "seven")]), SyncProblemCode::Unreadable);
        assert_eq!(problem(&[(LeadField::SalesforceAccountId, "001")]), SyncProblemCode::Unreadable);
        let url = format!("https://{}", "x".repeat(URL_MAX));
        assert_eq!(problem(&[(LeadField::LinkedIn, &url)]), SyncProblemCode::ValueTooLong);
    }

    #[test]
    fn an_answer_in_json_says_the_same_as_a_file() {
        let lead: Lead = LEAD
            .into_iter()
            .map(|(field, value)| {
                let value = match (field, value) {
                    (LeadField::Id, id) => Value::from(id.parse::<u64>().unwrap()),
                    (_, NONE) => Value::Null,
                    (_, text) => Value::from(text),
                };
                (field.into_str().to_owned(), value)
            })
            .collect();
        assert_eq!(judge_lead(&lead), with(&[]));
    }

    #[test]
    fn a_profile_that_is_no_address_of_the_web_becomes_no_link() {
        assert_eq!(person(&[(LeadField::LinkedIn, "javascript:alert(1)")]).linkedin_url, "");
        assert_eq!(person(&[(LeadField::LinkedIn, "HTTPS://x.example")]).linkedin_url, "HTTPS://x.example");
        assert_eq!(person(&[(LeadField::LinkedIn, "é")]).linkedin_url, "");
    }

    #[test]
    fn p5_fields_that_an_instance_does_not_have_are_left_out_and_those_that_decide_are_required() {
        let without = |missing: &[LeadField]| {
            let described: Vec<Field> = LeadField::VARIANTS
                .iter()
                .filter(|field| !missing.contains(field))
                .map(|field| Field {
                    name: field.into_str().to_owned(),
                    display_name: String::new(),
                    data_type: "string".to_owned(),
                    length: None,
                })
                .collect();
            Available::of(&described)
        };
        assert!(without(&[]).missing().is_empty());
        let social = without(&[LeadField::LinkedIn]);
        assert_eq!(social.missing(), [PersonField::LinkedinUrl]);
        assert!(!social.names().contains(&"linkedInProfileURL") && social.names().len() == 12);
        assert_eq!(social.require_deciding(), Ok(()));
        let one_id = without(&[LeadField::SalesforceLeadId]);
        assert_eq!(one_id.require_deciding(), Ok(()));
        assert_eq!(
            one_id.names_among(LeadField::DECIDING),
            ["id", "email", "sfdcContactId", "sfdcLeadOwnerId"]
        );
        let no_id = without(&[LeadField::SalesforceLeadId, LeadField::SalesforceContactId]);
        assert_eq!(no_id.require_deciding(), Err(CannotDecide));
        assert_eq!(without(&[LeadField::SalesforceOwnerId]).require_deciding(), Err(CannotDecide));
        assert_eq!(one_id.require_ids_since(&[]), Err(CannotDecide), "it was there before");
        assert_eq!(one_id.require_ids_since(&[PersonField::SalesforceLeadId]), Ok(()));
        assert_eq!(social.require_ids_since(&[]), Ok(()));
    }

    #[test]
    fn every_field_of_the_sales_account_has_a_source() {
        let from_marketo = PersonField::ALL.into_iter().filter_map(|field| source(field).1);
        assert_eq!(from_marketo.count(), 12);
    }
}
