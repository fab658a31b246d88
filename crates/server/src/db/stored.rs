//! What is read from rows.

use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Database, Decode, FromRow, Type, ValueRef as _};

/// What can be read from a row of any of the drivers.
pub(crate) trait Stored:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Stored for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A flag: stored as a number, or what a statement says is so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag(pub(crate) bool);

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.0
    }
}

impl<DB: Database> Type<DB> for Flag
where
    bool: Type<DB>,
    i64: Type<DB>,
    i32: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <i64 as Type<DB>>::type_info()
    }

    fn compatible(of: &DB::TypeInfo) -> bool {
        <bool as Type<DB>>::compatible(of)
            || <i64 as Type<DB>>::compatible(of)
            || <i32 as Type<DB>>::compatible(of)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Flag
where
    bool: Type<DB> + Decode<'r, DB>,
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        if <bool as Type<DB>>::compatible(&value.type_info()) {
            return <bool as Decode<DB>>::decode(value).map(Self);
        }
        Ok(Self(<i64 as Decode<DB>>::decode(value)? != 0))
    }
}

/// A value that is stored as JSON, in a column of text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<DB: Database, T> Type<DB> for Json<T>
where
    str: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <str as Type<DB>>::type_info()
    }

    fn compatible(of: &DB::TypeInfo) -> bool {
        <str as Type<DB>>::compatible(of)
    }
}

impl<'r, DB: Database, T: DeserializeOwned> Decode<'r, DB> for Json<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<DB>>::decode(value)?;
        Ok(Self(serde_json::from_str(text)?))
    }
}
