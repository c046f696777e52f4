//! Feeds of many small records, on raw samples: what each says was read in the sample by hand, with the
//! publisher's documentation beside it.

use super::*;

/// What a feed makes of samples: its shards, packages and what is told of them.
type Told = &'static [(&'static str, &'static str, &'static [&'static str])];

/// Reads all samples below a folder that the feed takes, and returns what it could not read.
fn read(feed: &'static Feed, folder: &str, harvest: &mut Harvest) -> Option<Vec<String>> {
    let samples = samples()?;
    let mut is_any = false;
    let folder = format!("samples/{folder}");
    for (name, bytes) in samples
        .range(folder.clone()..)
        .take_while(|it| it.0.starts_with(&folder))
    {
        let plain = name.trim_end_matches(".gz");
        if feed.takes(plain) {
            is_any = true;
            harvest.read(feed, name, &testkit::unpacked(bytes).unwrap());
        }
    }
    assert!(is_any, "{folder}");
    Some(harvest.problems().0.to_vec())
}

fn check(feed: &'static Feed, folder: &str, problems: &[&str], want: Told) {
    let mut harvest = harvest();
    let Some(found) = read(feed, folder, &mut harvest) else {
        return;
    };
    assert_eq!(found, problems, "{}", feed.name);
    let database = database(&mut harvest);
    for (shard, package, want) in want {
        let id = |line: &str| line.split(' ').next().unwrap().to_owned();
        let ids: Vec<String> = want.iter().map(|line| id(line)).collect();
        let mut found = told(&database, shard, package);
        // samples that say more of the package are no matter
        found.retain(|line| ids.is_empty() || ids.contains(&id(line)));
        assert_eq!(found, *want, "{} {shard} {package}", feed.name);
    }
}

/// Writes intervals as `told` does.
macro_rules! ranges {
    ($($from:literal .. $to:literal),+) => {
        concat!("Ranges([", ranges!(@ $($from .. $to),+), "])")
    };
    (@ $from:literal .. $to:literal $(, $rest_from:literal .. $rest_to:literal)*) => {
        concat!("Range { introduced: \"", $from, "\", upper: Fixed(\"", $to, "\") }" $(, ", Range { introduced: \"", $rest_from, "\", upper: Fixed(\"", $rest_to, "\") }")*)
    };
}

#[test]
fn records_of_osv_are_of_their_publishers() {
    check(
        &osv::FEED,
        "ghsa-osv",
        &[],
        &[
            (
                "ghsa-maven",
                "org.apache.hadoop:hadoop-main",
                &[concat!(
                    "GHSA-c6f9-4pmv-m7m6 ",
                    ranges!("0.23".."0.23.2", "1.0".."1.0.2"),
                    " fixed MEDIUM"
                )],
            ),
            (
                "ghsa-nuget",
                "google.protobuf",
                &[concat!(
                    "GHSA-77rm-9x9h-xj3g ",
                    ranges!("0".."3.15.0"),
                    " fixed HIGH"
                )],
            ),
        ],
    );
    check(
        &osv::FEED,
        "go-osv-json",
        &[],
        // the plain interval is "from 0 on"; the custom one tells where it ends
        &[(
            "go",
            "github.com/0xJacky/Nginx-UI",
            &[concat!("GO-2026-4614 ", ranges!("0".."2.3.3"), " fixed -")],
        )],
    );
    check(
        &osv::FEED,
        "pypa-yaml",
        &[],
        // every version that is listed lies in the interval; that of git is left out
        &[(
            "pypi",
            "mlflow",
            &[concat!("PYSEC-2023-68 ", ranges!("0".."2.3.1"), " fixed -")],
        )],
    );
}

#[test]
fn records_of_osv_are_of_products_too() {
    check(
        &osv::FEED,
        "bitnami-osv",
        &[],
        &[(
            "bitnami",
            "minio",
            &[concat!(
                "BIT-minio-2024-55949 ",
                ranges!("2022.6.23".."2024.12.13"),
                " fixed CRITICAL"
            )],
        )],
    );
    check(
        &osv::FEED,
        "kubernetes-osv",
        &[],
        &[(
            "kubernetes",
            "k8s.io/kubelet",
            &[concat!(
                "CVE-2020-8551 ",
                ranges!("1.15.0".."1.15.10", "1.16.0".."1.16.7", "1.17.0".."1.17.3"),
                " fixed MEDIUM"
            )],
        )],
    );
}

#[test]
fn errata_are_the_cves_that_they_mend() {
    check(
        &osv::FEED,
        "almalinux-osv",
        &[],
        // ALEA-2021:1861 mends no CVE
        &[("alma-8", "python3-pyodbc", &[])],
    );
    check(
        &osv::FEED,
        "osv-other/RLSA-2023_3220",
        &[],
        &[(
            "rocky-8",
            "firefox",
            &[
                "CVE-2023-32205 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32206 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32207 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32211 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32212 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32213 Below(\"102.11.0-2.el8_7\") fixed HIGH",
                "CVE-2023-32215 Below(\"102.11.0-2.el8_7\") fixed HIGH",
            ],
        )],
    );
    check(
        &amazon::FEED,
        "vuln-list-update-fixtures/amazon/fixtures/updateinfo",
        &[],
        &[(
            "amazon-2023",
            "rsyslog-mmaudit",
            &[
                "CVE-2014-3634 Below(\"8.2204.0-3.amzn2023.0.2\") fixed HIGH",
                "CVE-2022-24903 Below(\"8.2204.0-3.amzn2023.0.2\") fixed HIGH",
            ],
        )],
    );
    check(
        &photon::FEED,
        "vunnel-fixtures/photon/input/cve",
        &["photon krb5-devel BDSA-2025-0719: it has no CVE"],
        &[(
            "photon-4.0",
            "curl",
            &[
                "CVE-2023-38545 Below(\"7.88.1-4.ph4\") fixed CRITICAL",
                "CVE-2023-38546 Below(\"7.88.1-4.ph4\") fixed LOW",
            ],
        )],
    );
}

#[test]
fn oval_says_which_builds_have_the_flaw() {
    check(
        &azure::FEED,
        "vuln-list-update-fixtures/mariner/happy/azurelinux",
        &[],
        &[
            (
                "azurelinux-3.0",
                "rubygem-rexml",
                &["CVE-2024-35176 Below(\"3.2.8-1.azl3\") fixed MEDIUM"],
            ),
            // it has a test for "greater than 0.0.0", which is every version
            (
                "azurelinux-3.0",
                "golang",
                &["CVE-2023-29409 Below(\"1.20.7-1.azl3\") fixed MEDIUM"],
            ),
        ],
    );
    check(
        &azure::FEED,
        "vunnel-fixtures/mariner/mariner",
        &[],
        &[
            (
                "cbl-mariner-2.0",
                "golang",
                &[concat!(
                    "CVE-2023-29404 ",
                    ranges!("1.19.0.cm2".."1.20.7-1.cm2"),
                    " fixed CRITICAL"
                )],
            ),
            // not patchable, and not applicable
            (
                "cbl-mariner-2.0",
                "bind",
                &["CVE-2022-3736 Every affected HIGH"],
            ),
            ("cbl-mariner-2.0", "glibc", &[]),
        ],
    );
}

#[test]
fn oval_of_suse_is_of_products() {
    let odd = "suse CVE-2010-1323 krb5-";
    let problems: Vec<String> = [
        "",
        "32bit",
        "client",
        "devel",
        "plugin-preauth-otp",
        "plugin-preauth-pkinit",
        "plugin-kdb-ldap",
        "server",
    ]
    .iter()
    .map(|name| format!("{odd}{name}: `6` is no comparison that is known").replace("-:", ":"))
    .collect();
    let problems: Vec<&str> = problems.iter().map(String::as_str).collect();
    check(
        &suse::FEED,
        "vunnel-fixtures/sles",
        &problems,
        &[
            (
                "suse-cvrf-sles-15",
                "kernel-default",
                &["CVE-2021-29154 Below(\"4.12.14-150.72.1\") fixed HIGH"],
            ),
            (
                "suse-cvrf-sles-15.1",
                "kernel-default",
                &["CVE-2021-29154 Below(\"4.12.14-197.89.2\") fixed HIGH"],
            ),
            ("suse-cvrf-sles-15", "kernel-source", &[]),
        ],
    );
}

#[test]
fn oracles_errata_are_of_an_architecture_and_a_flavour() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let sample = &samples["samples/vunnel-fixtures/oracle/mock_ksplice_data"];
    assert!(harvest.read(&oracle::FEED, "elsa.xml", sample));
    assert_eq!(harvest.problems().0, [""; 0]);
    let database = database(&mut harvest);
    let found = database
        .advisories("oracle-oval-8", "openssl-debugsource")
        .unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|it| (&*it.id, &it.affected, &it.arches[..], &it.vendor_ids[..]))
        .collect();
    let fixed = Affected::Below("2:1.1.1g-15.ksplice1.el8_3".to_owned());
    let (arches, ids) = (["aarch64".to_owned()], ["ELSA-2021-9151".to_owned()]);
    assert_eq!(
        found,
        [
            ("CVE-2021-3449", &fixed, &arches[..], &ids[..]),
            ("CVE-2021-3450", &fixed, &arches[..], &ids[..]),
        ]
    );
}

