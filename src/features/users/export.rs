//! The listed users as a file: all that match search and filters, from all pages, in the order of the screen.

use api_types::{User, UserQuery, limits};

use crate::api::users;
use crate::data::export::{Export, Table, save};
use crate::domain::people;
use crate::t;

pub(super) async fn download(query: UserQuery, export: Export) {
    let table = Table {
        file_name: "users.csv".to_owned(),
        header: vec![
            t!("field.email"),
            t!("field.first_name"),
            t!("field.last_name"),
            t!("field.role"),
            t!("field.teams"),
            t!("field.workspace"),
            t!("field.status"),
            t!("users.last_sign_in"),
        ],
        cells,
    };
    save(export, table, async |cursor| {
        users::list(&UserQuery { cursor, limit: Some(limits::PAGE_MAX), ..query.clone() }).await
    })
    .await;
}

/// Words as on the screen, times as RFC 3339, which spreadsheets and programs can both read. Teams are separated in the
/// way that the import reads them.
fn cells(user: &User) -> Vec<String> {
    vec![
        user.email.clone(),
        user.first_name.clone(),
        user.last_name.clone(),
        people::role(user.role).into_text(),
        user.teams.join(";"),
        people::workspace(&user.workspace),
        people::status(user.status).into_text(),
        user.last_sign_in_at.as_ref().map(|time| time.0.clone()).unwrap_or_default(),
    ]
}
