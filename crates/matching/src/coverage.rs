//! Packages about which the silence of a release's advisories means little.

use std::collections::BTreeSet;

use advisory::{Database, Support};
use model::{GapKind, Limits, counted};

use crate::gaps::{Gaps, some_of};
use crate::release::Release;
use crate::unread;

/// Says which packages, by their names in the advisories, nobody looked at or fixes any more.
pub(crate) fn say(
    names: &BTreeSet<String>,
    release: &Release,
    database: &Database,
    (gaps, limits): (&mut Gaps, &Limits),
) {
    let mut unseen = BTreeSet::new();
    let mut limited = BTreeSet::new();
    let mut unsupported = BTreeSet::new();
    let supports = database.supports(&release.shard).map_err(|error| {
        unread(&error, gaps);
    });
    for name in names {
        match database.is_covered(&release.shard, name) {
            Ok(Some(false)) => _ = unseen.insert(name.clone()),
            Ok(_) => {}
            Err(error) => unread(&error, gaps),
        }
        match supports.as_ref().map(|supports| supports.of(name)) {
            Ok(Support::Full) | Err(()) => {}
            Ok(Support::Limited) => _ = limited.insert(name.clone()),
            Ok(Support::None) => _ = unsupported.insert(name.clone()),
        }
    }
    let publisher = release.family.publisher;
    let reasons = [
        (unseen, "nobody looked for fixes in the changelogs of"),
        (limited, "security support is limited for"),
        (unsupported, "security support has ended for"),
    ];
    for (names, reason) in reasons {
        if !names.is_empty() {
            let named = some_of(&names, limits.gaps_of_a_kind);
            let why = format!(
                "{reason} {} of {publisher}: {named}",
                counted(names.len(), "package")
            );
            gaps.add(
                GapKind::Uncovered,
                &*release.shard,
                why,
                "known problems of these packages",
            );
        }
    }
}
