use api_types::{Locale, Role, Team, Workspace};
use leptos::prelude::*;

use super::mail::MailTrial;
use super::state::OptionsState;
use crate::api::{Failure, teams, users};
use crate::data::{Load, Loader};
use crate::domain::people::{self, TeamBoxes, personas::PersonaChoice};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Failed, Field, Select, SelectOption, Skeleton, TextArea};

/// The choices that the account offers.
#[derive(Clone)]
struct Choices {
    teams: Vec<Team>,
    workspaces: Vec<Workspace>,
    expires_in_days: u8,
}

async fn choices() -> Result<Choices, Failure> {
    Ok(Choices {
        teams: teams::teams().await?,
        workspaces: teams::workspaces().await?,
        expires_in_days: users::account().await?.invitation_expires_in_days,
    })
}

/// The form of the options, with a preview of the mail and a test mail.
#[component]
pub(crate) fn InvitationOptions(
    state: OptionsState,
    /// Names the people to whom the options apply.
    #[prop(into)]
    hint: String,
    /// Whether what is around the form names it.
    #[prop(optional)]
    title_hidden: bool,
) -> impl IntoView {
    let loader = Loader::<Choices>::new();
    let load = move || {
        spawn(async move {
            loader
                .load(async move {
                    let choices = choices().await?;
                    state.let_go_of_gone(&choices.teams, &choices.workspaces);
                    let default = choices.workspaces.iter().find(|workspace| workspace.default);
                    state.default_workspace.try_set(default.map(|workspace| workspace.name.clone()));
                    // What was already typed is kept.
                    if state.expiry.text.try_with_untracked(String::is_empty) == Some(true) {
                        state.expiry.text.try_set(choices.expires_in_days.to_string());
                    }
                    Ok(choices)
                })
                .await;
        });
    };
    load();
    view! {
        <fieldset class="stack options">
            <legend><h2 class:visually-hidden=title_hidden>{t!("mail_options.title")}</h2></legend>
            <p class="quiet">{hint}</p>
            <RoleChoice role=state.role />
            {move || (state.role.get() == Role::Admin).then(|| view! { <PersonaChoice id="mail-personas" chosen=state.personas /> })}
            {move || match loader.state.get() {
                Load::Loading => view! { <TeamChoice teams=None chosen=state.teams /> }.into_any(),
                Load::Failed(failure) => view! {
                    <Failed
                        message=failure.message().after(t!("mail_options.choices_failed"))
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| load()))
                    />
                }
                .into_any(),
                Load::Ready(choices) => view! {
                    <TeamChoice teams=Some(choices.teams) chosen=state.teams />
                    <WorkspaceChoice workspaces=choices.workspaces chosen=state.workspace />
                }
                .into_any(),
            }}
            <LanguageChoice language=state.language />
            <TextArea state=state.message label=t!("mail_options.message") hint=t!("mail_options.message_hint") />
            <Field state=state.expiry label=t!("mail_options.expiry") hint=t!("mail_options.expiry_hint") kind="number" />
            <MailTrial state />
        </fieldset>
    }
}

#[component]
fn RoleChoice(role: RwSignal<Role>) -> impl IntoView {
    let options = vec![
        SelectOption::new(Role::User.as_str(), term!("role.user")),
        SelectOption::new(Role::Admin.as_str(), term!("role.admin")),
    ];
    let choose = move |name: String| {
        if let Some(chosen) = Role::ALL.into_iter().find(|role| role.as_str() == name) {
            role.set(chosen);
        }
    };
    view! {
        <Select
            id="mail-role"
            label=term!("field.role")
            hint=t!("mail_options.role_hint")
            options
            value=Signal::derive(move || role.get().as_str().to_owned())
            on_change=Callback::new(choose)
        />
    }
}

#[component]
fn LanguageChoice(language: RwSignal<Locale>) -> impl IntoView {
    let options: Vec<SelectOption> =
        i18n::available().map(|locale| SelectOption::new(locale.tag(), i18n::native_name(locale))).collect();
    let choose = move |tag: String| {
        if let Some(chosen) = Locale::lookup(&tag) {
            language.set(chosen);
        }
    };
    view! {
        <Select
            id="mail-language"
            label=t!("mail_options.language")
            options
            value=Signal::derive(move || language.get().tag().to_owned())
            on_change=Callback::new(choose)
        />
    }
}

/// All invited people are in *Everyone*; further teams can be chosen. Until they are known, a skeleton keeps their place:
/// were the button below it to move while it is pressed, nothing would happen.
#[component]
fn TeamChoice(teams: Option<Vec<Team>>, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let on_change = Callback::new(move |names| chosen.set(names));
    let boxes = match teams {
        None => view! { <Skeleton rows=1 /> }.into_any(),
        Some(mut teams) => {
            teams.retain(|team| !team.everyone);
            view! { <TeamBoxes teams chosen on_change /> }.into_any()
        }
    };
    view! {
        <fieldset class="field">
            <legend>{term!("field.teams")}</legend>
            <p class="hint">{t!("mail_options.teams_hint")}</p>
            <div class="check-list">{boxes}</div>
        </fieldset>
    }
}

/// Shown only where there are several workspaces.
#[component]
fn WorkspaceChoice(workspaces: Vec<Workspace>, chosen: RwSignal<Option<String>>) -> impl IntoView {
    if workspaces.len() < 2 {
        return ().into_any();
    }
    let default =
        workspaces.iter().find(|workspace| workspace.default).map(|workspace| workspace.name.clone());
    let options: Vec<SelectOption> = workspaces
        .into_iter()
        .map(|workspace| SelectOption::new(workspace.name.clone(), people::workspace(&workspace.name)))
        .collect();
    let value = move || chosen.get().or_else(|| default.clone()).unwrap_or_default();
    view! {
        <Select
            id="mail-workspace"
            label=term!("field.workspace")
            options
            value=Signal::derive(value)
            on_change=Callback::new(move |name| chosen.set(Some(name)))
        />
    }
    .into_any()
}
