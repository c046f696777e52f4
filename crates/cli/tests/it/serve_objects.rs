//! `seaworthy serve`: which changes of objects are judged, and what nobody can judge.

use serde_json::{Value, json};

use crate::check::{POLICY, sandbox};
use crate::server::{FILES, Server, admission_review, pod};

#[test]
fn what_changes_no_image_or_goes_away_passes_at_once() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let bad = pod(&["quay.io/other:1"]);
    let mut going = bad.clone();
    going["metadata"]["deletionTimestamp"] = json!("2026-11-26T00:00:00Z");
    let mut went = pod(&["shop/api:1.4"]);
    went["metadata"]["deletionTimestamp"] = json!("2026-11-26T00:00:00Z");
    let mut volume = pod(&["registry.example/fine:1"]);
    volume["spec"]["volumes"] = json!([{"name": "v", "image": {"reference": "quay.io/other:1"}}]);
    let mut ephemeral = pod(&["registry.example/fine:1"]);
    ephemeral["spec"]["ephemeralContainers"] =
        json!([{"name": "debug", "image": "quay.io/other:1"}]);
    sandbox.write("policy.yaml", POLICY);
    for (operation, object, old, is_allowed) in [
        ("CREATE", &bad, &Value::Null, false),
        ("UPDATE", &bad, &pod(&["shop/api:1.4"]), false),
        ("UPDATE", &bad, &bad, true),
        ("UPDATE", &going, &went, true),
        // who says so only now is not being deleted
        ("UPDATE", &going, &pod(&["shop/api:1.4"]), false),
        ("DELETE", &Value::Null, &bad, true),
        ("CREATE", &volume, &Value::Null, false),
        (
            "UPDATE",
            &ephemeral,
            &pod(&["registry.example/fine:1"]),
            false,
        ),
        (
            "CREATE",
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}),
            &Value::Null,
            true,
        ),
    ] {
        let answer = server.json("/validate", &admission_review(operation, object, old));
        assert_eq!(
            answer["response"]["allowed"], is_allowed,
            "{operation} {object} {answer}"
        );
        assert_eq!(answer["response"]["uid"], "u-1");
    }
}

/// What a create is denied for comes in by no update either; what changes nothing of it passes.
#[test]
fn an_update_brings_in_nothing_that_nobody_can_judge() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let own = |kind: &str, spec: Value| json!({"apiVersion": "x.example/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec});
    let run = |image: &str| json!({"spec": {"containers": [{"name": "a", "image": image}]}});
    let (good, evil) = (run("shop/api:1.4"), run("evil.example/x:1"));
    let foo = own("Foo", json!({"template": good}));
    let hides = own("Foo", json!({"template": good, "workerTemplate": evil}));
    let flow = |image: &str| {
        own(
            "Workflow",
            json!({"templates": [{"container": {"image": image}}]}),
        )
    };
    let mut noted = hides.clone();
    noted["metadata"]["finalizers"] = json!(["x.example/a"]);
    noted["status"] = json!({"phase": "on"});
    let mut scaled = hides.clone();
    scaled["spec"]["replicas"] = json!(2);
    let mut labelled = pod(&[""]);
    labelled["metadata"]["labels"] = json!({"a": "b"});
    let mut longer = pod(&[""]);
    longer["spec"]["activeDeadlineSeconds"] = json!(5);
    let mut patient = pod(&["quay.io/other:1"]);
    patient["spec"]["activeDeadlineSeconds"] = json!(5);
    for (new, old, is_allowed) in [
        (&hides, &foo, false),
        (&scaled, &hides, false),
        (&noted, &hides, true),
        (&flow("evil.example/x:1"), &flow("shop/api:1.4"), false),
        (
            &flow("evil.example/x:1"),
            &own("Workflow", json!({})),
            false,
        ),
        (&labelled, &pod(&[""]), true),
        (&longer, &pod(&[""]), false),
        (&patient, &pod(&["quay.io/other:1"]), true),
    ] {
        let answer = server.json("/validate", &admission_review("UPDATE", new, old));
        assert_eq!(answer["response"]["allowed"], is_allowed, "{new} {answer}");
    }
}

#[test]
fn what_nobody_can_judge_is_denied() {
    let sandbox = sandbox();
    let excludes = format!("{POLICY}  match: {{excludedNamespaces: [kube-system]}}\n");
    sandbox.write("policy.yaml", excludes);
    let server = Server::start(&sandbox, FILES, None);
    let bad = pod(&["quay.io/other:1"]);
    let mut large = bad.clone();
    large["spec"]["imagePullSecrets"] = json!(vec![json!({}); 450_000]);
    let mut elsewhere = bad.clone();
    elsewhere["metadata"]["namespace"] = json!("kube-system");
    let mut going = bad.clone();
    going["metadata"]["deletionTimestamp"] = json!("2026-11-26T00:00:00Z");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [pod(&["shop/api:2"]), bad]});
    for object in [
        large,
        elsewhere,
        going,
        list,
        Value::Null,
        json!("x"),
        json!([]),
        json!({}),
    ] {
        let answer = server.json(
            "/validate",
            &admission_review("CREATE", &object, &Value::Null),
        );
        let shown: String = object.to_string().chars().take(200).collect();
        assert_eq!(answer["response"]["allowed"], false, "{shown}");
    }
}

