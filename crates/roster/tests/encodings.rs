//! How well the encoding of a file without a byte order mark is guessed.
//!
//! Small files of people in many languages are generated from `encodings/people.txt`. A guess is right when the text is
//! read as it was written: many files are the same in two encodings.

use roster::{Encoding, NativeDecoders, Overrides, look};

/// The words of one language.
struct People {
    encodings: Vec<Encoding>,
    header: Vec<&'static str>,
    first_names: Vec<&'static str>,
    last_names: Vec<&'static str>,
    places: Vec<&'static str>,
}

fn people() -> Vec<People> {
    let words = |list: &'static str| -> Vec<&'static str> { list.split(' ').collect() };
    let lines = include_str!("encodings/people.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(" | ").collect();
            let &[_, encodings, header, first_names, last_names, places] = &fields[..] else {
                panic!("{line}")
            };
            People {
                encodings: words(encodings)
                    .into_iter()
                    .map(|label| Encoding::from_label(label).unwrap())
                    .collect(),
                header: header.split("; ").collect(),
                first_names: words(first_names),
                last_names: words(last_names),
                places: words(places),
            }
        })
        .collect()
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[(self.0 >> 33) as usize % words.len()]
    }
}

/// A file of that many rows, in one of four forms.
fn table(people: &People, rows: usize, seed: u64) -> String {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let header = match seed % 4 {
        0 => ["Email", "First name", "Last name", "City"].join(";") + "\r\n",
        1 => people.header.join(";") + "\r\n",
        _ => String::new(),
    };
    let mut text = header;
    for row in 0..rows {
        let [first, last, place] =
            [&people.first_names, &people.last_names, &people.places].map(|words| numbers.pick(words));
        let line = match seed % 4 {
            0 | 1 => format!("user{row}@example.com;{first};{last};{place}"),
            2 => format!("user{row}@example.com;{first};{last}"),
            _ => format!("user{row}@example.com;{first} {}", last.to_uppercase()),
        };
        text.push_str(&line);
        text.push_str("\r\n");
    }
    text
}

fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let standard = encoding_rs::Encoding::for_label(encoding.name().as_bytes()).unwrap();
    let (bytes, _, unmappable) = standard.encode(text);
    assert!(!unmappable, "{text} has characters that {} lacks", encoding.name());
    bytes.into_owned()
}

fn is_read_right(text: &str, bytes: &[u8]) -> bool {
    let Ok(opened) = look(bytes, true, &Overrides::default(), &NativeDecoders) else { return false };
    let written: Vec<Vec<&str>> =
        text.lines().take(20).map(|line| line.split([';', ',']).collect()).collect();
    opened.head == written
}

/// How many rows the files have, and how many files there are for each language.
const SIZES: [(usize, u64); 4] = [(1, 24), (3, 8), (10, 4), (100, 1)];

/// The share of files that are read right, in percent, for each number of rows: at least this.
const FLOORS: [(Encoding, [u64; SIZES.len()]); 19] = [
    (Encoding::Windows1252, [97, 100, 100, 100]),
    (Encoding::Windows1250, [96, 100, 100, 100]),
    (Encoding::Windows1251, [100, 100, 100, 100]),
    (Encoding::Windows1253, [100, 100, 100, 100]),
    (Encoding::Windows1254, [100, 100, 100, 100]),
    (Encoding::Windows1255, [100, 100, 100, 100]),
    (Encoding::Windows1256, [100, 100, 100, 100]),
    (Encoding::Windows1257, [67, 100, 100, 100]),
    (Encoding::Windows1258, [85, 100, 100, 100]),
    (Encoding::Windows874, [100, 100, 100, 100]),
    (Encoding::Iso8859_2, [93, 100, 100, 100]),
    (Encoding::Koi8U, [95, 100, 100, 100]),
    (Encoding::Macintosh, [96, 100, 100, 100]),
    (Encoding::ShiftJis, [100, 100, 100, 100]),
    (Encoding::EucJp, [98, 100, 100, 100]),
    (Encoding::Iso2022Jp, [100, 100, 100, 100]),
    (Encoding::EucKr, [100, 100, 100, 100]),
    (Encoding::Gb18030, [100, 100, 100, 100]),
    (Encoding::Big5, [93, 100, 100, 100]),
];

