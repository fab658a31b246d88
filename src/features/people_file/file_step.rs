use csv_worker::protocol::request;
use leptos::prelude::*;
use roster::Field;

use super::chooser::Chooser;
use super::chosen::Chosen;
use super::compare_step;
use super::draft_card::DraftCard;
use super::file_card::{FileCard, ReadingCard};
use super::labels;
use super::pasted::{self, PasteArea};
use super::rules_card::{LocalNote, RulesCard};
use super::state::Flow;
use super::step::Step;
use crate::domain::roster::worker;
use crate::platform::{downloads, spawn};
use crate::t;
use crate::ui::{Button, ButtonKind, Failed, Icon, IconName, Tone, notify};

/// What is in the area where files are dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Choice,
    /// More of the file is being read.
    FirstRows,
    File,
}

/// Choosing or dropping a file, and checking how it is read before continuing.
#[component]
pub(super) fn FileStep(flow: Flow) -> impl IntoView {
    let over = RwSignal::new(false);
    pasted::follow(flow);
    let trouble = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Choosing { trouble, .. } => trouble.as_ref().map(labels::trouble),
            _ => None,
        })
    });
    let reading = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Choosing { reading, .. } => reading.as_ref().map(|reading| reading.name.clone()),
            _ => None,
        })
    });
    // Another draft renders another card, while a new blocker changes the card in place.
    let left_behind = Memo::new(move |_| {
        flow.found.with(|found| {
            found.as_ref().map(|found| (found.draft.changed_at(), found.work.file.name.clone()))
        })
    });
    // Unfinished work comes before new work.
    let choosing = Signal::derive(move || match left_behind.with(Option::is_some) {
        true => ButtonKind::Secondary.class(),
        false => ButtonKind::Primary.class(),
    });
    let purpose = flow.purpose.get_untracked();
    let shown = Memo::new(move |_| {
        flow.step.with(|step| match step.opened() {
            Some(_) => Shown::File,
            None if step.head().is_some() => Shown::FirstRows,
            None => Shown::Choice,
        })
    });
    let reading_text = move || reading.get().map(|name| t!("invite_csv.reading", name = name));
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(dropped) = event.data_transfer().map(|data| Chosen::dropped(&data)) {
            spawn(async move { flow.choose(dropped.await) });
        }
    };
    view! {
        {purpose.changes().then(|| view! { <compare_step::ActionChoice flow /> })}
        {move || trouble.get().map(|message| view! { <Failed message /> })}
        {move || left_behind.get().map(|_| view! { <DraftCard flow /> })}
        <div
            class="drop-area"
            class:drop-over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            {move || match shown.get() {
                Shown::File => view! { <FileCard flow /> }.into_any(),
                Shown::FirstRows => {
                    let name = reading.get_untracked().unwrap_or_default();
                    let reading = Signal::derive(move || reading_text().unwrap_or_default());
                    view! { <ReadingCard flow name reading /> }.into_any()
                }
                Shown::Choice => view! {
                    <div class="drop-zone">
                        <Icon name=IconName::File />
                        <p>{t!("invite_csv.drop")}</p>
                        <Chooser flow label=t!("invite_csv.choose") class=choosing />
                        <p role="status" class="quiet">{reading_text}</p>
                        {purpose.local_note().map(|text| view! { <p class="quiet small">{text}</p> })}
                    </div>
                    <div class="actions">
                        <Button icon=IconName::Download on_press=Callback::new(move |()| spawn(template(flow)))>
                            {t!("invite_csv.template")}
                        </Button>
                    </div>
                    <PasteArea flow />
                    <details class="help">
                        <summary>{t!("invite_csv.help_title")}</summary>
                        <p>{t!("invite_csv.help_text")}</p>
                    </details>
                }
                .into_any()
            }}
        </div>
        {(!purpose.has_account()).then(|| view! {
            <RulesCard flow />
            <LocalNote />
        })}
    }
}

/// An empty table with headers in the user's language, which the mapping recognises.
async fn template(flow: Flow) {
    let is_taken = |field: &Field| untrack(|| flow.takes((*field).into()));
    let headers = Field::ALL.into_iter().filter(is_taken).map(labels::field).collect();
    let name = flow.purpose.get_untracked().template();
    match worker::make_file(request::Template { headers }).await {
        Ok(file) => downloads::save(name, "text/csv", &file),
        Err(error) => notify(Tone::Failure, labels::job_error(error)),
    }
}
