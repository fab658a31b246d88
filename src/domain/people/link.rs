//! People by their names, which lead to their pages. They do not in the panel, which has no such pages, nor without an id.

use api_types::{PersonName, UserId};
use leptos::prelude::*;

use crate::domain::navigation::Route;
use crate::platform::panel;
use crate::ui::{name_or_address, person};

/// A person within a sentence or beside other facts.
#[component]
pub(crate) fn PersonLink(#[prop(into)] id: Option<UserId>, #[prop(into)] name: String) -> impl IntoView {
    linked(id, name_or_address(&name))
}

/// What names a person.
pub(crate) fn linked(id: Option<UserId>, text: AnyView) -> AnyView {
    match page(id) {
        Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        None => text,
    }
}

/// A person in a list: initials, name and address.
pub(crate) fn person_cell(id: Option<&UserId>, name: &str, email: &str) -> AnyView {
    person(name, email, page(id.cloned()))
}

fn page(id: Option<UserId>) -> Option<String> {
    id.filter(|_| !panel::is_here()).map(|id| Route::User(id).href())
}

/// Ends each name in a text for [`with_links`]. It stands behind the name, because the words of a list depend on how the
/// next name begins: "Ana e Inés".
const END: char = '\u{e000}';

/// A name as [`with_links`] finds it.
pub(crate) fn in_text(person: &PersonName) -> String {
    format!("{}{END}", person.name)
}

/// A text whose names lead to their people, who are given in the order of the text.
pub(crate) fn with_links(text: &str, people: &[PersonName]) -> AnyView {
    pieces(text, people)
        .map(|(words, person)| {
            let link =
                person.map(|person| view! { <PersonLink id=person.id.clone() name=person.name.clone() /> });
            view! { {words.to_owned()} {link} }
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// The words before each name, with its person, and those behind the last name.
fn pieces<'a>(
    text: &'a str,
    people: &'a [PersonName],
) -> impl Iterator<Item = (&'a str, Option<&'a PersonName>)> {
    let mut people = people.iter();
    text.split_inclusive(END).map(move |piece| match piece.strip_suffix(END) {
        None => (piece, None),
        Some(words) => {
            let person = people.next();
            let before = person.and_then(|person| words.strip_suffix(person.name.as_str()));
            (before.unwrap_or(words), person.filter(|_| before.is_some()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> PersonName {
        PersonName { name: name.to_owned(), id: Some(UserId(name.to_owned())) }
    }

    #[test]
    fn a_text_is_cut_at_the_names_that_lead_to_people() {
        let people = [person("Ana"), person("In progress")];
        let text = format!("In progress: {} e {}.", in_text(&people[0]), in_text(&people[1]));
        let expected = [("In progress: ", Some(&people[0])), (" e ", Some(&people[1])), (".", None)];
        assert!(
            pieces(&text, &people).eq(expected),
            "a name is where it ends, whatever else is written like it"
        );
        assert!(pieces("Nobody.", &[]).eq([("Nobody.", None)]));
    }
}
