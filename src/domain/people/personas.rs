//! Personas: which steps of the set-up are an administrator's. They give no further rights.

use api_types::{Persona, User, UserChange};
use leptos::prelude::*;

use super::change::{Change, Changed, tell_session};
pub(crate) use super::labels::{personas_done as done, personas_in_words as in_words};
use super::undo::say_done;
use crate::api::{Failure, users};
use crate::domain::setup::steps::persona;
use crate::t;
use crate::term;

/// Sets a user's personas, provided that the user has not changed since `user` was read, says so and offers its undo.
pub(crate) async fn change(
    user: &User,
    personas: &[Persona],
    text: impl FnOnce(&User) -> String,
) -> Result<User, Failure> {
    let wanted = UserChange { personas: Some(personas.to_owned()), ..UserChange::default() };
    let newer = users::change(user, &wanted).await?;
    tell_session(&newer);
    let change = Change::Personas { from: user.personas.clone(), to: newer.personas.clone() };
    say_done(text(&newer), Changed { user: newer.clone(), change });
    Ok(newer)
}

/// A choice of any number of personas.
#[component]
pub(crate) fn PersonaChoice(
    /// Prefix of the ids of its elements, unique on the screen.
    id: &'static str,
    chosen: RwSignal<Vec<Persona>>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let toggle = move |persona: Persona, on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|other| *other != persona);
            if on {
                chosen.push(persona);
            }
        });
    };
    view! {
        <fieldset class="field" aria-describedby=hint_id.clone()>
            <legend>{term!("field.persona")}</legend>
            <p class="hint" id=hint_id.clone()>{t!("personas.hint")}</p>
            <div class="check-list">
                {Persona::ALL.map(|one| view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || chosen.with(|chosen| chosen.contains(&one))
                            on:change:target=move |event| toggle(one, event.target().checked())
                        />
                        <span>{persona(one)}</span>
                    </label>
                }).collect_view()}
            </div>
        </fieldset>
    }
}
