//! What is written back to Salesforce. Changes apply only when saved.

use api_types::{EmailActivity, ProblemCode, SalesforceSyncSettings, TaskSync};
use leptos::prelude::*;

use crate::api::{Failure, salesforce};
use crate::data::{Loader, loaded, on_settings_put_back, say_saved, unless_stale};
use crate::i18n::Message;
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldState, Form, LeaveGuard, RadioOption};

#[component]
pub(super) fn SyncSettings() -> impl IntoView {
    let loader = Loader::<SalesforceSyncSettings>::new();
    let load = move || spawn(async move { loader.load(salesforce::sync_settings()).await });
    load();
    loaded(loader, 4, load, move |settings| view! { <SettingsForm settings loader /> }.into_any())
}

/// The chosen settings, and those that were read.
#[derive(Clone, Copy)]
struct Draft {
    saved: RwSignal<SalesforceSyncSettings>,
    email_activity: RwSignal<EmailActivity>,
    bcc_address: FieldState,
    tasks: RwSignal<TaskSync>,
}

impl Draft {
    fn new(settings: SalesforceSyncSettings) -> Self {
        Self {
            email_activity: RwSignal::new(settings.email_activity),
            bcc_address: FieldState::new("bcc-address", settings.bcc_address.clone().unwrap_or_default()),
            tasks: RwSignal::new(settings.tasks),
            saved: RwSignal::new(settings),
        }
    }

    /// The settings as chosen now.
    fn settings(self) -> SalesforceSyncSettings {
        let email_activity = self.email_activity.get();
        let bcc_address = match email_activity {
            EmailActivity::Bcc => {
                let typed = self.bcc_address.text.with(|text| text.trim().to_owned());
                Some(typed).filter(|typed| !typed.is_empty())
            }
            // What is wrong in a field that is not shown could not be seen.
            _ => self.saved.with(|saved| saved.bcc_address.clone()),
        };
        SalesforceSyncSettings {
            email_activity,
            bcc_address,
            tasks: self.tasks.get(),
            version: self.saved.with(|saved| saved.version),
        }
    }

    /// Shows what is stored now in place of what was `shown`; what was chosen since stays. The screen may be gone.
    fn store(self, shown: &SalesforceSyncSettings, stored: SalesforceSyncSettings) {
        if let Some(chosen) = self.saved.try_with_untracked(|_| untrack(|| self.settings())) {
            if chosen.email_activity == shown.email_activity {
                self.email_activity.set(stored.email_activity);
            }
            if chosen.bcc_address == shown.bcc_address {
                self.bcc_address.text.set(stored.bcc_address.clone().unwrap_or_default());
            }
            if chosen.tasks == shown.tasks {
                self.tasks.set(stored.tasks);
            }
        }
        self.saved.try_set(stored);
    }

    /// Reads what an undo has put back.
    async fn read_again(self) {
        let Ok(stored) = salesforce::sync_settings().await else { return };
        if let Some(shown) = self.saved.try_get_untracked() {
            self.store(&shown, stored);
        }
    }

    fn read(self) -> Option<SalesforceSyncSettings> {
        let settings = untrack(|| self.settings());
        let missing = settings.email_activity == EmailActivity::Bcc && settings.bcc_address.is_none();
        self.bcc_address.error.set(missing.then(|| t!("salesforce.bcc_missing")));
        (!missing).then_some(settings)
    }

    /// Shows the backend's refusal where it belongs.
    fn refused(self, failure: &Failure) -> Option<Message> {
        match failure.code() {
            Some(ProblemCode::AddressInvalid | ProblemCode::InvalidField) => {
                self.bcc_address.error.try_set(Some(t!("problem.address_invalid")));
                None
            }
            _ => Some(failure.message()),
        }
    }
}

