//! The verdicts of the admission controller on its own fixtures are ours, too.

use serde_json::Value;

use super::*;
use crate::input;

#[test]
fn judges_as_the_admission_controller() {
    let Some(path) = testkit::shared("conformance/pod-security-standards.tar.gz") else {
        return;
    };
    let data = testkit::members(&path).unwrap();
    let index = String::from_utf8(data["pod-security-standards/index.jsonl"].clone()).unwrap();
    let (mut checked, mut wrong) = (0, Vec::new());
    for line in index.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let file = case["file"].as_str().unwrap();
        let bytes = &data[&format!("pod-security-standards/{file}")];
        let found = input::read(file, bytes, &yaml::Limits::default());
        let gaps = found.gaps.clone().into_sorted();
        assert_eq!((found.objects.len(), gaps.len()), (1, 0), "{file}");
        let subject = Subject {
            pod: found.objects[0].pod().unwrap(),
            host_ports: HostPorts::Written,
        };
        for (level, minor, want) in verdicts(&case["matrix"]) {
            let version = Version::Minor(minor);
            let got = judge(&subject, Standard { level, version });
            let got: Vec<Value> = got
                .into_iter()
                .map(|found| serde_json::json!([found.reason, found.detail]))
                .collect();
            checked += 1;
            if got != want {
                wrong.push(format!("{file} {level} 1.{minor}\n  {got:?}\n  {want:?}"));
            }
        }
    }
    assert!(checked > 20_000, "{checked}");
    let count = wrong.len();
    wrong.truncate(9);
    assert!(
        wrong.is_empty(),
        "{count} of {checked}:\n{}",
        wrong.join("\n")
    );
}

/// Returns the violations of every level and minor version.
fn verdicts(matrix: &Value) -> Vec<(Level, u32, Vec<Value>)> {
    let mut verdicts = Vec::new();
    for (level, ranges) in matrix.as_object().unwrap() {
        for range in ranges.as_array().unwrap() {
            let version = |name: &str| range[name].as_str().unwrap().parse().unwrap();
            let (Version::Minor(from), Version::Minor(to)) = (version("from"), version("to"))
            else {
                panic!("{range}");
            };
            let want = range["violations"].as_array().cloned().unwrap_or_default();
            assert_eq!(want.is_empty(), range["allowed"] == true);
            let level = level.parse().unwrap();
            verdicts.extend((from..=to).map(|minor| (level, minor, want.clone())));
        }
    }
    verdicts
}

#[test]
fn defaults_ports_and_writes_the_refusal() {
    let text = "kind: Pod\nspec: {hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 9}]}]}\n";
    let found = input::read("f", text.as_bytes(), &yaml::Limits::default());
    let subject = Subject {
        pod: found.objects[0].pod().unwrap(),
        host_ports: HostPorts::Defaulted,
    };
    let standard = "baseline:latest".parse().unwrap();
    let violations = judge(&subject, standard);
    assert_eq!(
        message(standard, &violations),
        "violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true), \
         hostPort (container \"a\" uses hostPorts 80, 9)"
    );
    for bad in ["", "v1", "v1.01", "v2.1", "1.3", "v1.+3"] {
        assert!(bad.parse::<Version>().is_err(), "{bad}");
    }
}
