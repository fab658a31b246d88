use api_types::{FieldSyncSettings, limits};
use leptos::prelude::*;

use super::state::Sync;
use crate::api::field_sync;
use crate::t;
use crate::term;
use crate::ui::{Button, ErrorSummary, Field, FieldState, Form, Tone, notify};

/// How often changes are polled for.
#[component]
pub(super) fn Polling(sync: Sync) -> impl IntoView {
    let now = untrack(|| sync.known()).map_or(limits::POLLING_MINUTES_DEFAULT, |sync| sync.polling_minutes);
    let minutes = FieldState::new("polling-minutes", now.to_string());
    let form = Form::new();
    let submit = form.handler(
        move || minutes.parse(read, |()| wrong()),
        async move |polling_minutes: u32| {
            let changed = field_sync::change(&FieldSyncSettings { polling_minutes }).await;
            sync.replace(changed.map_err(|failure| Some(failure.message()))?);
            notify(Tone::Success, t!("field_sync.polling_saved"));
            Ok(())
        },
    );
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
