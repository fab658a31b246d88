use csv_worker::protocol::request;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roster::{Filter, Verdict, VerdictCounts};

use super::fixes::{PANEL, ProblemPanel};
use super::grid::{BEHIND_GRID, Columns, Grid};
use super::invite_dialog::Asked;
use super::labels;
use super::people_step;
use super::purpose::{Next, Purpose};
use super::rules_card::RulesNote;
use super::search::{Search, SearchBox};
use super::seek::View;
use super::state::Flow;
use super::step::{ReadingNote, STEP_HEADING, Step};
use crate::data::Turn;
use crate::domain::account::{Unknown, UnknownNote};
use crate::domain::navigation::Route;
use crate::domain::roster::worker::{self, JobError};
use crate::i18n;
use crate::platform::{device, dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Failed, Icon, IconName, Note, Tone, announce, notify, shifted_shortcut, shortcut,
};

/// Every row's verdict: filtered, searched and edited before the people are invited from here.
#[component]
pub(super) fn ReviewStep(flow: Flow, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let filter = flow.filter;
    let search = Search::new(flow);
    let revision = RwSignal::new(0_u64);
    let go_to_row = RwSignal::new(Some(flow.position.get_untracked()).filter(|position| *position > 0));
    let at_row = RwSignal::new(0_u64);
    let counts = Counts::of(flow);
    let trouble = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Reviewing { trouble, .. } => trouble.as_ref().map(labels::trouble),
            _ => None,
        })
    });
    let purpose = flow.purpose.get_untracked();
    let changed = Callback::new(move |()| {
        revision.update(|revision| *revision += 1);
    });
    let view = Signal::derive(move || View {
        filter: filter.get(),
        search: search.is_on(),
        revision: revision.get(),
    });
    // A position among all rows.
    let go_to = Callback::new(move |position: u64| {
        if filter.get_untracked() != Filter::All {
            filter.set(Filter::All);
        }
        search.clear();
        go_to_row.set(Some(position));
    });
    let next_problem = Callback::new(move |()| {
        spawn(go_to_next_problem(flow, at_row.get_untracked(), go_to));
    });
    // While rows are drawn anew, the focus is nowhere.
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if dom::is_focus_lost() {
            step_by_key(flow, &event, changed);
        }
    });
    on_cleanup(move || keys.remove());
    let is_panel_open = RwSignal::new(false);
    // They stay where what they are for is taken back.
    let columns = Memo::new(move |before: Option<&Columns>| {
        let now = flow.step.with(Columns::of);
        before.map_or(now, |before| now.max(*before))
    });
    // A name that is typed beside an address is what adds columns to the table in which the keyboard is.
    Effect::new(move |before: Option<Columns>| {
        let now = columns.get();
        if now == Columns::OfNames && before.is_some_and(|before| before != now) {
            let is_searched = view.with_untracked(|view| view.search);
            go_to_row.set(Some(if is_searched { 0 } else { flow.position.get_untracked() }));
        }
        now
    });
    view! {
        <section
            class="review"
            class:review-panel-open=is_panel_open
            aria-labelledby=STEP_HEADING
            on:keydown=move |event| step_by_key(flow, &event, changed)
        >
            {move || trouble.get().map(|message| view! { <Failed message /> })}
            <ReadingNotes flow />
            {purpose.has_account().then(|| view! { <UnknownAccount flow on_changed=changed /> })}
            {purpose.invites().then(|| view! { <SeatsShort flow /> })}
            <div class="review-band">
                // Seen, the button for all rows says the same.
                <h2 id=STEP_HEADING class="visually-hidden" tabindex="-1">{move || purpose.review_title(counts.records.get())}</h2>
                {filters(filter, purpose, counts)}
                <div class="review-tools">
                    <SearchBox search />
                    <StepButtons flow on_changed=changed />
                    {panel_toggle(is_panel_open)}
                </div>
            </div>
            {move || verdict_bar(counts.verdicts.get())}
            <div class="review-main">
                <ProblemPanel flow at_row on_go_to=go_to on_next=next_problem on_changed=changed />
                // Another one where the columns change.
                <For each=move || [columns.get()] key=|columns| *columns let:_columns>
                    <Grid flow view go_to_row at_row on_changed=changed />
                </For>
            </div>
            <div class="actions sticky-actions review-actions">
                {ways_out(flow, counts.verdicts, asked)}
                <div class="review-said">{said_of_next(flow, counts.verdicts)}</div>
            </div>
        </section>
    }
}

