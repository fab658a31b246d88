//! Members and people with a pending invitation.

use api_types::{
    Account, Handover, HandoverQuery, List, TeamId, User, UserChange, UserId, UserQuery, UserRecord, paths,
};
use gloo_net::http::Method;

use super::query::{choice, rows_on_page};
use super::{Call, Failure, get, query};

/// One page of people.
pub(crate) async fn list(wanted: &UserQuery) -> Result<List<User>, Failure> {
    get(query(paths::USERS, wanted)).await
}

pub(crate) async fn find(id: &UserId) -> Result<User, Failure> {
    get(paths::user(id)).await
}

/// What the account keeps of a person.
pub(crate) async fn record(id: &UserId) -> Result<UserRecord, Failure> {
    get(paths::user_record(id)).await
}

/// The account with its seats.
pub(crate) async fn account() -> Result<Account, Failure> {
    get(paths::ACCOUNT).await
}

/// Changes a user, provided that they have not changed since `user` was read.
pub(crate) async fn change(user: &User, change: &UserChange) -> Result<User, Failure> {
    Call::new(Method::PATCH, paths::user(&user.id)).of_version(user.version).json(change).fetch().await
}

/// Ends a member's access and frees the seat, under the same condition; all their data stays.
pub(crate) async fn deactivate(user: &User, handover: &Handover) -> Result<User, Failure> {
    let path = query(&paths::user_deactivate(&user.id), &HandoverQuery::from(handover));
    Call::post(path).of_version(user.version).fetch().await
}

/// Restores a deactivated member's access, which takes a seat, under the same condition.
pub(crate) async fn reactivate(user: &User) -> Result<User, Failure> {
    Call::post(paths::user_reactivate(&user.id)).of_version(user.version).fetch().await
}

/// Removes a member for good; what they shared passes to the administrator who removes them.
pub(crate) async fn remove(id: &UserId, handover: &Handover) -> Result<(), Failure> {
    let path = query(&paths::user(id), &HandoverQuery::from(handover));
    Call::new(Method::DELETE, path).done().await
}

/// Reads a query from the decoded parameters of an address; [`query()`] writes it.
pub(crate) fn read_query(parameter: impl Fn(&str) -> Option<String>) -> UserQuery {
    let said = |name: &str| parameter(name).filter(|value| !value.trim().is_empty());
    UserQuery {
        search: said("search"),
        status: choice(said("status")),
        role: choice(said("role")),
        team: said("team").map(TeamId),
        sort: choice(said("sort")),
        order: choice(said("order")),
        cursor: said("cursor"),
        limit: rows_on_page(said("limit")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use api_types::{Role, SortOrder, UserSort, UserStatus};

    use super::*;

    #[test]
    fn a_query_survives_being_an_address() {
        let wanted = UserQuery {
            search: Some("ana".into()),
            status: Some(UserStatus::Expired),
            role: Some(Role::Admin),
            team: Some(TeamId("t".into())),
            sort: Some(UserSort::LastSignIn),
            order: Some(SortOrder::Descending),
            cursor: Some("abc".into()),
            limit: Some(200),
        };
        let address = query("", &wanted);
        let parameters: HashMap<&str, &str> =
            address.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!(read_query(|name| parameters.get(name).map(|&value| value.to_owned())), wanted);
    }

    #[test]
    fn what_nobody_understands_counts_as_not_said() {
        let garbled = |name: &str| match name {
            "search" => Some("  ".to_owned()),
            "limit" => Some("1000000".to_owned()),
            _ => Some("nonsense".to_owned()),
        };
        let read = read_query(garbled);
        let nonsense = || Some("nonsense".to_owned());
        assert_eq!(
            read,
            UserQuery { cursor: nonsense(), team: nonsense().map(TeamId), ..UserQuery::default() }
        );
    }
}
