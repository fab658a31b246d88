//! Several files as one, whose columns are joined by what they hold.

use crate::{ColumnInfo, CsvWriter, Decoders, Dialect, Limits, ReadError, Reader, Record, Target, text};

/// The columns of several files as those of one file.
///
/// Columns of two files are one where they are for the same field, or have the same header and one of them is for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedColumns {
    headers: Vec<String>,
    /// For each file, the place of each of its columns among the headers.
    places: Vec<Vec<usize>>,
}

impl JoinedColumns {
    /// Joins the columns of each file as [`crate::open`] found them.
    #[must_use]
    pub fn new<'a>(files: impl IntoIterator<Item = &'a [ColumnInfo]>) -> Self {
        let mut joined: Vec<(String, Target)> = Vec::new();
        let mut places = Vec::new();
        for columns in files {
            let mut own: Vec<Option<usize>> = vec![None; columns.len()];
            let fields = columns.iter().enumerate().filter(|(_, column)| column.target != Target::Ignore);
            for (index, column) in fields {
                own[index] = joined.iter().position(|(_, target)| *target == column.target);
            }
            for (index, column) in columns.iter().enumerate() {
                if own[index].is_none() {
                    let folded = text::fold(&column.header);
                    let is_same = |place: usize, (header, target): &(String, Target)| {
                        (column.target == Target::Ignore || *target == Target::Ignore)
                            && !own.contains(&Some(place))
                            && if folded.is_empty() {
                                header.is_empty() && place == index
                            } else {
                                text::fold(header) == folded
                            }
                    };
                    own[index] = (0..joined.len()).find(|&place| is_same(place, &joined[place]));
                }
                let place = own[index].unwrap_or_else(|| {
                    let is_taken = joined.iter().any(|(header, _)| *header == column.header);
                    let has_name = column.target != Target::Ignore && (is_taken || column.header.is_empty());
                    let header = if has_name { column.target.name() } else { &column.header };
                    joined.push((header.to_owned(), column.target));
                    joined.len() - 1
                });
                own[index] = Some(place);
                if joined[place].1 == Target::Ignore {
                    joined[place].1 = column.target;
                }
            }
            places.push(own.into_iter().flatten().collect());
        }
        Self { headers: joined.into_iter().map(|(header, _)| header).collect(), places }
    }

    /// Writes the header of the joined file; the last column, under that header, says where a row is from.
    pub fn header(&self, origin: &str, writer: &mut CsvWriter) {
        self.headers.iter().for_each(|header| writer.cell(header));
        writer.cell(origin);
        writer.end_record();
    }
}

/// Writes the people of one of the files into the joined file.
#[derive(Debug)]
pub struct JoinedFile<'a> {
    headers: usize,
    places: &'a [usize],
    name: &'a str,
    header_row: u64,
    reader: Reader,
    /// How many rows were written.
    pub rows: u64,
}

impl<'a> JoinedFile<'a> {
    /// Begins with one of the files. A `strict` reader stops at bytes that the encoding does not allow.
    pub fn new(
        columns: &'a JoinedColumns,
        file: usize,
        name: &'a str,
        dialect: &Dialect,
        decoders: &dyn Decoders,
        strict: bool,
    ) -> Self {
        Self {
            headers: columns.headers.len(),
            places: columns.places.get(file).map_or(&[], Vec::as_slice),
            name,
            header_row: dialect.header_row.unwrap_or(0),
            reader: Reader::new(dialect, decoders, Limits::CHECK, strict),
            rows: 0,
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
        let Self { headers, places, name, header_row, reader, rows } = self;
        let write: &mut dyn FnMut(Record<'_>) = &mut |record| {
            if record.number <= *header_row || record.is_empty() {
                return;
            }
            for place in 0..*headers {
                let column = places.iter().position(|own| *own == place);
                let cell = column.and_then(|column| record.cell(column)).unwrap_or_default();
                writer.cell(&crate::unescape(&cell));
            }
            writer.cell(&format!("{name}, {}", record.number));
            writer.end_record();
            *rows += 1;
        };
        match length {
            Some(length) => reader.advance(length, &mut *write),
            None => reader.finish(write),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{JoinedColumns, JoinedFile};
    use crate::{CsvWriter, NativeDecoders, Overrides, look};

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
}
