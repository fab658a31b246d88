//! The dialog that makes a key, and then shows its secret.

use api_types::embed::{ApiKeyKind, NewApiKey, OpensFor, PanelFlow};
use api_types::{ApiKeyId, ProblemCode, Role, holds_address, limits};
use leptos::prelude::*;

use super::labels;
use super::opens_for::{Choice, OpensForEntry};
use super::state::{Keys, row_id};
use crate::api::{Failure, api_keys};
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, CopySecret, Dialog, ErrorSummary, Field, FieldState, Form, HeldSecret, IconName,
    Note, SecretText, Select, SelectOption, TextArea, Tone,
};

/// The id of the button that closes the dialog.
const LEAVE: &str = "api-key-leave";

/// The days after which a key may end.
const ENDS_IN_DAYS: [u16; 4] = [30, limits::API_KEY_DAYS_DEFAULT, 180, *limits::API_KEY_DAYS.end()];

/// What the dialog shows.
#[derive(Clone, PartialEq)]
enum DialogContent {
    Form,
    /// The secret of the key with that id.
    Secret(ApiKeyId),
}

#[component]
pub(super) fn CreateDialog(screen: Keys) -> impl IntoView {
    let open = screen.is_creating;
    let shown = RwSignal::new(DialogContent::Form);
    let held = HeldSecret::new();
    let input = Input::new();
    // For the next time, once it is closed: drawn anew, an open dialog would lose the focus.
    Effect::new(move |_| {
        if !open.get() {
            input.empty();
            shown.set(DialogContent::Form);
        }
    });
    let form = input.form;
    let submit = form.handler(
        move || input.read(),
        async move |wanted: NewApiKey| {
            let created = api_keys::create(&wanted).await.map_err(|failure| input.refused(&failure))?;
            held.keep(created.secret);
            shown.try_set(DialogContent::Secret(created.key.id));
            screen.refresh().await;
            Ok(())
        },
    );
    let close = Callback::new(move |()| {
        let made = match shown.get_untracked() {
            DialogContent::Secret(id) => Some(id),
            DialogContent::Form => None,
        };
        // Once sent, it stays until the outcome is known.
        if made.is_none() && form.is_busy() {
            return;
        }
        held.forget();
        open.set(false);
        let Some(id) = made else { return };
        let pressed = dom::InputMark::now();
        spawn(async move {
            // The list may still be on its way.
            if !screen.shows(&id) {
                screen.refresh().await;
            }
            pressed.focus(row_id(&id));
        });
    });
    // Escape would lose the secret, which is shown once.
    let escape = Callback::new(move |()| {
        if shown.with_untracked(|shown| *shown == DialogContent::Form) {
            close.run(());
        }
    });
    // The pressed button disappears together with the form.
    Effect::new(move |_| {
        shown.track();
        dom::keep_focus(LEAVE);
    });
    let title = Signal::derive(move || match shown.get() {
        DialogContent::Form => t!("api_keys.new"),
        DialogContent::Secret(_) => t!("api_keys.created_title"),
    });
    let submit = StoredValue::new(submit);
    view! {
        <Dialog open title on_close=escape>
            {move || match shown.get() {
                DialogContent::Form => {
                    let submit = submit.get_value();
                    view! {
                        <form class="form" on:submit=submit novalidate>
                            <Entries input />
                            <div class="dialog-actions">
                                <Button waiting=form.busy on_press=close>{t!("common.cancel")}</Button>
                                <Button kind=ButtonKind::Primary submit=true busy=form.busy>{term!("common.create")}</Button>
                            </div>
                        </form>
                    }
                    .into_any()
                }
                DialogContent::Secret(_) => view! {
                    <Note tone=Tone::Warning icon=IconName::Alert>{match input.kind.get_untracked() {
                        ApiKeyKind::Host => t!("api_keys.secret_once"),
                        ApiKeyKind::CommandLine => t!("api_keys.secret_once_command_line"),
                    }}</Note>
                    <SecretText held />
                    <div class="dialog-actions">
                        <CopySecret held label=t!("api_keys.copy") />
                        <Button id=LEAVE kind=ButtonKind::Primary on_press=close>{t!("api_keys.stored")}</Button>
                    </div>
                }
                .into_any(),
            }}
        </Dialog>
    }
}

/// What is entered for a key.
#[derive(Clone, Copy)]
struct Input {
    form: Form,
    name: FieldState,
    origins: FieldState,
    /// Only its message: the choice is in `chosen`.
    flows: FieldState,
    chosen: RwSignal<Vec<PanelFlow>>,
    kind: RwSignal<ApiKeyKind>,
    role: RwSignal<Role>,
    grants: RwSignal<Role>,
    opens_for: Choice,
    /// The days after which it ends.
    days: RwSignal<u16>,
}

