//! The merged tree of a real image, against what unpacking its layers gives.

use std::fs::File;
use std::io::BufReader;
use std::time::Duration;

use archive::{Codec, decode, read_at_most};
use image::Choice;
use jiff::Timestamp;
use model::{Entry, EntryKind};

use super::*;
use crate::{Deadline, Source};

#[test]
fn merged_tree_is_what_unpacking_gives() {
    let (Some(truth), Some(image)) = (
        testkit::corpus("truth/bookworm-app.paths.tsv.gz"),
        testkit::corpus("images/bookworm-app-docker25-gz.tar"),
    ) else {
        return;
    };
    let limits = Limits::default();
    let packed = BufReader::new(File::open(truth).unwrap());
    let text = read_at_most(decode(Codec::Gzip, packed, &limits).unwrap(), 1 << 30).unwrap();
    let want: BTreeSet<String> = text
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let mut got = BTreeSet::new();
    merged(&Source::Path(image)).walk(|path, entry, target| {
        got.insert(line(path, entry, target));
    });
    let more: Vec<_> = got.difference(&want).take(20).collect();
    let missing: Vec<_> = want.difference(&got).take(20).collect();
    assert!(
        more.is_empty() && missing.is_empty(),
        "not in the truth {more:#?}, only in the truth {missing:#?}"
    );
}

/// Opens an image of one platform, reads its layers and lays them over each other.
fn merged(source: &Source) -> Tree {
    let settings = Settings {
        limits: Limits::default(),
        manner: model::Manner::Own,
        deadline: Deadline::after(Duration::from_mins(5)),
        now: Timestamp::UNIX_EPOCH,
        skip: regex::RegexSet::empty(),
        secrets: None,
        hygiene: None,
        vulnerabilities: crate::Telling::Told,
    };
    let choice = Choice::default();
    let archive = source.open(&choice.platform, None, &settings).unwrap();
    let plan = image::open(&archive, &choice, &settings.limits)
        .unwrap()
        .remove(0);
    let mut layers = read(&plan.layers, &archive, None, &settings).unwrap();
    let mut tree = Tree::new();
    for (index, layer) in plan.layers.iter().enumerate() {
        let gaps = layers.lay(index, layer, &mut tree, &settings.limits);
        assert_eq!(gaps, []);
    }
    tree
}

/// Returns `mode uid gid size path link`, the mode with the bits of the kind, as `lstat` gives it.
fn line(path: &[u8], entry: &Entry, target: &[u8]) -> String {
    let kind = match entry.kind {
        EntryKind::File => 0o100_000,
        EntryKind::Folder => 0o040_000,
        EntryKind::Symlink => 0o120_000,
        EntryKind::HardLink | EntryKind::Special => 0,
    };
    format!(
        "{:o}\t{}\t{}\t{}\t{}\t{}",
        kind | u32::from(entry.mode),
        entry.uid,
        entry.gid,
        entry.size,
        String::from_utf8_lossy(path),
        String::from_utf8_lossy(target),
    )
}
