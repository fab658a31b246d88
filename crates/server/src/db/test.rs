//! A database for tests, and the query plan of a statement.

use api_types::LoginManagement;
use tempfile::TempDir;

#[path = "../../tests/support/postgres.rs"]
#[expect(dead_code, reason = "the other tests drop what they have made")]
mod postgres;

pub(crate) use super::sqlite::plans::{check_plan, plan};
use super::{Db, accounts, new_id};
use crate::platform::clock::Millis;
use crate::platform::place::Place;
use accounts::AccountRow;

/// A database with an account, and the account's id. The folder is deleted with its guard.
pub(crate) async fn database() -> (Db, String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::database_of(folder.path()).map(Into::into);
    let db = Db::open(&Place { database, ..Place::in_folder(folder.path()) }).await.unwrap();
    let account = AccountRow {
        settings_version: 1,
        id: "1".to_owned(),
        uuid: new_id(),
        name: "Test".to_owned(),
        seat_limit: 10,
        team_limit: 10,
        login_management: LoginManagement::AllLoginMethods,
        original_user_id: None,
    };
    let mut tx = db.write().await.unwrap();
    accounts::insert(&mut tx, &account, Millis(0)).await.unwrap();
    tx.commit().await.unwrap();
    (db, account.id, folder)
}
