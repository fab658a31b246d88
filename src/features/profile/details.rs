use api_types::{Me, ProfileChange, limits};
use leptos::prelude::*;

use crate::api::profile;
use crate::domain::session::remember;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form, Tone, notify};

/// A name as it is sent, or `Err` with the maximum length.
fn name(text: &str) -> Result<String, usize> {
    let text = text.trim();
    if text.chars().count() > limits::NAME_MAX { Err(limits::NAME_MAX) } else { Ok(text.to_owned()) }
}

#[component]
pub(super) fn Details(me: Me) -> impl IntoView {
    let first_name = FieldState::new("first-name", me.first_name);
    let last_name = FieldState::new("last-name", me.last_name);
    let form = Form::new();
    let submit = form.handler(
        move || {
            let too_long = |limit| t!("profile.name_too_long", count = limit);
            let (first, last) = (first_name.parse(name, too_long), last_name.parse(name, too_long));
            first.zip(last)
        },
        async move |(first, last): (String, String)| {
            let change =
                ProfileChange { first_name: Some(first), last_name: Some(last), ..ProfileChange::default() };
            let me = profile::change(&change).await.map_err(|error| Some(error.message()))?;
            // The backend normalises names; its version is the valid one.
            first_name.text.try_set(me.first_name.clone());
            last_name.text.try_set(me.last_name.clone());
            remember(me);
            notify(Tone::Success, t!("profile.saved"));
            Ok(())
        },
    );
    view! {
        <section class="card" aria-labelledby="details-title">
            <h2 id="details-title">{t!("profile.details")}</h2>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![first_name, last_name] form />
                <Field state=first_name label=term!("field.first_name") autocomplete="given-name" />
                <Field state=last_name label=term!("field.last_name") autocomplete="family-name" />
                <div class="field">
                    <label for="email">{term!("field.email")}</label>
                    <p class="hint" id="email-hint">{t!("profile.email_hint")}</p>
                    <input id="email" type="email" readonly autocomplete="email" aria-describedby="email-hint" prop:value=me.email />
                </div>
                <div class="actions"><Button kind=ButtonKind::Primary submit=true busy=form.busy>{term!("common.save")}</Button></div>
            </form>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_in_characters_without_outer_space() {
        let longest = "한".repeat(limits::NAME_MAX);
        assert_eq!(name(&format!(" {longest} ")), Ok(longest.clone()));
        assert_eq!(name(&format!("{longest}a")), Err(limits::NAME_MAX));
        assert_eq!(name("  "), Ok(String::new()));
    }
}
