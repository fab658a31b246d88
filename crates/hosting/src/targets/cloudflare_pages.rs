//! Cloudflare Pages. All rules that match a path apply, in their order; a header that two rules set has both values, so
//! that a later rule first removes it with `!` (<https://developers.cloudflare.com/pages/configuration/headers/>).

use std::fmt::Write as _;

use super::common::{MADE_BY, bare, difference, headers, pattern};
use crate::paths::PathKind;
use crate::site::Site;

pub(super) fn headers_file(site: &Site) -> String {
    let mut text = format!("# {MADE_BY}\n");
    for place in [pattern(site, PathKind::Page)].into_iter().chain(bare(site)) {
        // Pages adds the first itself, and lets every site read the files.
        let _ = writeln!(text, "{place}\n  ! access-control-allow-origin");
        for (name, value) in headers(site, PathKind::Page) {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    for kind in [PathKind::Asset, PathKind::Panel, PathKind::HostSdk] {
        let difference = difference(site, kind);
        if difference.set.is_empty() && difference.removed.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", pattern(site, kind));
        let changed = difference.set.iter().map(|(name, _)| *name);
        for name in changed.chain(difference.removed.iter().copied()) {
            let _ = writeln!(text, "  ! {name}");
        }
        for (name, value) in difference.set {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    text
}
