use api_types::embed::{ApiKey, ApiKeyKind};
use leptos::prelude::*;

use super::labels;
use super::state::{Keys, row_id};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::timers;
use crate::t;
use crate::ui::{Button, ButtonKind, Column, Frame, IconName, Room, Status, Table, Tone, address, ago};

pub(super) fn key_table(screen: Keys, keys: Vec<ApiKey>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("api_keys.name"), |key: &ApiKey| {
            view! { <bdi>{key.name.clone()}</bdi> <code class="address reason">{format!("{}…", key.prefix)}</code> }
        }),
        Column::new(t!("api_keys.origins"), |key: &ApiKey| {
            let origins = key.origins.iter().map(|origin| view! { <div>{address(origin)}</div> });
            let is_command_line = key.kind == ApiKeyKind::CommandLine;
            view! { {is_command_line.then(|| labels::kind(key.kind))} {origins.collect_view()} }
        })
        .class("long-text"),
        Column::new(t!("api_keys.may"), |key: &ApiKey| {
            let may = match key.kind {
                ApiKeyKind::Host => labels::flows(&key.flows),
                ApiKeyKind::CommandLine => t!("api_keys.may_command_line"),
            };
            let gives = t!("api_keys.gives", role = labels::role(key.grants));
            let opens_for = labels::opens_for(key).map(|text| view! { <div class="reason">{text}</div> });
            view! {
                <span>{may}</span> <span class="reason">{labels::role(key.role)}</span>
                <div class="reason">{gives}</div>
                {opens_for}
            }
        })
        .class("long-text"),
        Column::new(t!("api_keys.created"), |key: &ApiKey| {
            let by = view! { <PersonLink id=key.created_by_id.clone() name=key.created_by.clone() /> };
            let until = t!("api_keys.works_until", date = i18n::date(key.ends_at.as_str()));
            view! { {ago(key.created_at.as_str())} <span class="reason">{by}</span> <div class="reason">{until}</div> }
        })
        .from(Room::Wide),
        Column::new(t!("api_keys.last_used"), |key: &ApiKey| match &key.last_used_at {
            Some(at) => ago(at.as_str()),
            None => view! { <span class="reason">{t!("users.never")}</span> }.into_any(),
        }),
        Column::actions(move |key: &ApiKey| last(screen, key)),
    ];
    Table::new(t!("api_keys.title"), columns)
        .frame(Frame::Open)
        .id("api-keys")
        .row_id(|key| row_id(&key.id))
        .rows(keys)
}

fn last(screen: Keys, key: &ApiKey) -> AnyView {
    if key.revoked_at.is_some() {
        return view! { <Status tone=Tone::Quiet icon=IconName::Cross label=t!("api_keys.revoked") /> }
            .into_any();
    }
    let has_ended = timers::until(key.ends_at.as_str()).is_some_and(|left| left <= 0);
    let ended = has_ended
        .then(|| view! { <Status tone=Tone::Warning icon=IconName::Alert label=t!("api_keys.ended") /> });
    let (asked, name) = (key.clone(), key.name.clone());
    let ask = Callback::new(move |()| screen.ask_to_revoke(asked.clone()));
    view! {
        {ended}
        <Button kind=ButtonKind::Quiet on_press=ask>
            {t!("api_keys.revoke")}
            <span class="visually-hidden">{t!("common.of", text = name)}</span>
        </Button>
    }
    .into_any()
}
