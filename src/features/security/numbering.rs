//! What is wrong with the numbers of events, above the log.

use api_types::{AuditIntegrity, AuditNumbering, AuditNumbers};
use leptos::prelude::*;

use crate::data::{Load, Loader, Retry};
use crate::i18n;
use crate::t;
use crate::ui::{Icon, IconName, Note, Tone};

/// Events that are missing, and what was deleted for its age; nothing where the log is whole.
#[component]
pub(super) fn Numbering(
    numbering: Loader<AuditNumbering>,
    /// Whether the log itself is there. Where it is not, it says why.
    has_log: Signal<bool>,
    load: Callback<()>,
) -> impl IntoView {
    let retry = Retry::new(numbering.busy, move || load.run(()));
    move || {
        numbering.state.with(|state| match state {
            Load::Ready(found) => Some(shown(found).into_any()),
            Load::Failed(failure) if has_log.get() => {
                Some(retry.saying(t!("security.numbering_unknown").into(), failure))
            }
            Load::Loading | Load::Failed(_) => None,
        })
    }
}

fn shown(found: &AuditNumbering) -> impl IntoView + use<> {
    let mut wrong: Vec<_> = found.missing.iter().map(|gap| missing(*gap, found.last)).collect();
    match found.count {
        AuditIntegrity::Unchanged | AuditIntegrity::NoCode => {}
        AuditIntegrity::Changed => wrong.push(t!("security.count_changed")),
        AuditIntegrity::KeyMissing => wrong.push(t!("security.count_key_missing")),
    }
    wrong.extend(
        found.unproven.iter().map(|run| {
            t!("security.unproven", first = i18n::number(run.first), last = i18n::number(run.last))
        }),
    );
    let deleted = found.deleted.iter().map(|run| run.last).max();
    view! {
        {(!wrong.is_empty()).then(|| view! {
            <div class="note note-warning" role="alert">
                <Icon name=IconName::Alert />
                <div class="stack">
                    {wrong.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                </div>
            </div>
        })}
        {deleted.map(|number| view! {
            <Note tone=Tone::Quiet>{t!("security.deleted_to", number = number)}</Note>
        })}
    }
}

/// A gap between two numbers, at the beginning or at the end.
fn missing(gap: AuditNumbers, last: u64) -> String {
    let count = gap.last - gap.first + 1;
    let (before, after) = (gap.first - 1, gap.last + 1);
    match gap.last == last {
        true => t!("security.missing_at_end", count = count, before = before),
        false => t!("security.missing", count = count, before = before, after = after),
    }
}
