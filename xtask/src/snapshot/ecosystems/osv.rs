//! Records in the manner of OSV: intervals, or a list of versions.

use model::{Advisory, Affected, Upper};

use super::super::facts::{BadLine, Line};
use super::super::severity::word;
use super::{Record, advisory};

/// Bitnami's components.
pub(super) fn bitnami(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    if !line.cell("withdrawn")?.is_empty() {
        return Ok(Vec::new());
    }
    let affected = Affected::Ranges(line.ranges("ranges")?);
    let advisory = Advisory {
        severity: word(line.cell("severity")?),
        date: line.date("published")?,
        ..advisory(line.word("id")?, line.list("aliases")?, affected)
    };
    record("bitnami".to_owned(), line.word("package")?, advisory)
}

/// The Python packages of the Python Packaging Authority's database.
pub(super) fn pypi(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    if !line.cell("withdrawn")?.is_empty() {
        return Ok(Vec::new());
    }
    let advisory = Advisory {
        date: line.date("published")?.or(line.date("modified")?),
        ..advisory(
            line.word("id")?,
            line.list("aliases")?,
            ranges_or_versions(line)?,
        )
    };
    record("pypi".to_owned(), line.word("package")?, advisory)
}

/// The components of Kubernetes itself.
pub(super) fn kubernetes(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let affected = Affected::Ranges(line.ranges("ranges")?);
    let advisory = Advisory {
        date: line.date("published")?,
        ..advisory(line.word("id")?, line.list("aliases")?, affected)
    };
    record("kubernetes".to_owned(), line.word("component")?, advisory)
}

/// Records of the GitHub Advisory Database.
pub(super) fn ghsa(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    if !line.cell("withdrawn")?.is_empty() {
        return Ok(Vec::new());
    }
    let mut affected = ranges_or_versions(line)?;
    if let Affected::Ranges(ranges) = &mut affected
        && let Some(bound) = bound(line.cell("last_known_affected")?)
    {
        // An interval without an end would go on for ever; the record knows where it stopped.
        for range in ranges.iter_mut().filter(|it| it.upper == Upper::Open) {
            range.upper = bound.clone();
        }
    }
    let advisory = Advisory {
        severity: word(line.cell("severity")?),
        date: line.date("published")?,
        ..advisory(line.word("id")?, line.list("aliases")?, affected)
    };
    let ecosystem = line.word("ecosystem")?.to_ascii_lowercase();
    record(format!("ghsa-{ecosystem}"), line.word("package")?, advisory)
}

fn ranges_or_versions(line: &Line<'_>) -> Result<Affected, BadLine> {
    let ranges = line.ranges("ranges")?;
    let versions = line.list("versions_if_no_range")?;
    match (ranges.is_empty(), versions.is_empty()) {
        (false, _) => Ok(Affected::Ranges(ranges)),
        (true, false) => Ok(Affected::Versions(versions)),
        (true, true) => Err("neither intervals nor versions".to_owned()),
    }
}

/// Parses `<= 2.8.11.1` and `< 2.1.3`.
fn bound(text: &str) -> Option<Upper> {
    if let Some(last) = text.strip_prefix("<=") {
        return Some(Upper::LastAffected(last.trim().to_owned()));
    }
    let first_good = text.strip_prefix('<')?;
    Some(Upper::Fixed(first_good.trim().to_owned()))
}

fn record(shard: String, package: &str, advisory: Advisory) -> Result<Vec<Record>, BadLine> {
    if matches!(&advisory.affected, Affected::Ranges(ranges) if ranges.is_empty()) {
        return Err("no intervals".to_owned());
    }
    Ok(vec![Record {
        shard,
        package: package.to_owned(),
        advisory,
    }])
}