#[test]
fn requirements_say_what_is_safe() {
    check(
        &rust::FEED,
        "rustsec-md",
        &[],
        &[
            (
                "rust",
                "warp",
                &[
                    "RUSTSEC-2022-0082 Requirements { vulnerable: [], patched: [\">= 0.3.3\"], unaffected: [] } fixed -",
                ],
            ),
            // only a note
            ("rust", "unic-cli", &[]),
        ],
    );
    check(
        &ruby::FEED,
        "rubysec-yaml",
        &[],
        &[
            (
                "ruby",
                "grpc",
                &[
                    "CVE-2023-32732 Requirements { vulnerable: [], patched: [\">= 1.53.0\"], unaffected: [] } fixed MEDIUM",
                ],
            ),
            ("ruby", "mruby", &[]),
        ],
    );
    check(
        &php::FEED,
        "friendsofphp-yaml",
        &[],
        &[(
            "php",
            "silverstripe/admin",
            &[concat!(
                "CVE-2023-49783 Requirements { vulnerable: [\">=1.0.0,<1.13.19\", \">=2.0.0,<2.1.8\"], ",
                "patched: [], unaffected: [] } fixed -"
            )],
        )],
    );
}

/// `1.10` is not `1.1`, whether or not it is quoted.
#[test]
fn branches_and_versions_that_are_numbers_stand_beside_each_other() {
    let branches = "\
reference: composer://a/b
branches:
  1.1: {versions: ['>=1.1', '<1.1.5']}
  1.10: {versions: ['>=1.10', '<1.10.3']}
  '1.100': {versions: ['>=1.100', '<1.100.1']}
";
    let mut harvest = harvest();
    assert!(harvest.read(&php::FEED, "CVE-2030-1.yaml", branches.as_bytes()));
    let secfixes = "{distroversion: v3.20, packages: [{pkg: {name: p, secfixes: {1.1: [CVE-2030-1], 1.10: [CVE-2030-2]}}}]}";
    let secdb = secfixes.replacen('{', "---\n{", 1);
    assert!(harvest.read(&alpine::FEED, "main.yaml", secdb.as_bytes()));
    let database = database(&mut harvest);
    let told_of_php = told(&database, "php", "a/b").concat();
    for version in ["<1.1.5", "<1.10.3", "<1.100.1"] {
        assert!(told_of_php.contains(version), "{told_of_php}");
    }
    let want = [
        "CVE-2030-1 Below(\"1.1\") fixed -",
        "CVE-2030-2 Below(\"1.10\") fixed -",
    ];
    assert_eq!(told(&database, "alpine-3.20", "p"), want);
}

