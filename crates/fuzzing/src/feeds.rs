//! Proves that any bytes are a file of a publisher's feed or none, and that what they say is kept.
//!
//! The first byte of an input chooses the feed, the rest is the file.

use advisory::feeds::{FEEDS, Harvest};
use advisory::{Database, write};
use jiff::civil::date;

/// Reads `input` as a file of a feed.
///
/// # Panics
/// If a feed is unsound: what was read is no whole database, or reading it again changes anything.
pub fn check(input: &[u8]) {
    let Some((first, file)) = input.split_first() else {
        return;
    };
    let Some(feed) = FEEDS.get(usize::from(*first) % FEEDS.len()) else {
        return;
    };
    let mut harvest = Harvest::new(date(2026, 11, 25));
    let is_good = harvest.read(feed, "file", file);
    assert!(
        is_good || harvest.problems().1 > 0,
        "what is no file is told"
    );
    let shards = shards(&mut harvest);
    let database = write::database(&shards).ok();
    let database = database.and_then(|bytes| Database::from_bytes(bytes).ok());
    let is_whole = |database: Database| database.verify().problems.is_empty();
    assert!(database.is_some_and(is_whole), "what is written is whole");
    harvest.read(feed, "file", file);
    let again = self::shards(&mut harvest);
    assert!(again == shards, "the same file twice is one file");
}

fn shards(harvest: &mut Harvest) -> Vec<Vec<u8>> {
    let empty = write::database(&[]).ok();
    let empty = empty.and_then(|bytes| Database::from_bytes(bytes).ok());
    let Some(empty) = empty else {
        return Vec::new();
    };
    let shards = harvest.shards(&empty);
    assert!(shards.is_ok(), "{shards:?}");
    shards.unwrap_or_default()
}

/// Returns a file of each feed.
pub fn seeds() -> Vec<Vec<u8>> {
    let seed = |(name, file): &(&str, &str)| {
        let place = FEEDS.iter().position(|feed| feed.name == *name);
        let first = place.and_then(|place| u8::try_from(place).ok());
        [&[first.unwrap_or_default()], file.as_bytes()].concat()
    };
    FILES.iter().map(seed).collect()
}

