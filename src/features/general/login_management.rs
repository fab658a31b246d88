use api_types::{Account, LoginManagement, WithoutSalesforce};
use leptos::prelude::*;

use super::state::{Chosen, look_again};
use crate::api::account::{change_login_management, without_salesforce};
use crate::data::{say_saved, unless_stale};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Confirmation, ErrorSummary, Form, LeaveGuard, Question, QuestionDialog, RadioOption,
    Submission, Tone, notify,
};

/// How users sign in, and what that means for invited people.
#[component]
pub(super) fn LoginManagementCard(account: RwSignal<Account>) -> impl IntoView {
    let saved = Memo::new(move |_| account.with(|account| account.login_management));
    let setting = Chosen::of(saved);
    let chosen = setting.value;
    let form = Form::new();
    let confirmation = Confirmation::of(*form);
    // Asks who would be locked out, before the question.
    let counting = Submission::new();
    let busy = Signal::derive(move || form.busy.get() || counting.busy.get());
    let dirty = Memo::new(move |_| saved.get() != chosen.get());
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("general.nothing_to_save")));
    let save = move |wanted| async move {
        let earlier = saved.get_untracked();
        let version = account.with_untracked(|account| account.version);
        setting.sends(wanted);
        let outcome = change_login_management(wanted, version).await.inspect_err(|_| setting.failed());
        if let Err(failure) = &outcome
            && let Some(newer) = look_again(account, failure).await
        {
            chosen.try_set(newer.login_management);
        }
        confirmation.close();
        let kept = outcome.inspect_err(|_| form.show_what_is_wrong())?;
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
        if form.is_busy() || counting.is_busy() || !dirty.get_untracked() {
            return;
        }
        form.forget();
        // A choice that can lock users out is confirmed first.
        match chosen.get_untracked() {
            LoginManagement::SalesforceOnly => counting.send(async move {
                let locked_out = without_salesforce().await.ok();
                let wanted = LoginManagement::SalesforceOnly;
                // The screen may be gone, or something else chosen by now.
                if confirmation.is_here() && chosen.get_untracked() == wanted {
                    confirmation.ask(switching(locked_out), move || save(wanted));
                }
                Ok(())
            }),
            wanted @ LoginManagement::AllLoginMethods => form.send(save(wanted)),
        }
    };
    // Its hint says what it waits for.
    let is_too_early = move |one| {
        one == LoginManagement::SalesforceOnly
            && saved.get() != one
            && account.with(|account| account.lacks_salesforce_admin)
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
                            disabled=Signal::derive(move || is_too_early(one))
                            on_choose=Callback::new(move |()| chosen.set(one)) />
                    }).collect_view()}
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy disabled_reason=unchanged>{term!("common.save")}</Button>
                </div>
            </form>
        </section>
        <QuestionDialog confirmation />
        <LeaveGuard dirty />
    }
}

/// `locked_out` is unknown where the server could not be asked.
fn switching(locked_out: Option<WithoutSalesforce>) -> Question {
    Question {
        title: t!("general.confirm_title"),
        text: i18n::sentences([t!("general.confirm_text"), in_words(locked_out)]),
        action: t!("general.switch", method = term!("general.salesforce_only").in_line()),
        danger: true,
    }
}

/// How many Salesforce has not let in so far, and who they are.
fn in_words(locked_out: Option<WithoutSalesforce>) -> String {
    let Some(WithoutSalesforce { total, people }) = locked_out else {
        return t!("general.locked_out_unknown");
    };
    if total == 0 {
        return t!("general.locked_out_nobody");
    }
    let unnamed = total.saturating_sub(u32::try_from(people.len()).unwrap_or(u32::MAX));
    let more = (unnamed > 0).then(|| t!("general.locked_out_more", count = unnamed));
    let names =
        people.into_iter().map(|person| if person.name.is_empty() { person.email } else { person.name });
    t!("general.locked_out", count = total, names = i18n::list(names.chain(more)))
}
