//! Several readers of one file, as Workers share it.

use std::sync::Arc;

use roster::{
    AddressKeys, Changes, Check, Dialect, Known, Mapping, NativeDecoders, Part, ReadError, Review, part_begin,
};

/// The part as it arrives from another Worker.
fn as_from_another_worker(mut part: Part) -> Part {
    let rows = part.take_rows();
    let bytes = postcard::to_allocvec(&part).unwrap();
    postcard::from_bytes::<Part>(&bytes).unwrap().with_rows(rows)
}

/// Checks as several Workers do, cut behind the first line breaks from those offsets on, each taking pieces of that length;
/// also says how many parts counted.
pub fn read_in_parts(
    bytes: &[u8],
    piece: usize,
    cuts: &[usize],
    dialect: &Dialect,
    (mapping, known, keys): (&Mapping, &Known, &Arc<AddressKeys>),
    strict: bool,
) -> Result<(Review, usize), ReadError> {
    let bom = usize::try_from(dialect.bom_length()).unwrap();
    let mut begins: Vec<usize> = cuts
        .iter()
        .filter_map(|&cut| {
            let cut = cut.max(bom).min(bytes.len());
            part_begin(&bytes[cut..], cut as u64, dialect, mapping.targets.len())
        })
        .map(|begin| usize::try_from(begin).unwrap())
        .collect();
    begins.sort_unstable();
    begins.dedup();
    let mut check = Check::new(
        dialect.clone(),
        mapping,
        known,
        Changes::default(),
        &NativeDecoders,
        strict,
        keys.clone(),
    );
    let push = |check: &mut Check, bytes: &[u8]| {
        bytes.chunks(piece).try_for_each(|piece| {
            check.space(piece.len()).copy_from_slice(piece);
            check.advance(piece.len())
        })
    };
    push(&mut check, &bytes[bom..begins.first().copied().unwrap_or(bytes.len())])?;
    let mut counted = 0;
    for (place, &begin) in begins.iter().enumerate() {
        let end = begins.get(place + 1).copied();
        let at = (keys.seed(), begin as u64);
        let mut part = Check::of_part(dialect, mapping, known, &NativeDecoders, strict, at);
        let is_read = push(&mut part, &bytes[begin..end.unwrap_or(bytes.len())]);
        let part = is_read.and_then(|()| part.into_part(begin as u64, end.is_none())).ok().flatten();
        let part = part.map(as_from_another_worker);
        if !part.is_some_and(|part| check.append(&part)) {
            push(&mut check, &bytes[begin..])?;
            break;
        }
        counted += 1;
    }
    Ok((check.finish(bytes.len() as u64)?, counted))
}
