//! The question before people are invited: whom, with what options and mail. Its button sends; no other does.

use api_types::{BatchOptions, BatchSource, NewRow, limits};
use csv_worker::protocol::{ROWS_AT_ONCE, request};
use leptos::prelude::*;
use roster::{Verdict, VerdictCounts};

use super::labels;
use super::state::Flow;
use crate::domain::invitations::options::{FromFile, InvitationOptions, OptionsSummary, People};
use crate::domain::invitations::sending::{self, Plan};
use crate::domain::roster::worker;
use crate::domain::setup::BeforeSetUp;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Form, IconName, Note, Tick, Tone};

/// A chunk is asked for at once.
const CHUNK: u32 = limits::ROWS_PER_CHUNK as u32;
const _: () = assert!(CHUNK <= ROWS_AT_ONCE);

/// How the question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// With the options in a summary.
    Shortly,
    /// With the form of the options open.
    WithOptions,
}

#[component]
pub(super) fn InviteDialog(flow: Flow, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let verdicts = Memo::new(move |_| {
        flow.step.with(|step| step.checked().map(|checked| checked.summary.verdicts)).unwrap_or_default()
    });
    let close = Callback::new(move |()| asked.set(None));
    view! {
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            title=Signal::derive(move || t!("invite_csv.invite_people", count = verdicts.get().invitable()))
            on_close=close
        >
            <Question flow asked verdicts on_close=close />
        </Dialog>
    }
}

#[component]
fn Question(
    flow: Flow,
    asked: RwSignal<Option<Asked>>,
    verdicts: Memo<VerdictCounts>,
    on_close: Callback<()>,
) -> impl IntoView {
    let form = Form::new();
    let rest = Memo::new(move |_| flow.rest_to_keep());
    let keeps_rest = RwSignal::new(true);
    let is_open = RwSignal::new(asked.get_untracked() == Some(Asked::WithOptions));
    let file = RwSignal::new(from_file(flow));
    if !file.with_untracked(|file| file.fields.is_empty()) {
        spawn(read_people(file));
    }
    let invite = Callback::new(move |()| match flow.options.read() {
        Some(options) => {
            asked.set(None);
            start(flow, options, rest.get_untracked().is_some() && keeps_rest.get_untracked());
        }
        None => {
            is_open.set(true);
            form.show_what_is_wrong();
        }
    });
    view! {
        <div class="stack">
            {move || not_invited(verdicts.get()).map(|text| view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{text}</Note>
            })}
            {move || rest.get().map(|count| view! {
                <Tick id="keep-open" label=t!("invite_csv.keep_open") hint=t!("invite_csv.keep_open_hint", count = count) ticked=keeps_rest />
            })}
            <BeforeSetUp />
            <ErrorSummary fields=flow.options.fields() form />
            {move || flow.options.valid().map(|options| view! {
                <OptionsSummary options workspace=flow.options.workspace_name() file=file.get() />
            })}
            <details
                class="how"
                prop:open=is_open
                on:toggle=move |event| is_open.set(event_target::<web_sys::HtmlElement>(&event).has_attribute("open"))
            >
                <summary>{t!("mail_options.options_and_mail")}</summary>
                <div class="form">
                    <InvitationOptions state=flow.options hint=t!("invite_csv.options_hint") title_hidden=true />
                </div>
            </details>
        </div>
        <div class="dialog-actions">
            <Button on_press=on_close>{t!("common.cancel")}</Button>
            <Button kind=ButtonKind::Primary icon=IconName::Mail on_press=invite>
                {move || t!("invite_csv.invite_people", count = verdicts.get().invitable())}
            </Button>
        </div>
    }
}

/// The fields that columns or changes of rows may say something of.
fn from_file(flow: Flow) -> FromFile {
    flow.step.with_untracked(|step| {
        let opened = step.opened();
        FromFile::of(|field| {
            opened.is_some_and(|opened| {
                opened.mapping.column(field.into()).is_some()
                    || !opened.mapping.default_of(field).is_empty()
                    || opened.has_edit_of(field)
            })
        })
    })
}

/// Reads what the file says of the people, until all are read or the question is closed.
async fn read_people(file: RwSignal<FromFile>) {
    let mut people = People::default();
    let mut next = Some(1_u64);
    while let Some(from_row) = next {
        let request = request::Invitable { from_row, max: ROWS_AT_ONCE };
        // Where the Worker fails, the sending says it.
        let Ok(answer) = worker::ask(request).await else { return };
        if file.is_disposed() {
            return;
        }
        answer.rows.iter().for_each(|person| people.add(person));
        next = answer.next_row;
    }
    file.try_update(|file| file.people = Some(people));
}

/// How many rows are not invited, and why, if not all are.
fn not_invited(verdicts: VerdictCounts) -> Option<String> {
    let is_left_out = |verdict: &Verdict| !verdict.is_invitable() && verdicts.get(*verdict) > 0;
    let left_out = || Verdict::ALL.into_iter().filter(is_left_out);
    let count = left_out().map(|verdict| verdicts.get(verdict)).sum::<u64>();
    let kinds = left_out().filter_map(|verdict| {
        let count = verdicts.get(verdict);
        Some(match verdict {
            Verdict::Ready | Verdict::Warning => return None,
            Verdict::Error => t!("invite_csv.out_error", count = count),
            Verdict::Duplicate => t!("invite_csv.out_duplicate", count = count),
            Verdict::Member => t!("invite_csv.out_member", count = count),
            Verdict::Invited => t!("invite_csv.out_invited", count = count),
            Verdict::OverSeats => t!("invite_csv.out_over_seats", count = count),
        })
    });
    (count > 0).then(|| t!("invite_csv.not_invited", count = count, kinds = i18n::list(kinds)))
}

/// Hands the rows to the background sending, chunk by chunk as the Worker reads them.
fn start(flow: Flow, options: BatchOptions, keeps_rest: bool) {
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
    flow.sending(sending::start(plan, source), keeps_rest);
}
