//! Form fields: label, hint, input and message, tied together by ids.

use leptos::prelude::*;

use super::{Form, Icon, IconName, Term, waiting};
use crate::platform::dom;
use crate::t;

/// The state of a field: the text as typed, and its error. An invalid text is kept.
#[derive(Clone, Copy)]
pub(crate) struct FieldState {
    pub(crate) id: &'static str,
    pub(crate) text: RwSignal<String>,
    pub(crate) error: RwSignal<Option<String>>,
}

impl FieldState {
    /// `id` is the element's id, unique on the screen.
    pub(crate) fn new(id: &'static str, text: impl Into<String>) -> Self {
        Self { id, text: RwSignal::new(text.into()), error: RwSignal::new(None) }
    }

    /// Parses the text by a domain type's rule, and sets the message if it is invalid.
    pub(crate) fn parse<T, E>(
        &self,
        rule: impl FnOnce(&str) -> Result<T, E>,
        message: impl FnOnce(E) -> String,
    ) -> Option<T> {
        match self.text.with_untracked(|text| rule(text)) {
            Ok(value) => {
                self.error.set(None);
                Some(value)
            }
            Err(error) => {
                self.error.set(Some(message(error)));
                None
            }
        }
    }

    /// The text; `None` after setting the message if it is empty.
    pub(crate) fn required(&self, message: impl FnOnce() -> String) -> Option<String> {
        let filled = |text: &str| if text.trim().is_empty() { Err(()) } else { Ok(text.to_owned()) };
        self.parse(filled, |()| message())
    }
}

fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let parts: Vec<String> = [(hint, "hint"), (error, "error")]
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, part)| format!("{id}-{part}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[component]
fn Frame(
    state: FieldState,
    label: Term,
    #[prop(optional)] label_hidden: bool,
    hint: Option<String>,
    children: Children,
) -> impl IntoView {
    let id = state.id;
    view! {
        <div class="field" class:field-wrong=move || state.error.with(Option::is_some)>
            <label for=id class:visually-hidden=label_hidden>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {children()}
            {move || state.error.get().map(|error| view! {
                <p class="field-error" id=format!("{id}-error")><Icon name=IconName::Alert />{error}</p>
            })}
        </div>
    }
}

/// Whose password a form is about, where that is no field of it: password managers keep the two together, and people do not
/// see it. <https://www.chromium.org/developers/design-documents/create-amazing-password-forms/>
#[component]
pub(crate) fn Username(#[prop(into)] email: String) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=email readonly hidden /> }
}

/// One line of text: `type` as in HTML (`text`, `email`, `password`, `search`). With `label_hidden`, the label is shown
/// in the empty field instead of above it.
#[component]
pub(crate) fn Field(
    state: FieldState,
    #[prop(into)] label: Term,
    #[prop(optional)] label_hidden: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// The keys of a phone, as in HTML, where they are not those of the type.
    #[prop(optional)]
    inputmode: Option<&'static str>,
) -> impl IntoView {
    let id = state.id;
    let has_hint = hint.is_some();
    let placeholder = label_hidden.then(|| label.in_line());
    view! {
        <Frame state label label_hidden hint>
            <input
                id=id
                type=kind
                placeholder=placeholder
                autocomplete=autocomplete
                inputmode=inputmode
                autocapitalize="none"
                spellcheck="false"
                prop:value=state.text
                on:input:target=move |event| state.text.set(event.target().value())
                aria-invalid=move || state.error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(id, has_hint, state.error.with(Option::is_some))
            />
        </Frame>
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    state: FieldState,
    #[prop(into)] label: Term,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = 4)] rows: u32,
) -> impl IntoView {
    let id = state.id;
    let has_hint = hint.is_some();
    view! {
        <Frame state label hint>
            <textarea
                id=id
                rows=rows
                prop:value=state.text
                on:input:target=move |event| state.text.set(event.target().value())
                aria-invalid=move || state.error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(id, has_hint, state.error.with(Option::is_some))
            ></textarea>
        </Frame>
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelectOption {
    pub(crate) value: String,
    pub(crate) label: String,
}

impl SelectOption {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<Term>) -> Self {
        Self { value: value.into(), label: label.into().in_line() }
    }
}

/// A choice of one. `label_hidden` where the context shows the label, as in a table's column.
#[component]
pub(crate) fn Select(
    #[prop(into)] id: String,
    #[prop(into)] label: Term,
    #[prop(optional)] label_hidden: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(into)] value: Signal<String>,
    on_change: Callback<String>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=label_hidden>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <select
                id=id
                aria-describedby=described
                disabled=move || disabled_reason.with(Option::is_some)
                title=move || disabled_reason.get()
                prop:value=move || {
                    // The options must exist before one of them can be selected.
                    options.track();
                    value.get()
                }
                on:change:target=move |event| on_change.run(event.target().value())
            >
                {move || {
                    let chosen = value.get();
                    options.get().into_iter().map(|option| {
                        let selected = option.value == chosen;
                        view! { <option value=option.value selected=selected>{option.label}</option> }
                    }).collect_view()
                }}
            </select>
        </div>
    }
}

/// All errors of a form, in one place above it, with links to the fields. The pattern is the GOV.UK Design System's
/// error summary.
#[component]
pub(crate) fn ErrorSummary(
    #[prop(into)] fields: Vec<FieldState>,
    /// Its failure, such as the backend's answer, is shown too.
    #[prop(default = Form::new())]
    form: Form,
) -> impl IntoView {
    let refusal = form.refusal;
    let wrong = {
        let fields = fields.clone();
        Memo::new(move |_| {
            fields.iter().filter_map(|field| Some((field.id, field.error.get()?))).collect::<Vec<_>>()
        })
    };
    let any = move || refusal.with(Option::is_some) || !wrong.with(Vec::is_empty);
    view! {
        <Show when=any>
            <div class="error-summary" role="alert" tabindex="-1" node_ref=form.summary>
                <h2>{t!("common.error_summary")}</h2>
                <ul>
                    {move || refusal.get().map(|message| view! { <li>{waiting(message)}</li> }.into_any())}
                    {move || wrong.get().into_iter().map(|(id, message)| view! {
                        <li><a href=format!("#{id}") on:click=move |event| {
                            event.prevent_default();
                            dom::focus(id);
                        }>{message}</a></li>
                    }).collect_view()}
                </ul>
            </div>
        </Show>
    }
}
