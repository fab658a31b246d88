//! Several files as one, whose columns are joined by what they hold.

use crate::{ColumnInfo, Confidence, CsvWriter, Dialect, Limits, ReadError, Reader, Record, Target, text};
use encodings::Decoders;

/// The columns of several files as those of one file.
///
/// Columns of two files are one where they have the same header and nothing speaks against it, or are for the same field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedColumns {
    columns: Vec<Column>,
    /// For each file, the place of each of its columns among those.
    places: Vec<Vec<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    header: String,
    folded: String,
    target: Target,
}

/// What a column is joined for. Addresses of others than the people in the rows are joined with none of theirs.
fn wanted(column: &ColumnInfo) -> Target {
    match (column.target, column.confidence) {
        (Target::Email, Confidence::Low) if headings::is_about_others(&column.header) => Target::Ignore,
        (target, _) => target,
    }
}

impl JoinedColumns {
    /// Joins the columns of each file as [`crate::open()`] found them.
    #[must_use]
    pub fn new<'a>(files: impl IntoIterator<Item = &'a [ColumnInfo]>) -> Self {
        let mut joined = Self { columns: Vec::new(), places: Vec::new() };
        let mut guess = None;
        for columns in files {
            let own = joined.places_of(columns);
            let is_guess =
                |column: &ColumnInfo| column.target == Target::Email && wanted(column) != Target::Email;
            guess = guess.or_else(|| columns.iter().position(is_guess).map(|index| own[index]));
            joined.places.push(own);
        }
        // Better than no addresses at all.
        if let Some(guess) = guess.filter(|_| !joined.has(Target::Email)) {
            joined.columns[guess].target = Target::Email;
        }
        joined
    }

    fn has(&self, target: Target) -> bool {
        self.columns.iter().any(|column| column.target == target)
    }

    /// The places of a file's columns, of which no two are the same.
    fn places_of(&mut self, columns: &[ColumnInfo]) -> Vec<usize> {
        let folded: Vec<String> = columns.iter().map(|column| text::fold(&column.header)).collect();
        let mut own: Vec<Option<usize>> = vec![None; columns.len()];
        let mut is_taken = vec![false; self.columns.len()];
        for (index, column) in columns.iter().enumerate() {
            let target = wanted(column);
            let is_same = |place: usize, other: &Column| {
                let has_header = match folded[index].as_str() {
                    "" => other.folded.is_empty() && place == index,
                    folded => other.folded == folded,
                };
                match other.target {
                    same if same == target => has_header || target != Target::Ignore,
                    Target::Ignore => has_header && !self.has(target),
                    // One that is for nothing in this file, which has no other for that field.
                    other => {
                        let is_free = || !columns.iter().any(|column| wanted(column) == other);
                        has_header && target == Target::Ignore && is_free()
                    }
                }
            };
            own[index] = (0..self.columns.len())
                .find(|&place| !is_taken[place] && is_same(place, &self.columns[place]));
            if let Some(place) = own[index] {
                is_taken[place] = true;
                if target != Target::Ignore {
                    self.columns[place].target = target;
                }
            }
        }
        let mut place_of = |(index, place): (usize, Option<usize>)| {
            place.unwrap_or_else(|| {
                let (header, target) = (&columns[index].header, wanted(&columns[index]));
                let is_there = self.columns.iter().any(|column| column.header == *header);
                let needs_name = target != Target::Ignore && (is_there || header.is_empty());
                let header = if needs_name { target.name().to_owned() } else { header.clone() };
                self.columns.push(Column { folded: text::fold(&header), header, target });
                self.columns.len() - 1
            })
        };
        own.into_iter().enumerate().map(&mut place_of).collect()
    }

    /// What the columns of the joined file are for, also the last one, which is for nothing.
    #[must_use]
    pub fn targets(&self) -> Vec<Target> {
        self.columns.iter().map(|column| column.target).chain([Target::Ignore]).collect()
    }

    /// Writes the header of the joined file; the last column, under that header, says where a row is from.
    pub fn header(&self, origin: &str, writer: &mut CsvWriter) {
        self.columns.iter().for_each(|column| writer.cell(&column.header));
        writer.cell(origin);
        writer.end_record();
    }
}

