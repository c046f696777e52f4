//! Records that speak in their ecosystem's own requirements: `~> 1.2`, `>=6.4.0,<6.4.40`.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use model::{Advisory, Affected};

use super::super::facts::{BadLine, Facts, Line};
use super::super::severity::word;
use super::{Record, advisory};

/// `RubySec`: gems in `ruby`, those of another platform in `ruby-jruby`, interpreters in
/// `ruby-engines`.
pub(super) fn ruby(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let id = line.word("id")?;
    let aliases = line.list("aliases")?;
    let aliases = aliases.into_iter().filter(|alias| alias != id).collect();
    let affected = Affected::Requirements {
        vulnerable: Vec::new(),
        patched: line.alternatives("patched")?,
        unaffected: line.alternatives("unaffected")?,
    };
    let shard = match (line.word("collection")?, line.cell("platform")?) {
        ("rubies", _) => "ruby-engines".to_owned(),
        (_, "") => "ruby".to_owned(),
        (_, platform) => format!("ruby-{platform}"),
    };
    let advisory = advisory(id, aliases, affected);
    record(
        shard,
        line,
        Advisory {
            date: line.date("date")?,
            ..advisory
        },
    )
}

/// `RustSec`: crates in `rust`; notes that are no flaws in `rust-unmaintained`, `rust-unsound`,
/// `rust-notice`.
pub(super) fn rust(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    if !line.cell("withdrawn")?.is_empty() {
        return Ok(Vec::new());
    }
    let affected = Affected::Requirements {
        vulnerable: Vec::new(),
        patched: line.alternatives("patched")?,
        unaffected: line.alternatives("unaffected")?,
    };
    let shard = match line.cell("informational")? {
        "" => "rust".to_owned(),
        kind => format!("rust-{kind}"),
    };
    let advisory = Advisory {
        date: line.date("date")?,
        arches: line.list("arch")?,
        ..advisory(line.word("id")?, line.list("aliases")?, affected)
    };
    record(shard, line, advisory)
}

/// Makes `rust-details`: crate to `[id, operating systems, flawed functions]`.
pub(super) fn rust_details(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let records = facts.read("rust", |line| {
        let cells = vec![line.text("id")?, line.text("os")?, line.text("functions")?];
        Ok((line.text("package")?, cells))
    })?;
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (package, cells) in records {
        if cells.iter().skip(1).any(|cell| !cell.is_empty()) {
            rows.entry(package).or_default().push(cells);
        }
    }
    let about = About {
        name: "rust-details".to_owned(),
        publisher: "RustSec".to_owned(),
        newest: "2026-08-20".parse().ok(),
        licence: "RustSec advisory-db, CC0, modified".to_owned(),
        knows_unfixed: true,
    };
    Ok(write::texts(&about, &rows)?)
}

/// `FriendsOfPHP`: a branch is one alternative.
pub(super) fn php(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let affected = Affected::Requirements {
        vulnerable: line.alternatives("affected")?,
        patched: Vec::new(),
        unaffected: Vec::new(),
    };
    let advisory = advisory(line.word("id")?, line.list("aliases")?, affected);
    let advisory = Advisory {
        date: line.date("date")?,
        ..advisory
    };
    record("php".to_owned(), line, advisory)
}

/// GitHub's advisories as reports of scanners show them. Where a report shows no range, only the
/// versions that it met are known to be vulnerable; the fixed ones stand beside them.
pub(super) fn ghsa_observed(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let vulnerable = match line.word("kind")? {
        "range" => line.alternatives("affected")?,
        "fixed" => {
            let seen = line.list("seen_vulnerable")?;
            seen.iter().map(|version| format!("={version}")).collect()
        }
        other => return Err(format!("`{other}` is no kind that we know")),
    };
    if vulnerable.is_empty() {
        // No alternatives would mean "all versions".
        return Err("no vulnerable versions".to_owned());
    }
    let affected = Affected::Requirements {
        vulnerable,
        patched: line.list("fixed_versions")?,
        unaffected: Vec::new(),
    };
    let advisory = Advisory {
        severity: word(line.cell("severity")?),
        ..advisory(line.word("id")?, line.list("aliases")?, affected)
    };
    let shard = format!("ghsa-observed-{}", line.word("ecosystem")?);
    record(shard, line, advisory)
}

fn record(shard: String, line: &Line<'_>, advisory: Advisory) -> Result<Vec<Record>, BadLine> {
    Ok(vec![Record {
        shard,
        package: line.word("package")?.to_owned(),
        advisory,
    }])
}
