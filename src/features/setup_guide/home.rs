//! What the guide becomes once everything is set up: how the account is doing, each in a small picture and in words.

use api_types::{Account, FieldSync, InvitationDay, InvitationsByDay, List, PageQuery, RecentError, SyncRun};
use futures_util::future::try_join;
use leptos::prelude::*;

use crate::api::{diagnostics, field_sync, invitations, users};
use crate::data::{Loader, loaded};
use crate::domain::errors::Code;
use crate::domain::field_sync::run_state;
use crate::domain::navigation::{ConfigTab, Route};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{BarChart, Column, Frame, Icon, IconName, Meter, Status, Table, Term, until};

/// How many of the latest errors are named.
const ERRORS: usize = 3;

/// On how many days something happened before a picture shows more than a sentence.
const DAYS_OF_A_COURSE: usize = 3;

#[component]
pub(super) fn Home() -> impl IntoView {
    let account = Loader::<Account>::new();
    let by_day = Loader::<InvitationsByDay>::new();
    let sync = Loader::<(FieldSync, List<SyncRun>)>::new();
    let errors = Loader::<List<RecentError>>::new();
    let load_account = move || spawn(account.load(users::account()));
    let load_by_day = move || spawn(by_day.load(invitations::by_day()));
    let load_sync = move || {
        spawn(sync.load(async {
            let latest = PageQuery { cursor: None, limit: Some(1) };
            try_join(field_sync::find(), field_sync::runs(&latest)).await
        }));
    };
    let load_errors = move || spawn(errors.load(diagnostics::errors(None)));
    load_account();
    load_by_day();
    load_sync();
    load_errors();
    view! {
        <section class="stack" aria-labelledby="home-title">
            <h2 id="home-title">{t!("home.title")}</h2>
            <div class="actions">
                <a class="button button-primary" href=Route::Invite.href()>{term!("users.invite_users")}</a>
                <a class="button" href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
                <a class="button" href=Route::InviteSalesforce.href()>{t!("users.invite_users_from_salesforce")}</a>
                <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
            </div>
            <div class="home">
                {card("home-by-day", t!("home.invitations").into(), Route::Batches.href(), loaded(by_day, 4, load_by_day, |by_day| chart(by_day.days)))}
                {card("home-seats", t!("users.seats").into(), Route::Users.href(), loaded(account, 1, load_account, |account| seats(&account)))}
                {card("home-sync", term!("actions_config.field_sync"), ConfigTab::Sync.href(), loaded(sync, 2, load_sync, |(sync, runs)| health(&sync, runs.items.first())))}
                {card("home-errors", t!("home.errors").into(), Route::Diagnostics.href(), loaded(errors, 3, load_errors, latest))}
            </div>
        </section>
    }
}

/// A card whose heading leads to the screen with the rest.
fn card(
    id: &'static str,
    title: Term,
    more: String,
    content: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <h3 id=id><a href=more>{title}</a></h3>
            {content}
        </section>
    }
}

fn seats(account: &Account) -> AnyView {
    let seats = account.seats;
    let text = t!("users.seats_text", used = seats.used, limit = seats.limit, count = seats.free());
    view! { <Meter label=t!("users.seats") used=u64::from(seats.used) limit=u64::from(seats.limit) text /> }
        .into_any()
}

fn chart(days: Vec<InvitationDay>) -> AnyView {
    let sum = |of: fn(&InvitationDay) -> u32| days.iter().map(|day| u64::from(of(day))).sum::<u64>();
    let (invited, accepted) = (sum(|day| day.invited), sum(|day| day.accepted));
    if invited + accepted == 0 {
        return view! { <p class="quiet">{t!("home.none_invited")}</p> }.into_any();
    }
    let said = view! {
        <p class="chart-keys">
            <span class="chart-key-first">{t!("home.invited", invited = invited)}</span>
            <span class="chart-key-second">{t!("home.accepted", accepted = accepted)}</span>
        </p>
    };
    if days.iter().filter(|day| day.invited + day.accepted > 0).count() < DAYS_OF_A_COURSE {
        return said.into_any();
    }
    let columns = days.iter().map(|day| (day.invited, day.accepted)).collect();
    let ends = days.first().into_iter().chain(days.last());
    let ends: Vec<_> = ends.map(|day| i18n::utc_day(day.begins_at.as_str())).collect();
    let days = days.into_iter().rev().filter(|day| day.invited + day.accepted > 0).collect();
    view! {
        <BarChart columns />
        <p class="chart-ends reason">{ends.into_iter().map(|day| view! { <span>{day}</span> }).collect_view()}</p>
        {said}
        <details class="how">
            <summary>{t!("home.as_table")}</summary>
            {table(days)}
        </details>
    }
    .into_any()
}

fn table(days: Vec<InvitationDay>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("home.day"), |day: &InvitationDay| i18n::utc_day(day.begins_at.as_str())),
        Column::number(t!("home.day_invited"), |day: &InvitationDay| i18n::number(day.invited)),
        Column::number(t!("home.day_accepted"), |day: &InvitationDay| i18n::number(day.accepted)),
    ];
    Table::new(t!("home.invitations"), columns).frame(Frame::Open).rows(days)
}

fn health(sync: &FieldSync, latest: Option<&SyncRun>) -> AnyView {
    let state = latest.map(|run| {
        let (tone, icon, label) = run_state(run.state, run.failed);
        let at = run.ended_at.as_ref().unwrap_or(&run.started_at);
        view! { <p><Status tone icon label />" "<span class="reason">{i18n::date_time(at.as_str())}</span></p> }
    });
    let next = sync.next_poll_at.as_ref().filter(|_| sync.incremental).map(|at| {
        view! { <p class="reason">{until(at.as_str(), |time| t!("home.next_poll", time = time))}</p> }
    });
    view! { {state}<p>{t!("home.people", count = sync.people)}</p>{next} }.into_any()
}

/// Those that nothing has solved since.
fn latest(errors: List<RecentError>) -> AnyView {
    let errors: Vec<_> = errors.items.into_iter().filter(|error| !error.is_solved).collect();
    if errors.is_empty() {
        return view! { <p class="home-fine"><Icon name=IconName::Check />{t!("home.no_errors")}</p> }
            .into_any();
    }
    let line = |error: RecentError| {
        let meaning = Code::of(&error).map(Code::meaning);
        view! {
            <li>
                <code class="address">{error.code}</code>" "
                <span class="reason">{i18n::date_time(error.at.as_str())}</span>
                {meaning.map(|meaning| view! { <p class="reason">{meaning}</p> })}
            </li>
        }
    };
    view! { <ul class="stack">{errors.into_iter().take(ERRORS).map(line).collect_view()}</ul> }.into_any()
}
