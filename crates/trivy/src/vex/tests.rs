//! Statements of each kind about one report.

use serde_json::json;

use super::*;

const BASH: &str = "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12.5";

fn report() -> Report {
    let image = "registry.example/shop/api@sha256:0000000000000000000000000000000000000000000000000000000000000001";
    let report = json!({
        "SchemaVersion": 2, "ArtifactName": "api", "ArtifactType": "container_image",
        "Metadata": {"RepoDigests": [image], "ImageConfig": {"architecture": "amd64"}},
        "Results": [{"Target": "api (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
            {"VulnerabilityID": "CVE-1", "PkgName": "bash", "PkgIdentifier": {"PURL": BASH}, "Severity": "LOW"},
            {"VulnerabilityID": "CVE-2", "PkgName": "bash", "PkgIdentifier": {"PURL": BASH}, "Severity": "LOW"},
        ]}],
    });
    Report::read(report.to_string().as_bytes()).unwrap()
}

/// Returns the findings that stay, how the others were taken out, and how many statements were idle.
fn applied(document: &Value) -> (Vec<String>, Vec<String>, usize) {
    let mut report = report();
    let vex = Vex::read("x.json", document.to_string().as_bytes(), &|| false).unwrap();
    let idle = apply(&mut report, &[vex], &|| false).unwrap();
    let found = report.results.remove(0);
    let kept = found.vulnerabilities.into_iter().map(|it| it.id);
    let gone = found.modified_findings.into_iter();
    let gone = gone.map(|it| {
        let Finding::Vulnerability(finding) = &it.finding else {
            panic!("{it:?}");
        };
        format!("{} {} {}", finding.id, it.status, it.statement)
    });
    (kept.collect(), gone.collect(), idle.len())
}

/// A document about a product; about none where it is null.
fn openvex(product: &Value, status: &str) -> Value {
    let products: Vec<&Value> = Some(product)
        .filter(|it| !it.is_null())
        .into_iter()
        .collect();
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{
        "vulnerability": {"name": "CVE-1"}, "products": products, "status": status,
        "justification": "component_not_present"}]})
}

fn part(whole: &str, part: &str) -> Value {
    json!({"@id": whole, "subcomponents": [{"@id": part}]})
}

/// A document of Red Hat's form: a release by name alone, or with a package URL, holds a package.
fn csaf_of(product: &str, release: Option<&str>) -> Value {
    let named = |id: &str, purl: Option<&str>| json!({"product_id": id, "product_identification_helper": {"purl": purl, "cpe": "cpe:/o:x:8"}});
    let part = |category: &str, id: &str| {
        json!({"category": category, "full_product_name": {"product_id": id},
            "product_reference": "bash", "relates_to_product_reference": "os"})
    };
    let tree = json!({
        "branches": [{"branches": [
            {"product": named("os", release)}, {"product": named("bash", Some("pkg:deb/debian/bash"))}]}],
        "relationships": [part("default_component_of", "os:bash"), part("optional_component_of", "os:maybe")],
    });
    let flag = json!({"label": "vulnerable_code_not_present", "product_ids": [product]});
    let threats = json!([{"category": "exploit_status", "details": "none"}, {"category": "impact", "details": "not called"}]);
    let second = json!({"cve": "CVE-2", "product_status": {"known_not_affected": ["bash"]}});
    let vulnerabilities = json!([
        {"cve": "CVE-2", "product_status": {"known_not_affected": [product]}, "flags": [flag], "threats": threats}, second]);
    json!({"document": {"csaf_version": "2.0"}, "product_tree": tree, "vulnerabilities": vulnerabilities})
}

/// A document of CSAF that says one thing of one package.
fn csaf_status(status: &str) -> Value {
    let helper = json!({"purl": "pkg:deb/debian/bash"});
    let tree = json!({"full_product_names": [{"product_id": "b", "product_identification_helper": helper}]});
    json!({"document": {"csaf_version": "2.0"}, "product_tree": tree,
        "vulnerabilities": [{"cve": "CVE-2", "product_status": {status: ["b"]}}]})
}

