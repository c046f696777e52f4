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

/// GitHub's advisories as reports of scanners show them. Where a report shows no range, the versions
/// that it met are known to be vulnerable, and those below a fixed one on its release line.
pub(super) fn ghsa_observed(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let vulnerable = match line.word("kind")? {
        "range" => line.alternatives("affected")?,
        "fixed" => {
            let seen = line.list("seen_vulnerable")?;
            let seen = seen.iter().map(|version| format!("={version}"));
            let and = if line.word("ecosystem")? == "npm" {
                " "
            } else {
                ","
            };
            let fixed = line.list("fixed_versions")?;
            let below = fixed
                .iter()
                .filter_map(|fixed| below_on_its_line(fixed, and));
            seen.chain(below).collect()
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

/// Returns `>=5.2,<5.2.19` of `5.2.19`; none of a version that does not show its line so.
fn below_on_its_line(fixed: &str, and: &str) -> Option<String> {
    let plain = fixed.trim_start_matches('v');
    let mut parts = plain.split('.');
    let mut number = || {
        let part = parts.next()?;
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(part)
    };
    let (major, minor) = (number()?, number()?);
    let patch = parts.next()?;
    let is_first = patch.trim_start_matches('0').is_empty();
    (!is_first).then(|| format!(">={major}.{minor}{and}<{fixed}"))
}

fn record(shard: String, line: &Line<'_>, advisory: Advisory) -> Result<Vec<Record>, BadLine> {
    Ok(vec![Record {
        shard,
        package: line.word("package")?.to_owned(),
        advisory,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_version_speaks_of_its_release_line() {
        for (fixed, want) in [
            ("5.2.19", Some(">=5.2,<5.2.19")),
            ("3.7.9.Final", Some(">=3.7,<3.7.9.Final")),
            ("v0.3.7", Some(">=0.3,<v0.3.7")),
            ("5.3.0", None),
            ("1.66", None),
            ("4.Final", None),
        ] {
            assert_eq!(below_on_its_line(fixed, ",").as_deref(), want, "{fixed}");
        }
    }
}
