//! Which part of long work is announced to users of screen readers.

/// 25, 50 or 75 where the work has reached that percentage of `total` since it stood at `before`.
pub(crate) fn quarter_reached(before: u64, now: u64, total: Option<u64>) -> Option<u64> {
    let total = total.filter(|&total| total > 0)?;
    let quarters = |done: u64| done.saturating_mul(4) / total;
    let (then, here) = (quarters(before), quarters(now));
    (here > then && here < 4).then_some(here * 25)
}

#[cfg(test)]
mod tests {
    use super::quarter_reached;

    #[test]
    fn long_work_speaks_three_times_on_its_way() {
        let steps = || (0..=1_000_u64).step_by(10);
        let said: Vec<u64> = steps()
            .zip(steps().skip(1))
            .filter_map(|(then, now)| quarter_reached(then, now, Some(1_000)))
            .collect();
        assert_eq!(said, [25, 50, 75]);
    }

    #[test]
    fn a_jump_over_several_quarters_is_said_once_and_the_end_is_not() {
        assert_eq!(quarter_reached(0, 800, Some(1_000)), Some(75));
        assert_eq!(quarter_reached(0, 1_000, Some(1_000)), None);
    }

    #[test]
    fn work_of_unknown_length_has_no_quarters() {
        assert_eq!(quarter_reached(0, 900, None), None);
        assert_eq!(quarter_reached(0, 900, Some(0)), None);
    }
}
