use api_types::{User, UserId, UserStatus};
use leptos::prelude::*;

use super::access::Access;
use super::factors::SecondFactors;
use super::history::{History, in_log, title};
use super::invitations::Invitations;
use super::state::{Screen, Side};
use crate::api::Failure;
use crate::data::{Load, last_known};
use crate::domain::connections::{MarketoFacts, SalesforceFacts};
use crate::domain::invitations::InvitationLinkDialog;
use crate::domain::navigation::{Place, Route};
use crate::domain::people::{
    self, ActingDialog, AddToTeamsDialog, Offer, OpenSessions, PersonasDialog, RenameDialog, UserAction,
    Whose,
};
use crate::domain::session;
use crate::i18n;
use crate::platform::panel;
use crate::t;
use crate::term;
use crate::ui::{
    Button, Crumb, EmptyState, Failed, HelpPage, Menu, MenuItem, Page, Skeleton, Status, address,
    ago_in_words, face, until,
};

/// What is shown, without what changes on it. Another name is another heading.
#[derive(Clone, PartialEq)]
enum PageContent {
    Loading,
    Failed(Failure),
    /// Removed, or never there.
    Gone,
    Person(String),
}

#[component]
pub(crate) fn UserDetail() -> impl IntoView {
    let screen = Screen::new();
    let shown = Memo::new(move |_| {
        screen.known.state.with(|state| match state {
            Load::Loading => PageContent::Loading,
            Load::Failed(failure) => PageContent::Failed(failure.clone()),
            Load::Ready(None) => PageContent::Gone,
            Load::Ready(Some(known)) => PageContent::Person(known.user.display_name()),
        })
    });
    view! {
        {move || match shown.get() {
            PageContent::Loading => view! { <Skeleton rows=8 /> }.into_any(),
            PageContent::Failed(failure) => view! {
                <Page title=t!("user.title") crumbs=crumbs()>
                    <Failed
                        message=failure.explain()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| screen.load()))
                        busy=screen.known.busy
                    />
                </Page>
            }
            .into_any(),
            PageContent::Gone => view! { <Gone screen /> }.into_any(),
            PageContent::Person(name) => view! { <Person screen name /> }.into_any(),
        }}
        <ActingDialog acting=screen.acting />
        <InvitationLinkDialog invitation=screen.acting.link />
        <PersonasDialog state=screen.personas on_newer=Callback::new(move |newer| screen.take(newer)) />
        <RenameDialog
            renaming=screen.renaming
            on_done=Callback::new(move |newer| screen.take(newer))
            on_refused=Callback::new(move |()| screen.refresh())
        />
        <AddToTeamsDialog state=screen.adding on_done=Callback::new(move |_| screen.refresh()) />
    }
}

fn crumbs() -> Vec<Crumb> {
    Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)])
}

#[component]
fn Gone(screen: Screen) -> impl IntoView {
    view! {
        <Page title=t!("user.title") crumbs=crumbs()>
            <EmptyState title=t!("user.gone_title") text=t!("user.gone_text")>
                <div class="actions">
                    <a class="button button-primary" href=Route::Users.href()>{term!("nav.user_management")}</a>
                    {[Side::Did, Side::DoneTo].map(|side| view! {
                        <a class="button" href=in_log(side, screen.id.get_untracked())>{title(side)}</a>
                    })}
                </div>
            </EmptyState>
        </Page>
    }
}

