//! `seaworthy check`: manifests and images are held against a policy.

use serde_json::Value;
use testkit::{SavedImage, save};

use crate::images::shop_sandbox;
use crate::program::{Sandbox, list, text};

/// A policy with a rule of each kind.
pub(crate) const POLICY: &str = r#"apiVersion: seaworthy.dev/v1alpha1
kind: ImagePolicy
metadata: {name: prod}
spec:
  rules:
  - {name: ours, registries: {allow: ["shop/**", "registry.example/**"]}}
  - {name: fixable, vulnerabilities: {ids: ["CVE-*"], fixable: true}}
  - {name: pods, mode: warn, manifestRules: {ids: [CTR-PRIVILEGED]}}
"#;

/// A Deployment whose image has known problems, and which has one of elsewhere, too.
pub(crate) const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - {name: api, image: 'shop/api:1.4', securityContext: {privileged: true}}
      initContainers:
      - {name: side, image: 'quay.io/other:1'}
";

/// A folder with an image, a policy and a manifest.
pub(crate) fn sandbox() -> Sandbox {
    let sandbox = shop_sandbox();
    sandbox.write("policy.yaml", POLICY);
    sandbox.write("k8s/deploy.yaml", DEPLOYMENT);
    let other = SavedImage::new()
        .tag("quay.io/other:1")
        .layer(&[("app", "x")]);
    sandbox.write("other.tar", save(&[other]).unwrap());
    sandbox
}

/// Where the images of the manifest are.
pub(crate) const IMAGES: &str = "--image shop/api:1.4=shop.tar --image quay.io/other:1=other.tar";

