//! `seaworthy manifest`: the Pod Security Standards over files, folders and pipes.

use std::os::unix::fs::symlink;

use serde_json::json;

use crate::program::{Sandbox, list, text};

/// A Deployment whose pod only `restricted` refuses, and a Pod that no level but `privileged` takes.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "k8s/a/web.yaml",
        "# the shop\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  \
         template:\n    spec:\n      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}\n      \
         containers:\n      - {name: a, securityContext: {capabilities: {drop: [ALL]}}}\n",
    );
    sandbox.write(
        "k8s/host.json",
        r#"{"kind": "List", "items": [{"kind": "Pod", "metadata": {"name": "host"}, "spec":
        {"hostNetwork": true, "containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}}, {"kind": "Service"}]}"#,
    );
    sandbox.write("k8s/notes.txt", "no: [manifest");
    sandbox.write(
        "ns.yaml",
        "kind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted, \
         pod-security.kubernetes.io/enforce-version: v1.30}}\n",
    );
    sandbox
}

const WEB: &str = "  allowPrivilegeEscalation != false (container \"a\" must set \
                   securityContext.allowPrivilegeEscalation=false)\n";

#[test]
fn each_standard_has_its_verdict_and_code() {
    let sandbox = sandbox();
    let web = |standard| {
        format!("k8s/a/web.yaml:2  Deployment/shop/web  not allowed by {standard}\n{WEB}")
    };
    let host = "k8s/host.json:1  Pod/host  not allowed by baseline:v1.25\n  \
                host namespaces (hostNetwork=true)\n  hostPort (container \"c\" uses hostPort 80)\n";
    for (arguments, code, want) in [
        (
            "k8s --pss privileged",
            0,
            "3 objects: 2 allowed, 0 not allowed, 1 without a pod; 0 gaps\n".to_owned(),
        ),
        (
            "k8s --pss baseline:v1.25",
            1,
            format!("{host}3 objects: 1 allowed, 1 not allowed, 1 without a pod; 0 gaps\n"),
        ),
        (
            "k8s/a/web.yaml --pss restricted",
            1,
            web("restricted:latest")
                + "1 object: 0 allowed, 1 not allowed, 0 without a pod; 0 gaps\n",
        ),
        (
            "k8s/a ns.yaml --pss-from-namespace",
            1,
            web("restricted:v1.30")
                + "2 objects: 0 allowed, 1 not allowed, 1 without a pod; 0 gaps\n",
        ),
        (
            "k8s/a --pss-from-namespace",
            0,
            "not judged\n  k8s/a/web.yaml:2:1  no Namespace `shop` is given, whose labels say what is allowed\n\
             0 objects: 0 allowed, 0 not allowed, 0 without a pod; 1 gap\n"
                .to_owned(),
        ),
        (
            "k8s/a --pss-from-namespace --pss baseline",
            0,
            "1 object: 1 allowed, 0 not allowed, 0 without a pod; 0 gaps\n".to_owned(),
        ),
    ] {
        let run = sandbox.run(&format!("manifest {arguments}"));
        assert_eq!(run.stdout, want, "{arguments}");
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert_eq!(run.stderr.is_empty(), code == 0, "{arguments}: {}", run.stderr);
    }
}

#[test]
fn what_cannot_be_used_is_an_error() {
    let sandbox = sandbox();
    for (arguments, code, why) in [
        ("--pss baseline", 2, "<PATH>..."),
        (
            "k8s --pss strict",
            2,
            "`strict` is not privileged, baseline or restricted",
        ),
        ("k8s --pss baseline:1.25", 2, "nor latest or v1.N"),
        ("missing --pss baseline", 3, "error: missing: No such file"),
        (
            "k8s/*.none",
            3,
            "error: k8s/*.none: no file has such a name",
        ),
    ] {
        let run = sandbox.run(&format!("manifest {arguments}"));
        assert_eq!((run.code, &*run.stdout), (Some(code), ""), "{arguments}");
        assert!(run.stderr.contains(why), "{arguments}: {}", run.stderr);
    }
}

