//! A secret on the screen, for as long as a dialog shows it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Button, ButtonKind, IconName, announce};
use crate::platform::secrets::wipe;
use crate::platform::{dom, downloads, spawn};
use crate::t;

/// The only copy of a secret: no signal, view or store holds it, and it is wiped on removal.
#[derive(Clone, Copy)]
pub(crate) struct HeldSecret(StoredValue<Option<Wiped>>);

struct Wiped(String);

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl HeldSecret {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    pub(crate) fn keep(self, secret: String) {
        self.0.try_set_value(Some(Wiped(secret)));
    }

    pub(crate) fn forget(self) {
        self.0.try_set_value(None);
    }

    fn with(self, use_it: impl FnOnce(&str)) {
        self.0.try_with_value(|secret| {
            if let Some(secret) = secret {
                use_it(&secret.0);
            }
        });
    }
}

/// The secret as text.
#[component]
pub(crate) fn SecretText(
    held: HeldSecret,
    /// Whether it consists of lines, each by itself.
    #[prop(optional)]
    lines: bool,
) -> impl IntoView {
    let place = NodeRef::<html::Bdi>::new();
    // Not through the view, which would keep a copy of the text.
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            held.with(|secret| place.set_text_content(Some(secret)));
        }
    });
    on_cleanup(move || {
        if let Some(place) = place.try_get_untracked().flatten() {
            place.set_text_content(None);
        }
    });
    view! { <p><bdi class="address revealed" class:revealed-lines=lines node_ref=place></bdi></p> }
}

/// Copies the secret.
#[component]
pub(crate) fn CopySecret(held: HeldSecret, #[prop(into)] label: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |()| {
        held.with(|secret| {
            let writing = dom::window().navigator().clipboard().write_text(secret);
            spawn(async move {
                let done = wasm_bindgen_futures::JsFuture::from(writing).await.is_ok();
                announce(if done { t!("common.copied") } else { t!("common.copy_failed") });
                copied.try_set(done);
            });
        });
    };
    view! {
        <Button kind=ButtonKind::Secondary icon=IconName::Copy on_press=Callback::new(copy)>
            {move || if copied.get() { t!("common.copied") } else { label.clone() }}
        </Button>
    }
}

/// Saves the secret as a file, below a line that says what it is.
#[component]
pub(crate) fn SaveSecret(
    held: HeldSecret,
    #[prop(into)] label: String,
    file: &'static str,
    head: String,
) -> impl IntoView {
    let save = move |()| {
        held.with(|secret| {
            let mut text = format!("{head}\n\n{secret}\n");
            downloads::save(file, "text/plain", &JsValue::from_str(&text));
            wipe(&mut text);
        });
    };
    view! { <Button icon=IconName::Download on_press=Callback::new(save)>{label}</Button> }
}
