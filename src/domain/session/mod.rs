//! The session, and the rules for new passwords.

mod new_password;
mod state;

pub(crate) use new_password::{new_password, refused_password};
pub(crate) use state::{
    SessionState, current, init, is_admin, on_another_person, remember, restore, signed_in, signed_out,
    someone, state, update,
};
