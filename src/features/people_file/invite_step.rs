//! The last step: the options of every invitation, then the sending, then the results.

use api_types::{BatchId, BatchOptions, BatchSource, NewRow, limits};
use csv_worker::protocol::{ROWS_AT_ONCE, request};
use leptos::prelude::*;
use roster::Verdict;

use super::labels;
use super::state::Flow;
use super::step::{STEP_HEADING, Step};
use crate::domain::invitations::SentBatch;
use crate::domain::invitations::options::InvitationOptions;
use crate::domain::invitations::sending::{self, Plan, SendingPanel, SendingState};
use crate::domain::navigation::Route;
use crate::domain::roster::worker;
use crate::domain::setup::{AfterInviting, BeforeSetUp};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Form, IconName, Note, Tone};

/// A chunk is asked for at once.
const CHUNK: u32 = limits::ROWS_PER_CHUNK as u32;
const _: () = assert!(CHUNK <= ROWS_AT_ONCE);

#[component]
pub(super) fn InviteStep(flow: Flow) -> impl IntoView {
    let (verdicts, records) = flow
        .step
        .with_untracked(|step| {
            step.checked().map(|checked| (checked.summary.verdicts, checked.summary.records))
        })
        .unwrap_or_default();
    let invitable = verdicts.invitable();
    let left_out = records.saturating_sub(invitable);
    let kinds = Verdict::ALL
        .into_iter()
        .filter(|verdict| !verdict.is_invitable() && verdicts.get(*verdict) > 0)
        .map(|verdict| {
            t!("invite.left_out_kind", reason = labels::verdict(verdict), number = verdicts.get(verdict))
        });
    let kinds = i18n::list(kinds);
    let form = Form::new();
    let invite = Callback::new(move |()| match flow.options.read() {
        Some(options) => start(flow, options),
        None => form.show_what_is_wrong(),
    });
    view! {
        <h2 id=STEP_HEADING tabindex="-1">{t!("invite_csv.invite_people", count = invitable)}</h2>
        {(left_out > 0).then(|| view! {
            <Note tone=Tone::Warning icon=IconName::Alert>{t!("invite_csv.not_invited", count = left_out, kinds = kinds)}</Note>
        })}
        <BeforeSetUp />
        <ErrorSummary fields=flow.options.fields() form />
        <div class="form"><InvitationOptions state=flow.options hint=t!("invite_csv.options_hint") /></div>
        <div class="actions sticky-actions">
            <Button kind=ButtonKind::Primary icon=IconName::Mail on_press=invite>
                {t!("invite_csv.invite_people", count = invitable)}
            </Button>
            <Button on_press=Callback::new(move |()| flow.back_to(2))>{t!("common.back")}</Button>
        </div>
    }
}

/// Hands the rows to the background sending, chunk by chunk as the Worker reads them.
fn start(flow: Flow, options: BatchOptions) {
    let facts = flow.step.with_untracked(|step| {
        step.checked()
            .map(|checked| (checked.opened.chosen.file.name(), checked.summary.verdicts.invitable()))
    });
    let Some((file_name, rows)) = facts else { return };
    let plan = Plan {
        source: BatchSource::Csv,
        file_name: Some(file_name),
        options,
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
    };
    let mut next = Some(1_u64);
    let source = async move || {
        let Some(from_row) = next else { return Ok(Vec::new()) };
        let request = request::Invitable { from_row, max: CHUNK };
        let answer = worker::ask(request).await.map_err(labels::job_error)?;
        next = answer.next_row;
        Ok(answer.rows.into_iter().map(NewRow::from).collect())
    };
    flow.sending(sending::start(plan, source));
}

/// The sending, and the results once everything is accepted.
#[component]
pub(super) fn SendingStep(flow: Flow) -> impl IntoView {
    let id = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Sending { id } => Some(id.clone()),
            _ => None,
        })
    });
    let sending = Memo::new(move |_| id.get().and_then(|id| sending::find(&id)));
    let is_over = Memo::new(move |_| {
        sending.with(|sending| sending.as_ref().is_none_or(|sending| sending.state.is_over()))
    });
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
        <h2 id=STEP_HEADING tabindex="-1">{t!("sending.heading")}</h2>
        {move || id.get().map(|id| view! { <SendingPanel id /> })}
        {move || batch.get().map(|id| view! {
            <SentBatch id />
            <AfterInviting />
        })}
        <Show when=move || is_over.get()>
            <div class="actions">
                {if flow.purpose.get_untracked().is_chosen() {
                    view! {
                        <a class="button" href=Route::InviteSalesforce.href()>{t!("users.invite_users_from_salesforce")}</a>
                    }.into_any()
                } else {
                    view! {
                        <Button on_press=Callback::new(move |()| flow.start_over())>{t!("invite_csv.another")}</Button>
                    }.into_any()
                }}
                <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
            </div>
        </Show>
    }
}
