//! What the setup guide's states depend on.

use api_types::PrerequisiteId;

/// The facts from which the guide's states are derived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) marketo_admins: Invited,
    pub(crate) salesforce: Salesforce,
    pub(crate) marketo: Marketo,
    pub(crate) sync: Sync,
    pub(crate) users: Invited,
    pub(crate) package: Vec<Item>,
    pub(crate) configuration: Vec<Item>,
    /// Prerequisites that were observed or ticked.
    pub(crate) met: Vec<PrerequisiteId>,
}

/// The state of the invitations of a group of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invited {
    /// One of them is an active member.
    pub(crate) active: bool,
    /// One of them can still accept.
    pub(crate) pending: bool,
    /// One of them was not reached, or did not accept in time.
    pub(crate) lost: bool,
}

/// The administrators' connections to Salesforce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Salesforce {
    /// One of them passed its last check.
    pub(crate) healthy: bool,
    /// One of them failed its last check, or was revoked in Salesforce.
    pub(crate) broken: bool,
    /// A Salesforce authorisation is under way.
    pub(crate) flow_open: bool,
}

/// The account's connection to Marketo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marketo {
    pub(crate) connection: MarketoConnection,
    pub(crate) connecting: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MarketoConnection {
    #[default]
    None,
    /// There is none, because credentials were refused.
    Refused,
    /// It failed its last check, or its owner is no active administrator any more.
    Broken,
    Healthy,
}

/// Action Field Sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sync {
    /// A run is under way.
    pub(crate) running: bool,
    /// A run is paused until an administrator resumes it.
    pub(crate) paused: bool,
    /// A full run was complete, so that changes are polled.
    pub(crate) incremental: bool,
    /// The last run failed.
    pub(crate) failed: bool,
    /// Changes were not polled as often as the schedule says.
    pub(crate) overdue: bool,
}

/// An item of the check-list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) required: bool,
    /// Verified, or ticked where it cannot be.
    pub(crate) done: bool,
    /// It was verified once and no longer is.
    pub(crate) regressed: bool,
}
