//! The keys of a server. Those of servers that share a database have to be the same.

use strum::IntoStaticStr;

use crate::config::Config;
use crate::db::{self, Conn, Db, DbResult};
use crate::error::StartError;
use crate::platform::secrets::Keyring;
use crate::platform::token::TokenKeys;

/// A list of keys, by its name in storage.
#[derive(Clone, Copy, Debug, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub(crate) enum Kind {
    Tokens,
    Secrets,
}

impl Kind {
    fn variable(self) -> &'static str {
        match self {
            Self::Tokens => "MSI_TOKEN_KEYS",
            Self::Secrets => "MSI_SECRET_KEYS",
        }
    }
}

pub(crate) struct ServerKeys {
    pub(crate) tokens: TokenKeys,
    pub(crate) keyring: Keyring,
}

impl ServerKeys {
    /// Those of the configuration, else of the data folder, where they are made on the first start.
    pub(crate) fn load(config: &Config) -> std::io::Result<Self> {
        Ok(Self {
            tokens: TokenKeys::load(config.token_keys.as_deref(), &config.data)?,
            keyring: Keyring::load(config.services.secret_keys.as_deref(), &config.data)?,
        })
    }

    /// The same for a command beside the server, which makes none: another user than the server's may run it.
    ///
    /// # Errors
    /// When there are none.
    pub(crate) fn read(config: &Config) -> Result<Self, StartError> {
        let tokens = TokenKeys::read(config.token_keys.as_deref(), &config.data)?;
        let keyring = Keyring::read(config.services.secret_keys.as_deref(), &config.data)?;
        let (Some(tokens), Some(keyring)) = (tokens, keyring) else {
            return Err("the server's keys are missing: set MSI_TOKEN_KEYS and MSI_SECRET_KEYS as for the server, or name its \
                        data folder (MSI_DATA)"
                .into());
        };
        Ok(Self { tokens, keyring })
    }

    /// Refuses a server that does not know what the others make, and notes what this one does.
    pub(crate) async fn check(&self, db: &Db) -> Result<(), StartError> {
        if !db.is_shared() {
            return Ok(());
        }
        let mut tx = db.write_as_newcomer().await?;
        for (kind, marks) in [(Kind::Tokens, self.tokens.marks()), (Kind::Secrets, self.keyring.marks())] {
            if let Some(other) = other(&mut tx, kind, &marks).await? {
                return Err(format!("{other}: {SAME_KEYS}").into());
            }
            if let Some(first) = marks.first() {
                db::keys_in_use::set(&mut tx, kind.into_str(), first).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

/// What to do about keys that others do not have.
pub(crate) const SAME_KEYS: &str = "give every server the same, by the environment or in its data folder";

/// Whether the servers of a database use a key that is none of these.
pub(crate) async fn other(conn: &mut Conn, kind: Kind, marks: &[String]) -> DbResult<Option<String>> {
    let in_use = db::keys_in_use::find(conn, kind.into_str()).await?;
    let is_other = in_use.is_some_and(|mark| !marks.contains(&mark));
    Ok(is_other.then(|| format!("the database was used with another {}", kind.variable())))
}
