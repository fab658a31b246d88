//! The displayed users: one page of the list, and the account's seats.

use api_types::{List, Seats, SortOrder, StatusCounts, User, UserId, UserQuery, UserSort, limits};
use leptos::prelude::*;

use crate::api::users;
use crate::data::{Load, Loader};
use crate::domain::people::on_change;
use crate::platform::spawn;
use crate::ui::neighbour;

/// Loads the page that `query` names, and again whenever it changes.
#[derive(Clone, Copy)]
pub(super) struct People {
    pub(super) query: Memo<UserQuery>,
    pub(super) page: Loader<List<User>>,
    pub(super) seats: RwSignal<Option<Seats>>,
}

impl People {
    pub(super) fn new(query: Memo<UserQuery>) -> Self {
        let people = Self { query, page: Loader::new(), seats: RwSignal::new(None) };
        Effect::new(move |_| {
            query.track();
            people.retry();
        });
        spawn(people.count_seats());
        on_change(move || spawn(people.refresh()));
        people
    }

    /// Loads the page, also again after a failure.
    pub(super) fn retry(self) {
        let wanted = self.query.get_untracked();
        spawn(async move { self.page.load(users::list(&wanted)).await });
    }

    /// Loads page and seats again after a change.
    pub(super) async fn refresh(self) {
        let Some(wanted) = self.query.try_get_untracked() else { return };
        self.page.refresh(users::list(&wanted)).await;
        self.count_seats().await;
    }

    /// How many rows are on a page; reactive.
    pub(super) fn rows(self) -> u32 {
        self.query.with(|query| query.limit).unwrap_or(limits::PAGE_DEFAULT)
    }

    async fn count_seats(self) {
        // The meter is optional: after a failure it keeps its value.
        if let Ok(account) = users::account().await {
            self.seats.try_set(Some(account.seats));
        }
    }

    /// The users on the page, in its order.
    pub(super) fn items(self) -> Vec<User> {
        self.page.on_page(<[User]>::to_vec)
    }

    /// How many users there are of each status, if that was counted; reactive. While a list is loaded, the numbers from
    /// `before` stay.
    pub(super) fn statuses(self, before: Option<StatusCounts>) -> Option<StatusCounts> {
        self.page.state.with(|page| counted(page, before))
    }

    /// How many users match; `None` until that is known, and where they are too many to be counted; reactive.
    pub(super) fn total(self) -> Option<u64> {
        self.page.total()
    }

    /// Whether the current page no longer shows this user.
    pub(super) fn is_gone(self, id: &UserId) -> bool {
        let page = |page: &Load<List<User>>| match page {
            Load::Ready(list) => list.items.iter().all(|user| user.id != *id),
            _ => false,
        };
        self.page.state.try_with_untracked(page).unwrap_or_default()
    }

    /// Replaces a user with the backend's newer version.
    pub(super) fn replace(self, newer: User) {
        self.page.state.try_update(|page| {
            if let Load::Ready(list) = page
                && let Some(user) = list.items.iter_mut().find(|user| user.id == newer.id)
            {
                *user = newer;
            }
        });
    }

    /// The user whose row gets the focus when `id` leaves the page.
    pub(super) fn neighbour(self, id: &UserId) -> Option<UserId> {
        let next = |page: &Load<List<User>>| match page {
            Load::Ready(list) => neighbour(&list.items, |user| user.id == *id).map(|user| user.id.clone()),
            _ => None,
        };
        self.page.state.try_with_untracked(next).flatten()
    }
}

fn counted(page: &Load<List<User>>, before: Option<StatusCounts>) -> Option<StatusCounts> {
    match page {
        Load::Ready(list) => list.meta.statuses,
        _ => before,
    }
}

/// The query after a press on a column's head: in reverse order if it is already sorted by that column.
pub(super) fn sorted_by(query: &UserQuery, column: UserSort) -> UserQuery {
    let order = if direction(query, column) == Some(SortOrder::Ascending) {
        Some(SortOrder::Descending)
    } else {
        None
    };
    UserQuery {
        sort: Some(column).filter(|column| *column != UserSort::default()),
        order,
        cursor: None,
        ..query.clone()
    }
}

/// The direction in which the list is sorted by a column; `None` if it is sorted by another.
pub(super) fn direction(query: &UserQuery, column: UserSort) -> Option<SortOrder> {
    (query.sort.unwrap_or_default() == column).then(|| query.order.unwrap_or_default())
}

/// A column's name, as in the query.
pub(super) const fn column(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => "name",
        UserSort::Email => "email",
        UserSort::Role => "role",
        UserSort::Status => "status",
        UserSort::LastSignIn => "last_sign_in",
    }
}

/// Whether the list is filtered.
pub(super) fn is_filtered(query: &UserQuery) -> bool {
    query.search.is_some() || query.status.is_some() || query.role.is_some() || query.team.is_some()
}

#[cfg(test)]
mod tests {
    use api_types::ListMeta;

    use super::*;
    use crate::api::query::choice;

    #[test]
    fn u3_an_action_that_ends_after_its_screen_finds_no_row_to_go_to() {
        let screen = Owner::new_root(None);
        let people = screen.with(|| People {
            query: Memo::new(|_| UserQuery::default()),
            page: Loader::new(),
            seats: RwSignal::new(None),
        });
        screen.cleanup();
        let anybody = UserId("somebody".to_owned());
        assert_eq!(people.neighbour(&anybody), None);
        assert!(!people.is_gone(&anybody));
    }

    #[test]
    fn u3_numbers_of_another_list_are_not_kept_where_there_are_too_many_to_be_counted() {
        let before = Some(StatusCounts::default());
        let uncounted = List { items: Vec::new(), meta: ListMeta::exact(None, 0) };
        assert_eq!(counted(&Load::Loading, before), before);
        assert_eq!(counted(&Load::Ready(uncounted), before), None);
    }

    #[test]
    fn u9_a_second_press_on_a_head_turns_the_order_round() {
        let start = UserQuery { cursor: Some("page 7".into()), ..UserQuery::default() };
        let by_email = sorted_by(&start, UserSort::Email);
        assert_eq!(direction(&by_email, UserSort::Email), Some(SortOrder::Ascending));
        assert_eq!(direction(&by_email, UserSort::Name), None);
        assert_eq!(by_email.cursor, None, "another order is another list");
        let turned = sorted_by(&by_email, UserSort::Email);
        assert_eq!(direction(&turned, UserSort::Email), Some(SortOrder::Descending));
        assert_eq!(sorted_by(&turned, UserSort::Email), by_email);
    }

    #[test]
    fn u9_columns_are_named_as_in_the_query() {
        for sort in [UserSort::Name, UserSort::Email, UserSort::Role, UserSort::Status, UserSort::LastSignIn]
        {
            assert_eq!(choice(Some(column(sort).to_owned())), Some(sort));
        }
    }

    #[test]
    fn the_list_starts_sorted_by_name() {
        let start = UserQuery::default();
        assert_eq!(direction(&start, UserSort::Name), Some(SortOrder::Ascending));
        assert_eq!(sorted_by(&sorted_by(&start, UserSort::Name), UserSort::Name), start);
    }
}
