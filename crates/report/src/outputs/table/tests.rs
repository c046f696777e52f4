//! Whole reports as people see them, and what strangers must not be able to do to them.

use model::{EolNotice, Hidden, Package, PackageFormat, Report};
use proptest::prelude::*;

use crate::outputs::tests::hygiene::hygiene;
use crate::outputs::tests::{clean, finding, foreign_text, full, hostile, package, text};
use crate::text::width;
use crate::{Color, Detail, View};

fn shown(report: &Report) -> String {
    text("table", report, &View::default())
}

#[test]
fn answers_first_and_folds_what_nobody_can_act_on() {
    // Laid out as the first mock-up of the interface's design.
    let want = "\
registry.example/shop/api:1.4  sha256:9a9a…9a9a  linux/amd64  debian 12.5
FOUND   1 exploited (KEV); 2 fixable now; 1 not fixable; 2 in kernel headers; 1
        gap in what was looked at (see the end)

image   2 layers (1 of the base image), 214 MB, built 2026-10-14 (41 days ago)
seen    4 dpkg packages
support debian 12.5 gets fixes until 2028-06-30, regular support ended
        2026-06-10 (says endoflife.date)
data    debian 2026-11-23 (1 day), kev 2026-11-20 (4 days), built in

              critical      high    medium       low   unknown
base image           -         1         -         1         -
your layers          1         2         -         -         -

PACKAGE    INSTALLED  FIXED IN          VULNERABILITY  SEV   EPSS
perl-base  1.0-1      5.36.0-7+deb12u2  CVE-2026-1111  CRIT  98% KEV
 └ layer 2  severity by nvd  from RUN apt-get install
libssl3    1.0-1      3.0.13-1+deb12u1  CVE-2024-0727  HIGH   2%
 └ base layer 1  source openssl  severity by debian  from ADD rootfs.tar /

not fixable 1 (1 low): no fix is published; --wide lists them

kernel headers 2 (2 high): the kernel that runs is the host's; --wide lists them

plan    closes 1: rebuild on today's base image (docker build --pull)
        closes 1: update 1 package (apt-get update && apt-get install -y
        --only-upgrade perl-base)
        no fix is published for 1

NOT LOOKED AT (1)
unread  usr/lib/sysimage/rpm/rpmdb.sqlite: no reader for rpm databases exists
        yet; may hide: packages of the rpm database
";
    assert_eq!(shown(&full()), want);
}

