//! `seaworthy manifest` with its checks: what is found, waived, fixed and written, and how it ends.

use crate::program::{Sandbox, list, text};

const WEB: &str = "\
# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: web # the only one
        image: registry.example/shop/web:1
        securityContext:
          privileged: true
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("k8s/web.yaml", WEB);
    sandbox
}

/// Returns the findings of one rule as `file:line:column object container waived`.
fn found(sandbox: &Sandbox, arguments: &str, id: &str) -> Vec<String> {
    let report = sandbox.run(&format!("manifest -f json {arguments}")).json();
    list(&report, "/Misconfigurations")
        .iter()
        .filter(|found| text(found, "/ID") == id)
        .map(|found| {
            let place = |name| found[name].as_u64().unwrap_or(0);
            let waived = found.pointer("/Waived/Reason").and_then(|it| it.as_str());
            format!(
                "{}:{}:{} {} {} {}",
                text(found, "/File"),
                place("Line"),
                place("Column"),
                text(found, "/Object"),
                text(found, "/Container"),
                waived.unwrap_or("-"),
            )
        })
        .collect()
}

#[test]
fn findings_have_a_place_and_may_be_waived() {
    let sandbox = sandbox();
    let id = "CTR-PRIVILEGED";
    let place = "k8s/web.yaml:12:23 Deployment/shop/web web";
    assert_eq!(found(&sandbox, "k8s", id), [format!("{place} -")]);
    let entry = |day| {
        format!(
            "- {{id: {id}, match: {{object: 'Deployment/shop/*'}}, reason: a driver, owner: o, until: {day}}}\n"
        )
    };
    for (day, want) in [("2026-11-25", "a driver"), ("2026-11-24", "-")] {
        sandbox.write("seaworthy-ignore.yaml", entry(day));
        assert_eq!(
            found(&sandbox, "k8s", id),
            [format!("{place} {want}")],
            "{day}"
        );
    }
    sandbox.write("seaworthy-ignore.yaml", "- {id: X}\n");
    let run = sandbox.run("manifest k8s");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("1:3: `owner` is missing"),
        "{}",
        run.stderr
    );
    sandbox.write("seaworthy-ignore.yaml", "[]\n");
    sandbox.write(".trivyignore", "CTR-PRIVILEGED exp:2027-01-01\n");
    let want = format!("{place} listed in .trivyignore");
    assert_eq!(found(&sandbox, "k8s", id), [want]);
    let annotated = WEB.replace(
        "namespace: shop}",
        "namespace: shop, annotations: {seaworthy.dev/ignore.CTR-PRIVILEGED: it must}}",
    );
    sandbox.write("other/web.yaml", annotated);
    let got = found(&sandbox, "other", id);
    assert_eq!(
        got,
        ["other/web.yaml:12:23 Deployment/shop/web web it must"]
    );
}

#[test]
fn helm_names_its_files() {
    let sandbox = Sandbox::new();
    let chart = format!("---\n# Source: shop/templates/web.yaml\n{WEB}");
    sandbox.write("all.yaml", chart);
    let run = sandbox.run_piped("manifest - -f github", &sandbox.path("all.yaml"));
    let want = "::error file=shop/templates/web.yaml,line=14,col=23,title=CTR-PRIVILEGED::";
    assert!(run.stdout.contains(want), "{}", run.stdout);
}

#[test]
fn every_gate_has_its_code() {
    let sandbox = sandbox();
    sandbox.write("odd.yaml", "a: [\n");
    for (arguments, code, reason) in [
        ("k8s", 0, ""),
        (
            "k8s --fail-on severity>=critical",
            1,
            "severity>=critical: 1 finding: CTR-PRIVILEGED\n",
        ),
        (
            "k8s --fail-on severity>=critical --exit-code 9",
            9,
            "severity>=critical: 1 finding: CTR-PRIVILEGED\n",
        ),
        ("k8s --fail-on severity>=critical --severity low", 0, ""),
        ("k8s odd.yaml", 0, ""),
        (
            "k8s odd.yaml --strict",
            4,
            "1 part of the target was not read (--strict)\n",
        ),
        (
            "k8s --exit-code 7 --severity critical",
            7,
            "1 finding (--exit-code)\n",
        ),
    ] {
        let run = sandbox.run(&format!("manifest {arguments}"));
        assert_eq!(
            (run.code, &*run.stderr),
            (Some(code), reason),
            "{arguments}"
        );
    }
    for bad in [
        "none.yaml",
        "k8s --kubernetes-version two",
        "k8s --fix --fix-diff",
    ] {
        let code = sandbox.run(&format!("manifest {bad}")).code;
        assert!(matches!(code, Some(2 | 3)), "{bad}: {code:?}");
    }
}

#[test]
fn quiet_says_no_reason_and_ends_the_same() {
    let sandbox = sandbox();
    for arguments in ["k8s --fail-on severity>=critical", "k8s --pss baseline"] {
        let run = sandbox.run(&format!("manifest {arguments} --quiet"));
        assert_eq!((run.code, &*run.stderr), (Some(1), ""), "{arguments}");
    }
}

