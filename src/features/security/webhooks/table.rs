use api_types::{Webhook, WebhookState};
use leptos::prelude::*;

use super::labels;
use super::state::{Entered, Screen, row_id};
use crate::data::kept_table;
use crate::domain::navigation::{Route, Section};
use crate::t;
use crate::ui::{Column, Frame, IconName, Menu, MenuItem, Room, Status, Table, live};

/// The address of what was sent to an endpoint.
fn deliveries_of(webhook: &Webhook) -> String {
    format!("{}?tab={}&endpoint={}", Route::Security.href(), Section::WEBHOOKS_TAB, webhook.id)
}

pub(super) fn webhook_table(screen: Screen) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("webhooks.url"),
            live(|webhook: &Webhook| {
                view! {
                    <code class="address"><bdi>{webhook.url.clone()}</bdi></code>
                    <div class="reason"><bdi>{webhook.description.clone()}</bdi></div>
                }
            }),
        ),
        Column::new(t!("webhooks.types"), live(|webhook: &Webhook| labels::kinds(&webhook.types)))
            .from(Room::Medium),
        Column::new(
            t!("webhooks.state"),
            live(|webhook: &Webhook| {
                let (tone, icon, label) = labels::state(webhook);
                view! { <Status tone icon label /> }
            }),
        ),
        Column::new(t!("webhooks.messages"), live(messages)),
        Column::actions(move |webhook: &Memo<Webhook>| actions(screen, *webhook)),
    ];
    let table = Table::new(t!("webhooks.title"), columns)
        .frame(Frame::Open)
        .id("webhooks")
        .row_id(|webhook| webhook.with_untracked(|webhook| row_id(&webhook.id)));
    kept_table(screen.list, |webhook| webhook.id.0.as_str().into(), table)
}

fn messages(webhook: &Webhook) -> impl IntoView + use<> {
    let waiting = (webhook.waiting > 0).then(|| t!("webhooks.waiting", count = webhook.waiting));
    let failed = (webhook.failed > 0).then(|| t!("webhooks.failed", count = webhook.failed));
    let said = waiting.into_iter().chain(failed).map(|text| view! { <div class="reason">{text}</div> });
    let href = deliveries_of(webhook);
    view! {
        <a href=href>
            {t!("webhooks.deliveries")}
            <span class="visually-hidden">{t!("common.of", text = webhook.url.clone())}</span>
        </a>
        {said.collect_view()}
    }
}

fn actions(screen: Screen, webhook: Memo<Webhook>) -> AnyView {
    let items = Signal::derive(move || webhook.with(|webhook| items(screen, webhook)));
    let url = Memo::new(move |_| webhook.with(|webhook| webhook.url.clone()));
    (move || {
        let label = t!("users.row_actions", name = url.get());
        view! { <Menu label icon=IconName::More compact=true items /> }
    })
    .into_any()
}

fn items(screen: Screen, webhook: &Webhook) -> Vec<MenuItem> {
    let item = |label: String, act: fn(Screen, &Webhook)| {
        let webhook = webhook.clone();
        MenuItem::new(label, move || act(screen, &webhook))
    };
    let mut items = vec![item(t!("invite.edit"), |screen, webhook| {
        screen.entering.set(Some(Entered::Known(webhook.clone())));
    })];
    if webhook.state == WebhookState::Active {
        items.push(item(t!("webhooks.test"), |screen, webhook| screen.send_test(webhook)));
        items.push(item(t!("webhooks.turn_off"), |screen, webhook| screen.turn(webhook, false)));
    } else {
        items.push(item(t!("webhooks.turn_on"), |screen, webhook| screen.turn(webhook, true)));
    }
    items.push(item(t!("webhooks.renew"), |screen, webhook| screen.ask_to_renew(webhook)));
    items.push(item(t!("webhooks.delete"), |screen, webhook| screen.ask_to_delete(webhook)));
    items
}