/// Writes the people of one of the files into the joined file.
#[derive(Debug)]
pub struct JoinedFile<'a> {
    /// For each column of the joined file, the one of this file.
    columns: Vec<Option<usize>>,
    /// How many columns this file has.
    width: usize,
    name: &'a str,
    header_row: u64,
    reader: Reader,
    /// The first row in which a quote is opened and never closed, or closed where the rows after it are in the cell.
    pub unclosed_quote: Option<u64>,
}

impl<'a> JoinedFile<'a> {
    /// Begins with one of the files. A `strict` reader stops at bytes that the encoding does not allow.
    pub fn new(
        columns: &JoinedColumns,
        file: usize,
        name: &'a str,
        dialect: &Dialect,
        decoders: &dyn Decoders,
        strict: bool,
    ) -> Self {
        let places = columns.places.get(file).map_or(&[][..], Vec::as_slice);
        let mut own = vec![None; columns.columns.len()];
        places.iter().enumerate().for_each(|(column, &place)| own[place] = Some(column));
        Self {
            columns: own,
            width: places.len(),
            name,
            header_row: dialect.header_row.unwrap_or(0),
            reader: Reader::new(dialect, decoders, Limits::CHECK, strict),
            unclosed_quote: None,
        }
    }

    /// Room for the next `length` bytes of the file, from [`Dialect::bom_length`] on.
    pub fn space(&mut self, length: usize) -> &mut [u8] {
        self.reader.space(length)
    }

    /// Takes the first `length` bytes of the space; `None` is the end of the file.
    ///
    /// # Errors
    /// See [`ReadError`]; what was written of this file has to be thrown away then.
    pub fn advance(&mut self, length: Option<usize>, writer: &mut CsvWriter) -> Result<(), ReadError> {
        let Self { columns, width, name, header_row, reader, unclosed_quote } = self;
        let write: &mut dyn FnMut(Record<'_>) = &mut |record| {
            if record.number <= *header_row || record.is_empty() {
                return;
            }
            if record.unclosed_quote {
                unclosed_quote.get_or_insert(record.number);
            }
            columns.iter().for_each(|&column| copy(&record, column, writer));
            writer.cell(&format!("{name}, {}", record.number));
            // Those beyond the header make the row as doubtful as it is in its own file.
            (*width..record.width()).for_each(|column| copy(&record, Some(column), writer));
            writer.end_record();
        };
        match length {
            Some(length) => reader.advance(length, &mut *write),
            None => reader.finish(write),
        }
    }
}

/// Writes a cell of the record as it was meant; of a column that its file does not have, an empty one.
fn copy(record: &Record<'_>, column: Option<usize>, writer: &mut CsvWriter) {
    let cell = column.and_then(|column| record.cell(column)).unwrap_or_default();
    writer.cell(&crate::unescape(&cell));
}

#[cfg(test)]
mod tests {
    use super::{JoinedColumns, JoinedFile};
    use crate::{ColumnInfo, Confidence, CsvWriter, Kind, NativeDecoders, Overrides, Target, look};