#[test]
fn every_image_and_every_object_is_held_against_the_policy() {
    let sandbox = sandbox();
    let run = sandbox.run(&format!("check --policy policy.yaml k8s {IMAGES}"));
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for line in [
        "Deployment/shop/api  k8s/deploy.yaml:1\n",
        "  DENY  ours  quay.io/other:1: quay.io/other is none of the allowed\n        fix: take it from shop/**, registry.example/**\n",
        "  DENY  fixable  shop/api:1.4: ",
        "CVE-2020-1967 (openssl 1.1.1d-r2)",
        "  WARN  pods  1 finding: CRITICAL CTR-PRIVILEGED (",
        "DENY  the cluster will say the same\n",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    // what nobody objects to passes
    sandbox.write(
        "good.yaml",
        POLICY
            .replace("shop/**", "**")
            .replace("CVE-*", "CVE-1999-*"),
    );
    let run = sandbox.run(&format!("check --policy good.yaml k8s {IMAGES}"));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("ALLOW with warnings\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn an_archive_that_nobody_looks_at_is_told() {
    let sandbox = sandbox();
    let unused = |name: &str, why: &str| {
        format!("warning: --image {name}: other.tar is not looked at, since {why}\n")
    };
    let none = "no target has an image of this name";
    for (more, want) in [
        (
            "--image docker.io/shop/api:1.4=other.tar",
            unused("docker.io/shop/api:1.4", "shop.tar was given for it before"),
        ),
        (
            "--image shop/apy:1.4=other.tar",
            unused("shop/apy:1.4", none),
        ),
        ("--image shop/apy:1.4=other.tar --quiet", String::new()),
        ("", String::new()),
    ] {
        let run = sandbox.run(&format!("check --policy policy.yaml k8s {IMAGES} {more}"));
        assert_eq!((run.code, run.stderr), (Some(1), want), "{more}");
    }
    // the same image, spelled out, and a target of its own
    for target in ["k8s", "shop/api:1.4"] {
        let run = sandbox.run(&format!(
            "check --policy policy.yaml {target} --image index.docker.io/shop/api:1.4=shop.tar --image quay.io/other:1=other.tar --offline"
        ));
        assert!(!run.stderr.contains("shop.tar"), "{run:?}");
        assert_eq!(run.stderr.contains("other.tar"), target != "k8s", "{run:?}");
    }
    sandbox.write("empty.yaml", "");
    let run = sandbox.run("check --policy policy.yaml empty.yaml --image a/b:1=other.tar");
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: nothing is checked: --image a/b:1: other.tar is not looked at"),
        "{run:?}"
    );
}

#[test]
fn images_alone_are_called_as_their_archives_call_them() {
    let sandbox = sandbox();
    for (target, code, line) in [
        ("shop.tar", 1, "  DENY  fixable  shop/api:1.4: "),
        ("other.tar", 1, "  DENY  ours  quay.io/other:1: "),
        (
            "quay.io/other:1 --image quay.io/other:1=other.tar",
            1,
            "  DENY  ours  quay.io/other:1: ",
        ),
        (
            "quay.io/other:1 --image QUAY.io:443/other:1=other.tar --offline",
            1,
            "  DENY  ours  quay.io/other:1: ",
        ),
        (
            "docker.io/shop/api:1.4 --image shop/api:1.4=shop.tar",
            1,
            "  DENY  fixable  docker.io/shop/api:1.4: ",
        ),
    ] {
        let run = sandbox.run(&format!("check --policy policy.yaml {target}"));
        assert_eq!(run.code, Some(code), "{target}: {}", run.stderr);
        assert!(run.stdout.contains(line), "{target}: {}", run.stdout);
    }
}

/// Runs what must be denied, and returns its JSON.
pub(crate) fn denied(sandbox: &Sandbox, arguments: &str) -> Value {
    let run = sandbox.run(arguments);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn programs_read_what_was_decided() {
    let sandbox = sandbox();
    let json = denied(
        &sandbox,
        &format!("check --policy policy.yaml k8s {IMAGES} -f json"),
    );
    assert_eq!(text(&json, "/Outcome"), "deny");
    let reasons = list(&json, "/Verdicts/0/Reasons");
    let told: Vec<String> = reasons
        .iter()
        .map(|it| format!("{} {}", text(it, "/Mode"), text(it, "/Rule")))
        .collect();
    assert_eq!(told, ["enforce fixable", "enforce ours", "warn pods"]);
    assert!(text(&json, "/Verdicts/0/Message").contains("(policy prod@"));
    for (format, want) in [
        ("sarif", "POLICY-DENY"),
        ("junit", "POLICY-DENY"),
        ("github", "::error file=k8s/deploy.yaml,line=1"),
        ("gitlab", "POLICY-DENY"),
    ] {
        let run = sandbox.run(&format!(
            "check --policy policy.yaml k8s {IMAGES} -f {format}"
        ));
        assert_eq!(run.code, Some(1), "{format}: {}", run.stderr);
        assert!(run.stdout.contains(want), "{format}: {}", run.stdout);
    }
}

#[test]
fn where_nothing_can_be_said_the_policy_decides() {
    let sandbox = sandbox();
    for (cases, code, line) in [
        ("", 1, "  DENY  unscannable  shop/api:1.4: "),
        (
            "  cases: {unscannable: {action: warn}}\n",
            0,
            "  WARN  unscannable  shop/api:1.4: ",
        ),
    ] {
        sandbox.write("cases.yaml", format!("{POLICY}{cases}"));
        let run = sandbox.run(
            "check --policy cases.yaml shop/api:1.4 --image shop/api:1.4=shop.tar --platform linux/s390x",
        );
        assert_eq!(run.code, Some(code), "{cases}: {}", run.stderr);
        assert!(run.stdout.contains(line), "{cases}: {}", run.stdout);
    }
}

/// Whatever the policy forgives: it says nothing of a slip of who runs this.
#[test]
fn what_is_not_there_or_holds_nothing_is_never_allowed() {
    let sandbox = sandbox();
    let lenient = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: lenient}\nspec:\n  \
                   rules: [{name: known, vulnerabilities: {exploited: true}}]\n  \
                   cases: {unreachable: {action: allow}, unscannable: {action: allow}}\n";
    sandbox.write("policy.yaml", lenient);
    sandbox.write("nothing.tar", "");
    sandbox.write("nothing.yaml", "\n");
    sandbox.write("comments.yaml", "---\n# Source: shop/x.yaml\n---\n");
    sandbox.write("empty/nothing.yaml", "");
    sandbox.write(
        "broken.tar",
        &save(&[SavedImage::new().layer(&[("a", "b")])]).unwrap()[..2_000],
    );
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'shop/api:1.4'}]}\n";
    sandbox.write("pod.yaml", pod);
    let missing = "there is no such file or folder";
    for (targets, code, says) in [
        (
            "k8s/ none/",
            3,
            "error: none/: there is no such file or folder, nor is it an image name: ",
        ),
        ("/builds/app.tar", 3, missing),
        ("./app.tar", 3, missing),
        ("app.tar", 3, missing),
        ("app.tar.gz", 3, missing),
        ("builds/app.TGZ", 3, missing),
        ("NoName", 3, missing),
        ("nothing.tar", 3, "nothing.tar is not an image archive: "),
        ("broken.tar", 3, "error: "),
        (
            "shop/api:1.4 --image shop/api:1.4=broken.tar",
            3,
            "  image     shop/api:1.4 is read from broken.tar\n",
        ),
        (
            "pod.yaml --image shop/api:1.4=typo.tar",
            3,
            "error: typo.tar: No such file",
        ),
        (
            "pod.yaml --image shop/other:1=typo.tar",
            3,
            "error: typo.tar: No such file",
        ),
        (
            "pod.yaml --image shop/api:1.4=policy.yaml",
            3,
            "error: policy.yaml is not an image archive: ",
        ),
        (
            "pod.yaml --image shop/api:1.4=k8s",
            3,
            "error: k8s is no OCI layout",
        ),
        ("nothing.yaml", 4, "not read"),
        ("comments.yaml", 4, "not read"),
        ("empty", 4, "not read"),
        ("empty/*.yaml", 4, "not read"),
        ("/dev/null", 4, "not read"),
        ("-", 4, "not read"),
        (
            "pod.yaml - --image shop/api:1.4=other.tar",
            4,
            "1 part of the target was not read",
        ),
        ("pod.yaml --image shop/api:1.4=other.tar", 0, ""),
        ("shop/app.tar --image shop/app.tar=other.tar", 0, ""),
    ] {
        let run = sandbox.run(&format!("check --policy policy.yaml --offline {targets}"));
        assert_eq!(run.code, Some(code), "{targets}: {run:?}");
        assert!(run.stderr.contains(says), "{targets}: {}", run.stderr);
        let is_allowed = run.stdout.contains("ALLOW");
        assert_eq!(is_allowed, code == 0, "{targets}: {}", run.stdout);
    }
}

