//! The edges of rules: in each of these cases a changed engine once passed every other test.

mod common;

use common::check;

#[test]
fn s2_a_quote_that_is_never_closed_is_reported_also_in_a_column_that_is_not_used() {
    let file = check(b"Email,Note\na@x.example,ok\nb@x.example,\"open").unwrap();
    assert_eq!((file.codes(), file.summary().unclosed_quote), (vec!["3 unclosed_quote".to_owned()], Some(3)));
}
