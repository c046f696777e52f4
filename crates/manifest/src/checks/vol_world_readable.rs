//! Secrets as files that everybody in the container can read.

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-WORLD-READABLE",
        title: "secret is a file that every user can read",
        severity: Severity::Low,
        concern: "each process in the container reads it, also one that runs as another user to have \
                  fewer rights",
        fix: "set `defaultMode: 0400`, or `0440` with an `fsGroup`",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: v, secret: {secretName: s, defaultMode: 0644}}]",
        "volumes: [{name: v, secret: {secretName: s, defaultMode: 511}}]",
        "volumes: [{name: v, secret: {secretName: s, items: [{key: k, path: p, mode: 0444}]}}]",
        "volumes: [{name: v, projected: {defaultMode: 420, sources: [{secret: {name: s}}]}}]",
    ],
    good: &[
        "volumes: [{name: v, secret: {secretName: s, defaultMode: 0400}}]",
        "volumes: [{name: v, secret: {secretName: s, defaultMode: 0440}}]",
        // nobody chose a mode
        "volumes: [{name: v, secret: {secretName: s}}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {uid: 0a1b}\nspec: {volumes: [{name: v, secret: {secretName: s, \
         defaultMode: 420}}]}\n",
        "volumes: [{name: v, configMap: {name: c, defaultMode: 0644}}]",
        "volumes: [{name: v, projected: {defaultMode: 420, sources: [{serviceAccountToken: {path: token}}]}}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for (index, volume) in pod.volumes().iter().enumerate() {
        let at = || pod.at().key("volumes").item(index);
        if let Some(secret) = below(volume, &["secret"]) {
            look((secret, at().key("secret")), ("defaultMode", volume), hits);
            items((secret, at().key("secret")), volume, hits);
        }
        let Some(projected) = below(volume, &["projected"]) else {
            continue;
        };
        let at = || at().key("projected");
        let sources = projected
            .get("sources")
            .map(Node::items)
            .unwrap_or_default();
        let mut has_secret = false;
        for (index, source) in sources.iter().enumerate() {
            if let Some(secret) = below(source, &["secret"]) {
                has_secret = true;
                let at = at().key("sources").item(index).key("secret");
                items((secret, at), volume, hits);
            }
        }
        if has_secret {
            look((projected, at()), ("defaultMode", volume), hits);
        }
    }
}

fn items((secret, at): (&Node, Pointer), volume: &Node, hits: &mut Hits<'_>) {
    let items = secret.get("items").map(Node::items).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let at = at.clone().key("items").item(index);
        look((item, at), ("mode", volume), hits);
    }
}

fn look((node, at): (&Node, Pointer), (field, volume): (&str, &Node), hits: &mut Hits<'_>) {
    let mode = node.get(field).and_then(Node::as_int);
    // what was read from a cluster says the default, too
    let is_default = mode == Some(0o644) && hits.object.is_from_cluster();
    if let Some(mode) = mode.filter(|mode| mode & 0o004 != 0 && !is_default) {
        let name = short(volume::name(volume));
        let message = format!("secrets of volume `{name}` have the mode {mode:04o}");
        hits.push(Hit::new(at.key(field), message));
    }
}