impl Input {
    fn new() -> Self {
        Self {
            form: Form::new(),
            name: FieldState::new("api-key-name", ""),
            origins: FieldState::new("api-key-origins", ""),
            flows: FieldState::new("api-key-flows", ""),
            chosen: RwSignal::new(Vec::new()),
            kind: RwSignal::new(ApiKeyKind::Host),
            role: RwSignal::new(Role::Admin),
            grants: RwSignal::new(Role::User),
            opens_for: Choice::new(),
            days: RwSignal::new(limits::API_KEY_DAYS_DEFAULT),
        }
    }

    fn fields(self) -> Vec<FieldState> {
        vec![self.name, self.origins, self.flows, self.opens_for.error]
    }

    fn empty(self) {
        for field in self.fields() {
            field.text.set(String::new());
            field.error.set(None);
        }
        self.form.forget();
        self.chosen.set(Vec::new());
        self.kind.set(ApiKeyKind::Host);
        self.role.set(Role::Admin);
        self.grants.set(Role::User);
        self.opens_for.empty();
        self.days.set(limits::API_KEY_DAYS_DEFAULT);
    }

    /// The key; `None` after marking what is missing. Whether origins are valid is the backend's to say.
    fn read(self) -> Option<NewApiKey> {
        let name = self.name.parse(name, std::convert::identity);
        let (kind, role) = (self.kind.get_untracked(), self.role.get_untracked());
        let grants = self.grants.get_untracked().min(role);
        let ends_in_days = self.days.get_untracked();
        let of_kind = match kind {
            ApiKeyKind::CommandLine => Some((Vec::new(), Vec::new(), OpensFor::Maker)),
            ApiKeyKind::Host => self.read_of_host(),
        };
        let (name, (origins, flows, opens_for)) = name.zip(of_kind)?;
        Some(NewApiKey { name, kind, origins, flows, role, grants, opens_for, ends_in_days })
    }

    /// What only the key of a host has; `None` after marking what is missing.
    fn read_of_host(self) -> Option<(Vec<String>, Vec<PanelFlow>, OpensFor)> {
        let origins = self.origins.parse(origins, |()| origins_wrong());
        let flows = self.chosen.get_untracked();
        self.flows.error.set(flows.is_empty().then(|| t!("api_keys.flows_missing")));
        let (origins, opens_for) = origins.zip(self.opens_for.read())?;
        (!flows.is_empty()).then_some((origins, flows, opens_for))
    }

    /// Shows the backend's refusal where it belongs.
    fn refused(self, failure: &Failure) -> Option<Message> {
        let (field, message) = match (failure.code(), failure.field()) {
            (Some(ProblemCode::NameTaken), _) | (_, Some("name")) => (self.name, failure.message().into()),
            (_, Some("origins")) => (self.origins, origins_wrong()),
            (_, Some("opens_for")) => (self.opens_for.error, failure.message().into()),
            _ => return Some(failure.message()),
        };
        field.error.try_set(Some(message));
        None
    }
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        Err(t!("api_keys.name_missing"))
    } else if name.chars().count() > limits::API_KEY_NAME_MAX {
        Err(t!("api_keys.name_too_long", limit = limits::API_KEY_NAME_MAX))
    } else if holds_address(name) {
        Err(t!("name.is_address"))
    } else {
        Ok(name.to_owned())
    }
}

/// A line for each; empty ones do not count.
fn origins(text: &str) -> Result<Vec<String>, ()> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let origins: Vec<String> = lines.map(str::to_owned).collect();
    if origins.is_empty() || origins.len() > limits::API_KEY_ORIGINS_MAX { Err(()) } else { Ok(origins) }
}

fn origins_wrong() -> String {
    t!("api_keys.origins_wrong", limit = limits::API_KEY_ORIGINS_MAX)
}

