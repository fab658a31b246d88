//! The box for typing or pasting addresses, and the chips that they become.

use csv_worker::protocol::answer::AddressEntry;
use leptos::ev;
use leptos::prelude::*;

use super::chips::{Chip, Chips, EntryState};
use super::state::Flow;
use super::{labels, typed};
use crate::domain::navigation::Route;
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Button, Icon, IconName, InlineEditor, Note, ShowMore, TextArea, announce};

#[component]
pub(super) fn AddressBox(flow: Flow) -> impl IntoView {
    let pasted = StoredValue::new(false);
    let has_table = RwSignal::new(false);
    let add = move |text: String| spawn(flow.add(text));
    let input = move |_| {
        if pasted.try_update_value(std::mem::take) == Some(true) {
            let text = flow.take_typed();
            let addresses = typed::addresses_of_table(&text);
            has_table.set(addresses.is_some());
            return add(addresses.unwrap_or(text));
        }
        let text = flow.typed.text.get_untracked();
        let (complete, rest) = text.split_at(typed::complete(&text));
        if !complete.is_empty() {
            flow.typed.text.set(rest.to_owned());
            add(complete.to_owned());
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        // Nothing came of the paste before: there was no text.
        pasted.set_value(false);
        // Enter and Backspace belong to the input method while it composes.
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                add(flow.take_typed());
            }
            "Backspace" if flow.typed.text.with_untracked(String::is_empty) => {
                if let Some(chip) = flow.chips.try_update(Chips::remove_last).flatten() {
                    announce(t!("invite.removed", address = chip.entry.address));
                }
            }
            _ => {}
        }
    };
    let leave = move |_| {
        if !flow.typed.text.with_untracked(|text| text.trim().is_empty()) {
            add(flow.take_typed());
        }
    };
    let more = ShowMore::new();
    let shown = Memo::new(move |_| flow.chips.with(|chips| chips.shown(more.most())));
    let total = Signal::derive(move || flow.chips.with(|chips| chips.all().len()));
    let unfit = Memo::new(move |_| {
        flow.chips.with(|chips| chips.all().iter().filter(|chip| !chip.standing.is_invited()).count())
    });
    let remove_unfit = Callback::new(move |()| {
        flow.remove_unfit();
        dom::focus(flow.typed.id);
    });
    view! {
        <div class="stack">
            <Show when=move || !shown.with(Vec::is_empty)>
                <ul class="chips" aria-label=t!("invite.chips")>
                    <For each=move || shown.get() key=|chip| (chip.id, chip.standing) let:chip>
                        <ChipItem flow chip />
                    </For>
                </ul>
                {more.button(total)}
            </Show>
            <Show when=move || unfit.get() != 0>
                <div class="actions">
                    <Button on_press=remove_unfit>{move || t!("invite.remove_unfit", count = unfit.get())}</Button>
                </div>
            </Show>
            <div
                on:input=input
                on:keydown=key
                on:paste=move |_| pasted.set_value(true)
                on:focusout=leave
            >
                <TextArea state=flow.typed label=t!("invite.addresses") hint=t!("invite.addresses_hint") rows=3 />
            </div>
            <Show when=move || has_table.get()>
                <Note>
                    {t!("invite.table_pasted")} {i18n::sentence_gap()}
                    <a href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
                </Note>
            </Show>
        </div>
    }
}

fn remove_button(id: u32) -> String {
    format!("invite-remove-{id}")
}

fn edit_button(id: u32) -> String {
    format!("invite-edit-{id}")
}

/// One address: how it was understood, what is wrong with it, and a button to remove it.
#[component]
fn ChipItem(flow: Flow, chip: Chip) -> impl IntoView {
    let Chip { id, entry, standing } = chip;
    let (class, icon) = look(standing);
    let suggestion = entry.suggestion.clone().map(|suggestion| correct_button(flow, id, suggestion));
    let remove_label = t!("invite.remove", address = entry.address.as_str());
    view! {
        <li class=class>
            <Icon name=icon />
            <span class="chip-text">
                {chip_text(flow, id, entry)}
                {labels::standing(standing).map(|reason| view! { <span class="chip-reason">{reason}</span> })}
            </span>
            {suggestion}
            <button
                type="button"
                id=remove_button(id)
                class="button button-quiet button-icon chip-remove"
                aria-label=remove_label
                on:click=move |_| remove(flow, id)
                on:keydown=move |event| remove_by_key(flow, id, &event)
            >
                <Icon name=IconName::Close />
            </button>
        </li>
    }
}

