use serde::{Deserialize, Serialize};

/// Whether the server can do its work, for the operator. Contains no personal data, no address and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    pub ready: bool,
    /// Changes are stored.
    pub writer: CheckState,
    /// What is stored can be read, from the file that the server opened.
    pub reader: CheckState,
    /// There is room on the disk of the data folder.
    pub disk: CheckState,
    /// The mail server answers, and takes the mails that wait.
    pub mail: CheckState,
    /// The background tasks run, and none fails again and again.
    pub jobs: CheckState,
    /// The names of the tasks that ended and are being restarted, or of which a piece of work fails again and again.
    pub jobs_failing: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Ok,
    Failing,
}

impl Readiness {
    /// Ready when every check is passed.
    pub fn of(
        writer: CheckState,
        reader: CheckState,
        disk: CheckState,
        mail: CheckState,
        jobs_failing: Vec<String>,
    ) -> Self {
        let jobs = CheckState::from(jobs_failing.is_empty());
        let ready = [writer, reader, disk, mail, jobs].iter().all(|check| *check == CheckState::Ok);
        Self { ready, writer, reader, disk, mail, jobs, jobs_failing }
    }
}

impl From<bool> for CheckState {
    fn from(well: bool) -> Self {
        if well { Self::Ok } else { Self::Failing }
    }
}
