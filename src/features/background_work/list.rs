use leptos::prelude::*;

use super::button::CloseList;
use super::line::UnderWay;
use super::recent::Recent;
use crate::domain::{background_work, session};
use crate::t;
use crate::ui::{Icon, IconName};

/// What is under way, and what has ended.
#[component]
pub(crate) fn BackgroundList() -> impl IntoView {
    let CloseList(close) = expect_context();
    let is_admin = session::is_admin();
    if is_admin {
        background_work::read_recent();
        on_cleanup(background_work::stop_recent);
    }
    view! {
        <header class="work-head">
            <h2>{t!("work.title")}</h2>
            <button
                type="button"
                class="button button-quiet button-icon"
                aria-label=t!("common.close")
                on:click=move |_| close.run(())
            ><Icon name=IconName::Close /></button>
        </header>
        <UnderWay />
        {is_admin.then(|| view! { <Recent /> })}
    }
}
