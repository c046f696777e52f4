//! What stands under a flaw of a package: JSON, of every kind that buckets of advisories have.
//!
//! Source of truth: `trivy.md` §5. Empty fields are left out; nothing at all, or `null`, says that the
//! package is affected and has no fix. As in Go, `null` is an empty list.

use model::{Advisory, Affected, Severity, Status};
use serde::{Deserialize, Deserializer};

/// One value; no kind of bucket uses all fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Value {
    #[serde(deserialize_with = "or_empty")]
    fixed_version: String,
    severity: Number,
    status: Number,
    #[serde(
        rename = "VendorIDs",
        alias = "VendorIds",
        deserialize_with = "or_empty"
    )]
    vendor_ids: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    arches: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    entries: Vec<Entry>,
    #[serde(deserialize_with = "or_empty")]
    vulnerable_versions: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    patched_versions: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    unaffected_versions: Vec<String>,
}

/// One of several fixes: for some architectures (Oracle, Rocky), or for some streams and their CVEs
/// (Red Hat).
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Entry {
    #[serde(deserialize_with = "or_empty")]
    fixed_version: String,
    #[serde(deserialize_with = "or_empty")]
    cves: Vec<Cve>,
    #[serde(deserialize_with = "or_empty")]
    arches: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    affected: Vec<u32>,
    status: Number,
    #[serde(
        rename = "VendorIDs",
        alias = "VendorIds",
        deserialize_with = "or_empty"
    )]
    vendor_ids: Vec<String>,
}

impl Entry {
    /// Returns how much becomes of it: each flaw has all its names and streams.
    fn cells(&self) -> usize {
        let lists = [
            self.arches.len(),
            self.affected.len(),
            self.vendor_ids.len(),
        ];
        let each = lists.into_iter().fold(1, usize::saturating_add);
        each.saturating_mul(self.cves.len().max(1))
    }
}

/// A flaw that an entry mends.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Cve {
    #[serde(rename = "ID", deserialize_with = "or_empty")]
    id: String,
    severity: Number,
}

/// A small number, which some writers write with a fraction: `2`, `2.0`, `null`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Number(Option<f64>);

impl Number {
    /// Returns the place in a table of names; none if it is no whole number.
    pub(super) fn place(self) -> Option<usize> {
        let number = self.0.unwrap_or_default();
        (0..16_u8)
            .find(|place| (f64::from(*place) - number).abs() < f64::EPSILON)
            .map(usize::from)
    }
}

pub(super) fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Bytes of what is said of one flaw of a package; the longest known has some 100 kB.
const MOST_BYTES: usize = 1 << 20;

/// Names and streams that one value may repeat for its flaws; the most known are some 30,000.
const MOST_CELLS: usize = 500_000;

/// Reads what is said of the flaw `id` in one package.
///
/// # Errors
/// Why it makes no sense.
pub(super) fn read(id: &str, json: &[u8]) -> Result<Vec<Advisory>, String> {
    if json.len() > MOST_BYTES {
        return Err(format!(
            "its value has {} bytes, far more than any says",
            json.len()
        ));
    }
    let value: Option<Value> =
        crate::json::read(json).map_err(|error| format!("its value is no JSON: {error}"))?;
    let value = value.unwrap_or_default();
    if !value.entries.is_empty() {
        let cells = value.entries.iter().map(Entry::cells);
        let cells = cells.fold(0, usize::saturating_add);
        if cells > MOST_CELLS {
            return Err(format!(
                "its entries say {cells} things, far more than any do"
            ));
        }
        let entries = value.entries.into_iter();
        let advisories = entries.map(|entry| of_entry(id, entry));
        return Ok(advisories.collect::<Result<Vec<_>, _>>()?.concat());
    }
    let lists = [
        &value.vulnerable_versions,
        &value.patched_versions,
        &value.unaffected_versions,
    ];
    let advisory = if lists.iter().all(|list| list.is_empty()) {
        let fix = fix(value.fixed_version, value.status)?;
        Advisory::new(id, fix.0, fix.1)
    } else {
        let status = if value.patched_versions.is_empty() {
            Status::Affected
        } else {
            Status::Fixed
        };
        let affected = Affected::Requirements {
            vulnerable: value.vulnerable_versions,
            patched: value.patched_versions,
            unaffected: value.unaffected_versions,
        };
        Advisory::new(id, affected, status)
    };
    Ok(vec![Advisory {
        severity: severity(value.severity)?,
        vendor_ids: value.vendor_ids,
        arches: value.arches,
        ..advisory
    }])
}

/// Reads an entry. Where a vendor's id is the key, the flaws have their own ids.
fn of_entry(key: &str, entry: Entry) -> Result<Vec<Advisory>, String> {
    let (affected, status) = fix(entry.fixed_version, entry.status)?;
    let mut streams = entry.affected;
    streams.sort_unstable();
    streams.dedup();
    let of_all = Advisory {
        vendor_ids: entry.vendor_ids,
        arches: entry.arches,
        streams,
        ..Advisory::new(key, affected, status)
    };
    if entry.cves.is_empty() {
        return Ok(vec![of_all]);
    }
    // only Red Hat's have any, and its word on a package counts though it names no severity
    let of = |cve: Cve| {
        let severity = Some(severity(cve.severity)?.unwrap_or_default());
        let of_all = of_all.clone();
        Ok(if cve.id.is_empty() {
            Advisory { severity, ..of_all }
        } else {
            Advisory {
                id: cve.id,
                severity,
                vendor_ids: vec![key.to_owned()],
                ..of_all
            }
        })
    };
    entry.cves.into_iter().map(of).collect()
}

