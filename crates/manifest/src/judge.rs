//! Asks every check about every object, container by container.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use model::{Gap, GapKind, Gaps, Misconfiguration, Severity, Spot, Waiver};
use yaml::Node;

use crate::bundle::Bundle;
use crate::checks::{Ask, CHECKS, Check};
use crate::hits::{Hit, Hits};
use crate::masks::Masks;
use crate::object::{HIDDEN, PATCH};
use crate::workload::{Container, Pod, Role};
use crate::{Object, edit, workload};

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Minor version of the Kubernetes that will run the objects: 37 for 1.37.
    pub minor: u32,
    /// The least severity that the caller asks about: to make findings that nobody reads costs most of
    /// the time.
    pub least: Severity,
    /// How many findings are kept; beyond it there is a gap.
    pub findings: usize,
    /// How many gaps of a kind are listed one by one.
    pub gaps: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            minor: crate::pss::LATEST,
            least: Severity::Unknown,
            findings: 200_000,
            gaps: 100,
        }
    }
}

/// What was found in the objects of one call.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// Each with its object; sorted as [`model::Judgement`] says.
    pub found: Vec<(&'a Object, Misconfiguration)>,
    /// What was not looked at.
    pub gaps: Gaps,
}

/// Annotations that say why a rule does not count: `seaworthy.dev/ignore.CTR-PRIVILEGED: reason`.
const IGNORE: &str = "seaworthy.dev/ignore.";

fn is_rule(id: &str) -> bool {
    CHECKS.iter().any(|check| check.rule.id == id)
}

/// Judges the objects of one call.
pub fn judge<'a>(objects: &'a [Object], settings: &Settings) -> Verdict<'a> {
    let bundle = Bundle::new(objects, settings.minor);
    let mut verdict = Verdict {
        found: Vec::new(),
        gaps: Gaps::new(settings.gaps),
    };
    let mut masks = Masks::default();
    for object in objects {
        let mut hits = Hits::new(object, &bundle, verdict.gaps);
        let waivers = waivers(object);
        let mut found = Vec::new();
        let asked = Asked::new(object);
        let is_whole = !object.is_patch();
        if !is_whole {
            hits.unread(PATCH);
        }
        for id in waivers.keys().filter(|id| !is_rule(id)) {
            let why = format!("{IGNORE}{id}: no rule is called so, and nothing is ignored");
            hits.gap(&why, "a finding that was meant");
        }
        for check in CHECKS.iter().filter(|_| is_whole) {
            ask(check, &asked, &mut hits, |hit| {
                if hit.is_secret {
                    masks.add(object, &hit.at);
                }
                let is_asked = severity(check, &hit) >= settings.least;
                if is_asked && found.len() <= settings.findings {
                    found.push((object, finding(check, object, &waivers, hit)));
                }
            });
        }
        if object.hides_containers() {
            hits.unread(HIDDEN);
        }
        found.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)));
        verdict.found.append(&mut found);
        verdict.gaps = hits.into_gaps();
        if verdict.found.len() > settings.findings {
            verdict.found.truncate(settings.findings);
            let why = format!(
                "more than {} findings; the rest was left out",
                settings.findings
            );
            verdict.limit(object, &why);
            break;
        }
    }
    if let Some(last) = objects.last().filter(|_| bundle.is_exhausted()) {
        verdict.limit(last, "too many pairs of objects to compare");
    }
    masks.apply(&mut verdict.found);
    verdict
}

/// The worst first, then as they stand in the file, then by rule.
fn order(what: &Misconfiguration) -> impl Ord + '_ {
    (Reverse(what.severity), &what.spot, what.rule.id)
}

impl Verdict<'_> {
    fn limit(&mut self, object: &Object, why: &str) {
        let place = format!("{}:{}", object.file, object.position());
        self.gaps
            .add(Gap::new(GapKind::Limited, place, why, "misconfigurations"));
    }
}

/// An object with its pod and its containers, looked for once.
struct Asked<'o> {
    object: &'o Object,
    pod: Option<Pod<'o>>,
    containers: Vec<Container<'o>>,
}

impl<'o> Asked<'o> {
    fn new(object: &'o Object) -> Self {
        let pod = object.pod();
        let containers = pod.iter().flat_map(|pod| pod.containers(&Role::ALL));
        Self {
            object,
            pod,
            containers: containers.collect(),
        }
    }
}

/// Asks one check, and hands on what it found with its container.
fn ask(check: &Check, asked: &Asked<'_>, hits: &mut Hits<'_>, mut found: impl FnMut(Hit)) {
    match check.ask {
        Ask::Object(ask) => ask(asked.object, hits),
        Ask::Pod(ask) => {
            if let Some(pod) = asked.pod {
                ask(pod, hits);
            }
        }
        Ask::Container(ask) => {
            for container in &asked.containers {
                ask(container, hits);
                for hit in hits.take() {
                    found(hit.within(container));
                }
            }
        }
    }
    for hit in hits.take() {
        found(hit);
    }
}

fn severity(check: &Check, hit: &Hit) -> Severity {
    hit.severity.unwrap_or(check.rule.severity)
}

fn finding(
    check: &'static Check,
    object: &Object,
    waivers: &BTreeMap<&str, Waiver>,
    hit: Hit,
) -> Misconfiguration {
    let position = hit.at.position(&object.root);
    let severity = severity(check, &hit);
    let edit = hit
        .change
        .and_then(|(at, change)| edit::new(&object.root, at, change));
    Misconfiguration {
        rule: &check.rule,
        severity,
        message: hit.message,
        spot: Spot {
            file: object.file.to_string(),
            line: position.line,
            column: position.column,
            pointer: hit.at.into_string(),
            excerpt: object.source.line(position.offset, &[]),
        },
        object: object.title(),
        container: hit.container,
        image: hit.image,
        edit,
        waived: waivers.get(check.rule.id).cloned(),
    }
}

