//! Whose events are listed, if only one person's are.

use api_types::{ProblemCode, User};
use leptos::prelude::*;

use super::asked::Asked;
use crate::api::users;
use crate::data::{Load, Loader};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, ButtonKind, Icon, IconName, waiting};

/// What is said of the person, and a button to list all events.
#[component]
pub(super) fn Narrowed(asked: Memo<Asked>, on_widen: Callback<()>) -> impl IntoView {
    let whose = Memo::new(move |_| asked.with(|asked| asked.actor.clone().or_else(|| asked.person.clone())));
    let is_actor = Memo::new(move |_| asked.with(|asked| asked.actor.is_some()));
    let user = Loader::<User>::new();
    Effect::new(move |_| {
        if let Some(id) = whose.get() {
            user.reset();
            spawn(async move { user.load(users::find(&id)).await });
        }
    });
    let said = move || if is_actor.get() { t!("security.only_by") } else { t!("security.only_to") };
    let name = move || {
        // The events of a person who was removed stay.
        user.state.with(|user| match user {
            Load::Loading => ().into_any(),
            Load::Ready(user) => {
                view! { <PersonLink id=user.id.clone() name=user.display_name() /> }.into_any()
            }
            Load::Failed(failure) if failure.code() == Some(ProblemCode::NotFound) => {
                t!("security.somebody_removed").into_any()
            }
            Load::Failed(failure) => waiting(failure.explain()),
        })
    };
    view! {
        <Show when=move || whose.with(Option::is_some)>
            <div class="note">
                <Icon name=IconName::Person />
                <p class="grow">{said}{i18n::sentence_gap()}<strong>{name}</strong></p>
                <Button kind=ButtonKind::Quiet on_press=on_widen>{t!("security.widen")}</Button>
            </div>
        </Show>
    }
}
