//! SOQL, as far as the product uses it: `SELECT` of fields or of a count, `FROM` one object, `WHERE`, `ORDER BY`,
//! `LIMIT` and `OFFSET`. No sub-queries but as the list of `IN`, no grouping.

mod condition;
mod lexer;
mod parser;

pub(super) use condition::{Condition, Query, Selection, Value};
pub(super) use parser::parse;
