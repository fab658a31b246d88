//! The app's registration: its name, its credentials, and its scopes.

/// The consumer key and secret of the connected app.
pub const CLIENT_ID: &str = "3MVG9sandbox.SalesInsightActions";
pub const CLIENT_SECRET: &str = "SANDBOX0SALESFORCE0CLIENT0SECRET";
/// The name of the app on the consent page.
pub(super) const CLIENT_NAME: &str = "Sales Insight Actions";

/// The app's scopes, and their descriptions on the consent page.
pub(super) const SCOPES: [(&str, &str); 7] = [
    ("api", "Access and manage your data"),
    ("id", "Access your identity"),
    ("profile", "Access your basic information"),
    ("email", "Access your e-mail address"),
    ("openid", "Sign you in"),
    ("refresh_token", "Perform requests on your behalf at any time"),
    ("offline_access", "Perform requests on your behalf at any time"),
];