    fn columns(text: &str) -> Vec<ColumnInfo> {
        look(text.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap().columns
    }

    /// The joined file as text, without its byte order mark.
    fn joined(files: &[(&str, &[u8])]) -> String {
        let opened: Vec<_> = files
            .iter()
            .map(|(_, file)| look(file, true, &Overrides::default(), &NativeDecoders).unwrap())
            .collect();
        let columns = JoinedColumns::new(opened.iter().map(|opened| opened.columns.as_slice()));
        let mut writer = CsvWriter::default();
        columns.header("From", &mut writer);
        for (place, ((name, bytes), opened)) in files.iter().zip(&opened).enumerate() {
            let mut file = JoinedFile::new(&columns, place, name, &opened.dialect, &NativeDecoders, false);
            let bytes = &bytes[usize::try_from(opened.dialect.bom_length()).unwrap()..];
            file.space(bytes.len()).copy_from_slice(bytes);
            file.advance(Some(bytes.len()), &mut writer).unwrap();
            file.advance(None, &mut writer).unwrap();
        }
        String::from_utf8(writer.take()).unwrap().trim_start_matches('\u{feff}').replace("\r\n", "\n")
    }

    #[test]
    fn files_of_other_dialects_and_headers_become_one() {
        let german = "E-Mail;Vorname;Abteilung\nbo@example.com;Jörg;Vertrieb\n";
        let german: Vec<u8> = german.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        let text = joined(&[
            ("a.csv", b"First name,Email address,Notes\nAna,ana@example.com,\"x, y\"\n"),
            ("b.csv", &german),
            ("c.csv", b"notes\temail\nlate\tcy@example.com\n"),
        ]);
        assert_eq!(
            text,
            "First name,Email address,Notes,Abteilung,From\n\
             Ana,ana@example.com,\"x, y\",,\"a.csv, 2\"\n\
             Jörg,bo@example.com,,Vertrieb,\"b.csv, 2\"\n\
             ,cy@example.com,late,,\"c.csv, 2\"\n"
        );
    }

    #[test]
    fn a_file_without_headers_is_joined_by_what_its_columns_hold() {
        let text = joined(&[
            ("a.csv", b"Email,Role\nana@example.com,User\n"),
            ("b.csv", b"bo@example.com,Admin\ncy@example.com,User\ndi@example.com,User\n"),
        ]);
        assert_eq!(
            text,
            "Email,Role,From\nana@example.com,User,\"a.csv, 2\"\nbo@example.com,Admin,\"b.csv, 1\"\n\
             cy@example.com,User,\"b.csv, 2\"\ndi@example.com,User,\"b.csv, 3\"\n"
        );
    }

    #[test]
    fn two_columns_of_one_file_never_become_one() {
        let text = joined(&[
            ("a.csv", b"Email,Notes,Notes\nana@example.com,1,2\n"),
            ("b.csv", b"Notes,Notes,Notes,Email\n3,4,5,bo@example.com\n"),
        ]);
        assert_eq!(
            text,
            "Email,Notes,Notes,Notes,From\nana@example.com,1,2,,\"a.csv, 2\"\nbo@example.com,3,4,5,\"b.csv, 2\"\n"
        );
    }

    #[test]
    fn s4_columns_are_one_where_nothing_speaks_against_it() {
        use Target::{Email, Ignore, Role, Teams};
        type Columns = &'static [(&'static str, Target)];
        let cases: [(Columns, Columns, &[usize], Columns); 15] = [
            // For the same field, whatever the header is.
            (&[("A", Role)], &[("B", Role)], &[0], &[("A", Role)]),
            (&[("A", Ignore), ("B", Role)], &[("A", Role)], &[1], &[("A", Ignore), ("B", Role)]),
            // The same header, for nothing.
            (&[("A", Ignore), ("B", Ignore)], &[("b", Ignore)], &[1], &[("A", Ignore), ("B", Ignore)]),
            (&[("A", Ignore)], &[("B", Ignore)], &[1], &[("A", Ignore), ("B", Ignore)]),
            (&[("A", Ignore)], &[("A", Ignore); 2], &[0, 1], &[("A", Ignore), ("A", Ignore)]),
            // The same header, for a field in one of the files only.
            (&[("A", Ignore)], &[("A", Role)], &[0], &[("A", Role)]),
            (&[("A", Role)], &[("A", Ignore)], &[0], &[("A", Role)]),
            (&[("A", Role)], &[("A", Ignore), ("B", Role)], &[1, 0], &[("A", Role), ("A", Ignore)]),
            (&[("A", Role)], &[("B", Teams), ("A", Ignore)], &[1, 0], &[("A", Role), ("B", Teams)]),
            // The same header, for another field: which one, the new header says.
            (&[("A", Role)], &[("A", Teams)], &[1], &[("A", Role), ("teams", Teams)]),
            // Without a header, at the same place.
            (&[("", Ignore), ("", Ignore)], &[("", Ignore)], &[0], &[("", Ignore), ("", Ignore)]),
            (
                &[("", Ignore), ("", Ignore)],
                &[("A", Ignore), ("", Ignore)],
                &[2, 1],
                &[("", Ignore), ("", Ignore), ("A", Ignore)],
            ),
            (&[("A", Ignore)], &[("", Ignore)], &[1], &[("A", Ignore), ("", Ignore)]),
            (&[("", Ignore)], &[("A", Ignore)], &[1], &[("", Ignore), ("A", Ignore)]),
            (&[], &[("", Email), ("B", Role)], &[0, 1], &[("email", Email), ("B", Role)]),
        ];
        for (first, second, places, expected) in cases {
            let files = [first, second].map(|columns| -> Vec<ColumnInfo> {
                let column = |&(header, target): &(&str, Target)| ColumnInfo {
                    index: 0,
                    header: header.to_owned(),
                    target,
                    confidence: Confidence::High,
                    kind: Kind::default(),
                };
                columns.iter().map(column).collect()
            });
            let joined = JoinedColumns::new(files.iter().map(Vec::as_slice));
            let found: Vec<_> =
                joined.columns.iter().map(|column| (column.header.as_str(), column.target)).collect();
            assert_eq!(
                (joined.places[1].as_slice(), found.as_slice()),
                (places, expected),
                "{first:?} {second:?}"
            );
        }
    }

    #[test]
    fn s4_names_in_one_column_and_in_two_are_all_for_their_fields() {
        let files = [
            columns("Email,Full name\na@x.example,Ana Ruiz\n"),
            columns("Email,First name,Last name\nb@x.example,Bo,Day\n"),
        ];
        let joined = JoinedColumns::new(files.iter().map(Vec::as_slice));
        assert_eq!(
            joined.targets(),
            [Target::Email, Target::FullName, Target::FirstName, Target::LastName, Target::Ignore]
        );
    }

    #[test]
    fn s4_addresses_of_others_are_not_joined_with_those_of_the_people() {
        let files = [
            columns("Email,Manager email\na@x.example,boss@x.example\n"),
            columns("Name,Manager email\nBo,boss@x.example\n"),
        ];
        for order in [[0, 1], [1, 0]] {
            let joined = JoinedColumns::new(order.map(|file| files[file].as_slice()));
            let emails: Vec<_> =
                joined.columns.iter().filter(|column| column.target == Target::Email).collect();
            assert_eq!(emails.len(), 1, "{joined:?}");
            assert_eq!(emails[0].header, "Email", "{joined:?}");
        }
        let alone = JoinedColumns::new([files[1].as_slice(), files[1].as_slice()]);
        assert_eq!(alone.targets(), [Target::FullName, Target::Email, Target::Ignore], "better than none");
    }

    #[test]
    fn s4_addresses_of_which_most_are_bad_are_joined_with_the_others() {
        let files = [
            columns("Email,Role\na@x.example,User\n"),
            columns("b@x.example,User\nbo at x,Admin\ncy at x,User\ndi at x,User\n"),
        ];
        assert_eq!(files[1][0].target, Target::Email);
        let joined = JoinedColumns::new(files.iter().map(Vec::as_slice));
        assert_eq!(joined.places[1][0], 0, "{joined:?}");
    }

    #[test]
    fn s4_cells_beyond_the_header_stay_beyond_it() {
        let text =
            joined(&[("a.csv", b"Email,First\na@x.example,Ng, Jr\n"), ("b.csv", b"Email\nb@x.example\n")]);
        assert_eq!(
            text,
            "Email,First,From\na@x.example,Ng,\"a.csv, 2\",\" Jr\"\nb@x.example,,\"b.csv, 2\"\n"
        );
    }

    #[test]
    fn s4_a_quote_that_is_never_closed_is_told_with_its_row() {
        let text = b"Email,Note\na@x.example,x\nb@x.example,\"y\nc@x.example,z\n";
        let opened = look(text, true, &Overrides::default(), &NativeDecoders).unwrap();
        let columns = JoinedColumns::new([opened.columns.as_slice()]);
        let mut file = JoinedFile::new(&columns, 0, "a.csv", &opened.dialect, &NativeDecoders, true);
        file.space(text.len()).copy_from_slice(text);
        let mut writer = CsvWriter::default();
        file.advance(Some(text.len()), &mut writer).unwrap();
        file.advance(None, &mut writer).unwrap();
        assert_eq!(file.unclosed_quote, Some(3));
    }

    #[test]
    fn s4_the_joined_file_is_read_as_what_it_is_where_guessing_fails() {
        let names = b"First name,Last name,Note\n,Mail,\nBo,Day,\n";
        let text = joined(&[("a.csv", names), ("b.csv", b"Last name,First name\nEk,Di\n")]);
        let guessed = look(text.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap();
        assert_eq!(guessed.dialect.header_row, Some(2), "{text}");
        let read = look(text.as_bytes(), true, &Overrides::written(), &NativeDecoders).unwrap();
        assert_eq!((read.dialect.header_row, read.columns.len()), (Some(1), 4), "{text}");
    }
}