#[test]
fn what_cannot_be_read_is_a_gap_with_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "d/x.yaml",
        "kind: [\n---\n# Source: shop/templates/a.yaml\na: 1\n---\nkind: Job\nspec: {}\n---\nkind: Pod\nspec: {containers: x}\n",
    );
    symlink(".", sandbox.path("d/loop")).unwrap();
    symlink("nowhere", sandbox.path("d/y.yaml")).unwrap();
    let gaps = "not judged\n  \
                d/loop  a link to a folder is not followed\n  \
                d/y.yaml  this is no file, or a link to none\n  \
                d/x.yaml:1:7  unclosed bracket '['\n  \
                d/x.yaml:6:1  this Job has no pod template\n  \
                d/x.yaml:9:1  at '/spec/containers': got string, want array\n  \
                d/x.yaml:9:1  this Pod has no containers\n  \
                shop/templates/a.yaml:4:1  this is no Kubernetes object: it has no `kind`\n\
                1 object: 1 allowed, 0 not allowed, 0 without a pod; 7 gaps\n";
    for (arguments, code) in [("", 0), ("--strict", 4)] {
        let run = sandbox.run(&format!("manifest d --pss baseline {arguments}"));
        assert_eq!(run.stdout, gaps, "{arguments}");
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
    }
    let run = sandbox.run("manifest - --pss baseline");
    let want = "not judged\n  stdin  there is no object in it\n\
                0 objects: 0 allowed, 0 not allowed, 0 without a pod; 1 gap\n";
    assert_eq!((run.code, &*run.stdout), (Some(0), want));
}

#[test]
fn json_says_the_same() {
    let sandbox = sandbox();
    let path = sandbox.path("k8s/a/web.yaml");
    let run = sandbox.run_piped("manifest - --pss restricted:v1.36 -f json", &path);
    assert_eq!(run.code, Some(1));
    let got: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let want = json!({
        "objects": [{
            "file": "stdin", "line": 2, "column": 1,
            "kind": "Deployment", "namespace": "shop", "name": "web",
            "standard": "restricted:v1.36", "allowed": false,
            "violations": [{"check": "allowPrivilegeEscalation", "message": &WEB.trim()}],
        }],
        "withoutPod": 0,
        "gaps": [],
    });
    assert_eq!(got, want);
}

#[test]
fn the_fixtures_of_the_standards_agree_as_a_folder() {
    let Some(path) = testkit::shared("conformance/pod-security-standards.tar.gz") else {
        return;
    };
    let data = testkit::members(&path).unwrap();
    let sandbox = Sandbox::new();
    let mut refused = 0;
    let index = &data["pod-security-standards/index.jsonl"];
    for line in str::from_utf8(index).unwrap().lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = text(&case, "/file");
        let pod = &data[&format!("pod-security-standards/{file}")];
        sandbox.write(&format!("pods/{file}"), pod);
        let newest = list(&case, "/matrix/restricted").last().unwrap();
        refused += usize::from(newest["allowed"] != true);
    }
    let run = sandbox.run("manifest pods --pss restricted -f json");
    let got: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let objects = list(&got, "/objects");
    let not_allowed = objects.iter().filter(|object| object["allowed"] != true);
    assert_eq!(
        objects.len(),
        index.split(|&byte| byte == b'\n').count() - 1
    );
    assert_eq!(not_allowed.count(), refused);
    assert_eq!(list(&got, "/gaps").len(), 0, "{}", got["gaps"]);
}

#[test]
fn patterns_patches_and_typing_mistakes() {
    let sandbox = Sandbox::new();
    let web = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a}]}\n";
    sandbox.write("k/a/web.yaml", web);
    sandbox.write("k/b/patch.yaml", web);
    sandbox.write("k/b/kustomization.yaml", "patches: [{path: patch.yaml}]\n");
    sandbox.write(
        "i.yaml",
        "- {id: RBAC-ROOT, reason: r, owner: o, until: 2999-01-01, match: {path: k}}\n",
    );
    for (arguments, want) in [
        (
            "manifest k/**/w*.yaml --pss baseline",
            "1 object: 1 allowed",
        ),
        ("manifest k/{a,c} --pss baseline", "1 object: 1 allowed"),
        (
            "manifest k --pss restricted",
            "k/b/patch.yaml:1:1  it is a patch, and no whole object\n",
        ),
        (
            "manifest ./k/./a --pss restricted",
            "k/a/web.yaml:1  Pod/web  not allowed",
        ),
        (
            "manifest k -f json",
            "it is a kustomization: judge what `kustomize build` prints, too",
        ),
        (
            "ignore lint --ignorefile i.yaml",
            "i.yaml:1: error: no rule is called RBAC-ROOT",
        ),
    ] {
        let run = sandbox.run(arguments);
        assert!(run.stdout.contains(want), "{arguments}: {}", run.stdout);
    }
}
