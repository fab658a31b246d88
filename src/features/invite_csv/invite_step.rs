//! The last step: the options of every invitation, then the sending, then the results.

use api_types::{BatchId, BatchOptions, BatchSource, NewRow};
use csv_worker::protocol::{Request, Response};
use leptos::prelude::*;
use roster::Invitee;

use super::labels;
use super::state::Flow;
use super::step::{STEP_HEADING, Step};
use crate::domain::invitations::SentBatch;
use crate::domain::invitations::options::InvitationOptions;
use crate::domain::invitations::sending::{self, Plan, SendingPanel, SendingState};
use crate::domain::places::Route;
use crate::domain::roster::worker;
use crate::domain::setup::ToSalesforceSetup;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Icon, IconName};

const CHUNK: u32 = 1_000;

#[component]
pub(super) fn InviteStep(flow: Flow) -> impl IntoView {
    let (invitable, records) = flow
        .step
        .with_untracked(|step| {
            step.checked().map(|checked| (checked.summary.verdicts.invitable(), checked.summary.records))
        })
        .unwrap_or_default();
    let left_out = records.saturating_sub(invitable);
    let invite = Callback::new(move |()| {
        if let Some(options) = flow.options.read() {
            start(flow, options);
        }
    });
    view! {
        <h2 id=STEP_HEADING tabindex="-1">{t!("invite_csv.invite_people", count = invitable)}</h2>
        {(left_out > 0).then(|| view! {
            <p class="note note-notice"><Icon name=IconName::Alert /><span>{t!("invite_csv.not_invited", count = left_out)}</span></p>
        })}
        <ErrorSummary fields=flow.options.fields() failure=Signal::stored(None::<String>) />
        <div class="form"><InvitationOptions state=flow.options hint=t!("invite_csv.options_hint") /></div>
        <div class="actions">
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
        let answer =
            worker::ask(Request::Invitable { from_row, max: CHUNK }).await.map_err(labels::job_error)?;
        match answer.response {
            Response::Invitable { rows, next_row } => {
                next = next_row;
                Ok(rows.into_iter().map(new_row).collect())
            }
            _ => Err(labels::job_error(worker::JobError::OtherVersion)),
        }
    };
    flow.sending(sending::start(plan, source));
}

/// A row as it is sent.
fn new_row(invitee: Invitee) -> NewRow {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    NewRow {
        // A batch holds at most a million rows, so row numbers beyond four billion do not occur.
        row: u32::try_from(invitee.row).unwrap_or(u32::MAX),
        email: invitee.email,
        first_name: filled(invitee.first_name),
        last_name: filled(invitee.last_name),
        role: Some(invitee.role.name().to_owned()),
        teams: invitee.teams,
        workspace: invitee.workspace,
        language: invitee.language.map(|language| language.tag().to_owned()),
    }
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
            <ToSalesforceSetup />
        })}
        <Show when=move || is_over.get()>
            <div class="actions">
                <Button on_press=Callback::new(move |()| flow.start_over())>{t!("invite_csv.another")}</Button>
                <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
            </div>
        </Show>
    }
}
