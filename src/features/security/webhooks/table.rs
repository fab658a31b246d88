use api_types::{Webhook, WebhookState};
use leptos::prelude::*;

use super::labels;
use super::state::{Entered, Screen, row_id};
use crate::domain::navigation::{Route, Section};
use crate::t;
use crate::ui::{Column, Frame, IconName, Menu, MenuItem, Room, Status, Table};

/// The address of what was sent to an endpoint.
fn deliveries_of(webhook: &Webhook) -> String {
    format!("{}?tab={}&endpoint={}", Route::Security.href(), Section::WEBHOOKS_TAB, webhook.id)
}

pub(super) fn webhook_table(screen: Screen, webhooks: Vec<Webhook>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("webhooks.url"), |webhook: &Webhook| {
            view! {
                <code class="address"><bdi>{webhook.url.clone()}</bdi></code>
                <div class="reason"><bdi>{webhook.description.clone()}</bdi></div>
            }
        }),
        Column::new(t!("webhooks.types"), |webhook: &Webhook| labels::kinds(&webhook.types))
            .from(Room::Medium),
        Column::new(t!("webhooks.state"), |webhook: &Webhook| {
            let (tone, icon, label) = labels::state(webhook);
            view! { <Status tone icon label /> }
        }),
        Column::new(t!("webhooks.messages"), |webhook: &Webhook| {
            let waiting = (webhook.waiting > 0).then(|| t!("webhooks.waiting", count = webhook.waiting));
            let failed = (webhook.failed > 0).then(|| t!("webhooks.failed", count = webhook.failed));
            let said =
                waiting.into_iter().chain(failed).map(|text| view! { <div class="reason">{text}</div> });
            let href = deliveries_of(webhook);
            view! {
                <a href=href>
                    {t!("webhooks.deliveries")}
                    <span class="visually-hidden">{t!("common.of", text = webhook.url.clone())}</span>
                </a>
                {said.collect_view()}
            }
        }),
        Column::actions(move |webhook: &Webhook| actions(screen, webhook)),
    ];
    Table::new(t!("webhooks.title"), columns)
        .frame(Frame::Open)
        .id("webhooks")
        .row_id(|webhook| row_id(&webhook.id))
        .rows(webhooks)
}

fn actions(screen: Screen, webhook: &Webhook) -> AnyView {
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
    let label = t!("users.row_actions", name = webhook.url.clone());
    view! { <Menu label icon=IconName::More compact=true items /> }.into_any()
}
