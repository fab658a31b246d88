use super::classes::{Classes, code_bit};
use crate::{Standing, Verdict};
use values::ProblemCode;

#[test]
fn s3_of_too_many_combinations_of_codes_the_gravest_code_stands_for_all() {
    const KEPT: u64 = 65_535 - 64 * 4;
    let mut classes = Classes::default();
    for row in 1..70_000_u64 {
        // Only errors: the codes from the second one on.
        let class = classes.class(row << 1);
        classes.push(class);
    }
    for row in 1..70_000_u64 {
        let (all, kept) = (row << 1, classes.mask(row));
        assert_eq!(classes.verdict(row), Some(Verdict::Error));
        if row + 2 < KEPT || all.count_ones() == 1 {
            assert_eq!(kept, all);
        } else {
            assert_eq!((kept & all, kept.count_ones()), (kept, 1), "{all:b}");
        }
    }
    // There is still room for every code alone, with every standing.
    for &code in ProblemCode::ALL {
        let class = classes.class(code_bit(code));
        classes.set(69_999, class);
        for standing in [Standing::Active, Standing::Deactivated, Standing::Invited] {
            classes.stand(69_999, Some(standing));
            assert_eq!((classes.mask(69_999), classes.standing(69_999)), (code_bit(code), Some(standing)));
        }
    }
    assert_eq!(classes.counts().map(|(.., rows)| rows).sum::<u64>(), 69_999);
}
