//! People in lists, and what stands beside them.

use leptos::prelude::*;

use super::Avatar;
use crate::i18n;

/// How many colours of avatars there are, in `style/ui/person.css`.
const COLOURS: u32 = 6;

/// An address with more characters than this is wider than a cell of a table ever is: there it is cut at its end, not broken.
const LONGEST_SHOWN: usize = 36;

/// A person in a list: initials, and the name over the address, or the address alone if that is the name too. What is on
/// top leads to the person's page, if there is one.
pub(crate) fn person(name: &str, email: &str, page: Option<String>) -> AnyView {
    let (top, below) = if name.is_empty() || name == email {
        (address(email), None)
    } else {
        (view! { <bdi>{name.to_owned()}</bdi> }.into_any(), Some(address(email)))
    };
    let top = match page {
        Some(href) => view! { <a class="person-name" href=href>{top}</a> }.into_any(),
        None => view! { <span class="person-name">{top}</span> }.into_any(),
    };
    let whole = if below.is_some() { format!("{name}\n{email}") } else { email.to_owned() };
    let long = if email.chars().count() > LONGEST_SHOWN { " person-long" } else { "" };
    view! {
        <span class=format!("person person-{}{long}", colour(email))>
            <Avatar name=if name.is_empty() { email } else { name } />
            <span class="person-text" title=whole>{top}{below}</span>
        </span>
    }
    .into_any()
}

/// A colour for the initials, the same wherever the person is shown.
fn colour(email: &str) -> u32 {
    email.bytes().fold(7, |sum, byte| (sum * 31 + u32::from(byte.to_ascii_lowercase())) % 65_521) % COLOURS
}

/// The initials of a person, in the colour that they have in lists.
pub(crate) fn face(name: &str, email: &str) -> AnyView {
    view! { <span class=format!("person person-{}", colour(email))><Avatar name=name /></span> }.into_any()
}

/// An address, which is broken only after `@` and dots.
pub(crate) fn address(text: &str) -> AnyView {
    view! { <span class="address">{name_or_address(text)}</span> }.into_any()
}

/// A name or, of a person without one, the address.
pub(crate) fn name_or_address(text: &str) -> AnyView {
    view! { <bdi>{breakable(text)}</bdi> }.into_any()
}

/// A sentence, in which addresses are broken only after `@` and dots.
pub(crate) fn sentence(text: &str) -> AnyView {
    let words = text.split_inclusive(' ');
    words
        .map(|word| if word.contains('@') { breakable(word) } else { word.to_owned().into_any() })
        .collect::<Vec<_>>()
        .into_any()
}

fn breakable(address: &str) -> AnyView {
    address
        .split_inclusive(['@', '.'])
        .enumerate()
        .map(|(at, part)| {
            let part = part.to_owned();
            if at == 0 { part.into_any() } else { view! { <wbr />{part} }.into_any() }
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// A few names as chips: the first of them, and how many more, which are named on request and to screen readers.
pub(crate) fn chips(names: Vec<String>, shown: usize) -> AnyView {
    let (first, rest) = names.split_at(shown.min(names.len()));
    let more = (!rest.is_empty()).then(|| {
        let named = i18n::list(rest);
        view! {
            <span class="name-chip" title=named>
                <span aria-hidden="true">{format!("+{}", rest.len())}</span>
                <span class="visually-hidden">{named.clone()}</span>
            </span>
        }
    });
    let first: Vec<AnyView> = first
        .iter()
        .map(|name| view! { <bdi class="name-chip" title=name.clone()>{name.clone()}</bdi>" " }.into_any())
        .collect();
    (!names.is_empty()).then(|| view! { <span class="name-chips">{first}{more}</span> }).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_colour_in_every_spelling_of_the_address() {
        assert_eq!(colour("Ana@Example.com"), colour("ana@example.com"));
        assert!((0..100).all(|person| colour(&format!("p{person}@example.com")) < COLOURS));
    }
}
