use api_types::Role;
use api_types::embed::{ApiKey, ApiKeyKind, OpensFor, PanelFlow};

use crate::i18n;
use crate::t;
use crate::term;

/// What a key is for.
pub(super) fn kind(kind: ApiKeyKind) -> String {
    match kind {
        ApiKeyKind::Host => t!("api_keys.kind_host"),
        ApiKeyKind::CommandLine => t!("api_keys.kind_command_line"),
    }
}

/// A flow by the name of its screen.
pub(super) fn flow(flow: PanelFlow) -> String {
    match flow {
        PanelFlow::InviteCsv => term!("users.invite_users_via_csv").in_line(),
        PanelFlow::Users => term!("nav.user_management").in_line(),
        PanelFlow::SetupGuide => term!("nav.setup_guide").in_line(),
    }
}

pub(super) fn flows(flows: &[PanelFlow]) -> String {
    i18n::list(flows.iter().map(|&one| flow(one)))
}

/// For whom a key opens panels.
pub(super) fn opens_for(key: &ApiKey) -> Option<String> {
    (key.kind == ApiKeyKind::Host).then(|| match &key.opens_for {
        OpensFor::Maker => t!("api_keys.opens_for_maker"),
        OpensFor::Users(users) => t!("api_keys.opens_for_count", count = users.len()),
        OpensFor::Everyone => t!("api_keys.opens_for_all"),
    })
}

pub(super) fn role(role: Role) -> String {
    match role {
        Role::User => t!("role.user"),
        Role::Admin => t!("role.admin"),
    }
}
