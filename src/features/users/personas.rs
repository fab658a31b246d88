//! An administrator's personas: which steps of the set-up are theirs.

use api_types::{Persona, User};
use leptos::prelude::*;

use super::people::People;
use crate::domain::people::personas::{self, PersonaChoice};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, Tone, notify};

/// The state of the dialog.
#[derive(Clone, Copy)]
pub(super) struct Personas {
    /// `None` while the dialog is closed.
    user: RwSignal<Option<User>>,
    chosen: RwSignal<Vec<Persona>>,
    busy: RwSignal<bool>,
    refusal: RwSignal<Option<String>>,
}

impl Personas {
    pub(super) fn new() -> Self {
        Self {
            user: RwSignal::new(None),
            chosen: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            refusal: RwSignal::new(None),
        }
    }

    pub(super) fn ask(self, user: User) {
        self.refusal.set(None);
        self.chosen.set(user.personas.clone());
        self.user.set(Some(user));
    }

    /// Closes it, unless a request is running.
    fn cancel(self) {
        if !self.busy.get_untracked() {
            self.user.set(None);
        }
    }

    fn save(self, people: People) {
        let Some(user) = self.user.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        let chosen = self.chosen.get_untracked();
        self.busy.set(true);
        self.refusal.set(None);
        leptos::task::spawn_local(async move {
            match personas::change(&user, &chosen).await {
                Ok(newer) => {
                    self.user.try_set(None);
                    notify(Tone::Success, done(&newer));
                    people.replace(newer);
                }
                Err(failure) => {
                    self.refusal.try_set(Some(failure.message()));
                    // A retry uses the reloaded user.
                    people.refresh().await;
                    if let Some(newer) = people.find(&user.id) {
                        self.user.try_update(|user| *user = user.take().map(|_| newer));
                    }
                }
            }
            self.busy.try_set(false);
        });
    }
}

fn done(user: &User) -> String {
    match personas::in_words(&user.personas) {
        Some(personas) => t!("users.personas_done", name = user.display_name(), personas = personas),
        None => t!("users.personas_none", name = user.display_name()),
    }
}

/// The dialog.
#[component]
pub(super) fn PersonasDialog(state: Personas, people: People) -> impl IntoView {
    let name = move || state.user.with(|user| user.as_ref().map(User::display_name)).unwrap_or_default();
    let cancel = Callback::new(move |()| state.cancel());
    view! {
        <Dialog
            open=Signal::derive(move || state.user.with(Option::is_some))
            title=Signal::derive(move || t!("users.personas_title", name = name()))
            on_close=cancel
        >
            <PersonaChoice id="personas" chosen=state.chosen />
            {move || state.refusal.get().map(|message| view! { <p class="field-error" role="alert">{message}</p> })}
            <div class="dialog-actions">
                <Button waiting=state.busy on_press=cancel>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary busy=state.busy on_press=Callback::new(move |()| state.save(people))>
                    {term!("common.save")}
                </Button>
            </div>
        </Dialog>
    }
}
