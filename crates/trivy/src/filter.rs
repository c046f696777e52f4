//! What counts of a report, and in which order it stands.
//!
//! Source of truth: trivy.md §1.6: severity, status, ignore file, one finding of several that are the
//! same, order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::ignore::{Asked, Ignored, Kind};
use crate::late::{IsLate, Late};
use crate::report::{Finding, Found, ModifiedFinding, Report, Summary, Vulnerability};

/// Severities, the lowest first, as Trivy names them.
pub const SEVERITIES: [&str; 5] = ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// Statuses by their numbers, as Trivy names them.
pub const STATUSES: [&str; 8] = [
    "unknown",
    "not_affected",
    "affected",
    "fixed",
    "under_investigation",
    "will_not_fix",
    "fix_deferred",
    "end_of_life",
];

/// What a user does not want to see.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Severities that count; all, if none is named.
    pub severities: Vec<String>,
    /// Statuses that do not count.
    pub ignored_statuses: Vec<String>,
    /// What does not count by itself.
    pub ignored: Ignored,
    /// Whose severity is taken, in order; the publisher's and NVD's, if none is named.
    pub severity_sources: Vec<String>,
}

/// Takes out what does not count, and puts the rest into Trivy's order.
///
/// # Errors
/// It became too late.
pub fn filter(report: &mut Report, filter: &Filter, is_late: IsLate<'_>) -> Result<(), Late> {
    for found in &mut report.results {
        filter.vulnerabilities(found, is_late)?;
        filter.misconfigurations(found, is_late)?;
        filter.secrets(found);
        filter.licenses(found);
    }
    report
        .results
        .retain(|found| !found.target.is_empty() || !found.is_empty());
    Ok(())
}

impl Filter {
    fn is_wanted(&self, severity: &str) -> bool {
        let severity = if severity.is_empty() {
            "UNKNOWN"
        } else {
            severity
        };
        self.severities.is_empty() || self.severities.iter().any(|wanted| wanted == severity)
    }

