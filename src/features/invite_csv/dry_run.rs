//! Asks the backend, before anybody is invited, which rows are members, invited already or over the seats.

use std::cell::Cell;

use api_types::{BatchOptions, BatchSource, NewRow, RowResult, RowVerdict};
use csv_worker::protocol::{Request, Response};
use leptos::prelude::*;
use roster::{Invitee, Verdict};

use super::flow::Flow;
use super::step::Backend;
use crate::api::batches::DryRun;
use crate::csv;
use crate::ui::dom;

const CHUNK: u32 = 1_000;
/// Changes that follow each other quickly are asked about once.
const REST_MS: f64 = 400.0;

thread_local! {
    static RUN: Cell<u32> = const { Cell::new(0) };
}

/// Starts a dry run of the rows as they are now; an earlier one stops. `revision` grows when verdicts arrived.
pub(super) fn start(flow: Flow, revision: RwSignal<u64>) {
    let run = RUN.get() + 1;
    RUN.set(run);
    let current = move || RUN.get() == run;
    leptos::task::spawn_local(async move {
        dom::sleep(REST_MS).await;
        if !current() {
            return;
        }
        let outcome = ask(flow, &current).await;
        if !current() {
            return;
        }
        flow.set_backend(if outcome.is_some() { Backend::Answered } else { Backend::Unreachable });
        revision.try_update(|revision| *revision += 1);
    });
}

/// The whole dry run; `None` when the backend could not be asked to the end.
async fn ask(flow: Flow, current: &impl Fn() -> bool) -> Option<()> {
    let total = flow
        .step
        .with_untracked(|step| step.checked().map(|checked| checked.summary.verdicts.invitable()))?;
    if total == 0 {
        return Some(());
    }
    let mut run =
        DryRun::begin(BatchSource::Csv, BatchOptions::default(), u32::try_from(total).ok()?).await.ok()?;
    let (mut next, mut done) = (Some(1), 0);
    let mut verdicts = Vec::new();
    while let Some(from_row) = next {
        flow.set_backend(Backend::Asking { done, total });
        let answer = csv::ask(Request::Invitable { from_row, max: CHUNK }).await.ok()?;
        let Response::Invitable { rows, next_row } = answer.response else { return None };
        if rows.is_empty() {
            break;
        }
        done += rows.len() as u64;
        let results = run.judge(rows.into_iter().map(new_row).collect()).await.ok()?;
        if !current() {
            return None;
        }
        verdicts.extend(results.iter().filter_map(overlaid));
        next = next_row;
    }
    // Laid over at the end: until then the rows that are asked about must stay the same.
    flow.overlay(verdicts).await.ok()
}

/// The verdict that the backend's answer puts over the file's own; `ready` leaves it.
fn overlaid(result: &RowResult) -> Option<(u64, Verdict)> {
    let verdict = match result.verdict {
        RowVerdict::Ready => return None,
        RowVerdict::Member => Verdict::Member,
        RowVerdict::Invited => Verdict::Invited,
        RowVerdict::Duplicate => Verdict::Duplicate,
        RowVerdict::OverSeats => Verdict::OverSeats,
        RowVerdict::Error => Verdict::Error,
    };
    Some((u64::from(result.row), verdict))
}

/// A row as it is sent.
pub(super) fn new_row(invitee: Invitee) -> NewRow {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    NewRow {
        // A batch holds a million rows at the most; a row number beyond four billion does not get here.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_only_verdicts_that_stop_a_row_are_laid_over() {
        let result = |verdict| RowResult {
            row: 7,
            verdict,
            delivery: api_types::DeliveryStatus::Skipped,
            code: None,
            detail: None,
        };
        assert_eq!(overlaid(&result(RowVerdict::Ready)), None);
        assert_eq!(overlaid(&result(RowVerdict::OverSeats)), Some((7, Verdict::OverSeats)));
    }
}
