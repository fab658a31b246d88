//! What the headings of a table's columns say that the columns hold: in the languages of the product, in Chinese, Danish,
//! Dutch, Italian, Norwegian, Polish, Russian, Swedish, Turkish and Vietnamese, in the exports of programs, and as the
//! questions of forms.
//!
//! A heading is split into words ([`words`](self)), each word has a meaning by the vocabulary, and rules find the field
//! in the meanings. Then every field is given to the column with the strongest claim, which its values may confirm or
//! refute; the order of the columns does not matter.
//!
//! ```
//! use headings::{Column, Confidence, Content, Target};
//!
//! let addresses = Content { filled: 2, addresses: 1.0, ats: 1.0, ..Content::default() };
//! let names = Content { filled: 2, words: 1.0, ..Content::default() };
//! let mut columns = [
//!     Column::new("Vorname des Mitarbeiters", &names),
//!     Column::new("Mitarbeiter-E-Mail", &addresses),
//! ];
//! headings::assign(&mut columns, true);
//! assert_eq!((columns[0].target, columns[1].target), (Target::FirstName, Target::Email));
//! assert_eq!(columns[1].confidence, Confidence::High);
//! ```
//!
//! # Advice for changes
//! - The words are a file, `words.txt`: one meaning per line, or several lines of one; behind them stand the lists that other
//!   crates look up ([`List`]), one line each. As code they would be 10 kB of the Web Worker's size, compressed. The Worker
//!   fetches them beside its code and passes them to [`set_words`]; other programs have them by the feature `words`.
//! - This crate is compiled for size: it runs once per file. What runs for every row is in `roster`.
//! - A set of meanings is a number with a bit for each, so that a rule is one comparison.
//! - Add a word where a real heading needs it, with its row in `roster`'s `tests/products.tsv` or `tests/headers.tsv`,
//!   and see that nothing else is taken: most words have other meanings in other files.
//! - Words are written as they are compared: lower case, without accents, "й" as "и". Vietnamese ones lose what tells
//!   them apart, so that "họ và tên" is one word, "hovaten", and "họ" alone means nothing.

mod columns;
mod confidence;
mod field;
pub mod letters;
mod lists;
mod meaning;
mod vocabulary;
mod words;

pub use columns::{Column, Content, Kind, assign, findings};
pub use confidence::Confidence;
pub use field::{Field, Target};
pub use lists::{List, list};
pub use meaning::{Strength, best, exact, is_about_others};
pub use vocabulary::{distance, set_words};
