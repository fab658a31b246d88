use api_types::LoginManagement;
use leptos::prelude::*;

use crate::api::{account, users};
use crate::data::{on_settings_put_back, say_saved};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, ConfirmDialog, ErrorSummary, Form, LeaveGuard, RadioOption, Tone, notify,
};

/// How users sign in, and what that means for invited people.
#[component]
pub(super) fn LoginManagementCard(saved: LoginManagement) -> impl IntoView {
    let saved = RwSignal::new(saved);
    let chosen = RwSignal::new(saved.get_untracked());
    let form = Form::new();
    let busy = form.busy;
    let asking = RwSignal::new(false);
    let dirty = Memo::new(move |_| saved.get() != chosen.get());
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("general.nothing_to_save")));
    on_settings_put_back(move || {
        leptos::task::spawn_local(async move {
            let Ok(account) = users::account().await else { return };
            // What was chosen since stays.
            if chosen.try_get_untracked() == saved.try_get_untracked() {
                chosen.try_set(account.login_management);
            }
            saved.try_set(account.login_management);
        });
    });
    let save = Callback::new(move |()| {
        let (earlier, wanted) = (saved.get_untracked(), chosen.get_untracked());
        busy.set(true);
        form.failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = account::change_login_management(wanted).await;
            busy.try_set(false);
            asking.try_set(false);
            match outcome {
                Ok(account) => {
                    let kept = account.login_management;
                    saved.try_set(kept);
                    // Going back to it can lock users out, which is confirmed first.
                    if earlier == LoginManagement::SalesforceOnly {
                        return notify(Tone::Success, t!("general.saved"));
                    }
                    say_saved(t!("general.saved"), "login management", move || async move {
                        let is_kept = users::account().await?.login_management == kept;
                        if is_kept {
                            account::change_login_management(earlier).await?;
                        }
                        Ok(is_kept)
                    });
                }
                Err(error) => {
                    form.failure.try_set(Some(error.message()));
                    form.show_what_is_wrong();
                }
            }
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !dirty.get_untracked() {
            return;
        }
        // A choice that can lock users out is confirmed first.
        match chosen.get_untracked() {
            LoginManagement::SalesforceOnly => asking.set(true),
            LoginManagement::AllLoginMethods => save.run(()),
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
                    <Button kind=ButtonKind::Primary submit=true busy disabled_reason=unchanged>{term!("common.save")}</Button>
                </div>
            </form>
        </section>
        <ConfirmDialog
            open=asking
            title=t!("general.confirm_title")
            text=t!("general.confirm_text")
            action=t!("general.switch", method = term!("general.salesforce_only").in_line())
            danger=true
            busy
            on_confirm=save
            on_close=Callback::new(move |()| asking.set(false))
        />
        <LeaveGuard dirty />
    }
}
