use api_types::{FieldSyncSettings, ProblemCode, limits};
use leptos::prelude::*;

use super::state::Sync;
use crate::api::field_sync;
use crate::data::{on_settings_put_back, say_saved, unless_stale};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ErrorSummary, Field, FieldState, Form, Tone, notify};

/// How often changes are polled for.
#[component]
pub(super) fn Polling(sync: Sync) -> impl IntoView {
    // The interval, and the version that it is of.
    let now = move || {
        untrack(|| sync.known())
            .map_or((limits::POLLING_MINUTES_DEFAULT, 1), |sync| (sync.polling_minutes, sync.version))
    };
    let minutes = FieldState::new("polling-minutes", now().0.to_string());
    let shown = StoredValue::new(now());
    let show = move || {
        minutes.text.try_set(now().0.to_string());
        shown.try_set_value(now());
    };
    let form = Form::new();
    let submit = form.handler(
        move || minutes.parse(read, |()| wrong()),
        async move |polling_minutes: u32| {
            let (earlier, version) = shown.get_value();
            let changed = match field_sync::change(&FieldSyncSettings { polling_minutes }, version).await {
                Ok(changed) => changed,
                Err(failure) => {
                    if failure.code() == Some(ProblemCode::Stale) {
                        sync.catch_up().await;
                        show();
                    }
                    return Err(Some(failure.message()));
                }
            };
            let version = changed.version;
            sync.replace(changed);
            shown.try_set_value((polling_minutes, version));
            if earlier == polling_minutes {
                notify(Tone::Success, t!("field_sync.polling_saved"));
            } else {
                let earlier = FieldSyncSettings { polling_minutes: earlier };
                say_saved(t!("field_sync.polling_saved"), "polling", move || async move {
                    unless_stale(field_sync::change(&earlier, version).await)
                });
            }
            Ok(())
        },
    );
    on_settings_put_back(move || {
        spawn(async move {
            sync.catch_up().await;
            // What was typed since stays.
            let typed = minutes.text.try_with_untracked(|text| read(text).ok()).flatten();
            if typed.is_some() && typed == shown.try_get_value().map(|(minutes, _)| minutes) {
                show();
            }
        });
    });
    view! {
        <form class="form form-short" on:submit=submit novalidate>
            <ErrorSummary fields=vec![minutes] form />
            <Field state=minutes label=t!("field_sync.polling") hint=t!(
                "field_sync.polling_hint", from = *limits::POLLING_MINUTES.start(), to = *limits::POLLING_MINUTES.end()
            ) />
            <div class="actions"><Button submit=true busy=form.busy>{term!("common.save")}</Button></div>
        </form>
    }
}

fn wrong() -> String {
    t!(
        "field_sync.polling_wrong",
        from = *limits::POLLING_MINUTES.start(),
        to = *limits::POLLING_MINUTES.end()
    )
}

fn read(text: &str) -> Result<u32, ()> {
    text.trim().parse().ok().filter(|minutes| limits::POLLING_MINUTES.contains(minutes)).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_a_whole_number_within_its_limits() {
        assert_eq!(read(" 15 "), Ok(15));
        for wrong in ["", "0", "1441", "5.5", "-1", "five"] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }
}
