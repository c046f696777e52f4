//! A mount that lies over what the container starts.

use crate::prelude::*;
use crate::{argv, mounts};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-HIDDEN",
        title: "mount hides the program of the image",
        severity: Severity::Medium,
        concern: "what is mounted over a folder hides what the image has there: the program that is started comes \
                  from the volume, whoever fills it, or is missing",
        fix: "mount it beside the program, or only the file that is needed (subPath)",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "entrypoint: [/app/run]\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
        "entrypoint: [/app/bin/run]\n---\nvolumeMounts: [{name: a, mountPath: /app/}]",
        "{entrypoint: [./run], working_dir: /app}\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
    ],
    good: &[
        "entrypoint: [/app/run]\n---\nvolumeMounts: [{name: a, mountPath: /app/data}]",
        "entrypoint: [/app/run]\n---\nvolumeMounts: [{name: a, mountPath: /application}]",
        "entrypoint: [/app/run]\n---\ncommand: [/opt/run]\nvolumeMounts: [{name: a, mountPath: /app}]",
        "entrypoint: [/app/run]\n---\nimage: x",
        "entrypoint: [/app/run]\n---\ncommand: [/app/tool]\nvolumeMounts: [{name: a, mountPath: /app}]",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    // whoever names the program in the manifest may mean the one of the volume
    let Some((words, "image")) = argv::of(join) else {
        return Vec::new();
    };
    let Some(program) = words.first() else {
        return Vec::new();
    };
    let folder = join.running.working_dir.trim_end_matches('/');
    let program = match program.strip_prefix("./") {
        Some(rest) => format!("{folder}/{rest}"),
        None => program.clone(),
    };
    let mut mounts = mounts::paths(&join.container);
    let over = mounts.find(|path| mounts::is_below(&program, path));
    let hit = over.map(|path| {
        Hit::new(
            &["volumeMounts"],
            format!("what is mounted on {path} hides {program:?}, which it starts"),
        )
    });
    hit.into_iter().collect()
}