#[test]
fn a_wrong_policy_is_told_with_its_places() {
    let sandbox = sandbox();
    sandbox.write(
        "wrong.yaml",
        POLICY
            .replace("fixable: true", "fixabel: true")
            .replace("mode: warn", "mode: loud"),
    );
    let run = sandbox.run("check --policy wrong.yaml k8s");
    assert_eq!(run.code, Some(2));
    let want = "error: wrong.yaml:7:55: unknown key `fixabel`; known are `severity`, `ids`, `exceptIds`, `exploited`, `fixable`, `epss`, `fixedFor`\n  \
                also      wrong.yaml:8:24: expected one of `audit`, `enforce`, `warn`, found the text \"loud\"\n";
    assert_eq!(run.stderr, want);
    for command in [
        "check k8s",
        "check --policy none.yaml k8s",
        "policy verify --policy wrong.yaml",
    ] {
        assert_eq!(sandbox.run(command).code, Some(2), "{command}");
    }
    let run = sandbox.run("policy verify --policy policy.yaml");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let schema = sandbox.run("policy schema").json();
    assert_eq!(text(&schema, "/properties/kind/const"), "ImagePolicy");
}

#[test]
fn what_goes_to_files_is_what_is_printed() {
    let sandbox = sandbox();
    let printed = |format: &str| {
        let run = sandbox.run(&format!(
            "check --policy policy.yaml k8s {IMAGES} -f {format}"
        ));
        run.stdout
    };
    let files = "-o table=t.txt -o json=j.json -o sarif=s.sarif -o plain.txt";
    let run = sandbox.run(&format!("check --policy policy.yaml k8s {IMAGES} {files}"));
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(1), ""),
        "{}",
        run.stderr
    );
    for (file, format) in [
        ("t.txt", "table"),
        ("j.json", "json"),
        ("s.sarif", "sarif"),
        ("plain.txt", "table"),
    ] {
        assert_eq!(sandbox.read(file), printed(format), "{file}");
    }
}

