//! Ends of life as Trivy has them.
//!
//! Source of truth: the table that is compiled into Trivy (`trivy.md` §4.4), dates only. A release that is
//! not in it counts as supported, and so does one whose end is put off to the year 3000.

use jiff::civil::Date;
use model::{EolNotice, Manner, Os, OsFamily};

use crate::families;

/// Who says so.
pub(crate) const SOURCE: &str = "Trivy";

/// Family, release and last day.
const TABLE: &str = include_str!("../../data/trivy-eol.tsv");

/// Families whose releases are told apart by their first number.
const BY_MAJOR: [OsFamily; 6] = [
    OsFamily::Alma,
    OsFamily::CentOs,
    OsFamily::Debian,
    OsFamily::Oracle,
    OsFamily::RedHat,
    OsFamily::Rocky,
];

/// Returns when the release ends, if Trivy knows.
pub(super) fn notice(os: &Os, today: Date) -> Option<EolNotice> {
    let release = release(os)?;
    let date = date(&os.family, &release).filter(|date| date.year() < 3000)?;
    Some(EolNotice {
        date,
        is_past: today > date,
        regular_end: None,
        source: SOURCE.to_owned(),
    })
}

/// Whether the table has a release.
pub(crate) fn has(family: &OsFamily, release: &str) -> bool {
    date(family, release).is_some()
}

fn date(family: &OsFamily, release: &str) -> Option<Date> {
    let rows = TABLE.lines().map(|line| line.split('\t'));
    let mut dates = rows.filter_map(|mut cells| {
        let is_it = cells.next()? == family.name() && cells.next()? == release;
        is_it.then(|| cells.next()?.parse::<Date>().ok())?
    });
    dates.next()
}

/// Returns the release by its name in the table.
fn release(os: &Os) -> Option<String> {
    if os.family == OsFamily::Amazon {
        return (families::of(os, Manner::Trivy)?.release)(os);
    }
    if os.family == OsFamily::Ubuntu && has(&os.family, &os.repository) {
        return Some(os.repository.clone());
    }
    let release = if os.family == OsFamily::Alpine {
        os.minor()
    } else if BY_MAJOR.contains(&os.family) {
        os.major().to_owned()
    } else {
        os.version.clone()
    };
    Some(release)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::tests::os;

    #[test]
    fn every_row_has_a_family_a_release_and_a_day() {
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            let [family, release, date] = cells[..] else {
                panic!("{line}");
            };
            assert!(
                !matches!(OsFamily::from_name(family), OsFamily::Other(_)),
                "{line}"
            );
            assert!(
                !release.is_empty() && date.parse::<Date>().is_ok(),
                "{line}"
            );
        }
    }

    #[test]
    fn releases_end_when_trivy_says() {
        for (family, version, today, want) in [
            (OsFamily::Alpine, "3.10.4", "2021-05-01", Some(false)),
            (OsFamily::Alpine, "3.10.4", "2021-05-02", Some(true)),
            (OsFamily::Debian, "11.3", "2026-08-15", Some(true)),
            (OsFamily::Debian, "trixie/sid", "2026-08-15", None),
            (OsFamily::Amazon, "2 (Karoo)", "2026-08-15", Some(true)),
            (
                OsFamily::Amazon,
                "AMI release 2018.03",
                "2023-12-31",
                Some(false),
            ),
            (OsFamily::CentOs, "7.6.1810", "2026-08-15", Some(true)),
            (OsFamily::RedHat, "7.7", "2026-08-15", None),
            (OsFamily::Ubuntu, "18.04", "2026-08-15", Some(true)),
            (OsFamily::Ubuntu, "18.04-ESM", "2026-08-15", Some(false)),
            (OsFamily::OpenSuseLeap, "15.1", "2026-08-15", Some(true)),
            (OsFamily::Wolfi, "20230201", "2026-08-15", None),
            (OsFamily::Alpine, "9.9", "2026-08-15", None),
        ] {
            let os = os(family, version);
            let notice = notice(&os, today.parse().unwrap());
            let what = format!("{} {version} {today}", os.family);
            assert_eq!(notice.map(|it| it.is_past), want, "{what}");
        }
    }
}
