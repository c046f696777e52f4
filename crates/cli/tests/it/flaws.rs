//! Where kubesec is wrong: `scan` answers as kubesec does, `manifest` as it is.
//!
//! Source of truth: the flaws that were found in kubesec by running it (`kubesec.md` §2), by number.

use serde_json::Value;

use crate::program::{Sandbox, list, text};

const HARD: &str = "securityContext: {runAsNonRoot: true, runAsUser: 20000, readOnlyRootFilesystem: true, \
                    capabilities: {drop: [ALL]}}, resources: {limits: {cpu: 1, memory: 1Gi}, requests: \
                    {cpu: 1, memory: 1Gi}}";

fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{spec}}}\n")
}

fn with_volume(path: &str) -> String {
    pod(&format!(
        "volumes: [{{name: v, hostPath: {{path: {path}}}}}], \
         containers: [{{name: c, image: x, volumeMounts: [{{name: v, mountPath: /s}}]}}]"
    ))
}

/// Number, file, how many reports kubesec writes, the rule that `manifest` finds and in which
/// container.
fn flaws() -> Vec<(u8, String, usize, &'static str, &'static str)> {
    let bare = pod("containers: [{name: c, image: x}]");
    let host_pid = pod("hostPID: true, containers: [{name: c, image: x}]");
    let json = |spec: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"a"}},"spec":{{{spec}"containers":[{{"name":"c","image":"x"}}]}}}}"#
        )
    };
    vec![
        (1, pod(&format!("containers: [{{name: a, image: x, {HARD}}}, {{name: b, image: x}}]")), 1, "CTR-NON-ROOT", "b"),
        (2, pod(&format!("initContainers: [{{name: i, image: x, {HARD}}}], containers: [{{name: c, image: x}}]")), 1, "CTR-READ-ONLY-ROOT", "c"),
        (3, pod("securityContext: {runAsUser: 0}, containers: [{name: c, image: x}]"), 1, "CTR-ROOT", "c"),
        (5, pod("containers: [{name: c, image: x, securityContext: {capabilities: {add: [ALL]}}}]"), 1, "CTR-NODE-CAPABILITIES", "c"),
        (6, bare.clone(), 1, "CTR-ESCALATION", "c"),
        (8, format!("{bare}--- # two\n{host_pid}"), 1, "POD-HOST-PID", ""),
        (9, json("") + "\n" + &json("\"hostPID\":true,"), 1, "POD-HOST-PID", ""),
        (10, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  hostNetwork: false\n  containers: [{name: c, image: x}]\n".to_owned(), 1, "API-DUPLICATE-KEY", ""),
        (13, with_volume("/run/containerd/containerd.sock"), 1, "VOL-RUNTIME-SOCKET", "c"),
        (13, with_volume("/var/../run//docker.sock"), 1, "VOL-RUNTIME-SOCKET", "c"),
        (16, pod("serviceAccountName: '', containers: [{name: c, image: x}]"), 1, "SA-DEFAULT", ""),
        (17, pod(&format!("initContainers: [{{name: s, image: x, restartPolicy: Always}}], containers: [{{name: c, image: x, {HARD}}}]")), 1, "RES-MEMORY-LIMIT", "s"),
        (19, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:unauthenticated'}]\n".to_owned(), 1, "RBAC-ANONYMOUS", ""),
        (20, pod("containers: [{name: c, image: x, env: [{name: DB_PASSWORD, value: s3cr3tpassw0rd}]}]"), 1, "KEY-ENV", "c"),
        (21, pod("containers: [{name: c, image: x, securityContext: {seccompProfile: {type: LocalHost}}}]"), 1, "CTR-SECCOMP", "c"),
        (23, pod(&format!("containers: [{{name: c, image: 'x:latest', {HARD}}}]")), 1, "IMG-TAG", "c"),
    ]
}

#[test]
fn scan_is_as_wrong_as_kubesec_and_manifest_is_right() {
    let sandbox = Sandbox::new();
    for (number, file, reports, rule, container) in flaws() {
        sandbox.write("f.yaml", &file);
        let scanned: Value = serde_json::from_str(&sandbox.run("scan f.yaml").stdout).unwrap();
        assert_eq!(
            scanned.as_array().map(Vec::len),
            Some(reports),
            "{number}: {file}"
        );
        let critical = scanned.pointer("/0/scoring/critical");
        assert_eq!(critical, None, "{number}: {file}");
        let judged = sandbox.run("manifest f.yaml -f json").json();
        let found = list(&judged, "/Misconfigurations")
            .iter()
            .any(|found| text(found, "/ID") == rule && text(found, "/Container") == container);
        assert!(found, "{number}: {rule} in `{container}`\n{file}");
    }
}

/// What kubesec finds and is not there, or does not count.
#[test]
fn manifest_finds_nothing_where_kubesec_finds_too_much() {
    let sandbox = Sandbox::new();
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
    for (number, file, rules) in [
        (
            11,
            format!("# nothing\n---\n{service}"),
            &["API-KIND", "API-FIELD"][..],
        ),
        (12, service.to_owned(), &["API-KIND", "API-FIELD"]),
        (
            14,
            with_volume("/opt/processed-data"),
            &["VOL-SENSITIVE-PATH", "VOL-RUNTIME-SOCKET"],
        ),
        (
            16,
            pod("hostAliases: [], containers: [{name: c, image: x}]"),
            &["POD-HOST-ALIASES"],
        ),
    ] {
        sandbox.write("f.yaml", &file);
        let judged = sandbox.run("manifest f.yaml -f json").json();
        let found = list(&judged, "/Misconfigurations").iter();
        let wrong: Vec<&str> = found
            .map(|found| text(found, "/ID"))
            .filter(|id| rules.contains(id))
            .collect();
        assert_eq!(wrong, Vec::<&str>::new(), "{number}: {file}");
    }
}