    fn vulnerabilities(&self, found: &mut Found, is_late: IsLate<'_>) -> Result<(), Late> {
        let mut kept: BTreeMap<[String; 5], Vulnerability> = BTreeMap::new();
        for mut it in std::mem::take(&mut found.vulnerabilities) {
            Late::check(is_late)?;
            if it.severity.is_empty() {
                "UNKNOWN".clone_into(&mut it.severity);
            }
            self.rate(&mut it, &found.r#type);
            let is_ignored = |status: &String| *status == it.status;
            if !self.is_wanted(&it.severity) || self.ignored_statuses.iter().any(is_ignored) {
                continue;
            }
            let asked = Asked {
                id: &it.id,
                target: &found.target,
                path: &it.package_path,
                purl: &it.identifier.purl,
            };
            if let Some(why) = self.ignored.why(Kind::Vulnerability, asked) {
                let modified =
                    self.ignored_finding("vulnerability", why, Finding::Vulnerability(it.into()));
                found.modified_findings.push(modified);
                continue;
            }
            let key = [
                &it.id,
                &it.package_id,
                &it.package_name,
                &it.installed_version,
                &it.package_path,
            ]
            .map(Clone::clone);
            match kept.get(&key) {
                // of two that are the same the greater text wins
                Some(other) if other.fixed_version >= it.fixed_version => {}
                _ => drop(kept.insert(key, it)),
            }
        }
        found.vulnerabilities = kept.into_values().collect();
        found
            .vulnerabilities
            .sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(())
    }

    /// Takes the severity of the first source that gave one, where sources are named; not in place of what
    /// a distribution says of the package itself (trivy.md §2.5).
    fn rate(&self, it: &mut Vulnerability, distribution: &str) {
        let publisher = match distribution {
            "redhat" | "centos" => "redhat",
            "debian" => "debian",
            "echo" => "echo",
            _ => "",
        };
        // of a report that was written before nobody can know it
        let is_likely = !publisher.is_empty() && it.severity_source == publisher;
        let is_of_package = it.is_severity_of_package.unwrap_or(is_likely);
        if self.severity_sources.is_empty() || is_of_package {
            return;
        }
        for source in &self.severity_sources {
            // to say that nobody knows is a word, too
            let is_told = it.severity != "UNKNOWN" || !it.severity_source.is_empty();
            if source == "auto" && is_told {
                return;
            }
            if let Some(number) = it.vendor_severity.get(source) {
                let severity = SEVERITIES.get(usize::from(*number)).unwrap_or(&"UNKNOWN");
                (it.severity, it.severity_source) = ((*severity).to_owned(), source.clone());
                return;
            }
        }
        (it.severity, it.severity_source) = ("UNKNOWN".to_owned(), String::new());
    }

    /// What did not fail is counted, and told no more.
    fn misconfigurations(&self, found: &mut Found, is_late: IsLate<'_>) -> Result<(), Late> {
        let mut kept = Vec::new();
        let mut ignored = Vec::new();
        let mut successes = 0;
        for it in std::mem::take(&mut found.misconfigurations) {
            Late::check(is_late)?;
            if !self.is_wanted(&it.severity) {
                continue;
            }
            let why = [&it.id, &it.avd_id].into_iter().find_map(|id| {
                let asked = Asked {
                    id,
                    target: &found.target,
                    path: "",
                    purl: "",
                };
                self.ignored.why(Kind::Misconfiguration, asked)
            });
            match why {
                Some(why) => {
                    ignored.push(self.ignored_finding("misconfiguration", why, other(&it)));
                }
                None if it.status == "FAIL" => kept.push(it),
                None => successes += i64::from(it.status == "PASS"),
            }
        }
        found.misconf_summary = (successes > 0 || !kept.is_empty()).then(|| Summary {
            successes,
            failures: i64::try_from(kept.len()).unwrap_or(i64::MAX),
        });
        kept.sort_by(|a, b| {
            (&a.id, rank(&a.severity), &a.message).cmp(&(&b.id, rank(&b.severity), &b.message))
        });
        found.misconfigurations = kept;
        found.modified_findings.extend(ignored);
        Ok(())
    }

    fn secrets(&self, found: &mut Found) {
        let mut ignored = Vec::new();
        let target = found.target.clone();
        found.secrets.retain(|it| {
            let asked = Asked {
                id: &it.rule_id,
                target: &target,
                path: "",
                purl: "",
            };
            let why = self.ignored.why(Kind::Secret, asked);
            if let Some(why) = why.filter(|_| self.is_wanted(&it.severity)) {
                ignored.push(self.ignored_finding("secret", why, other(it)));
                return false;
            }
            self.is_wanted(&it.severity)
        });
        found.modified_findings.extend(ignored);
    }

    fn licenses(&self, found: &mut Found) {
        let mut ignored = Vec::new();
        let target = found.target.clone();
        found.licenses.retain(|it| {
            let asked = Asked {
                id: &it.name,
                target: &target,
                path: &it.file_path,
                purl: "",
            };
            let why = self.ignored.why(Kind::License, asked);
            if let Some(why) = why.filter(|_| self.is_wanted(&it.severity)) {
                ignored.push(self.ignored_finding("license", why, other(it)));
                return false;
            }
            self.is_wanted(&it.severity)
        });
        found.modified_findings.extend(ignored);
    }

    fn ignored_finding(&self, kind: &str, why: &Arc<str>, finding: Finding) -> ModifiedFinding {
        ModifiedFinding {
            r#type: kind.to_owned(),
            status: "ignored".to_owned(),
            statement: Arc::clone(why),
            source: self.ignored.file.clone(),
            finding,
        }
    }
}

fn other(it: &impl Serialize) -> Finding {
    Finding::Other(serde_json::to_value(it).unwrap_or(Value::Null))
}

type Order<'a> = (&'a str, &'a str, &'a str, Reverse<usize>, &'a str, &'a str);

fn order(it: &Vulnerability) -> Order<'_> {
    (
        &it.package_name,
        &it.package_id,
        &it.installed_version,
        Reverse(rank(&it.severity)),
        &it.id,
        &it.package_path,
    )
}

/// How bad a severity is, from 0.
pub(crate) fn rank(severity: &str) -> usize {
    let place = SEVERITIES.iter().position(|name| *name == severity);
    place.unwrap_or_default()
}
