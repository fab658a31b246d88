use api_types::{PageQuery, UserQuery};
use futures_util::future::join;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::offers::{self, Go, Offer, OfferKind};
use super::opened::Quick;
use crate::api::{Failure, batches, teams, users};
use crate::data::{Latest, total_in_words};
use crate::domain::session;
use crate::platform::address::for_router;
use crate::platform::{dom, spawn, theme, timers};
use crate::t;
use crate::ui::{Icon, leave};

/// Long enough to wait for the next letter, short enough to feel immediate.
const TYPING_PAUSE_MS: f64 = 200.0;
/// How many of the latest batches are searched.
const BATCHES: u32 = 100;

const INPUT: &str = "quick-input";
const LIST: &str = "quick-list";

fn option_id(at: usize) -> String {
    format!("quick-{at}")
}

/// The result that is highlighted; until one is moved to, it is the first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Highlight(Option<(OfferKind, String, Go)>);

impl Highlight {
    fn on(offer: &Offer) -> Self {
        Self(Some((offer.kind, offer.label.clone(), offer.go.clone())))
    }

    fn is(&self, offer: &Offer) -> bool {
        matches!(&self.0, Some((kind, label, go)) if *kind == offer.kind && *label == offer.label && *go == offer.go)
    }

    /// Where it is among the results: it stays on its own while others arrive before it.
    fn place(&self, found: &[Offer]) -> usize {
        found.iter().position(|offer| self.is(offer)).unwrap_or_default()
    }
}

/// A box to type into, and what fits below it: the focus stays in the box, arrow keys move through the list.
/// <https://www.w3.org/WAI/ARIA/apg/patterns/combobox/>
#[component]
pub(super) fn Finder(opened: RwSignal<Option<Quick>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let local = StoredValue::new(offers::local());
    let listed = RwSignal::new(Vec::<Offer>::new());
    let people = RwSignal::new(Vec::<Offer>::new());
    let (unlisted, unsearched) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let found = Memo::new(move |_| {
        local.with_value(|local| {
            listed.with(|listed| {
                people.with(|people| {
                    typed.with(|typed| offers::find(local.iter().chain(listed).chain(people), typed))
                })
            })
        })
    });
    let highlight = RwSignal::new(Highlight::default());
    Effect::new(move |_| {
        typed.track();
        highlight.set(Highlight::default());
    });
    let at = Memo::new(move |_| highlight.with(|highlight| found.with(|found| highlight.place(found))));
    if session::is_admin() {
        spawn(list(listed, unlisted));
        follow(typed, people, unsearched);
    }
    Effect::new(move |_| {
        found.track();
        let id = option_id(at.get());
        dom::after_paint(move || dom::bring_into_sight(&id));
    });
    dom::after_paint(|| dom::focus(INPUT));

    let navigate = use_navigate();
    let choose = Callback::new(move |offer: Offer| {
        opened.set(None);
        go(offer.go, opened, &navigate);
    });
    let key = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        if event.is_composing() || count == 0 {
            return;
        }
        match act(&event.key(), at.get_untracked(), count) {
            Some(KeyCommand::Highlight(place)) => {
                if let Some(offer) = found.with_untracked(|found| found.get(place).map(Highlight::on)) {
                    highlight.set(offer);
                }
            }
            Some(KeyCommand::Choose) => {
                if let Some(offer) = found.with_untracked(|found| found.get(at.get_untracked()).cloned()) {
                    choose.run(offer);
                }
            }
            None => return,
        }
        event.prevent_default();
    };
    let any = Memo::new(move |_| found.with(|found| !found.is_empty()));
    let label = if session::is_admin() { t!("quick.label") } else { t!("quick.label_user") };
    let said = move || match found.with(Vec::len) {
        0 => t!("common.no_matches"),
        count => t!("quick.count", count = count),
    };
    view! {
        <div class="quick">
            <input
                id=INPUT
                type="text"
                role="combobox"
                autocomplete="off"
                autofocus
                spellcheck="false"
                placeholder=label.clone()
                aria-label=label
                aria-autocomplete="list"
                aria-expanded=move || any.get().to_string()
                aria-controls=move || any.get().then_some(LIST)
                aria-activedescendant=move || any.get().then(|| option_id(at.get()))
                prop:value=typed
                on:input:target=move |event| typed.set(event.target().value())
                on:keydown=key
            />
            {move || any.get().then(|| view! {
                <div id=LIST class="quick-list" role="listbox" aria-label=t!("quick.results") on:pointerdown=|event| event.prevent_default() on:mousedown=|event| event.prevent_default()>
                    {move || found.with(|found| groups(found, at, highlight, choose))}
                </div>
            })}
            <p class="reason" role="status">{said}</p>
            {move || unsearched.get().or_else(|| unlisted.get()).map(|why| view! { <p class="field-error">{t!("quick.failed", why = why)}</p> })}
        </div>
    }
}

/// What a key does, besides typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyCommand {
    Highlight(usize),
    Choose,
}

/// With some results, of which one is highlighted. Around the ends the arrow keys begin again.
fn act(key: &str, at: usize, count: usize) -> Option<KeyCommand> {
    Some(match key {
        "ArrowDown" => KeyCommand::Highlight((at + 1) % count),
        "ArrowUp" => KeyCommand::Highlight((at + count - 1) % count),
        "Enter" => KeyCommand::Choose,
        _ => return None,
    })
}