/// Returns a pod with so many containers and image volumes.
fn pod(containers: usize, volumes: usize) -> String {
    let containers = "{name: a, image: 'shop/api:1'}, ".repeat(containers);
    let volumes: Vec<String> = (0..volumes)
        .map(|number| format!("{{name: v{number}, image: {{reference: 'shop/api:{number}'}}}}"))
        .collect();
    format!(
        "{{apiVersion: v1, kind: Pod, spec: {{containers: [{containers}], volumes: [{}]}}}}",
        volumes.join(", ")
    )
}

/// What nobody can judge is decided about by the policy, as `serve` does.
#[test]
fn an_object_that_cannot_be_judged_is_decided_about_by_the_policy() {
    let sandbox = sandbox();
    let glass = "breakGlass: {annotation: x.image-policy.k8s.io/urgent, namespaces: [shop]}";
    let misspelt = "{apiVersion: v1, kind: pod, metadata: {name: a, namespace: shop}, spec: {containers: [{name: a, image: b}]}}";
    let urgent = misspelt.replace(
        "namespace: shop",
        "namespace: shop, annotations: {x.image-policy.k8s.io/urgent: fire}",
    );
    let hidden = "it has containers, but its kind is not known";
    let (many, volumes) = (pod(1_001, 0), pod(1, 2_001));
    for (spec, manifest, why, want) in [
        ("", misspelt, hidden, "deny"),
        ("", &*many, "it has more than 1000 containers", "deny"),
        ("", &volumes, "it has more than 2000 images", "deny"),
        (
            "",
            "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: 5}]}}",
            "the image of its container `a` is no text",
            "deny",
        ),
        (
            "",
            "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a}]}}}}",
            "its container `a` names no image",
            "deny",
        ),
        (
            "match: {excludedNamespaces: [shop]}",
            misspelt,
            hidden,
            "allow",
        ),
        (
            "mode: warn\n  cases: {unscannable: {action: warn}}",
            misspelt,
            hidden,
            "warn",
        ),
        (glass, misspelt, hidden, "deny"),
        (glass, &*urgent, hidden, "warn"),
    ] {
        sandbox.write("policy.yaml", format!("{POLICY}  {spec}\n"));
        sandbox.write("odd.yaml", manifest);
        let run = sandbox.run("check --policy policy.yaml odd.yaml -f json");
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(json["Outcome"], want, "{spec} {json:#}");
        assert_eq!(run.code, Some(i32::from(want == "deny")), "{json:#}");
        let reasons = json["Verdicts"][0]["Reasons"].as_array().unwrap();
        let told = reasons
            .iter()
            .any(|it| it["Rule"] == "unjudged" && it["Text"] == why);
        assert_eq!(told, want != "allow", "{json:#}");
        let table = sandbox.run("check --policy policy.yaml odd.yaml");
        assert!(table.stdout.contains(why), "{}", table.stdout);
    }
}

#[test]
fn a_manifest_that_cannot_be_read_is_not_allowed() {
    let sandbox = sandbox();
    sandbox.write("broken.yaml", "kind: [Pod\n");
    let run = sandbox.run("check --policy policy.yaml broken.yaml");
    assert_eq!(run.code, Some(4), "{}", run.stdout);
    assert!(run.stdout.contains("\nNOT DECIDED  "), "{}", run.stdout);
    assert!(run.stdout.contains("broken.yaml"), "{}", run.stdout);
    let json = sandbox.run("check --policy policy.yaml broken.yaml -f json");
    assert!(
        json.stdout.contains("\"Outcome\": \"undecided\""),
        "{}",
        json.stdout
    );
    sandbox.write("nothing/notes.txt", "kind: Pod");
    let run = sandbox.run("check --policy policy.yaml nothing");
    assert_eq!(run.code, Some(4), "{}", run.stdout);
    assert!(
        run.stdout.contains("not judged  nothing: no file"),
        "{}",
        run.stdout
    );
}

