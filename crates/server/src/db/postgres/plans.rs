//! Plans of statements, in PostgreSQL's words.

use crate::db::builder::Builder;
use crate::db::conn::{Conn, DbResult};
use crate::db::statement::{Statement, numbered, places, statement};

/// The steps of a statement's plan for whatever values, in which a table is read from end to end, or rows are sorted, only
/// where no index serves.
pub(in crate::db) async fn plan(conn: &mut Conn, of: &Builder) -> DbResult<Vec<String>> {
    // As in a database with many rows.
    for setting in
        ["SET plan_cache_mode = force_generic_plan", "SET enable_seqscan = off", "SET enable_sort = off"]
    {
        statement(setting).execute(conn).await?;
    }
    // Given as a value, it may have places of its own.
    statement(
        "CREATE OR REPLACE FUNCTION pg_temp.run (given TEXT) RETURNS VOID LANGUAGE plpgsql AS 'BEGIN EXECUTE given; END'",
    )
    .execute(conn)
    .await?;
    let prepare = format!("PREPARE explained AS {}", numbered(of.sql().to_owned().into()));
    let _: (Option<String>,) =
        statement("SELECT CAST(pg_temp.run($1) AS TEXT)").bind(prepare).one(conn).await?;
    let values = match places(of.sql()) {
        None | Some(0) => String::new(),
        Some(values) => format!("({})", vec!["NULL"; values].join(", ")),
    };
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE explained{values}");
    let steps: Vec<(String,)> = Statement::new(explain.into(), Vec::new()).all(conn).await?;
    statement("DEALLOCATE explained").execute(conn).await?;
    Ok(steps.into_iter().map(|(step,)| step).collect())
}

/// Whether a step sorts, or reads a table from end to end.
pub(in crate::db) fn is_costly(step: &str) -> bool {
    let step = step.trim_start().trim_start_matches("->").trim_start();
    step.starts_with("Seq Scan on ") || step.starts_with("Sort")
}
