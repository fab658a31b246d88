/// The item that gets the focus when another is removed from a list: the next one, else the one before. `None` if there
/// is no other, or the item is not in the list.
pub(crate) fn neighbour<T>(items: &[T], goes: impl Fn(&T) -> bool) -> Option<&T> {
    let at = items.iter().position(goes)?;
    items.get(at + 1).or_else(|| items.get(at.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u3_the_keyboard_goes_to_the_next_item_else_to_the_one_before() {
        let after = |item: char| neighbour(&['a', 'b', 'c'], |one| *one == item).copied();
        assert_eq!([after('a'), after('b'), after('c')], [Some('b'), Some('c'), Some('b')]);
        assert_eq!(after('x'), None);
        assert_eq!(neighbour(&['a'], |_| true), None);
    }
}
