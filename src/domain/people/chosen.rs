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

/// Somebody on a list from which people are chosen.
pub(crate) trait Listed: Clone + Send + Sync + 'static {
    fn id(&self) -> &str;
}

impl Listed for User {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// The chosen people, on whatever page they are.
pub(crate) struct Chosen<P: Listed = User> {
    pub(crate) keys: Selection,
    /// Choosing all people who match.
    all: AllPages,
    /// The people of every page that was seen, by id: an action on a person of another page needs what was seen of them.
    seen: StoredValue<HashMap<String, P>>,
}

impl<P: Listed> Clone for Chosen<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Listed> Copy for Chosen<P> {}

impl<P: Listed> Chosen<P> {
    pub(crate) fn new() -> Self {
        Self { keys: Selection::new(), all: AllPages::new(), seen: StoredValue::new(HashMap::new()) }
    }

    /// Takes the people of a page that is shown.
    pub(crate) fn see(self, people: Vec<P>) {
        self.seen.try_update_value(|seen| {
            seen.extend(people.into_iter().map(|person| (person.id().to_owned(), person)));
        });
    }

    /// Takes people as they were seen earlier; what was read of them meanwhile is newer.
    pub(crate) fn see_earlier(self, people: Vec<P>) {
        self.seen.try_update_value(|seen| {
            for person in people {
                seen.entry(person.id().to_owned()).or_insert(person);
            }
        });
    }

    /// The chosen people, as they were seen last.
    pub(crate) fn people(self) -> Vec<P> {
        let keys = self.keys.keys();
        self.seen.with_value(|seen| keys.iter().filter_map(|key| seen.get(key)).cloned().collect())
    }

    /// Chooses all people, page by page.
    pub(crate) fn choose_all(self, page: impl AsyncFn(Option<String>) -> Result<List<P>, Failure> + 'static) {
        attempt(async move {
            let read = self.all.read(page, |people| {
                self.keys.add(people.iter().map(|person| person.id().to_owned()));
                self.see(people);
            });
            read.await?;
            Ok(())
        });
    }

    /// Ends the choice.
    pub(crate) fn clear(self) {
        self.choosing().clear();
    }

    /// Ends the choice, and forgets who was seen.
    pub(crate) fn forget(self) {
        self.clear();
        self.seen.set_value(HashMap::new());
    }

    /// What the bar needs of it.
    pub(crate) fn choosing(self) -> Choosing {
        Choosing { keys: self.keys, all: self.all }
    }
}

impl Chosen {
    /// These people are not chosen any more; others, also those chosen meanwhile, still are.
    pub(crate) fn let_go<'a>(self, people: impl IntoIterator<Item = &'a UserId>) {
        self.keys.remove(people.into_iter().map(UserId::as_str));
    }
}

/// Who is chosen, and whether all are being chosen, whatever the list is of.
#[derive(Clone, Copy)]
pub(crate) struct Choosing {
    keys: Selection,
    all: AllPages,
}

impl Choosing {
    fn clear(self) {
        self.all.stop();
        self.keys.clear();
    }

    /// How many there are, where choosing them all adds people to those who are chosen.
    pub(crate) fn more(self, total: Option<u64>) -> Option<u64> {
        total.filter(|total| *total > self.keys.len() as u64)
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
fn ChosenDock(chosen: Selection, children: Children) -> impl IntoView {
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
    chosen: Choosing,
    /// How many match, where choosing them all may add people.
    #[prop(into)]
    others: Signal<Option<u64>>,
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
