//! The frame of every signed-in screen: top bar, rail, content.

use api_types::{StepState, paths};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::api::{Call, Load};
use crate::drafts;
use crate::field_sync;
use crate::places::{Entry, Place};
use crate::platform::address::base_path;
use crate::platform::{connectivity, dom};
use crate::routes::Route;
use crate::screens;
use crate::sending;
use crate::session;
use crate::setup;
use crate::t;
use crate::term;
use crate::ui::{ConfirmDialog, Crumb, Icon, IconName, Logo, Menu, MenuItem, Term, Tone, leave, notify};

const PRODUCT: &str = "Sales Insight Actions";

#[component]
pub(crate) fn Shell(children: Children) -> impl IntoView {
    let drawer = RwSignal::new(false);
    let location = use_location();
    // Arriving somewhere closes the drawer.
    Effect::new(move |_| {
        location.pathname.track();
        drawer.set(false);
    });
    let online = RwSignal::new(connectivity::is_online());
    let listeners = [
        window_event_listener(leptos::ev::online, move |_| online.set(true)),
        window_event_listener(leptos::ev::offline, move |_| online.set(false)),
    ];
    on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    view! {
        <a class="skip button" href="#main" on:click=|event| {
            event.prevent_default();
            dom::focus("main");
        }>{t!("app.skip")}</a>
        <div class="shell">
            <header class="topbar">
                <button
                    type="button"
                    class="button button-quiet button-icon rail-toggle"
                    aria-label=t!("nav.menu")
                    aria-expanded=move || drawer.get().to_string()
                    aria-controls="rail"
                    on:click=move |_| drawer.update(|open| *open = !*open)
                ><Icon name=IconName::Menu /></button>
                <a class="brand" href=Route::Home.href()>
                    <Logo />
                    <span>{PRODUCT}<span class="wide quiet">{account_name()}</span></span>
                </a>
                <div class="topbar-end">
                    {mailbox_link()}
                    <SettingsMenu />
                    <PersonMenu />
                </div>
            </header>
            <div role="status">
                {move || {
                    let text = match (online.get(), connectivity::is_lost()) {
                        (false, _) => t!("app.offline"),
                        (true, true) => t!("app.unreachable"),
                        (true, false) => return None,
                    };
                    Some(view! { <p class="banner"><Icon name=IconName::Alert />{text}</p> })
                }}
            </div>
            {sending_strip()}
            {sync_strip()}
            <Rail open=drawer />
            <main class="main" id="main" tabindex="-1"><div class="content">{children()}</div></main>
        </div>
    }
}

/// What is being sent in the background; its code comes with the first sending.
fn sending_strip() -> impl IntoView {
    let any = Memo::new(|_| !sending::current().with(Vec::is_empty));
    move || any.get().then(|| screens::open(screens::sending_strip))
}

/// A sync under way; its code comes to administrators of accounts that have had one.
fn sync_strip() -> impl IntoView {
    let is_needed = Memo::new(|_| session::is_admin() && field_sync::needs_strip());
    move || is_needed.get().then(|| screens::open_aside(screens::sync_strip))
}

fn account_name() -> Option<String> {
    // An account that was never given a name bears the product's, which stands there already.
    let name = session::current()?.account.name;
    (name != PRODUCT).then(|| format!(" {name}"))
}

/// In sandbox mode mails go to a page, not to people.
fn mailbox_link() -> Option<impl IntoView> {
    let url = session::current()?.mailbox_url?;
    Some(view! {
        <a class="button button-quiet" href=url target="_blank" rel="noopener noreferrer">
            <Icon name=IconName::Mail /><span>{t!("nav.mailbox")}</span>
        </a>
    })
}

/// Links under one heading of the rail: the way to where they stand.
struct Group {
    way: Vec<Crumb>,
    entries: Vec<Entry>,
}

impl Group {
    fn of(place: Place) -> Self {
        // The heading above says which product it is.
        let way = place.crumbs().into_iter().filter(|crumb| crumb.href.is_some());
        let is_setting = Place::GROUPS.contains(&place);
        let way = if is_setting { way.skip(1).collect() } else { way.collect() };
        Self { way, entries: place.entries() }
    }
}

/// The product that groups of screens belong to.
struct World {
    label: Term,
    groups: Vec<Group>,
}

