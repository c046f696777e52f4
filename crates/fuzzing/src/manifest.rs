//! Proves that of any bytes each object is judged or a gap says why not, by every check of the Pod
//! Security Standards and by every rule; that a stricter level never allows more; that edits fit.

use manifest::pss::{self, Demand, Level, Standard, Version};
use manifest::{Object, Role, edit, judge};
use yaml::Limits;

/// Reads `input` and judges its objects at every level and several versions.
///
/// # Panics
/// If an object has no place, a pod is neither judged nor a gap, or a level allows what a weaker one
/// refuses.
pub fn check(input: &[u8]) {
    let limits = small();
    let found = manifest::read("f", input, &limits);
    let again = manifest::read("f", input, &limits);
    assert_eq!(format!("{found:?}"), format!("{again:?}"), "the same again");
    assert!(found.objects.len() <= limits.nodes);
    let demand = pss::of_namespaces(&found.objects, None);
    for object in &found.objects {
        assert!(!object.file.is_empty() && object.position().line > 0);
        check_faults(object, &demand);
        for version in [0, 8, 22, 25, 31, pss::LATEST].map(Version::Minor) {
            check_levels(object, version);
        }
    }
    check_judge(&found.objects);
    for gap in found.gaps.into_sorted() {
        assert!(!gap.why.is_empty(), "{gap:?}");
    }
}

/// Findings have a place and a sentence; their edits fit the file and mend what they are for.
fn check_judge(objects: &[Object]) {
    let Some(source) = objects.first().map(|object| &object.source) else {
        return;
    };
    let settings = judge::Settings::default();
    let found = judge::judge(objects, &settings).found;
    for (object, what) in &found {
        assert!(what.spot.line > 0 && !what.message.is_empty(), "{what:?}");
        let is_inside = what.spot.line >= object.position().line;
        assert!(is_inside || has_alias(&object.root), "{what:?}");
    }
    let edits: Vec<_> = found
        .iter()
        .filter_map(|(object, what)| Some((*object, what.edit.as_ref()?)))
        .collect();
    let Ok(text) = std::str::from_utf8(&source.text) else {
        return;
    };
    let Ok(edited) = edit::apply(text, &edits) else {
        return;
    };
    let again = manifest::read("f", edited.as_bytes(), &Limits::default());
    let left = judge::judge(&again.objects, &settings).found;
    let left: Vec<_> = left
        .iter()
        .filter(|(_, what)| what.edit.is_some())
        .collect();
    assert!(left.is_empty(), "{edited}\n{left:?}");
}

/// What is written at an anchor may stand above the object that it is in.
fn has_alias(node: &yaml::Node) -> bool {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        if node.is_alias() || node.written().iter().any(|entry| &*entry.name == "<<") {
            return true;
        }
        todo.extend(node.items());
        todo.extend(node.entries().iter().map(|entry| &entry.value));
    }
    false
}

/// Limits that inputs of a few kilobytes exceed.
pub(crate) fn small() -> Limits {
    Limits {
        bytes: 64 << 10,
        documents: 32,
        depth: 24,
        nodes: 2_000,
        alias_nodes: 500,
    }
}

fn check_levels(object: &Object, version: Version) {
    let judge = |level| pss::judge_object(object, Standard { level, version });
    let count = |level| judge(level).map(|violations| violations.len());
    let [privileged, baseline, restricted] =
        [Level::Privileged, Level::Baseline, Level::Restricted].map(count);
    assert_eq!(privileged, object.pod().map(|_| 0), "{object:?}");
    // of Windows, restricted asks less of capabilities than baseline
    let is_windows = |pod: manifest::Pod<'_>| {
        let name = pod.spec(&["os", "name"]).and_then(yaml::Node::as_str);
        name == Some("windows")
    };
    let is_stricter = baseline.unwrap_or(0) == 0 || restricted.unwrap_or(0) > 0;
    assert!(
        is_stricter || object.pod().is_some_and(is_windows),
        "{version}: {object:?}"
    );
    for violation in judge(Level::Restricted).into_iter().flatten() {
        assert!(!violation.to_string().is_empty());
    }
}

/// What has no pod or container although its kind has one, or an unknown level, is a gap.
fn check_faults(object: &Object, demand: &Demand) {
    let faults = pss::faults(object, demand);
    let Some(pod) = object.pod() else { return };
    let has_container = pod.containers(&[Role::Main]).next().is_some();
    let is_whole = has_container && demand.of(object).is_some();
    assert!(is_whole || !faults.is_empty(), "{object:?}");
}

/// Returns workloads of several kinds, lists, namespaces, and what is of a wrong type.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 6] = [
        b"# Source: c/templates/a.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec:\n  template:\n    metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}\n    spec:\n      hostNetwork: true\n      securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}], seLinuxOptions: {type: t, user: u}, windowsOptions: {hostProcess: true}}\n      containers: [{name: a, image: x, ports: [{hostPort: 80}], securityContext: {privileged: true, procMount: Unmasked, runAsUser: 0, capabilities: {add: [NET_ADMIN], drop: [ALL]}}}]\n      volumes: [{name: v, hostPath: {path: /}}]\n",
        b"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.20}}\n---\nkind: Pod\nmetadata: {namespace: shop}\nspec: {os: {name: windows}, hostUsers: false, initContainers: [{name: i, livenessProbe: {httpGet: {host: h}}}], containers: [{name: &n c}, {name: *n}]}\n",
        b"{\"kind\":\"List\",\"items\":[{\"kind\":\"CronJob\",\"spec\":{\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":{\"containers\":[{}]}}}}}},{\"kind\":\"PodList\",\"items\":[{\"kind\":\"Pod\"}]},7,null]}",
        b"kind: Pod\nspec: {containers: {a: 1}, hostPID: 'true', securityContext: [], volumes: 3}\n---\nkind: List\nitems: {a: 1}\n---\na: 1\n",
        b"x: &a [1, 2]\nkind: Pod\nspec: &s {containers: [*a, *a], <<: {hostIPC: yes}}\n",
        b"kind: StatefulSet\n---\nkind: [\n---\nkind: 1\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
