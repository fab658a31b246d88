//! Presentation primitives. They use the browser and the texts, and know nothing of the features.

mod announcer;
mod aside;
mod avatar;
mod button;
mod chart;
mod choice;
mod dialog;
mod failed;
mod field;
mod form;
mod held_secret;
mod help;
mod icon;
mod inline_editor;
mod leaving;
mod marked;
mod menu;
mod moment;
mod neighbour;
mod note;
mod notice;
mod page;
mod pager;
mod person;
mod progress;
mod radio;
mod search;
mod show_more;
mod status;
mod step_history;
mod steps;
mod table;
mod tabs;
mod term;
mod virtual_list;

pub(crate) use announcer::{Announcer, announce};
pub(crate) use aside::aside;
pub(crate) use avatar::Avatar;
pub(crate) use button::{Button, ButtonKind, CopyButton};
pub(crate) use chart::BarChart;
pub(crate) use choice::Choice;
pub(crate) use dialog::{ConfirmDialog, Dialog};
pub(crate) use failed::{Failed, why_refused};
pub(crate) use field::{ErrorSummary, Field, FieldState, Select, SelectOption, TextArea};
pub(crate) use form::Form;
pub(crate) use held_secret::{CopySecret, HeldSecret, SecretText};
pub(crate) use help::{HelpPage, help_link, help_link_to};
pub(crate) use icon::{Icon, IconName, Logo};
pub(crate) use inline_editor::InlineEditor;
pub(crate) use leaving::{LeaveGuard, ask_before_unload, has_unsaved, leave};
pub(crate) use marked::Marked;
pub(crate) use menu::{Menu, MenuItem};
pub(crate) use moment::{ago, ago_in_words, until, until_in_words, waiting};
pub(crate) use neighbour::neighbour;
pub(crate) use note::Note;
pub(crate) use notice::{Notices, Undoable, Work, notify, notify_undoable, withdraw_undo};
pub(crate) use page::{Crumb, EmptyState, Page, Skeleton, Starting};
pub(crate) use pager::Pager;
pub(crate) use person::{address, chips, face, name_or_address, person, sentence};
pub(crate) use progress::{Meter, ProgressBar};
pub(crate) use radio::RadioOption;
pub(crate) use search::SearchField;
pub(crate) use show_more::ShowMore;
pub(crate) use status::{Status, Tone};
pub(crate) use step_history::{Stand, follow_history};
pub(crate) use steps::Steps;
pub(crate) use table::{Column, Frame, Room, Selection, Sort, Table, View, ViewMenu, live};
pub(crate) use tabs::{Tab, TabMark, Tabs};
pub(crate) use term::{Term, show_originals, shows_originals};
pub(crate) use virtual_list::{VirtualList, Window};

/// Set-up needed before the first screen.
pub(crate) fn init() {
    leaving::init();
    term::init();
}
