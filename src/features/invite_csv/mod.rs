//! Inviting people from a CSV file: File, Mapping, Review, Invite. The file never leaves the browser;
//! only the rows that the administrator confirms do.

mod chooser;
mod chosen;
mod draft;
mod draft_card;
mod file_card;
mod file_step;
mod fixes;
mod grid;
mod invite_step;
mod labels;
mod mapping_step;
mod page;
mod remembered;
mod review_step;
mod state;
mod step;

pub(crate) use page::InviteUsersViaCsv;
