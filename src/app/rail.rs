//! The rail: links to every screen that the user may open.

use api_types::StepState;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::data::Load;
use crate::domain::navigation::{Entry, Place, Route};
use crate::domain::{session, setup};
use crate::platform::address::{base_path, is_silent};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Icon, Term};

/// Links, under the place that they are in unless the head of the world names it.
struct Group {
    place: Option<Place>,
    entries: Vec<Entry>,
}

impl Group {
    fn of(place: Place) -> Self {
        Self { place: Some(place), entries: place.entries() }
    }

    const fn of_world(entries: Vec<Entry>) -> Self {
        Self { place: None, entries }
    }
}

/// A product, the way to its screens, and these in groups.
struct World {
    label: Term,
    way: Vec<(Term, Option<Route>)>,
    groups: Vec<Group>,
}

impl World {
    /// Groups without a screen that the user may open are omitted.
    fn new(label: Term, way: Vec<(Term, Option<Route>)>, groups: impl IntoIterator<Item = Group>) -> Self {
        let groups = groups.into_iter().filter(|group| !group.entries.is_empty()).collect();
        Self { label, way, groups }
    }
}

/// A place on the way to a world's screens.
fn by(place: Place) -> (Term, Option<Route>) {
    (place.label(), Some(place.route()))
}

/// The screens that the user may open, as the rail lists them below the setup guide.
fn worlds() -> Vec<World> {
    let groups = Place::GROUPS.map(Group::of);
    if !session::is_admin() {
        return vec![World::new(term!("nav.settings"), Vec::new(), groups)];
    }
    let setup = vec![(term!("nav.salesforce_setup"), Route::SalesforceSetup)];
    vec![
        World::new(
            term!("nav.marketo"),
            vec![by(Place::MarketoAdmin), by(Place::SalesInsight)],
            [Group::of_world(Place::SalesInsight.entries())],
        ),
        World::new(term!("nav.sales_account"), vec![by(Place::Settings)], groups),
        World::new(
            term!("nav.salesforce"),
            vec![(term!("nav.salesforce_path"), None)],
            [Group::of_world(setup)],
        ),
    ]
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
pub(super) fn Rail(open: RwSignal<bool>) -> impl IntoView {
    let worlds = worlds();
    let guide = session::is_admin().then_some((term!("nav.setup_guide"), Route::Home));
    let validate = (t!("nav.validate").into(), Route::Validate);
    let of_groups = worlds.iter().flat_map(|world| {
        let entries = world.groups.iter().flat_map(|group| &group.entries).map(|(_, route)| route.path());
        let heads = world.groups.iter().filter_map(|group| group.place).map(|place| place.route().path());
        let way = world.way.iter().filter_map(|(_, route)| route.as_ref()).map(Route::path);
        entries.chain(heads).chain(way).collect::<Vec<_>>()
    });
    let others = guide.iter().chain([&validate]).map(|(_, route)| route.path());
    let places: Vec<String> = others.chain(of_groups).collect();
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
        view! {
            <a href=route.href() aria-current=move || current(&path)>
                <Icon name=route.icon() /><span>{label}</span>{more}
            </a>
        }
        .into_any()
    };
    let plain = move |label: Term, route: Route| {
        let path = route.path();
        view! { <a href=route.href() aria-current=move || current(&path)>{label}</a> }.into_any()
    };
    view! {
        <nav id="rail" class="rail" class:rail-open=open aria-label=t!("nav.rail")>
            {guide.map(|guide| link(guide, Some(view! { <GuideProgress /> }.into_any())))}
            {worlds.into_iter().map(|world| view! {
                <div class="rail-head">
                    <h2>{world.label}</h2>
                    {(!world.way.is_empty()).then(|| view! {
                        <ol>{world.way.into_iter().map(|(label, route)| view! {
                            <li>{match route {
                                Some(route) => plain(label, route),
                                None => label.into_render(),
                            }}</li>
                        }).collect_view()}</ol>
                    })}
                </div>
                {world.groups.into_iter().map(|group| view! {
                    {group.place.map(|place| view! { <h3>{plain(place.label(), place.route())}</h3> })}
                    <ul>{group.entries.into_iter().map(|entry| view! { <li>{link(entry, None)}</li> }).collect_view()}</ul>
                }).collect_view()}
            }).collect_view()}
            <div class="rail-last">{link(validate, None)}</div>
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
        let places = [
            "/",
            "/settings",
            "/settings/admin",
            "/settings/admin/users",
            "/settings/admin/users/invitations",
        ];
        for (here, place) in [
            ("/", Some("/")),
            ("/settings", Some("/settings")),
            ("/settings/admin", Some("/settings/admin")),
            ("/settings/admin/users", Some("/settings/admin/users")),
            ("/settings/admin/users/invite-csv", Some("/settings/admin/users")),
            ("/settings/admin/users/invitations/b1", Some("/settings/admin/users/invitations")),
            ("/settings/administration", Some("/settings")),
            ("/salesforce-setup", None),
        ] {
            assert_eq!(nearest(places, here), place, "{here}");
        }
    }
}
