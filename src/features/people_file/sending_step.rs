//! The last step: the sending, and then the results.

use api_types::BatchId;
use leptos::prelude::*;

use super::state::Flow;
use super::step::{STEP_HEADING, Step};
use crate::domain::invitations::SentBatch;
use crate::domain::invitations::sending::{self, SendingPanel, SendingState};
use crate::domain::navigation::Route;
use crate::t;
use crate::term;
use crate::ui::{Button, IconName, Note};

/// The sending, and the results once everything is accepted.
#[component]
pub(super) fn SendingStep(flow: Flow) -> impl IntoView {
    let id = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Sending { id, .. } => Some(id.clone()),
            _ => None,
        })
    });
    let sending = Memo::new(move |_| id.get().and_then(|id| sending::find(&id)));
    let is_over = Memo::new(move |_| {
        sending.with(|sending| sending.as_ref().is_none_or(|sending| sending.state.is_over()))
    });
    let came_to_nothing = Memo::new(move |_| flow.can_review_again());
    let is_chosen = flow.purpose.get_untracked().is_chosen();
    // After its removal from the list of sendings, its results stay.
    let batch = Memo::new(move |before: Option<&Option<BatchId>>| {
        sending.with(|sending| match sending.as_ref().map(|sending| &sending.state) {
            Some(SendingState::Accepted { batch } | SendingState::Cancelled { batch: Some(batch) }) => {
                Some(batch.id.clone())
            }
            _ => before.cloned().flatten(),
        })
    });
    view! {
        <h2 id=STEP_HEADING class="visually-hidden" tabindex="-1">{t!("sending.heading")}</h2>
        {move || id.get().map(|id| view! { <SendingPanel id /> })}
        {move || flow.rest().filter(|_| batch.with(Option::is_some)).map(|rows| view! {
            <Note icon=IconName::File>
                <p>{t!("invite_csv.rest", count = rows)}</p>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| flow.go_on_with_rest())>{t!("invite_csv.rest_go_on", count = rows)}</Button>
                </div>
            </Note>
        })}
        {move || batch.get().map(|id| view! { <SentBatch id /> })}
        <Show when=move || is_over.get()>
            <div class="actions">
                {move || match (came_to_nothing.get(), is_chosen) {
                    (true, _) => view! {
                        <Button on_press=Callback::new(move |()| flow.review_again())>{t!("invite_csv.back_to_review")}</Button>
                    }.into_any(),
                    (false, true) => view! {
                        <a class="button" href=Route::InviteSalesforce.href()>{t!("users.invite_users_from_salesforce")}</a>
                    }.into_any(),
                    (false, false) => view! {
                        <Button on_press=Callback::new(move |()| if untrack(|| flow.rest()).is_some() { flow.leave_rest() } else { flow.start_over() })>{t!("invite_csv.another")}</Button>
                    }.into_any(),
                }}
                <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
            </div>
        </Show>
    }
}
