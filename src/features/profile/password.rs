use api_types::{PasswordChange, Role, limits};
use leptos::prelude::*;

use crate::api::{Failure, FailureKind, profile};
use crate::domain::session::{self, new_password, refused_password, remember};
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form, Tick, Tone, Username, notify};

/// Changes the password, or sets the first one of a user who signed in by a link.
#[component]
pub(super) fn Password(has_password: bool, role: Role) -> impl IntoView {
    let has_password = RwSignal::new(has_password);
    let current = FieldState::new("current-password", "");
    let password = FieldState::new("new-password", "");
    let repeated = FieldState::new("repeat-password", "");
    let end_keys = RwSignal::new(false);
    let has_keys = RwSignal::new(false);
    // Only administrators have keys.
    let look = move || {
        spawn(async move {
            if let Ok(own) = profile::profile().await {
                has_keys.try_set(own.api_keys > 0);
            }
        });
    };
    if role == Role::Admin {
        look();
    }
    let form = Form::new();
    let submit = form.handler(
        move || {
            let typed =
                has_password.get_untracked().then(|| current.required(|| t!("profile.current_missing")));
            let new = new_password(password, repeated);
            let end_keys = end_keys.get_untracked();
            let change = |current, new| PasswordChange { current, new, end_keys };
            match typed {
                None => new.map(|new| change(None, new)),
                Some(current) => current.zip(new).map(|(current, new)| change(Some(current), new)),
            }
        },
        async move |change: PasswordChange| {
            profile::change_password(&change).await.map_err(|error| {
                if is_about_current(&error) {
                    current.error.try_set(Some(t!("profile.current_wrong")));
                    return None;
                }
                refused_password(&error, password)
            })?;
            for field in [current, password, repeated] {
                field.text.try_set(String::new());
            }
            has_password.try_set(true);
            if change.end_keys {
                has_keys.try_set(false);
                end_keys.try_set(false);
            }
            if let Some(session) = untrack(session::current) {
                remember(api_types::Me { has_password: true, ..session.user });
            }
            notify(Tone::Success, t!("profile.password_done"));
            Ok(())
        },
    );
    let username =
        || untrack(session::current).map(|session| view! { <Username email=session.user.email /> });
    let title =
        move || if has_password.get() { t!("profile.password_change") } else { t!("profile.password_set") };
    view! {
        <section class="card" aria-labelledby="password-title">
            <h2 id="password-title">{title}</h2>
            <form class="form" on:submit=submit novalidate>
                <p class="reason">{t!("profile.password_text")}</p>
                <ErrorSummary fields=vec![current, password, repeated] form />
                // Chromium looks only at fields that are new, so the address comes again with the current password.
                <Show when=move || has_password.get() fallback=username>
                    {username()}
                    <Field state=current label=t!("profile.current") kind="password" autocomplete="current-password" />
                </Show>
                <Field state=password label=t!("password.new") kind="password" autocomplete="new-password"
                    hint=t!("password.hint", count = limits::PASSWORD_MIN) />
                <Field state=repeated label=t!("password.repeat") kind="password" autocomplete="new-password" />
                <Show when=move || has_keys.get()>
                    <Tick id="end-keys" label=t!("password.end_keys") hint=t!("password.end_keys_hint") ticked=end_keys />
                </Show>
                <div class="actions"><Button submit=true kind=ButtonKind::Primary busy=form.busy>{title}</Button></div>
            </form>
        </section>
    }
}

/// Whether the backend rejects the current password.
fn is_about_current(failure: &Failure) -> bool {
    match &failure.kind {
        FailureKind::Problem(problem) => problem.field.as_deref() == Some("current"),
        _ => false,
    }
}