/// How many rows there are of each kind.
#[derive(Clone, Copy)]
struct Counts {
    verdicts: Memo<VerdictCounts>,
    records: Memo<u64>,
    left_out: Memo<u64>,
    /// Rows with a warning, of which some have another verdict.
    warned: Memo<u64>,
}

impl Counts {
    fn of(flow: Flow) -> Self {
        let checked =
            Memo::new(move |_| flow.step.with(|step| step.checked().map(|checked| checked.summary.clone())));
        Self {
            verdicts: Memo::new(move |_| {
                checked.with(|summary| summary.as_ref().map(|s| s.verdicts).unwrap_or_default())
            }),
            records: Memo::new(move |_| checked.with(|summary| summary.as_ref().map_or(0, |s| s.records))),
            left_out: Memo::new(move |_| checked.with(|summary| summary.as_ref().map_or(0, |s| s.left_out))),
            warned: Memo::new(move |_| checked.with(|summary| summary.as_ref().map_or(0, |s| s.warned))),
        }
    }
}

async fn go_to_next_problem(flow: Flow, after_row: u64, go_to: Callback<u64>) {
    let turn = flow.jumps.begin();
    if let Ok(next) = worker::ask(request::NextProblem { after_row }).await
        && turn.is_some_and(Turn::counts)
    {
        if let Some(position) = next.position {
            go_to.try_run(position);
        }
        announce(
            next.row.map_or_else(|| t!("invite_csv.no_problems"), |row| t!("invite_csv.at_row", row = row)),
        );
    }
}

fn filters(filter: RwSignal<Filter>, purpose: Purpose, counts: Counts) -> impl IntoView {
    let Counts { verdicts, records, left_out, warned } = counts;
    // Only where some of them have another verdict: otherwise the verdict's button says the same.
    let offers_warned = Signal::derive(move || warned.get() > verdicts.get().warning);
    view! {
        <div class="filters" role="group" aria-label=t!("invite_csv.filter")>
            {filter_button(filter, Filter::All, records.into(), t!("invite_csv.all_rows"), None, None)}
            {Verdict::ALL.into_iter().filter(move |verdict| purpose.has_verdict(*verdict)).map(|verdict| {
                let count = Signal::derive(move || verdicts.get().get(verdict));
                filter_button(filter, Filter::Verdict(verdict), count, labels::verdict(verdict), Some(labels::verdict_look(verdict)), None)
            }).collect_view()}
            {filter_button(filter, Filter::Warned, warned.into(), t!("invite_csv.with_warnings"), Some(labels::verdict_look(Verdict::Warning)), Some(offers_warned))}
            {filter_button(filter, Filter::LeftOut, left_out.into(), t!("invite_csv.left_out"), Some((Tone::Quiet, IconName::Close)), None)}
        </div>
    }
}

fn panel_toggle(is_open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button panel-toggle"
            aria-expanded=move || is_open.get().to_string()
            aria-controls=PANEL
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
        >{t!("invite_csv.fixes_title")}</button>
    }
}

/// The buttons that lead on and back.
fn ways_out(flow: Flow, counts: Memo<VerdictCounts>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let purpose = flow.purpose.get_untracked();
    let navigate = use_navigate();
    let go_on = Callback::new(move |()| match purpose.next() {
        Next::Invite => asked.set(Some(Asked::Shortly)),
        Next::Compare => flow.compare(),
        Next::HandOver => navigate(&Route::InviteCsv.path(), Default::default()),
    });
    let to_people = people_step::way_back();
    let go_back =
        Callback::new(move |()| if purpose.is_chosen() { to_people.run(()) } else { flow.back_to(1) });
    let held_back = Signal::derive(move || {
        if flow.changing.get() > 0 {
            return Some(t!("invite_csv.still_checking"));
        }
        (counts.get().invitable() == 0).then(|| purpose.nobody())
    });
    view! {
        <Button kind=ButtonKind::Primary id=BEHIND_GRID disabled_reason=held_back on_press=go_on>
            {move || purpose.go_on(counts.get().invitable())}
        </Button>
        {purpose.invites().then(|| view! {
            <Button disabled_reason=held_back on_press=Callback::new(move |()| asked.set(Some(Asked::WithOptions)))>
                {t!("mail_options.options_and_mail")}
            </Button>
        })}
        <Button on_press=go_back>{t!("common.back")}</Button>
    }
}

