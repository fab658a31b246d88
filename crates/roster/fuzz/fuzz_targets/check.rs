#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use roster::{AddressKeys, Changes, Check, Filter, Known, NativeDecoders, Opened, Overrides, Review, Seed, Target, look};

fn check(bytes: &[u8], piece: usize, opened: &Opened) -> Option<Review> {
    let mut mapping = opened.mapping.clone();
    if mapping.column(Target::Email).is_none() {
        *mapping.targets.first_mut()? = Target::Email;
    }
    let (known, keys) = (Known::default(), Arc::new(AddressKeys::empty(Seed([1, 2]))));
    let dialect = opened.dialect.clone();
    let start = usize::try_from(dialect.bom_length()).ok()?;
    let mut check = Check::new(dialect, &mapping, &known, Changes::default(), &NativeDecoders, false, keys);
    for piece in bytes.get(start..)?.chunks(piece) {
        check.space(piece.len()).copy_from_slice(piece);
        check.advance(piece.len()).ok()?;
    }
    check.finish(bytes.len() as u64).ok()
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = (usize::from(input.0) + 1, input.1);
    let Ok(opened) = look(bytes, true, &Overrides::default(), &NativeDecoders) else { return };
    let (Some(whole), Some(sliced)) = (check(bytes, usize::MAX, &opened), check(bytes, piece, &opened)) else { return };
    assert_eq!(whole.summary(), sliced.summary());
    let (_, rows) = sliced.select(Filter::All, None, 0, usize::MAX);
    let mut found = Vec::new();
    for span in sliced.spans(&rows) {
        let range = usize::try_from(span.source.start).unwrap()..usize::try_from(span.source.end).unwrap();
        sliced.read(&span, &bytes[range], &NativeDecoders, |record| {
            let view = sliced.view(record);
            assert!(view.row == record.number);
            found.push(record.number);
        });
    }
    assert_eq!(found, rows);
});
