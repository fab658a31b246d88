//! Netlify. Of several rules that set a header for a path the last one counts, and none can remove one
//! (<https://docs.netlify.com/manage/routing/headers/>).

use std::fmt::Write as _;

use super::common::{MADE_BY, bare, difference, headers, pattern};
use crate::paths::PathKind;
use crate::site::Site;

pub(super) fn headers_file(site: &Site) -> String {
    // What the panel must not have, no page can have; `frame-ancestors` says the same for browsers of this decade.
    let left_out = difference(site, PathKind::Panel).removed;
    let mut text = format!("# {MADE_BY}\n");
    for place in [pattern(site, PathKind::Page)].into_iter().chain(bare(site)) {
        let _ = writeln!(text, "{place}");
        for (name, value) in
            headers(site, PathKind::Page).into_iter().filter(|(name, _)| !left_out.contains(name))
        {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    // Headers of a path are also those of its 404, so files are revalidated: browsers would remember for a year that one was
    // missing.
    for kind in [PathKind::Panel, PathKind::HostSdk] {
        let set = difference(site, kind).set;
        if set.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", pattern(site, kind));
        for (name, value) in set {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    text
}
