//! Query strings, for calls and for the addresses of screens.

use std::fmt::Write as _;

use api_types::limits;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A path with those parameters of `query` that are set, under the names of the contract.
///
/// `query` is a flat struct of texts, numbers, flags and named choices.
pub(crate) fn query(path: &str, query: &impl Serialize) -> String {
    let mut address = path.to_owned();
    let Ok(Value::Object(parameters)) = serde_json::to_value(query) else { return address };
    let mut separator = '?';
    for (name, value) in parameters {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text,
            other => other.to_string(),
        };
        address.push(separator);
        separator = '&';
        address.push_str(&name);
        address.push('=');
        encode(&text, &mut address);
    }
    address
}

/// Keeps the unreserved characters of RFC 3986 and percent-encodes all other UTF-8 bytes.
fn encode(value: &str, address: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
}

/// Parses one of the contract's named choices from a parameter. An unknown value counts as absent, because users edit
/// addresses.
pub(crate) fn choice<T: DeserializeOwned>(parameter: Option<String>) -> Option<T> {
    serde_json::from_value(Value::String(parameter?)).ok()
}

/// How many rows a page shows, from a parameter. What the server would refuse counts as absent.
pub(crate) fn rows_on_page(parameter: Option<String>) -> Option<u32> {
    parameter?.parse().ok().filter(|limit| (1..=limits::PAGE_MAX).contains(limit))
}

#[cfg(test)]
mod tests {
    use api_types::{DeliveryStatus, RowQuery, UserQuery};

    use super::*;

    #[test]
    fn only_what_is_said_is_written() {
        assert_eq!(query("/users", &UserQuery::default()), "/users");
        let rows =
            RowQuery { delivery: Some(DeliveryStatus::Failed), limit: Some(200), ..RowQuery::default() };
        assert_eq!(query("/rows", &rows), "/rows?delivery=failed&limit=200");
    }

    #[test]
    fn what_means_something_in_an_address_is_encoded() {
        let wanted = UserQuery { search: Some("a&b=c ü+/#".into()), ..UserQuery::default() };
        assert_eq!(query("/users", &wanted), "/users?search=a%26b%3Dc%20%C3%BC%2B%2F%23");
    }

    #[test]
    fn a_choice_that_nobody_understands_counts_as_not_said() {
        assert_eq!(choice(Some("unknown".into())), Some(DeliveryStatus::Unknown));
        assert_eq!(choice::<DeliveryStatus>(Some("nonsense".into())), None);
        assert_eq!(choice::<DeliveryStatus>(None), None);
    }
}
