//! Edits in every layout.

use super::*;

const ESCALATION: (&str, Change) = (
    "/spec/containers/0/securityContext/allowPrivilegeEscalation",
    Change::Set("false"),
);
const DROP: (&str, Change) = (
    "/spec/containers/0/securityContext/capabilities/drop",
    Change::AddItem("ALL"),
);

fn edited(text: &str, edits: &[(&str, Change)]) -> Option<String> {
    let input = read("f", text.as_bytes(), &Limits::default());
    let root = &input.objects[0].root;
    let edits: Option<Vec<Edit>> = edits
        .iter()
        .map(|&(pointer, change)| {
            let parts = pointer.split('/').skip(1);
            let pointer = parts.fold(Pointer::default(), Pointer::key);
            new(root, pointer, change)
        })
        .collect();
    let edits = edits?;
    let edits: Vec<_> = edits.iter().map(|edit| (&input.objects[0], edit)).collect();
    Some(apply(text, &edits).unwrap())
}

#[test]
fn edits_keep_the_layout() {
    let pod = "kind: Pod\nspec:\n  containers:\n";
    for (before, after) in [
        // behind a first line, its comment kept
        (
            "  - name: a # the shop\n    image: x\n",
            "  - name: a # the shop\n    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        drop: [ALL]\n    image: x\n",
        ),
        // before a first field of several lines
        (
            "  - args:\n    - x\n    image: x\n",
            "  - securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        drop: [ALL]\n    args:\n    - x\n    image: x\n",
        ),
        // values that are there
        (
            "  - securityContext:\n      allowPrivilegeEscalation: yes # why\n      capabilities:\n        drop:\n        - NET_RAW\n",
            "  - securityContext:\n      allowPrivilegeEscalation: false # why\n      capabilities:\n        drop:\n        - ALL\n        - NET_RAW\n",
        ),
        // a truth in quotes is none
        (
            "  - securityContext:\n      allowPrivilegeEscalation: 'true'\n      capabilities: {drop: [NET_RAW]}\n",
            "  - securityContext:\n      allowPrivilegeEscalation: false\n      capabilities: {drop: [ALL, NET_RAW]}\n",
        ),
        // in flow
        (
            "  - {name: a, securityContext: {capabilities: {drop: [NET_RAW]}}}\n",
            "  - {name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL, NET_RAW]}}}\n",
        ),
        // nothing where something should be
        (
            "  - name: a\n    securityContext: # soon\n    image: x\n",
            "  - name: a\n    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}} # soon\n    image: x\n",
        ),
        (
            "  - name: a\n    securityContext: {}\n",
            "  - name: a\n    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n",
        ),
        (
            "  - securityContext: ~\n    name: a",
            "  - securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n    name: a",
        ),
    ] {
        let (before, after) = (format!("{pod}{before}"), format!("{pod}{after}"));
        let got = edited(&before, &[ESCALATION, DROP]).unwrap();
        assert_eq!(got, after, "{before}");
    }
}

#[test]
fn json_and_line_breaks_stay_what_they_are() {
    let json = r#"{"kind": "Pod", "spec": {"containers": [{"name": "a"}]}}"#;
    let want = r#"{"kind": "Pod", "spec": {"containers": [{"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}, "name": "a"}]}}"#;
    assert_eq!(edited(json, &[ESCALATION, DROP]).unwrap(), want);
    let lines = "kind: Pod\r\nspec:\r\n  containers:\r\n  - name: a\r\n";
    let want = "kind: Pod\r\nspec:\r\n  containers:\r\n  - name: a\r\n    securityContext:\r\n      allowPrivilegeEscalation: false\r\n";
    assert_eq!(edited(lines, &[ESCALATION]).unwrap(), want);
}

#[test]
fn what_is_shared_is_not_edited() {
    for text in [
        "x: &c {name: a}\nkind: Pod\nspec:\n  containers: [*c]\n",
        "x: &s {runAsUser: 1}\nkind: Pod\nspec:\n  containers:\n  - securityContext: *s\n",
        "x: &c {securityContext: {}}\nkind: Pod\nspec:\n  containers:\n  - <<: *c\n",
        "kind: Pod\nspec:\n  containers:\n  - securityContext: &s\n      runAsUser: 1\n  - securityContext: {<<: *s, privileged: true}\n",
        "kind: Pod\nspec:\n  containers:\n  - securityContext: no\n",
    ] {
        assert_eq!(edited(text, &[ESCALATION]), None, "{text}");
    }
}
