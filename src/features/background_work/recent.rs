use api_types::{ProblemCode, Work};
use leptos::prelude::*;

use super::line::by;
use crate::data::Load;
use crate::domain::background_work::{self, labels};
use crate::domain::navigation::{ConfigTab, Route};
use crate::platform::panel;
use crate::t;
use crate::term;
use crate::ui::{Failed, Skeleton, Status};

/// What has ended, the latest first, and the way to the lists of everything.
#[component]
pub(super) fn Recent() -> impl IntoView {
    let recent = background_work::recent();
    let retry = Callback::new(|()| background_work::read_recent());
    let works = move || match recent.get() {
        Load::Loading => view! { <Skeleton rows=4 /> }.into_any(),
        Load::Failed(failure) if failure.code() == Some(ProblemCode::Forbidden) => {
            view! { <p class="quiet">{t!("work.forbidden")}</p> }.into_any()
        }
        Load::Failed(failure) => view! {
            <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) />
        }
        .into_any(),
        Load::Ready(works) if works.is_empty() => {
            view! { <p class="quiet">{t!("work.no_recent")}</p> }.into_any()
        }
        Load::Ready(works) => {
            view! { <ol class="work-lines">{works.iter().map(entry).collect_view()}</ol> }.into_any()
        }
    };
    view! {
        <h3>{t!("work.recent")}</h3>
        {works}
        // The panel shows other lists by its flow.
        {(!panel::is_here()).then(|| view! {
            <ul class="work-lists">
                <li><a href=Route::Batches.href()>{term!("nav.invitation_batches")}</a></li>
                <li><a href=Route::MemberChanges.href()>{t!("changes.list_title")}</a></li>
                <li><a href=ConfigTab::Sync.card_href()>{term!("actions_config.field_sync")}</a></li>
            </ul>
        })}
    }
}

fn entry(work: &Work) -> impl IntoView + use<> {
    let (tone, icon, label) = labels::state(work);
    view! {
        <li class="work-line">
            <p class="work-name"><a href=labels::href(&work.subject)><bdi>{labels::name(work)}</bdi></a></p>
            <p class="work-facts">
                <Status tone icon label />
                <span class="small">{labels::how_far(work)}</span>
                {labels::trouble(work).map(|text| view! { <span class="small work-trouble">{text}</span> })}
                {by(work)}
            </p>
        </li>
    }
}
