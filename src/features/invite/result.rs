//! The last step: the sending, and the outcome for each person.

use leptos::prelude::*;

use super::people::LeftOutTable;
use super::state::{Flow, STEP_HEADING, Step};
use crate::domain::invitations::SentBatch;
use crate::domain::invitations::sending::{self, SendingId, SendingPanel, SendingState};
use crate::domain::navigation::Route;
use crate::platform::timers;
use crate::t;
use crate::term;
use crate::ui::Button;

#[component]
pub(super) fn SendingStep(flow: Flow) -> impl IntoView {
    let known = flow.step.with_untracked(|step| match step {
        Step::Sending { id, left_out } => Some((id.clone(), left_out.clone())),
        _ => None,
    });
    known.map(|(id, left_out)| {
        let found = {
            let id = id.clone();
            Memo::new(move |_| sending::find(&id))
        };
        Effect::new(move |_| {
            if found.with(Option::is_none) {
                flow.back();
            }
        });
        let accepted = Memo::new(move |_| {
            found.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
                Some(SendingState::Accepted { batch }) => Some(batch.id.clone()),
                _ => None,
            })
        });
        // The box must not contain people who are already invited.
        Effect::new(move |_| {
            if accepted.with(Option::is_some) {
                flow.forget_entered();
            }
        });
        view! {
            <div class="stack-large">
                <h2 id=STEP_HEADING class="visually-hidden" tabindex="-1">{t!("sending.heading")}</h2>
                <SendingPanel id=id.clone() />
                {move || accepted.get().map(|id| view! { <SentBatch id /> })}
                <LeftOutTable left_out />
                <Onward flow id />
            </div>
        }
    })
}

/// The second click of a double click on *Invite* is none on what then stands there.
const DOUBLE_CLICK_MS: u64 = 500;

/// The next actions.
#[component]
fn Onward(flow: Flow, id: SendingId) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Outcome {
        /// Continues by itself, or in the list of background work.
        Open,
        Invited,
        NobodyInvited,
    }
    let outcome = {
        let id = id.clone();
        Memo::new(move |_| match sending::find(&id).map(|sending| sending.state) {
            Some(SendingState::Accepted { .. }) => Outcome::Invited,
            Some(state) if state.is_over() => Outcome::NobodyInvited,
            _ => Outcome::Open,
        })
    };
    let shown = timers::now();
    let leave = Callback::new(move |()| {
        if timers::now() < shown + DOUBLE_CLICK_MS {
            return;
        }
        if outcome.get_untracked() != Outcome::NobodyInvited {
            flow.forget_entered();
        }
        flow.back();
        sending::dismiss(&id);
    });
    let label = move || match outcome.get() {
        Outcome::Open | Outcome::Invited => t!("invite.more_people"),
        Outcome::NobodyInvited => t!("invite.back_to_addresses"),
    };
    view! {
        <div class="actions">
            <Button on_press=leave>{label}</Button>
            <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
        </div>
    }
}
