//! Texts by name, looked up at compile time.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub(super) use generated::LOCALES;

/// A key that is known to exist.
#[derive(Clone, Copy)]
pub(crate) struct Key(pub(super) &'static str);

/// Finds a text at compile time; the placeholders must be exactly the text's own.
pub(crate) const fn key(name: &str, arguments: &[&str]) -> Key {
    let (key, placeholders, _) = generated::TEXTS[position(name)];
    assert!(placeholders.len() == arguments.len(), "other placeholders than the text has");
    let mut argument = 0;
    while argument < arguments.len() {
        assert!(contains(placeholders, arguments[argument]), "no such placeholder in the text");
        argument += 1;
    }
    Key(key)
}

/// The English text at compile time. Only the requested texts become part of the app.
pub(crate) const fn english(name: &str) -> &'static str {
    let (_, _, english) = generated::TEXTS[position(name)];
    english.expect("a plural has no one text")
}

const fn position(name: &str) -> usize {
    let mut index = 0;
    while index < generated::TEXTS.len() {
        if same(generated::TEXTS[index].0, name) {
            return index;
        }
        index += 1;
    }
    panic!("no such text in locales/en.json")
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i2_every_code_that_is_looked_up_at_run_time_has_words() {
        use api_types::{AuditAction, ChecklistItemId, MarketoError, ProblemCode, SalesforceError};
        let problems = ProblemCode::ALL.iter().map(|code| format!("problem.{}", code.as_str()));
        let actions = AuditAction::ALL.iter().map(|action| format!("audit.{}", action.as_str()));
        let of_salesforce = SalesforceError::ALL
            .iter()
            .map(|error| format!("salesforce_error.{}", error.as_str().to_lowercase()));
        let of_marketo = MarketoError::ALL.iter().map(|error| format!("marketo_error.{}", error.as_str()));
        let errors = of_salesforce.chain(of_marketo).flat_map(|key| [format!("{key}_fix"), key]);
        let items = ChecklistItemId::ALL.iter().map(|item| format!("checklist.{}", item.as_str()));
        for key in problems.chain(actions).chain(items).chain(errors) {
            assert!(generated::TEXTS.iter().any(|(known, ..)| *known == key), "{key}");
        }
    }
}
