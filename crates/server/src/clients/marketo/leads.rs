//! People (leads, in the API) and their fields.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Error, Marketo, Result};

/// The most values for a lookup in one call, and the most people in one response.
pub(crate) const VALUES_MAX: usize = 300;
/// Longest URL that is certainly accepted, in bytes. Marketo's limit is 8 KB.
const URL_MAX: usize = 7_000;

/// A person's values by the REST names of the fields. Missing values are `null`.
pub(crate) type Lead = Map<String, Value>;

/// The fields of people.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Description {
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Field {
    /// The REST name.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) display_name: String,
    /// Such as `string` or `datetime`.
    #[serde(default)]
    pub(crate) data_type: String,
    /// Longest value in characters, of texts.
    pub(crate) length: Option<u32>,
}

impl Marketo {
    /// The fields of people in this instance.
    pub(crate) async fn describe(&self) -> Result<Description> {
        let call = self.get(&["rest", "v1", "leads", "describe2.json"]);
        let answer = self.envelope::<Vec<Description>>(&call).await?;
        answer.into_only()
    }

    /// The people whose field `by` has one of the values: any number of values, in as many calls as that takes. Values
    /// without a match are left out.
    pub(crate) async fn leads(&self, by: &str, values: &[String], fields: &[&str]) -> Result<Vec<Lead>> {
        let mut leads = Vec::new();
        for values in portions(values) {
            self.leads_of_portion(by, &values.join(","), &fields.join(","), &mut leads).await?;
        }
        Ok(leads)
    }

    async fn leads_of_portion(
        &self,
        by: &str,
        values: &str,
        fields: &str,
        leads: &mut Vec<Lead>,
    ) -> Result<()> {
        let mut token: Option<String> = None;
        loop {
            let call = self.get(&["rest", "v1", "leads.json"]);
            let call = call.query(&[("filterType", by), ("filterValues", values), ("fields", fields)]);
            let call = match &token {
                Some(token) => call.query(&[("nextPageToken", token)]),
                None => call,
            };
            let answer = self.envelope::<Vec<Lead>>(&call).await?;
            let next = answer.next_page_token.clone();
            let page = answer.into_result()?;
            // A token after an empty page would lead to an endless loop.
            let last = page.is_empty() || next.is_none();
            leads.extend(page);
            if last {
                return Ok(());
            }
            if next == token {
                return Err(Error::Unexpected("a page that leads to itself"));
            }
            token = next;
        }
    }

    /// The people with these ids, by id.
    pub(crate) async fn leads_by_id(&self, ids: &[u64], fields: &[&str]) -> Result<HashMap<u64, Lead>> {
        let values: Vec<String> = ids.iter().map(u64::to_string).collect();
        let mut fields = fields.to_vec();
        if !fields.contains(&"id") {
            fields.push("id");
        }
        let leads = self.leads("id", &values, &fields).await?;
        let with_id = leads.into_iter().map(|lead| {
            let id =
                lead.get("id").and_then(Value::as_u64).ok_or(Error::Unexpected("a person without an id"))?;
            Ok((id, lead))
        });
        with_id.collect()
    }
}

/// Cuts the values into portions that fit into one URL.
fn portions(values: &[String]) -> Vec<&[String]> {
    let mut portions = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (index, value) in values.iter().enumerate() {
        // At worst every byte is escaped as three.
        let more = value.len() * 3 + 3;
        if index > start && (index - start == VALUES_MAX || length + more > URL_MAX) {
            portions.push(&values[start..index]);
            (start, length) = (index, 0);
        }
        length += more;
    }
    if start < values.len() {
        portions.push(&values[start..]);
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_values_are_split_by_number_and_by_the_length_of_the_address() {
        let ids: Vec<String> = (0..700).map(|id| id.to_string()).collect();
        let split = portions(&ids);
        assert!(split.iter().all(|portion| portion.len() <= VALUES_MAX));
        assert_eq!(split.concat(), ids);
        let long: Vec<String> = (0..9).map(|id| format!("{id}{}", "x".repeat(1_000))).collect();
        assert_eq!(portions(&long).iter().map(|portion| portion.len()).collect::<Vec<_>>(), [2, 2, 2, 2, 1]);
        assert_eq!(portions(&long).concat(), long);
        assert!(portions(&[]).is_empty());
    }
}