/// How many of the files of the encoding are read right, in percent, for each number of rows.
fn shares(all: &[People], encoding: Encoding) -> [u64; SIZES.len()] {
    SIZES.map(|(rows, files)| {
        let speakers = all.iter().filter(|people| people.encodings.contains(&encoding));
        let texts = speakers.flat_map(|people| (0..files).map(move |seed| table(people, rows, seed)));
        let right: Vec<bool> = texts
            .filter(|text| !text.is_ascii())
            .map(|text| is_read_right(&text, &encode(&text, encoding)))
            .collect();
        100 * right.iter().filter(|&&right| right).count() as u64 / right.len() as u64
    })
}

#[test]
fn s2_the_encoding_of_most_files_of_people_is_guessed_right() {
    let all = people();
    for encoding in all.iter().flat_map(|people| &people.encodings) {
        assert!(FLOORS.iter().any(|(tested, _)| tested == encoding), "{}", encoding.name());
    }
    let below: Vec<String> = FLOORS
        .into_iter()
        .map(|(encoding, floors)| (encoding, floors, shares(&all, encoding)))
        .filter(|(_, floors, shares)| shares.iter().zip(floors).any(|(share, &floor)| *share < floor))
        .map(|(encoding, floors, shares)| format!("{}: {shares:?} instead of {floors:?}", encoding.name()))
        .collect();
    assert!(below.is_empty(), "{below:#?}");
}

