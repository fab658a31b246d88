use leptos::prelude::*;
use roster::{ColumnInfo, Target};

use super::choice::Choice;
use super::file_card::first_rows;
use super::for_all::ForAll;
use super::invite_dialog::Asked;
use super::labels;
use super::state::Flow;
use super::step::{STEP_HEADING, Step};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Failed, IconName, Note, Select, SelectOption, Status, Tone, announce};

/// Which column is which field.
#[component]
pub(super) fn MappingStep(flow: Flow, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let trouble = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Mapping { trouble, .. } => trouble.as_ref().map(labels::trouble),
            _ => None,
        })
    });
    let has_email = Memo::new(move |_| {
        flow.step
            .with(|step| step.opened().is_some_and(|opened| opened.mapping.column(Target::Email).is_some()))
    });
    let blocked = Signal::derive(move || (!has_email.get()).then(|| t!("invite_csv.no_email_column")));
    let remembered =
        Memo::new(move |_| flow.step.with(|step| step.opened().is_some_and(|opened| opened.remembered)));
    let has_further = Memo::new(move |_| {
        flow.step.with(|step| step.opened().is_some_and(|opened| Choice::has_further(&opened.mapping)))
    });
    let differs = Memo::new(move |_| {
        flow.step.with(|step| step.opened().is_some_and(|opened| opened.mapping.targets != opened.proposal()))
    });
    let as_proposed = Signal::derive(move || (!differs.get()).then(|| t!("invite_csv.mapping_proposed")));
    let propose = Callback::new(move |()| {
        flow.propose();
        announce(t!("invite_csv.mapping_proposed"));
    });
    let can_check_ahead = Memo::new(move |_| flow.can_check_ahead());
    let mapping =
        Memo::new(move |_| flow.step.with(|step| step.opened().map(|opened| opened.mapping.clone())));
    Effect::new(move |_| {
        mapping.track();
        if can_check_ahead.get() {
            flow.check_ahead();
        }
    });
    // How many people there are to invite, where there is nothing to decide about them.
    let clear = Memo::new(move |_| {
        flow.step.with(|step| {
            let checked = step.checked().filter(|checked| checked.is_clear())?;
            Some(checked.summary.verdicts.invitable())
        })
    });
    let next = Callback::new(move |()| flow.check());
    let ask = Callback::new(move |()| asked.set(Some(Asked::Shortly)));
    view! {
        {move || trouble.get().map(|message| view! { <Failed message /> })}
        <section class="stack" aria-labelledby=STEP_HEADING>
            <h2 id=STEP_HEADING tabindex="-1">{t!("invite_csv.mapping_title")}</h2>
            <p class="quiet">{t!("invite_csv.mapping_text")}</p>
            {move || remembered.get().then(|| view! {
                <Note>{t!("invite_csv.mapping_remembered")}</Note>
            })}
            <div class="actions">
                <Button icon=IconName::Undo disabled_reason=as_proposed on_press=propose>
                    {t!("invite_csv.mapping_propose")}
                </Button>
            </div>
            <Columns flow />
            {move || has_further.get().then(|| view! { <Note>{t!("invite_csv.further_addresses_hint")}</Note> })}
        </section>
        {flow.purpose.get_untracked().changes().then(|| view! { <ForAll flow /> })}
        <div class="actions sticky-actions">
            {move || clear.get().map(|count| view! {
                <Button kind=ButtonKind::Primary icon=IconName::Mail on_press=ask>
                    {t!("invite_csv.invite_people", count = count)}
                </Button>
                <Button on_press=next>{t!("invite_csv.review_rows")}</Button>
            }.into_any()).unwrap_or_else(|| view! {
                <Button kind=ButtonKind::Primary disabled_reason=blocked on_press=next>{term!("common.next")}</Button>
            }.into_any())}
            <Button on_press=Callback::new(move |()| flow.back_to(0))>{t!("common.back")}</Button>
        </div>
    }
}

