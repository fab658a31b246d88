//! Plans of statements, in SQLite's words.

use crate::db::builder::Builder;
use crate::db::conn::Conn;
use crate::db::statement::{Statement, places};
use crate::db::value::Value;

/// The steps of a statement's plan.
pub(crate) async fn plan(conn: &mut Conn, statement: &Builder) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql());
    // What the values are does not matter here.
    let values = vec![Value::Null; places(&sql).unwrap()];
    let steps: Vec<(i64, i64, i64, String)> = Statement::new(sql.into(), values).all(conn).await.unwrap();
    steps.into_iter().map(|(.., step)| step).collect()
}

/// Fails if the plan sorts, or reads a table from end to end.
#[track_caller]
pub(crate) fn check_plan(steps: &[String]) {
    let is_costly = |step: &String| {
        let scans_a_table = step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE INDEX");
        step.contains("TEMP B-TREE") || scans_a_table
    };
    let within_a_statement = ["SCAN l", "SCAN found"];
    let costly = steps.iter().find(|step| is_costly(step) && !within_a_statement.contains(&step.as_str()));
    assert_eq!(costly, None, "{steps:#?}");
}
