//! Personas: which steps of the set-up are an administrator's. They give no further rights.

use api_types::{Persona, User};
use leptos::prelude::*;

use crate::api::{Failure, users};
use crate::domain::session;
use crate::domain::setup::steps::persona;
use crate::i18n;
use crate::t;
use crate::term;

/// Sets a user's personas, provided that the user has not changed since `user` was read.
pub(crate) async fn change(user: &User, personas: &[Persona]) -> Result<User, Failure> {
    let newer = users::change_personas(user, personas).await?;
    session::update(|session| {
        if session.user.id == newer.id {
            session.user.personas.clone_from(&newer.personas);
        }
    });
    Ok(newer)
}

/// Personas as a list in a sentence; `None` where there are none.
pub(crate) fn in_words(personas: &[Persona]) -> Option<String> {
    (!personas.is_empty()).then(|| i18n::list(personas.iter().map(|one| persona(*one).in_line())))
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
