//! What can be done to one person, as the entries of a menu.

use api_types::{Role, User};

use super::acting::Acting;
use super::action::{Action, Offer};
use super::labels::protection_reason;
use super::personas_dialog::Personas;
use crate::t;
use crate::ui::MenuItem;

/// The dialog of personas.
pub(crate) fn personas_item(personas: Personas, user: &User) -> MenuItem {
    let person = user.clone();
    MenuItem::new(t!("users.personas"), move || personas.ask(person.clone()))
        .disabled((user.role != Role::Admin).then(|| t!("users.personas_of_admins")))
}

/// The actions that the user's state allows, and those that protection forbids, with the reason.
pub(crate) fn action_items(acting: Acting, user: &User) -> impl Iterator<Item = MenuItem> {
    Action::ALL.into_iter().filter_map(move |action| {
        let reason = match action.offer(user) {
            Offer::None => return None,
            Offer::Open => None,
            Offer::Protected(protection) => Some(protection_reason(protection)),
        };
        let user = user.clone();
        Some(MenuItem::new(action.label(), move || acting.act(action, user.clone())).disabled(reason))
    })
}
