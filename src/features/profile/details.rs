use api_types::{Me, ProfileChange};
use leptos::prelude::*;

use crate::api::profile;
use crate::domain::people::typed_name;
use crate::domain::session::remember;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form, LeaveGuard, Tone, notify};

#[component]
pub(super) fn Details(me: Me) -> impl IntoView {
    let saved = RwSignal::new((me.first_name.clone(), me.last_name.clone()));
    let first_name = FieldState::new("first-name", me.first_name);
    let last_name = FieldState::new("last-name", me.last_name);
    let typed = move || (first_name.text.get(), last_name.text.get());
    let dirty = Memo::new(move |_| typed() != saved.get());
    let form = Form::new();
    let submit = form.handler(
        move || typed_name(first_name).zip(typed_name(last_name)),
        async move |(first, last): (String, String)| {
            let sent = untrack(typed);
            let change =
                ProfileChange { first_name: Some(first), last_name: Some(last), ..ProfileChange::default() };
            let me = profile::change(&change).await.map_err(|error| Some(error.message()))?;
            let kept = (me.first_name.clone(), me.last_name.clone());
            // The backend normalises names; its version is the valid one, unless somebody types on.
            if first_name.text.try_get_untracked().is_some_and(|_| untrack(typed) == sent) {
                first_name.text.set(kept.0.clone());
                last_name.text.set(kept.1.clone());
            }
            saved.try_set(kept);
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
        <LeaveGuard dirty />
    }
}