#[test]
fn what_is_judged_in_part_is_denied() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let mut crowd = pod(&[]);
    crowd["spec"]["initContainers"] = json!(vec![json!({}); 1_001]);
    let mut patch = pod(&[]);
    patch["$patch"] = json!("replace");
    let mut number = pod(&["shop/api:1.4"]);
    number["spec"]["containers"][0]["image"] = json!(5);
    let mut unlisted = pod(&[]);
    unlisted["spec"]["initContainers"] = json!({"name": "a", "image": "quay.io/other:1"});
    let mut nameless = pod(&[]);
    nameless["spec"]["containers"] = json!([{"name": "a"}]);
    let mut misspelt = pod(&["quay.io/other:1"]);
    misspelt["kind"] = json!("pod");
    for (object, why) in [
        (number, "the image of its container `c0` is no text"),
        (pod(&[""]), "its container `c0` names no image"),
        (nameless, "its container `a` names no image"),
        (unlisted, "its initContainers are no list"),
        (misspelt, "it has containers, but its kind is not known"),
        (pod(&[]), ""),
        (crowd, "it has more than 1000 containers"),
        (patch, "patch"),
    ] {
        let answer = server.json(
            "/validate",
            &admission_review("CREATE", &object, &Value::Null),
        );
        assert_eq!(answer["response"]["allowed"], why.is_empty(), "{answer}");
        assert!(answer.to_string().contains(why), "{why}: {answer}");
    }
}

/// What the request says that it is about is what the API server will make of it.
#[test]
fn an_object_is_what_its_request_says() {
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}});
    let mut review: Value =
        serde_json::from_slice(&admission_review("CREATE", &object, &Value::Null)).unwrap();
    for (kind, why) in [
        ("ConfigMap", ""),
        ("", ""),
        ("Pod", "it is said to be a Pod, and is a `ConfigMap`"),
    ] {
        review["request"]["kind"]["kind"] = json!(kind);
        let answer = server.json("/validate", review.to_string().as_bytes());
        assert_eq!(answer["response"]["allowed"], why.is_empty(), "{answer}");
        assert!(answer.to_string().contains(why), "{why}: {answer}");
    }
}

#[test]
fn who_debugs_a_pod_is_asked_only_about_what_they_add() {
    let sandbox = sandbox();
    let lets_pass = format!("{POLICY}  cases: {{unscannable: {{action: allow}}}}\n");
    sandbox.write("policy.yaml", lets_pass);
    let server = Server::start(&sandbox, FILES, None);
    let running = pod(&["quay.io/other:1"]);
    for (image, is_privileged, is_allowed, warnings) in [
        ("registry.example/debug:1", false, true, 0),
        ("registry.example/debug:1", true, true, 1),
        ("quay.io/debug:1", false, false, 1),
        // its own image again, which the name may not mean any more
        ("quay.io/other:1", true, false, 1),
    ] {
        let mut debugged = running.clone();
        let context = json!({"privileged": is_privileged});
        debugged["spec"]["ephemeralContainers"] =
            json!([{"name": "debug", "image": image, "securityContext": context}]);
        let review = admission_review("UPDATE", &debugged, &running);
        let mut review: Value = serde_json::from_slice(&review).unwrap();
        review["request"]["subResource"] = json!("ephemeralcontainers");
        let answer = server.json("/validate", review.to_string().as_bytes());
        let response = &answer["response"];
        assert_eq!(response["allowed"], is_allowed, "{image} {answer}");
        let warned = response["warnings"].as_array().map_or(0, Vec::len);
        assert!(warned >= warnings, "{image} {is_privileged} {answer}");
        assert_eq!(
            warned == 0,
            warnings == 0,
            "{image} {is_privileged} {answer}"
        );
    }
}

