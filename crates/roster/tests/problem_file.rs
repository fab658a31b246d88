//! The file of problem rows comes back: its findings are ignored, and not repeated in the next one.

mod common;

use common::{File, check};
use roster::{CsvWriter, Field, ReportLabels, Target};

const LOCALES: [&str; 7] = [
    include_str!("../../../locales/en.json"),
    include_str!("../../../locales/de.json"),
    include_str!("../../../locales/es.json"),
    include_str!("../../../locales/fr.json"),
    include_str!("../../../locales/ja.json"),
    include_str!("../../../locales/ko.json"),
    include_str!("../../../locales/pt-BR.json"),
];

/// As the console writes them in that language.
fn labels(locale: &str) -> ReportLabels {
    let texts: serde_json::Value = serde_json::from_str(locale).unwrap();
    let text = |key: &str| texts[format!("invite_csv.{key}")].as_str().unwrap().to_owned();
    ReportLabels {
        row: text("row"),
        verdict: text("verdict"),
        reasons: text("reasons"),
        suggestions: text("suggestions"),
        ..ReportLabels::default()
    }
}

/// The file of its problem rows.
fn problem_file(file: &File, labels: &ReportLabels) -> Vec<u8> {
    let headers: Vec<String> = file.opened.columns.iter().map(|column| column.header.clone()).collect();
    let mut writer = CsvWriter::beside(file.opened.dialect.delimiter);
    writer.report_header(labels, &headers);
    let (_, rows) = file.review.select(roster::Filter::Problems, None, 0, usize::MAX);
    file.each(&rows, |record| {
        let (verdict, problems) = file.review.reasons(record);
        writer.report_row(labels, record.number, verdict, &problems, &record.cells().collect::<Vec<_>>());
    });
    writer.take()
}

#[test]
fn s12_the_problem_file_that_comes_back_is_understood_in_every_language() {
    // Hardly any cell of the addresses has an @, and there is a suggestion for each that has.
    let file = "Name,Email\n\"=Ana\",ana at x.example\nBo,bo at x.example\nCy,cy\nDi,di@gmial.com\nEd,ed@gmial.com\n";
    let firsts =
        [",", ";"].map(|delimiter| (delimiter, check(file.replace(',', delimiter).as_bytes()).unwrap()));
    for (labels, (delimiter, first)) in
        LOCALES.map(labels).iter().flat_map(|labels| firsts.iter().map(move |first| (labels, first)))
    {
        let written = problem_file(first, labels);
        let mut again = check(&written).unwrap();
        let targets = &again.opened.mapping.targets;
        assert_eq!(targets[..4], [Target::Ignore; 4], "{labels:?}");
        assert_eq!(targets[5], Target::Email, "{labels:?}");
        assert_eq!(again.summary().records, 5);
        assert_eq!(again.row(2).values.first_name, first.row(2).values.first_name, "without its apostrophe");

        // Corrected in part, the next file has the findings once.
        again.edit(2, Field::Email, "ana@x.example");
        let text = String::from_utf8(problem_file(&again, labels)).unwrap();
        let findings =
            [&labels.row, &labels.verdict, &labels.reasons, &labels.suggestions].map(String::as_str);
        let header = [&findings[..], &["Name", "Email"]].concat().join(delimiter);
        assert_eq!(text.lines().next().unwrap().trim_start_matches('\u{feff}'), header);
        assert!(text.lines().all(|line| line.split(delimiter).count() == 6), "{text}");
    }
}
