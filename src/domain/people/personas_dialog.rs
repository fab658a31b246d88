//! The dialog in which an administrator's personas are chosen: which steps of the set-up are theirs.

use api_types::{Persona, ProblemCode, User};
use leptos::prelude::*;

use super::change::newer_after;
use super::changes;
use super::personas::{self, PersonaChoice};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, Submission, why_refused};

/// The state of the dialog.
#[derive(Clone, Copy)]
pub(crate) struct Personas {
    /// `None` while the dialog is closed.
    user: RwSignal<Option<User>>,
    chosen: RwSignal<Vec<Persona>>,
    change: Submission,
}

impl Personas {
    pub(crate) fn new() -> Self {
        Self { user: RwSignal::new(None), chosen: RwSignal::new(Vec::new()), change: Submission::new() }
    }

    pub(crate) fn ask(self, user: User) {
        self.change.forget();
        self.chosen.set(user.personas.clone());
        self.user.set(Some(user));
    }

    /// Closes it, unless a request is running.
    fn cancel(self) {
        if !self.change.is_busy() {
            self.user.set(None);
        }
    }

    fn save(self, on_newer: Callback<User>) {
        let Some(user) = self.user.get_untracked() else { return };
        let chosen = self.chosen.get_untracked();
        self.change.send(async move {
            let outcome = personas::change(&user, &chosen, personas::done).await;
            match &outcome {
                Ok(newer) => {
                    self.user.try_set(None);
                    on_newer.try_run(newer.clone());
                }
                Err(failure) if failure.code() == Some(ProblemCode::NotFound) => changes::have_changed(),
                Err(failure) => {
                    // A retry uses the user as they are now.
                    if let Some(newer) = newer_after(failure, &user).await {
                        self.user.try_update(|user| *user = user.take().map(|_| newer.clone()));
                        on_newer.try_run(newer);
                    }
                }
            }
            outcome?;
            Ok(())
        });
    }
}

/// The dialog. `on_newer` gets the user as the backend has them now.
#[component]
pub(crate) fn PersonasDialog(state: Personas, on_newer: Callback<User>) -> impl IntoView {
    let name = move || state.user.with(|user| user.as_ref().map(User::display_name)).unwrap_or_default();
    let cancel = Callback::new(move |()| state.cancel());
    view! {
        <Dialog
            open=Signal::derive(move || state.user.with(Option::is_some))
            title=Signal::derive(move || t!("users.personas_title", name = name()))
            on_close=cancel
        >
            <PersonaChoice id="personas" chosen=state.chosen />
            {move || state.change.refusal.get().map(why_refused)}
            <div class="dialog-actions">
                <Button waiting=state.change.busy on_press=cancel>{t!("common.cancel")}</Button>
                <Button kind=ButtonKind::Primary busy=state.change.busy on_press=Callback::new(move |()| state.save(on_newer))>
                    {term!("common.save")}
                </Button>
            </div>
        </Dialog>
    }
}
