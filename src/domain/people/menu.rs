//! What can be done to one person, as the entries of a menu.

use api_types::{Role, User, UserStatus};

use super::acting::Acting;
use super::action::{Offer, UserAction};
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
pub(crate) fn action_items(acting: Acting, user: &User) -> Vec<MenuItem> {
    let mut items = Vec::new();
    for action in UserAction::ALL {
        let reason = match action.offer(user) {
            Offer::None => continue,
            Offer::Open => None,
            Offer::Protected(protection) => Some(protection_reason(protection)),
        };
        let person = user.clone();
        items
            .push(MenuItem::new(action.label(), move || acting.act(action, person.clone())).disabled(reason));
        if action == UserAction::Resend {
            items.extend(link_item(acting, user));
        }
    }
    items
}

/// The dialog with the link of an invitation that is still valid.
fn link_item(acting: Acting, user: &User) -> Option<MenuItem> {
    let invitation = user.invitation.as_ref().filter(|_| user.status == UserStatus::Invited)?.id.clone();
    Some(MenuItem::new(t!("users.copy_link"), move || acting.show_link(invitation.clone())))
}