/// The head of the file as a table: above each of its columns the field that it is mapped to.
#[component]
fn Columns(flow: Flow) -> impl IntoView {
    let (columns, rows) = flow
        .step
        .with_untracked(|step| {
            let opened = step.opened()?;
            Some((opened.columns.clone(), first_rows(opened.head())))
        })
        .unwrap_or_default();
    let has_several = columns.len() > 1;
    let options: Vec<SelectOption> = flow
        .purpose
        .get_untracked()
        .targets(flow.action.get_untracked())
        .iter()
        .flat_map(|&target| {
            let further = (target == Target::Email && has_several).then_some(Choice::FurtherAddresses);
            std::iter::once(Choice::Only(target)).chain(further)
        })
        .map(|choice| SelectOption::new(choice.name(), labels::choice(choice)))
        .collect();
    let choices: Vec<Memo<Choice>> = columns.iter().map(|column| choice(flow, column)).collect();
    let is_ignored = move |choice: Option<Memo<Choice>>| {
        move || choice.is_some_and(|choice| choice.get() == Choice::Only(Target::Ignore))
    };
    let fields = columns.iter().zip(&choices).map(|(column, &choice)| {
        let index = column.index as usize;
        view! {
            <td>
                <Select
                    id=format!("column-{index}")
                    label=t!("invite_csv.target_of", column = name(column))
                    label_hidden=true
                    options=options.clone()
                    value=Signal::derive(move || choice.get().name().to_owned())
                    on_change=Callback::new(move |name: String| flow.map(index, Choice::from_name(&name)))
                />
                {match_of(flow, column, choice)}
            </td>
        }
    });
    let names = columns.iter().zip(&choices).map(|(column, &choice)| {
        view! { <th scope="col" class:ignored=is_ignored(Some(choice))><bdi>{name(column)}</bdi></th> }
    });
    let rows = rows.into_iter().map(|(number, cells)| {
        let cells = cells.into_iter().enumerate().map(|(index, cell)| {
            let is_ignored = is_ignored(choices.get(index).copied());
            view! { <td class:ignored=is_ignored><bdi>{cell}</bdi></td> }
        });
        view! { <tr><th scope="row" class="number">{i18n::number(number)}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="table-frame" tabindex="0" role="group" aria-label=t!("invite_csv.mapping_title")>
            <table class="preview mapping">
                <caption class="visually-hidden">{t!("invite_csv.mapping_title")}</caption>
                <thead>
                    <tr class="mapping-fields">
                        <th scope="row">{t!("invite_csv.target")}</th>
                        {fields.collect_view()}
                    </tr>
                    <tr>
                        <th scope="col" class="number">{t!("invite_csv.row")}</th>
                        {names.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// How sure the match is, or that the person has chosen it.
fn match_of(flow: Flow, column: &ColumnInfo, choice: Memo<Choice>) -> impl IntoView + use<> {
    let is_taken = untrack(|| flow.takes(column.target));
    let proposed = Choice::Only(if is_taken { column.target } else { Target::Ignore });
    let confidence = Some(column.confidence).filter(|_| is_taken).and_then(labels::confidence);
    move || {
        if choice.get() != proposed {
            Some(
                view! { <Status tone=Tone::Quiet icon=IconName::Person label=t!("invite_csv.chosen_by_you") /> },
            )
        } else {
            confidence.clone().map(|(tone, icon, label)| view! { <Status tone icon label /> })
        }
    }
}

fn name(column: &ColumnInfo) -> String {
    if column.header.trim().is_empty() {
        t!("invite_csv.column_number", number = column.index + 1)
    } else {
        labels::header(&column.header)
    }
}

/// What a column is for now.
fn choice(flow: Flow, column: &ColumnInfo) -> Memo<Choice> {
    let index = column.index as usize;
    Memo::new(move |_| {
        flow.step.with(|step| {
            let choice = step.opened().map(|opened| Choice::of(&opened.mapping, index));
            choice
                .filter(|choice| !matches!(choice, Choice::Only(target) if !flow.takes(*target)))
                .unwrap_or(Choice::Only(Target::Ignore))
        })
    })
}
