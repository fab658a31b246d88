use api_types::{PreviewCount, SyncField, SyncPreview};
use leptos::prelude::*;

use super::labels;
use super::skips::SkipTable;
use super::state::{Stage, Sync};
use crate::api::batches::IdempotencyKey;
use crate::api::{Pace, field_sync};
use crate::data::{Load, Loader};
use crate::domain::navigation::ConfigTab;
use crate::i18n;
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Column, Failed, Frame, IconName, Note, Skeleton, Submission, Table, Tone, announce,
    notify,
};

/// For so long **Start Sync** waits for the count, so that it is seen who is left out before it is too late.
const COUNTED_WITHIN_MS: f64 = 120_000.0;

/// Preview of a sync: for how many people, and which fields. Nothing starts before **Start Sync**.
#[component]
pub(super) fn Preview(sync: Sync) -> impl IntoView {
    let preview = Loader::<SyncPreview>::new();
    let look = move || spawn(look(preview, false));
    let count_again = Callback::new(move |()| spawn(self::look(preview, true)));
    look();
    let is_over = RwSignal::new(false);
    spawn(async move {
        timers::sleep(COUNTED_WITHIN_MS).await;
        is_over.try_set(true);
    });
    dom::after_paint(|| dom::focus("preview-title"));
    let starting @ Submission { busy, .. } = Submission::new();
    // Pressing again after a failure of unknown outcome still starts only one run.
    let key = StoredValue::new(IdempotencyKey::new());
    let start = Callback::new(move |()| {
        let pressed = dom::InputMark::now();
        starting.send(async move {
            match field_sync::start(&key.get_value(), sync.anyway.get_untracked()).await {
                Ok(_) => {
                    notify(Tone::Success, t!("field_sync.started"));
                    sync.anyway.try_set(false);
                    sync.catch_up().await;
                    sync.stage.try_set(Stage::Overview);
                    pressed.focus(ConfigTab::Sync.anchor());
                }
                Err(failure) => {
                    notify(Tone::Failure, failure.message());
                    // A run may have been started elsewhere; then that one is shown.
                    sync.catch_up().await;
                }
            }
            Ok(())
        });
    });
    let leave = Callback::new(move |()| {
        sync.stage.set(Stage::Overview);
        dom::after_paint(|| dom::focus("sync-button"));
    });
    let disabled_reason = Signal::derive(move || {
        preview.state.with(|preview| match preview {
            Load::Ready(SyncPreview { count: PreviewCount::Counted { qualifying: 0, .. }, .. }) => {
                Some(t!("field_sync.nobody_qualifies"))
            }
            Load::Ready(SyncPreview { count: PreviewCount::Counting { .. }, .. }) if !is_over.get() => {
                Some(t!("field_sync.start_waits"))
            }
            _ => None,
        })
    });
    let count = Memo::new(move |_| {
        preview.state.with(|preview| match preview {
            Load::Ready(preview) => Some(preview.count.clone()),
            _ => None,
        })
    });
    let not_counted = move || {
        let is_said = match count.get()? {
            PreviewCount::Counting { .. } => is_over.get(),
            PreviewCount::NotCounted | PreviewCount::Failed(_) => true,
            PreviewCount::Counted { .. } => false,
        };
        is_said.then(|| view! { <span class="quiet">{t!("field_sync.not_counted")}</span> })
    };
    let fields = Memo::new(move |_| {
        preview.state.with(|preview| match preview {
            Load::Ready(preview) => preview.fields.clone(),
            _ => Vec::new(),
        })
    });
    let trouble = Memo::new(move |_| {
        preview.state.with(|preview| match preview {
            Load::Loading => None,
            Load::Ready(_) => Some(None),
            Load::Failed(failure) => Some(Some((failure.message(), failure.request_id.clone()))),
        })
    });
    view! {
        <h3 id="preview-title" tabindex="-1">{t!("field_sync.preview")}</h3>
        <div class="actions">
            {move || (trouble.get() == Some(None)).then(|| view! {
                <Button kind=ButtonKind::Primary busy disabled_reason=disabled_reason on_press=start>
                    {term!("actions_config.start_sync")}
                </Button>
            })}
            <Button on_press=leave>{t!("common.cancel")}</Button>
            {not_counted}
        </div>
        {move || match trouble.get() {
            None => view! { <Skeleton rows=8 /> }.into_any(),
            Some(Some((message, request_id))) => {
                view! { <Failed message request_id on_retry=Some(Callback::new(move |()| look())) /> }.into_any()
            }
            Some(None) => view! {
                {move || count.get().map(|count| view! { <Count count count_again /> })}
                <p>{t!("field_sync.preview_text")}</p>
                {move || view! { <FieldTable fields=fields.get() /> }}
            }.into_any(),
        }}
    }
}

