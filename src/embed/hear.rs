//! What the host says on the port.

use api_types::panel::{HostMessage, PanelErrorCode, PanelMessage, Unusable};
use leptos::prelude::*;

use super::connection::{self, Phase};
use super::{appearance, focus, logout, rows, tokens};
use crate::platform::spawn;

pub(super) fn hear(text: Option<&str>) {
    match text.map_or(Err(Unusable::Malformed), HostMessage::read) {
        Ok(message) => obey(message),
        Err(Unusable::UnknownType) => connection::ignore(),
        Err(Unusable::Malformed) => connection::say_error(
            PanelErrorCode::MessageMalformed,
            "A message to the panel is not as its schema says.",
            None,
        ),
        Err(Unusable::TooLong) => connection::say_error(
            PanelErrorCode::MessageTooLong,
            "A message to the panel is longer than 65,536 bytes.",
            None,
        ),
    }
}

/// Tells the host that it wanted a path opened that the panel does not have.
pub(crate) fn path_unknown() {
    connection::say_error(PanelErrorCode::PathUnknown, "The panel has no such path.", None);
}

fn obey(message: HostMessage) {
    // Until it knows how to look, nothing else is expected.
    if connection::is_at(Phase::Greeted) && !matches!(message, HostMessage::Init { .. }) {
        return connection::say_error(
            PanelErrorCode::MessageMalformed,
            "The first message to the panel must be \"init\".",
            None,
        );
    }
    match message {
        HostMessage::Init { options, path } => {
            appearance::apply(&options);
            if let Some(path) = path {
                connection::wanted_path().set(Some(path));
            }
            if connection::is_at(Phase::Greeted) {
                connection::go_to(Phase::Connected);
            }
        }
        HostMessage::Options { options } => appearance::apply(&options),
        HostMessage::Token { call, token, expires_at } => tokens::answer(call, token, expires_at.as_ref()),
        HostMessage::Navigate { path } => connection::wanted_path().set(Some(path)),
        HostMessage::Focus { direction } => focus::enter(direction),
        HostMessage::Ping { call } => connection::say(&PanelMessage::Pong { call }),
        HostMessage::Logout => spawn(logout::log_out()),
        HostMessage::Rows(portion) => rows::take(portion),
    }
}
