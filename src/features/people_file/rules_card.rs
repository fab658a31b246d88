use leptos::prelude::*;
use roster::Role;

use super::chooser::Chooser;
use super::chosen::Chosen;
use super::labels;
use super::state::Flow;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, Failed, IconName, Select, SelectOption, TextArea};

fn load(flow: Flow, chosen: Vec<Chosen>) {
    chosen.into_iter().for_each(|chosen| spawn(flow.rules.load(chosen)));
}

fn load_members(flow: Flow, chosen: Vec<Chosen>) {
    chosen.into_iter().for_each(|chosen| spawn(flow.rules.load_members(chosen)));
}

/// Everything that decides about a row without an account.
#[component]
pub(super) fn RulesCard(flow: Flow) -> impl IntoView {
    let rules = flow.rules;
    let roles = vec![
        SelectOption::new("", t!("validate.any_role")),
        SelectOption::new(Role::User.as_str(), t!("role.user")),
        SelectOption::new(Role::Admin.as_str(), t!("role.admin")),
    ];
    let is_open = untrack(|| rules.profile() != roster::Profile::default());
    view! {
        <section class="card" aria-labelledby="rules-title">
            <h2 id="rules-title">{t!("validate.rules_title")}</h2>
            <p>{t!("validate.rules_text")}</p>
            {move || rules.trouble.get().map(|message| view! { <Failed message /> })}
            <details class="help" open=is_open>
                <summary>{t!("validate.rules_open")}</summary>
                <div class="form">
                    <Select
                        id="rule-roles"
                        label=labels::rule("roles")
                        options=roles
                        value=rules.role
                        on_change=Callback::new(move |role| rules.role.set(role))
                    />
                    <TextArea state=rules.teams label=labels::rule("teams") hint=t!("validate.one_per_line") />
                    <TextArea state=rules.workspaces label=labels::rule("workspaces") hint=t!("validate.one_per_line") />
                    <TextArea state=rules.own_domains label=labels::rule("own_domains") hint=t!("validate.own_domains_hint") rows=2 />
                    <TextArea state=rules.allowed_domains label=labels::rule("allowed_domains") hint=t!("validate.allowed_domains_hint") rows=2 />
                    <TextArea state=rules.members label=labels::rule("members") hint=t!("validate.members_hint") />
                    <div class="actions">
                        <Chooser flow id="members-file" label=t!("validate.load_members") class="button" plain=true take=load_members />
                    </div>
                    <TextArea state=rules.invited label=labels::rule("invited") hint=t!("validate.invited_hint") />
                </div>
            </details>
            <div class="actions">
                <Chooser flow id="rules-file" label=t!("validate.load_rules") class="button" accept=".json,application/json" plain=true take=load />
                <Button icon=IconName::Download on_press=Callback::new(move |()| spawn(rules.save()))>
                    {t!("validate.save_rules")}
                </Button>
            </div>
        </section>
    }
}

/// Which rules the rows were not compared with.
#[component]
pub(super) fn RulesNote(flow: Flow) -> impl IntoView {
    let unknown = Memo::new(move |_| flow.rules.unknown());
    view! {
        <p class="quiet small">
            {move || t!("validate.compared", rules = crate::i18n::list(unknown.get().into_iter().map(labels::rule)))}
        </p>
    }
}

/// What happens to the file, and how to see that nothing else does.
#[component]
pub(super) fn LocalNote() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="local-title">
            <h2 id="local-title">{t!("validate.local_title")}</h2>
            <p>{t!("validate.local_text")}</p>
            <details class="help">
                <summary>{t!("validate.how_title")}</summary>
                <p>{t!("validate.how_text")}</p>
            </details>
        </section>
    }
}