#[test]
fn packages_of_one_source_with_the_same_problems_are_one() {
    let mut report = clean();
    report.packages = ["libperl", "perl", "perl-base", "perl-doc"]
        .map(|name| Package {
            source_name: "perl".to_owned(),
            ..package(PackageFormat::Dpkg, name, "1.0-1")
        })
        .into();
    report.findings = vec![
        finding("CVE-2024-1", 0),
        finding("CVE-2024-1", 1),
        finding("CVE-2024-1", 2),
        finding("CVE-2024-2", 3),
    ];
    for found in &mut report.findings {
        found.fixed = "1.0-2".to_owned();
    }
    let lines = |detail| {
        let view = View {
            detail,
            ..View::default()
        };
        let text = text("table", &report, &view);
        text.lines()
            .filter(|line| line.contains("CVE-"))
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    let folded = lines(Detail::Folded);
    assert_eq!(folded.len(), 2, "{folded:?}");
    assert!(folded[0].starts_with("perl +2 "), "{folded:?}");
    assert!(folded[1].starts_with("perl-doc "), "{folded:?}");
    assert_eq!(lines(Detail::Wide).len(), 4);
    assert!(shown(&report).contains("also libperl, perl-base"));
}

#[test]
fn unfolds_when_asked_and_counts_what_filters_took() {
    let view = View {
        detail: Detail::Wide,
        hidden: Hidden {
            by_severity: 1_203,
            by_status: 4,
            exploited: 2,
        },
        ..View::default()
    };
    let text = text("table", &full(), &view);
    for part in [
        "1,207 hidden by",
        "not fixable 1 (1 low): no fix is published\nPACKAGE",
        "no fix yet  CVE-2019-18276  ~LOW\n",
        "\n~ this severity is only an estimate\n",
        "no fix yet  CVE-2025-0002  HIGH\n",
        "\nhidden  1,203 by --severity, 4 by --ignore-unfixed or --ignore-status; 2 of them\n        exploited (KEV)\n",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

/// Changes a clean report.
type Change = fn(&mut Report);

#[test]
fn only_what_was_seen_whole_is_clean() {
    let cases: [(Change, &str); 7] = [
        (|_| {}, "CLEAN   nothing known is wrong with 1 package\n"),
        (
            |report| report.packages.clear(),
            "BLIND   no package was found, so nothing was compared with advisories\n",
        ),
        (
            |report| report.gaps = full().gaps,
            "UNSURE  nothing known is wrong with 1 package; 1 gap in what was looked at (see\n        the end)\n",
        ),
        (
            |report| {
                report.eol = report.eol.take().map(|eol| EolNotice {
                    is_past: true,
                    ..eol
                });
            },
            "UNSURE  nothing known is wrong with 1 package; no fixes are published since\n        2028-06-30\n",
        ),
        (
            |report| report.data.clear(),
            "UNSURE  nothing known is wrong with 1 package; no advisories were used\n",
        ),
        (
            |report| report.findings = vec![finding("CVE-2024-1", 0)],
            "FOUND   1 not fixable\n",
        ),
        (
            |report| report.leaks = Some(Vec::new()),
            "CLEAN   nothing known is wrong with 1 package\n",
        ),
    ];
    for (change, want) in cases {
        let mut report = clean();
        change(&mut report);
        let text = shown(&report);
        assert!(text.contains(want), "{want} in\n{text}");
    }
}

/// Packages that nobody asked about are neither well nor missing.
#[test]
fn the_answer_is_about_what_was_asked() {
    let hygiene = hygiene(Vec::new(), "");
    for (leaks, hygiene, packages, want) in [
        (true, None, 1, "CLEAN   no secret was found\n"),
        (true, None, 0, "CLEAN   no secret was found\n"),
        (
            false,
            Some(&hygiene),
            1,
            "CLEAN   no flaw was found in how it is built\n",
        ),
        (
            true,
            Some(&hygiene),
            0,
            "CLEAN   no secret was found, and no flaw in how it is built\n",
        ),
    ] {
        let mut report = clean();
        report.is_matched = false;
        report.data.clear();
        report.packages.truncate(packages);
        report.leaks = leaks.then(Vec::new);
        report.hygiene = hygiene.cloned();
        let text = shown(&report);
        assert!(text.contains(want), "{want} in\n{text}");
        assert!(!text.contains("advisories"), "{text}");
        report.gaps = full().gaps;
        let text = shown(&report);
        assert!(text.contains("\nUNSURE  no "), "{text}");
    }
}

#[test]
fn what_filters_hid_is_not_clean() {
    let view = View {
        hidden: Hidden {
            by_severity: 2,
            by_status: 0,
            exploited: 0,
        },
        ..View::default()
    };
    let text = text("table", &clean(), &view);
    assert!(text.contains("UNSURE  nothing known is wrong with 1 package; 2 hidden by filters\n"));
}

#[test]
fn a_report_without_image_or_distribution_is_still_one() {
    let mut report = clean();
    report.image = None;
    report.os = None;
    report.eol = None;
    let text = shown(&report);
    assert!(text.starts_with("registry.example/shop/api:1.4  no distribution\nCLEAN"));
}

#[test]
fn exploited_findings_are_listed_even_without_a_fix() {
    let mut report = full();
    report.findings[4].fixed.clear();
    assert!(shown(&report).contains("no fix yet        CVE-2026-1111  CRIT  98% KEV\n"));
}

#[test]
fn long_values_are_cut_at_80_columns_and_whole_where_there_is_room() {
    let mut report = full();
    let name = "n".repeat(300);
    report.packages[1] = package(PackageFormat::Dpkg, &name, "1.0-1");
    report.findings[1].fixed = "f".repeat(300);
    report.findings[1].installed = "日本語".repeat(50);
    let narrow = shown(&report);
    for line in narrow.lines() {
        assert!(width(line) <= 80, "{} columns: {line}", width(line));
    }
    assert!(narrow.contains("nnn…") && narrow.contains("CVE-2024-0727  HIGH   2%"));

    let wide = View {
        width: 1_000,
        ..View::default()
    };
    let unfolded = View {
        detail: Detail::Wide,
        ..View::default()
    };
    for view in [wide, unfolded] {
        let text = text("table", &report, &view);
        assert!(text.contains(&name) && text.contains(&"f".repeat(300)));
        assert!(text.contains(&"日本語".repeat(50)));
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let view = View {
        color: Color::Ansi,
        ..View::default()
    };
    for report in [clean(), full()] {
        let colored = text("table", &report, &view);
        assert!(colored.contains("\x1b["));
        assert_eq!(without_color(&colored), shown(&report));
    }
}

/// Takes out `ESC [ … m` and nothing else.
fn without_color(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (codes, rest) = part.split_once('m').unwrap();
        assert!(
            codes.chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{codes:?}"
        );
        plain.push_str(rest);
    }
    plain
}

/// Whether a character could move the cursor, break a line or turn the order of reading.
fn acts(char: char) -> bool {
    (char.is_control() && char != '\n')
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check_harmless(foreign: &str) {
    let report = hostile(foreign);
    for detail in [Detail::Folded, Detail::Wide] {
        let view = View {
            detail,
            ..View::default()
        };
        let plain = text("table", &report, &view);
        assert_eq!(plain.chars().find(|c| acts(*c)), None, "{plain}");
        let colored = View {
            color: Color::Ansi,
            ..view
        };
        assert_eq!(without_color(&text("table", &report, &colored)), plain);
    }
}

#[test]
fn nothing_from_an_image_acts_on_the_terminal() {
    for foreign in [
        "\x1b[2J\x1b[1;1HCLEAN",
        "a\r\nCLEAN   nothing known is wrong",
        "\u{9b}31m\u{85}\u{c}\u{b}\u{8}\u{7}\0\u{7f}",
        "\u{202e}gpj.exe\u{2066}\u{2069}\u{200e}\u{200f}",
        "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
        "",
        " ",
        "\u{300}\u{301}\u{302}",
    ] {
        check_harmless(foreign);
    }
}

#[test]
fn a_forged_line_never_starts_a_line() {
    let forged = "x\nCLEAN   nothing known is wrong with 1 package";
    assert!(
        !shown(&hostile(forged))
            .lines()
            .any(|line| line.starts_with("CLEAN"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_acts_on_the_terminal(foreign in foreign_text()) {
        check_harmless(&foreign);
    }
}
