use api_types::{MemberChangeBatch, MemberChangeQuery, MemberUndo, MemberVerdict};
use leptos::prelude::*;

use super::action::verdicts;
use super::labels;
use super::update::Update;
use crate::data::History;
use crate::i18n;
use crate::t;

/// One count, which is also a filter.
#[derive(Clone, PartialEq)]
struct Count {
    verdict: Option<MemberVerdict>,
    undo: Option<MemberUndo>,
    label: String,
    count: u32,
}

fn counts(batch: &MemberChangeBatch) -> Vec<Count> {
    let all =
        Count { verdict: None, undo: None, label: t!("batches.all_rows"), count: batch.verdicts.total() };
    let of_verdicts = verdicts(batch).into_iter().map(|(verdict, count)| Count {
        verdict: Some(verdict),
        undo: None,
        label: labels::verdict(verdict).1,
        count,
    });
    let mut undone = batch.undone;
    let of_undos = MemberUndo::ALL.map(|undo| (undo, *undone.of(undo))).into_iter();
    let of_undos = of_undos.filter(|(_, count)| *count > 0).map(|(undo, count)| Count {
        verdict: None,
        undo: Some(undo),
        label: labels::undo(undo).1,
        count,
    });
    std::iter::once(all).chain(of_verdicts).chain(of_undos).collect()
}

/// The rows by verdict, on buttons that filter the list.
#[component]
pub(super) fn Counts(update: Update, batch: Memo<MemberChangeBatch>) -> impl IntoView {
    let chosen = Memo::new(move |_| update.query.with(|query| (query.verdict, query.undo)));
    let counts = Memo::new(move |_| batch.with(counts));
    let toggle = move |count: &Count| {
        let is_chosen = chosen.get_untracked() == (count.verdict, count.undo);
        let (verdict, undo) = if is_chosen { (None, None) } else { (count.verdict, count.undo) };
        update.go.run((MemberChangeQuery { verdict, undo, cursor: None, limit: None }, History::Push));
    };
    view! {
        <div class="filters" role="group" aria-label=t!("batches.filter")>
            <For each=move || counts.get() key=|count| (count.verdict, count.undo) let:count>
                <button
                    type="button"
                    class="filter"
                    aria-pressed={
                        let (verdict, undo) = (count.verdict, count.undo);
                        move || (chosen.get() == (verdict, undo)).to_string()
                    }
                    on:click={
                        let count = count.clone();
                        move |_| toggle(&count)
                    }
                >
                    {count.label.clone()}" "<strong>{
                        let count = count.clone();
                        move || i18n::number(number_of(counts, &count))
                    }</strong>
                </button>
            </For>
        </div>
    }
}

/// Reactive: the button stays, and with it the focus, while its number changes.
fn number_of(counts: Memo<Vec<Count>>, of: &Count) -> u32 {
    let is_it = |count: &&Count| (count.verdict, count.undo) == (of.verdict, of.undo);
    counts.with(|counts| counts.iter().find(is_it).map_or(0, |count| count.count))
}