#[component]
fn SettingsForm(settings: SalesforceSyncSettings, loader: Loader<SalesforceSyncSettings>) -> impl IntoView {
    let draft = Draft::new(settings);
    let dirty = Memo::new(move |_| draft.saved.with(|saved| *saved != draft.settings()));
    let form = Form::new();
    let stale = RwSignal::new(false);
    let submit = form.handler(
        move || draft.read(),
        async move |settings: SalesforceSyncSettings| {
            let earlier = draft.saved.get_untracked();
            match salesforce::change_sync_settings(&settings).await {
                Ok(stored) => {
                    let earlier = SalesforceSyncSettings { version: stored.version, ..earlier };
                    draft.store(&settings, stored);
                    stale.try_set(false);
                    say_saved(t!("salesforce.saved"), "sync settings", move || put_back(earlier.clone()));
                    Ok(())
                }
                Err(failure) => {
                    stale.try_set(failure.code() == Some(ProblemCode::Stale));
                    Err(draft.refused(&failure))
                }
            }
        },
    );
    on_settings_put_back(move || spawn(draft.read_again()));
    let reload = Callback::new(move |()| {
        spawn(async move { loader.load(salesforce::sync_settings()).await });
    });
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("salesforce.nothing_to_save")));
    view! {
        <form class="form" on:submit=submit novalidate>
            <ErrorSummary fields=vec![draft.bcc_address] form />
            <Show when=move || stale.get()>
                <div class="actions"><Button on_press=reload>{t!("salesforce.show_current")}</Button></div>
            </Show>
            <EmailActivityFields draft />
            <TaskFields tasks=draft.tasks />
            <div class="actions">
                <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled_reason=unchanged>{term!("common.save")}</Button>
            </div>
        </form>
        <LeaveGuard dirty />
    }
}

/// Returns whether it did: not if others were saved since.
async fn put_back(earlier: SalesforceSyncSettings) -> Result<bool, Failure> {
    unless_stale(salesforce::change_sync_settings(&earlier).await)
}

#[component]
fn EmailActivityFields(draft: Draft) -> impl IntoView {
    let chosen = draft.email_activity;
    let options = [
        (
            EmailActivity::NotLogged,
            "email-not-logged",
            t!("salesforce.email_not_logged"),
            t!("salesforce.email_not_logged_hint"),
        ),
        (
            EmailActivity::SalesforceApi,
            "email-api",
            t!("salesforce.email_api"),
            t!("salesforce.email_api_hint"),
        ),
        (EmailActivity::Bcc, "email-bcc", t!("salesforce.email_bcc"), t!("salesforce.email_bcc_hint")),
    ];
    view! {
        <fieldset class="card options">
            <legend class="card-legend">{t!("salesforce.email_activity")}</legend>
            {options.map(|(one, id, label, hint)| view! {
                <RadioOption group="email-activity" id label hint checked=Signal::derive(move || chosen.get() == one)
                    on_choose=Callback::new(move |()| chosen.set(one)) />
            }).collect_view()}
            <Show when=move || chosen.get() == EmailActivity::Bcc>
                <Field state=draft.bcc_address label=t!("salesforce.bcc_address") hint=t!("salesforce.bcc_address_hint") kind="email" />
            </Show>
        </fieldset>
    }
}

#[component]
fn TaskFields(tasks: RwSignal<TaskSync>) -> impl IntoView {
    let options = [
        (TaskSync::DoNotSync, "tasks-off", t!("salesforce.tasks_off"), t!("salesforce.tasks_off_hint")),
        (TaskSync::Sync, "tasks-on", t!("salesforce.tasks_on"), t!("salesforce.tasks_on_hint")),
    ];
    view! {
        <fieldset class="card options">
            <legend class="card-legend">{t!("salesforce.tasks")}</legend>
            {options.map(|(one, id, label, hint)| view! {
                <RadioOption group="tasks" id label hint checked=Signal::derive(move || tasks.get() == one)
                    on_choose=Callback::new(move |()| tasks.set(one)) />
            }).collect_view()}
        </fieldset>
    }
}
