//! Files that are cut off or have a wrong byte: whatever is wrong, there is an answer, and it takes no more memory than a
//! file of that size may. The only test of its program, as it measures all that is allocated there.

mod memory;

use std::io::{Cursor, Read as _, Write as _};
use std::time::Duration;

use sheets::{Budget, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What reading one of these files may take at once; each is smaller than 14 kB.
const MOST: usize = 64 << 20;

/// A fixed sequence of numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Reads a file and says what it took. Its outcome is none of this test's business.
fn memory_of(file: &[u8]) -> usize {
    memory::of(|| read(file, &Budget::new(&|| Duration::ZERO), |_, _| ())).0
}

/// The entries of an archive.
fn entries(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut content = |name: &str| {
        let mut content = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    names.iter().map(|name| (name.clone(), content(name))).collect()
}

fn archive(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn s_files_cut_off_or_with_a_wrong_byte_are_answered_in_bounded_memory() {
    let mut numbers = Numbers(1);
    let mut worst = Vec::new();
    for (name, file) in [
        ("people.xlsx", &include_bytes!("data/people.xlsx")[..]),
        ("links.xlsx", include_bytes!("data/links.xlsx")),
        ("libreoffice-people.ods", include_bytes!("data/libreoffice-people.ods")),
        ("libreoffice-links.ods", include_bytes!("data/libreoffice-links.ods")),
        ("libreoffice-people.xls", include_bytes!("data/libreoffice-people.xls")),
        ("libreoffice-links.xls", include_bytes!("data/libreoffice-links.xls")),
        ("old.xls", include_bytes!("data/old.xls")),
    ] {
        let mut most = (memory_of(file), String::new());
        let mut try_one = |file: &[u8], what: String| most = most.clone().max((memory_of(file), what));
        for length in (0..file.len()).step_by(13) {
            try_one(&file[..length], format!("the first {length} bytes"));
        }
        for _ in 0..1000 {
            let (at, byte) = (numbers.below(file.len()), numbers.below(256) as u8);
            let mut wrong = file.to_vec();
            wrong[at] = byte;
            try_one(&wrong, format!("byte {at} is {byte}"));
        }
        // In an archive most of it hits what is packed, whose sum is wrong then: the same inside of what is packed.
        if file.starts_with(b"PK") {
            let entries = entries(file);
            for _ in 0..600 {
                let mut wrong = entries.clone();
                let (name, content) = &mut wrong[numbers.below(entries.len())];
                if content.is_empty() {
                    continue;
                }
                let (at, byte) = (numbers.below(content.len()), numbers.below(256) as u8);
                content[at] = byte;
                let what = format!("byte {at} of {name} is {byte}");
                try_one(&archive(&wrong), what);
            }
        }
        worst.push((most, name));
    }
    let (most, name) = worst.into_iter().max().unwrap();
    assert!(most.0 < MOST, "{name} takes {} bytes if {}", most.0, most.1);
}
