//! The query in the address of the screen. Its days are in the user's time zone; the backend takes instants.

use api_types::{AuditAction, AuditQuery, Timestamp, UserId};
use serde::Serialize;

use crate::api::query::choice;
use crate::i18n;

/// The filters and the page, as in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Asked {
    /// What this user did, and what others did to this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) actor: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) person: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<AuditAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Day>,
    /// The last day, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
}

impl Asked {
    /// Parses the decoded parameters of an address. Unknown values count as absent.
    pub(super) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let said = |name: &str| parameter(name).filter(|value| !value.trim().is_empty());
        Self {
            actor: said("actor").map(UserId),
            person: said("person").map(UserId),
            action: choice(said("action")).filter(|action| *action != AuditAction::Unknown),
            search: said("search"),
            from: said("from").and_then(|text| Day::parse(&text)),
            until: said("until").and_then(|text| Day::parse(&text)),
            cursor: said("cursor"),
        }
    }

    /// Leaves out whose events are listed.
    pub(super) fn widen(&mut self) {
        (self.actor, self.person) = (None, None);
    }

    pub(super) fn is_filtered(&self) -> bool {
        *self != Self { cursor: self.cursor.clone(), ..Self::default() }
    }

    /// The query for the backend.
    pub(super) fn query(&self) -> AuditQuery {
        AuditQuery {
            actor: self.actor.clone(),
            person: self.person.clone(),
            action: self.action,
            search: self.search.clone(),
            from: self.from.as_ref().and_then(|day| day.begins(0)),
            until: self.until.as_ref().and_then(|day| day.begins(1)),
            cursor: self.cursor.clone(),
            limit: None,
        }
    }
}

/// A day in the format of a date field: `2026-11-20`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Day(String);

impl Day {
    pub(super) fn parse(text: &str) -> Option<Self> {
        parts(text).map(|_| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant at which this day, or the day `later` days after it, begins in the user's time zone.
    fn begins(&self, later: u8) -> Option<Timestamp> {
        i18n::day_begins(&self.0, later).map(Timestamp)
    }
}

fn parts(text: &str) -> Option<(u32, i32, i32)> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shape = (year.len(), month.len(), day.len(), parts.next()) == (4, 2, 2, None);
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (shape && (1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::query;

    #[test]
    fn filters_survive_being_an_address() {
        let asked = Asked {
            actor: Some(UserId("a1".into())),
            person: Some(UserId("p1".into())),
            action: Some(AuditAction::TeamCreated),
            search: Some("ana".into()),
            from: Day::parse("2026-11-01"),
            until: Day::parse("2026-11-20"),
            cursor: None,
        };
        let address = query("", &asked);
        assert_eq!(
            address,
            "?action=team_created&actor=a1&from=2026-11-01&person=p1&search=ana&until=2026-11-20"
        );
        let read = Asked::read(|name| {
            let pairs = address.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        });
        assert_eq!(read, asked);
        assert!(read.is_filtered() && !Asked { cursor: Some("x".into()), ..Asked::default() }.is_filtered());
    }

    #[test]
    fn what_is_no_day_counts_as_not_said() {
        for text in ["2026-13-01", "2026-1-01", "2026-11-32", "2026-11", "2026-11-20-1", "yesterday", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(parts("2026-11-20"), Some((2026, 11, 20)));
    }
}
