//! The chosen file: what it is, how it is read, and its first rows as read.

use leptos::prelude::*;
use roster::{Delimiter, Encoding, HeaderRow, Overrides};
use sheets::Sheet;

use super::chooser::Chooser;
use super::labels;
use super::state::{Flow, NEXT};
use super::step::{Head, Step};
use crate::i18n;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Icon, IconName, Note, Select, SelectOption};

/// Rows of the preview below the header.
const PREVIEWED: usize = 5;

#[component]
pub(super) fn FileCard(flow: Flow) -> impl IntoView {
    let file = Memo::new(move |_| {
        flow.step
            .with(|step| step.opened().map(|opened| (opened.chosen.file.name(), opened.chosen.file.size())))
    });
    let unreadable = Signal::derive(move || {
        let in_the_way = flow.step.with(|step| matches!(step, Step::Choosing { trouble: Some(_), .. }));
        in_the_way.then(|| t!("invite_csv.read_otherwise"))
    });
    view! {
        <section class="card" aria-labelledby="file-title">
            <h2 id="file-title" class="file-name">
                <Icon name=IconName::File />
                <bdi>{move || file.get().map(|(name, _)| name)}</bdi>
                <span class="quiet small">{move || file.get().map(|(_, size)| labels::file_size(size))}</span>
            </h2>
            <Reading flow />
            <Preview flow />
            <div class="actions">
                <Button
                    id=NEXT
                    kind=ButtonKind::Primary
                    disabled_reason=unreadable
                    on_press=Callback::new(move |()| flow.to_mapping())
                >
                    {term!("common.next")}
                </Button>
                <Chooser flow label=t!("invite_csv.choose_another") class="button" />
            </div>
        </section>
    }
}

/// The first rows of a file while the others are read; `reading` says so.
#[component]
pub(super) fn ReadingCard(flow: Flow, name: String, #[prop(into)] reading: Signal<String>) -> impl IntoView {
    // What had it is gone.
    dom::keep_focus("csv-file");
    view! {
        <section class="card" aria-labelledby="file-title">
            <h2 id="file-title" class="file-name">
                <Icon name=IconName::File />
                <bdi>{name}</bdi>
            </h2>
            <Preview flow />
            <div class="actions">
                <Button kind=ButtonKind::Primary disabled_reason=Signal::derive(move || Some(reading.get()))>
                    {term!("common.next")}
                </Button>
                <Chooser flow label=t!("invite_csv.choose_another") class="button" />
            </div>
        </section>
    }
}

/// A choice of how the file is read. Where that is asked about first, what was chosen before is shown again.
#[component]
fn ReadingChoice(
    flow: Flow,
    id: &'static str,
    label: String,
    options: Signal<Vec<SelectOption>>,
    value: Signal<String>,
    on_change: Callback<String>,
) -> impl IntoView {
    let shown = RwSignal::new(value.get_untracked());
    Effect::new(move |_| shown.set(value.get()));
    let choose = Callback::new(move |chosen: String| {
        shown.set(chosen.clone());
        on_change.run(chosen);
        if flow.replacing.is_asked() {
            dom::after_paint(move || {
                if let Some(value) = value.try_get_untracked() {
                    shown.try_set(value);
                }
            });
        }
    });
    view! { <Select id label options value=shown on_change=choose /> }
}

/// The sheet of a spreadsheet that has several.
#[component]
fn SheetChoice(flow: Flow) -> impl IntoView {
    let sheets = Memo::new(move |_| {
        flow.step.with(|step| {
            let content = &step.opened()?.content;
            let all: Vec<Sheet> = content.sheets().cloned().collect();
            (all.len() > 1)
                .then(|| (all, content.sheet().map(|sheet| sheet.name.clone()).unwrap_or_default()))
        })
    });
    let options = Signal::derive(move || {
        let all = sheets.get().map(|(all, _)| all).unwrap_or_default();
        all.into_iter()
            .map(|sheet| {
                let label = match sheet.hidden {
                    true => t!("invite_csv.sheet_hidden", name = sheet.name.as_str(), count = sheet.rows),
                    false => t!("invite_csv.sheet_rows", name = sheet.name.as_str(), count = sheet.rows),
                };
                SelectOption::new(sheet.name, label)
            })
            .collect()
    });
    let is_shown = Memo::new(move |_| sheets.with(Option::is_some));
    move || {
        is_shown.get().then(|| {
            view! {
                <ReadingChoice
                    flow
                    id="sheet"
                    label=t!("invite_csv.sheet")
                    options=options
                    value=Signal::derive(move || sheets.get().map(|(_, name)| name).unwrap_or_default())
                    on_change=Callback::new(move |name: String| flow.read_sheet(name))
                />
            }
        })
    }
}

