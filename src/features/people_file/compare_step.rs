//! What a file does to members, and the comparison of its rows with the account, which changes nothing.

use std::collections::VecDeque;

use api_types::{
    MemberAction, MemberChangeBatchId, MemberChangeChunk, NewMemberChange, NewMemberChangeBatch, limits,
    teams_said,
};
use csv_worker::protocol::{ROWS_AT_ONCE, request};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roster::{Field, Invitee};

use super::labels;
use super::state::Flow;
use super::step::STEP_HEADING;
use crate::api::batches::IdempotencyKey;
use crate::api::chunker::{Chunker, Cut};
use crate::api::{Failure, member_changes};
use crate::domain::navigation::Route;
use crate::domain::roster::worker::{self, JobError};
use crate::i18n::Message;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, Failed, ProgressBar, RadioOption};

/// As many rows as a chunk has at most are asked for at once.
const ROWS: u32 = limits::ROWS_PER_CHUNK as u32;
const _: () = assert!(ROWS <= ROWS_AT_ONCE);

/// The first question, above the file.
#[component]
pub(super) fn ActionChoice(flow: Flow) -> impl IntoView {
    let options = [
        (MemberAction::Update, "members-update", t!("changes.update"), t!("changes.update_hint")),
        (
            MemberAction::Deactivate,
            "members-deactivate",
            t!("changes.deactivate"),
            t!("changes.deactivate_hint"),
        ),
        (
            MemberAction::Reactivate,
            "members-reactivate",
            t!("changes.reactivate"),
            t!("changes.reactivate_hint"),
        ),
    ];
    view! {
        <fieldset class="card options">
            <legend class="card-legend">{t!("changes.what")}</legend>
            {options.map(|(one, id, label, hint)| view! {
                <RadioOption group="member-action" id label hint checked=Signal::derive(move || flow.action.get() == one)
                    on_choose=Callback::new(move |()| flow.action.set(one)) />
            }).collect_view()}
        </fieldset>
        <p class="small"><a href=Route::MemberChanges.href()>{t!("changes.list_title")}</a></p>
    }
}

/// Why comparing stopped.
enum Stop {
    File(JobError),
    Server(Failure),
    /// The user has gone back, or left the screen.
    Left,
}

/// What is sent, and how far it is. Each call keeps its key until it has succeeded.
struct Comparison {
    new: NewMemberChangeBatch,
    key: IdempotencyKey,
    batch: Option<MemberChangeBatchId>,
    /// Where the Worker goes on; `None` after the last row.
    next_row: Option<u64>,
    chunker: Chunker<NewMemberChange>,
    /// The chunks that are complete; the first is being sent.
    chunks: VecDeque<(IdempotencyKey, MemberChangeChunk)>,
    done: u32,
}

/// Sends the rows, with progress, and then shows what they would change.
#[component]
pub(super) fn CompareStep(flow: Flow) -> impl IntoView {
    let facts = flow.step.with_untracked(|step| {
        step.checked()
            .map(|checked| (checked.opened.chosen.file.name(), checked.summary.verdicts.invitable()))
    });
    let (file_name, rows) = facts.unwrap_or_default();
    let total = u32::try_from(rows).unwrap_or(u32::MAX);
    let comparison = StoredValue::new(Some(Comparison {
        new: NewMemberChangeBatch {
            action: flow.action.get_untracked(),
            file_name: Some(file_name),
            expected_rows: total,
        },
        key: IdempotencyKey::new(),
        batch: None,
        next_row: Some(1),
        chunker: Chunker::new(),
        chunks: VecDeque::new(),
        done: 0,
    }));
    let done = RwSignal::new(0_u32);
    let trouble = RwSignal::new(None::<(Message, Option<String>)>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let go_on = Callback::new(move |()| {
        // One at a time: it is away while it works.
        let Some(mut work) = comparison.try_update_value(Option::take).flatten() else { return };
        trouble.set(None);
        busy.set(true);
        let navigate = navigate.clone();
        spawn(async move {
            let is_left = move || comparison.is_disposed() || !flow.is_comparing();
            let outcome = work.run(done, is_left).await;
            busy.try_set(false);
            match outcome {
                Ok(batch) => {
                    flow.end();
                    navigate(&Route::MemberChange(batch).path(), Default::default());
                }
                Err(Stop::Left) => {}
                Err(Stop::File(error)) => {
                    trouble.try_set(Some((labels::job_error(error).into(), None)));
                    comparison.try_set_value(Some(work));
                }
                Err(Stop::Server(failure)) => {
                    trouble.try_set(Some((failure.explain(), failure.request_id.clone())));
                    comparison.try_set_value(Some(work));
                }
            }
        });
    });
    go_on.run(());
    view! {
        <h2 id=STEP_HEADING tabindex="-1">{t!("changes.comparing")}</h2>
        {move || trouble.get().map(|(message, request_id)| view! {
            <Failed message request_id on_retry=Some(go_on) busy />
        })}
        <div class="card">
            <ProgressBar
                label=t!("changes.comparing")
                done=Signal::derive(move || f64::from(done.get()))
                total=Signal::derive(move || f64::from(total))
                text=Signal::derive(move || t!("changes.comparing_text", done = done.get(), total = total))
            />
            <div class="actions">
                <Button on_press=Callback::new(move |()| flow.back_to(2))>{t!("common.cancel")}</Button>
            </div>
        </div>
    }
}

impl Comparison {
    /// Stops once it is left: what was sent so far is never applied, and forgotten after a day.
    async fn run(
        &mut self,
        done: RwSignal<u32>,
        is_left: impl Fn() -> bool,
    ) -> Result<MemberChangeBatchId, Stop> {
        let batch = match &self.batch {
            Some(batch) => batch.clone(),
            None => {
                let made = member_changes::create(&self.key, &self.new).await.map_err(Stop::Server)?;
                self.batch.insert(made.id).clone()
            }
        };
        loop {
            if is_left() {
                return Err(Stop::Left);
            }
            if let Some((key, chunk)) = self.chunks.front() {
                member_changes::compare(key, &batch, chunk).await.map_err(Stop::Server)?;
                self.done += u32::try_from(chunk.rows.len()).unwrap_or_default();
                self.chunks.pop_front();
                done.try_set(self.done);
            } else if let Some(from_row) = self.next_row {
                let request = request::Invitable { from_row, max: ROWS };
                let answer = worker::ask(request).await.map_err(Stop::File)?;
                self.next_row = answer.next_row;
                for person in answer.rows {
                    let change = self.change(person);
                    // Nobody joins a team before the changes are applied.
                    let cut = self.chunker.push(change, 0);
                    self.keep(cut);
                }
                if self.next_row.is_none() {
                    let last = self.chunker.finish();
                    self.keep(last);
                }
            } else {
                return Ok(batch);
            }
        }
    }

    fn keep(&mut self, cut: Option<Cut<NewMemberChange>>) {
        let chunk = cut.map(|Cut { index, rows }| MemberChangeChunk { index, rows });
        self.chunks.extend(chunk.map(|chunk| (IdempotencyKey::new(), chunk)));
    }

    /// A row as it is sent: what its cells say, and nothing for empty ones.
    fn change(&self, person: Invitee) -> NewMemberChange {
        let row = u32::try_from(person.row).unwrap_or(u32::MAX);
        let email = person.email.clone();
        if self.new.action != MemberAction::Update {
            return NewMemberChange { row, email, ..NewMemberChange::default() };
        }
        NewMemberChange {
            row,
            email,
            role: person.given.contains(&Field::Role).then(|| person.role.to_string()),
            teams: teams_said(&person),
            workspace: person.workspace,
        }
    }
}
