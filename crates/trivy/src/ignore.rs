//! `.trivyignore` in both its forms: what does not count.
//!
//! Source of truth: trivy.md §1.5. A day ends as it begins: an entry whose day has come is not there, nor one whose
//! time has; a line whose day is no day is left out with a warning.

mod entries;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use regex::Regex;
use yaml::{Node, Problem};

use self::entries::{Entries, Entry};
use model::Purl;

/// What does not count, and where that is written.
#[derive(Debug, Clone, Default)]
pub struct Ignored {
    /// The file.
    pub file: String,
    vulnerabilities: Entries,
    misconfigurations: Entries,
    secrets: Entries,
    licenses: Entries,
}

/// A finding, as entries are matched with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) id: &'a str,
    pub(crate) target: &'a str,
    pub(crate) path: &'a str,
    /// Empty if it has none.
    pub(crate) purl: &'a str,
}

/// Which list of the file is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Vulnerability,
    Misconfiguration,
    Secret,
    License,
}

impl Ignored {
    /// Reads the plain form; returns the lines that were left out, too.
    #[must_use]
    pub fn read_lines(file: &str, text: &str, today: Date) -> (Self, Vec<String>) {
        let mut entries = Entries::default();
        let mut bad = Vec::new();
        for line in text.lines().map(str::trim) {
            let mut words = line.split_whitespace();
            let Some(id) = words.next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            let day = words.find_map(|word| word.strip_prefix("exp:"));
            match day.map(str::parse::<Date>) {
                Some(Err(_)) => bad.push(line.to_owned()),
                Some(Ok(day)) if day <= today => {}
                Some(Ok(_)) | None => entries.add(id, Entry::default()),
            }
        }
        let ignored = Self {
            file: file.to_owned(),
            vulnerabilities: entries.clone(),
            misconfigurations: entries.clone(),
            secrets: entries.clone(),
            licenses: entries,
        };
        (ignored, bad)
    }

    /// Reads the YAML form.
    ///
    /// # Errors
    /// The first thing in it that has another shape, with line and column.
    pub fn read_yaml(file: &str, bytes: &[u8], now: Timestamp) -> Result<Self, Problem> {
        if yaml::is_empty(bytes) {
            return Ok(Self {
                file: file.to_owned(),
                ..Self::default()
            });
        }
        let document = yaml::read_one(bytes, &yaml::Limits::default())?;
        let list = |name: &str| match document.root.get(name) {
            Some(list) if !list.is_null() => {
                let mut entries = Entries::default();
                for item in list.want_items()? {
                    let (id, until, entry) = entry(item)?;
                    if until.is_none_or(|until| until > now) {
                        entries.add(id, entry);
                    }
                }
                Ok(entries)
            }
            _ => Ok(Entries::default()),
        };
        Ok(Self {
            file: file.to_owned(),
            vulnerabilities: list("vulnerabilities")?,
            misconfigurations: list("misconfigurations")?,
            secrets: list("secrets")?,
            licenses: list("licenses")?,
        })
    }

    /// Returns the statement of the entry that says so, if the finding does not count.
    pub(crate) fn why(&self, kind: Kind, asked: Asked<'_>) -> Option<&Arc<str>> {
        let entries = match kind {
            Kind::Vulnerability => &self.vulnerabilities,
            Kind::Misconfiguration => &self.misconfigurations,
            Kind::Secret => &self.secrets,
            Kind::License => &self.licenses,
        };
        entries.why(asked)
    }
}

/// Returns what an entry says: of which id, until when, and the rest.
fn entry(item: &Node) -> Result<(&str, Option<Timestamp>, Entry), Problem> {
    let texts = |name: &str| match item.get(name) {
        Some(list) if !list.is_null() => {
            let items = list.want_items()?.iter();
            items
                .map(|item| item.want_str().map(|text| (text, item)))
                .collect()
        }
        _ => Ok(Vec::new()),
    };
    let glob = |(text, node): (&str, &Node)| -> Result<Regex, Problem> {
        crate::glob::read(text)
            .ok()
            .ok_or_else(|| node.wrong("a pattern"))
    };
    let purl = |(text, node): (&str, &Node)| {
        Purl::read(text).ok_or_else(|| node.wrong("a package URL such as pkg:npm/lodash"))
    };
    let until = match item.get("expired_at") {
        Some(node) if !node.is_null() => {
            let at = node.text().and_then(time);
            Some(at.ok_or_else(|| node.wrong("a day such as 2027-06-30"))?)
        }
        _ => None,
    };
    let statement = item.get("statement").and_then(Node::text);
    let entry = Entry {
        paths: texts("paths")?
            .into_iter()
            .map(glob)
            .collect::<Result<_, _>>()?,
        purls: texts("purls")?
            .into_iter()
            .map(purl)
            .collect::<Result<_, _>>()?,
        statement: crate::vex::reason(statement.unwrap_or_default()),
    };
    Ok((item.want("id")?.want_str()?, until, entry))
}

