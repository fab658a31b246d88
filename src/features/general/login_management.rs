use api_types::LoginManagement;
use leptos::prelude::*;

use crate::api::{account, users};
use crate::data::{on_settings_put_back, say_saved};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Confirmation, ErrorSummary, Form, LeaveGuard, Question, QuestionDialog, RadioOption,
    Tone, notify,
};

/// How users sign in, and what that means for invited people.
#[component]
pub(super) fn LoginManagementCard(saved: LoginManagement) -> impl IntoView {
    let setting = Setting::new(saved);
    let Setting { saved, chosen, form, asking } = setting;
    let busy = form.busy;
    let dirty = Memo::new(move |_| saved.get() != chosen.get());
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("general.nothing_to_save")));
    on_settings_put_back(move || leptos::task::spawn_local(setting.read_again()));
    let save = Callback::new(move |()| setting.save());
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

#[derive(Clone, Copy)]
struct Setting {
    saved: RwSignal<LoginManagement>,
    chosen: RwSignal<LoginManagement>,
    form: Form,
    /// Whether the choice is being confirmed.
    asking: RwSignal<bool>,
}

impl Setting {
    fn new(saved: LoginManagement) -> Self {
        Self {
            saved: RwSignal::new(saved),
            chosen: RwSignal::new(saved),
            form: Form::new(),
            asking: RwSignal::new(false),
        }
    }

    async fn read_again(self) {
        let Ok(account) = users::account().await else { return };
        // What was chosen since stays.
        if self.chosen.try_get_untracked() == self.saved.try_get_untracked() {
            self.chosen.try_set(account.login_management);
        }
        self.saved.try_set(account.login_management);
    }

    fn save(self) {
        let Self { saved, chosen, form, asking } = self;
        let (earlier, wanted) = (saved.get_untracked(), chosen.get_untracked());
        form.busy.set(true);
        form.failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = account::change_login_management(wanted).await;
            form.busy.try_set(false);
            asking.try_set(false);
            match outcome {
                Ok(account) => {
                    saved.try_set(account.login_management);
                    say_changed(earlier, account.login_management);
                }
                Err(error) => {
                    form.failure.try_set(Some(error.message()));
                    form.show_what_is_wrong();
                }
            }
        });
    }
}

fn say_changed(earlier: LoginManagement, kept: LoginManagement) {
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
