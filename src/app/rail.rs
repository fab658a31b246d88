//! The rail: links to every screen that the user may open.

use api_types::StepState;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::data::Load;
use crate::domain::places::{Entry, Place, Route};
use crate::domain::{session, setup};
use crate::platform::address::base_path;
use crate::t;
use crate::term;
use crate::ui::{Crumb, Term};

/// Links under one heading of the rail, with the breadcrumbs to them.
struct Group {
    way: Vec<Crumb>,
    entries: Vec<Entry>,
}

impl Group {
    fn of(place: Place) -> Self {
        // The heading above names the product.
        let way = place.crumbs().into_iter().filter(|crumb| crumb.href.is_some());
        let is_setting = Place::GROUPS.contains(&place);
        let way = if is_setting { way.skip(1).collect() } else { way.collect() };
        Self { way, entries: place.entries() }
    }
}

/// A product with its groups of screens.
struct World {
    label: Term,
    groups: Vec<Group>,
}

impl World {
    /// Groups without a screen that the user may open are omitted.
    fn new(label: Term, groups: impl IntoIterator<Item = Group>) -> Self {
        let groups = groups.into_iter().filter(|group| !group.entries.is_empty()).collect();
        Self { label, groups }
    }
}

/// The settings screens that the user may open.
fn settings() -> World {
    let label = if session::is_admin() { term!("nav.sales_account") } else { term!("nav.settings") };
    World::new(label, Place::GROUPS.map(Group::of))
}

/// The screens that the user may open, as the rail lists them below the setup guide.
fn worlds() -> Vec<World> {
    if !session::is_admin() {
        return vec![settings()];
    }
    let setup = Group {
        way: vec![Crumb::group(term!("nav.salesforce_path"))],
        entries: vec![(term!("nav.salesforce_setup"), Route::SalesforceSetup)],
    };
    vec![
        World::new(term!("nav.marketo"), [Group::of(Place::SalesInsight)]),
        settings(),
        World::new(term!("nav.salesforce"), [setup]),
    ]
}

#[component]
pub(super) fn Rail(open: RwSignal<bool>) -> impl IntoView {
    let location = use_location();
    let here = move || {
        let path = location.pathname.get();
        path.strip_prefix(&base_path()).unwrap_or(&path).to_owned()
    };
    let link = move |(label, route): Entry| {
        let path = route.path();
        view! { <li><a href=route.href() aria-current=move || (here() == path).then_some("page")>{label}</a></li> }
    };
    view! {
        <nav id="rail" class="rail" class:rail-open=open aria-label=t!("nav.rail")>
            {session::is_admin().then(|| view! {
                <a class="rail-guide" href=Route::Home.href() aria-current=move || (here() == Route::Home.path()).then_some("page")>
                    {term!("nav.setup_guide")}<GuideProgress />
                </a>
            })}
            {worlds().into_iter().map(|world| view! {
                <h2>{world.label}</h2>
                {world.groups.into_iter().map(|group| view! {
                    <h3>{group.way.into_iter().enumerate().map(|(at, crumb)| view! {
                        {(at > 0).then_some(" > ")}
                        {match crumb.href {
                            Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
                            None => crumb.label.into_render(),
                        }}
                    }).collect_view()}</h3>
                    <ul>{group.entries.into_iter().map(link).collect_view()}</ul>
                }).collect_view()}
            }).collect_view()}
            <a class="rail-guide" href=Route::Validate.href()>{t!("nav.validate")}</a>
        </nav>
    }
}

/// How many of the seven steps are done, once loaded.
#[component]
fn GuideProgress() -> impl IntoView {
    leptos::task::spawn_local(setup::refresh());
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