/// Returns when a time is, as YAML has times: without a zone it is in UTC, and a day is its beginning.
fn time(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let at: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 26);

    fn now() -> Timestamp {
        "2026-11-26T21:35:00Z".parse().unwrap()
    }

    fn asked<'a>(id: &'a str, path: &'a str, purl: &'a str) -> Asked<'a> {
        Asked {
            id,
            target: "app (debian 12.1)",
            path,
            purl,
        }
    }

    #[test]
    fn lines_are_ids_with_days() {
        let text =
            "# why\n\nCVE-1 because\n CVE-2 exp:2026-11-27\nCVE-3 exp:2026-11-26\nCVE-4 exp:soon\n";
        let (ignored, bad) = Ignored::read_lines(".trivyignore", text, TODAY);
        assert_eq!(bad, ["CVE-4 exp:soon"]);
        for (id, want) in [
            ("CVE-1", Some("")),
            ("CVE-2", Some("")),
            ("CVE-3", None),
            ("CVE-4", None),
            ("#", None),
        ] {
            for kind in [Kind::Vulnerability, Kind::Secret, Kind::License] {
                let got = ignored.why(kind, asked(id, "", ""));
                assert_eq!(got.map(|it| &**it), want, "{id}");
            }
        }
    }

    #[test]
    fn entries_say_where_and_until_when() {
        let text = "
vulnerabilities:
- id: CVE-1
  paths: ['**/*.jar', 'usr/*', 'a?c']
  statement: not called
- id: CVE-2
  purls: ['pkg:deb/debian/bash@5']
- id: CVE-3
  expired_at: 2026-11-26
- id: CVE-4
  expired_at: 2026-12-31T00:00:00Z
secrets:
- id: aws-access-key-id
";
        let ignored = Ignored::read_yaml("x.yaml", text.as_bytes(), now()).unwrap();
        let bash = "pkg:deb/debian/bash@5?arch=amd64";
        for (id, path, purl, want) in [
            ("CVE-1", "app/a/b.jar", "", Some("not called")),
            ("CVE-1", "usr/x", "", Some("not called")),
            ("CVE-1", "usr/lib/x", "", None),
            ("CVE-1", "aéc", "", Some("not called")),
            ("CVE-2", "", bash, Some("")),
            ("CVE-2", "", "pkg:deb/debian/bash@6", None),
            ("CVE-2", "", "", Some("")),
            ("CVE-3", "", "", None),
            ("CVE-4", "", "", Some("")),
            ("aws-access-key-id", "", "", None),
        ] {
            let got = ignored.why(Kind::Vulnerability, asked(id, path, purl));
            assert_eq!(got.map(|it| &**it), want, "{id} {path} {purl}");
        }
        let secret = asked("aws-access-key-id", "a", "");
        let got = ignored.why(Kind::Secret, secret);
        assert_eq!(got.map(|it| &**it), Some(""));
        for empty in [
            "",
            "\n# nothing yet\n",
            "---\n# nothing\n",
            "~",
            "secrets:\n",
        ] {
            let ignored = Ignored::read_yaml("x.yaml", empty.as_bytes(), now()).unwrap();
            assert_eq!(
                ignored.why(Kind::Vulnerability, asked("", "", "")),
                None,
                "{empty:?}"
            );
        }
        for (text, place) in [
            ("vulnerabilities: 5", "1:18"),
            ("vulnerabilities:\n- paths: [a]", "2:3"),
            ("vulnerabilities:\n- id: a\n  purls: [x]", "3:11"),
            ("vulnerabilities:\n- id: a\n  expired_at: x", "3:15"),
            (
                "vulnerabilities:\n- id: a\n  expired_at: 2026-11-26x",
                "3:15",
            ),
            (
                "vulnerabilities:\n- id: a\n  expired_at: 2026-11-26T25:00:00Z",
                "3:15",
            ),
        ] {
            let problem = Ignored::read_yaml("x.yaml", text.as_bytes(), now()).unwrap_err();
            assert!(problem.to_string().starts_with(place), "{text}: {problem}");
        }
    }
    #[test]
    fn times_are_held_against_now() {
        for (until, holds) in [
            ("2026-11-27", true),
            ("2026-11-26", false),
            ("2026-11-26T23:59:59Z", true),
            ("2026-11-26T21:34:59Z", false),
            ("2026-11-26 23:59:59", true),
            ("2026-11-26 20:00:00", false),
            // 01:00 of the next day, and 10:00 of this one, in UTC
            ("2026-11-26T20:00:00-05:00", true),
            ("2026-11-27T00:00:00+14:00", false),
        ] {
            let text = format!("vulnerabilities:\n- id: CVE-1\n  expired_at: {until}\n");
            let ignored = Ignored::read_yaml("x.yaml", text.as_bytes(), now()).unwrap();
            let got = ignored.why(Kind::Vulnerability, asked("CVE-1", "", ""));
            assert_eq!(got.is_some(), holds, "{until}");
        }
    }
    /// A hundred thousand entries, and as many findings: nobody compares all with all.
    #[test]
    fn many_entries_are_asked_about_many_findings() {
        let lines: Vec<String> = (0..100_000).map(|at| format!("CVE-{at}")).collect();
        let (ignored, _) = Ignored::read_lines("x", &lines.join("\n"), TODAY);
        let count = (0..200_000).filter(|at| {
            let id = format!("CVE-{at}");
            ignored
                .why(Kind::Vulnerability, asked(&id, "", ""))
                .is_some()
        });
        assert_eq!(count.count(), 100_000);
    }
}
