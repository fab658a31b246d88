//! A CSV file of people: File, Mapping and Review, from which people are invited
//! or, without an account, the results saved as files. The file
//! never leaves the browser; only the rows that the administrator confirms do.
//!
//! One flow serves several purposes ([`purpose::Purpose`]). Going on from a check without an account to inviting checks the
//! open file again; file, mapping and changes stay. Members are changed on the server, so their rows go there for the
//! comparison, and no address keys are needed.
//!
//! What the user decides is stored in the browser as they work, one draft for each purpose; the file is not. After a reload it
//! is opened again by the handle that the browser gave for it, or chosen again and recognised by its size and a hash of its
//! content, of pieces of it if it is large. The Worker then applies the changes again.

mod cell_note;
mod choice;
mod chooser;
mod chosen;
mod compare_step;
mod content;
mod draft;
mod draft_card;
mod file_card;
mod file_step;
mod fixes;
mod for_all;
mod grid;
mod handed;
mod invite_dialog;
mod labels;
mod mapping_step;
mod page;
mod pasted;
mod people_step;
mod purpose;
mod remedy;
mod remembered;
mod replace_dialog;
mod rest;
mod review_step;
mod row;
mod rules;
mod rules_card;
mod save;
mod search;
mod seek;
mod sending_step;
mod several;
mod state;
mod step;

pub(crate) use page::{CheckCsvFile, InviteUsersViaCsv, ReviewFromSalesforce, UpdateUsersViaCsv};