/// The class of a chip, and its symbol.
fn look(standing: EntryState) -> (&'static str, IconName) {
    match standing {
        EntryState::Fine => ("chip", IconName::Check),
        EntryState::Doubtful(_) => ("chip chip-doubtful", IconName::Info),
        EntryState::Invalid(_) => ("chip chip-invalid", IconName::Alert),
        EntryState::Duplicate => ("chip chip-duplicate", IconName::Twin),
        EntryState::Known(roster::Standing::Invited) => ("chip chip-duplicate", IconName::Mail),
        EntryState::Known(_) => ("chip chip-duplicate", IconName::Person),
    }
}

/// The focus goes to the chip that takes its place, or to the box.
fn remove(flow: Flow, id: u32) {
    let Some((chip, next)) = flow.chips.try_update(|chips| chips.remove(id)).flatten() else { return };
    announce(t!("invite.removed", address = chip.entry.address));
    let target = next.map_or_else(|| flow.typed.id.to_owned(), remove_button);
    dom::after_paint(move || dom::focus(&target));
}

fn remove_by_key(flow: Flow, id: u32, event: &ev::KeyboardEvent) {
    if matches!(event.key().as_str(), "Backspace" | "Delete") {
        event.prevent_default();
        remove(flow, id);
    }
}

fn correct_button(flow: Flow, id: u32, suggestion: String) -> impl IntoView {
    let corrected = suggestion.clone();
    let correct = move |_| {
        let corrected = corrected.clone();
        spawn(async move {
            flow.correct(id, corrected).await;
            dom::focus(flow.typed.id);
        });
    };
    view! {
        <button type="button" class="button button-quiet chip-action" on:click=correct>
            {t!("invite.correct_to", address = suggestion)}
        </button>
    }
}

/// An address as a button, or a field while it is being edited.
fn chip_text(flow: Flow, id: u32, entry: AddressEntry) -> impl IntoView {
    let editing = RwSignal::new(false);
    let whole = typed::whole(entry.name.as_deref(), &entry.address);
    let AddressEntry { name, address, other_domain, .. } = entry;
    let leave = Callback::new(move |()| {
        editing.set(false);
        dom::after_paint(move || dom::focus(&edit_button(id)));
    });
    let save = Callback::new(move |text: String| {
        if text.trim().is_empty() {
            return remove(flow, id);
        }
        spawn(async move {
            match flow.edit(id, text.clone()).await {
                Ok(edited) => {
                    announce(t!("invite.corrected", address = text));
                    let target = edited.map_or_else(|| flow.typed.id.to_owned(), edit_button);
                    dom::after_paint(move || dom::focus(&target));
                }
                Err(()) => {
                    editing.try_set(false);
                    flow.typed.error.set(Some(t!("invite.worker_failed")));
                }
            }
        });
    });
    move || {
        if editing.get() {
            return view! { <InlineEditor text=whole.clone() label=t!("invite.edit_label") class="chip-input" on_save=save on_leave=leave /> }.into_any();
        }
        view! {
            <button
                type="button"
                id=edit_button(id)
                class="chip-edit"
                title=t!("invite.edit")
                on:click=move |_| editing.set(true)
                on:keydown=move |event| remove_by_key(flow, id, &event)
            >
                {name.clone().map(|name| view! { <bdi>{name}</bdi> " " })}
                <bdi class="address">{address.clone()}</bdi>
                {other_domain.clone().map(|domain| view! { " " <bdi class="quiet small">{domain}</bdi> })}
            </button>
        }
        .into_any()
    }
}
