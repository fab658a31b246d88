//! The panel's side of its protocol with the page that embeds it, the host ([`api_types::panel`]).
//!
//! [`begin`] offers a connection to the listed pages, takes the port of the one that answers, and follows what it says.
//! What a person does goes out as events, which contain counts and codes, no data of people.
//!
//! No call of a panel has cookies: [`crate::api`] asks the host for a session token. Where the browser denies storage, drafts
//! and sendings stay in memory, and the host is told while leaving would lose something.

mod appearance;
mod connection;
mod events;
mod focus;
mod handshake;
mod hear;
mod height;
mod logout;
mod look;
mod rows;
mod tokens;

pub(crate) use appearance::speak_as_wanted;
pub(crate) use connection::{Phase, host, is_for, phase, refuse, say, say_ready, wanted_path};
pub(crate) use events::follow;
pub(crate) use handshake::begin;
pub(crate) use hear::path_unknown;
pub(crate) use height::follow_height;
