//! The session, and the rules for new passwords.

mod ending;
mod factor_wait;
mod following;
pub(crate) mod last_person;
mod new_password;
mod proof;
mod second_factor;
mod sign_out_pending;
mod state;
mod tabs;

pub(crate) use ending::Ending;
pub(crate) use following::init;
pub(crate) use new_password::{new_password, refused_password};
pub(crate) use proof::{is_proof_asked, settle_proof};
pub(crate) use second_factor::{factor_added, factor_needed_by, is_factor_due, look_at_factor};
pub(crate) use sign_out_pending::is_due as is_sign_out_pending;
pub(crate) use state::{
    SessionState, SignInPlace, current, ending, found_again, is_admin, is_asked, look_again, note_sign_out,
    on_another_person, remember, restore, sign_in_place, signed_in, signed_in_again, signed_out,
    signed_out_unheard, someone, state, stay, take_rows_key, update,
};