#[component]
fn Person(screen: Screen, name: String) -> impl IntoView {
    let Some(known) = last_known(move || screen.known()) else { return ().into_any() };
    let user = Memo::new(move |_| known.with(|known| known.user.clone()));
    let record = Memo::new(move |_| known.with(|known| known.record.clone()));
    let is_active = Memo::new(move |_| user.with(|user| user.status == UserStatus::Active));
    // Another role, and a reset of the factors, end all sessions: their list is made anew.
    let resets = RwSignal::new(0_u32);
    let access = Memo::new(move |_| (is_active.get(), user.with(|user| user.role), resets.get()));
    let on_reset = Callback::new(move |()| {
        resets.try_update(|resets| *resets += 1);
        screen.refresh();
    });
    // One's own are in one's profile, and a panel has none.
    let has_factors = Memo::new(move |_| {
        let is_other = !panel::is_here() && whose(screen.id.get()) != Whose::Own;
        (is_other && is_active.get()).then(|| user.with(User::display_name))
    });
    let mark = ViewFn::from(move || user.with(|user| face(&user.display_name(), &user.email)));
    view! {
        <Page
            title=name
            crumbs=crumbs()
            help=HelpPage::User
            mark
            actions=ViewFn::from(move || view! { <Actions screen user /> })
        >
            <div class="user-line">{move || user.with(line)}</div>
            <div class="user">
                <div class="stack-large">
                    <Access screen known user />
                    <section class="card" aria-labelledby="connections-title">
                        <h2 id="connections-title">{t!("user.connections")}</h2>
                        <div class="stack" role="group" aria-labelledby="of-salesforce">
                            <h3 id="of-salesforce">{term!("nav.salesforce")}</h3>
                            {move || record.with(|record| {
                                view! { <SalesforceFacts connection=record.salesforce.clone() /> }
                            })}
                        </div>
                        <div class="stack" role="group" aria-labelledby="of-marketo">
                            <h3 id="of-marketo">{term!("nav.marketo")}</h3>
                            {move || record.with(|record| view! {
                                <MarketoFacts own=record.marketo.clone()
                                    of_owner=t!("user.marketo_owner") of_none=t!("user.no_marketo") />
                            })}
                        </div>
                    </section>
                    {move || has_factors.get().map(|name| view! {
                        <SecondFactors id=screen.id.get_untracked() name on_reset />
                    })}
                    {move || access.get().0.then(|| view! { <OpenSessions whose=whose(screen.id.get_untracked()) /> })}
                </div>
                <div class="stack-large">
                    <Invitations record />
                    <History screen side=Side::Did />
                    <History screen side=Side::DoneTo />
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// One's own sessions are one's own on this page, too.
fn whose(id: UserId) -> Whose {
    match untrack(session::current).is_some_and(|session| session.user.id == id) {
        true => Whose::Own,
        false => Whose::Of(id),
    }
}

/// Address, status and last sign-in.
fn line(user: &User) -> AnyView {
    let ((tone, icon), unreached) = people::status_now(user);
    let invitation = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited);
    let expires = invitation
        .map(|invitation| until(invitation.expires_at.as_str(), |time| t!("users.expires", time = time)));
    let signed_in = match &user.last_sign_in_at {
        Some(at) => {
            let (time, title) = (at.0.clone(), i18n::date_time(at.as_str()));
            view! { <span title=title>{move || t!("user.signed_in", time = ago_in_words(&time))}</span> }
                .into_any()
        }
        None => view! { <span>{t!("user.never_signed_in")}</span> }.into_any(),
    };
    // Who has no name is called by the address.
    let email = (user.display_name() != user.email).then(|| user.email.clone());
    view! {
        {email.map(|email| address(&email))}
        <Status tone icon label=people::status(user.status) />
        {unreached.map(|reason| view! { <span>{reason}</span> })}
        {expires.map(|expires| view! { <span>{expires}</span> })}
        {signed_in}
    }
    .into_any()
}

#[component]
fn Actions(screen: Screen, user: Memo<User>) -> impl IntoView {
    let can_resend = Memo::new(move |_| user.with(|user| UserAction::Resend.offer(user) == Offer::Open));
    let items = Signal::derive(move || user.with(|user| menu(screen, user)));
    let resend = Callback::new(move |()| screen.acting.act(UserAction::Resend, user.get_untracked()));
    view! {
        <Show when=move || can_resend.get()>
            <Button on_press=resend>{UserAction::Resend.label()}</Button>
        </Show>
        <Menu label=term!("users.actions") items />
    }
}

fn menu(screen: Screen, user: &User) -> Vec<MenuItem> {
    let of = |act: fn(Screen, User)| {
        let user = user.clone();
        move || act(screen, user.clone())
    };
    let mut items = vec![
        people::personas_item(screen.personas, user),
        MenuItem::new(t!("user.rename"), of(|screen, user| screen.renaming.set(Some(user)))),
        MenuItem::new(
            term!("teams.add_to_teams"),
            of(|screen, user| screen.adding.ask(vec![(&user).into()], None)),
        ),
    ];
    items.extend(people::action_items(screen.acting, user));
    items
}
