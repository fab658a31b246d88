//! Why a database could not be opened.

/// Each is a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error(
        "the data folder is that of a version of the server whose data this one does not read: name another folder (--data or \
         MSI_DATA), or start the version that made it"
    )]
    OfAnotherVersion,
    #[error(
        "what --database or MSI_DATABASE says is not the URL of a PostgreSQL database: give one like \
         postgres://user:password@host:5432/name"
    )]
    NoUrl,
    #[error("{place} cannot be reached: {why}")]
    NotReached { place: String, why: String },
    #[error(
        "{place} is behind a pooler that does not pass on the settings of a session; LISTEN and locks need a session of their own: \
         name the server of the database itself"
    )]
    BehindAPooler { place: String },
    #[error("{place} is of PostgreSQL {version}: the server needs PostgreSQL 15 or later")]
    TooOld { place: String, version: String },
    #[error("{place} has the encoding {encoding}: make one with ENCODING 'UTF8'")]
    NotUtf8 { place: String, encoding: String },
    #[error(
        "{place} refuses to make tables and the extension pg_trgm: give the role CREATE on the database and its schema"
    )]
    NoRights { place: String },
    #[error(
        "{place} keeps its tables from the role: name the role that made them, or make it a member of that one"
    )]
    NotForRole { place: String },
    #[error(
        "{place} has not the extension pg_trgm: install the package of PostgreSQL's own extensions (contrib)"
    )]
    NoExtension { place: String },
    #[error(
        "{place} is that of another version of the server, or of another program: name one that is empty"
    )]
    OfOthers { place: String },
    #[error(
        "{place} is half moved: run server migrate again, which goes on where it stopped, or make the database anew"
    )]
    HalfMoved { place: String },
    #[error(
        "the data of this folder was moved to PostgreSQL: name that database with --database or MSI_DATABASE; to go back to \
         what the folder has, delete {file}"
    )]
    Moved { file: String },
    #[error(
        "the data of this folder is half moved to PostgreSQL: run server migrate again, or start the server on the folder, \
         which gives the move up"
    )]
    Moving,
    #[error("{place} is not empty: name one that is, so that nothing is overwritten")]
    NotEmpty { place: String },
    #[error(
        "{place} holds a part of a backup, as restoring it was interrupted: make the database anew, and restore the backup again"
    )]
    HalfRestored { place: String },
    #[error(
        "a rehearsal needs a database for a while: give the role of {place} CREATEDB, or rehearse beside another server"
    )]
    MayMakeNone { place: String },
    #[error(
        "{place} was upgraded by a later version of the server, with which this one cannot go on: start that version, or restore \
         a backup that was made before the upgrade"
    )]
    Later { place: String },
    #[error(
        "servers of an earlier version are using {place}, or another one upgrades it right now: stop all earlier ones, as this \
         version changes what they rely on"
    )]
    BesideEarlier { place: String },
    #[error("another server is using {place}")]
    InUse { place: String },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
