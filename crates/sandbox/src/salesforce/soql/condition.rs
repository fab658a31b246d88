use std::collections::HashSet;

use serde_json::Value as Json;
use time::OffsetDateTime;

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::salesforce) struct Query {
    pub(in crate::salesforce) selection: Selection,
    pub(in crate::salesforce) object: String,
    pub(in crate::salesforce) condition: Option<Condition>,
    /// Fields to sort by; `true` for descending.
    pub(in crate::salesforce) order: Vec<(String, bool)>,
    pub(in crate::salesforce) limit: Option<usize>,
    pub(in crate::salesforce) offset: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::salesforce) enum Selection {
    Fields(Vec<String>),
    /// `COUNT()`: the number is the answer's `totalSize`.
    Count,
    /// `COUNT(field) name`: the number is a field of the only record.
    CountOf {
        field: String,
        name: String,
    },
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::salesforce) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// Of 15 or 18 characters: the last three repeat the letter case of the others.
    Id(String),
    /// Milliseconds since 1970.
    Time(i64),
    /// A value that is read and not compared.
    Json(Json),
}

impl Value {
    pub(in crate::salesforce) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The id, or null.
    pub(in crate::salesforce) fn id(id: Option<String>) -> Self {
        id.map_or(Self::Null, Self::Id)
    }

    /// The value in the form of the API.
    pub(in crate::salesforce) fn into_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(bool) => bool.into(),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "only whole numbers that fit become integers"
            )]
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => (number as i64).into(),
            Self::Number(number) => number.into(),
            Self::Text(text) | Self::Id(text) => text.into(),
            Self::Time(time) => timestamp(time).into(),
            Self::Json(json) => json,
        }
    }

    /// The key for comparing texts and ids: without letter case, and ids by the part that both forms share.
    fn key(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_lowercase()),
            Self::Id(id) => Some(short_id(id).to_owned()),
            _ => None,
        }
    }

    /// Compares it to a literal; `None` when they cannot be compared.
    pub(in crate::salesforce) fn order(&self, literal: &Self) -> Option<std::cmp::Ordering> {
        match (self, literal) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Id(a), Self::Text(b) | Self::Id(b)) => Some(short_id(a).cmp(short_id(b))),
            (Self::Text(a), Self::Text(b)) => Some(a.to_lowercase().cmp(&b.to_lowercase())),
            (Self::Null, Self::Null) => Some(std::cmp::Ordering::Equal),
            _ => None,
        }
    }
}

fn short_id(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

/// `2026-01-31T12:00:00.000+0000`.
fn timestamp(millis: i64) -> String {
    let time =
        OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let ((year, month, day), (hour, minute, second)) = (time.to_calendar_date(), time.to_hms());
    let (month, rest) = (u8::from(month), millis.rem_euclid(1000));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:03}+0000")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::salesforce) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

/// The condition of `WHERE`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::salesforce) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        field: String,
        comparison: Comparison,
        literal: Value,
    },
    In(OneOf),
    /// A list that a query of its own finds.
    InQuery {
        field: String,
        negated: bool,
        query: Box<Query>,
    },
}

/// A list that a field is in, or not.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::salesforce) struct OneOf {
    pub(super) field: String,
    pub(super) negated: bool,
    literals: Vec<Value>,
    /// The texts of the list, for values that are texts, and for those that are ids.
    texts: HashSet<String>,
    ids: HashSet<String>,
}

impl OneOf {
    pub(super) fn new(field: String, negated: bool, literals: Vec<Value>) -> Self {
        let texts = literals.iter().filter_map(Value::key).collect();
        let ids = literals.iter().filter_map(|literal| match literal {
            Value::Text(text) | Value::Id(text) => Some(short_id(text).to_owned()),
            _ => None,
        });
        Self { field, negated, ids: ids.collect(), texts, literals }
    }

    fn contains(&self, value: &Value) -> bool {
        match (value, value.key()) {
            (Value::Id(_), Some(key)) => self.ids.contains(&key),
            (_, Some(key)) => self.texts.contains(&key),
            _ => self.literals.contains(value),
        }
    }
}

