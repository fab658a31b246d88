use api_types::{Credentials, Integration};
use leptos::prelude::*;

use super::reveal::Reveal;
use crate::api;
use crate::data::{Loader, loaded};
use crate::domain::navigation::Route;
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{CopyButton, EmptyState, Term};

#[component]
pub(in crate::features::actions_config) fn IntegrationCard(
    integration: Loader<Integration>,
) -> impl IntoView {
    let retry = move || spawn(integration.load(api::integration::find()));
    view! {
        <section class="card" aria-labelledby="integration-title">
            <h2 id="integration-title">{term!("actions_config.integration_information")}</h2>
            <p>{t!("actions_config.integration_text")}</p>
            {loaded(integration, 3, retry, |integration| match integration.credentials {
                None if !integration.available => view! {
                    <EmptyState
                        title=t!("actions_config.integration_none")
                        text=t!("actions_config.integration_none_text")
                    />
                    <p><a href=Route::Marketo.href()>{t!("marketo.paste_title")}</a></p>
                }
                .into_any(),
                None => view! {
                    <EmptyState
                        title=t!("actions_config.integration_empty")
                        text=t!("actions_config.integration_empty_text")
                    />
                }
                .into_any(),
                Some(credentials) => view! { <Known credentials /> }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Known(credentials: Credentials) -> impl IntoView {
    let copyable = |what: Term, value: String| {
        let of = what.text().to_owned();
        view! {
            <dt>{what}</dt>
            <dd class="copyable"><bdi class="address">{value.clone()}</bdi><CopyButton text=value label=t!("common.copy") of /></dd>
        }
    };
    view! {
        <dl class="definition">
            {copyable(term!("actions_config.munchkin_id"), credentials.munchkin_account_id)}
            {copyable(term!("actions_config.client_id"), credentials.client_id)}
            <dt>{term!("actions_config.client_secret")}</dt>
            <dd class="copyable">
                <span>{t!("actions_config.secret_ends", ending = credentials.client_secret_ends_with)}</span>
                <Reveal />
            </dd>
            <dt>{t!("actions_config.updated")}</dt>
            <dd>
                <time datetime=credentials.updated_at.0.clone()>
                    {i18n::date_time(credentials.updated_at.as_str())}
                </time>
            </dd>
        </dl>
    }
}