/// Who asks where for what, by which policy; and what comes of it.
#[test]
fn what_nobody_can_judge_is_decided_about_by_the_policy() {
    let hidden = json!({
        "apiVersion": "shop.example/v1", "kind": "Ship", "metadata": {"name": "a"},
        "spec": {"crew": {"containers": [{"image": "evil.example/x:1"}]}},
    });
    let mut urgent = hidden.clone();
    urgent["metadata"]["annotations"] = json!({"x.image-policy.k8s.io/urgent": "fire"});
    let glass = "breakGlass: {annotation: x.image-policy.k8s.io/urgent, users: [alice], namespaces: [shop]}";
    let case = "cases: {unscannable: {action: warn}}";
    for (spec, object, want) in [
        ("", &hidden, "deny"),
        ("match: {excludedNamespaces: [shop]}", &hidden, "allow"),
        ("match: {labels: {app: web}}", &hidden, "deny"),
        (glass, &urgent, "warn"),
        (glass, &hidden, "deny"),
        ("mode: audit", &hidden, "deny"),
        (&format!("mode: audit\n  {case}"), &hidden, "warn"),
        (&format!("mode: warn\n  {case}"), &hidden, "warn"),
    ] {
        let sandbox = sandbox();
        sandbox.write("policy.yaml", format!("{POLICY}  {spec}\n"));
        let server = Server::start(&sandbox, FILES, None);
        let answer = server.json(
            "/validate",
            &admission_review("CREATE", object, &Value::Null),
        );
        let response = &answer["response"];
        assert_eq!(response["allowed"], want != "deny", "{spec} {answer}");
        assert_eq!(
            response["auditAnnotations"]["seaworthy-outcome"], want,
            "{spec} {answer}"
        );
        let line = server.logged("Ship/a");
        assert_eq!(
            (&line["kind"], &line["outcome"]),
            (&json!("decision"), &json!(want)),
            "{line}"
        );
        let (_, metrics) = server.ask("GET", "/metrics", b"");
        let count =
            format!("seaworthy_decisions_total{{endpoint=\"/validate\",outcome=\"{want}\"}} 1");
        assert!(metrics.contains(&count), "{metrics}");
    }
    let sandbox = sandbox();
    let server = Server::start(&sandbox, FILES, None);
    server.json("/image-policy", b"{}");
    assert_eq!(server.logged("refusal")["endpoint"], "/image-policy");
}

/// A policy that only audits lets all in, and says what it would have denied.
#[test]
fn what_would_be_denied_is_in_the_logs() {
    let sandbox = sandbox();
    let rule = "{name: names, registries: {allow: [\"shop/**\"]}}";
    let before = POLICY.split("  - ").next().unwrap();
    let before = before.replace("  rules:", "  mode: audit\n  rules:");
    sandbox.write("policy.yaml", format!("{before}  - {rule}\n"));
    let server = Server::start(&sandbox, FILES, None);
    let object = pod(&["evil.example/a:1"]);
    let review = admission_review("CREATE", &object, &Value::Null);
    let answer = server.json("/validate", &review);
    assert_eq!(answer["response"]["allowed"], true, "{answer}");
    let want = "audit: evil.example/a:1: names: evil.example/a is none of the allowed; take it from shop/**";
    let audit = &answer["response"]["auditAnnotations"]["seaworthy-reasons"];
    assert!(audit.as_str().unwrap().starts_with(want), "{audit}");
    let line = server.logged("decision");
    assert_eq!(line["reasons"], json!([want]), "{line}");
    assert_eq!(
        (&line["outcome"], &line["message"]),
        (&json!("allow"), &json!(""))
    );
}