impl Condition {
    /// Whether a record with these values meets the condition.
    pub(in crate::salesforce) fn holds(&self, value: &impl Fn(&str) -> Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(value)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(value)),
            Self::Not(inner) => !inner.holds(value),
            Self::In(list) => list.contains(&value(&list.field)) != list.negated,
            // Answered by `resolved` before.
            Self::InQuery { .. } => false,
            Self::Compare { field, comparison, literal } => compare(&value(field), *comparison, literal),
        }
    }

    /// The condition with lists in place of the queries in it, each found by `find`.
    pub(in crate::salesforce) fn resolved<E>(
        self,
        find: &impl Fn(&Query) -> Result<Vec<Value>, E>,
    ) -> Result<Self, E> {
        let all =
            |parts: Vec<Self>| parts.into_iter().map(|part| part.resolved(find)).collect::<Result<_, E>>();
        Ok(match self {
            Self::All(parts) => Self::All(all(parts)?),
            Self::Any(parts) => Self::Any(all(parts)?),
            Self::Not(inner) => Self::Not(Box::new(inner.resolved(find)?)),
            Self::InQuery { field, negated, query } => Self::In(OneOf::new(field, negated, find(&query)?)),
            other => other,
        })
    }

    /// The fields in the condition.
    pub(in crate::salesforce) fn fields(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::fields).collect(),
            Self::Not(inner) => inner.fields(),
            Self::Compare { field, .. } => vec![field],
            Self::In(list) => vec![&list.field],
            Self::InQuery { field, .. } => vec![field],
        }
    }

    /// The ids that `field` must be one of; `None` when it may be others.
    pub(in crate::salesforce) fn required_ids(&self, field: &str) -> Option<Vec<&str>> {
        match self {
            Self::All(parts) => parts.iter().find_map(|part| part.required_ids(field)),
            Self::Compare { field: of, comparison: Comparison::Equal, literal: Value::Text(id) }
                if of.eq_ignore_ascii_case(field) =>
            {
                Some(vec![id])
            }
            Self::In(list) if !list.negated && list.field.eq_ignore_ascii_case(field) => {
                let ids = list.literals.iter().filter_map(|literal| match literal {
                    Value::Text(id) => Some(id.as_str()),
                    _ => None,
                });
                Some(ids.collect())
            }
            _ => None,
        }
    }
}

fn compare(value: &Value, comparison: Comparison, literal: &Value) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = value.order(literal);
    match comparison {
        Comparison::Equal => order == Some(Equal),
        Comparison::NotEqual => order != Some(Equal),
        Comparison::Less => order == Some(Less),
        Comparison::LessOrEqual => matches!(order, Some(Less | Equal)),
        Comparison::Greater => order == Some(Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        Comparison::Like => match (value, literal) {
            (Value::Text(text) | Value::Id(text), Value::Text(pattern)) => {
                like(&text.to_lowercase(), &pattern.to_lowercase())
            }
            _ => false,
        },
    }
}

/// `%` stands for any text, `_` for one letter, and either for itself after a backslash.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut wanted = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        wanted.push(match c {
            '%' => Glob::Any,
            '_' => Glob::One,
            '\\' => Glob::Letter(chars.next().unwrap_or('\\')),
            c => Glob::Letter(c),
        });
    }
    // The ends that the pattern so far can have in the text.
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for glob in wanted {
        let mut next = vec![false; text.len() + 1];
        match glob {
            Glob::Any => {
                let first = ends.iter().position(|end| *end).unwrap_or(ends.len());
                next.iter_mut().skip(first).for_each(|end| *end = true);
            }
            Glob::One | Glob::Letter(_) => {
                for (at, c) in text.iter().enumerate() {
                    next[at + 1] = ends[at] && (glob == Glob::One || glob == Glob::Letter(*c));
                }
            }
        }
        ends = next;
    }
    ends[text.len()]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Glob {
    Any,
    One,
    Letter(char),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_matches_as_salesforce_does() {
        for (text, pattern) in [("", "%"), ("abc", "a%"), ("abc", "%b_"), ("a%c", "a\\%c"), ("abcabc", "%bc")]
        {
            assert!(like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("abc", "b%"), ("abc", "a\\%c"), ("abc", "ab"), ("", "_")] {
            assert!(!like(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn ids_match_in_both_their_lengths_and_only_in_their_letter_case() {
        let id = Value::Id("0035e0000000007AAA".to_owned());
        let one_of = |text: &str| OneOf::new("Id".to_owned(), false, vec![Value::text(text)]).contains(&id);
        assert!(one_of("0035e0000000007") && one_of("0035e0000000007AAA") && !one_of("0035E0000000007"));
        assert!(compare(&id, Comparison::Equal, &Value::text("0035e0000000007")));
        assert!(compare(&Value::text("ANA"), Comparison::Equal, &Value::text("ana")));
    }

    #[test]
    fn times_are_written_as_the_api_does() {
        assert_eq!(timestamp(1_795_000_000_999), "2026-11-18T11:06:40.999+0000");
    }
}