#[test]
fn statements_of_vendors_are_told_per_release() {
    check(
        &ubuntu_vex::FEED,
        "vunnel-fixtures/ubuntu/vex",
        &[],
        &[
            (
                "ubuntu-22.04",
                "curl",
                &["CVE-2023-38545 Below(\"7.81.0-1ubuntu1.24\") fixed -"],
            ),
            (
                "ubuntu-18.04",
                "curl",
                &["CVE-2023-38545 Never not_affected -"],
            ),
        ],
    );
    check(
        &wolfi::FEED,
        "wolfi-layout-invented",
        &[],
        &[(
            "wolfi-rolling",
            "example",
            &[
                "CVE-2099-0001 Below(\"1.2.3-r0\") fixed -",
                "CVE-2099-0002 Never not_affected -",
            ],
        )],
    );
}

/// Words on other editions are no words on the release; what subscribers get is no fix for all others.
/// Editions of hardware and of kernels are no releases; what subscribers get is in a shard of theirs.
#[test]
fn of_ubuntu_s_ecosystems_only_releases_count() {
    let affected = |ecosystem: &str, fixed: &str| {
        format!(
            r#"{{"package": {{"ecosystem": "{ecosystem}", "name": "p"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}{fixed}]}}]}}"#
        )
    };
    let fix = |version: &str| format!(r#", {{"fixed": "{version}"}}"#);
    let list = [
        affected("Ubuntu:22.04:LTS", &fix("7.0-1")),
        affected("Ubuntu:22.04:LTS:for:NVIDIA:BlueField", &fix("9.0-1.bf")),
        affected("Ubuntu:Pro:22.04:LTS:Realtime:Kernel", ""),
        affected("Ubuntu:Pro:FIPS:22.04:LTS", &fix("8.0-1.fips")),
        affected("Ubuntu:Pro:18.04:LTS", &fix("8.0-1+esm1")),
        affected("Ubuntu:25.10", ""),
    ];
    let record = format!(
        r#"{{"id": "UBUNTU-CVE-2026-1", "affected": [{}]}}"#,
        list.join(",")
    );
    let mut harvest = harvest();
    assert!(harvest.read(&ubuntu::FEED, "a.json", record.as_bytes()));
    let database = database(&mut harvest);
    for (shard, want) in [
        ("ubuntu-22.04", &["CVE-2026-1 Below(\"7.0-1\") fixed -"][..]),
        ("ubuntu-22.04-ESM", &["CVE-2026-1 Below(\"7.0-1\") fixed -"]),
        (
            "ubuntu-18.04",
            &["CVE-2026-1 Below(\"8.0-1+esm1\") affected -"],
        ),
        (
            "ubuntu-18.04-ESM",
            &["CVE-2026-1 Below(\"8.0-1+esm1\") fixed -"],
        ),
        ("ubuntu-25.10", &["CVE-2026-1 Every affected -"]),
        ("ubuntu-25.10-ESM", &[]),
    ] {
        assert_eq!(told(&database, shard, "p"), want, "{shard}");
    }
}

/// Each distribution that OSV has and images are made of: `ecosystem`, and the shard that it is.
#[test]
fn osv_s_distributions_are_releases() {
    for (ecosystem, shard) in [
        ("AlmaLinux:9", "alma-9"),
        ("Alpine:v3.20", "alpine-3.20"),
        ("Azure Linux:3", "azurelinux-3.0"),
        ("Chainguard", "chainguard-rolling"),
        ("Debian:12", "debian-12"),
        ("Photon OS:4.0", "photon-4.0"),
        ("Rocky Linux:9", "rocky-9"),
        ("SUSE:Linux Enterprise Server 15 SP5", "suse-cvrf-sles-15.5"),
        ("SUSE:Linux Micro 6.0", "suse-cvrf-slem-6.0"),
        ("Wolfi", "wolfi-rolling"),
        ("openSUSE:Leap 15.6", "suse-cvrf-leap-15.6"),
        ("openSUSE:Tumbleweed", "suse-cvrf-tumbleweed"),
    ] {
        let record = format!(
            r#"{{"id": "X-2026:1", "upstream": ["CVE-2026-1"], "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "p"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "2-1"}}]}}]}}]}}"#
        );
        let mut harvest = harvest();
        assert!(harvest.read(&osv::FEED, "a.json", record.as_bytes()));
        let found = told(&database(&mut harvest), shard, "p");
        let want = ["CVE-2026-1 Below(\"2-1\") fixed -"];
        assert_eq!(found, want, "{ecosystem}: {:?}", harvest.problems());
    }
}

/// Which flaws a record of a distribution is about, by its id and the other ids in it.
#[test]
fn a_record_of_a_distribution_is_about_its_flaws() {
    for (id, ids, want) in [
        (
            "ALPINE-CVE-2026-1",
            r#""related": ["CVE-2026-2"]"#,
            &["CVE-2026-1"][..],
        ),
        (
            "CVE-2026-1",
            r#""related": ["CVE-2026-2"]"#,
            &["CVE-2026-1"],
        ),
        (
            "CGA-1",
            r#""aliases": ["CVE-2026-1", "GHSA-1-1-1"], "related": ["CVE-2026-2"]"#,
            &["CVE-2026-1"],
        ),
        ("CGA-1", r#""upstream": ["GHSA-1-1-1"]"#, &["GHSA-1-1-1"]),
        (
            "CGA-1",
            r#""related": ["CVE-2026-2", "CVE-2026-1"]"#,
            &["CVE-2026-1", "CVE-2026-2"],
        ),
        ("CGA-1", r#""related": ["GHSA-1-1-1"]"#, &[]),
    ] {
        let record = format!(
            r#"{{"id": "{id}", {ids}, "affected": [{{"package": {{"ecosystem": "Alpine:v3.20", "name": "p"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "2-r1"}}]}}]}}]}}"#
        );
        let mut harvest = harvest();
        assert!(harvest.read(&osv::FEED, "a.json", record.as_bytes()));
        let found = told(&database(&mut harvest), "alpine-3.20", "p");
        let want = want
            .iter()
            .map(|id| format!("{id} Below(\"2-r1\") fixed -"));
        assert_eq!(found, want.collect::<Vec<_>>(), "{id} {ids}");
    }
}

type Statement = (&'static str, &'static str, &'static str);

const AFFECTED: Statement = ("jammy", "@1", "affected");
const FIXED: Statement = ("jammy", "@1", "fixed");
const ESM: Statement = ("esm-apps/jammy", "@2+esm1", "fixed");

/// Statements on a package, and what they mean for who has no subscription and for who has one.
const STATEMENTS: [(&[Statement], &str, &str); 9] = [
    (
        &[("realtime/jammy", "@1", "not_affected"), AFFECTED],
        "Every affected -",
        "Every affected -",
    ),
    (
        &[FIXED, ("fips-updates/jammy", "@9", "fixed")],
        "Below(\"1\") fixed -",
        "Below(\"1\") fixed -",
    ),
    (&[("fips/jammy", "@9", "fixed")], "", ""),
    (
        &[AFFECTED, ESM],
        "Below(\"2+esm1\") affected -",
        "Below(\"2+esm1\") fixed -",
    ),
    (
        &[FIXED, ESM],
        "Below(\"1\") fixed -",
        "Below(\"2+esm1\") fixed -",
    ),
    (
        &[("jammy", "@1", "not_affected"), ESM],
        "Never not_affected -",
        "Never not_affected -",
    ),
    (
        &[AFFECTED, ("esm-infra/jammy", "@1", "not_affected")],
        "Every affected -",
        "Every affected -",
    ),
    (
        &[("esm-infra/jammy", "@1", "affected")],
        "Every affected -",
        "Every affected -",
    ),
    (
        &[("jammy/esm", "@1+esm1", "fixed")],
        "Below(\"1+esm1\") affected -",
        "Below(\"1+esm1\") fixed -",
    ),
];

#[test]
fn editions_of_ubuntu_are_told_apart() {
    let statement = |(distro, version, status): &(&str, &str, &str)| {
        format!(
            r#"{{"vulnerability": {{"name": "CVE-2030-1"}}, "status": "{status}",
               "products": [{{"@id": "pkg:deb/ubuntu/p{version}?arch=source&distro={distro}"}}]}}"#
        )
    };
    for (statements, want, for_subscribers) in STATEMENTS {
        let mut lines: Vec<String> = statements.iter().map(statement).collect();
        for _ in 0..2 {
            let mut harvest = harvest();
            let document = format!(r#"{{"statements": [{}]}}"#, lines.join(","));
            assert!(harvest.read(&ubuntu_vex::FEED, "a.json", document.as_bytes()));
            let database = database(&mut harvest);
            for (shard, want) in [
                ("ubuntu-22.04", want),
                ("ubuntu-22.04-ESM", for_subscribers),
            ] {
                let found = told(&database, shard, "p");
                let want: Vec<String> = [want]
                    .iter()
                    .filter(|it| !it.is_empty())
                    .map(|it| format!("CVE-2030-1 {it}"))
                    .collect();
                assert_eq!(found, want, "{shard} {lines:?}");
            }
            lines.reverse();
        }
    }
}

#[test]
fn red_hats_fixes_are_of_streams() {
    let mut harvest = harvest();
    let Some(problems) = read(
        &redhat::FEED,
        "trivy-db-fixtures/redhat-csaf/happy",
        &mut harvest,
    ) else {
        return;
    };
    // the sample names a product of release 7 that it cut out of its tree
    assert_eq!(
        problems,
        ["redhat CVE-2024-10041: 1 of its products are in no product tree"]
    );
    let database = database(&mut harvest);
    let found = database.advisories("redhat-all", "pam").unwrap();
    let [pam] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(pam.affected, Affected::Below("1.5.1-21.el9_5".to_owned()));
    assert_eq!(
        (&pam.arches[..], pam.severity),
        (
            &["aarch64".to_owned(), "x86_64".to_owned()][..],
            Some(Severity::Medium)
        )
    );
    assert_eq!(pam.vendor_ids, ["RHSA-2024:9941"]);
    let build = database
        .texts("redhat-streams", "nvr pam-1.5.1-21.el9_5.x86_64")
        .unwrap();
    let streams: Vec<String> = pam.streams.iter().map(ToString::to_string).collect();
    assert_eq!(build, [streams]);
    // nothing is told of the streams of release 8
    let repository = database
        .texts("redhat-streams", "repository rhel-8-for-x86_64-baseos-rpms")
        .unwrap();
    assert_eq!(repository, [[""; 0]]);
    let epoch = database.advisories("redhat-all", "test-package").unwrap();
    assert_eq!(
        epoch[0].affected,
        Affected::Below("1:1.0.0-1.el9".to_owned())
    );
}

/// Flaws of `a` and `b` in the list of CVEs, each with what it is about.
const FLAWS: &str = "\
CVE-2024-0001 (fixed in sid, and here at that version)
\t- a 1.2-1 (low)
CVE-2024-0002 (fixed in sid, not here)
\t- a 2.0-1
CVE-2024-0003 (a stale no-dsa: the release has the fix of sid)
\t- a 1.2-1
\t[bookworm] - a <no-dsa> (Minor issue)
CVE-2024-0004 (postponed)
\t- a <unfixed>
\t[bookworm] - a <postponed> (Minor issue)
CVE-2024-0005 (not affected here)
\t- a 2.0-1
\t[bookworm] - a <not-affected> (Vulnerable code not present)
CVE-2024-0006 (a fix that is not released yet)
\t- a 2.0-1
\t[bookworm] - a 1.5-1+deb12u1
CVE-2024-0012 (a fix that is not released yet: the release has that of sid, which was not enough there)
\t- a 1.0-1
\t[bookworm] - a 1.5-1+deb12u2
CVE-2024-0007 (a notice mends it, in two steps)
\t{DSA-5000-1 DSA-5000-2}
\t- a 2.0-1
CVE-2024-0008 (removed is not \"not affected\")
\t- a <removed>
CVE-2024-0009 (sid never had it)
\t- a <not-affected> (Fixed before upload)
CVE-2024-0010 (nobody knows)
\t- a <undetermined>
CVE-2024-0011 (of a package that the release does not carry)
\t- b <unfixed>
CVE-2024-XXXX [has no id yet]
\t- a <unfixed>
";

/// Notices on them.
const NOTICES: &str = "\
[02 Jan 2024] DSA-5000-2 a - security update
\t{CVE-2024-0007}
\t[bookworm] - a 1.4-1+deb12u2
[01 Jan 2024] DSA-5000-1 a - security update
\t{CVE-2024-0007}
\t[bookworm] - a 1.4-1+deb12u1
[01 Jan 2024] DSA-5001-1 a - update without a CVE
\t[bookworm] - a 1.4-1+deb12u3
";

#[test]
fn the_lists_of_debian_are_resolved_in_their_order() {
    let sources = "Package: a\nVersion: 1.4-1\n\nPackage: c\nVersion: 1\n";
    let security = "Package: a\nVersion: 1.4-1+deb12u2\n";
    let mut harvest = harvest();
    for (name, text) in [
        ("data/CVE/list", FLAWS),
        ("data/DSA/list", NOTICES),
        ("dists/bookworm/main/source/Sources", sources),
        ("dists/bookworm-security/main/source/Sources", security),
    ] {
        assert!(
            harvest.read(&debian_lists::FEED, name, text.as_bytes()),
            "{name}"
        );
    }
    assert_eq!(harvest.problems().0, [""; 0]);
    let database = database(&mut harvest);
    let want = [
        "CVE-2024-0001 Below(\"1.2-1\") fixed LOW",
        "CVE-2024-0002 Every affected -",
        "CVE-2024-0003 Below(\"1.2-1\") fixed -",
        "CVE-2024-0004 Every fix_deferred -",
        "CVE-2024-0005 Never not_affected -",
        "CVE-2024-0006 Every affected -",
        "CVE-2024-0007 Below(\"1.4-1+deb12u2\") fixed -",
        "CVE-2024-0008 Every affected -",
        "CVE-2024-0009 Never not_affected -",
        "CVE-2024-0012 Every affected -",
        "DSA-5001-1 Below(\"1.4-1+deb12u3\") fixed -",
    ];
    assert_eq!(told(&database, "debian-12", "a"), want);
    assert_eq!(told(&database, "debian-12", "b"), [""; 0]);
    // no Sources of it were read
    assert!(!database.has_shard("debian-13"));
}

#[test]
fn nvd_rates_and_rejects() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let sample = &samples["samples/vunnel-fixtures/nvd/single-entry.json"];
    let rejected =
        r#"{"vulnerabilities": [{"cve": {"id": "CVE-2024-0001", "vulnStatus": "Rejected"}}]}"#;
    harvest.read(&nvd::FEED, "1.json", sample);
    harvest.read(&nvd::FEED, "2.json", rejected.as_bytes());
    assert_eq!(harvest.problems().0, [""; 0]);
    let database = database(&mut harvest);
    let ratings = database.ratings("CVE-2022-1576").unwrap();
    let [rating] = &ratings[..] else {
        panic!("{ratings:?}")
    };
    assert_eq!(
        (&*rating.source, rating.severity, rating.score),
        ("nvd", Severity::Medium, Some(model::Score(65)))
    );
    assert_eq!(
        rating.vector.as_deref(),
        Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:N")
    );
    assert!(database.is_rejected("CVE-2024-0001").unwrap());
    assert!(!database.is_rejected("CVE-2022-1576").unwrap());
}

#[test]
fn what_others_rate_is_kept_beside_what_is_new() {
    let rating = |source: &str, severity| model::Rating {
        source: source.to_owned(),
        severity,
        score: None,
        vector: None,
        estimated: false,
    };
    let about = harvest().about("severity", "somebody", "");
    let rows = [
        (
            "CVE-2022-1576".to_owned(),
            vec![
                rating("nvd", Severity::Low),
                rating("redhat", Severity::Low),
            ],
        ),
        ("GHSA-1".to_owned(), vec![rating("ghsa", Severity::High)]),
    ];
    let old = write::ratings(&about, &rows.into_iter().collect()).unwrap();
    let old = Database::from_bytes(write::database(&[old]).unwrap()).unwrap();
    let mut harvest = harvest();
    harvest.rate("CVE-2022-1576", rating("nvd", Severity::Medium));
    let new = harvest.shards(&old).unwrap();
    let new = Database::from_bytes(write::database(&new).unwrap()).unwrap();
    let words = |id: &str| {
        let ratings = new.ratings(id).unwrap();
        ratings
            .iter()
            .map(|it| format!("{} {}", it.source, it.severity))
            .collect::<Vec<_>>()
    };
    assert_eq!(words("CVE-2022-1576"), ["nvd MEDIUM", "redhat LOW"]);
    assert_eq!(words("GHSA-1"), ["ghsa HIGH"]);
}

#[test]
fn extended_support_counts_where_it_is_open_to_all() {
    let Some(samples) = samples() else { return };
    let mut harvest = harvest();
    let sample = &samples["samples/vunnel-fixtures/eol/valid-eol-response.json"];
    harvest.read(&endoflife::FEED, "full.json", sample);
    let more = r#"{"result": [
        {"name": "debian", "releases": [
            {"name": "12", "eolFrom": "2026-06-10", "eoesFrom": "2028-06-30"},
            {"name": "1", "isEol": true, "eolFrom": null},
            {"name": "2", "eolFrom": "soon"}]},
        {"name": "rhel", "releases": [{"name": "7", "eolFrom": "2024-06-30", "eoesFrom": "2029-05-31"}]}]}"#;
    harvest.read(&endoflife::FEED, "more.json", more.as_bytes());
    assert_eq!(
        harvest.problems().0,
        ["endoflife debian 2: its end is no day"]
    );
    let database = database(&mut harvest);
    for (product, cycle, want) in [
        ("python", "3.12", Some(("2028-10-01", ""))),
        ("python", "2.7", Some(("2020-01-01", ""))),
        ("debian", "12", Some(("2026-06-10", "2028-06-30"))),
        ("rhel", "7", Some(("2024-06-30", ""))),
        ("debian", "1", None),
    ] {
        let eol = database.eol(product, cycle).unwrap();
        let day =
            |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |it| it.to_string());
        let got = eol.map(|it| (day(it.regular), day(it.extended)));
        let got = got.as_ref().map(|it| (it.0.as_str(), it.1.as_str()));
        assert_eq!(got, want, "{product} {cycle}");
    }
}