/// What should have written the manifests may have failed.
#[test]
fn a_file_without_an_object_passes_no_gate() {
    let sandbox = sandbox();
    sandbox.write("empty.yaml", "");
    sandbox.write("words.yaml", "# nothing\n---\n");
    let gap = "there is no object in it";
    for (arguments, code) in [
        ("empty.yaml --fail-on unscanned", 1),
        ("words.yaml --fail-on unscanned", 1),
        ("empty.yaml --strict", 4),
        ("empty.yaml --pss restricted --strict", 4),
        ("k8s empty.yaml --strict", 4),
        ("empty.yaml", 0),
    ] {
        let run = sandbox.run(&format!("manifest {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert!(run.stdout.contains(gap), "{arguments}: {}", run.stdout);
    }
    let run = sandbox.run_piped("manifest - --strict", &sandbox.path("empty.yaml"));
    assert_eq!(run.code, Some(4), "{}", run.stdout);
}

#[test]
fn an_ignore_file_that_is_none_is_never_passed_over() {
    let sandbox = sandbox();
    sandbox.write("seaworthy-ignore.yaml/x", "");
    sandbox.write("k8s/.odd.yaml", "others: []\n");
    for (arguments, want) in [
        ("k8s", "is a directory"),
        ("k8s --ignorefile missing", "No such file"),
        (
            "k8s --ignorefile k8s/.odd.yaml",
            "1:1: expected a list, found a mapping",
        ),
    ] {
        let run = sandbox.run(&format!("manifest {arguments}"));
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments}");
        assert!(run.stderr.contains(want), "{arguments}: {}", run.stderr);
    }
}

#[test]
fn fixes_are_shown_and_then_written() {
    let sandbox = sandbox();
    sandbox.write("marked.yaml", [b"\xEF\xBB\xBF", WEB.as_bytes()].concat());
    let paths = "k8s marked.yaml";
    let shown = sandbox.run(&format!("manifest {paths} --fix-diff"));
    assert!(
        shown
            .stdout
            .starts_with("--- a/k8s/web.yaml\n+++ b/k8s/web.yaml\n@@"),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stdout.contains("\n+            drop: [ALL]\n"),
        "{}",
        shown.stdout
    );
    assert_eq!(sandbox.read("k8s/web.yaml"), WEB);
    let fixable = |sandbox: &Sandbox| {
        let report = sandbox.run(&format!("manifest -f json {paths}")).json();
        let found = list(&report, "/Misconfigurations").iter();
        found.filter(|found| found.get("Edit").is_some()).count()
    };
    assert!(fixable(&sandbox) > 0);
    assert_eq!(
        sandbox.run(&format!("manifest {paths} --fix")).code,
        Some(0)
    );
    assert_eq!(fixable(&sandbox), 0);
    let after = sandbox.read("k8s/web.yaml");
    assert!(after.starts_with("# the shop\n"), "{after}");
    assert!(after.contains("- name: web # the only one\n"), "{after}");
    assert_eq!(sandbox.read("marked.yaml"), format!("\u{feff}{after}"));
    let piped = sandbox.run_piped("manifest - --fix", &sandbox.path("k8s/web.yaml"));
    assert_eq!((piped.code, &*piped.stdout), (Some(0), ""));
}

#[test]
fn every_rule_is_explained() {
    let sandbox = Sandbox::new();
    let rules = sandbox.run("explain").stdout;
    assert!(rules.lines().count() > 3, "{rules}");
    for line in rules.lines() {
        let id = line.split_whitespace().nth(1).unwrap();
        let run = sandbox.run(&format!("explain {id}"));
        assert_eq!(run.code, Some(0), "{id}");
        // a rule has examples, unless nothing here can show it
        let others = ["Only a registry can tell", "The scanner `secret` finds it"];
        let is_asked = !others.iter().any(|other| run.stdout.contains(other));
        let examples = ["found in", "not found in"]
            .into_iter()
            .filter(|_| is_asked);
        for word in ["why   ", "fix   "].into_iter().chain(examples) {
            assert!(run.stdout.contains(word), "{id}: {}", run.stdout);
        }
    }
    for id in ["SEC-FILE", "SEC-BELOW", "SEC-ENV", "SEC-HIST"] {
        let run = sandbox.run(&format!("explain {id}"));
        assert!(run.stdout.contains("The scanner `secret` finds it"), "{id}");
    }
    assert_eq!(sandbox.run("explain NO-SUCH").code, Some(2));
}

#[test]
fn lint_finds_what_hides_nothing() {
    let sandbox = sandbox();
    sandbox.write(
        "seaworthy-ignore.yaml",
        "- {id: CTR-PRIVILEGED, match: {path: 'k8s/*'}, reason: r, owner: o, until: 2027-11-25}\n\
         - {id: CTR-PRIVILEGED, match: {path: 'old/*'}, reason: r, owner: o, until: 2027-11-25}\n",
    );
    assert_eq!(sandbox.run("ignore lint").code, Some(0));
    let run = sandbox.run("ignore lint k8s");
    let want = "seaworthy-ignore.yaml:2: error: CTR-PRIVILEGED hides nothing: it can go\n";
    assert_eq!((run.code, &*run.stdout), (Some(1), want));
}

#[test]
fn lint_finds_what_hides_nothing_in_images() {
    let sandbox = sandbox();
    sandbox.write("root/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    sandbox.write(
        "root/var/lib/dpkg/status",
        "Package: libnghttp2-14\nStatus: install ok installed\nSource: nghttp2\nVersion: 1.52.0-1\nArchitecture: amd64\n\n",
    );
    sandbox.write(
        "root/app/.env",
        "GITHUB_TOKEN=ghp_000000000000000000000000000000000000\n",
    );
    sandbox.write(
        ".trivyignore",
        "CVE-2023-44487\nCVE-2023-99999\ndotenv\nslack-bot\nBAS-EOL\nCTR-PRIVILEGED\n",
    );
    let run = sandbox.run("ignore lint --input root");
    let lines: Vec<&str> = run
        .stdout
        .lines()
        .filter(|it| it.contains("nothing"))
        .collect();
    let want = [
        ".trivyignore:2: error: CVE-2023-99999 hides nothing: it can go",
        ".trivyignore:4: error: slack-bot hides nothing: it can go",
        ".trivyignore:5: error: BAS-EOL hides nothing: it can go",
    ];
    assert_eq!(lines, want, "{}", run.stderr);
}