#[test]
fn s2_the_smallest_files_are_read_right() {
    for (encoding, text) in [
        (Encoding::ShiftJis, "a@x.example,林\n"),
        (Encoding::ShiftJis, "a@x.example,アイ\n"),
        (Encoding::ShiftJis, "a@x.example,森,愛\n"),
        (Encoding::ShiftJis, "a@x.example,鈴木\n"),
        (Encoding::ShiftJis, "a@x.example,阿部,薫\n"),
        (Encoding::ShiftJis, "a@x.example,山田太郎,ﾔﾏﾀﾞ ﾀﾛｳ\n"),
        (Encoding::ShiftJis, "a@x.example,株式会社\n"),
        (Encoding::ShiftJis, "メール,氏名,ﾌﾘｶﾞﾅ\na@x.example,林,ﾊﾔｼ\n"),
        (Encoding::EucJp, "a@x.example,鈴木\n"),
        (Encoding::Windows1252, "a@x.example,Muñoz\n"),
        (Encoding::Windows1252, "a@x.example,Peña\n"),
        (Encoding::Windows1252, "a@x.example,NÚÑEZ\n"),
        (Encoding::Windows1252, "a@x.example,João\n"),
        (Encoding::Windows1252, "a@x.example,JOÃO\n"),
        (Encoding::Windows1252, "a@x.example,Conceição\n"),
        (Encoding::Windows1252, "a@x.example,Simões\n"),
        (Encoding::Windows1252, "a@x.example,Hélène\n"),
        (Encoding::Windows1252, "a@x.example,Genève\n"),
        (Encoding::Windows1252, "a@x.example,Benoît\n"),
        (Encoding::Windows1252, "a@x.example,Loïc\n"),
        (Encoding::Windows1252, "a@x.example,Crêpel\n"),
        (Encoding::Windows1252, "a@x.example,Søren\n"),
        (Encoding::Windows1252, "a@x.example,Åsa\n"),
        (Encoding::Windows1252, "a@x.example,Øystein,Kjær\n"),
        (Encoding::Windows1252, "a@x.example,Niccolò\n"),
        (Encoding::Windows1252, "a@x.example,Guðrún,Þórsdóttir\n"),
        (Encoding::Windows1252, "a@x.example,Zoë,O’Neil\n"),
        (Encoding::Windows1252, "a@x.example,Mª José\n"),
        (Encoding::Windows1252, "a@x.example,Mª Carmen\n"),
        (Encoding::Windows1252, "a@x.example,Mª DEL MAR,MUÑOZ\n"),
        (Encoding::Windows1252, "a@x.example,1º\n"),
        (Encoding::Windows1252, "a@x.example,Nº 1 España\n"),
        (Encoding::Windows1252, "a@x.example,O´Neil\n"),
        (Encoding::Windows1252, "a@x.example,«Ventas»\n"),
        (Encoding::Windows1252, "a@x.example,Acme®\n"),
        (Encoding::Windows1252, "a@x.example,¡Hola!\n"),
        (Encoding::Windows1252, "a@x.example,“Bob”\n"),
        (Encoding::Windows1252, "a@x.example,10 €\n"),
        (Encoding::Windows1252, "a@x.example,Ana – Ray\n"),
        (Encoding::Windows1252, "a@x.example,O’Brien\n"),
        (Encoding::Windows1252, "a@x.example,O’Brien,D’Arcy,D’Angelo,René\n"),
        (Encoding::Windows1252, "a@x.example,Women’s Team\n"),
        (Encoding::Windows1252, "a@x.example,£5\n"),
        (Encoding::Windows1252, "a@x.example,20°C\n"),
        (Encoding::Windows1252, "a@x.example,§ 5\n"),
        (Encoding::Windows1252, "a@x.example,© 2026\n"),
        (Encoding::Windows1252, "a@x.example,1½\n"),
        (Encoding::Windows1252, "a@x.example,• lead\n"),
        (Encoding::Windows1252, "a@x.example,¿Qué?\n"),
        (Encoding::ShiftJis, "a@x.example,Sato Taro,ｻﾄｳ ﾀﾛｳ,ｶ)ﾔﾏﾀﾞ\n"),
        (Encoding::ShiftJis, "氏名,ｶﾅ,ﾒｰﾙ\n佐藤,ｻﾄｳ ﾀﾛｳ,a@x.example\n"),
        (Encoding::ShiftJis, "メール,カナ\na@x.example,ｻﾄｳ\n"),
        (Encoding::Windows1250, "a@x.example,Łukasz\n"),
        (Encoding::Windows1250, "a@x.example,Dvořák\n"),
        (Encoding::Windows1250, "a@x.example,Kovačić\n"),
        (Encoding::Windows1250, "a@x.example,Erdős\n"),
        (Encoding::Iso8859_2, "a@x.example,Wiśniewski\n"),
        (Encoding::Iso8859_2, "a@x.example,Szőke,Győző\n"),
    ] {
        assert!(is_read_right(text, &encode(text, encoding)), "{} {text}", encoding.name());
    }
}

#[test]
fn s2_files_in_two_encodings_that_were_joined_are_read_as_utf8_where_most_lines_are() {
    let joined = |utf8: usize, other: usize| {
        let mut bytes = b"Email,Name\n".to_vec();
        (0..utf8).for_each(|row| bytes.extend(format!("a{row}@x.example,J\u{fc}rgen Gro\u{df}\n").bytes()));
        (0..other).for_each(|row| {
            bytes.extend(format!("b{row}@x.example,").bytes().chain(*b"J\xf6rg M\xfcller\n"))
        });
        look(&bytes, true, &Overrides::default(), &NativeDecoders).unwrap().dialect.encoding
    };
    for (utf8, other) in [(2, 1), (3, 1), (40, 10)] {
        assert_eq!(joined(utf8, other), Encoding::Utf8, "{utf8} {other}");
    }
    for (utf8, other) in [(0, 3), (1, 3), (3, 3)] {
        assert_ne!(joined(utf8, other), Encoding::Utf8, "{utf8} {other}");
    }
}
