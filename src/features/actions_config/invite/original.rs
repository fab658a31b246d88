use api_types::{OriginalUser, Person, UserStatus};
use leptos::prelude::*;

use crate::data::{Loader, loaded};
use crate::domain::people::PersonLink;
use crate::t;
use crate::ui::{Note, Tone, sentence};

/// The present or future original user, and how to proceed if the first administrator cannot become that.
#[component]
pub(super) fn Original(
    original: Loader<OriginalUser>,
    on_retry: impl Fn() + Send + Sync + 'static,
) -> impl IntoView {
    loaded(original, 1, on_retry, |original| match original {
        OriginalUser::Chosen { person, status } => {
            let note = match status {
                UserStatus::Invited => Some(t!("actions_config.original_waiting")),
                UserStatus::Expired => Some(t!("actions_config.original_expired")),
                UserStatus::Deactivated => Some(t!("status.deactivated")),
                UserStatus::Active => None,
            };
            view! { <Facts person=Some(person) note /> }.into_any()
        }
        OriginalUser::Open { first_administrator: first, in_marketo } => view! {
            <Facts person=None note=Some(t!("actions_config.original_open")) />
            {(in_marketo == Some(false)).then(|| view! {
                <Note tone=Tone::Warning>{sentence(&t!(
                    "actions_config.first_not_in_marketo",
                    name = first.display_name(),
                    address = first.email.as_str()
                ))}</Note>
            })}
        }
        .into_any(),
    })
}

#[component]
fn Facts(person: Option<Person>, note: Option<String>) -> impl IntoView {
    view! {
        <dl class="definition">
            <dt>{t!("actions_config.original_user")}</dt>
            <dd>
                {person.map(|person| {
                    let name = person.display_name().to_owned();
                    view! { <strong><PersonLink id=person.id name /></strong>" " }
                })}
                {note.map(|note| view! { <span class="reason">{note}</span> })}
            </dd>
        </dl>
    }
}