/// Returns the reasons why rules do not count, by their ids, that annotations of the object give, or
/// else those of its pod. One that gives no reason counts for nothing.
fn waivers(object: &Object) -> BTreeMap<&str, Waiver> {
    let of_object = workload::below(&object.root, &["metadata", "annotations"]);
    let of_pod = object
        .pod()
        .and_then(|pod| pod.get(&["metadata", "annotations"]));
    let annotations = [of_pod, of_object].into_iter().flatten();
    annotations
        .flat_map(Node::entries)
        .filter_map(|entry| {
            let id = entry.name.strip_prefix(IGNORE)?;
            let reason = entry.value.as_str()?.trim();
            let waiver = Waiver {
                reason: reason.to_owned(),
                place: format!("{}:{}", object.file, entry.key.position()),
            };
            (!reason.is_empty()).then_some((id, waiver))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let verdict = judge(&input.objects, &Settings::default());
        let line = |(_, what): &(&Object, Misconfiguration)| {
            let waived = what.waived.as_ref();
            format!(
                "{} {} {} {}:{} {} {}",
                what.object,
                what.container.as_deref().unwrap_or("-"),
                what.rule.id,
                what.spot.line,
                what.spot.column,
                what.spot.pointer,
                waived.map_or("", |waiver| &waiver.reason),
            )
        };
        let is_shown = |(_, what): &&(&Object, Misconfiguration)| {
            ["CTR-PRIVILEGED", "POD-HOST-NETWORK"].contains(&what.rule.id)
        };
        verdict.found.iter().filter(is_shown).map(line).collect()
    }

    #[test]
    fn nobody_passes_for_the_api_server_in_silence() {
        let text = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'system:shop', labels: {kubernetes.io/bootstrapping: rbac-defaults}}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let gaps = judge(&input.objects, &Settings::default())
            .gaps
            .into_sorted();
        let whys: Vec<&str> = gaps.iter().map(|gap| &*gap.why).collect();
        let want = "its label says that Kubernetes itself makes it, so it was not judged";
        assert_eq!(whys, [want]);
    }

    #[test]
    fn findings_name_container_and_place() {
        let text = "\
kind: CronJob
metadata: {name: a, namespace: shop}
spec:
  jobTemplate:
    spec:
      template:
        metadata:
          annotations:
            seaworthy.dev/ignore.POD-HOST-NETWORK: talks to the node
            seaworthy.dev/ignore.CTR-PRIVILEGED: ''
        spec:
          hostNetwork: true
          containers: [{name: good}]
          initContainers:
          - name: bad
            securityContext:
              privileged: true
";
        let want = [
            "CronJob/shop/a bad CTR-PRIVILEGED 17:27 \
             /spec/jobTemplate/spec/template/spec/initContainers/0/securityContext/privileged ",
            "CronJob/shop/a - POD-HOST-NETWORK 12:24 \
             /spec/jobTemplate/spec/template/spec/hostNetwork talks to the node",
        ];
        assert_eq!(lines(text), want);
    }

    #[test]
    fn an_annotation_that_names_no_rule_is_told() {
        let text = "\
kind: Pod
metadata:
  annotations: {seaworthy.dev/ignore.CTR-PRIVILGED: needs it, seaworthy.dev/ignore.POD-BARE: a test}
";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let gaps = judge(&input.objects, &Settings::default()).gaps;
        let whys: Vec<String> = gaps.into_sorted().into_iter().map(|gap| gap.why).collect();
        let want =
            "seaworthy.dev/ignore.CTR-PRIVILGED: no rule is called so, and nothing is ignored";
        assert_eq!(whys, [want]);
    }

    #[test]
    fn findings_of_one_object_end_with_a_gap() {
        let ports = "{hostPort: 1},".repeat(100);
        let text = format!(
            "kind: Pod\nspec: {{hostPID: true, containers: [{{name: a, ports: [{ports}]}}]}}\n"
        );
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let settings = Settings {
            findings: 20,
            ..Settings::default()
        };
        let verdict = judge(&input.objects, &settings);
        let gaps = verdict.gaps.into_sorted();
        assert_eq!((verdict.found.len(), gaps.len()), (20, 1), "{gaps:?}");
    }

    #[test]
    fn only_what_is_asked_about_is_found_and_secrets_stay_hidden() {
        let text = "\
kind: Pod
spec:
  hostNetwork: true
  containers: [{name: a, env: [{name: DB_PASSWORD, value: hunter22}]}]
";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let all = judge(&input.objects, &Settings::default()).found;
        for least in [
            Severity::Unknown,
            Severity::Medium,
            Severity::High,
            Severity::Critical,
        ] {
            let settings = Settings {
                least,
                ..Settings::default()
            };
            let found = judge(&input.objects, &settings).found;
            let want = all.iter().filter(|(_, what)| what.severity >= least);
            let key = |what: &Misconfiguration| format!("{what:?}");
            let want: Vec<String> = want.map(|(_, what)| key(what)).collect();
            let found: Vec<String> = found.iter().map(|(_, what)| key(what)).collect();
            assert_eq!(found, want, "{least}");
            assert!(
                found.iter().all(|what| !what.contains("hunter22")),
                "{least}"
            );
        }
        assert!(all.iter().any(|(_, what)| what.severity == Severity::Low));
    }
}
