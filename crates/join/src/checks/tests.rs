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
    let known = [Known {
        platform: "linux/amd64",
        digest: Some(&digest),
        running: Some(&running),
        only: only.as_deref(),
    }];
    let [object] = &input.objects[..] else {
        panic!("{pod}");
    };
    crate::judge(object, |_| &known)
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
    assert!(crate::judge(&input.objects[0], |_| &[]).is_empty());
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
        let known = [Known {
            platform: AMD,
            digest: None,
            running: Some(&running),
            only: None,
        }];
        crate::weigh(&input.objects[0], &mut found, |_| &known);
        let severity = found
            .iter()
            .find(|it| it.rule.id == "CTR-NON-ROOT")
            .map(|it| it.severity);
        assert_eq!(severity, Some(want), "{context} {user:?}");
    }
}

const AMD: &str = "linux/amd64";
const ARM: &str = "linux/arm64";

/// Platforms and their users, on which of them JOIN-ROOT says that it is root, and as whom CTR-NON-ROOT
/// says that it runs, if it is weighed.
type OnPlatforms = (
    &'static [(&'static str, Option<&'static str>)],
    &'static str,
    &'static str,
);

const ON_PLATFORMS: [OnPlatforms; 9] = [
    (
        &[(AMD, Some("10001")), (ARM, Some(""))],
        " on linux/arm64",
        "",
    ),
    (
        &[(ARM, Some("")), (AMD, Some("10001"))],
        " on linux/arm64",
        "",
    ),
    (&[(AMD, Some("")), (ARM, Some(""))], "on all", ""),
    (
        &[(AMD, Some("10001")), (ARM, Some("10001"))],
        "on none",
        "10001",
    ),
    (
        &[(AMD, Some("10002:1")), (ARM, Some("10001"))],
        "on none",
        "10001 or 10002",
    ),
    (
        &[
            (AMD, Some("10001")),
            ("windows/amd64", Some("ContainerUser")),
        ],
        "on none",
        "10001",
    ),
    (&[(AMD, Some("10001")), (ARM, None)], "on none", ""),
    (&[(AMD, Some("")), (ARM, None)], " on linux/amd64", ""),
    (
        &[
            ("a/1", Some("")),
            ("a/2", Some("")),
            ("a/3", Some("")),
            ("a/4", Some("")),
            (ARM, Some("1")),
        ],
        " on a/1, a/2, a/3 and 1 more",
        "",
    ),
];

/// Whoever orders the platforms of an image chooses no verdict: what is wrong on one of them is wrong.
#[test]
fn what_is_wrong_on_one_platform_counts_and_is_told() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: x}]}\n";
    let input = manifest::read("pod.yaml", pod.as_bytes(), &yaml::Limits::default());
    let object = &input.objects[0];
    for (platforms, rooted, weighed) in ON_PLATFORMS {
        let running = |platform: &str, user: &str| Running {
            user: user.to_owned(),
            is_windows: platform.starts_with("windows"),
            ..Running::default()
        };
        let all: Vec<_> = platforms
            .iter()
            .map(|(platform, user)| (*platform, user.map(|user| running(platform, user))))
            .collect();
        let known: Vec<_> = all
            .iter()
            .map(|(platform, running)| Known {
                platform,
                digest: None,
                running: running.as_ref(),
                only: None,
            })
            .collect();
        let seen = "neither it nor its image names a user, so it runs as root";
        let want = match rooted {
            "on none" => String::new(),
            "on all" => seen.to_owned(),
            some => format!("{seen}{some}"),
        };
        let found = crate::judge(object, |_| &known);
        let root = found.iter().find(|it| it.rule.id == "JOIN-ROOT");
        assert_eq!(
            root.map_or("", |it| it.message.as_str()),
            want,
            "{platforms:?}"
        );
        let verdict = manifest::judge::judge(&input.objects, &manifest::judge::Settings::default());
        let mut found: Vec<_> = verdict.found.into_iter().map(|(_, it)| it).collect();
        crate::weigh(object, &mut found, |_| &known);
        let it = found
            .iter()
            .find(|it| it.rule.id == "CTR-NON-ROOT")
            .unwrap();
        let is_weighed = it
            .message
            .ends_with(&format!("; its image runs as user {weighed}"));
        assert_eq!(
            (is_weighed, it.severity == Severity::Low),
            (!weighed.is_empty(), !weighed.is_empty()),
            "{platforms:?} {}",
            it.message
        );
    }
}
