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
        "{entrypoint: [bin/run], working_dir: /app}\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [../app/run], working_dir: /app}\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
        "entrypoint: [/app//bin/../run]\n---\nvolumeMounts: [{name: a, mountPath: //app/./}]",
        "entrypoint: [./run]\n---\nworkingDir: /opt\nvolumeMounts: [{name: a, mountPath: /opt}]",
        "{entrypoint: [./run], working_dir: /app}\n---\nworkingDir: ''\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [run], path: [/app/bin]}\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [run], path: [/bin, /app/bin/]}\n---\nvolumeMounts: [{name: a, mountPath: /app/bin}, {name: b, mountPath: /bin}]",
        "{entrypoint: [run], path: [/bin]}\n---\nenv: [{name: PATH, value: /app/bin}]\nvolumeMounts: [{name: a, mountPath: /app}]",
    ],
    good: &[
        "entrypoint: [/app/run]\n---\nvolumeMounts: [{name: a, mountPath: /app/data}]",
        "entrypoint: [/app/run]\n---\nvolumeMounts: [{name: a, mountPath: /application}]",
        "entrypoint: [/app/run]\n---\ncommand: [/opt/run]\nvolumeMounts: [{name: a, mountPath: /app}]",
        "entrypoint: [/app/run]\n---\nimage: x",
        "{entrypoint: [./run], working_dir: /app}\n---\nworkingDir: /opt\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [../run], working_dir: /app/x}\n---\nvolumeMounts: [{name: a, mountPath: /app/x}]",
        // the program may be in /bin: nobody keeps in which folder each is
        "{entrypoint: [run], path: [/bin, /app/bin], programs: run}\n---\nvolumeMounts: [{name: a, mountPath: /app/bin}]",
        "{entrypoint: [run], path: [/app/bin]}\n---\nenv: [{name: PATH, value: /bin}]\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [run], path: [/app/bin]}\n---\nenv: [{name: PATH, valueFrom: {configMapKeyRef: {name: a, key: b}}}]\nvolumeMounts: [{name: a, mountPath: /app}]",
        "{entrypoint: [run]}\n---\nvolumeMounts: [{name: a, mountPath: /app}]",
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
    let hit = over(join, program).map(|mount| {
        Hit::new(
            &["volumeMounts"],
            format!("what is mounted on {mount} hides {program:?}, which it starts"),
        )
    });
    hit.into_iter().collect()
}

/// Returns the mount that lies over a program. One that is looked for by its name is hidden for certain only
/// where each folder is: in which of them the image has it, nobody keeps.
fn over(join: &Join<'_>, program: &str) -> Option<String> {
    if program.starts_with('/') {
        return mounts::over(&join.container, &mounts::normal(program));
    }
    if program.contains('/') {
        let path = format!("{}/{program}", argv::folder(join));
        return mounts::over(&join.container, &mounts::normal(&path));
    }
    let folders = argv::path(join)?.into_iter();
    let over = |folder: String| {
        let is_absolute = folder.starts_with('/');
        let mount = mounts::over(&join.container, &mounts::normal(&folder));
        mount.filter(|_| is_absolute)
    };
    let mounts: Option<Vec<String>> = folders.map(over).collect();
    mounts?.into_iter().next()
}
