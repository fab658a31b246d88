use api_types::{BatchOptions, Role};
use leptos::prelude::*;
use roster::Field;

use super::from_file::FromFile;
use crate::domain::people::{self, personas};
use crate::i18n;
use crate::t;
use crate::term;

/// What all people invited together get, in words.
#[component]
pub(crate) fn OptionsSummary(
    options: BatchOptions,
    /// The name of the chosen or default workspace, if known.
    workspace: Option<String>,
    /// What their file says instead, for those of whom it does.
    #[prop(optional)]
    file: FromFile,
) -> impl IntoView {
    let language = i18n::native_name(options.language);
    let role = match options.role {
        Role::User => t!("role.user"),
        Role::Admin => t!("role.admin"),
    };
    let teams = i18n::list(std::iter::once(t!("team.everyone")).chain(options.teams));
    let workspace = workspace.map_or_else(|| t!("workspace.default"), |name| people::workspace(&name));
    let has_personas = !options.personas.is_empty() && file.leaves_personas();
    let [role, teams, workspace] =
        [(Field::Role, role), (Field::Teams, teams), (Field::Workspace, workspace)]
            .map(|(field, of_options)| file.in_words(field, of_options));
    view! {
        <dl class="definition">
            <dt>{term!("field.role")}</dt>
            <dd>{role}</dd>
            {has_personas.then(|| view! {
                <dt>{term!("field.persona")}</dt>
                <dd>{personas::in_words(&options.personas)}</dd>
            })}
            <dt>{term!("field.teams")}</dt>
            <dd><bdi>{teams}</bdi></dd>
            <dt>{term!("field.workspace")}</dt>
            <dd><bdi>{workspace}</bdi></dd>
        </dl>
        <p class="quiet">{t!("invite.mail_summary", language = language, count = options.expires_in_days)}</p>
    }
}
