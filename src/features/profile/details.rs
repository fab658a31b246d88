use api_types::{Me, ProfileChange};
use leptos::prelude::*;

use crate::api::profile;
use crate::domain::people::typed_name;
use crate::domain::session::remember;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form, Tone, notify};

#[component]
pub(super) fn Details(me: Me) -> impl IntoView {
    let first_name = FieldState::new("first-name", me.first_name);
    let last_name = FieldState::new("last-name", me.last_name);
    let form = Form::new();
    let submit = form.handler(
        move || typed_name(first_name).zip(typed_name(last_name)),
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
