use csv_worker::protocol::request;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roster::{Encoding, Filter, ProblemCode, Verdict, VerdictCounts};

use super::fixes::Fixes;
use super::grid::{Grid, View};
use super::labels;
use super::rules_card::RulesNote;
use super::save::SaveButtons;
use super::state::Flow;
use super::step::{Purpose, STEP_HEADING, Step};
use crate::data::{Latest, Turn};
use crate::domain::account::UnknownNote;
use crate::domain::places::Route;
use crate::domain::roster::worker;
use crate::i18n;
use crate::platform::timers;
use crate::t;
use crate::ui::{
    Button, ButtonKind, Failed, Field as TextField, FieldState, Icon, IconName, Note, Select, SelectOption,
    Tone, announce, notify,
};

/// Every row's verdict: filtered, searched and edited before the invitations are sent.
#[component]
pub(super) fn ReviewStep(flow: Flow) -> impl IntoView {
    let filter = flow.filter;
    let found = RwSignal::new(None::<u64>);
    let revision = RwSignal::new(0_u64);
    let go_to_row = RwSignal::new(Some(flow.position.get_untracked()).filter(|position| *position > 0));
    let at_row = RwSignal::new(0_u64);
    let checked =
        Memo::new(move |_| flow.step.with(|step| step.checked().map(|checked| checked.summary.clone())));
    let counts =
        Memo::new(move |_| checked.with(|summary| summary.as_ref().map(|s| s.verdicts).unwrap_or_default()));
    let records = Memo::new(move |_| checked.with(|summary| summary.as_ref().map_or(0, |s| s.records)));
    let trouble = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Reviewing { trouble, .. } => trouble.as_ref().map(labels::trouble),
            _ => None,
        })
    });
    let purpose = flow.purpose.get_untracked();
    let navigate = use_navigate();
    let go_on = Callback::new(move |()| match purpose {
        Purpose::Invite | Purpose::Change => flow.to_invite(),
        Purpose::Validate => navigate(&Route::InviteCsv.path(), Default::default()),
    });
    let changed = Callback::new(move |()| {
        revision.update(|revision| *revision += 1);
    });

    let view = Signal::derive(move || View {
        filter: filter.get(),
        search: found.get().is_some(),
        revision: revision.get(),
    });
    let held_back = Signal::derive(move || {
        if flow.changing.get() > 0 {
            return Some(t!("invite_csv.still_checking"));
        }
        (counts.get().invitable() == 0).then(|| match purpose {
            Purpose::Change => t!("changes.nobody"),
            _ => t!("invite_csv.nobody_ready"),
        })
    });
    let next_problem =
        Callback::new(move |()| {
            // The position of the next problem counts all rows.
            if filter.get_untracked() != Filter::All || found.get_untracked().is_some() {
                filter.set(Filter::All);
                found.set(None);
            }
            leptos::task::spawn_local(async move {
                let after_row = at_row.get_untracked();
                if let Ok(next) = worker::ask(request::NextProblem { after_row }).await {
                    go_to_row.try_set(next.position);
                    announce(next.row.map_or_else(
                        || t!("invite_csv.no_problems"),
                        |row| t!("invite_csv.at_row", row = row),
                    ));
                }
            });
        });
    view! {
        {move || trouble.get().map(|message| view! { <Failed message /> })}
        <ReadingNotes flow />
        <section class="stack" aria-labelledby=STEP_HEADING>
            <h2 id=STEP_HEADING tabindex="-1">{move || t!("invite_csv.review_title", count = records.get())}</h2>
            {move || verdict_bar(counts.get())}
            <div class="filters" role="group" aria-label=t!("invite_csv.filter")>
                {filter_button(filter, Filter::All, Signal::derive(move || records.get()), None)}
                {Verdict::ALL.into_iter().filter(move |verdict| purpose != Purpose::Change || is_of_file(*verdict)).map(|verdict| {
                    filter_button(filter, Filter::Verdict(verdict), Signal::derive(move || counts.get().get(verdict)), Some(verdict))
                }).collect_view()}
            </div>
            {match purpose {
                Purpose::Invite => view! {
                    <AccountNote flow />
                    <SeatsShort flow />
                }.into_any(),
                Purpose::Change => view! { <AccountNote flow /> }.into_any(),
                Purpose::Validate => view! { <RulesNote flow /> }.into_any(),
            }}
        </section>
        <Fixes flow on_changed=changed />
        <section class="stack" aria-label=t!("invite_csv.rows_label")>
            <div class="toolbar">
                <SearchBox found />
                <CodeFilter flow filter />
                <Button icon=IconName::Alert on_press=next_problem>{t!("invite_csv.next_problem")}</Button>
                <UndoButton flow on_changed=changed />
                <SaveButtons flow />
            </div>
            <p class="quiet small">{t!("invite_csv.grid_hint")}</p>
            <Grid flow view go_to_row at_row on_changed=changed />
        </section>
        <div class="actions sticky-actions">
            <Button kind=ButtonKind::Primary disabled_reason=held_back on_press=go_on>
                {move || match purpose {
                    Purpose::Invite => t!("invite_csv.go_on", count = counts.get().invitable()),
                    Purpose::Change => t!("changes.compare"),
                    Purpose::Validate => t!("validate.go_on", count = counts.get().invitable()),
                }}
            </Button>
            <Button on_press=Callback::new(move |()| flow.back_to(1))>{t!("common.back")}</Button>
        </div>
        {(purpose == Purpose::Change).then(|| view! {
            <p class="quiet small">{move || t!("changes.compare_text", count = counts.get().invitable())}</p>
        })}
        {(purpose == Purpose::Validate).then(|| view! { <p class="quiet small">{t!("validate.go_on_hint")}</p> })}
    }
}

