//! SOQL, as far as the product uses it: `SELECT` of fields or of a count, `FROM` one object, `WHERE`, `ORDER BY`,
//! `LIMIT` and `OFFSET`. No sub-queries, no grouping.

mod condition;
mod lexer;
mod parser;

pub(super) use condition::{Condition, Value};
pub(super) use parser::{Query, Selection, parse};
