//! One kind of problem: its rows, and what solves it in all of them.

use leptos::prelude::*;
use roster::{Filter, Fix};

use super::instead::Instead;
use super::kinds::{ProblemKind, WrongValue};
use super::shared::Shared;
use super::unfolding::Line;
use crate::data::Turn;
use crate::features::people_file::labels;
use crate::features::people_file::seek::next_of_kind;
use crate::features::people_file::step::Change;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, Icon, announce};

#[component]
pub(super) fn KindOfProblem(kind: ProblemKind, shared: Shared) -> impl IntoView {
    let Shared { first, unfolding, .. } = shared;
    let code = kind.code;
    let (tone, icon, word) = labels::severity(code.severity());
    let rows = kind.rows;
    let head = view! {
        <span class=format!("line-mark kind-{}", tone.class())><Icon name=icon /></span>
        <span class="line-text"><span class="visually-hidden">{word}": "</span>{labels::kind(code)}</span>
        <strong>{i18n::number(rows)}</strong>
    };
    let is_first = Signal::derive(move || first.get() == Some(code));
    let kind = StoredValue::new(kind);
    view! {
        <div class="kind" role="group" aria-label=labels::code(code)>
            <Line unfolding name=code.name().to_owned() usual=is_first head=head.into_any()>
                {move || kind.with_value(|kind| unfolded(kind.clone(), shared))}
            </Line>
        </div>
    }
}

/// What to do about a kind, where its rows are, and its values.
fn unfolded(kind: ProblemKind, shared: Shared) -> AnyView {
    let Shared { flow, at_row, on_go_to, change, apply, .. } = shared;
    let ProblemKind { code, rows, for_all, values } = kind;
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
    let is_single = values.len() == 1;
    view! {
        {Some(labels::advice(code)).filter(|advice| !advice.is_empty()).map(|advice| view! { <p class="kind-advice">{advice}</p> })}
        <div class="actions">
            <button type="button" class="filter" aria-pressed=move || is_shown().to_string() on:click=toggle>
                {t!("invite_csv.kind_rows", count = rows)}
            </button>
            <Button kind=ButtonKind::Quiet on_press=next>{t!("invite_csv.kind_next")}{of_kind()}</Button>
            <Button kind=ButtonKind::Quiet on_press=leave_out>{t!("invite_csv.leave_rows_out")}{of_kind()}</Button>
        </div>
        {(!values.is_empty() || !for_all.is_empty()).then(|| view! {
            <ul class="fixes">
                {(!for_all.is_empty()).then(|| view! {
                    <li><span>{t!("invite_csv.for_all_of_kind")}</span><span class="actions">{choices(for_all, None, apply)}</span></li>
                })}
                {values.into_iter().enumerate().map(|(place, value)| view! {
                    <li>{wrong_value(value, place, is_single, shared)}</li>
                }).collect_view()}
            </ul>
        })}
    }
    .into_any()
}

/// A value with the few buttons that replace it, or as a line that unfolds the account's names.
fn wrong_value(value: WrongValue, place: usize, is_single: bool, shared: Shared) -> AnyView {
    let Shared { flow, on_changed, apply, unfolding, .. } = shared;
    let WrongValue { text, choices: offered, unknown, meant } = value;
    let Some(unknown) = unknown else {
        return view! {
            <span>{text.clone()}</span>
            <span class="actions">{choices(offered, Some(&text), apply)}</span>
        }
        .into_any();
    };
    let head = view! { <span class="line-text">{text.clone()}</span> };
    let name = format!("{}/{}", unknown.field().name(), unknown.name());
    view! {
        <Line unfolding name usual=is_single head=head.into_any()>
            <span class="actions">
                <Instead flow place unknown=unknown.clone() meant=meant.clone() apply on_changed />
                {choices(offered.clone(), Some(&text), apply)}
            </span>
        </Line>
    }
    .into_any()
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
