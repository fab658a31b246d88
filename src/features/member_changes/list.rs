use api_types::{List, MemberChangeBatch};
use leptos::prelude::*;

use super::labels;
use crate::api::member_changes;
use crate::data::{Loader, Paged, kept_table, standing_list};
use crate::domain::navigation::{Place, Route};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Column, EmptyState, HelpPage, Page, Pager, Room, Status, Table, ago, live};

#[component]
pub(crate) fn MemberChanges() -> impl IntoView {
    let Paged { page, here, load, turn } =
        Paged::new(Route::MemberChanges.path(), "updates", async |wanted| {
            member_changes::list(&wanted).await
        });
    let none = || view! { <NoChanges /> }.into_any();
    let next = page.next_page();
    view! {
        <Page
            title=t!("changes.list_title")
            purpose=t!("changes.list_purpose")
            crumbs=Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)])
            help=HelpPage::Users
        >
            <div class="stack-large">
                {standing_list(page, 6, move || load.run(()), none, move || batch_table(page))}
                <Pager label=t!("changes.list_pages") here next on_turn=turn />
            </div>
        </Page>
    }
}

#[component]
fn NoChanges() -> impl IntoView {
    view! {
        <EmptyState title=t!("changes.empty_title") text=t!("changes.empty_text")>
            <a class="button button-primary" href=Route::UpdateCsv.href()>{t!("users.update_users_via_csv")}</a>
        </EmptyState>
    }
}

fn batch_table(page: Loader<List<MemberChangeBatch>>) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("batches.file"),
            live(|batch: &MemberChangeBatch| {
                let href = Route::MemberChange(batch.id.clone()).href();
                view! { <a href=href><bdi>{labels::name(batch)}</bdi></a> }
            }),
        ),
        Column::new(t!("changes.action"), live(|batch: &MemberChangeBatch| labels::action(batch.action))),
        Column::new(
            t!("changes.by"),
            live(|batch: &MemberChangeBatch| {
                view! { <PersonLink id=batch.created_by_id.clone() name=batch.created_by.clone() /> }
            }),
        )
        .from(Room::Medium),
        Column::new(t!("changes.when"), live(|batch: &MemberChangeBatch| ago(batch.created_at.as_str()))),
        Column::new(
            t!("field.status"),
            live(|batch: &MemberChangeBatch| {
                let ((tone, icon), label) = labels::state(batch.state);
                view! { <Status tone icon label /> }
            }),
        ),
        Column::number(
            t!("batches.rows"),
            live(|batch: &MemberChangeBatch| i18n::number(batch.expected_rows)),
        ),
        Column::number(
            t!("changes.verdict_change"),
            live(|batch: &MemberChangeBatch| i18n::number(batch.applied)),
        ),
    ];
    let table = Table::new(t!("changes.list_title"), columns).id("updates");
    kept_table(page, |batch| batch.id.as_str().into(), table)
}
