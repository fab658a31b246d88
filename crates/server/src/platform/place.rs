//! Where the server keeps its data.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The URL of a database, which may hold a password: it is not shown.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Empty where a variable is set to nothing.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

/// Whatever it is: the command line would show a value that it refuses.
impl FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(url: &str) -> Result<Self, Infallible> {
        Ok(Self(url.trim().to_owned()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl")
    }
}

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
}

impl Place {
    /// With its database in the folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), database: None, token_keys: None, secret_keys: None }
    }
}
