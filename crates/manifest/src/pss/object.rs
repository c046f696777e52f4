//! Any object: the pod that it is or makes, and why it may have none that can be judged.

use model::{Gap, GapKind};

use super::standard::namespace;
use super::{Demand, HostPorts, Standard, Subject, Violation, judge};
use crate::object::{HIDDEN, PATCH};
use crate::{Object, Role, schema, workload};

/// What gaps of the standards may hide.
const HIDES: &str = "violations of the Pod Security Standards";

/// Returns what an object violates; none for one that runs nothing.
///
/// Of a Pod the API server fills in what is not written; the template of one it leaves as it is.
pub fn judge_object(object: &Object, standard: Standard) -> Option<Vec<Violation>> {
    let host_ports = if object.kind() == "Pod" {
        HostPorts::Defaulted
    } else {
        HostPorts::Written
    };
    let pod = object.pod().filter(|_| !object.is_patch())?;
    Some(judge(&Subject { pod, host_ports }, standard))
}

/// Returns why what [`judge_object`] says of an object may be less than the truth: there is no pod
/// where its kind has one, a value is of a type that no check reads, or nobody says what is demanded.
pub fn faults(object: &Object, demand: &Demand) -> Vec<Gap> {
    let kind = object.written_kind();
    let served = workload::served(object.kind());
    let mut whys = served.map_or_else(Vec::new, |served| wrong_types(object, served));
    if object.is_patch() {
        whys = vec![(GapKind::Unread, PATCH.to_owned())];
    }
    let lack = |what| (GapKind::Unparsed, format!("this {kind} has no {what}"));
    match object.pod() {
        _ if object.is_patch() => {}
        Some(pod) if pod.containers(&[Role::Main]).next().is_none() => {
            whys.push(lack("containers"));
        }
        Some(_) => {}
        None if object.hides_containers() => {}
        None if served.is_none() => return Vec::new(),
        None => whys.push(lack("pod template")),
    }
    if object.hides_containers() && !object.is_patch() {
        whys.push((GapKind::Unread, HIDDEN.to_owned()));
    }
    if demand.of(object).is_none() && !object.is_patch() {
        let namespace = namespace(object);
        let why = format!("no Namespace `{namespace}` is given, whose labels say what is allowed");
        whys.push((GapKind::Unread, why));
    }
    let place = format!("{}:{}", object.file, object.position());
    whys.into_iter()
        .map(|(kind, why)| Gap::new(kind, &*place, why, HIDES))
        .collect()
}

/// Unknown fields and missing ones are for others to tell: the API server drops or refuses them.
fn wrong_types(object: &Object, api_version: &str) -> Vec<(GapKind, String)> {
    let file = schema::file_name(api_version, object.kind());
    let found = schema::built_in(&file).map(|schema| schema::check(schema, &object.root));
    let found = found.into_iter().flatten();
    found
        .filter(|why| why.contains(": got "))
        .map(|why| (GapKind::Unparsed, why))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_by_silence() {
        for (text, want) in [
            ("{kind: Service}", ""),
            ("{kind: Pod, spec: {containers: [{}]}}", ""),
            (
                "{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{image: x}]}}",
                "f:1:1 it has containers, but its kind is not known",
            ),
            ("{apiVersion: shop.example/v1, kind: Pod, spec: {}}", ""),
            ("{kind: Pod, spec: {x: 1, containers: [{}]}}", ""),
            (
                "{kind: Pod, spec: {initContainers: [{}]}}",
                "f:1:1 this Pod has no containers",
            ),
            (
                "{kind: Pod, Spec: {containers: [{}]}}",
                "f:1:1 this Pod has no containers",
            ),
            (
                "{kind: Deployment, spec: {}}",
                "f:1:1 this Deployment has no pod template",
            ),
            (
                "{kind: Pod, spec: {containers: {a: 1}}}",
                "f:1:1 at '/spec/containers': got object, want array\nf:1:1 this Pod has no containers",
            ),
            (
                "{kind: Pod, spec: {hostPID: 'true', containers: [{}]}}",
                "f:1:1 at '/spec/hostPID': got string, want null or boolean",
            ),
        ] {
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            let demand = Demand::Fixed("baseline".parse().unwrap());
            let gaps: Vec<_> = faults(&input.objects[0], &demand)
                .into_iter()
                .map(|gap| format!("{} {}", gap.place, gap.why))
                .collect();
            assert_eq!(gaps.join("\n"), want, "{text}");
        }
    }
}