const IMAGE: &str = "pkg:oci/api?repository_url=registry.example%2Fshop%2Fapi";
#[test]
fn statements_take_findings_out() {
    let id = |purl: &str| json!({"@id": purl});
    let package = "pkg:deb/debian/bash";
    let said_1 = "CVE-1 not_affected component_not_present";
    let of_csaf = "CVE-2 not_affected not called";
    for (document, kept, gone, idle) in [
        (openvex(&id(package), "not_affected"), "CVE-2", said_1, 0),
        (openvex(&id(IMAGE), "not_affected"), "CVE-2", said_1, 0),
        (
            openvex(&part(IMAGE, package), "not_affected"),
            "CVE-2",
            said_1,
            0,
        ),
        (
            openvex(&part(IMAGE, "pkg:deb/debian/zsh"), "not_affected"),
            "CVE-1 CVE-2",
            "",
            1,
        ),
        (
            openvex(&part("pkg:oci/other", package), "not_affected"),
            "CVE-1 CVE-2",
            "",
            1,
        ),
        (openvex(&id(package), "affected"), "CVE-1 CVE-2", "", 0),
        // what is about nothing that has a package URL is idle, and told
        (openvex(&id("shop/api"), "fixed"), "CVE-1 CVE-2", "", 1),
        (openvex(&part(IMAGE, "bash"), "fixed"), "CVE-1 CVE-2", "", 1),
        (csaf_of("elsewhere", None), "CVE-1 CVE-2", "", 1),
        (openvex(&json!(null), "not_affected"), "CVE-1 CVE-2", "", 1),
        (
            openvex(&id("pkg:deb/debian/bash@4"), "fixed"),
            "CVE-1 CVE-2",
            "",
            1,
        ),
        // what holds the package must be the image or the package, by its URL; the second entry never counts
        (csaf_of("os:bash", None), "CVE-1 CVE-2", "", 1),
        (
            csaf_of("os:bash", Some("pkg:oci/other")),
            "CVE-1 CVE-2",
            "",
            1,
        ),
        (csaf_of("os:bash", Some(IMAGE)), "CVE-1", of_csaf, 1),
        (csaf_of("os:maybe", Some(IMAGE)), "CVE-1 CVE-2", "", 1),
        (csaf_of("bash", None), "CVE-1", of_csaf, 1),
        // what Trivy does not follow is told
        (csaf_status("first_fixed"), "CVE-1 CVE-2", "", 1),
        (csaf_status("recommended"), "CVE-1 CVE-2", "", 1),
        (csaf_status("fixed"), "CVE-1", "CVE-2 fixed ", 0),
    ] {
        let (found, suppressed, unused) = applied(&document);
        let got = (found.join(" "), suppressed.join("; "), unused);
        assert_eq!(got, (kept.to_owned(), gone.to_owned(), idle), "{document}");
    }
}

#[test]
fn cyclonedx_names_components_of_bills_by_links() {
    let mut report = report();
    report.artifact_type = "cyclonedx".to_owned();
    let serial = crate::formats::serial(&report);
    let link = |serial: &str| format!("urn:cdx:{serial}/1#{}", BASH.replace('%', "%25"));
    let other = "3e671687-395b-41f5-a30f-a58921a69b79";
    for (reference, kept) in [
        (link(&serial), 1),
        (link(other), 2),
        (BASH.to_owned(), 2),
        (format!("urn:cdx:{serial}/1"), 2),
    ] {
        let document = json!({"bomFormat": "CycloneDX", "serialNumber": format!("urn:uuid:{other}"),
            "vulnerabilities": [{"id": "CVE-2", "affects": [{"ref": reference}],
                "analysis": {"state": "not_affected", "justification": "code_not_reachable"}}]});
        let vex = Vex::read("x.json", document.to_string().as_bytes(), &|| false).unwrap();
        assert!(vex.check("cyclonedx").is_ok());
        let refused = vex.check("container_image").unwrap_err();
        assert_eq!(refused, "CycloneDX VEX can be used with CycloneDX SBOM");
        let mut report = report.clone();
        let idle = apply(&mut report, &[vex], &|| false).unwrap();
        let left = report.results.remove(0).vulnerabilities.len();
        assert_eq!((left, idle.len()), (kept, kept - 1), "{reference}");
    }
}

#[test]
fn the_latest_statement_counts() {
    let statement = |status: &str, time: &str| {
        json!({"vulnerability": {"name": "CVE-1"},
        "products": [{"@id": "pkg:deb/debian/bash"}], "status": status, "timestamp": time})
    };
    for (first, second, want) in [
        ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 2),
        ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", 1),
        // 22:30 and 23:00 in UTC
        ("2026-01-01T23:30:00+01:00", "2026-01-01T23:00:00Z", 2),
        ("2026-01-01T23:00:00Z", "2026-01-01T23:30:00+01:00", 1),
    ] {
        let document = json!({"@context": "https://openvex.dev/ns", "statements": [
            statement("not_affected", first), statement("affected", second)]});
        assert_eq!(applied(&document).0.len(), want, "{first} {second}");
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    for (text, want) in [
        ("{", "EOF"),
        ("[]", "neither"),
        ("{\"bomFormat\": \"SPDX\"}", "neither"),
        (
            "{\"@context\": \"openvex\", \"statements\": 5}",
            "`statements` is no list",
        ),
        (
            "{\"document\": {\"csaf_version\": \"2.0\"}, \"vulnerabilities\": {}}",
            "`vulnerabilities` is no list",
        ),
        (
            "{\"document\": {\"csaf_version\": \"2.0\"}, \"vulnerabilities\": [{\"product_status\": \"x\"}]}",
            "`product_status` is no object",
        ),
        (
            "{\"document\": {\"csaf_version\": \"2.0\"}, \"vulnerabilities\": [{\"product_status\": {\"fixed\": \"b\"}}]}",
            "`fixed` is no list",
        ),
        (
            "{\"document\": {\"csaf_version\": \"2.0\"}, \"product_tree\": {\"full_product_names\": \"x\"}}",
            "`full_product_names` is no list",
        ),
        (
            "{\"@context\": \"openvex\", \"statements\": [{\"status\": \"fixed\", \"products\": [{\"@id\": \"pkg:oci/x\", \"subcomponents\": \"pkg:deb/a/b\"}]}]}",
            "`subcomponents` is no list",
        ),
        (&*deep, "deeper"),
        (
            "{\"@context\": \"https://openvex.dev/ns\", \"statements\": [{\"status\": \"maybe\"}]}",
            "no status",
        ),
        (
            "{\"@context\": \"https://openvex.dev/ns\", \"timestamp\": \"today\", \"statements\": [{}]}",
            "`today` is no time",
        ),
    ] {
        let error = Vex::read("x", text.as_bytes(), &|| false).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(want), "{text}: {error}");
    }
}

