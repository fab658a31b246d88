//! The one list of places that the app links to, so that no link can point nowhere. What only mails lead to stands in
//! `app.rs` alone.

use api_types::BatchId;

/// Every screen that can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Home,
    SignIn,
    ForgotPassword,
    Profile,
    Users,
    Invite,
    InviteCsv,
    Batches,
    Batch(BatchId),
}

impl Route {
    /// The path below the base of the deployment.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Home => "/".into(),
            Self::SignIn => "/sign-in".into(),
            Self::ForgotPassword => "/forgot-password".into(),
            Self::Profile => "/settings/account/profile".into(),
            Self::Users => "/settings/admin/users".into(),
            Self::Invite => "/settings/admin/users/invite".into(),
            Self::InviteCsv => "/settings/admin/users/invite-csv".into(),
            Self::Batches => "/settings/admin/users/invitations".into(),
            Self::Batch(id) => format!("/settings/admin/users/invitations/{}", id.0),
        }
    }

    /// Where the link leads in this deployment, which may be below a folder of its host.
    pub(crate) fn href(&self) -> String {
        format!("{}{}", base_path(), self.path())
    }
}

/// The folder of the deployment without its last slash, from the document's `<base>`.
pub(crate) fn base_path() -> String {
    let base = crate::ui::dom::document().base_uri().ok().flatten();
    base.and_then(|base| web_sys::Url::new(&base).ok())
        .map(|url| url.pathname().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_people_have_bookmarked() {
        let id = BatchId("b1".into());
        let paths: Vec<String> = [
            Route::Home,
            Route::SignIn,
            Route::ForgotPassword,
            Route::Profile,
            Route::Users,
            Route::Invite,
            Route::InviteCsv,
            Route::Batches,
            Route::Batch(id),
        ]
        .iter()
        .map(Route::path)
        .collect();
        assert_eq!(
            paths,
            [
                "/",
                "/sign-in",
                "/forgot-password",
                "/settings/account/profile",
                "/settings/admin/users",
                "/settings/admin/users/invite",
                "/settings/admin/users/invite-csv",
                "/settings/admin/users/invitations",
                "/settings/admin/users/invitations/b1",
            ]
        );
    }
}
