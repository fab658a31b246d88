//! Lengths for styles. In whole numbers, as Rust's code that writes fractions takes 6 kB.

/// A length in whole pixels.
pub(crate) fn px(length: f64) -> String {
    format!("{}px", length.round() as i64)
}

/// A share from 0 to 1, in hundredths of a per cent.
pub(crate) fn percent(share: f64) -> String {
    let hundredths = (share * 10_000.0).round() as i64;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_pixels_and_shares_hundredths_of_a_per_cent() {
        assert_eq!((px(39.6), px(1e7)), ("40px".to_owned(), "10000000px".to_owned()));
        let shares = [0.0, 1.0 / 3.0, 0.0005, 1.0].map(percent);
        assert_eq!(shares, ["0.00%", "33.33%", "0.05%", "100.00%"]);
    }
}
