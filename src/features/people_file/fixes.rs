//! The problems of the file by kind: how many rows, where they are, and what mends or leaves out all of them at once.

use leptos::prelude::*;
use roster::{Field, Filter, Fix, Known, ProblemCode, Role, Summary, ValueCount};

use super::grid::GRID_HINT;
use super::labels;
use super::purpose::Purpose;
use super::save::SaveButtons;
use super::seek::next_of_kind;
use super::state::Flow;
use super::step::Change;
use crate::data::Turn;
use crate::domain::roster::worker::JobError;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Icon, IconName, Select, SelectOption, Submission, Tone, announce, notify,
};

/// Values of one kind that are offered one by one.
const VALUES_SHOWN: usize = 6;

/// The id of the panel, and of its heading, which keeps the focus when a pressed button is gone.
pub(super) const PANEL: &str = "problem-panel";
const TITLE: &str = "fixes-title";

/// The problems of one kind.
#[derive(Clone, Debug, PartialEq)]
struct ProblemKind {
    code: ProblemCode,
    rows: u64,
    /// What mends all of them at once.
    for_all: Vec<(String, Fix)>,
    /// The most frequent values that are wrong.
    values: Vec<WrongValue>,
}

/// A value that is wrong in some rows, and what can replace it.
#[derive(Clone, Debug, PartialEq)]
struct WrongValue {
    text: String,
    choices: Vec<(String, Fix)>,
    /// A name that the account does not have.
    unknown: Option<UnknownName>,
    /// The name that was probably meant.
    meant: Option<String>,
}

/// A name that can be replaced by one of the account's.
#[derive(Clone, Debug, PartialEq)]
enum UnknownName {
    /// It can also be created.
    Team(String),
    Workspace(String),
}

impl UnknownName {
    fn of(value: &ValueCount) -> Option<Self> {
        match value.field {
            Field::Teams => Some(Self::Team(value.value.clone())),
            Field::Workspace => Some(Self::Workspace(value.value.clone())),
            _ => None,
        }
    }

    fn name(&self) -> &str {
        let (Self::Team(name) | Self::Workspace(name)) = self;
        name
    }

    fn field(&self) -> Field {
        match self {
            Self::Team(_) => Field::Teams,
            Self::Workspace(_) => Field::Workspace,
        }
    }

    /// What can take its place.
    fn instead(&self, known: &Known) -> Vec<String> {
        let names = match self {
            Self::Team(_) => &known.teams,
            Self::Workspace(_) => &known.workspaces,
        };
        names.clone().unwrap_or_default()
    }

    /// The label of the choice, its empty option, and what is to be done first.
    fn words(&self) -> [String; 3] {
        match self {
            Self::Team(team) => [
                t!("invite_csv.fix_team_instead", team = team.as_str()),
                t!("invite_csv.fix_team_choose"),
                t!("invite_csv.fix_team_choose_first"),
            ],
            Self::Workspace(workspace) => [
                t!("invite_csv.fix_workspace_instead", workspace = workspace.as_str()),
                t!("invite_csv.fix_workspace_choose"),
                t!("invite_csv.fix_workspace_choose_first"),
            ],
        }
    }
}

/// The kinds of problems, the grave ones first, and of those the frequent ones.
fn kinds(summary: &Summary, known: &Known, purpose: Purpose) -> Vec<ProblemKind> {
    let mut kinds: Vec<ProblemKind> = summary
        .codes
        .iter()
        .map(|count| {
            let of_kind = || summary.values.iter().filter(|value| value.code == count.code);
            ProblemKind {
                code: count.code,
                rows: count.rows,
                for_all: suggested(summary, count.code)
                    .into_iter()
                    // A single value has its own.
                    .chain((of_kind().count() > 1).then(|| for_all(count.code, purpose)).flatten())
                    .collect(),
                values: of_kind().take(VALUES_SHOWN).map(|value| wrong_value(value, known)).collect(),
            }
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.code.severity()));
    kinds
}

/// What accepts the suggestions of a kind. Those for mistyped addresses are accepted together.
fn suggested(summary: &Summary, code: ProblemCode) -> Vec<(String, Fix)> {
    let accept = Fix::Accept { code };
    if summary.rows_changed_by(&accept) == 0 {
        return Vec::new();
    }
    let label = match code {
        ProblemCode::NameInOneCell => t!("invite_csv.fix_split_names"),
        ProblemCode::SwappedNames => t!("invite_csv.fix_swap_names"),
        ProblemCode::SwappedAddress => t!("invite_csv.fix_swap_cells"),
        ProblemCode::AddressInName => t!("invite_csv.fix_remove_address"),
        ProblemCode::PlaceholderName => t!("invite_csv.fix_remove_all"),
        ProblemCode::SeveralAddresses => {
            return vec![
                (t!("invite_csv.fix_work_first"), accept),
                (t!("invite_csv.fix_keep_first"), Fix::FirstAddresses),
            ];
        }
        ProblemCode::UnknownTeam | ProblemCode::UnknownRole | ProblemCode::UnknownWorkspace => {
            t!("invite_csv.fix_typos_accept")
        }
        _ => return Vec::new(),
    };
    vec![(label, accept)]
}

