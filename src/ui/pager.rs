//! Paging through a list by the cursors of its pages.

use leptos::prelude::*;

use super::{Button, Icon, IconName};
use crate::t;

/// The visited pages of a list, by their cursors. The first page has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trail(Vec<Option<String>>);

impl Default for Trail {
    fn default() -> Self {
        Self(vec![None])
    }
}

impl Trail {
    /// Notes that `next` follows `here`, and forgets what followed `here` before.
    pub(crate) fn forward(&mut self, here: Option<&str>, next: String) {
        match self.position(here) {
            Some(at) => self.0.truncate(at + 1),
            // Reached by its address: what was before it is not known.
            None => self.0 = vec![None, here.map(str::to_owned)],
        }
        self.0.push(Some(next));
    }

    /// The page before `here`; the first page if the path is unknown, for example after following a link.
    pub(crate) fn before(&self, here: Option<&str>) -> Option<String> {
        let at = self.position(here)?.checked_sub(1)?;
        self.0.get(at).cloned().flatten()
    }

    fn position(&self, here: Option<&str>) -> Option<usize> {
        self.0.iter().position(|cursor| cursor.as_deref() == here)
    }
}

/// What follows the page shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextPage {
    /// The page is being loaded.
    Loading,
    /// The page could not be loaded.
    Unknown,
    Nothing,
    /// The page with this cursor.
    At(String),
}

/// Which items are shown, and the buttons for the previous and the next page, which are absent while everything fits on
/// one.
#[component]
pub(crate) fn Pager(
    #[prop(into)] label: String,
    /// The cursor of the page shown; `None` on the first.
    #[prop(into)]
    here: Signal<Option<String>>,
    #[prop(into)] next: Signal<NextPage>,
    /// Which items of how many are on the page.
    #[prop(optional, into)]
    range: Signal<String>,
    /// Called with the cursor of the page to go to.
    on_turn: Callback<Option<String>>,
) -> impl IntoView {
    let trail = StoredValue::new(Trail::default());
    let first = Signal::derive(move || here.with(Option::is_none).then(|| t!("pager.first")));
    let last = Signal::derive(move || {
        next.with(|next| match next {
            NextPage::Loading => Some(t!("common.loading")),
            NextPage::Unknown => Some(t!("pager.not_loaded")),
            NextPage::Nothing => Some(t!("pager.last")),
            NextPage::At(_) => None,
        })
    });
    let back = move |()| {
        let cursor = here.with_untracked(|here| trail.with_value(|trail| trail.before(here.as_deref())));
        on_turn.run(cursor);
    };
    let forward = move |()| {
        let NextPage::At(cursor) = next.get_untracked() else { return };
        here.with_untracked(|here| {
            trail.update_value(|trail| trail.forward(here.as_deref(), cursor.clone()))
        });
        on_turn.run(Some(cursor));
    };
    let needed =
        Memo::new(move |_| here.with(Option::is_some) || next.with(|next| matches!(next, NextPage::At(_))));
    view! {
        <div class="pager">
            <span class="pager-range">{range}</span>
            <Show when=move || needed.get()>
                <nav aria-label=label.clone()>
                    <Button disabled_reason=first on_press=Callback::new(back)>
                        <Icon name=IconName::Back />{t!("pager.previous")}
                    </Button>
                    <Button disabled_reason=last on_press=Callback::new(forward)>{t!("pager.next")}</Button>
                </nav>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_the_way_walked() {
        let mut trail = Trail::default();
        trail.forward(None, "b".into());
        trail.forward(Some("b"), "c".into());
        assert_eq!(trail.before(Some("c")).as_deref(), Some("b"));
        assert_eq!(trail.before(Some("b")), None);
    }

    #[test]
    fn the_browsers_back_button_does_not_confuse_it() {
        let mut trail = Trail::default();
        trail.forward(None, "b".into());
        trail.forward(Some("b"), "c".into());
        // Back on the first page by other means, then on to a page that is new by now.
        trail.forward(None, "x".into());
        assert_eq!(trail.before(Some("x")), None);
    }

    #[test]
    fn a_linked_page_leads_back_to_the_first() {
        assert_eq!(Trail::default().before(Some("unheard of")), None);
    }

    #[test]
    fn a_page_after_a_linked_one_leads_back_to_it() {
        let mut trail = Trail::default();
        trail.forward(Some("b"), "c".into());
        assert_eq!(trail.before(Some("c")).as_deref(), Some("b"));
        assert_eq!(trail.before(Some("b")), None);
    }
}