#[component]
fn Entries(input: Input) -> impl IntoView {
    let Input { form, name, origins, flows, chosen, kind, role, .. } = input;
    let toggle = move |flow: PanelFlow, on: bool| {
        // In the order in which they are offered.
        chosen.update(|chosen| {
            let is_chosen = |one: &PanelFlow| if *one == flow { on } else { chosen.contains(one) };
            *chosen = PanelFlow::ALL.into_iter().filter(is_chosen).collect();
        });
    };
    let choose = Callback::new(move |chosen: String| {
        role.set(if chosen == Role::User.as_str() { Role::User } else { Role::Admin });
    });
    let kinds: Vec<SelectOption> =
        ApiKeyKind::ALL.map(|kind| SelectOption::new(kind.as_str(), labels::kind(kind))).into();
    let choose_kind = Callback::new(move |chosen: String| {
        let chosen = ApiKeyKind::ALL.into_iter().find(|kind| kind.as_str() == chosen).unwrap_or_default();
        if !chosen.roles().contains(&role.get_untracked()) {
            role.set(Role::Admin);
        }
        kind.set(chosen);
        for field in input.fields() {
            field.error.set(None);
        }
    });
    let role_entry = move || {
        let roles = kind.get().roles();
        let option = |role: &Role| SelectOption::new(role.as_str(), labels::role(*role));
        let options: Vec<SelectOption> = roles.iter().map(option).collect();
        // One alone is no choice.
        (roles.len() > 1).then(|| {
            view! {
                <Select id="api-key-role" label=t!("api_keys.role") hint=t!("api_keys.role_hint")
                    options
                    value=Signal::derive(move || role.get().as_str().to_owned()) on_change=choose />
            }
        })
    };
    view! {
        <ErrorSummary fields=input.fields() form />
        <Field state=name label=t!("api_keys.name") hint=t!("api_keys.name_hint") />
        <Select id="api-key-kind" label=t!("api_keys.kind") hint=t!("api_keys.kind_hint") options=kinds
            value=Signal::derive(move || kind.get().as_str().to_owned()) on_change=choose_kind />
        <Show when=move || kind.get() == ApiKeyKind::Host>
        <TextArea state=origins label=t!("api_keys.origins") hint=t!("api_keys.origins_hint") rows=3 />
        <fieldset
            class="field"
            class:field-wrong=move || flows.error.with(Option::is_some)
            id=flows.id
            tabindex="-1"
            aria-describedby="api-key-flows-hint"
        >
            <legend>{t!("api_keys.flows")}</legend>
            <p class="hint" id="api-key-flows-hint">{t!("api_keys.flows_hint")}</p>
            <div class="check-list">
                {PanelFlow::ALL.map(|one| view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=move || chosen.with(|chosen| chosen.contains(&one))
                            on:change:target=move |event| toggle(one, event.target().checked())
                        />
                        <span>{labels::flow(one)}</span>
                    </label>
                }).collect_view()}
            </div>
            {move || flows.error.get().map(|error| view! { <p class="field-error">{error}</p> })}
        </fieldset>
        <OpensForEntry choice=input.opens_for />
        </Show>
        {role_entry}
        <GrantsEntry role grants=input.grants />
        <EndsEntry days=input.days />
    }
}

/// After which time the key ends.
#[component]
fn EndsEntry(days: RwSignal<u16>) -> impl IntoView {
    let choose =
        Callback::new(move |chosen: String| days.set(chosen.parse().unwrap_or(limits::API_KEY_DAYS_DEFAULT)));
    let option = |days: u16| SelectOption::new(days.to_string(), t!("api_keys.ends_in", count = days));
    view! {
        <Select id="api-key-days" label=t!("api_keys.ends") hint=t!("api_keys.ends_hint")
            options=ENDS_IN_DAYS.map(option).to_vec()
            value=Signal::derive(move || days.get().to_string()) on_change=choose />
    }
}

/// The highest role that the key gives, where it may give one that is not everyone's.
#[component]
fn GrantsEntry(role: RwSignal<Role>, grants: RwSignal<Role>) -> impl IntoView {
    let choose = Callback::new(move |chosen: String| {
        grants.set(Role::ALL.into_iter().find(|role| role.as_str() == chosen).unwrap_or_default());
    });
    view! {
        <Show when=move || role.get() == Role::Admin>
            <Select id="api-key-grants" label=t!("api_keys.grants") hint=t!("api_keys.grants_hint")
                options=Role::ALL.map(|role| SelectOption::new(role.as_str(), labels::role(role))).to_vec()
                value=Signal::derive(move || grants.get().as_str().to_owned()) on_change=choose />
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e8_a_line_is_an_origin_and_an_empty_line_is_none() {
        let read = |text: &str| origins(text).ok();
        assert_eq!(read(" https://a.example \n\n\r\nhttps://b.example:8443\r\n"), {
            Some(vec!["https://a.example".to_owned(), "https://b.example:8443".to_owned()])
        });
        assert_eq!(read(" \n "), None);
        assert_eq!(read(&"https://a.example\n".repeat(limits::API_KEY_ORIGINS_MAX + 1)), None);
    }
}