/// Whether a verdict is about the file alone: members are expected in a file of members.
fn is_of_file(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Member | Verdict::Invited | Verdict::OverSeats)
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

fn filter_button(
    filter: RwSignal<Filter>,
    own: Filter,
    count: Signal<u64>,
    verdict: Option<Verdict>,
) -> impl IntoView {
    let label = verdict.map_or_else(|| t!("invite_csv.all_rows"), labels::verdict);
    let look = verdict.map(labels::verdict_look);
    view! {
        <button
            type="button"
            class="filter"
            class:filter-empty=move || count.get() == 0
            aria-pressed=move || (filter.get() == own).to_string()
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
            let encoding = checked.summary.dialect.encoding;
            let legacy = !matches!(encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be);
            let reading = match (checked.reread, legacy) {
                (true, _) => Some(t!("invite_csv.reread", encoding = encoding.name())),
                (false, true) => Some(t!("invite_csv.legacy_encoding", encoding = encoding.name())),
                (false, false) => None,
            };
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

/// What the rows were compared with, or the requests that failed.
#[component]
fn AccountNote(flow: Flow) -> impl IntoView {
    let unknown = Memo::new(move |_| {
        flow.step.with(|step| step.checked().map(|checked| checked.unknown.clone()).unwrap_or_default())
    });
    let asking = RwSignal::new(false);
    let ask_again = Callback::new(move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            if !flow.ask_again().await {
                announce(t!("unknown.still"));
            }
            asking.try_set(false);
        });
    });
    view! {
        <UnknownNote unknown asking on_ask=ask_again />
        <Show when=move || unknown.with(Vec::is_empty)>
            <p class="quiet small">{match flow.purpose.get_untracked() {
                Purpose::Change => t!("changes.names_known"),
                _ => t!("invite_csv.compared"),
            }}</p>
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

/// Finds rows by any value. Searches on Enter or when typing pauses.
#[component]
fn SearchBox(found: RwSignal<Option<u64>>) -> impl IntoView {
    let state = FieldState::new("row-search", "");
    let latest = Latest::new();
    Effect::new(move |before: Option<String>| {
        let text = state.text.get();
        if before.is_none() || before.as_ref() == Some(&text) {
            return text;
        }
        let (turn, wanted) = (latest.begin(), text.clone());
        leptos::task::spawn_local(async move {
            timers::sleep(250.0).await;
            if !turn.is_some_and(Turn::counts) {
                return;
            }
            if let Ok(answer) = worker::ask(request::Search { text: wanted.clone() }).await {
                found.set((!wanted.is_empty()).then_some(answer.rows));
                if !wanted.is_empty() {
                    announce(t!("invite_csv.found", count = answer.rows));
                }
            }
        });
        text
    });
    view! { <div class="grow"><TextField state label=t!("invite_csv.search") kind="search" /></div> }
}

/// Filters the rows by one kind of problem.
#[component]
fn CodeFilter(flow: Flow, filter: RwSignal<Filter>) -> impl IntoView {
    let options = Signal::derive(move || {
        let codes = flow
            .step
            .with(|step| step.checked().map(|checked| checked.summary.codes.clone()).unwrap_or_default());
        std::iter::once(SelectOption::new("", t!("invite_csv.any_problem")))
            .chain(codes.into_iter().map(|count| {
                SelectOption::new(
                    count.code.name(),
                    t!("invite_csv.problem_count", problem = labels::code(count.code), number = count.rows),
                )
            }))
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(move || match filter.get() {
        Filter::Code(code) => code.name().to_owned(),
        _ => String::new(),
    });
    let choose = Callback::new(move |name: String| {
        let code = ProblemCode::ALL.iter().copied().find(|code| code.name() == name);
        filter.set(code.map_or(Filter::All, Filter::Code));
    });
    view! { <Select id="problem-filter" label=t!("invite_csv.problem_kind") options value on_change=choose /> }
}

#[component]
fn UndoButton(flow: Flow, on_changed: Callback<()>) -> impl IntoView {
    let changes = Memo::new(move |_| {
        flow.step.with(|step| step.checked().map_or(0, |checked| checked.opened.changes.len()))
    });
    let undo = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match flow.undo().await {
                Ok(()) => {
                    announce(t!("invite_csv.undone"));
                    on_changed.try_run(());
                }
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
        });
    });
    view! {
        <Show when=move || changes.get() != 0>
            <Button icon=IconName::Undo on_press=undo>{t!("invite_csv.undo")}</Button>
        </Show>
    }
}
