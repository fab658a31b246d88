use leptos::prelude::*;

use super::{Icon, IconName, announce};
use crate::platform::{dom, spawn};
use crate::t;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The main action of a page or dialog.
    Primary,
    #[default]
    Secondary,
    /// Without a border, for actions beside a text.
    Quiet,
    /// Removes something for good.
    Danger,
}

impl ButtonKind {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button that can be busy, or disabled with the reason shown beside it.
///
/// It stays focusable in both states (`aria-disabled`), so that screen readers can read the reason and the focus is not
/// lost.
#[component]
pub(crate) fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconName>,
    #[prop(optional, into)] id: Option<String>,
    /// Submits its form instead of running `on_press`.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Disabled while a related request is running.
    #[prop(optional, into)]
    waiting: Signal<bool>,
    /// Why it is disabled now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let blocked = move || busy.get() || waiting.get() || disabled_reason.with(Option::is_some);
    let press = move |event: leptos::ev::MouseEvent| {
        if blocked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            id=id
            class=kind.class()
            type=if submit { "submit" } else { "button" }
            aria-disabled=move || blocked().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span>{children()}</span>
            {move || busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
        </button>
        {move || disabled_reason.get().map(|reason| view! { <span class="reason">{reason}</span> })}
    }
}

/// Copies a text and confirms it.
#[component]
pub(crate) fn CopyButton(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] label: String,
    /// The name of the copied text, for screen readers, to tell several such buttons apart.
    #[prop(optional, into)]
    of: Option<String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |()| {
        let promise = dom::window().navigator().clipboard().write_text(&text.get_untracked());
        spawn(async move {
            let done = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
            announce(if done { t!("common.copied") } else { t!("common.copy_failed") });
            copied.try_set(done);
        });
    };
    view! {
        <Button kind=ButtonKind::Secondary icon=IconName::Copy on_press=Callback::new(copy)>
            {move || if copied.get() { t!("common.copied") } else { label.clone() }}
            {of.map(|of| view! { <span class="visually-hidden">{t!("common.of", text = of)}</span> })}
        </Button>
    }
}
