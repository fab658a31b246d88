//! The names of backups in their folder.

use std::io;
use std::path::{Path, PathBuf};

use crate::platform::clock::Millis;

const END: &str = ".backup";
/// As many characters of the account's name as are kept.
const LONGEST: usize = 40;
/// The last characters of the account's id are random.
const OF_ID: usize = 8;

/// What the names of an account's backups have in common, and nobody else's.
pub(crate) fn of_account(uuid: &str) -> String {
    let digits: Vec<char> = uuid.chars().filter(char::is_ascii_alphanumeric).collect();
    digits[digits.len().saturating_sub(OF_ID)..].iter().collect()
}

/// `msi-example-sales-1f2e3d4c-20261118T110640Z.backup`.
pub(crate) fn name(account_name: &str, uuid: &str, now: Millis) -> String {
    let mut words = String::new();
    for c in account_name.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
    }
    words.truncate(LONGEST);
    let words = words.trim_end_matches('-');
    let words = if words.is_empty() { "account" } else { words };
    let time: String = now.timestamp().as_str().chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("msi-{words}-{}-{time}{END}", of_account(uuid))
}

/// The backups of an account in a folder, the latest first. The name that the account had then does not matter.
pub(crate) fn listed(folder: &Path, uuid: &str) -> io::Result<Vec<PathBuf>> {
    let own = of_account(uuid);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(time) = path.file_name().and_then(|name| time_of(name.to_str()?, &own)) {
            found.push((time.to_owned(), path));
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// The time in the name of a backup of an account.
fn time_of<'a>(name: &'a str, own: &str) -> Option<&'a str> {
    let (rest, time) = name.strip_prefix("msi-")?.strip_suffix(END)?.rsplit_once('-')?;
    let is_time = time.len() == "20261118T110640Z".len()
        && time.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    (rest.rsplit_once('-')?.1 == own && is_time).then_some(time)
}

/// Deletes all backups of an account but the latest ones, and never the one that was just made: by a clock that was ahead, its name may
/// be the oldest. Returns how many there were.
pub(crate) fn prune(folder: &Path, uuid: &str, keep: usize, made: &Path) -> io::Result<usize> {
    let all = listed(folder, uuid)?;
    let old = all.get(keep..).unwrap_or_default().iter().filter(|path| path.file_name() != made.file_name());
    let mut deleted = 0;
    for path in old {
        std::fs::remove_file(path)?;
        deleted += 1;
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "01943a5e-7c1b-7b32-9d5e-2f6a1f2e3d4c";
    const NOW: Millis = Millis(1_795_000_000_000);

    #[test]
    fn n1_the_name_of_a_backup_says_of_which_account_and_when() {
        for (account, named) in [
            ("Example Sales", "msi-example-sales-1f2e3d4c-20261118T110640Z.backup"),
            ("../../etc/Ünïcode & Co.", "msi-etc-n-code-co-1f2e3d4c-20261118T110640Z.backup"),
            ("판매", "msi-account-1f2e3d4c-20261118T110640Z.backup"),
        ] {
            assert_eq!(name(account, UUID, NOW), named);
            assert_eq!(time_of(named, "1f2e3d4c"), Some("20261118T110640Z"));
        }
        assert!(name(&"x".repeat(300), UUID, NOW).len() < 80);
    }

    #[test]
    fn n1_only_the_oldest_backups_of_the_same_account_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let own = [
            "msi-new-name-1f2e3d4c-20261120T110640Z.backup",
            "msi-old-name-1f2e3d4c-20261119T110640Z.backup",
            "msi-old-name-1f2e3d4c-20261118T110640Z.backup",
        ];
        let others = [
            "msi-old-name-00000000-20200118T110640Z.backup",
            "msi-old-name-1f2e3d4c-kept-by-hand.backup",
            "msi-old-name-1f2e3d4c-20200118T110640Z.backup.copy",
            "notes.txt",
        ];
        for file in own.iter().chain(&others) {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let made = folder.path().join(own[0]);
        assert_eq!(prune(folder.path(), UUID, 5, &made).unwrap(), 0);
        assert_eq!(prune(folder.path(), UUID, 2, Path::new(own[2])).unwrap(), 0, "it was just made");
        assert_eq!(prune(folder.path(), UUID, 2, &made).unwrap(), 1);
        let left: Vec<_> = listed(folder.path(), UUID).unwrap();
        assert_eq!(left, [own[0], own[1]].map(|file| folder.path().join(file)));
        for file in others {
            assert!(folder.path().join(file).exists(), "{file}");
        }
    }
}
