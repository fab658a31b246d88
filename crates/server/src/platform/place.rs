//! Where the server keeps its data.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::secret_url::SecretUrl;

/// The URL of a database.
pub type DatabaseUrl = SecretUrl;

/// Where the data of a server is.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// Folder of the server's data.
    #[arg(long = "data", env = "MSI_DATA", default_value = "data")]
    pub folder: PathBuf,
    /// The server's database, where it is not in the folder: postgres://user:password@host:port/name.
    #[arg(long, env = "MSI_DATABASE", hide_env_values = true)]
    pub database: Option<DatabaseUrl>,
    /// The keys of tokens, from the environment alone; a file in the folder when left out.
    #[arg(skip)]
    pub token_keys: Option<String>,
    /// The keys of secrets at rest and of the audit log, likewise.
    #[arg(skip)]
    pub secret_keys: Option<String>,
    /// How long PostgreSQL may take to answer; tests are less patient.
    #[arg(skip)]
    pub patience: Option<Duration>,
}

impl Place {
    /// With its database in the folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            database: None,
            token_keys: None,
            secret_keys: None,
            patience: None,
        }
    }
}