/// Fifty thousand statements about one problem, and as many findings of it: nobody compares all with all.
#[test]
fn many_statements_are_applied_to_many_findings() {
    let purl = |at: usize| format!("pkg:deb/debian/p{at}@1");
    let findings = (0..50_000).map(|at| {
        json!({"VulnerabilityID": "CVE-1", "PkgName": "p", "PkgIdentifier": {"PURL": purl(at)}})
    });
    let report = json!({"SchemaVersion": 2, "Results": [
        {"Target": "a", "Vulnerabilities": findings.collect::<Vec<_>>()}]});
    let mut report = Report::read(report.to_string().as_bytes()).unwrap();
    let products = (0..50_000).map(|at| json!({"@id": purl(at * 2)}));
    let document = json!({"@context": "openvex", "statements": [{"vulnerability": {"name": "CVE-1"},
        "status": "fixed", "products": products.collect::<Vec<_>>()}]});
    let vex = Vex::read("x.json", document.to_string().as_bytes(), &|| false).unwrap();
    let mut late = report.clone();
    assert!(apply(&mut late, std::slice::from_ref(&vex), &|| true).is_err());
    apply(&mut report, &[vex], &|| false).unwrap();
    assert_eq!(report.results[0].vulnerabilities.len(), 25_000);
}

/// A statement of `OpenVEX` about one problem of many names in many products.
fn many(names: usize, products: usize, why: &str) -> Vec<u8> {
    let names = (0..names).map(|at| format!("GHSA-{at}"));
    let products = (0..products).map(|at| json!({"@id": format!("pkg:deb/debian/p{at}")}));
    let document = json!({"@context": "openvex", "statements": [{
        "vulnerability": {"name": "CVE-9", "aliases": names.collect::<Vec<_>>()},
        "products": products.collect::<Vec<_>>(), "status": "fixed", "justification": why}]});
    document.to_string().into_bytes()
}

#[test]
fn what_is_said_of_many_products_stands_once() {
    let vex = Vex::read("x.json", &many(90, 10_000, "why"), &|| false).unwrap();
    assert_eq!(vex.statements.len(), 10_000);
    let first = &vex.statements[0].said;
    assert!(vex.statements.iter().all(|it| Arc::ptr_eq(&it.said, first)));
    // it is told once, by some of its names
    let idle = apply(&mut report(), &[vex], &|| false).unwrap();
    assert_eq!(
        idle,
        ["x.json: CVE-9, GHSA-0, GHSA-1, GHSA-2 and 87 more names (fixed)"]
    );
}

#[test]
fn documents_say_no_more_than_they_may_and_in_time() {
    let most = "it makes more than 1000000 statements";
    let over = "the time is over";
    for (document, is_late, want) in [
        (many(1_000, 900, ""), false, ""),
        (many(1_000, 1_000, ""), false, most),
        (many(1, 1, ""), true, over),
        (csaf_of("bash", None).to_string().into_bytes(), true, over),
        (
            csaf_status("fixed").to_string().into_bytes(),
            true,
            over,
        ),
        (
            json!({"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "CVE-2", "affects": [{"ref": "x"}]}]})
                .to_string()
                .into_bytes(),
            true,
            over,
        ),
    ] {
        let read = Vex::read("x.json", &document, &|| is_late);
        let error = read.err().map(|why| why.to_string());
        assert_eq!(error.unwrap_or_default(), want);
    }
    let vex = Vex::read("x.json", &many(1, 1, ""), &|| false).unwrap();
    assert!(Index::new(&vex.statements, &|| true).is_err());
}

#[test]
fn reasons_that_nobody_reads_to_their_end_are_cut() {
    for (text, bytes) in [
        ("a".repeat(16 << 10), 16 << 10),
        ("ä".repeat(9 << 10), (16 << 10) + 3),
    ] {
        let vex = Vex::read("x.json", &many(1, 1, &text), &|| false).unwrap();
        assert_eq!(vex.statements[0].said.why.len(), bytes);
    }
}
