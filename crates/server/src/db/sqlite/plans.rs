//! Plans of statements, in SQLite's words.

use crate::db::builder::Builder;
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::{Statement, places};
use crate::db::value::Value;

/// The steps of a statement's plan.
pub(in crate::db) async fn plan(conn: &mut Conn, statement: &Builder) -> DbResult<Vec<String>> {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql());
    // What the values are does not matter here.
    let values = vec![Value::Int(None); places(&sql).unwrap_or_default()];
    let steps: Vec<(i64, i64, i64, String)> = Statement::new(sql.into(), values).all(conn).await?;
    Ok(steps.into_iter().map(|(.., step)| step).collect())
}

/// Whether a step sorts, or reads a table from end to end.
pub(in crate::db) fn is_costly(step: &str) -> bool {
    let scans_a_table = step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE INDEX");
    let within_a_statement = ["SCAN l", "SCAN found"];
    (step.contains("TEMP B-TREE") || scans_a_table) && !within_a_statement.contains(&step)
}
