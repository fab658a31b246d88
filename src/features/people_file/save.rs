//! The results as files.

use csv_worker::protocol::{Ask, answer, request};
use leptos::prelude::*;
use roster::{Field, FieldLabels, ProblemCode, ReportLabels, Verdict};

use super::labels;
use super::state::Flow;
use crate::domain::roster::worker;
use crate::platform::downloads;
use crate::t;
use crate::ui::{Button, IconName, Submission};

/// Buttons that save the rows that need work, and the whole file as it is now corrected.
#[component]
pub(super) fn SaveButtons(flow: Flow) -> impl IntoView {
    let (writing, correcting) = (Submission::new(), Submission::new());
    let problems = Callback::new(move |()| save(flow, problem_rows(), "problems", writing));
    let corrected = Callback::new(move |()| save(flow, corrected_file(flow), "corrected", correcting));
    // One replaces the other in the Worker.
    view! {
        <Button icon=IconName::Download busy=writing.busy waiting=correcting.busy on_press=problems>{t!("invite_csv.problem_rows")}</Button>
        <Button icon=IconName::Download busy=correcting.busy waiting=writing.busy on_press=corrected>{t!("invite_csv.corrected_file")}</Button>
    }
}

/// Saves the file that the Worker makes, under the name of the chosen one with an addition.
fn save<R: Ask<Answer = answer::File> + 'static>(
    flow: Flow,
    request: R,
    addition: &'static str,
    saving: Submission,
) {
    saving.attempt(async move {
        let file = worker::make_file(request).await.map_err(labels::job_error)?;
        let name = flow
            .step
            .with_untracked(|step| step.opened().map(|opened| opened.chosen.file.name()))
            .unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        downloads::save(&format!("{stem}-{addition}.csv"), "text/csv", &file);
        Ok(())
    });
}

/// The rows that need work, as a file whose cells a spreadsheet does not run.
fn problem_rows() -> request::ProblemsCsv {
    request::ProblemsCsv {
        labels: ReportLabels {
            row: t!("invite_csv.row"),
            verdict: t!("invite_csv.verdict"),
            reasons: t!("invite_csv.reasons"),
            suggestions: t!("invite_csv.suggestions"),
            verdicts: Verdict::ALL.into_iter().map(|verdict| (verdict, labels::verdict(verdict))).collect(),
            codes: ProblemCode::ALL.iter().map(|code| (*code, labels::code(*code))).collect(),
        },
    }
}

/// All people, with all corrections. What the review shows beyond the file's columns gets columns of its own.
fn corrected_file(flow: Flow) -> request::CorrectedCsv {
    let labels = Field::ALL.into_iter().map(labels::field).collect();
    let has_column = |field: &Field| {
        let mapped = |step: &super::step::Step| {
            step.opened().is_some_and(|opened| opened.mapping.column((*field).into()).is_some())
        };
        flow.step.with_untracked(mapped)
    };
    let added = super::grid::fields(flow).into_iter().filter(|field| !has_column(field)).collect();
    request::CorrectedCsv { fields: FieldLabels { labels, added } }
}
