//! A CSV file of people: File, Mapping, Review, and then Invite, or, without an account, the results as files. The file
//! never leaves the browser; only the rows that the administrator confirms do.

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
mod invite_step;
mod labels;
mod mapping_step;
mod page;
mod pasted;
mod people_step;
mod remedy;
mod remembered;
mod review_step;
mod row;
mod rules;
mod rules_card;
mod save;
mod seek;
mod several;
mod state;
mod step;

pub(crate) use page::{CheckCsvFile, InviteUsersViaCsv, ReviewFromSalesforce, UpdateUsersViaCsv};
