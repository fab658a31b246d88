use api_types::{Batch, InvitationStatus, List, PageQuery};
use leptos::prelude::*;

use crate::api::{Pace, batches};
use crate::data::{Load, Loader, Paged, kept_table, standing_list};
use crate::domain::invitations::{MailTroubleNote, labels};
use crate::domain::navigation::{Place, Route};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::term;
use crate::ui::{Column, EmptyState, HelpPage, Page, Pager, Room, Status, Table, ago, live};

#[component]
pub(crate) fn Batches() -> impl IntoView {
    let Paged { page, here, load, turn } =
        Paged::new(Route::Batches.path(), "batches", async |wanted| batches::list(&wanted).await);
    spawn(follow(page, here));
    let trouble = Signal::derive(move || {
        page.on_page(|batches| batches.iter().find_map(|batch| batch.mail_trouble.clone()))
    });
    let none = || view! { <NoBatches /> }.into_any();
    let next = page.next_page();
    view! {
        <Page
            title=term!("nav.invitation_batches")
            purpose=t!("batches.purpose")
            crumbs=Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)])
            help=HelpPage::Invitations
        >
            <div class="stack-large">
                <MailTroubleNote trouble on_retried=load stays=dom::PAGE_TITLE />
                {standing_list(page, 6, move || load.run(()), none, move || batch_table(page))}
                <Pager label=t!("batches.pages") here next on_turn=turn />
            </div>
        </Page>
    }
}

#[component]
fn NoBatches() -> impl IntoView {
    view! {
        <EmptyState title=t!("batches.empty_title") text=t!("batches.empty_text")>
            <div class="actions">
                <a class="button button-primary" href=Route::Invite.href()>{term!("users.invite_users")}</a>
                <a class="button" href=Route::InviteCsv.href()>{term!("users.invite_users_via_csv")}</a>
            </div>
        </EmptyState>
    }
}

fn batch_table(page: Loader<List<Batch>>) -> AnyView {
    let count = |label: String, of: fn(&Batch) -> u32| {
        Column::number(label, live(move |batch: &Batch| i18n::number(of(batch))))
    };
    let columns = vec![
        Column::row_head(
            t!("batches.file"),
            live(|batch: &Batch| {
                view! { <a href=Route::Batch(batch.id.clone()).href()><bdi>{labels::name(batch)}</bdi></a> }
            }),
        ),
        Column::new(
            t!("batches.when"),
            live(|batch: &Batch| {
                view! {
                    {ago(batch.created_at.as_str())}
                    <div class="reason">
                        <span class="visually-hidden">{t!("batches.sent_by")}" "</span>
                        <PersonLink id=batch.created_by_id.clone() name=batch.created_by.clone() />
                    </div>
                }
            }),
        ),
        Column::new(
            t!("field.status"),
            live(|batch: &Batch| {
                let ((tone, icon), label) = labels::state(batch);
                view! { <Status tone icon label /> }
            }),
        ),
        count(t!("batches.rows"), |batch| batch.expected_rows),
        count(t!("delivery.sent"), |batch| batch.deliveries.sent),
        count(t!("delivery.failed"), |batch| batch.deliveries.failed),
        count(t!("batches.accepted"), |batch| batch.accepted).from(Room::Small),
        count(t!("batches.invitation_pending"), |batch| batch.invitations(InvitationStatus::Pending))
            .from(Room::Wide),
        count(t!("batches.revoked"), |batch| batch.revoked).from(Room::Widest),
    ];
    let table = Table::new(t!("nav.invitation_batches"), columns).id("batches");
    kept_table(page, |batch| batch.id.as_str().into(), table)
}

/// Polls while the page is visible: mails are sent, people accept.
async fn follow(page: Loader<List<Batch>>, here: Memo<Option<String>>) {
    let mut pace = Pace::default();
    loop {
        timers::sleep(pace.wait_ms()).await;
        let Some(cursor) = here.try_get_untracked() else { return };
        let Some(before) = page.state.try_get_untracked() else { return };
        // After a failure, only the button loads again.
        if dom::document().hidden() || !matches!(before, Load::Ready(_)) {
            continue;
        }
        page.keep_up(batches::list(&PageQuery { cursor, limit: None })).await;
        let Some(now) = page.state.try_get_untracked() else { return };
        pace = pace.after(now != before);
    }
}
