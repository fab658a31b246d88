//! The dialog that enters an endpoint.

use api_types::{NewWebhook, ProblemCode, Webhook, WebhookChange, WebhookType, limits};
use leptos::prelude::*;

use super::state::{Entered, Screen};
use crate::api::{Failure, webhooks};
use crate::domain::audit;
use crate::i18n::Message;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Field, FieldState, Form};

/// What is entered for an endpoint.
#[derive(Clone, Copy)]
struct Input {
    form: Form,
    url: FieldState,
    description: FieldState,
    /// Only its message: the choice is in `chosen`.
    types: FieldState,
    chosen: RwSignal<Vec<WebhookType>>,
}

impl Input {
    fn new() -> Self {
        Self {
            form: Form::new(),
            url: FieldState::new("webhook-url", ""),
            description: FieldState::new("webhook-description", ""),
            types: FieldState::new("webhook-types", ""),
            chosen: RwSignal::new(Vec::new()),
        }
    }

    fn fields(self) -> Vec<FieldState> {
        vec![self.url, self.description, self.types]
    }

    /// Begins with what is known of the endpoint.
    fn begin(self, entered: &Entered) {
        let (url, description, types) = match entered {
            Entered::New => (String::new(), String::new(), Vec::new()),
            Entered::Known(webhook) => {
                (webhook.url.clone(), webhook.description.clone(), webhook.types.clone())
            }
        };
        self.url.text.set(url);
        self.description.text.set(description);
        self.chosen.set(types);
        self.fields().iter().for_each(|field| field.error.set(None));
        self.form.forget();
    }

    /// The endpoint; `None` after marking what is missing. Whether the URL is allowed is the backend's to say.
    fn read(self) -> Option<NewWebhook> {
        let url = self.url.required(|| t!("webhooks.url_missing"));
        let limit = limits::WEBHOOK_DESCRIPTION_MAX;
        let short =
            |text: &str| if text.chars().count() > limit { Err(()) } else { Ok(text.trim().to_owned()) };
        let description = self.description.parse(short, |()| t!("api_keys.name_too_long", limit = limit));
        let types = self.chosen.get_untracked();
        self.types.error.set(types.is_empty().then(|| t!("webhooks.types_missing")));
        let (url, description) = url.zip(description)?;
        (!types.is_empty()).then_some(NewWebhook { url, description, types })
    }

    /// Shows the backend's refusal where it belongs.
    fn refused(self, failure: &Failure) -> Option<Message> {
        let message = match (failure.code(), failure.field()) {
            (Some(ProblemCode::NameTaken), _) => t!("webhooks.url_taken"),
            (_, Some("url")) => t!("webhooks.url_wrong"),
            _ => return Some(failure.message()),
        };
        self.url.error.try_set(Some(message));
        None
    }
}

/// What was entered otherwise than it was: somebody else may have changed the rest meanwhile. `None` where nothing was.
fn difference(before: &Webhook, wanted: NewWebhook) -> Option<WebhookChange> {
    let change = WebhookChange {
        url: Some(wanted.url).filter(|url| *url != before.url),
        description: Some(wanted.description).filter(|description| *description != before.description),
        types: Some(wanted.types).filter(|types| *types != before.types),
        is_active: None,
    };
    (change != WebhookChange::default()).then_some(change)
}

