//! A persistent volume that is a directory of whichever node.

use crate::host_path::{cleaned, sensitive, socket};
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-PERSISTENT-HOST-PATH",
        title: "persistent volume is a directory of its node",
        severity: Severity::Medium,
        concern: "a pod gets files of the node through a claim, which no rule about pods sees, and finds \
                  other files on each node",
        fix: "use a storage class, or a `local` volume with its node affinity and a directory of its own",
        maps_to: &["NSA/CISA Kubernetes Hardening: Pod security"],
    },
    ask: Ask::Object(ask),
    bad: &[
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {hostPath: {path: /data}}\n",
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {local: {path: /var/lib/etcd}}\n",
    ],
    good: &[
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {local: {path: /mnt/disks/1}}\n",
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {csi: {driver: x}}\n",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    if object.kind() != "PersistentVolume" {
        return;
    }
    for source in ["hostPath", "local"] {
        let path = below(&object.root, &["spec", source, "path"]);
        let Some(path) = path.and_then(Node::as_str).map(cleaned) else {
            continue;
        };
        let severity = if socket(&path).is_some() {
            Severity::Critical
        } else if sensitive(&path).is_some() {
            Severity::High
        } else if source == "hostPath" {
            Severity::Medium
        } else {
            continue;
        };
        let at = Pointer::default().below(&["spec", source, "path"]);
        let message = format!("its {source} is `{}`", short(&path));
        hits.push(Hit::new(at, message).severity(severity));
    }
}
