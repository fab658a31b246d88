//! The rail: links to every screen that the user may open, with words or folded to symbols.

use api_types::StepState;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::quick::is_single;
use crate::data::Load;
use crate::domain::navigation::{Entry, Place, Route, here};
use crate::domain::{session, setup};
use crate::platform::address::{base_path, is_silent};
use crate::platform::{spawn, storage};
use crate::t;
use crate::term;
use crate::ui::{Icon, IconName};

/// The storage key of the choice to fold the rail; its presence folds it.
const KEPT: &str = "msi-rail-folded";

/// Whether the rail is folded: as chosen in this browser, and by itself beside what needs the room.
#[derive(Clone, Copy)]
pub(super) struct RailFold {
    pub(super) is_folded: RwSignal<bool>,
    needs_room: Memo<bool>,
}

impl RailFold {
    pub(super) fn new() -> Self {
        let here = here();
        let needs_room = Memo::new(move |_| here.with(|here| here.as_ref().is_some_and(is_flow)));
        let fold = Self { is_folded: RwSignal::new(false), needs_room };
        // What was chosen beside a flow ends with it.
        Effect::new(move |_| {
            fold.is_folded.set(fold.needs_room.get() || storage::kept(KEPT).is_some());
        });
        fold
    }

    /// Folds it or unfolds it.
    fn turn(self) {
        let is_folded = !self.is_folded.get_untracked();
        self.is_folded.set(is_folded);
        if !self.needs_room.get_untracked() {
            storage::keep(KEPT, is_folded.then_some(""));
        }
    }
}

/// The screens with the rows of a file, which take the width of the window.
const fn is_flow(route: &Route) -> bool {
    matches!(route, Route::InviteCsv | Route::UpdateCsv | Route::ReviewSalesforce)
}

/// The place of the rail that a path is in: itself, or the nearest one above it.
fn nearest<'a>(places: impl IntoIterator<Item = &'a str>, here: &str) -> Option<&'a str> {
    let holds = |place: &&str| {
        here.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || (*place != "/" && rest.starts_with('/')))
    };
    places.into_iter().filter(holds).max_by_key(|place| place.len())
}

#[component]
pub(super) fn Rail(open: RwSignal<bool>, fold: RailFold) -> impl IntoView {
    let groups = Place::groups();
    let guide = session::is_admin().then_some((term!("nav.setup_guide"), Route::Home));
    let validate = (t!("nav.validate").into(), Route::Validate);
    let entries = groups.iter().flat_map(|(_, entries)| entries).chain(&guide).chain([&validate]);
    let places: Vec<String> = entries.map(|(_, route)| route.path()).collect();
    let location = use_location();
    let marked = Memo::new(move |_| {
        let path = location.pathname.get();
        let here = path.strip_prefix(&base_path()).unwrap_or(&path);
        let place = nearest(places.iter().map(String::as_str), here)?;
        Some((place.to_owned(), place == here))
    });
    // A screen below one of the rail, such as a batch, marks that one.
    let current = move |path: &str| {
        marked.with(|marked| match marked {
            Some((place, is_here)) if place == path => Some(if *is_here { "page" } else { "true" }),
            _ => None,
        })
    };
    let link = move |(label, route): Entry, more: Option<AnyView>| {
        let path = route.path();
        let name = label.in_line();
        view! {
            <a href=route.href() title=move || fold.is_folded.get().then(|| name.clone()) aria-current=move || current(&path)>
                <Icon name=route.icon() /><span>{label}</span>{more}
            </a>
        }
        .into_any()
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "[" && is_single(&event) {
            event.prevent_default();
            fold.turn();
        }
    });
    on_cleanup(move || keys.remove());
    let turn_label = move || if fold.is_folded.get() { t!("nav.unfold") } else { t!("nav.fold") };
    view! {
        <nav id="rail" class="rail" class:rail-open=open aria-label=t!("nav.rail")>
            {guide.map(|guide| link(guide, Some(view! { <GuideProgress /> }.into_any())))}
            {groups.into_iter().map(|(label, entries)| view! {
                <h2>{label}</h2>
                <ul>{entries.into_iter().map(|entry| view! { <li>{link(entry, None)}</li> }).collect_view()}</ul>
            }).collect_view()}
            <div class="rail-last">
                {link(validate, None)}
                <button
                    type="button"
                    class="rail-fold"
                    aria-keyshortcuts="["
                    title=move || fold.is_folded.get().then(turn_label)
                    on:click=move |_| fold.turn()
                >
                    <Icon name=IconName::Back /><span>{turn_label}</span><kbd aria-hidden="true">"["</kbd>
                </button>
            </div>
        </nav>
    }
}

/// How many of the seven steps are done, once loaded.
#[component]
fn GuideProgress() -> impl IntoView {
    if !is_silent() {
        spawn(setup::refresh());
    }
    let done = move || {
        setup::guide().state.with(|guide| match guide {
            Load::Ready(guide) => {
                let done = guide.steps.iter().filter(|step| step.state == StepState::Done).count();
                Some(t!("nav.progress", done = done, all = guide.steps.len()))
            }
            _ => None,
        })
    };
    view! { <span class="rail-progress">{done}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u8_every_path_is_in_one_place_of_the_rail() {
        let places = ["/", "/settings/admin/users", "/settings/admin/users/invitations"];
        for (here, place) in [
            ("/", Some("/")),
            ("/settings", None),
            ("/settings/admin/users", Some("/settings/admin/users")),
            ("/settings/admin/users/invite-csv", Some("/settings/admin/users")),
            ("/settings/admin/users/invitations/b1", Some("/settings/admin/users/invitations")),
            ("/settings/admin/users-of-old", None),
            ("/salesforce-setup", None),
        ] {
            assert_eq!(nearest(places, here), place, "{here}");
        }
    }
}