/// Reads the preview, starts the counting if needed, and polls it.
async fn look(preview: Loader<SyncPreview>, anew: bool) {
    let known = if anew { None } else { Some(field_sync::preview().await) };
    let found = match known {
        Some(Err(failure)) => Err(failure),
        Some(Ok(found)) if !needs_counting(&found) => Ok(found),
        _ => field_sync::count().await,
    };
    match found {
        Ok(found) => preview.replace(found),
        Err(failure) => {
            preview.state.try_set(Load::Failed(failure));
            return;
        }
    }
    let mut pace = Pace::default();
    while let Some(before) = counting(preview) {
        timers::sleep(pace.wait_ms()).await;
        preview.keep_up(field_sync::preview()).await;
        pace = pace.after(counting(preview) != Some(before));
        let said = |preview: &Load<SyncPreview>| match preview {
            Load::Ready(preview) => outcome(&preview.count),
            _ => None,
        };
        if let Some(text) = preview.state.try_with_untracked(said).flatten() {
            announce(text);
        }
    }
}

/// What is said once the counting has ended.
fn outcome(count: &PreviewCount) -> Option<String> {
    match count {
        PreviewCount::NotCounted | PreviewCount::Counting { .. } => None,
        PreviewCount::Counted { .. } => Some(t!("field_sync.counted")),
        PreviewCount::Failed(failure) => Some(labels::failure(*failure)),
    }
}

fn needs_counting(preview: &SyncPreview) -> bool {
    matches!(preview.count, PreviewCount::NotCounted | PreviewCount::Failed(_))
}

/// How many people were read so far, while the counting runs.
fn counting(preview: Loader<SyncPreview>) -> Option<u64> {
    let read = |preview: &Load<SyncPreview>| match preview {
        Load::Ready(SyncPreview { count: PreviewCount::Counting { read }, .. }) => Some(*read),
        _ => None,
    };
    preview.state.try_with_untracked(read).flatten()
}

#[component]
fn FieldTable(fields: Vec<SyncField>) -> impl IntoView {
    let columns = vec![
        Column::row_head(t!("field_sync.account_field"), |field: &SyncField| labels::field(field.field)),
        Column::new(t!("field_sync.marketo_field"), |field: &SyncField| {
            field.marketo_name.clone().map(|name| view! { <code>{name}</code> })
        }),
        Column::new(t!("field_sync.type"), |field: &SyncField| field.data_type.clone()),
        Column::new(t!("field_sync.sample"), |field: &SyncField| {
            match (field.missing, field.sample.clone()) {
                (true, _) => view! { <em>{t!("field_sync.field_missing")}</em> }.into_any(),
                (false, sample) => view! { <bdi>{sample}</bdi> }.into_any(),
            }
        }),
        Column::new(t!("field_sync.origin"), |field: &SyncField| labels::origin(field.origin)),
    ];
    Table::new(t!("field_sync.fields"), columns).frame(Frame::Scrolled).rows(fields)
}

#[component]
fn Count(count: PreviewCount, count_again: Callback<()>) -> impl IntoView {
    match count {
        PreviewCount::NotCounted => ().into_any(),
        PreviewCount::Counting { read } => view! {
            <div class="note">
                <span class="spinner" aria-hidden="true"></span>
                <div>
                    <p><strong>{t!("field_sync.counting")}</strong></p>
                    <p>{t!("field_sync.counting_read", count = read)}</p>
                    <p class="reason">{t!("field_sync.counting_longer")}</p>
                </div>
            </div>
        }
        .into_any(),
        PreviewCount::Counted { at, qualifying, skipped } => view! {
            <p>
                <strong>{t!("field_sync.qualifying", count = qualifying)}</strong>" "
                <span class="reason">{t!("field_sync.counted_at", date = i18n::date_time(at.as_str()))}</span>
            </p>
            <SkipTable skipped />
            <div class="actions"><Button on_press=count_again>{t!("field_sync.count_again")}</Button></div>
        }
        .into_any(),
        PreviewCount::Failed(failure) => view! {
            <Note tone=Tone::Warning icon=IconName::Alert>{labels::failure(failure)}</Note>
            <div class="actions"><Button on_press=count_again>{t!("field_sync.count_again")}</Button></div>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use api_types::{SyncFailure, Timestamp};

    use super::*;

    #[test]
    fn u2_a_count_that_failed_is_not_said_to_be_complete() {
        let at = Timestamp("2026-08-01T09:00:00Z".to_owned());
        let counted = PreviewCount::Counted { at, qualifying: 7, skipped: Vec::new() };
        assert_eq!(outcome(&counted), Some(t!("field_sync.counted")));
        let failure = SyncFailure::Unreachable;
        assert_eq!(outcome(&PreviewCount::Failed(failure)), Some(labels::failure(failure)));
        assert_ne!(labels::failure(failure), t!("field_sync.counted"));
        for going_on in [PreviewCount::NotCounted, PreviewCount::Counting { read: 7 }] {
            assert_eq!(outcome(&going_on), None);
        }
    }
}
