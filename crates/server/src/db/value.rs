//! What statements store and compare with.

/// A value as it is stored. NULL has a type as well: PostgreSQL prepares a statement once, for values of the types that it had first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
}

impl Value {
    pub(crate) const fn is_null(&self) -> bool {
        matches!(self, Self::Int(None) | Self::Text(None))
    }
}

/// A text as PostgreSQL stores it, which has no NUL; `None` where it is the same.
pub(super) fn without_nul(text: &str) -> Option<String> {
    text.contains('\0').then(|| text.replace('\0', "\u{fffd}"))
}

macro_rules! stored_as {
    ($variant:ident: $($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(Some(value.into()))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}

stored_as!(Int: i64, u32, bool);
stored_as!(Text: String, &str, &String);
