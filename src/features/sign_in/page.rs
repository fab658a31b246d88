use api_types::Session;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::acts::enter;
use super::entry::{Act, Entry};
use super::form::PasswordForm;
use super::gate::{GateFrame, SignOutPending, ToCheck};
use super::salesforce::{Purpose, ThroughSalesforce};
use super::steps::act;
use crate::domain::navigation::Route;
use crate::domain::session::{self, SessionState};
use crate::platform::address::{base_path, for_router};
use crate::platform::passkeys::{self, Support};
use crate::t;
use crate::ui::{Button, instead_of_here};

/// The path of the sign-in screen that returns to `here` afterwards.
fn path_and_back(here: &str) -> String {
    if here == Route::Home.path() {
        return Route::SignIn.path();
    }
    format!("{}?back={}", Route::SignIn.path(), js_sys::encode_uri_component(here))
}

/// The path of the sign-in screen that returns to the present place: path, query and anchor below the deployment's base.
pub(crate) fn path_and_back_here() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let mut here = path.strip_prefix(&base_path()).unwrap_or(&path).to_owned();
    let query = location.search.get_untracked();
    if !query.is_empty() {
        here.push('?');
        here.push_str(&query);
    }
    path_and_back(&(here + &location.hash.get_untracked()))
}

/// The return path, if it is a path of this app and not of another site.
fn safe_return(back: Option<String>) -> String {
    back.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
        .unwrap_or_else(|| Route::Home.path())
}

/// The path to go to after signing in.
pub(super) fn way_back() -> String {
    safe_return(use_query_map().read_untracked().get("back"))
}

#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let back = way_back();
    let return_to = path_and_back(&back);
    leave_once_signed_in(back);
    view! {
        <GateFrame title=t!("sign_in.title")>
            <SignOutPending />
            <SignInWays known_email=None return_to on_done=Callback::new(enter) />
            <ToCheck />
        </GateFrame>
    }
}

/// Goes to another screen: a signed-in user does not need this one, and was on the way there.
pub(super) fn leave_once_signed_in(back: String) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        if session::state().with(|state| matches!(state, SessionState::SignedIn(_))) {
            navigate(&for_router(&back), instead_of_here());
        }
    });
}

/// The ways to sign in: by password, by a passkey, and through Salesforce.
#[component]
pub(super) fn SignInWays(
    /// The address that must sign in, if it is known.
    known_email: Option<String>,
    /// The path to return to if Salesforce is shown in this window.
    return_to: String,
    /// Whether links open beside this page.
    #[prop(optional)]
    keeps_page: bool,
    on_done: Callback<Session>,
) -> impl IntoView {
    let fixed = known_email.is_some();
    let entry = Entry::new(known_email, on_done);
    let is_second = Memo::new(move |_| entry.second.with(Option::is_some));
    let by_passkey = Callback::new(move |()| {
        entry.by_passkey.send(async move {
            if let Err(message) = act(Act::ByPasskey, entry).await {
                entry.form.refusal.try_set(message);
                entry.form.show_what_is_wrong();
            }
            Ok(())
        });
    });
    view! {
        <div class="stack" hidden=is_second>
            <PasswordForm entry fixed />
            <p>
                <a href=Route::ForgotPassword.href() target=keeps_page.then_some("_blank")>{t!("sign_in.forgot")}</a>
            </p>
            <p class="or"><span>{t!("sign_in.or")}</span></p>
            {(passkeys::support() == Support::Usable).then(|| view! {
                <Button busy=entry.by_passkey.busy on_press=by_passkey>{t!("sign_in.passkey")}</Button>
            })}
            <ThroughSalesforce purpose=Purpose::SignIn return_to on_done />
        </div>
        {move || is_second.get().then(|| entry.second.get_untracked().map(|show| show(entry)))}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_app_are_gone_back_to() {
        assert_eq!(safe_return(Some("/settings/admin/users?x=1".into())), "/settings/admin/users?x=1");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(safe_return(Some(elsewhere.into())), "/", "{elsewhere}");
        }
        assert_eq!(safe_return(None), "/");
    }
}