fn for_all(code: ProblemCode, purpose: Purpose) -> Option<(String, Fix)> {
    Some(match code {
        ProblemCode::UnknownTeam => (t!("invite_csv.fix_remove_all"), Fix::DropUnknownTeams),
        ProblemCode::UnknownRole => (t!("role.user"), Fix::UnknownRolesAs { role: Role::User }),
        ProblemCode::UnknownWorkspace => (purpose.instead_of_value(), Fix::UnknownWorkspacesAsDefault),
        ProblemCode::UnknownLanguage => (t!("invite_csv.fix_use_default"), Fix::UnknownLanguagesAsDefault),
        _ => return None,
    })
}

fn wrong_value(value: &ValueCount, known: &Known) -> WrongValue {
    let replace = |label: String, to: String| {
        (label, Fix::ReplaceValue { field: value.field, from: value.value.clone(), to })
    };
    let choices = match value.field {
        Field::Role => [(Role::User, t!("role.user"), "User"), (Role::Admin, t!("role.admin"), "Admin")]
            .into_iter()
            .filter(|(role, ..)| known.roles.as_ref().is_none_or(|roles| roles.contains(role)))
            .map(|(_, label, name)| replace(label, name.to_owned()))
            .collect(),
        _ => vec![replace(t!("invite_csv.fix_remove"), String::new())],
    };
    WrongValue {
        text: t!("invite_csv.wrong_value", value = value.value.as_str(), count = value.rows),
        choices,
        unknown: UnknownName::of(value),
        meant: value.suggestion.clone(),
    }
}

#[component]
pub(super) fn ProblemPanel(
    flow: Flow,
    /// The number of the row that had the focus last.
    at_row: RwSignal<u64>,
    /// Called with the position among all rows to go to.
    on_go_to: Callback<u64>,
    /// Called to go to the next problem of any kind.
    on_next: Callback<()>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let kinds = |known: &Known| {
            let purpose = flow.purpose.get();
            flow.step.with(|step| step.checked().map(|checked| kinds(&checked.summary, known, purpose)))
        };
        flow.known.with(kinds).unwrap_or_default()
    });
    let count_of = move |count: fn(&Summary) -> u64| {
        Memo::new(move |_| flow.step.with(|step| step.checked().map_or(0, |checked| count(&checked.summary))))
    };
    // A filter by a kind that is gone would show nothing, and nothing would say why.
    Effect::new(move |_| {
        let is_gone = |code| !found.with(|found| found.iter().any(|kind| kind.code == code));
        let is_checked = flow.step.with(|step| step.checked().is_some());
        if is_checked && matches!(flow.filter.get(), Filter::Code(code) if is_gone(code)) {
            flow.filter.set(Filter::All);
        }
    });
    let suggestions = count_of(|summary| summary.rows_changed_by(&Fix::AcceptSuggestions));
    let left_out = count_of(|summary| summary.left_out);
    // What the latest change did; until another follows, or it is undone.
    let done = RwSignal::new(None::<(usize, String)>);
    let changes = Memo::new(move |_| {
        flow.step.with(|step| step.checked().map_or(0, |checked| checked.opened.changes.len()))
    });
    Effect::new(move |_| {
        let count = changes.get();
        if done.with_untracked(|done| done.as_ref().is_some_and(|(at, _)| *at != count)) {
            done.set(None);
        }
    });
    let change = Callback::new(move |(change, said): (Change, String)| {
        spawn(async move {
            match flow.change(change).await {
                Ok(()) => {
                    // The panel may be gone.
                    if let Some(at) = changes.try_get_untracked() {
                        done.set(Some((at, said.clone())));
                    }
                    announce(said);
                    dom::keep_focus(TITLE);
                    on_changed.try_run(());
                }
                Err(JobError::Cancelled) => {}
                Err(error) => notify(Tone::Failure, labels::job_error(error)),
            }
        });
    });
    let apply = Callback::new(move |fix: Fix| change.run((Change::Fix(fix), t!("invite_csv.fixed"))));
    let accept_all = Callback::new(move |()| apply.run(Fix::AcceptSuggestions));
    let take_in = Callback::new(move |()| {
        let all = Change::LeaveOut { filter: Filter::LeftOut, row: None, out: false };
        change.run((all, t!("invite_csv.rows_taken_in")));
    });
    let shared = Shared { flow, at_row, on_go_to, on_changed, change, apply };
    view! {
        <section id=PANEL class="review-panel" aria-labelledby=TITLE>
            <div class="panel-head">
                <h3 id=TITLE tabindex="-1">{t!("invite_csv.fixes_title")}</h3>
                <Button icon=IconName::Alert on_press=on_next>{t!("invite_csv.next_problem")}</Button>
            </div>
            {move || done.get().map(|(_, said)| view! {
                <p class="panel-outcome"><Icon name=IconName::Check />{said}</p>
            })}
            <Show when=move || found.with(Vec::is_empty) && left_out.get() == 0>
                <p class="quiet">{t!("invite_csv.no_problems")}</p>
            </Show>
            {move || Some(suggestions.get()).filter(|count| *count > 0).map(|count| view! {
                <div class="kind" role="group" aria-labelledby="kind-suggestions">
                    <p id="kind-suggestions" class="kind-name"><Icon name=IconName::Info />{t!("invite_csv.fix_typos", count = count)}</p>
                    <div class="actions"><Button on_press=accept_all>{t!("invite_csv.fix_typos_accept")}</Button></div>
                </div>
            })}
            // What has changed is drawn anew, so that the focus does not stay at a button that is now another's.
            <For each=move || found.get() key=|kind| format!("{kind:?}") let:kind><KindOfProblem kind shared /></For>
            {move || Some(left_out.get()).filter(|count| *count > 0).map(|count| view! {
                <div class="kind" role="group" aria-labelledby="kind-left-out">
                    <p id="kind-left-out" class="kind-name"><Icon name=IconName::Close />{t!("invite_csv.left_out_count", count = count)}</p>
                    <div class="actions"><Button on_press=take_in>{t!("invite_csv.take_all_in")}</Button></div>
                </div>
            })}
            <div class="panel-foot">
                <div class="actions"><SaveButtons flow /></div>
                <p id=GRID_HINT class="quiet small">{t!("invite_csv.grid_hint")}</p>
            </div>
        </section>
    }
}

