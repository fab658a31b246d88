//! How many columns of typical files are recognised. `headers.tsv` has one file per line: its part, the language of its
//! values, then the columns, each with the target or, for those that must not be taken, the kind of their values. The
//! words of the files *tuned* were added until they were recognised; the files *measured* are only measured with.
//! `products.tsv` has the header rows of products, with their sources; see [`rows::products`].

mod named;
mod rows;

use proptest::{prelude::*, sample};
use roster::{Confidence, NativeDecoders, Overrides, Target, look};
use rows::{Labelled, Part, Score, files, products, proposed, text};

#[test]
fn s2_columns_of_typical_files_are_recognised() {
    let scores = ["tuned", "measured"].map(|part| (part, Score::of(files(part))));
    scores.iter().for_each(|(part, score)| score.print(part));
    for ((_, score), floor) in scores.iter().zip([99.0, 97.0]) {
        assert!(score.percent() >= floor, "{} %", score.percent());
        assert!(score.wrong_and_sure.is_empty(), "{:#?}", score.wrong_and_sure);
        assert!(score.taken.is_empty(), "{:#?}", score.taken);
    }
}

#[test]
fn s2_headings_of_products_are_recognised_and_none_is_falsely_taken() {
    for part in [Part::Worked, Part::Aside] {
        let score = Score::of(products(part));
        score.print(&format!("{part:?}"));
        assert!(score.percent() >= 99.0, "{part:?}: {} %", score.percent());
        assert!(score.taken.is_empty(), "{:#?}", score.taken);
        assert!(score.wrong_and_sure.is_empty(), "{:#?}", score.wrong_and_sure);
    }
}

#[test]
fn s2_header_rows_of_products_are_found() {
    let rows = [Part::Worked, Part::Aside].map(products).concat();
    for (language, columns) in rows {
        let text = text(language, &columns);
        let opened = look(text.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap();
        assert_eq!(opened.dialect.header_row, Some(1), "{text}");
    }
}

/// The headers of the columns that are proposed for the target, with the confidence.
fn taken(csv: &str, target: Target) -> Option<(String, Confidence)> {
    let columns = look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap().columns;
    let found = columns.into_iter().find(|column| column.target == target);
    found.map(|column| (column.header, column.confidence))
}

#[test]
fn s2_of_several_mail_columns_the_work_address_of_the_person_is_taken() {
    for (csv, expected, confidence) in [
        ("Personal email,Work email\na@x.example,b@x.example\n", "Work email", Confidence::High),
        ("Manager email,Personal email\na@x.example,b@x.example\n", "Personal email", Confidence::Medium),
        ("Email,Contact\nyes,b@x.example\n", "Contact", Confidence::Medium),
        ("Email,Manager email\n,b@x.example\n", "Manager email", Confidence::Low),
        ("Group email,Пошта\na@x.example,b@x.example\n", "Пошта", Confidence::Medium),
    ] {
        assert_eq!(taken(csv, Target::Email), Some((expected.to_owned(), confidence)), "{csv}");
    }
}

#[test]
fn s2_name_is_the_part_that_no_other_column_has() {
    for (csv, target, confidence) in [
        ("Email,Name,Surname\na@x.example,Ana,Ray\n", Target::FirstName, Confidence::Medium),
        ("E-Mail;Name;Vorname\na@x.example;Ray;Ana\n", Target::LastName, Confidence::Medium),
        ("Email,Name,Nickname\na@x.example,Ana Ray,Ace\n", Target::FullName, Confidence::High),
    ] {
        assert_eq!(taken(csv, target), Some(("Name".to_owned(), confidence)), "{csv}");
    }
    assert_eq!(
        taken("Email,Name,Contact\na@x.example,Acme,Ana Ray\n", Target::FullName).unwrap().0,
        "Contact"
    );
}

#[test]
fn s2_a_title_of_one_word_is_no_header() {
    for title in ["Mitarbeiter", "Participants", "社員", "Team"] {
        let csv = format!("{title}\nE-Mail;Name\na@x.example;Ana Ray\nb@x.example;Bo Li\n");
        let opened = look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap();
        assert_eq!(opened.dialect.header_row, Some(2), "{title}");
    }
}

#[test]
fn s2_an_address_among_the_titles_does_not_hide_the_header() {
    let row = |csv: &str| {
        look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap().dialect.header_row
    };
    let header = "Email,First name,Last name,Role\na@x.example,Ana,Ray,Admin\n";
    assert_eq!(row(&format!("Report: Users,,,\nOwner,admin@x.example,,\n{header}")), Some(3));
    assert_eq!(row(&format!("admin@x.example\n{header}")), Some(2));
    // Of two lists below each other, the first one is not a title.
    assert_eq!(row(&format!("b@x.example,Bo,Li,User\n{header}")), None);
    // Two known words are less than a header.
    assert_eq!(row("admin@x.example\nEmail,Role\na@x.example,Admin\n"), None);
}

#[test]
fn s2_addresses_of_sales_or_of_the_company_are_not_taken_for_the_persons_own() {
    for others in ["担当営業メール", "Sales rep email", "Vertriebs-E-Mail", "Correo de ventas"] {
        for own in ["メールアドレス", "Email"] {
            let csv = format!("{others},{own}\na@x.example,b@x.example\n");
            assert_eq!(taken(&csv, Target::Email), Some((own.to_owned(), Confidence::High)), "{csv}");
        }
    }
    for (csv, header, confidence) in [
        (
            "Company,Company email,Contact email\nAcme,a@x.example,b@x.example\n",
            "Contact email",
            Confidence::High,
        ),
        ("会社名,会社メール,メール\nAcme,a@x.example,b@x.example\n", "メール", Confidence::High),
        ("Firma,Firmen-E-Mail\nAcme,a@x.example\n", "Firmen-E-Mail", Confidence::Medium),
        ("Sales email\na@x.example\n", "Sales email", Confidence::Low),
    ] {
        assert_eq!(taken(csv, Target::Email), Some((header.to_owned(), confidence)), "{csv}");
    }
}

#[test]
fn s2_a_whole_name_beside_one_part_is_taken_but_not_sure() {
    for csv in [
        "Email,Last name,Full name\na@x.example,Ray,Ana Ray\n",
        "Email,First name,Full name\na@x.example,Ana,Ana Ray\n",
    ] {
        assert_eq!(taken(csv, Target::FullName), Some(("Full name".to_owned(), Confidence::Medium)), "{csv}");
    }
}

#[test]
fn s2_a_mistyped_header_counts_only_with_values_that_confirm_it_and_is_never_sure() {
    let role = |value: &str| taken(&format!("Email,Roel\na@x.example,{value}\n"), Target::Role);
    assert_eq!(role("Admin"), Some(("Roel".to_owned(), Confidence::Medium)));
    assert_eq!(role("Blue"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s2_the_order_of_the_columns_does_not_matter(file in sample::select(files("")), seed in any::<u64>()) {
        let (language, columns) = file;
        let mut shuffled = columns.clone();
        shuffled.sort_by_key(|column| {
            column.header.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        });
        let targets = |columns: &[Labelled]| {
            let mut targets: Vec<_> = proposed(language, columns)
                .into_iter()
                .map(|column| (column.header, column.target.name(), column.confidence))
                .collect();
            targets.sort();
            targets
        };
        prop_assert_eq!(targets(&columns), targets(&shuffled));
    }
}