impl World {
    /// Groups in which a person may open nothing are left out.
    fn new(label: Term, groups: impl IntoIterator<Item = Group>) -> Self {
        let groups = groups.into_iter().filter(|group| !group.entries.is_empty()).collect();
        Self { label, groups }
    }
}

/// The screens behind the gear that a person may open.
fn settings() -> World {
    let label = if session::is_admin() { term!("nav.sales_account") } else { term!("nav.settings") };
    World::new(label, Place::GROUPS.map(Group::of))
}

/// The screens that a person may open, as the rail shows them below the setup guide.
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
fn Rail(open: RwSignal<bool>) -> impl IntoView {
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
        </nav>
    }
}

/// How many of the seven steps are done, once that is known.
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

#[component]
fn SettingsMenu() -> impl IntoView {
    let navigate = use_navigate();
    let item = |(label, route): Entry| MenuItem::new(label, leading_to(route, navigate.clone()));
    let mut items = vec![item(Place::Settings.entry())];
    for place in Place::GROUPS {
        items.extend(place.entries().into_iter().map(|entry| item(entry).under(place.label())));
    }
    view! { <Menu label=term!("nav.settings") icon=IconName::Gear compact=true items=items /> }
}

#[component]
fn PersonMenu() -> impl IntoView {
    let name = session::current().map(|session| session.user.display_name());
    let navigate = use_navigate();
    let confirming = RwSignal::new(false);
    let losing = RwSignal::new(Losing::default());
    let busy = RwSignal::new(false);
    let sign_out_now = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            sign_out().await;
            // Signed out, this menu is gone.
            busy.try_set(false);
            confirming.try_set(false);
        });
    });
    let ask_or_leave = move || {
        leave(move || {
            leptos::task::spawn_local(async move {
                let lost = Losing { unsent: sending::has_unsent(), draft: drafts::title().await };
                // The menu may be gone with its screen.
                let is_nothing = lost == Losing::default();
                if losing.try_set(lost).is_none() {
                    match is_nothing {
                        true => sign_out_now.run(()),
                        false => confirming.set(true),
                    }
                }
            });
        });
    };
    let items = vec![
        MenuItem::new(term!("nav.my_profile"), leading_to(Route::Profile, navigate)),
        MenuItem::new(t!("nav.sign_out"), ask_or_leave),
    ];
    view! {
        <Menu label=t!("nav.person", name = name.unwrap_or_default()) icon=IconName::Person compact=true items=items />
        <ConfirmDialog
            open=confirming
            title=Signal::derive(move || losing.with(Losing::title))
            text=Signal::derive(move || losing.with(Losing::text))
            action=t!("sending.sign_out")
            danger=true
            busy
            on_confirm=sign_out_now
            on_close=Callback::new(move |()| confirming.set(false))
        />
    }
}

/// What signing out would lose.
#[derive(Clone, Default, PartialEq)]
struct Losing {
    unsent: bool,
    /// What the draft is about.
    draft: Option<String>,
}

impl Losing {
    fn title(&self) -> String {
        if self.unsent { t!("sending.sign_out_title") } else { t!("draft.sign_out_title") }
    }

    fn text(&self) -> String {
        let unsent = self.unsent.then(|| t!("sending.sign_out_text"));
        let draft = self.draft.as_ref().map(|file| t!("draft.sign_out_text", file = file.as_str()));
        unsent.into_iter().chain(draft).collect::<Vec<_>>().join(" ")
    }
}

/// What an entry of a menu does that leads to a screen.
fn leading_to(
    route: Route,
    navigate: impl Fn(&str, NavigateOptions) + Clone + Send + Sync + 'static,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let (path, navigate) = (route.path(), navigate.clone());
        leave(move || navigate(&path, NavigateOptions::default()));
    }
}

/// Ends the session here and on the server, and wipes what this browser kept of it.
async fn sign_out() {
    match Call::new(gloo_net::http::Method::DELETE, paths::SESSION).ends_session().done().await {
        Err(failure) if failure.status != 401 => notify(Tone::Failure, failure.message()),
        // A session that is gone already is all the same.
        _ => {
            sending::wipe().await;
            drafts::wipe().await;
            session::signed_out();
        }
    }
}
