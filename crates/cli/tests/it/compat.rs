//! `--compat trivy`: where Trivy is wrong, and no recorded report of it shows that.

use serde_json::Value;

use crate::program::{Sandbox, list};

const MANIFEST: &str = "var/lib/rpmmanifest/container-manifest-2";

/// Packages of a root with these files, and the family that it is of, in both manners.
fn told(files: &[(&str, &str)]) -> [String; 2] {
    let sandbox = Sandbox::new();
    for (path, text) in files {
        sandbox.write(&format!("root/{path}"), text);
    }
    ["", "--compat trivy"].map(|options| {
        let run = sandbox.run(&format!("rootfs root -f json {options}"));
        let report = run.json();
        let packages = list(&report, "/Results/0/Packages").iter();
        let names = packages.filter_map(|package| package.get("Name")?.as_str());
        let family = report.pointer("/Metadata/OS/Family");
        let family = family.and_then(Value::as_str).unwrap_or("none");
        let has_result = report.get("Results").is_some();
        let names: Vec<&str> = names.collect();
        format!("{family} {has_result} {}", names.join(" "))
    })
}

#[test]
fn faults_are_trivys_only_where_they_are_asked_for() {
    let line = "bash\t5.1-1.fc36\t1\t1\tM\t(none)\t1\tx86_64\t0\tbash-5.1-1.fc36.src.rpm\n";
    let dpkg = "Package: a\nVersion: 1\nStatus: install ok installed\n";
    for (files, ours, trivys) in [
        (
            [
                ("etc/fedora-release", "Fedora release 36 (x)\n"),
                (MANIFEST, line),
            ],
            "fedora true bash",
            "fedora false ",
        ),
        (
            [
                ("usr/lib/os-release", "ID=debian\nVERSION_ID=12\n"),
                ("var/lib/dpkg/status", dpkg),
            ],
            "debian true a",
            "none false ",
        ),
    ] {
        assert_eq!(told(&files), [ours, trivys]);
    }
}