/// What the way on does, and with what the rows were compared.
fn said_of_next(flow: Flow, counts: Memo<VerdictCounts>) -> AnyView {
    match flow.purpose.get_untracked().next() {
        Next::HandOver => view! {
            <RulesNote flow />
            <p class="quiet small">{t!("validate.go_on_hint")}</p>
        }
        .into_any(),
        Next::Invite => view! { <Compared flow text=t!("invite_csv.compared") /> }.into_any(),
        Next::Compare => view! {
            <Compared flow text=t!("changes.names_known") />
            <p class="quiet small">{move || t!("changes.compare_text", count = counts.get().invitable())}</p>
        }
        .into_any(),
    }
}

/// The proportions of the verdicts, drawn; the filters below show the numbers.
fn verdict_bar(counts: VerdictCounts) -> impl IntoView {
    view! {
        <div class="verdict-bar" aria-hidden="true">
            {Verdict::ALL.into_iter().filter(|verdict| counts.get(*verdict) > 0).map(|verdict| {
                let class = format!("verdict-part verdict-{}", verdict.name());
                view! { <span class=class style:flex-grow=counts.get(verdict).to_string()></span> }
            }).collect_view()}
        </div>
    }
}

/// A count that shows its rows. One of none is left away, unless it is what is shown.
fn filter_button(
    filter: RwSignal<Filter>,
    own: Filter,
    count: Signal<u64>,
    label: String,
    look: Option<(Tone, IconName)>,
    // When it is offered, if not whenever it has rows.
    offered: Option<Signal<bool>>,
) -> impl IntoView {
    let is_shown = move || filter.get() == own;
    let is_offered = move || offered.map_or_else(|| count.get() > 0, |offered| offered.get());
    view! {
        <button
            type="button"
            class="filter"
            hidden=move || !is_offered() && own != Filter::All && !is_shown()
            aria-pressed=move || is_shown().to_string()
            on:click=move |_| filter.set(own)
        >
            {look.map(|(tone, icon)| view! { <span class=format!("filter-symbol status-{}", tone.class())><Icon name=icon /></span> })}
            <span>{label}</span>
            <strong>{move || i18n::number(count.get())}</strong>
        </button>
    }
}

/// What the user should know about how the file was read.
#[component]
fn ReadingNotes(flow: Flow) -> impl IntoView {
    let notes = Memo::new(move |_| {
        flow.step.with(|step| {
            let Some(checked) = step.checked() else { return (None, None) };
            let reading = checked.reading_note().map(|note| match note {
                ReadingNote::Reread(encoding) => t!("invite_csv.reread", encoding = encoding.name()),
                ReadingNote::Legacy(encoding) => t!("invite_csv.legacy_encoding", encoding = encoding.name()),
            });
            (reading, checked.summary.unclosed_quote)
        })
    });
    let as_text = Callback::new(move |()| {
        let overrides = flow.step.with_untracked(|step| step.opened().map(|opened| opened.overrides.clone()));
        if let Some(mut overrides) = overrides {
            overrides.quotes_as_text = true;
            flow.read_as(overrides);
        }
    });
    view! {
        {move || notes.get().0.map(|text| view! { <Note>{text}</Note> })}
        {move || notes.get().1.map(|row| view! {
            <div class="failed" role="alert">
                <p><Icon name=IconName::Alert />{t!("invite_csv.unclosed_quote", row = row)}</p>
                <Button on_press=as_text>{t!("invite_csv.quotes_as_text")}</Button>
            </div>
        })}
    }
}

fn unknown(flow: Flow) -> Memo<Vec<Unknown>> {
    Memo::new(move |_| {
        flow.step.with(|step| step.checked().map(|checked| checked.unknown.clone()).unwrap_or_default())
    })
}

fn is_older(flow: Flow) -> Memo<bool> {
    Memo::new(move |_| flow.step.with(|step| step.checked().is_some_and(|checked| checked.is_older)))
}

