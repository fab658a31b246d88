use leptos::prelude::*;
use roster::{Confidence, Delimiter, Encoding, HeaderRow, Overrides, Target};

use super::flow::{Flow, Opened, Step, encodings};
use super::words;
use crate::i18n;
use crate::t;
use crate::ui::{Button, ButtonKind, Failed, Icon, IconName, Select, SelectOption, Status};

/// How the file is read, and which column is which field.
#[component]
pub(super) fn MappingStep(flow: Flow) -> impl IntoView {
    let trouble = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Mapping { trouble, .. } => trouble.as_ref().map(words::trouble),
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
    // A new way of reading is a new table; a new target is not.
    let reading = Memo::new(move |_| {
        flow.step.with(|step| step.opened().map(|opened| (opened.dialect.clone(), opened.columns.clone())))
    });
    view! {
        {move || trouble.get().map(|message| view! { <Failed message /> })}
        <Reading flow />
        <section class="stack" aria-labelledby="mapping-title">
            <h2 id="mapping-title">{t!("invite_csv.mapping_title")}</h2>
            <p class="quiet">{t!("invite_csv.mapping_text")}</p>
            {move || remembered.get().then(|| view! {
                <p class="note"><Icon name=IconName::Info />{t!("invite_csv.mapping_remembered")}</p>
            })}
            {move || {
                reading.track();
                view! { <Columns flow /> }
            }}
        </section>
        <div class="actions">
            <Button on_press=Callback::new(move |()| flow.back_to(0))>{t!("common.back")}</Button>
            <Button kind=ButtonKind::Primary disabled_reason=blocked on_press=Callback::new(move |()| flow.check())>
                {t!("common.next")}
            </Button>
        </div>
    }
}

fn opened(flow: Flow) -> Option<Opened> {
    flow.step.with_untracked(|step| step.opened().cloned())
}

/// Encoding, delimiter and header: found out, shown, and the person's to override.
#[component]
fn Reading(flow: Flow) -> impl IntoView {
    let current = Memo::new(move |_| {
        flow.step.with(|step| {
            step.opened().map(|opened| {
                (opened.file.name(), opened.dialect.clone(), opened.overrides.clone(), opened.head.len())
            })
        })
    });
    let change = move |change: &dyn Fn(&mut Overrides)| {
        if let Some(opened) = opened(flow) {
            let mut overrides = opened.overrides;
            change(&mut overrides);
            flow.read_as(overrides);
        }
    };
    let encoding_options = Signal::derive(move || {
        let Some((_, dialect, ..)) = current.get() else { return Vec::new() };
        encodings(dialect.encoding)
            .into_iter()
            .map(|encoding| SelectOption::new(encoding.name(), encoding.name()))
            .collect()
    });
    let delimiter_options = Signal::derive(move || {
        let Some((_, dialect, ..)) = current.get() else { return Vec::new() };
        let mut delimiters = Delimiter::SNIFFED.to_vec();
        if !delimiters.contains(&dialect.delimiter) {
            delimiters.push(dialect.delimiter);
        }
        delimiters
            .into_iter()
            .map(|delimiter| SelectOption::new(delimiter, words::delimiter(delimiter)))
            .collect()
    });
    let header_options = Signal::derive(move || {
        let rows = current.get().map_or(0, |(.., rows)| rows as u64);
        std::iter::once(SelectOption::new("none", t!("invite_csv.header_none")))
            .chain((1..=rows.min(20)).map(|row| {
                SelectOption::new(row.to_string(), t!("invite_csv.header_row", row = i18n::number(row)))
            }))
            .collect()
    });
    let dialect = move || current.get().map(|(_, dialect, ..)| dialect);
    view! {
        <section class="card" aria-labelledby="reading-title">
            <h2 id="reading-title">{t!("invite_csv.reading_title")}" "<bdi>{move || current.get().map(|(name, ..)| name)}</bdi></h2>
            <div class="three">
                <Select
                    id="encoding"
                    label=t!("invite_csv.encoding")
                    options=encoding_options
                    value=Signal::derive(move || dialect().map(|dialect| dialect.encoding.name().to_owned()).unwrap_or_default())
                    on_change=Callback::new(move |label: String| change(&|overrides| overrides.encoding = Encoding::ALL.into_iter().find(|encoding| encoding.name() == label)))
                />
                <Select
                    id="delimiter"
                    label=t!("invite_csv.delimiter")
                    options=delimiter_options
                    value=Signal::derive(move || dialect().map(|dialect| String::from(dialect.delimiter)).unwrap_or_default())
                    on_change=Callback::new(move |text: String| change(&|overrides| overrides.delimiter = text.parse().ok()))
                />
                <Select
                    id="header"
                    label=t!("invite_csv.header")
                    options=header_options
                    value=Signal::derive(move || dialect().and_then(|dialect| dialect.header_row).map_or_else(|| "none".to_owned(), |row| row.to_string()))
                    on_change=Callback::new(move |text: String| change(&|overrides| {
                        overrides.header_row = Some(text.parse().map_or(HeaderRow::None, HeaderRow::At));
                    }))
                />
            </div>
            {move || dialect().filter(|dialect| !matches!(dialect.encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be)).map(|dialect| view! {
                <p class="note"><Icon name=IconName::Info />{t!("invite_csv.legacy_encoding", encoding = dialect.encoding.name())}</p>
            })}
        </section>
    }
}

/// The columns with three samples each and the field they are taken for.
#[component]
fn Columns(flow: Flow) -> impl IntoView {
    let columns = opened(flow).map(|opened| opened.columns).unwrap_or_default();
    let options: Vec<SelectOption> = Target::ALL
        .into_iter()
        .map(|target| SelectOption::new(target.name(), words::target(target)))
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
                    let confidence = words::confidence(column.confidence).filter(|_| column.confidence != Confidence::None);
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
