//! Builds the database that is built into Seaworthy, from tables of facts.
//!
//! Each source is one file in `snapshot/` and one line in [`SOURCES`]. The same facts give the
//! same bytes, so whoever has the facts can prove the committed snapshot.

mod alpine;
mod debian;
mod ecosystems;
mod enrichment;
mod eol;
mod facts;
mod rpm;
mod severity;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use facts::Facts;

/// What may be committed and built in: DESIGN.md §4 wants it small enough to embed.
const MAX_BYTES: usize = 2_000_000;

/// Reads some facts and returns the shards made of them.
type Source = fn(&mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>>;

/// Every source, in alphabetical order.
static SOURCES: &[Source] = &[
    alpine::build,
    debian::build,
    ecosystems::build,
    enrichment::build,
    eol::build,
    rpm::build,
    severity::build,
];

/// Runs `snapshot [--facts DIR] [--out FILE]`.
#[expect(clippy::print_stderr, reason = "a command line tool talks on stderr")]
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    match settings(arguments).and_then(|(facts, out)| build_into(&facts, &out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("snapshot: {error}");
            ExitCode::FAILURE
        }
    }
}

fn settings(
    mut arguments: impl Iterator<Item = String>,
) -> Result<(PathBuf, PathBuf), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut facts = root.join("../shared/advisories/facts");
    let mut out = root.join("crates/advisory/data/snapshot.swdb");
    while let Some(option) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("`{option}` needs a value"))?;
        match option.as_str() {
            "--facts" => facts = value.into(),
            "--out" => out = value.into(),
            _ => return Err(format!("`{option}` is none of --facts, --out").into()),
        }
    }
    Ok((facts, out))
}

#[expect(clippy::print_stderr, reason = "a command line tool talks on stderr")]
fn build_into(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut facts = Facts::new(folder);
    let database = build(&mut facts)?;
    for problem in facts.problems() {
        eprintln!("left out: {problem}");
    }
    for shard in advisory::Database::from_bytes(database.clone())?.shards() {
        eprintln!(
            "{:24} {:7} entries {:8} bytes",
            shard.name, shard.count, shard.stored_bytes
        );
    }
    eprintln!("{} bytes in all", database.len());
    if database.len() > MAX_BYTES {
        return Err(format!("more than the {MAX_BYTES} bytes allowed").into());
    }
    fs::write(out, database)?;
    Ok(())
}

fn build(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut shards = Vec::new();
    for source in SOURCES {
        shards.extend(source(facts)?);
    }
    Ok(advisory::write::database(&shards)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_the_committed_snapshot_is_what_the_facts_give() {
        let Some(folder) = testkit::shared("advisories/facts") else {
            return;
        };
        let database = build(&mut Facts::new(&folder)).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let committed = root.join("../crates/advisory/data/snapshot.swdb");
        #[expect(clippy::disallowed_methods, reason = "our own file")]
        let committed = fs::read(committed).unwrap();
        assert!(
            database == committed,
            "run `cargo xtask snapshot` and commit the result"
        );
    }
}