/// What the kinds share.
#[derive(Clone, Copy)]
struct Shared {
    flow: Flow,
    at_row: RwSignal<u64>,
    on_go_to: Callback<u64>,
    on_changed: Callback<()>,
    /// Makes a change, and announces it.
    change: Callback<(Change, String)>,
    apply: Callback<Fix>,
}

#[component]
fn KindOfProblem(kind: ProblemKind, shared: Shared) -> impl IntoView {
    let Shared { flow, at_row, on_go_to, on_changed, change, apply } = shared;
    let ProblemKind { code, rows, for_all, values } = kind;
    let (tone, icon, word) = labels::severity(code.severity());
    let name_id = format!("kind-{}", code.name());
    let own = Filter::Code(code);
    let is_shown = move || flow.filter.get() == own;
    let toggle =
        move |_| flow.filter.update(|filter| *filter = if *filter == own { Filter::All } else { own });
    let next = Callback::new(move |()| {
        spawn(async move {
            let turn = flow.jumps.begin();
            if let Ok(Some(next)) = next_of_kind(code, at_row.get_untracked()).await
                && turn.is_some_and(Turn::counts)
            {
                on_go_to.try_run(next.position);
                announce(t!("invite_csv.at_row", row = next.row));
            }
        });
    });
    let leave_out = Callback::new(move |()| {
        change.run((
            Change::LeaveOut { filter: own, row: None, out: true },
            t!("invite_csv.rows_left_out", count = rows),
        ));
    });
    // Several kinds have these buttons.
    let of_kind = move || {
        view! { <span class="visually-hidden">{t!("common.of", text = labels::code(code))}</span> }
    };
    view! {
        <div class="kind" role="group" aria-labelledby=name_id>
            <p class=format!("kind-name kind-{}", tone.class())>
                <Icon name=icon /><span class="visually-hidden">{word}": "</span><span id=name_id.clone()>{labels::code(code)}</span>
            </p>
            <div class="actions">
                <button type="button" class="filter" aria-pressed=move || is_shown().to_string() on:click=toggle>
                    {t!("invite_csv.kind_rows", count = rows)}
                </button>
                <Button kind=ButtonKind::Quiet on_press=next>{t!("invite_csv.kind_next")}{of_kind()}</Button>
                <Button kind=ButtonKind::Quiet on_press=leave_out>{t!("invite_csv.leave_rows_out")}{of_kind()}</Button>
            </div>
            {(!values.is_empty() || !for_all.is_empty()).then(|| view! {
                <ul class="fixes">
                    {values.into_iter().enumerate().map(|(place, value)| view! {
                        <li>
                            <span>{value.text.clone()}</span>
                            <span class="actions">
                                {value.unknown.map(|unknown| view! { <Instead flow place unknown meant=value.meant apply on_changed /> })}
                                {choices(value.choices, Some(&value.text), apply)}
                            </span>
                        </li>
                    }).collect_view()}
                    {(!for_all.is_empty()).then(|| view! {
                        <li><span>{t!("invite_csv.for_all_of_kind")}</span><span class="actions">{choices(for_all, None, apply)}</span></li>
                    })}
                </ul>
            })}
        </div>
    }
}

