//! People chosen from a list, and the bar with what can be done to them.

use std::collections::HashMap;

use api_types::{List, User, UserId};
use leptos::prelude::*;

use crate::api::Failure;
use crate::data::{AllPages, Progress};
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, ProgressBar, Selection, attempt};

const COUNT: &str = "chosen-count";
const STOP: &str = "chosen-stop";

/// The chosen people, on whatever page they are.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) keys: Selection,
    /// Choosing all people who match.
    all: AllPages,
    /// The people of every page that was seen, by id: an action on a person of another page needs what was seen of them.
    seen: StoredValue<HashMap<String, User>>,
}

impl Chosen {
    pub(crate) fn new() -> Self {
        Self { keys: Selection::new(), all: AllPages::new(), seen: StoredValue::new(HashMap::new()) }
    }

    /// Takes the people of a page that is shown.
    pub(crate) fn see(self, users: Vec<User>) {
        self.seen.try_update_value(|seen| {
            seen.extend(users.into_iter().map(|user| (user.id.to_string(), user)));
        });
    }

    /// The chosen people, as they were seen last.
    pub(crate) fn people(self) -> Vec<User> {
        let keys = self.keys.keys();
        self.seen.with_value(|seen| keys.iter().filter_map(|key| seen.get(key)).cloned().collect())
    }

    /// Chooses all people, page by page.
    pub(crate) fn choose_all(
        self,
        page: impl AsyncFn(Option<String>) -> Result<List<User>, Failure> + 'static,
    ) {
        attempt(async move {
            let read = self.all.read(page, |users| {
                self.keys.add(users.iter().map(|user| user.id.to_string()));
                self.see(users);
            });
            read.await?;
            Ok(())
        });
    }

    /// Ends the choice.
    pub(crate) fn clear(self) {
        self.all.stop();
        self.keys.clear();
    }

    /// These people are not chosen any more; others, also those chosen meanwhile, still are.
    pub(crate) fn let_go<'a>(self, people: impl IntoIterator<Item = &'a UserId>) {
        self.keys.remove(people.into_iter().map(UserId::as_str));
    }
}

/// The content of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BarContent {
    Nothing,
    Choice,
    /// All people are being chosen, or an action on those chosen is under way.
    Progress,
}

impl BarContent {
    /// What gets the focus where the pressed control is gone.
    const fn focus(self, list: &'static str) -> &'static str {
        match self {
            Self::Nothing => list,
            Self::Choice => COUNT,
            Self::Progress => STOP,
        }
    }
}

/// The place for a bar over the end of the window, and how many are chosen for those who listen. Those words are on the page
/// before anyone is chosen, as screen readers announce only changes of an element that is already there.
#[component]
pub(crate) fn ChosenDock(chosen: Selection, children: Children) -> impl IntoView {
    let said =
        move || Some(chosen.len()).filter(|&count| count > 0).map(|count| t!("users.chosen", count = count));
    view! {
        <div class="dock">
            <p class="visually-hidden" role="status">{said}</p>
            {children()}
        </div>
    }
}

/// The bar with how many are chosen, `children` to act on them, and the progress of that. It stays in sight above the end of
/// the window.
#[component]
pub(crate) fn ChosenBar(
    chosen: Chosen,
    /// How many there are to choose from, if that is known.
    #[prop(into)]
    total: Signal<Option<u64>>,
    on_choose_all: Callback<()>,
    /// How far something is that is being done to them.
    #[prop(optional, into)]
    progress: Signal<Option<Progress>>,
    #[prop(optional)] on_stop: Option<Callback<()>>,
    /// The id of the list.
    list: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let at = Memo::new(move |_| progress.get().or_else(|| chosen.all.progress()));
    let shown = Memo::new(move |_| match at.get() {
        Some(_) => BarContent::Progress,
        None if chosen.keys.is_empty() => BarContent::Nothing,
        None => BarContent::Choice,
    });
    Effect::new(move |before: Option<BarContent>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            dom::keep_focus(now.focus(list));
        }
        now
    });
    // Offered only if it adds people.
    let others = Memo::new(move |_| total.get().filter(|total| *total > chosen.keys.len() as u64));
    let choose_all = Callback::new(move |()| {
        on_choose_all.run(());
        dom::keep_focus(COUNT);
    });
    let stop = Callback::new(move |()| match on_stop.filter(|_| progress.with_untracked(Option::is_some)) {
        Some(on_stop) => on_stop.run(()),
        None => chosen.all.stop(),
    });
    let children = StoredValue::new(children);
    let content = move || {
        match shown.get() {
        BarContent::Nothing => ().into_any(),
        BarContent::Choice => view! {
            <div class="bulk" role="group" aria-label=t!("users.bulk")>
                <strong id=COUNT tabindex="-1">{move || t!("users.chosen", count = chosen.keys.len())}</strong>
                {move || others.get().map(|total| view! {
                    <Button kind=ButtonKind::Quiet on_press=choose_all>{t!("users.choose_all", count = total)}</Button>
                })}
                {children.with_value(|children| children())}
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| chosen.clear())>
                    {t!("users.choose_nobody")}
                </Button>
            </div>
        }
        .into_any(),
        BarContent::Progress => view! {
            <div class="bulk" role="group" aria-label=t!("users.bulk")>
                <div class="grow">
                    <ProgressBar
                        label=t!("users.bulk")
                        done=Signal::derive(move || at.get().unwrap_or_default().done as f64)
                        total=Signal::derive(move || at.get().unwrap_or_default().total as f64)
                        text=Signal::derive(move || {
                            let Progress { done, total } = at.get().unwrap_or_default();
                            t!("common.progress", done = done, total = total)
                        })
                    />
                </div>
                <Button id=STOP on_press=stop>{t!("common.stop")}</Button>
            </div>
        }
        .into_any(),
    }
    };
    view! { <ChosenDock chosen=chosen.keys>{content}</ChosenDock> }
}

#[cfg(test)]
mod tests {
    use super::super::change::tests::person;
    use super::*;

    fn with_id(id: &str) -> User {
        User { id: UserId(id.into()), ..person(1) }
    }

    #[test]
    fn u5_whoever_is_ticked_while_something_is_done_to_others_stays_ticked() {
        let _owner = Owner::new_root(None);
        let chosen = Chosen::new();
        chosen.see(["a", "b", "c"].map(with_id).into());
        chosen.keys.add(["a", "b"].map(str::to_owned));
        let acted_on = chosen.people();
        chosen.keys.add(["c".to_owned()]);
        chosen.let_go(acted_on.iter().map(|user| &user.id));
        assert_eq!(chosen.keys.keys(), ["c"]);
        assert_eq!(chosen.people(), [with_id("c")]);
    }

    #[test]
    fn u5_the_focus_goes_to_what_takes_the_place_of_the_pressed_button() {
        assert_eq!(BarContent::Progress.focus("people"), STOP);
        assert_eq!(BarContent::Choice.focus("people"), COUNT);
        assert_eq!(BarContent::Nothing.focus("people"), "people");
    }
}