/// What the account could not be asked.
#[component]
fn UnknownAccount(flow: Flow, on_changed: Callback<()>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let ask_again = Callback::new(move |()| {
        asking.set(true);
        spawn(async move {
            match flow.ask_again().await {
                Ok(true) => drop(on_changed.try_run(())),
                Ok(false) => announce(t!("unknown.still")),
                Err(JobError::Cancelled) => {}
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
            asking.try_set(false);
        });
    });
    view! { <UnknownNote unknown=unknown(flow) is_older=is_older(flow) asking on_ask=ask_again /> }
}

/// What the rows were compared with, if with everything.
#[component]
fn Compared(flow: Flow, text: String) -> impl IntoView {
    let (unknown, is_older) = (unknown(flow), is_older(flow));
    view! {
        <Show when=move || unknown.with(Vec::is_empty) && !is_older.get()>
            <p class="quiet small">{text.clone()}</p>
        </Show>
    }
}

/// How many of the people have a seat, if not all do.
#[component]
fn SeatsShort(flow: Flow) -> impl IntoView {
    let short = Memo::new(move |_| {
        flow.step.with(|step| {
            let checked = step.checked()?;
            let verdicts = checked.summary.verdicts;
            let rest = verdicts.over_seats;
            (rest > 0).then(|| (verdicts.invitable() + rest, checked.free_seats.unwrap_or_default(), rest))
        })
    });
    view! {
        <div role="status">
            {move || short.get().map(|(people, free, rest)| {
                let text = match free {
                    0 => t!("invite_csv.seats_none", count = people),
                    free => t!("invite_csv.seats_short", people = people, free = free, count = rest),
                };
                view! { <Note tone=Tone::Warning icon=IconName::Users>{text}</Note> }
            })}
        </div>
    }
}

/// Undoes the last change, or makes it again.
fn step_change(flow: Flow, is_undo: bool, on_changed: Callback<()>) {
    spawn(async move {
        let outcome = if is_undo { flow.undo().await } else { flow.redo().await };
        match outcome {
            Ok(()) => {
                announce(if is_undo { t!("invite_csv.undone") } else { t!("invite_csv.redone") });
                on_changed.try_run(());
            }
            Err(JobError::Cancelled) => {}
            Err(error) => notify(Tone::Failure, labels::job_error(error)),
        }
    });
}

/// How many changes can be undone, and how many made again; reactive.
fn steps(flow: Flow) -> (usize, usize) {
    flow.step.with(|step| {
        let opened = step.checked().map(|checked| &checked.opened);
        opened.map_or((0, 0), |opened| (opened.changes.len(), opened.undone.len()))
    })
}

/// The usual keys, where no text is being typed and nothing else took them.
fn step_by_key(flow: Flow, event: &leptos::ev::KeyboardEvent, on_changed: Callback<()>) {
    let is_asked = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    if !is_asked || event.default_prevented() || dom::is_typing() || dom::is_there("dialog:modal") {
        return;
    }
    let is_undo = match (device::letter(event), event.shift_key()) {
        (Some('z'), is_redo) => !is_redo,
        (Some('y'), false) => false,
        _ => return,
    };
    let (undoable, redoable) = untrack(|| steps(flow));
    if (if is_undo { undoable } else { redoable }) > 0 {
        event.prevent_default();
        event.stop_propagation();
        step_change(flow, is_undo, on_changed);
    }
}

#[component]
fn StepButtons(flow: Flow, on_changed: Callback<()>) -> impl IntoView {
    let steps = Memo::new(move |_| steps(flow));
    let button = move |is_undo: bool, icon: IconName, label: String, keys: String| {
        let is_possible = move || {
            let (undoable, redoable) = steps.get();
            (if is_undo { undoable } else { redoable }) > 0
        };
        view! {
            <button
                type="button"
                class="button button-quiet button-icon"
                aria-label=label.clone()
                title=format!("{label} ({keys})")
                aria-disabled=move || (!is_possible()).then_some("true")
                on:click=move |_| if untrack(is_possible) { step_change(flow, is_undo, on_changed) }
            ><Icon name=icon /></button>
        }
    };
    view! {
        {button(true, IconName::Undo, t!("invite_csv.undo"), shortcut("Z"))}
        {button(false, IconName::Redo, t!("invite_csv.redo"), shifted_shortcut("Z"))}
    }
}
