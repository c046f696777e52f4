//! Whether one advisory concerns one version.

use std::cmp::Ordering;

use model::{Advisory, Affected, Manner, Range, Status, Upper};
use version::{BadVersion, Scheme};

/// What an advisory says about one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It is affected, and this version holds the fix; empty if none does.
    Affected {
        /// The version that holds the fix.
        fixed: String,
        /// What the publisher does about it.
        status: Status,
    },
    /// It holds the fix already.
    Fixed,
    /// The package never had the flaw. Silences what others say.
    Never,
    /// It cannot be told: the reason.
    Unclear(String),
}

/// Judges one version of a package. A publisher who says that a package is not affected has spoken; Trivy
/// reports it all the same, with that status.
pub(crate) fn judge(
    advisory: &Advisory,
    version: &str,
    (scheme, manner): (Scheme, Manner),
) -> Judgement {
    match &advisory.affected {
        Affected::Never => Judgement::Never,
        Affected::Every if advisory.status == Status::NotAffected && !manner.is_trivy() => {
            Judgement::Never
        }
        Affected::Every => Judgement::Affected {
            fixed: String::new(),
            status: unfixed(advisory.status),
        },
        Affected::Below(fixed) => match version::compare(scheme, version, fixed) {
            Ok(Ordering::Less) => below(advisory, fixed),
            Ok(Ordering::Equal | Ordering::Greater) => Judgement::Fixed,
            Err(bad) => Judgement::Unclear(bad.to_string()),
        },
        Affected::Versions(versions) if versions.iter().any(|it| it == version) => {
            affected(advisory, "")
        }
        Affected::Versions(_) => Judgement::Fixed,
        Affected::Ranges(ranges) => of_ranges(advisory, ranges, version, scheme),
        Affected::Requirements {
            vulnerable,
            patched,
            unaffected,
        } => {
            let lists = [vulnerable, patched, unaffected];
            match meets(lists.map(Vec::as_slice), version, scheme) {
                Ok(true) => affected(advisory, &fixes(vulnerable, patched)),
                Ok(false) => Judgement::Fixed,
                Err(bad) => Judgement::Unclear(bad.to_string()),
            }
        }
    }
}

fn affected(advisory: &Advisory, fixed: &str) -> Judgement {
    let status = if fixed.is_empty() {
        unfixed(advisory.status)
    } else {
        Status::Fixed
    };
    Judgement::Affected {
        fixed: fixed.to_owned(),
        status,
    }
}

/// Judges by intervals: in any of them it is affected, and the end of that one holds the fix.
fn of_ranges(advisory: &Advisory, ranges: &[Range], version: &str, scheme: Scheme) -> Judgement {
    // a bound on a package of npm may lack numbers, which are zeros (feeds.md §3.2)
    let scheme = if scheme == Scheme::Semver {
        Scheme::Lenient
    } else {
        scheme
    };
    let mut unclear = None;
    for range in ranges {
        let is_within =
            match one_point(range) {
                // a list of versions may hold what has no order
                Some(one) => Ok(one == version
                    || version::compare(scheme, version, one).is_ok_and(Ordering::is_eq)),
                None => is_within(range, version, scheme),
            };
        match is_within {
            Ok(true) => {
                return match &range.upper {
                    Upper::Fixed(fixed) => below(advisory, fixed),
                    Upper::LastAffected(_) | Upper::Open => affected(advisory, ""),
                };
            }
            Ok(false) => {}
            Err(bad) => unclear = Some(Judgement::Unclear(bad.to_string())),
        }
    }
    unclear.unwrap_or(Judgement::Fixed)
}

/// Returns the version that an interval is, if it is one alone.
fn one_point(range: &Range) -> Option<&str> {
    match &range.upper {
        Upper::LastAffected(last) if *last == range.introduced => Some(last),
        Upper::LastAffected(_) | Upper::Fixed(_) | Upper::Open => None,
    }
}

fn is_within(range: &Range, version: &str, scheme: Scheme) -> Result<bool, BadVersion> {
    // from the start on, whatever that is in this order
    let is_above =
        range.introduced == "0" || version::compare(scheme, version, &range.introduced)?.is_ge();
    let is_below = match &range.upper {
        Upper::Fixed(fixed) => version::compare(scheme, version, fixed)?.is_lt(),
        Upper::LastAffected(last) => version::compare(scheme, version, last)?.is_le(),
        Upper::Open => version::compare(scheme, version, version).map(|_| true)?,
    };
    Ok(is_above && is_below)
}

/// Whether a version meets what is vulnerable, and neither what is patched nor what is unaffected
/// (trivy.md §6.1). An empty text means every version.
fn meets(
    [vulnerable, patched, unaffected]: [&[String]; 3],
    version: &str,
    scheme: Scheme,
) -> Result<bool, BadVersion> {
    if vulnerable.iter().chain(patched).any(String::is_empty) {
        return Ok(true);
    }
    let any = |requirements: &[&String]| -> Result<bool, BadVersion> {
        let mut holds = false;
        for requirement in requirements {
            holds |= version::satisfies(scheme, requirement, version)?;
        }
        Ok(holds)
    };
    let vulnerable: Vec<&String> = vulnerable.iter().collect();
    if !vulnerable.is_empty() && !any(&vulnerable)? {
        return Ok(false);
    }
    let safe: Vec<&String> = patched.iter().chain(unaffected).collect();
    if vulnerable.is_empty() && safe.is_empty() {
        return Ok(false);
    }
    Ok(!any(&safe)?)
}

/// Returns the versions that hold the fix, as they are written; if none are, those that vulnerable ones
/// are below of.
fn fixes(vulnerable: &[String], patched: &[String]) -> String {
    let named: Vec<&str> = if patched.is_empty() {
        let parts = vulnerable.iter().flat_map(|it| it.split("||"));
        let parts = parts.flat_map(|it| it.split(','));
        let bounds = parts.filter_map(|part| part.trim().strip_prefix('<'));
        bounds
            .filter(|bound| !bound.starts_with('='))
            .map(str::trim)
            .collect()
    } else {
        patched.iter().map(String::as_str).collect()
    };
    let mut fixes: Vec<&str> = Vec::new();
    for fix in named {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    fixes.join(", ")
}

/// A version below the one that is safe. A fix that is not for everybody, such as one for subscribers,
/// is none.
fn below(advisory: &Advisory, fixed: &str) -> Judgement {
    let is_for_all = matches!(advisory.status, Status::Fixed | Status::Unknown);
    Judgement::Affected {
        fixed: if is_for_all {
            fixed.to_owned()
        } else {
            String::new()
        },
        status: if is_for_all {
            Status::Fixed
        } else {
            advisory.status
        },
    }
}

/// Returns the status of a flaw without a fix: `fixed` would be a contradiction, and silence means
/// affected.
fn unfixed(status: Status) -> Status {
    if matches!(status, Status::Unknown | Status::Fixed) {
        Status::Affected
    } else {
        status
    }
}
