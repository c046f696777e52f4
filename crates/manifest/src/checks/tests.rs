//! Each check on its own examples.

use model::Misconfiguration;

use super::*;
use crate::{edit, input, judge, pss};

/// Returns what a check finds, and the text with its edits.
fn asked(check: &Check, text: &str) -> (Vec<Misconfiguration>, String) {
    let input = input::read("example.yaml", text.as_bytes(), &yaml::Limits::default());
    assert!(input.gaps.clone().into_sorted().is_empty(), "{text}");
    let mut found = judge::judge(&input.objects, &judge::Settings::default()).found;
    found.retain(|(_, what)| what.rule.id == check.rule.id);
    let edits: Vec<_> = found
        .iter()
        .filter_map(|(object, what)| Some((*object, what.edit.as_ref()?)))
        .collect();
    let edited = edit::apply(text, &edits).unwrap();
    (found.into_iter().map(|(_, what)| what).collect(), edited)
}

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    for check in CHECKS {
        let id = check.rule.id;
        assert!(!check.bad.is_empty() && !check.good.is_empty(), "{id}");
        for text in check.bad {
            let text = check.example(text);
            assert!(!asked(check, &text).0.is_empty(), "{id} misses\n{text}");
        }
        for text in check.good {
            let text = check.example(text);
            let (found, _) = asked(check, &text);
            assert!(found.is_empty(), "{id} finds\n{text}\n{found:?}");
        }
    }
}

#[test]
fn edits_mend_what_they_are_for() {
    for check in CHECKS {
        for text in check.bad {
            let (found, edited) = asked(check, &check.example(text));
            let beyond_repair = found.iter().filter(|what| what.edit.is_none()).count();
            let (left, _) = asked(check, &edited);
            assert_eq!(left.len(), beyond_repair, "{}\n{edited}", check.rule.id);
        }
    }
}

/// Applies the edits of all checks.
fn edited(text: &str) -> Result<String, edit::Misfit> {
    let input = input::read("example.yaml", text.as_bytes(), &yaml::Limits::default());
    assert!(input.gaps.into_sorted().is_empty(), "{text}");
    let found = judge::judge(&input.objects, &judge::Settings::default()).found;
    let edits: Vec<_> = found
        .iter()
        .filter_map(|(object, what)| Some((*object, what.edit.as_ref()?)))
        .collect();
    edit::apply(text, &edits)
}

#[test]
fn edits_of_all_checks_go_together() {
    for check in CHECKS {
        for text in check.bad {
            let text = check.example(text);
            let mended = edited(&text).unwrap_or_else(|misfit| panic!("{misfit}\n{text}"));
            assert_eq!(edited(&mended).unwrap(), mended, "{text}");
        }
    }
}

#[test]
fn ids_are_a_family_and_words() {
    let families = [
        "API", "CTR", "IMG", "KEY", "NET", "POD", "PRB", "RBAC", "REL", "RES", "SA", "VOL",
    ];
    for check in CHECKS {
        let Rule {
            id,
            title,
            concern,
            fix,
            ..
        } = check.rule;
        let (family, words) = id.split_once('-').unwrap();
        assert!(families.contains(&family), "{id}");
        let is_word = |c: char| c.is_ascii_uppercase() || c == '-';
        assert!(!words.is_empty() && words.chars().all(is_word), "{id}");
        for text in [title, concern, fix] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{id}: {text}");
            assert!(!text.contains("  "), "{id}: {text}");
        }
    }
    let mut ids: Vec<_> = CHECKS.iter().map(|check| check.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CHECKS.len());
}

/// Checks of Pod Security, and the rules that find what they refuse.
const OF_POD_SECURITY: &[(&str, &[&str])] = &[
    ("allowPrivilegeEscalation", &["CTR-ESCALATION"]),
    ("appArmorProfile", &["CTR-APPARMOR"]),
    (
        "capabilities_restricted",
        &[
            "CTR-CAPABILITIES",
            "CTR-CAPABILITY-NAME",
            "CTR-ADDED-CAPABILITIES",
            "CTR-NODE-CAPABILITIES",
        ],
    ),
    (
        "hostNamespaces",
        &["POD-HOST-NETWORK", "POD-HOST-PID", "POD-HOST-IPC"],
    ),
    ("hostPorts", &["POD-HOST-PORT"]),
    ("hostProbesAndHostLifecycle", &["CTR-PROBE-HOST"]),
    ("privileged", &["CTR-PRIVILEGED"]),
    ("procMount_restricted", &["CTR-PROC-MOUNT"]),
    (
        "restrictedVolumes",
        &["VOL-TYPE", "VOL-HOST-PATH", "VOL-GIT-REPO"],
    ),
    ("runAsNonRoot", &["CTR-NON-ROOT", "CTR-ROOT"]),
    ("runAsUser", &["CTR-ROOT", "CTR-CONTRADICTION"]),
    ("seLinuxOptions", &["CTR-SELINUX"]),
    ("seccompProfile_restricted", &["CTR-SECCOMP"]),
    ("sysctls", &["POD-SYSCTLS"]),
    ("windowsHostProcess", &["CTR-HOST-PROCESS"]),
];

#[test]
fn what_pod_security_refuses_is_found() {
    let Some(path) = testkit::shared("conformance/pod-security-standards.tar.gz") else {
        return;
    };
    let data = testkit::members(&path).unwrap();
    let fixtures = data.iter().filter(|(name, _)| is_yaml(name));
    let (mut refused, mut missed) = (0, Vec::new());
    for (name, bytes) in fixtures {
        let input = input::read(name, bytes, &yaml::Limits::default());
        let pod = input.objects[0].pod().unwrap();
        let host_ports = pss::HostPorts::Written;
        let standard = "restricted".parse().unwrap();
        let found = judge::judge(&input.objects, &judge::Settings::default()).found;
        for violation in pss::judge(&pss::Subject { pod, host_ports }, standard) {
            refused += 1;
            let of_check = OF_POD_SECURITY
                .iter()
                .find(|(check, _)| *check == violation.check);
            let (_, rules) = of_check.unwrap_or_else(|| panic!("{}", violation.check));
            if !found.iter().any(|found| rules.contains(&found.1.rule.id)) {
                missed.push((name.rsplit('/').next().unwrap(), violation.check));
            }
        }
    }
    assert!(refused > 500, "{refused}");
    assert!(missed.is_empty(), "{missed:?}");
}

fn is_yaml(name: &str) -> bool {
    name.rsplit('.').next() == Some("yaml")
}