/// The buttons for a value, whose name tells screen readers several of them apart.
fn choices(choices: Vec<(String, Fix)>, of: Option<&str>, apply: Callback<Fix>) -> impl IntoView + use<> {
    let of = of.map(|of| t!("common.of", text = of));
    let button = move |(label, fix): (String, Fix)| {
        let of = of.clone();
        view! {
            <Button on_press=Callback::new(move |()| apply.run(fix.clone()))>
                {label}{of.map(|of| view! { <span class="visually-hidden">{of}</span> })}
            </Button>
        }
    };
    choices.into_iter().map(button).collect_view()
}

/// What can be done, in all rows at once, about a name that the account does not have: replace it by one of the
/// account's, or create it.
#[component]
fn Instead(
    flow: Flow,
    /// The place of the value among those of its kind.
    place: usize,
    unknown: UnknownName,
    /// Chosen from the start.
    meant: Option<String>,
    apply: Callback<Fix>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let chosen = RwSignal::new(meant.unwrap_or_default());
    let creation = Submission::new();
    let is_inviting = flow.purpose.get_untracked().has_account();
    let creatable = matches!(unknown, UnknownName::Team(_)) && is_inviting;
    let [label, choose, choose_first] = unknown.words();
    let id =
        format!("{}-instead-{place}", if unknown.field() == Field::Teams { "team" } else { "workspace" });
    let unknown = StoredValue::new(unknown);
    let names =
        Memo::new(move |_| flow.known.with(|known| unknown.with_value(|unknown| unknown.instead(known))));
    let options = Signal::derive(move || {
        let names = names.get().into_iter().map(|name| SelectOption::new(name.clone(), name));
        std::iter::once(SelectOption::new("", choose.clone())).chain(names).collect::<Vec<_>>()
    });
    let none_chosen = Signal::derive(move || chosen.with(String::is_empty).then(|| choose_first.clone()));
    let replace = Callback::new(move |()| {
        let to = chosen.get_untracked();
        apply.run(unknown.with_value(|unknown| Fix::ReplaceValue {
            field: unknown.field(),
            from: unknown.name().to_owned(),
            to,
        }));
    });
    let create = Callback::new(move |()| {
        let name = unknown.with_value(|unknown| unknown.name().to_owned());
        creation.attempt(async move {
            let name = flow.create_team(name).await?;
            notify(Tone::Success, t!("teams.created", team = name));
            on_changed.try_run(());
            Ok(())
        });
    });
    view! {
        <Select
            id
            label
            label_hidden=true
            options
            value=chosen
            on_change=Callback::new(move |name| chosen.set(name))
        />
        <Button disabled_reason=none_chosen on_press=replace>{t!("invite_csv.fix_replace")}</Button>
        {creatable.then(|| view! {
            <Button busy=creation.busy on_press=create>{t!("invite_csv.fix_team_create")}</Button>
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u5_an_unknown_team_or_workspace_can_be_replaced_by_one_of_the_accounts() {
        let known = Known {
            teams: Some(vec!["North".into()]),
            workspaces: Some(vec!["Default".into(), "Asia".into()]),
            ..Known::default()
        };
        let of = |field| {
            let value = ValueCount {
                code: ProblemCode::UnknownTeam,
                field,
                value: "Nowhere".into(),
                rows: 2,
                suggestion: None,
            };
            UnknownName::of(&value).map(|unknown| (unknown.field(), unknown.instead(&known)))
        };
        assert_eq!(of(Field::Teams), Some((Field::Teams, vec!["North".into()])));
        assert_eq!(of(Field::Workspace), Some((Field::Workspace, vec!["Default".into(), "Asia".into()])));
        assert_eq!(of(Field::Role), None);
    }
}