#[component]
pub(super) fn EntryDialog(screen: Screen) -> impl IntoView {
    let (entering, input) = (screen.entering, Input::new());
    let form = input.form;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        entering.with(|entering| {
            if let Some(entered) = entering {
                input.begin(entered);
            }
            open.set(entering.is_some());
        });
    });
    let submit = form.handler(
        move || Some((input.read()?, entering.get_untracked()?)),
        async move |(wanted, entered): (NewWebhook, Entered)| {
            match entered {
                Entered::New => {
                    let added = webhooks::add(&wanted).await.map_err(|failure| input.refused(&failure))?;
                    entering.try_set(None);
                    screen.tell(added.webhook.id, added.secret);
                }
                Entered::Known(webhook) => {
                    if let Some(change) = difference(&webhook, wanted) {
                        let changed = webhooks::change(&webhook.id, &change).await;
                        changed.map_err(|failure| input.refused(&failure))?;
                    }
                    entering.try_set(None);
                }
            }
            screen.refresh().await;
            Ok(())
        },
    );
    let submit = StoredValue::new(submit);
    let close = Callback::new(move |()| {
        // Once sent, it stays until the outcome is known.
        if !form.is_busy() {
            entering.set(None);
        }
    });
    let title = Signal::derive(move || match entering.get() {
        Some(Entered::Known(_)) => t!("webhooks.edit_title"),
        _ => t!("webhooks.new"),
    });
    view! {
        <Dialog open title on_close=close>
            <form class="form" on:submit=submit.get_value() novalidate>
                <ErrorSummary fields=input.fields() form />
                <Field state=input.url label=t!("webhooks.url") hint=t!("webhooks.url_hint") />
                <Field state=input.description label=t!("webhooks.description") hint=t!("webhooks.description_hint") />
                <Types input />
                <div class="dialog-actions">
                    <Button waiting=form.busy on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{term!("common.save")}</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// The events that are sent.
#[component]
fn Types(input: Input) -> impl IntoView {
    let Input { types, chosen, .. } = input;
    let toggle = move |kind: WebhookType, on: bool| {
        // In the order in which they are offered.
        chosen.update(|chosen| {
            let is_chosen = |one: &WebhookType| if *one == kind { on } else { chosen.contains(one) };
            *chosen = WebhookType::chosen().filter(is_chosen).collect();
        });
    };
    view! {
        <fieldset
            class="field"
            class:field-wrong=move || types.error.with(Option::is_some)
            id=types.id
            tabindex="-1"
            aria-describedby="webhook-types-hint"
        >
            <legend>{t!("webhooks.types")}</legend>
            <p class="hint" id="webhook-types-hint">{t!("webhooks.types_hint")}</p>
            <div class="check-list">
                {WebhookType::chosen().map(|one| view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || chosen.with(|chosen| chosen.contains(&one))
                            on:change:target=move |event| toggle(one, event.target().checked())
                        />
                        <span>{audit::webhook_type(one)}</span>
                    </label>
                }).collect_view()}
            </div>
            {move || types.error.get().map(|error| view! { <p class="field-error">{error}</p> })}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use api_types::{Timestamp, WebhookId, WebhookState};

    use super::*;

    #[test]
    fn n5_only_what_was_entered_otherwise_is_changed() {
        let types = vec![WebhookType::InvitationSent];
        let before = Webhook {
            id: WebhookId("w".to_owned()),
            url: "https://a.example/".to_owned(),
            description: "CRM".to_owned(),
            types: types.clone(),
            state: WebhookState::Active,
            created_at: Timestamp("2026-08-01T09:00:00Z".to_owned()),
            failing_since: None,
            former_secret_until: None,
            waiting: 0,
            failed: 0,
        };
        let same = NewWebhook { url: before.url.clone(), description: before.description.clone(), types };
        let changed = |wanted: NewWebhook| difference(&before, wanted);
        assert_eq!(changed(same.clone()), None);

        let url = "https://b.example/".to_owned();
        let change = WebhookChange { url: Some(url.clone()), ..WebhookChange::default() };
        assert_eq!(changed(NewWebhook { url, ..same.clone() }), Some(change));
        let change = WebhookChange { description: Some(String::new()), ..WebhookChange::default() };
        assert_eq!(changed(NewWebhook { description: String::new(), ..same.clone() }), Some(change));
        let types = vec![WebhookType::InvitationSent, WebhookType::MemberChanged];
        let change = WebhookChange { types: Some(types.clone()), ..WebhookChange::default() };
        assert_eq!(changed(NewWebhook { types, ..same }), Some(change));
    }
}
