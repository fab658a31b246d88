use leptos::prelude::*;
use roster::{ColumnInfo, Target};

use super::choice::Choice;
use super::for_all::ForAll;
use super::labels;
use super::state::Flow;
use super::step::{Purpose, STEP_HEADING, Step};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Column, Failed, IconName, Note, Select, SelectOption, Status, Table, Tone, announce,
};

/// Which column is which field.
#[component]
pub(super) fn MappingStep(flow: Flow) -> impl IntoView {
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
        {(flow.purpose.get_untracked() == Purpose::Change).then(|| view! { <ForAll flow /> })}
        <div class="actions">
            <Button kind=ButtonKind::Primary disabled_reason=blocked on_press=Callback::new(move |()| flow.check())>
                {term!("common.next")}
            </Button>
            <Button on_press=Callback::new(move |()| flow.back_to(0))>{t!("common.back")}</Button>
        </div>
    }
}

/// The columns with three samples each, and the field that each is mapped to.
#[component]
fn Columns(flow: Flow) -> impl IntoView {
    let found = flow
        .step
        .with_untracked(|step| step.opened().map(|opened| opened.columns.clone()))
        .unwrap_or_default();
    let has_several = found.len() > 1;
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
    let columns = vec![
        Column::row_head(t!("invite_csv.column"), |column: &ColumnInfo| view! { <bdi>{name(column)}</bdi> }),
        Column::new(t!("invite_csv.samples"), |column: &ColumnInfo| {
            let samples = column.samples.iter().map(|sample| view! { <li><bdi>{sample.clone()}</bdi></li> });
            view! { <ul class="samples">{samples.collect_view()}</ul> }
        }),
        Column::new(t!("invite_csv.target"), move |column: &ColumnInfo| {
            let (index, choice) = (column.index as usize, choice(flow, column));
            view! {
                <Select
                    id=format!("column-{index}")
                    label=t!("invite_csv.target_of", column = name(column))
                    label_hidden=true
                    options=options.clone()
                    value=Signal::derive(move || choice.get().name().to_owned())
                    on_change=Callback::new(move |name: String| flow.map(index, Choice::from_name(&name)))
                />
            }
        }),
        Column::new(t!("invite_csv.confidence"), move |column: &ColumnInfo| {
            let is_taken = untrack(|| flow.takes(column.target));
            let (choice, proposed) =
                (choice(flow, column), Choice::Only(if is_taken { column.target } else { Target::Ignore }));
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
        }),
    ];
    Table::new(t!("invite_csv.mapping_title"), columns).class("mapping").rows(found)
}

fn name(column: &ColumnInfo) -> String {
    if column.header.trim().is_empty() {
        t!("invite_csv.column_number", number = column.index + 1)
    } else {
        column.header.clone()
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