static FILES: &[(&str, &str)] = &[
    (
        "alpine",
        r#"{"distroversion":"v3.20","packages":[{"pkg":{"name":"p","secfixes":{"1.0-r0":["CVE-2024-0001 GHSA-1a"],"0":["CVE-2024-0002"]}}}]}"#,
    ),
    (
        "alpine",
        "distroversion: edge\npackages:\n- pkg:\n    name: p\n    secfixes:\n      1.0-r0:\n      - CVE-2024-0001\n",
    ),
    (
        "amazon",
        r#"<updates><update type="security"><id>ALAS2023-2023-001</id><issued date="2023-02-17"/><severity>low</severity><references><reference id="CVE-2014-3634" type="cve"/></references><pkglist><package name="p" epoch="1" version="2" release="3" arch="x86_64"/></pkglist></update></updates>"#,
    ),
    (
        "azure",
        r#"<oval_definitions><definitions><definition><metadata><reference ref_id="CVE-2024-0001" source="CVE"/><patchable>true</patchable></metadata><criteria operator="AND"><criterion test_ref="t"/></criteria></definition></definitions><tests><rpminfo_test id="t"><object object_ref="o"/><state state_ref="s"/></rpminfo_test></tests><objects><rpminfo_object id="o"><name>p</name></rpminfo_object></objects><states><rpminfo_state id="s"><evr operation="less than">0:1-1.azl3</evr></rpminfo_state></states></oval_definitions>"#,
    ),
    (
        "debian",
        r#"{"p":{"CVE-2024-0001":{"releases":{"bookworm":{"status":"resolved","fixed_version":"1:2-3","urgency":"low**"},"sid":{"status":"open","nodsa_reason":"ignored"}}}}}"#,
    ),
    (
        "debian-lists",
        "CVE-2024-0001 (x)\n\t{DSA-1-1}\n\t- p 1.2-1 (low; bug #1)\n\t[bookworm] - p <no-dsa> (Minor)\n[01 Jan 2024] DSA-1-1 p\n\t{CVE-2024-0001}\n\t[bookworm] - p 1.1\n",
    ),
    (
        "endoflife",
        r#"{"result":[{"name":"debian","releases":[{"name":"12","eolFrom":"2026-06-10","eoesFrom":"2028-06-30","latest":{"name":"12.1"}}]}]}"#,
    ),
    (
        "epss",
        "#model_version:v1,score_date:2025-07-05T00:00:00+0000\ncve,epss,percentile\nCVE-1999-0103,0.48591,0.99\n",
    ),
    (
        "kev",
        r#"{"dateReleased":"2025-02-19T1","vulnerabilities":[{"cveID":"CVE-2025-0108","dateAdded":"2025-02-18","knownRansomwareCampaignUse":"Known"}]}"#,
    ),
    (
        "nvd",
        r#"{"vulnerabilities":[{"cve":{"id":"CVE-2024-0001","vulnStatus":"Analyzed","metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}}},{"cve":{"id":"CVE-2024-0002","vulnStatus":"Rejected"}}]}"#,
    ),
    (
        "oracle",
        r#"<oval_definitions><definitions><definition><metadata><reference source="elsa" ref_id="ELSA-1"/><reference source="CVE" ref_id="CVE-2024-0001"/><advisory><severity>LOW</severity></advisory></metadata><criteria operator="AND"><criterion comment="Oracle Linux 8 is installed"/><criteria operator="OR"><criterion comment="p is earlier than 0:1-2.el8"/></criteria></criteria></definition></definitions></oval_definitions>"#,
    ),
    (
        "osv",
        r#"{"id":"GHSA-c6f9-4pmv-m7m6","aliases":["CVE-2012-1574"],"affected":[{"package":{"ecosystem":"Maven","name":"g:a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0.23"},{"fixed":"0.23.2"}]}],"versions":["1.0"]}],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}"#,
    ),
    (
        "osv",
        "id: PYSEC-2023-1\naffected:\n- package: {name: p, ecosystem: PyPI}\n  versions: [1.10, 2]\n",
    ),
    (
        "photon",
        r#"[{"cve_id":"CVE-2023-38545","pkg":"curl","cve_score":9.8,"res_ver":"7.88.1-4.ph4"}]"#,
    ),
    (
        "php",
        "cve: CVE-2022-0085\nbranches:\n  master:\n    time: 2022-06-23\n    versions: ['<2.0.0']\nreference: composer://v/p\n",
    ),
    (
        "redhat",
        r#"{"product_tree":{"branches":[{"product":{"product_id":"S","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:9::baseos"}}},{"product":{"product_id":"p","product_identification_helper":{"purl":"pkg:rpm/redhat/p@1-2.el9?arch=x86_64"}}}],"relationships":[{"full_product_name":{"product_id":"S:p"},"product_reference":"p","relates_to_product_reference":"S"}]},"vulnerabilities":[{"cve":"CVE-2024-0001","product_status":{"fixed":["S:p"]},"threats":[{"category":"impact","details":"Low","product_ids":["S:p"]}]}]}"#,
    ),
    (
        "ruby",
        "gem: p\ncve: 2023-32732\nghsa: 9hxf-ppjv-w6rq\ncvss_v3: 5.3\npatched_versions:\n  - \">= 1.53.0\"\n",
    ),
    (
        "rust",
        "```toml\n[advisory]\nid = \"RUSTSEC-2022-0082\"\npackage = \"p\"\ndate = \"2022-01-14\"\n[versions]\npatched = [\">= 0.3.3\"]\n```\n",
    ),
    (
        "suse",
        r#"<oval_definitions><definitions><definition><metadata><title>CVE-2021-29154</title></metadata><criteria operator="AND"><criterion comment="SUSE Linux Enterprise Server 15 SP1-LTSS is installed"/><criterion test_ref="t" comment="p-1 is installed"/></criteria></definition></definitions><tests><rpminfo_test id="t"><object object_ref="o"/><state state_ref="s"/></rpminfo_test></tests><objects><rpminfo_object id="o"><name>p</name></rpminfo_object></objects><states><rpminfo_state id="s"><evr operation="less than">0:1-1</evr></rpminfo_state></states></oval_definitions>"#,
    ),
    (
        "ubuntu",
        r#"{"id":"UBUNTU-CVE-2021-3782","severity":[{"type":"Ubuntu","score":"low"}],"affected":[{"package":{"ecosystem":"Ubuntu:Pro:16.04:LTS","name":"p"},"ranges":[{"events":[{"introduced":"0"},{"fixed":"1-2"}]}]}]}"#,
    ),
    (
        "ubuntu-vex",
        r#"{"statements":[{"vulnerability":{"name":"CVE-2023-38545"},"products":[{"@id":"pkg:deb/ubuntu/curl@7.81.0-1?arch=source&distro=jammy"}],"status":"fixed"}]}"#,
    ),
    (
        "wolfi",
        r#"{"urlprefix":"https://packages.wolfi.dev","packages":[{"pkg":{"name":"p","secfixes":{"1-r0":["CVE-2099-0001"]}}}]}"#,
    ),
];
