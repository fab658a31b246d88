//! The filters of exports.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::answer::MarketoError;
use super::world::parse_date;
use crate::people::Person;

/// Longest range of dates, in milliseconds of the calendar.
pub(super) const RANGE_MAX: i64 = 31 * 24 * 60 * 60 * 1000;
/// The lists that people can be filtered by: every tenth and every fourth of them.
const STATIC_LIST: u64 = 1001;
const SMART_LIST: u64 = 2001;

/// The people of an export. Ranges are in milliseconds since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Filter {
    CreatedAt { start: i64, end: i64 },
    UpdatedAt { start: i64, end: i64 },
    StaticList,
    SmartList,
}

impl Filter {
    pub(super) fn takes(self, person: &Person) -> bool {
        match self {
            Self::CreatedAt { start, end } => (start..=end).contains(&person.created_at),
            Self::UpdatedAt { start, end } => (start..=end).contains(&person.updated_at),
            Self::StaticList => person.number.is_multiple_of(10),
            Self::SmartList => person.number.is_multiple_of(4),
        }
    }

    /// Reads a request's filter; `recent_filters` tells whether the subscription has the filters that not every one
    /// has.
    pub(super) fn read(
        filter: &Map<String, Value>,
        recent_filters: bool,
        now: i64,
    ) -> Result<Self, MarketoError> {
        let mut parts = filter.iter();
        let (Some((name, value)), None) = (parts.next(), parts.next()) else {
            return Err(MarketoError::saying(1003, "Exactly one filter type must be specified"));
        };
        let list = |id: u64, filter| {
            if value.as_u64() == Some(id) {
                Ok(filter)
            } else {
                Err(MarketoError::saying(1013, "List not found"))
            }
        };
        match name.as_str() {
            "createdAt" => range(value, now).map(|(start, end)| Self::CreatedAt { start, end }),
            "updatedAt" | "smartListId" | "smartListName" if !recent_filters => Err(MarketoError::new(1035)),
            "updatedAt" => range(value, now).map(|(start, end)| Self::UpdatedAt { start, end }),
            "staticListId" => list(STATIC_LIST, Self::StaticList),
            "smartListId" => list(SMART_LIST, Self::SmartList),
            other => Err(MarketoError::saying(1003, format!("Unknown filter type '{other}'"))),
        }
    }
}

fn range(value: &Value, now: i64) -> Result<(i64, i64), MarketoError> {
    let time = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => parse_date(text).map(Some).ok_or(()),
        _ => Err(()),
    };
    let invalid = || MarketoError::saying(1003, "Invalid date range");
    let start = time("startAt").ok().flatten().ok_or_else(invalid)?;
    let end = time("endAt").map_err(|()| invalid())?.unwrap_or(now);
    if end < start {
        Err(invalid())
    } else if end - start > RANGE_MAX {
        Err(MarketoError::saying(1003, "Date range must be 31 days or fewer"))
    } else {
        Ok((start, end))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketo::world::date;

    const NOW: i64 = 1_700_000_040_000;

    #[test]
    fn a_filter_is_one_and_not_longer_than_31_days() {
        let now = NOW;
        let read = |filter: Value, recent| Filter::read(filter.as_object().unwrap(), recent, now);
        let days = |days: i64| json!({"startAt": date(NOW - days * 86_400_000), "endAt": date(NOW)});
        assert!(read(json!({"createdAt": days(31)}), false).is_ok());
        assert_eq!(read(json!({"createdAt": days(32)}), true).unwrap_err().code, 1003);
        assert_eq!(read(json!({"createdAt": {"startAt": "x"}}), true).unwrap_err().code, 1003);
        assert_eq!(read(json!({"createdAt": days(1), "updatedAt": days(1)}), true).unwrap_err().code, 1003);
        assert_eq!(read(json!({"updatedAt": days(1)}), false).unwrap_err().code, 1035);
        assert!(read(json!({"updatedAt": days(1)}), true).is_ok());
        assert_eq!(read(json!({"staticListId": 1001}), true), Ok(Filter::StaticList));
    }
}
