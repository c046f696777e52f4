//! Every rule finds what its bad examples show, and nothing in its good ones.

use model::{Digest, Running, Severity};

use super::*;
use crate::Known;

/// Returns the ids of the rules that find something in an example.
fn found(example: &str) -> Vec<&'static str> {
    let (image, container) = example.split_once("\n---\n").unwrap();
    let limits = yaml::Limits::default();
    let image = yaml::read_one(image.as_bytes(), &limits)
        .unwrap()
        .root
        .to_json();
    let only = image["only"].as_str().map(ToOwned::to_owned);
    let running: Running = serde_json::from_value(image).unwrap();
    let (container, pod) = container.split_once("\n---\n").unwrap_or((container, ""));
    let named = if container.contains("image:") {
        ""
    } else {
        "    image: shop/api:1\n"
    };
    let fields = container.replace('\n', "\n    ");
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n{named}    {fields}\n  {pod}\n"
    );
    let input = manifest::read("pod.yaml", pod.as_bytes(), &yaml::Limits::default());
    let digest: Digest = format!("sha256:{:064x}", 1).parse().unwrap();
    let known = |_: &str| {
        Some(Known {
            digest: Some(&digest),
            running: &running,
            only: only.as_deref(),
        })
    };
    let [object] = &input.objects[..] else {
        panic!("{pod}");
    };
    crate::judge(object, known)
        .iter()
        .map(|it| it.rule.id)
        .collect()
}

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    for check in CHECKS {
        assert!(
            !check.bad.is_empty() && !check.good.is_empty(),
            "{}",
            check.rule.id
        );
        for (examples, want) in [(check.bad, true), (check.good, false)] {
            for example in examples {
                let has = found(example).contains(&check.rule.id);
                assert_eq!(has, want, "{}: {example}", check.rule.id);
            }
        }
    }
}

#[test]
fn what_is_not_known_is_no_finding() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: x, securityContext: {runAsNonRoot: true}}]}\n";
    let input = manifest::read("pod.yaml", pod.as_bytes(), &yaml::Limits::default());
    assert!(crate::judge(&input.objects[0], |_| None).is_empty());
}

/// What the manifest itself says of its user stands, whatever the image names.
#[test]
fn an_image_weighs_only_where_the_manifest_is_silent() {
    let cases = [
        ("{}", "10001", Severity::Low),
        ("{}", "10001:0", Severity::Low),
        ("{}", "4294967295", Severity::Medium),
        ("{}", "4294967296", Severity::Medium),
        ("{}", " 10001", Severity::Medium),
        ("{}", "0", Severity::Medium),
        ("{}", "app", Severity::Medium),
        ("{}", "", Severity::Medium),
        ("{runAsNonRoot: false}", "10001", Severity::Medium),
        (
            "{runAsNonRoot: false, runAsUser: 0}",
            "10001",
            Severity::Medium,
        ),
    ];
    for (context, user, want) in cases {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: a, image: x, securityContext: {context}}}]}}\n"
        );
        let input = manifest::read("pod.yaml", pod.as_bytes(), &yaml::Limits::default());
        let verdict = manifest::judge::judge(&input.objects, &manifest::judge::Settings::default());
        let mut found: Vec<_> = verdict.found.into_iter().map(|(_, it)| it).collect();
        let running = Running {
            user: user.to_owned(),
            ..Running::default()
        };
        let known = |_: &str| {
            Some(Known {
                digest: None,
                running: &running,
                only: None,
            })
        };
        crate::weigh(&input.objects[0], &mut found, known);
        let severity = found
            .iter()
            .find(|it| it.rule.id == "CTR-NON-ROOT")
            .map(|it| it.severity);
        assert_eq!(severity, Some(want), "{context} {user:?}");
    }
}
