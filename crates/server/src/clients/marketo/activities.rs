//! Marketo's activities: changes, deletions and merges of people since a moment.

use serde::Deserialize;
use serde_json::Value;

use super::client::PAGING_TOKEN_LIMIT;
use super::{Error, Marketo, Result};

/// A page of activities. There may be more even after an empty page.
#[derive(Clone, Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The token of the next page; on the last page, that of later activities.
    pub(crate) next_page_token: String,
    pub(crate) more: bool,
}

/// A person was created, or some of the fields that were asked for changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeadChange {
    pub(crate) lead_id: u64,
    /// When, in ISO 8601.
    pub(crate) activity_date: String,
    /// Empty for a person who was created.
    #[serde(default)]
    pub(crate) fields: Vec<FieldChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldChange {
    /// The REST name.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) new_value: Value,
    #[serde(default)]
    pub(crate) old_value: Value,
}

/// A person was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedLead {
    pub(crate) lead_id: u64,
    /// When, in ISO 8601.
    pub(crate) activity_date: String,
}

/// People were merged into one, who stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MergedLeads {
    /// Who stays.
    pub(crate) lead_id: u64,
    /// Those who are gone.
    pub(crate) losers: Vec<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    lead_id: u64,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

#[derive(Debug, Deserialize)]
struct Attribute {
    name: String,
    #[serde(default)]
    value: Value,
}

/// The id of the activity type *Merge Leads*.
const MERGE_LEADS: &str = "32";
/// Its attribute with the ids of those who are gone.
const MERGE_IDS: &str = "Merge IDs";

impl From<Activity> for MergedLeads {
    fn from(activity: Activity) -> Self {
        let ids = activity.attributes.iter().find(|attribute| attribute.name == MERGE_IDS);
        let ids = ids.map_or_else(String::new, |ids| match &ids.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        // Written as `[123, 124]` or as `123,124`.
        let numbers = ids.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
        let losers = numbers.filter(|id| *id != activity.lead_id).collect();
        Self { lead_id: activity.lead_id, losers }
    }
}

impl Marketo {
    /// The token for activities after a moment in ISO 8601.
    pub(crate) async fn paging_token(&self, since: &str) -> Result<String> {
        let call = self.get(&["rest", "v1", "activities", "pagingtoken.json"]).within(PAGING_TOKEN_LIMIT);
        let answer = self.envelope::<Value>(&call.query(&[("sinceDatetime", since)])).await.map_err(named)?;
        answer.next_page_token.ok_or(Error::Unexpected("no paging token"))
    }

    /// The next page of people who were created or one of whose `fields`, by REST name, changed.
    pub(crate) async fn lead_changes(&self, token: &str, fields: &[&str]) -> Result<Page<LeadChange>> {
        let call = self.get(&["rest", "v1", "activities", "leadchanges.json"]);
        self.page(call.query(&[("nextPageToken", token), ("fields", &fields.join(","))]), token).await
    }

    /// The next page of people who were deleted.
    pub(crate) async fn deleted_leads(&self, token: &str) -> Result<Page<DeletedLead>> {
        let call = self.get(&["rest", "v1", "activities", "deletedleads.json"]);
        self.page(call.query(&[("nextPageToken", token)]), token).await
    }

    /// The next page of people who were merged. Those who are gone appear nowhere else.
    pub(crate) async fn merged_leads(&self, token: &str) -> Result<Page<MergedLeads>> {
        let call = self.get(&["rest", "v1", "activities.json"]);
        let call = call.query(&[("nextPageToken", token), ("activityTypeIds", MERGE_LEADS)]);
        let Page { items, next_page_token, more } = self.page::<Activity>(call, token).await?;
        Ok(Page { items: items.into_iter().map(MergedLeads::from).collect(), next_page_token, more })
    }

    async fn page<T: serde::de::DeserializeOwned>(
        &self,
        call: super::client::Call,
        token: &str,
    ) -> Result<Page<T>> {
        let answer = self.envelope::<Vec<T>>(&call).await.map_err(named)?;
        let next_page_token = answer.next_page_token.unwrap_or_else(|| token.to_owned());
        if answer.more_result && next_page_token == token {
            return Err(Error::Unexpected("a page that leads to itself"));
        }
        // A page without activities has no list at all.
        Ok(Page { items: answer.result.unwrap_or_default(), next_page_token, more: answer.more_result })
    }
}

/// A missing permission by its name: *Read-Only Activity*.
fn named(error: Error) -> Error {
    match error {
        Error::PermissionMissing => Error::ActivityPermissionMissing,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn r12_the_losers_of_a_merge_are_read_however_they_are_written() {
        for ids in [json!("[124, 125]"), json!("124,125"), json!([124, 125]), json!("123, 124, 125")] {
            let merged = json!({
                "leadId": 123,
                "attributes": [{ "name": "Master Updated", "value": false }, { "name": MERGE_IDS, "value": ids }],
            });
            let merged: Activity = serde_json::from_value(merged).unwrap();
            assert_eq!(
                MergedLeads::from(merged),
                MergedLeads { lead_id: 123, losers: vec![124, 125] },
                "{ids}"
            );
        }
        let without: Activity = serde_json::from_value(json!({ "leadId": 123 })).unwrap();
        assert!(MergedLeads::from(without).losers.is_empty());
    }
}
