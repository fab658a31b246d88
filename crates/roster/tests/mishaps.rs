//! Files with the mistakes that programs and people make: the findings in each.

mod common;

use common::{check, check_in_pieces};
use roster::{Overrides, Refusal, Target};

/// The content; the numbers of rows that are ready, warnings, errors and duplicates; the problems.
type Case = (&'static str, [u64; 4], &'static [&'static str]);

const CASES: &[Case] = &[
    // Several quotes that are never closed: each one's cell extends to the next quote.
    (
        "Email,Name\na@x.example,\"Ana\nb@x.example,\"Bo\nc@x.example,\"Cy\nd@x.example,Di\n",
        [0, 0, 2, 0],
        &[
            "2 unclosed_quote",
            "2 line_break",
            "2 address_in_name",
            "3 unclosed_quote",
            "3 line_break",
            "3 address_in_name",
        ],
    ),
    // A quoted line break, with a space after the closing quote.
    ("Email,Note\na@x.example,\"one\ntwo\" \n", [1, 0, 0, 0], &[]),
    // Rows of invisible characters, and Control-Z at the end.
    ("Email,Name\na@x.example,Ana\n\u{a0},\n\u{200b}\u{3000},\"\"\n\u{1a}", [1, 0, 0, 0], &[]),
    // Rows of line breaks and page breaks.
    ("Email,Name\na@x.example,Ana\n\"\n\",\"\r\n \"\n\u{b},\u{c}\n", [1, 0, 0, 0], &[]),
    // Text around an address.
    (
        "Email\n“a@x.example”\n\u{2060}b@x.ex\u{ad}ample\u{200e}\nBo Li (c@x.example)\nmailto:d@x.example?subject=Hi\nSMTP:e@x.example\nEmail: f@x.example\n",
        [4, 2, 0, 0],
        &["3 address_extracted", "4 address_extracted"],
    ),
    // Text written as ="...", so that spreadsheets do not take it for a number.
    (
        "Email,First,Role\n=\"a@x.example\",=\"Ana\",=\"Admin\"\nb@x.example,=1+1,User\n",
        [1, 1, 0, 0],
        &["3 formula_like"],
    ),
    // Several addresses in a line are no columns: the row is reported, and no address is dropped silently.
    ("a@x.example, b@x.example; c@x.example\n", [0, 0, 1, 0], &["1 several_addresses"]),
    ("a@x.example;b@x.example\nc@x.example\n", [1, 0, 1, 0], &["1 several_addresses"]),
    ("a@x.example,\nb@x.example,\n", [2, 0, 0, 0], &[]),
    // Abbreviated headers in a language that the product does not have.
    ("Эл. почта,Имя\nivan@x.example,Иван\n", [1, 0, 0, 0], &[]),
    ("Email,Role\na@x.example,Standard user\nb@x.example,일반 사용자\n", [2, 0, 0, 0], &[]),
];

#[test]
fn s2_files_of_common_programs_are_read_as_intended() {
    for &(text, counts, codes) in CASES {
        for piece in [1, 1 << 16] {
            let file =
                check_in_pieces(text.as_bytes(), piece, &Overrides::default(), &Default::default(), |_| {})
                    .unwrap();
            assert_eq!(file.codes(), codes, "{text:?}");
            assert_eq!(file.counts(), counts, "{text:?}");
        }
    }
}

#[test]
fn the_first_unclosed_quote_is_reported_and_can_be_read_as_text() {
    let bytes = "Email,Name\na@x.example,\"Ana\nb@x.example,\"Bo\nc@x.example,\"Cy\n".as_bytes();
    assert_eq!(check(bytes).unwrap().summary().unclosed_quote, Some(2));
    let overrides = Overrides { quotes_as_text: true, ..Overrides::default() };
    let file = check_in_pieces(bytes, 7, &overrides, &Default::default(), |_| {}).unwrap();
    assert_eq!(file.counts(), [3, 0, 0, 0]);
}

#[test]
fn s3_too_many_columns_in_the_head_are_refused() {
    let wide = format!("Email{}\n", ",x".repeat(20_000));
    assert_eq!(check(wide.as_bytes()).err(), Some(Refusal::TooManyColumns));
    let wide = format!("Email\na@x.example\nb@x.example{}\n", ",".repeat(20_000));
    assert_eq!(check(wide.as_bytes()).err(), Some(Refusal::TooManyColumns));
}

#[test]
fn a_chinese_header_is_not_taken_for_a_japanese_one() {
    let file = check("电子邮件,名字,姓氏\nli@x.example,明,李\n".as_bytes()).unwrap();
    assert_eq!(file.mapping.column(Target::LastName), Some(2));
    let file = check("メール,名字\nli@x.example,李\n".as_bytes()).unwrap();
    assert_eq!(file.mapping.column(Target::LastName), Some(1));
}