/// Returns which versions are affected, and what is done about it: a fix is a fix, whatever else is
/// said.
fn fix(version: String, status: Number) -> Result<(Affected, Status), String> {
    let place = status.place().and_then(|place| Status::ALL.get(place));
    let status = *place.ok_or_else(|| format!("{status:?} is no status"))?;
    Ok(if version.is_empty() {
        (Affected::Every, status)
    } else {
        (Affected::Below(version), Status::Fixed)
    })
}

/// Returns a severity, none for "nobody gave one".
pub(super) fn severity(number: Number) -> Result<Option<Severity>, String> {
    let place = number.place().and_then(|place| Severity::ALL.get(place));
    let severity = *place.ok_or_else(|| format!("{number:?} is no severity"))?;
    Ok((severity != Severity::Unknown).then_some(severity))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes advisories as lines: `id affected status severity [vendor ids] [arches] [streams]`.
    fn lines(id: &str, json: &str) -> Vec<String> {
        let line = |it: Advisory| {
            let severity = it.severity.map_or("-", Severity::name);
            let affected = if let Affected::Below(version) = &it.affected {
                format!("<{version}")
            } else {
                assert_eq!(it.affected, Affected::Every);
                "all".to_owned()
            };
            let (vendor, arches, streams) = (it.vendor_ids, it.arches, it.streams);
            let status = it.status.name();
            format!(
                "{} {affected} {status} {severity} {vendor:?} {arches:?} {streams:?}",
                it.id
            )
        };
        read(id, json.as_bytes())
            .unwrap()
            .into_iter()
            .map(line)
            .collect()
    }

    #[test]
    fn nothing_and_null_mean_affected_without_a_fix() {
        for json in [
            "{}",
            "null",
            r#"{"VendorIDs": null, "Severity": null, "Entries": null}"#,
        ] {
            assert_eq!(
                lines("CVE-1", json),
                ["CVE-1 all unknown - [] [] []"],
                "{json}"
            );
        }
    }

    #[test]
    fn few_bytes_become_no_millions() {
        let streams: Vec<u32> = (0..1_000).collect();
        let flaws: Vec<_> = (0..1_000).map(|_| serde_json::json!({"ID": "C"})).collect();
        let entry = serde_json::json!({"Affected": streams, "Cves": flaws});
        let value = serde_json::json!({"Entries": [entry]}).to_string();
        let why = read("RHSA-1", value.as_bytes()).unwrap_err();
        assert_eq!(why, "its entries say 1001000 things, far more than any do");
        let long = format!("{{\"Entries\": [{}{{}}]}}", "{},".repeat(400_000));
        assert!(read("CVE-1", long.as_bytes()).is_err());
    }

    #[test]
    fn a_fix_is_a_fix() {
        assert_eq!(
            lines(
                "CVE-1",
                r#"{"FixedVersion": "1-2", "Severity": 2.0, "Status": 5, "VendorIDs": ["D-1"]}"#
            ),
            ["CVE-1 <1-2 fixed MEDIUM [\"D-1\"] [] []"]
        );
        assert_eq!(
            lines("CVE-1", r#"{"Severity": 1, "Status": 7}"#),
            ["CVE-1 all end_of_life LOW [] [] []"]
        );
    }

    #[test]
    fn entries_are_fixes_of_their_own() {
        let oracle = r#"{"FixedVersion": "1", "Entries": [
            {"FixedVersion": "1", "Arches": ["x86_64"]}, {"FixedVersion": "2.ksplice1", "VendorIDs": ["E-1"]}]}"#;
        assert_eq!(
            lines("CVE-1", oracle),
            [
                "CVE-1 <1 fixed - [] [\"x86_64\"] []",
                "CVE-1 <2.ksplice1 fixed - [\"E-1\"] [] []"
            ]
        );
        let erratum = r#"{"Entries": [{"FixedVersion": "0:1", "Affected": [9, 7, 9],
            "Cves": [{"ID": "CVE-1", "Severity": 1}, {"ID": "CVE-2", "Severity": 4}]}]}"#;
        assert_eq!(
            lines("RHSA-1", erratum),
            [
                "CVE-1 <0:1 fixed LOW [\"RHSA-1\"] [] [7, 9]",
                "CVE-2 <0:1 fixed CRITICAL [\"RHSA-1\"] [] [7, 9]"
            ]
        );
        let open = r#"{"Entries": [{"Affected": [7], "Cves": [{"Severity": 3}], "Status": 5}]}"#;
        assert_eq!(
            lines("CVE-3", open),
            ["CVE-3 all will_not_fix HIGH [] [] [7]"]
        );
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        for json in [
            "",
            "{\"Status\": 8}",
            "{\"Severity\": 5}",
            "{\"Severity\": 1.5}",
            "{\"Severity\": -1}",
            "{\"FixedVersion\": 1}",
            "{\"Entries\": [{\"Affected\": [-1]}]}",
            "{\"FixedVersion\": \"1\"",
        ] {
            assert!(read("CVE-1", json.as_bytes()).is_err(), "{json}");
        }
    }
}
