//! The arguments of placeholders.

/// The value of a placeholder.
pub(crate) enum Argument {
    /// Inserted unchanged.
    Text(String),
    /// Formatted with the grouping of the locale.
    Number(f64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
macro_rules! number_arguments {
    ($($number:ty),*) => {$(
        impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}
number_arguments!(u8, u16, u32, u64, usize, i32, i64, f64);
