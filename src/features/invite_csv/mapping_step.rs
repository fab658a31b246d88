use leptos::prelude::*;
use roster::{Confidence, Target};

use super::labels;
use super::state::Flow;
use super::step::{STEP_HEADING, Step};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Failed, Icon, IconName, Select, SelectOption, Status};

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
    view! {
        {move || trouble.get().map(|message| view! { <Failed message /> })}
        <section class="stack" aria-labelledby=STEP_HEADING>
            <h2 id=STEP_HEADING tabindex="-1">{t!("invite_csv.mapping_title")}</h2>
            <p class="quiet">{t!("invite_csv.mapping_text")}</p>
            {move || remembered.get().then(|| view! {
                <p class="note"><Icon name=IconName::Info />{t!("invite_csv.mapping_remembered")}</p>
            })}
            <Columns flow />
        </section>
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
    let columns = flow
        .step
        .with_untracked(|step| step.opened().map(|opened| opened.columns.clone()))
        .unwrap_or_default();
    let options: Vec<SelectOption> = Target::ALL
        .into_iter()
        .map(|target| SelectOption::new(target.name(), labels::target(target)))
        .collect();
    view! {
        <div class="table-frame">
            <table class="table mapping">
                <caption class="visually-hidden">{t!("invite_csv.mapping_title")}</caption>
                <thead><tr>
                    <th scope="col">{t!("invite_csv.column")}</th>
                    <th scope="col">{t!("invite_csv.samples")}</th>
                    <th scope="col">{t!("invite_csv.target")}</th>
                    <th scope="col">{t!("invite_csv.confidence")}</th>
                </tr></thead>
                <tbody>{columns.into_iter().enumerate().map(|(index, column)| {
                    let target = Memo::new(move |_| flow.step.with(|step| {
                        step.opened().and_then(|opened| opened.mapping.targets.get(index).copied()).unwrap_or_default()
                    }));
                    let name = if column.header.trim().is_empty() {
                        t!("invite_csv.column_number", number = index + 1)
                    } else {
                        column.header
                    };
                    let proposed = column.target;
                    let confidence = labels::confidence(column.confidence).filter(|_| column.confidence != Confidence::None);
                    view! {
                        <tr>
                            <th scope="row"><bdi>{name.clone()}</bdi></th>
                            <td data-label=t!("invite_csv.samples")>
                                <ul class="samples">{column.samples.into_iter().map(|sample| view! { <li><bdi>{sample}</bdi></li> }).collect_view()}</ul>
                            </td>
                            <td data-label=t!("invite_csv.target")>
                                <Select
                                    id=format!("column-{index}")
                                    label=t!("invite_csv.target_of", column = name)
                                    label_hidden=true
                                    options=options.clone()
                                    value=Signal::derive(move || target.get().name().to_owned())
                                    on_change=Callback::new(move |name: String| flow.map(index, Target::from_name(&name).unwrap_or_default()))
                                />
                            </td>
                            <td data-label=t!("invite_csv.confidence")>
                                {move || if target.get() != proposed {
                                    Some(view! { <Status tone="quiet" icon=IconName::Person label=t!("invite_csv.chosen_by_you") /> })
                                } else {
                                    confidence.clone().map(|(tone, icon, label)| view! { <Status tone icon label /> })
                                }}
                            </td>
                        </tr>
                    }
                }).collect_view()}</tbody>
            </table>
        </div>
    }
}