/// Sheet, or encoding and delimiter, and header: detected, shown, and open to the user's correction.
#[component]
fn Reading(flow: Flow) -> impl IntoView {
    let current = Memo::new(move |_| {
        flow.step.with(|step| step.opened().map(|opened| (opened.dialect.clone(), opened.head.len())))
    });
    let change = move |change: &dyn Fn(&mut Overrides)| {
        let overrides = flow.step.with_untracked(|step| step.opened().map(|opened| opened.overrides.clone()));
        if let Some(mut overrides) = overrides {
            change(&mut overrides);
            flow.read_as(overrides);
        }
    };
    let encoding_options = Signal::derive(move || {
        let Some((dialect, _)) = current.get() else { return Vec::new() };
        encodings(dialect.encoding)
            .into_iter()
            .map(|encoding| SelectOption::new(encoding.name(), encoding.name()))
            .collect()
    });
    let delimiter_options = Signal::derive(move || {
        let Some((dialect, _)) = current.get() else { return Vec::new() };
        let mut delimiters = Delimiter::SNIFFED.to_vec();
        if !delimiters.contains(&dialect.delimiter) {
            delimiters.push(dialect.delimiter);
        }
        delimiters
            .into_iter()
            .map(|delimiter| SelectOption::new(delimiter, labels::delimiter(delimiter)))
            .collect()
    });
    let header_options = Signal::derive(move || {
        let rows = current.get().map_or(0, |(_, rows)| rows as u64);
        std::iter::once(SelectOption::new("none", t!("invite_csv.header_none")))
            .chain((1..=rows.min(20)).map(|row| {
                SelectOption::new(row.to_string(), t!("invite_csv.header_row", row = i18n::number(row)))
            }))
            .collect()
    });
    let dialect = move || current.get().map(|(dialect, _)| dialect);
    // Of a spreadsheet both are certain.
    let is_text = Memo::new(move |_| {
        flow.step.with(|step| step.opened().is_some_and(|opened| opened.content.sheet().is_none()))
    });
    let encoding = move || {
        view! {
                <ReadingChoice
                    flow
                    id="encoding"
                    label=t!("invite_csv.encoding")
                    options=encoding_options
                    value=Signal::derive(move || dialect().map(|dialect| dialect.encoding.name().to_owned()).unwrap_or_default())
                    on_change=Callback::new(move |label: String| change(&|overrides| overrides.encoding = Encoding::ALL.into_iter().find(|encoding| encoding.name() == label)))
                />
        }
    };
    let delimiter = move || {
        view! {
                <ReadingChoice
                    flow
                    id="delimiter"
                    label=t!("invite_csv.delimiter")
                    options=delimiter_options
                    value=Signal::derive(move || dialect().map(|dialect| String::from(dialect.delimiter)).unwrap_or_default())
                    on_change=Callback::new(move |text: String| change(&|overrides| overrides.delimiter = text.parse().ok()))
                />
        }
    };
    view! {
        <div class="three" role="group" aria-label=t!("invite_csv.reading_title")>
            <SheetChoice flow />
            {move || is_text.get().then(encoding)}
            {move || is_text.get().then(delimiter)}
            <ReadingChoice
                flow
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
            <Note>{t!("invite_csv.legacy_encoding", encoding = dialect.encoding.name())}</Note>
        })}
    }
}

/// A row of the preview: its number in the file, and its cells.
pub(super) type PreviewRow = (usize, Vec<String>);

/// The header's cells, or column numbers if there is none.
fn heads(head: Head<'_>) -> Vec<String> {
    match header(head).checked_sub(1).and_then(|at| head.records.get(at)) {
        Some(cells) => cells.iter().map(|cell| labels::header(cell)).collect(),
        None => {
            let numbers = 1..=head.columns;
            numbers.map(|number| t!("invite_csv.column_number", number = number)).collect()
        }
    }
}

/// The number of the header's row, 0 if there is none.
fn header(head: Head<'_>) -> usize {
    head.dialect.header_row.and_then(|row| usize::try_from(row).ok()).unwrap_or(0)
}

/// The first rows below the header.
pub(super) fn first_rows(head: Head<'_>) -> Vec<PreviewRow> {
    let numbered = head.records.iter().enumerate().map(|(at, cells)| (at + 1, cells.clone()));
    numbered.skip(header(head)).take(PREVIEWED).collect()
}

/// The first rows as read, which makes a wrong encoding or separator visible.
#[component]
fn Preview(flow: Flow) -> impl IntoView {
    let shown =
        Memo::new(move |_| flow.step.with(|step| step.head().map(|head| (heads(head), first_rows(head)))));
    let titles = Memo::new(move |_| {
        flow.step.with(|step| step.head().map_or(0, |head| header(head).saturating_sub(1)))
    });
    view! {
        {move || (titles.get() > 0).then(|| view! {
            <p class="quiet small">{t!("invite_csv.titles_skipped", count = titles.get())}</p>
        })}
        <div class="table-frame" tabindex="0" role="group" aria-label=t!("invite_csv.preview")>
            <table class="preview">
                <caption class="visually-hidden">{t!("invite_csv.preview")}</caption>
                {move || shown.get().map(|(heads, rows)| view! {
                    <thead><tr>
                        <th scope="col" class="number">{t!("invite_csv.row")}</th>
                        {heads.into_iter().map(|head| view! { <th scope="col"><bdi>{head}</bdi></th> }).collect_view()}
                    </tr></thead>
                    <tbody>{rows.into_iter().map(|(number, cells)| view! {
                        <tr>
                            <th scope="row" class="number">{i18n::number(number)}</th>
                            {cells.into_iter().map(|cell| view! { <td><bdi>{cell}</bdi></td> }).collect_view()}
                        </tr>
                    }).collect_view()}</tbody>
                })}
            </table>
        </div>
    }
}

/// The encodings to choose from, the file's own first.
fn encodings(current: Encoding) -> Vec<Encoding> {
    std::iter::once(current).chain(Encoding::ALL.into_iter().filter(|other| *other != current)).collect()
}
