//! Leads, contacts and roles: the people of Marketo, as records of Salesforce.

use super::object::{ColumnType, Object, Row, Snapshot};
use super::staff::owner_name;
use crate::people::{Crm, Person, salesforce_id, salesforce_number};
use crate::salesforce::soql::{Condition, Value};
use crate::salesforce::user::Org;

pub(super) const LEAD: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("IsDeleted", ColumnType::Checkbox),
    ("FirstName", ColumnType::Text(40)),
    ("LastName", ColumnType::Text(80)),
    ("Name", ColumnType::Text(121)),
    ("Title", ColumnType::Text(128)),
    ("Company", ColumnType::Text(255)),
    ("Phone", ColumnType::Phone),
    ("Email", ColumnType::Email),
    ("LeadSource", ColumnType::Text(255)),
    ("Status", ColumnType::Text(255)),
    ("HasOptedOutOfEmail", ColumnType::Checkbox),
    ("IsConverted", ColumnType::Checkbox),
    ("OwnerId", ColumnType::Reference),
    ("Owner.Id", ColumnType::Id),
    ("Owner.Name", ColumnType::Text(121)),
    ("CreatedDate", ColumnType::Time),
    ("LastModifiedDate", ColumnType::Time),
    ("SystemModstamp", ColumnType::Time),
];

pub(super) const CONTACT: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("IsDeleted", ColumnType::Checkbox),
    ("AccountId", ColumnType::Reference),
    ("Account.Id", ColumnType::Id),
    ("Account.Name", ColumnType::Text(255)),
    ("FirstName", ColumnType::Text(40)),
    ("LastName", ColumnType::Text(80)),
    ("Name", ColumnType::Text(121)),
    ("Title", ColumnType::Text(128)),
    ("Phone", ColumnType::Phone),
    ("Email", ColumnType::Email),
    ("LeadSource", ColumnType::Text(255)),
    ("HasOptedOutOfEmail", ColumnType::Checkbox),
    ("OwnerId", ColumnType::Reference),
    ("Owner.Id", ColumnType::Id),
    ("Owner.Name", ColumnType::Text(121)),
    ("CreatedDate", ColumnType::Time),
    ("LastModifiedDate", ColumnType::Time),
    ("SystemModstamp", ColumnType::Time),
];

pub(super) const ROLE: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("ContactId", ColumnType::Reference),
    ("OpportunityId", ColumnType::Reference),
    ("Opportunity.Name", ColumnType::Text(120)),
    ("Role", ColumnType::Text(255)),
    ("IsPrimary", ColumnType::Checkbox),
    ("CreatedDate", ColumnType::Time),
    ("LastModifiedDate", ColumnType::Time),
    ("SystemModstamp", ColumnType::Time),
];

/// The fields that the package adds to leads and contacts. No person has interesting moments here.
pub(super) const PACKAGE_FIELDS: &[(&str, ColumnType)] = &[
    ("mkto_si__Engagement__c", ColumnType::Text(255)),
    ("mkto_si__Relative_Score_Value__c", ColumnType::Number),
    ("mkto_si__Urgency_Value__c", ColumnType::Number),
    ("mkto_si__Last_Interesting_Moment_Date__c", ColumnType::Time),
    ("mkto_si__Last_Interesting_Moment_Desc__c", ColumnType::Text(255)),
    ("mkto_si__Last_Interesting_Moment_Source__c", ColumnType::Text(255)),
    ("mkto_si__Last_Interesting_Moment_Type__c", ColumnType::Text(255)),
];

/// The records of an object. If the condition names ids, not all people are read.
pub(super) fn rows(
    object: Object,
    org: &Snapshot,
    condition: Option<&Condition>,
) -> Box<dyn Iterator<Item = Row>> {
    let people = org.people;
    if org.org == Org::Other {
        return Box::new(std::iter::empty());
    }
    let (field, prefix) = match object {
        Object::Lead => ("Id", "00Q"),
        Object::OpportunityContactRole => ("ContactId", "003"),
        _ => ("Id", "003"),
    };
    let row = move |person: Person| match object {
        Object::Lead => (person.crm() == Crm::Lead).then_some(Row::Person(person)),
        Object::OpportunityContactRole => person.salesforce_opportunity_id().map(|_| Row::Role(person)),
        _ => (person.crm() == Crm::Contact).then_some(Row::Person(person)),
    };
    match condition.and_then(|condition| condition.required_ids(field)) {
        Some(ids) => {
            let numbers = ids.into_iter().filter_map(|id| salesforce_number(prefix, id));
            let mut numbers: Vec<_> = numbers.filter_map(|number| u32::try_from(number).ok()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            Box::new(numbers.into_iter().filter_map(move |number| people.get(number)).filter_map(row))
        }
        None => Box::new(people.iter().filter_map(row)),
    }
}

/// A field of a lead or a contact.
pub(super) fn value(person: Person, column: &str) -> Value {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::text);
    match column {
        "Id" => Value::id(person.salesforce_lead_id().or_else(|| person.salesforce_contact_id())),
        "AccountId" | "Account.Id" => Value::id(person.salesforce_account_id()),
        "Company" | "Account.Name" => Value::text(person.company()),
        "FirstName" => Value::text(person.first_name()),
        "LastName" => Value::text(person.last_name()),
        "Name" => Value::text(format!("{} {}", person.first_name(), person.last_name())),
        "Title" => text(person.title()),
        "Phone" => person.phone().map_or(Value::Null, Value::Text),
        "Email" => person.email().map_or(Value::Null, Value::Text),
        "LeadSource" => Value::text(person.source()),
        "Status" => Value::text("Open - Not Contacted"),
        "OwnerId" | "Owner.Id" => Value::id(person.salesforce_owner_id()),
        "Owner.Name" => person.owner().map_or(Value::Null, |owner| Value::Text(owner_name(owner))),
        "IsDeleted" | "IsConverted" | "HasOptedOutOfEmail" => Value::Bool(false),
        "CreatedDate" => Value::Time(person.created_at),
        "LastModifiedDate" | "SystemModstamp" => Value::Time(person.updated_at),
        _ => Value::Null,
    }
}

/// A field of a role.
pub(super) fn role_value(person: Person, column: &str) -> Value {
    match column {
        "Id" => Value::Id(salesforce_id("00K", u64::from(person.number))),
        "ContactId" => Value::id(person.salesforce_contact_id()),
        "OpportunityId" => Value::id(person.salesforce_opportunity_id()),
        "Opportunity.Name" => Value::text(format!("{} renewal", person.company())),
        "Role" => Value::text("Decision Maker"),
        "IsPrimary" => Value::Bool(true),
        other => value(person, other),
    }
}