#[test]
fn tables_of_tests_say_where_a_policy_says_something_else() {
    let sandbox = sandbox();
    let head = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicyTest\ntests:\n";
    let holds = "- {name: elsewhere, image: 'quay.io/a', expect: deny, by: [ours]}\n- {name: ours, image: shop/api, expect: allow}\n";
    sandbox.write("holds.yaml", format!("{head}{holds}"));
    let fails = "- {name: fixable, image: shop/api, found: [{id: CVE-1, fixed: '2', package: a}], expect: allow}\n";
    sandbox.write("fails.yaml", format!("{head}{fails}"));
    sandbox.write(
        "broken.yaml",
        format!("{head}- {{image: 1, expects: allow}}\n"),
    );
    let run = |tables: &str| sandbox.run(&format!("policy test --policy policy.yaml {tables}"));
    let good = run("holds.yaml");
    assert_eq!(good.code, Some(0), "{}", good.stderr);
    assert!(
        good.stdout.ends_with("  2 tests, 0 failed\n"),
        "{}",
        good.stdout
    );
    let bad = run("holds.yaml fails.yaml");
    assert_eq!(bad.code, Some(1), "{}", bad.stderr);
    let told = "FAIL  fixable  fails.yaml:4\n      deny instead of allow: shop/api: fixable: ";
    assert!(bad.stdout.starts_with(told), "{}", bad.stdout);
    let broken = run("broken.yaml");
    assert_eq!(broken.code, Some(2), "{}", broken.stdout);
    assert!(
        broken.stderr.contains("broken.yaml:4:"),
        "{}",
        broken.stderr
    );
    let explained = sandbox.run("policy explain --policy policy.yaml holds.yaml");
    let reason = "      enforce quay.io/a: ours: quay.io/a is none of the allowed; ";
    assert!(explained.stdout.contains(reason), "{}", explained.stdout);
}

#[test]
fn credentials_in_a_name_are_shown_by_nobody() {
    let sandbox = sandbox();
    let secret = "me:hunter2@quay.io/x";
    sandbox.write(
        "pod.yaml",
        format!("kind: Pod\napiVersion: v1\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{secret}'}}]}}\n"),
    );
    for (target, code) in [
        ("pod.yaml", 1),
        (secret, 3),
        ("https://me:hunter2@sha256:x/a", 3),
    ] {
        for format in ["table", "json", "sarif", "junit", "markdown"] {
            let run = sandbox.run(&format!("check --policy policy.yaml {target} -f {format}"));
            assert_eq!(run.code, Some(code), "{target} {format}: {}", run.stderr);
            let all = run.stdout + &run.stderr;
            assert!(!all.contains("hunter2"), "{target} {format}: {all}");
        }
    }
}

#[test]
fn options_that_take_something_out_of_what_is_judged_are_refused() {
    let sandbox = sandbox();
    for option in [
        "--scanners vuln",
        "--rules USR-ROOT",
        "--rule-severity USR-ROOT=INFO",
        "--secrets-below ignore",
        "--skip-dirs /app",
        "--skip-files /app/x",
        "--severity HIGH",
        "--username me --password-stdin",
    ] {
        for command in [
            "check --policy policy.yaml k8s",
            "serve --policy policy.yaml",
        ] {
            let run = sandbox.run(&format!("{command} {option}"));
            assert_eq!(run.code, Some(2), "{command} {option}: {}", run.stderr);
        }
    }
}

/// The cluster pulls what a manifest names, whatever lies in the folder in which it is checked.
#[test]
fn an_image_of_a_manifest_is_no_file() {
    let sandbox = sandbox();
    let rules = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: prod}\nspec:\n  rules:\n  - {name: secrets, secrets: {}}\n";
    sandbox.write("secrets.yaml", rules);
    let pod = |image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: {image}}}]}}\n"
        )
    };
    sandbox.write("pod.yaml", pod("other.tar"));
    for (arguments, code, says) in [
        ("other.tar", 0, "ALLOW"),
        ("pod.yaml", 1, "DENY  unreachable  other.tar: "),
        ("pod.yaml --image other.tar=other.tar", 0, "ALLOW"),
    ] {
        let run = sandbox.run(&format!(
            "check --policy secrets.yaml --offline {arguments}"
        ));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert!(run.stdout.contains(says), "{arguments}: {}", run.stdout);
    }
}