fn go(
    to: Go,
    opened: RwSignal<Option<Quick>>,
    navigate: &(impl Fn(&str, NavigateOptions) + Clone + 'static),
) {
    match to {
        Go::To(path) => {
            let navigate = navigate.clone();
            leave(move || {
                navigate(&for_router(&path), NavigateOptions::default());
                // A screen that is open already is not drawn anew, so that nothing else moves the focus there.
                if let Some((_, section)) = path.split_once('#') {
                    let section = section.to_owned();
                    dom::after_paint(move || dom::focus(&section));
                }
            });
        }
        Go::Help(page) => dom::open_beside(&page.href()),
        Go::Theme(wanted) => theme::choose(wanted),
        Go::Shortcuts => opened.set(Some(Quick::Shortcuts)),
        Go::SignOut => opened.set(Some(Quick::SignOut)),
    }
}

fn groups(
    found: &[Offer],
    at: Memo<usize>,
    highlight: RwSignal<Highlight>,
    choose: Callback<Offer>,
) -> Vec<AnyView> {
    let mut first = 0;
    let groups = found.chunk_by(|one, other| one.kind == other.kind).map(|group| {
        let heading = group[0].kind.heading().in_line();
        let options = group
            .iter()
            .zip(first..)
            .map(|(offer, index)| option(offer.clone(), index, at, highlight, choose));
        let options = options.collect_view();
        first += group.len();
        view! {
            <div role="group" aria-label=heading>
                <p class="menu-heading" aria-hidden="true">{heading.clone()}</p>
                {options}
            </div>
        }
        .into_any()
    });
    groups.collect()
}

fn option(
    offer: Offer,
    index: usize,
    at: Memo<usize>,
    highlight: RwSignal<Highlight>,
    choose: Callback<Offer>,
) -> AnyView {
    let (label, note, keys) = (offer.label.clone(), offer.note.clone(), offer.keys);
    let own = Highlight::on(&offer);
    view! {
        <div
            id=option_id(index)
            class="quick-option"
            role="option"
            aria-selected=move || (at.get() == index).to_string()
            on:pointermove=move |_| if at.get_untracked() != index { highlight.set(own.clone()) }
            on:click=move |_| choose.run(offer.clone())
        >
            <Icon name=offer.icon />
            <bdi>{label}</bdi>
            <bdi class="reason">{note}</bdi>
            {keys.map(|letter| view! { <span class="quick-keys" aria-hidden="true"><kbd>"g"</kbd><kbd>{letter}</kbd></span> })}
        </div>
    }
    .into_any()
}

/// Teams and the latest batches, which are searched here.
async fn list(listed: RwSignal<Vec<Offer>>, failure: RwSignal<Option<String>>) {
    let latest = PageQuery { cursor: None, limit: Some(BATCHES) };
    let (teams, batches) = join(teams::teams(), batches::list(&latest)).await;
    let told = |why: &Failure| {
        failure.try_set(Some(why.message().into()));
    };
    let teams = teams.inspect_err(told).unwrap_or_default().into_iter().map(offers::team);
    let batches = batches.inspect_err(told).map(|list| list.items).unwrap_or_default();
    listed.try_set(teams.chain(batches.iter().map(offers::batch)).collect());
}

/// Searches people at the server once typing pauses; the newest answer wins.
fn follow(typed: RwSignal<String>, people: RwSignal<Vec<Offer>>, failure: RwSignal<Option<String>>) {
    let latest = Latest::new();
    Effect::new(move |_| {
        let search = typed.with(|typed| typed.trim().to_owned());
        let Some(turn) = latest.begin() else { return };
        if search.is_empty() {
            failure.set(None);
            return people.set(Vec::new());
        }
        spawn(async move {
            timers::sleep(TYPING_PAUSE_MS).await;
            if !turn.counts() {
                return;
            }
            let wanted = UserQuery {
                search: Some(search.clone()),
                limit: Some(offers::PEOPLE),
                ..UserQuery::default()
            };
            let answer = users::list(&wanted).await;
            if !turn.counts() {
                return;
            }
            match answer {
                Ok(list) => {
                    failure.set(None);
                    let is_more = list.meta.total > list.items.len() as u64;
                    let all = is_more.then(|| offers::all_people(total_in_words(&list.meta), &search));
                    let first = list.items.into_iter().map(|user| offers::person(user, &search));
                    people.set(first.chain(all).collect());
                }
                Err(why) => failure.set(Some(why.message().into())),
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use api_types::{Team, TeamId};

    use super::*;

    fn teams(names: &[&str]) -> Vec<Offer> {
        let team = |name: &&str| Team {
            id: TeamId((*name).to_owned()),
            name: (*name).to_owned(),
            everyone: false,
            members: 0,
        };
        names.iter().map(team).map(offers::team).collect()
    }

    #[test]
    fn u2_the_highlight_stays_on_its_result_while_others_arrive() {
        let before = teams(&["North", "South"]);
        assert_eq!(Highlight::default().place(&before), 0);
        let south = Highlight::on(&before[1]);
        assert_eq!(south.place(&before), 1);
        assert_eq!(south.place(&teams(&["East", "North", "South", "West"])), 2);
        assert_eq!(south.place(&teams(&["East"])), 0, "what is gone leaves it to the first");
    }

    #[test]
    fn u2_arrow_keys_go_around_the_ends_of_the_results() {
        assert_eq!(
            [0, 2].map(|at| act("ArrowDown", at, 3)),
            [1, 0].map(|to| Some(KeyCommand::Highlight(to)))
        );
        assert_eq!([0, 2].map(|at| act("ArrowUp", at, 3)), [2, 1].map(|to| Some(KeyCommand::Highlight(to))));
        assert_eq!(act("Enter", 1, 3), Some(KeyCommand::Choose));
        assert_eq!(act("Home", 1, 3), None);
    }
}
