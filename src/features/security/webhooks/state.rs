//! Shared by the parts of the section.

use api_types::{List, Webhook, WebhookChange, WebhookId};
use leptos::prelude::*;

use crate::api::webhooks;
use crate::data::Loader;
use crate::i18n::Message;
use crate::platform::{dom, random, spawn, timers};
use crate::t;
use crate::ui::{Confirmation, HeldSecret, Question, Tone, notify};

/// Looks, once a second and a few times at most, until it is known what has become of what was sent, or the list that shows it
/// was left.
pub(super) async fn look_until<T: Send + Sync>(
    shown: Loader<T>,
    look: impl AsyncFn(),
    is_known: impl Fn() -> bool,
) {
    for _ in 0..5 {
        if shown.state.is_disposed() {
            return;
        }
        look().await;
        if shown.state.is_disposed() || untrack(&is_known) {
            return;
        }
        timers::sleep(1_000.0).await;
    }
}

/// What the dialog enters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entered {
    New,
    Known(Webhook),
}

#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) list: Loader<List<Webhook>>,
    /// What is being entered, while it is.
    pub(super) entering: RwSignal<Option<Entered>>,
    /// The endpoint whose secret is shown.
    pub(super) told: RwSignal<Option<WebhookId>>,
    pub(super) held: HeldSecret,
    pub(super) confirmation: Confirmation,
}

impl Screen {
    pub(super) fn new() -> Self {
        let screen = Self {
            list: Loader::new(),
            entering: RwSignal::new(None),
            told: RwSignal::new(None),
            held: HeldSecret::new(),
            confirmation: Confirmation::new(),
        };
        screen.load();
        screen
    }

    pub(super) fn load(self) {
        spawn(async move { self.list.load(webhooks::list()).await });
    }

    /// Loads the endpoints again after a change.
    pub(super) async fn refresh(self) {
        self.list.refresh(webhooks::list()).await;
    }

    /// Shows a secret, until it is put away.
    pub(super) fn tell(self, id: WebhookId, secret: String) {
        self.held.keep(secret);
        self.told.try_set(Some(id));
    }

    /// An endpoint, once it is loaded; reactive.
    pub(super) fn webhook(self, id: &WebhookId) -> Option<Webhook> {
        self.list.on_page(|list| list.iter().find(|webhook| webhook.id == *id).cloned())
    }

    pub(super) fn send_test(self, webhook: &Webhook) {
        let id = webhook.id.clone();
        spawn(async move {
            match webhooks::test(&id, &random::uuid()).await {
                Ok(_) => notify(Tone::Success, t!("webhooks.test_sent")),
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
            let is_known = || self.webhook(&id).is_none_or(|webhook| webhook.waiting == 0);
            look_until(self.list, async || self.refresh().await, is_known).await;
        });
    }

    pub(super) fn turn(self, webhook: &Webhook, is_active: bool) {
        let webhook = webhook.clone();
        spawn(async move {
            let change = WebhookChange { is_active: Some(is_active), ..WebhookChange::default() };
            match webhooks::change(&webhook.id, &change).await {
                Ok(webhook) if is_active => {
                    notify(Tone::Success, t!("webhooks.turned_on", url = webhook.url));
                }
                Ok(webhook) => notify(Tone::Success, t!("webhooks.turned_off", url = webhook.url)),
                Err(failure) => notify(Tone::Failure, failure.message()),
            }
            self.refresh().await;
        });
    }

    pub(super) fn ask_to_renew(self, webhook: &Webhook) {
        let question = Question {
            title: t!("webhooks.renew_title", url = webhook.url.clone()),
            text: t!("webhooks.renew_text"),
            action: t!("webhooks.renew"),
            danger: false,
        };
        let id = webhook.id.clone();
        self.confirmation.ask(question, move || self.renew(id.clone()));
    }

    async fn renew(self, id: WebhookId) -> Result<(), Message> {
        let renewed = webhooks::renew_secret(&id).await?;
        self.confirmation.close();
        self.tell(id, renewed.secret);
        self.refresh().await;
        Ok(())
    }

    pub(super) fn ask_to_delete(self, webhook: &Webhook) {
        let question = Question {
            title: t!("webhooks.delete_title", url = webhook.url.clone()),
            text: t!("webhooks.delete_text"),
            action: t!("webhooks.delete"),
            danger: true,
        };
        let webhook = webhook.clone();
        self.confirmation.ask(question, move || self.delete(webhook.clone()));
    }

    async fn delete(self, webhook: Webhook) -> Result<(), Message> {
        let pressed = dom::InputMark::now();
        webhooks::delete(&webhook.id).await?;
        self.confirmation.close();
        notify(Tone::Success, t!("webhooks.deleted", url = webhook.url));
        self.refresh().await;
        pressed.focus(dom::Target::from(HEADING));
        Ok(())
    }
}

/// The id of the section's heading.
pub(super) const HEADING: &str = crate::domain::navigation::Section::Webhooks.anchor();

/// The id of an endpoint's row.
pub(super) fn row_id(id: &WebhookId) -> dom::Target {
    dom::Target::of("webhook", id)
}
