//! Statements that are put together.

use super::statement::Statement;
use super::value::Value;

/// A statement that is put together. Values are for it alone: no text of others is pushed.
#[derive(Default)]
pub(crate) struct Builder {
    sql: String,
    values: Vec<Value>,
}

impl Builder {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds text.
    pub(crate) fn push(&mut self, sql: impl AsRef<str>) -> &mut Self {
        self.sql.push_str(sql.as_ref());
        self
    }

    /// Adds the place of a value.
    pub(crate) fn push_bind<T: Into<Value>>(&mut self, value: T) -> &mut Self {
        self.sql.push('?');
        self.values.push(value.into());
        self
    }

    /// Adds a list, item by item.
    pub(crate) fn separated(&mut self, separator: &'static str) -> Separated<'_> {
        Separated { builder: self, separator, has_items: false }
    }

    /// Adds rows of values.
    pub(crate) fn push_values<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut push_row: impl FnMut(Separated<'_>, T),
    ) -> &mut Self {
        self.push("VALUES ");
        let mut is_first = true;
        for row in rows {
            self.push(if is_first { "(" } else { ", (" });
            is_first = false;
            push_row(self.separated(", "), row);
            self.push(")");
        }
        debug_assert!(!is_first, "VALUES without a row");
        self
    }

    /// The text as it is by now.
    #[cfg(test)]
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn build(self) -> Statement {
        Statement::new(self.sql.into(), self.values)
    }
}

/// A name of the schema, as statements have it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A list in a statement.
pub(crate) struct Separated<'a> {
    builder: &'a mut Builder,
    separator: &'static str,
    has_items: bool,
}

impl Separated<'_> {
    /// Adds text as the next item.
    pub(crate) fn push(&mut self, sql: impl AsRef<str>) -> &mut Self {
        self.separate();
        self.builder.push(sql);
        self
    }

    /// Adds the place of a value as the next item.
    pub(crate) fn push_bind<T: Into<Value>>(&mut self, value: T) -> &mut Self {
        self.separate();
        self.builder.push_bind(value);
        self
    }

    /// Adds text to the last item.
    pub(crate) fn push_unseparated(&mut self, sql: impl AsRef<str>) -> &mut Self {
        self.builder.push(sql);
        self
    }

    fn separate(&mut self) {
        if self.has_items {
            self.builder.push(self.separator);
        }
        self.has_items = true;
    }
}
