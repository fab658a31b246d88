//! Marketo's activities: changes and deletions of people since a moment.

use serde::Deserialize;
use serde_json::Value;

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

impl Marketo {
    /// The token for activities after a moment in ISO 8601.
    pub(crate) async fn paging_token(&self, since: &str) -> Result<String> {
        let call = self.get(&["rest", "v1", "activities", "pagingtoken.json"]);
        let answer = self.envelope::<Value>(&call.query(&[("sinceDatetime", since)])).await?;
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

    async fn page<T: serde::de::DeserializeOwned>(
        &self,
        call: super::client::Call,
        token: &str,
    ) -> Result<Page<T>> {
        let answer = self.envelope::<Vec<T>>(&call).await?;
        let next_page_token = answer.next_page_token.unwrap_or_else(|| token.to_owned());
        if answer.more_result && next_page_token == token {
            return Err(Error::Unexpected("a page that leads to itself"));
        }
        // A page without activities has no list at all.
        Ok(Page { items: answer.result.unwrap_or_default(), next_page_token, more: answer.more_result })
    }
}
