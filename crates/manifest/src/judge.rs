//! Asks every check about every object, container by container.

use std::cmp::Reverse;

use model::{Gap, GapKind, Gaps, Misconfiguration, Spot, Waiver};
use yaml::Node;

use crate::bundle::Bundle;
use crate::checks::{Ask, CHECKS, Check};
use crate::edit::Edit;
use crate::hits::{Hit, Hits};
use crate::workload::Role;
use crate::{Object, workload};

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Minor version of the Kubernetes that will run the objects: 37 for 1.37.
    pub minor: u32,
    /// How many findings are kept; beyond it there is a gap.
    pub findings: usize,
    /// How many gaps of a kind are listed one by one.
    pub gaps: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            minor: crate::pss::LATEST,
            findings: 200_000,
            gaps: 100,
        }
    }
}

/// Something that was found, and how to mend it.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was found.
    pub what: Misconfiguration,
    /// Which of the objects it is in.
    pub object: usize,
    /// The edit that mends it, where only one value is right and it is written where it counts.
    pub edit: Option<Edit>,
}

/// What was found in the objects of one call.
#[derive(Debug)]
pub struct Verdict {
    /// By object; in one the worst first, then as they stand in the file, then by rule.
    pub found: Vec<Found>,
    /// What was not looked at.
    pub gaps: Gaps,
}

/// Annotations that say why a rule does not count: `seaworthy.dev/ignore.CTR-PRIVILEGED: reason`.
const IGNORE: &str = "seaworthy.dev/ignore.";

/// Judges the objects of one call.
pub fn judge(objects: &[Object], settings: &Settings) -> Verdict {
    let bundle = Bundle::new(objects, settings.minor);
    let mut verdict = Verdict {
        found: Vec::new(),
        gaps: Gaps::new(settings.gaps),
    };
    for (index, object) in objects.iter().enumerate() {
        let mut hits = Hits::new(object, &bundle, verdict.gaps);
        let mut found = Vec::new();
        for check in CHECKS {
            ask(check, &mut hits, |hit, container| {
                found.push(finding(check, object, index, (hit, container)));
            });
        }
        found.sort_by_cached_key(|found| {
            let what = &found.what;
            (Reverse(what.severity), what.spot.clone(), what.rule.id)
        });
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
    verdict
}

impl Verdict {
    fn limit(&mut self, object: &Object, why: &str) {
        let place = format!("{}:{}", object.file, object.position());
        self.gaps
            .add(Gap::new(GapKind::Limited, place, why, "misconfigurations"));
    }
}

/// Asks one check about the object of `hits`, and hands on what it found with its container.
fn ask(check: &Check, hits: &mut Hits<'_>, mut found: impl FnMut(Hit, Option<&str>)) {
    let object = hits.object;
    match check.ask {
        Ask::Object(ask) => ask(object, hits),
        Ask::Pod(ask) => {
            if let Some(pod) = object.pod() {
                ask(pod, hits);
            }
        }
        Ask::Container(ask) => {
            let pod = object.pod();
            for container in pod.iter().flat_map(|pod| pod.containers(&Role::ALL)) {
                ask(&container, hits);
                for hit in hits.take() {
                    found(hit, Some(container.name()));
                }
            }
        }
    }
    for hit in hits.take() {
        found(hit, None);
    }
}

fn finding(
    check: &'static Check,
    object: &Object,
    index: usize,
    (hit, container): (Hit, Option<&str>),
) -> Found {
    let position = hit.at.position(&object.root);
    let edit = hit
        .change
        .and_then(|(at, change)| Edit::new(index, &object.root, &at, change));
    Found {
        what: Misconfiguration {
            rule: &check.rule,
            severity: hit.severity.unwrap_or(check.rule.severity),
            message: hit.message,
            spot: Spot {
                file: object.file.to_string(),
                line: position.line,
                column: position.column,
                pointer: hit.at.into_string(),
            },
            object: object.title(),
            container: container.map(ToOwned::to_owned),
            waived: waiver(object, check.rule.id),
        },
        object: index,
        edit,
    }
}

/// Looks for an annotation of the object, or of its pod, that says why a rule does not count. One that
/// gives no reason counts for nothing.
fn waiver(object: &Object, id: &str) -> Option<Waiver> {
    let of_object = workload::below(&object.root, &["metadata", "annotations"]);
    let of_pod = object
        .pod()
        .and_then(|pod| pod.get(&["metadata", "annotations"]));
    let reason = |annotations: &Node| {
        let found = annotations
            .entries()
            .iter()
            .find(|entry| entry.name.strip_prefix(IGNORE) == Some(id))?;
        let reason = found.value.as_str()?.trim();
        (!reason.is_empty()).then(|| Waiver {
            reason: reason.to_owned(),
            place: format!("{}:{}", object.file, found.key.position()),
        })
    };
    [of_object, of_pod].into_iter().flatten().find_map(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let verdict = judge(&input.objects, &Settings::default());
        let line = |found: &Found| {
            let what = &found.what;
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
        let is_shown =
            |found: &&Found| ["CTR-PRIVILEGED", "POD-HOST-NETWORK"].contains(&found.what.rule.id);
        verdict.found.iter().filter(is_shown).map(line).collect()
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
}
