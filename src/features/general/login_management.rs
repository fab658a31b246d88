use api_types::{Account, LoginManagement};
use leptos::prelude::*;

use super::state::{chosen_of, look_again};
use crate::api::account::change_login_management;
use crate::data::{say_saved, unless_stale};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Confirmation, ErrorSummary, Form, LeaveGuard, Question, QuestionDialog, RadioOption,
    Tone, notify,
};

/// How users sign in, and what that means for invited people.
#[component]
pub(super) fn LoginManagementCard(account: RwSignal<Account>) -> impl IntoView {
    let saved = Memo::new(move |_| account.with(|account| account.login_management));
    let chosen = chosen_of(saved);
    let form = Form::new();
    let confirmation = Confirmation::of(*form);
    let dirty = Memo::new(move |_| saved.get() != chosen.get());
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("general.nothing_to_save")));
    let save = move || async move {
        let (earlier, wanted) = (saved.get_untracked(), chosen.get_untracked());
        let version = account.with_untracked(|account| account.version);
        let outcome = change_login_management(wanted, version).await;
        if let Err(failure) = &outcome
            && let Some(newer) = look_again(account, failure).await
        {
            chosen.try_set(newer.login_management);
        }
        confirmation.close();
        let kept = outcome.inspect_err(|_| form.show_what_is_wrong())?;
        chosen.try_set(kept.login_management);
        let version = kept.version;
        account.try_set(kept);
        // Going back to it can lock users out, which is confirmed first.
        if earlier == LoginManagement::SalesforceOnly {
            notify(Tone::Success, t!("general.saved"));
            return Ok(());
        }
        say_saved(t!("general.saved"), "login management", move || async move {
            unless_stale(change_login_management(earlier, version).await)
        });
        Ok(())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if form.is_busy() || !dirty.get_untracked() {
            return;
        }
        form.forget();
        // A choice that can lock users out is confirmed first.
        match chosen.get_untracked() {
            LoginManagement::SalesforceOnly => confirmation.ask(switching(), save),
            LoginManagement::AllLoginMethods => form.send(save()),
        }
    };
    let options = [
        (
            LoginManagement::AllLoginMethods,
            "all-login-methods",
            term!("general.all_login_methods"),
            t!("general.all_hint"),
        ),
        (
            LoginManagement::SalesforceOnly,
            "salesforce-only",
            term!("general.salesforce_only"),
            t!("general.salesforce_hint"),
        ),
    ];
    view! {
        <section class="card" aria-labelledby="login-management">
            <h2 id="login-management">{term!("general.login_management")}</h2>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![] form />
                <fieldset class="options">
                    <legend>{t!("general.how")}</legend>
                    {options.map(|(one, id, label, hint)| view! {
                        <RadioOption group="login-management" id label hint
                            checked=Signal::derive(move || chosen.get() == one)
                            on_choose=Callback::new(move |()| chosen.set(one)) />
                    }).collect_view()}
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled_reason=unchanged>{term!("common.save")}</Button>
                </div>
            </form>
        </section>
        <QuestionDialog confirmation />
        <LeaveGuard dirty />
    }
}

fn switching() -> Question {
    Question {
        title: t!("general.confirm_title"),
        text: t!("general.confirm_text"),
        action: t!("general.switch", method = term!("general.salesforce_only").in_line()),
        danger: true,
    }
}
