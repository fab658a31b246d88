//! What was sent to one endpoint.

use api_types::{
    List, Timestamp, Webhook, WebhookAttempt, WebhookDelivery, WebhookDeliveryQuery, WebhookDeliveryState,
    WebhookId, WebhookMessageId, WebhookReplay, WebhookState,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use serde::Serialize;

use super::labels;
use super::state::{HEADING, Screen, look_until};
use crate::api::query::choice;
use crate::api::{query, webhooks};
use crate::data::{History, Loader, kept_table, standing_list};
use crate::domain::navigation::{Route, Section};
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Column, EmptyState, Frame, IconName, Note, Pager, Room, Select, SelectOption, Status,
    Table, Tone, live, notify,
};

/// Messages are kept for 30 days: none is older.
const EVER: &str = "1970-01-01T00:00:00Z";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Asked {
    tab: &'static str,
    endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<WebhookDeliveryState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Clone, Copy)]
struct Page {
    screen: Screen,
    asked: Memo<Asked>,
    page: Loader<List<WebhookDelivery>>,
    go: Callback<(Asked, History)>,
}

impl Page {
    fn new(screen: Screen, id: &WebhookId) -> Self {
        let parameters = use_query_map();
        let id = id.0.clone();
        let asked = Memo::new(move |_| {
            parameters.with(|map| Asked {
                tab: Section::WEBHOOKS_TAB,
                endpoint: id.clone(),
                state: choice(map.get("state")),
                cursor: map.get("cursor"),
            })
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(asked, history): (Asked, History)| {
            navigate(&query(&Route::Security.path(), &asked), history.on_screen());
        });
        let page = Self { screen, asked, page: Loader::new(), go };
        Effect::new(move |_| {
            asked.track();
            page.load();
        });
        page
    }

    fn id(self) -> WebhookId {
        self.asked.with_untracked(|asked| WebhookId(asked.endpoint.clone()))
    }

    /// The endpoint, once it is loaded; reactive.
    fn webhook(self) -> Option<Webhook> {
        self.screen.webhook(&self.id())
    }

    /// Whether it may be sent to, as far as that is known; reactive.
    fn is_on(self) -> bool {
        self.webhook().is_none_or(|webhook| webhook.state == WebhookState::Active)
    }

    fn wanted(self) -> WebhookDeliveryQuery {
        let Asked { state, cursor, .. } = self.asked.get_untracked();
        WebhookDeliveryQuery { state, cursor, limit: None }
    }

    fn load(self) {
        let (id, wanted) = (self.id(), self.wanted());
        spawn(async move { self.page.load(webhooks::deliveries(&id, &wanted)).await });
    }

    /// Loads what was sent again, and how the endpoint is: it may have been turned off.
    async fn refresh(self) {
        let (id, wanted) = (self.id(), self.wanted());
        self.page.refresh(webhooks::deliveries(&id, &wanted)).await;
        self.screen.refresh().await;
    }

    fn turn_on(self) {
        if let Some(webhook) = untrack(|| self.webhook()) {
            self.screen.turn(&webhook, true);
            dom::focus(HEADING);
        }
    }

    /// Sends again, and shows what becomes of it.
    fn replay(self, wanted: WebhookReplay) {
        let id = self.id();
        spawn(async move {
            match webhooks::replay(&id, &wanted).await {
                Ok(replayed) => {
                    notify(Tone::Success, t!("webhooks.again_done", count = replayed.messages));
                    let waits = |one: &WebhookDelivery| one.state == WebhookDeliveryState::Waiting;
                    let is_known = || !self.page.on_page(|items| items.iter().any(waits));
                    look_until(self.page, async || self.refresh().await, is_known).await;
                }
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
        });
    }
}

#[component]
pub(super) fn Deliveries(screen: Screen, id: WebhookId) -> impl IntoView {
    let page = Page::new(screen, &id);
    page.page.on_foreign_cursor(
        move || page.asked.with(|asked| asked.cursor.is_some()),
        move || page.go.run((Asked { cursor: None, ..page.asked.get_untracked() }, History::Replace)),
    );
    let title = move || {
        let url = page.webhook().map(|webhook| webhook.url).unwrap_or_default();
        t!("webhooks.deliveries_of", url = url)
    };
    let nothing = move || {
        let empty = move || {
            let text = match page.asked.with(|asked| asked.state) {
                Some(_) => t!("webhooks.none_sent_text"),
                None => t!("webhooks.nothing_sent_text"),
            };
            view! { <EmptyState title=t!("webhooks.none_sent_title") text /> }
        };
        empty.into_any()
    };
    let next = page.page.next_page();
    let turn = Callback::new(move |cursor: Option<String>| {
        page.go.run((Asked { cursor, ..page.asked.get_untracked() }, History::Push));
        dom::focus_start(HEADING);
    });
    let back = format!("{}?tab={}", Route::Security.href(), Section::WEBHOOKS_TAB);
    view! {
        <section class="stack" aria-labelledby=HEADING>
            <p><a href=back>{t!("webhooks.all")}</a></p>
            <h2 id=HEADING tabindex="-1"><bdi>{title}</bdi></h2>
            <Tools page />
            {standing_list(page.page, 8, move || page.load(), nothing, move || delivery_table(page))}
            <Pager label=t!("webhooks.pages")
                here=Signal::derive(move || page.asked.with(|asked| asked.cursor.clone())) next on_turn=turn />
        </section>
    }
}

#[component]
fn Tools(page: Page) -> impl IntoView {
    let mut options: Vec<SelectOption> = WebhookDeliveryState::ALL
        .iter()
        .map(|&state| SelectOption::new(state.as_str(), labels::delivery(state).2))
        .collect();
    options.insert(0, SelectOption::new("", t!("users.all")));
    let state =
        move || page.asked.with(|asked| asked.state.map_or("", WebhookDeliveryState::as_str).to_owned());
    let by_state = Callback::new(move |chosen: String| {
        let asked = page.asked.get_untracked();
        page.go.run((Asked { state: choice(Some(chosen)), cursor: None, ..asked }, History::Push));
    });
    let refresh = Callback::new(move |()| spawn(page.refresh()));
    let again = Callback::new(move |()| page.replay(WebhookReplay::FailedSince(Timestamp(EVER.to_owned()))));
    view! {
        <div class="toolbar">
            <Select id="webhook-delivery-state" label=t!("webhooks.result") options
                value=Signal::derive(state) on_change=by_state />
            <Button on_press=refresh busy=page.page.busy>{t!("common.refresh")}</Button>
            <Show when=move || page.is_on()>
                <Button on_press=again>{t!("webhooks.failed_again")}</Button>
            </Show>
        </div>
        <Show when=move || !page.is_on()>
            <Note tone=Tone::Warning>
                {t!("webhooks.off_note")} " "
                <Button on_press=Callback::new(move |()| page.turn_on())>{t!("webhooks.turn_on")}</Button>
            </Note>
        </Show>
    }
}

fn delivery_table(page: Page) -> AnyView {
    let columns = vec![
        Column::row_head(
            t!("webhooks.event"),
            live(|delivery: &WebhookDelivery| {
                view! {
                    {labels::event(delivery)}
                    <div class="reason"><code class="address">{delivery.id.0.clone()}</code></div>
                }
            }),
        ),
        Column::new(
            t!("security.when"),
            live(|delivery: &WebhookDelivery| {
                let at = i18n::date_time(delivery.created_at.as_str());
                view! { <time datetime=delivery.created_at.0.clone()>{at}</time> }
            }),
        )
        .from(Room::Medium),
        Column::new(t!("webhooks.result"), live(result)),
        Column::new(t!("webhooks.attempts"), live(attempts)),
        Column::actions(move |delivery: &Memo<WebhookDelivery>| again(page, *delivery)),
    ];
    let table = Table::new(t!("webhooks.deliveries"), columns)
        .frame(Frame::Open)
        .id("webhook-deliveries")
        .row_id(|delivery| delivery.with_untracked(|delivery| row_id(&delivery.id)));
    kept_table(page.page, |delivery| delivery.id.0.as_str().into(), table)
}

/// The id of a message's row.
fn row_id(id: &WebhookMessageId) -> dom::Target {
    dom::Target::of("webhook-delivery", &id.0)
}

fn result(delivery: &WebhookDelivery) -> impl IntoView + use<> {
    let (tone, icon, label) = labels::delivery(delivery.state);
    let next = delivery.next_attempt_at.as_ref().filter(|_| !delivery.attempts.is_empty());
    let next = next.map(|at| {
        let text = t!("webhooks.next_attempt", time = i18n::date_time(at.as_str()));
        view! { <div class="reason">{text}</div> }
    });
    view! { <Status tone icon label /> {next} }
}

/// Sends a message again, once it is known what became of it.
fn again(page: Page, delivery: Memo<WebhookDelivery>) -> impl IntoView {
    let (id, of) = delivery.with_untracked(|delivery| (delivery.id.clone(), labels::event(delivery)));
    let again = Callback::new(move |()| {
        page.replay(WebhookReplay::Message(id.clone()));
        // The button goes until the message is sent.
        row_id(&id).focus();
    });
    let is_offered = Memo::new(move |_| {
        page.is_on() && delivery.with(|delivery| delivery.state != WebhookDeliveryState::Waiting)
    });
    move || {
        let of = of.clone();
        is_offered.get().then(|| {
            view! {
                <Button kind=ButtonKind::Quiet icon=IconName::Redo on_press=again>
                    {t!("webhooks.again")}
                    <span class="visually-hidden">{t!("common.of", text = of)}</span>
                </Button>
            }
        })
    }
}

/// Each attempt at a message, and what was answered.
fn attempts(delivery: &WebhookDelivery) -> impl IntoView + use<> {
    // The latest is the first, and not all of many are here.
    let count = delivery.attempts.first().map_or(0, |latest| latest.attempt);
    let of = labels::event(delivery);
    let attempts = delivery.attempts.iter().map(attempt).collect_view();
    (count > 0).then(|| {
        view! {
            <details class="small">
                <summary>
                    {t!("webhooks.attempts_count", count = count)}
                    <span class="visually-hidden">{t!("common.of", text = of)}</span>
                </summary>
                <ul>{attempts}</ul>
            </details>
        }
    })
}

fn attempt(attempt: &WebhookAttempt) -> impl IntoView + use<> {
    let said = match attempt.status {
        Some(status) => {
            t!("webhooks.status", status = status.to_string(), outcome = labels::outcome(attempt.outcome))
        }
        None => labels::outcome(attempt.outcome),
    };
    let took = t!("webhooks.took", count = attempt.took_ms);
    let response = attempt.response.clone().filter(|text| !text.trim().is_empty());
    view! {
        <li>
            {i18n::date_time(attempt.at.as_str())} " " {said} " " <span class="reason">{took}</span>
            {response.map(|text| view! { <div><code class="address"><bdi>{text}</bdi></code></div> })}
        </li>
    }
}
