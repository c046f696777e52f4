//! A container that starts, or is asked by, a program that its image does not have.

use crate::argv;
use crate::prelude::*;

/// Where a container names a program beside its own.
const ACTIONS: [&[&str]; 5] = [
    &["livenessProbe", "exec", "command"],
    &["readinessProbe", "exec", "command"],
    &["startupProbe", "exec", "command"],
    &["lifecycle", "postStart", "exec", "command"],
    &["lifecycle", "preStop", "exec", "command"],
];

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-PROGRAM",
        title: "program is not in the image",
        severity: Severity::High,
        concern: "the container does not start, or its probe never succeeds: `executable file not found in $PATH`",
        fix: "name a program that the image has, or put it into the image; of a shell-less image, call the program itself",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "{path: [/bin], programs: app}\n---\ncommand: [sh, -c, app]",
        "{path: [/bin], programs: app}\n---\ncommand: [/bin/sh, -c, app]",
        "{path: [/bin], programs: app, entrypoint: [app]}\n---\nlivenessProbe: {exec: {command: [curl, localhost]}}",
        "{path: [/bin], programs: app, cmd: [bash]}\n---\nimage: x",
        "{path: [/bin], programs: app}\n---\ncommand: [$(X)]\nenv: [{name: X, value: bash}]",
        "{path: [/bin], programs: app}\n---\ncommand: [/bin/$(X)sh]\nenv: [{name: X, value: app}, {name: X, value: ba}]",
        "{path: [/bin], programs: app}\n---\nargs: [$(X)]\nenv: [{name: X, value: bash}]",
        "{path: [/bin], programs: app}\n---\nlivenessProbe: {exec: {command: [$(X)]}}\nenv: [{name: X, value: bash}]",
        "{path: [/bin], programs: app}\n---\ncommand: [x]\nenv: [{name: MODE, value: a}]\nvolumeMounts: [{name: t, mountPath: /data}]",
        "{path: [/bin], programs: app, elsewhere: /app/run}\n---\ncommand: [/app/start]",
        "{path: [/bin], programs: app, elsewhere: ''}\n---\ncommand: [/start.sh]",
        "{path: [/bin], programs: app, elsewhere: /app/run, working_dir: /app}\n---\ncommand: [./start]",
        "{path: [/bin], programs: app, elsewhere: /app/run}\n---\nworkingDir: /srv\ncommand: [bin/start]",
        "{path: [/bin], programs: app, elsewhere: \"/app/run\\tit needs x\"}\n---\ncommand: [/app/run]",
        "{path: [/bin], programs: \"app\\tit needs x\"}\n---\ncommand: [app]",
        "{path: [/bin], programs: \"app\\tit needs x\"}\n---\nlivenessProbe: {exec: {command: [/bin/app]}}",
    ],
    good: &[
        "{path: [/bin], programs: app, elsewhere: /app/run}\n---\ncommand: [/app/run]",
        "{path: [/bin], programs: app, elsewhere: /app/run}\n---\ncommand: [/app/./x/../run]",
        "{path: [/bin], programs: app, elsewhere: /app/run, working_dir: /app}\n---\ncommand: [./run]",
        "{path: [/bin], programs: app, elsewhere: /srv/}\n---\ncommand: [/srv/run]",
        "{path: [/bin], programs: app, elsewhere: ''}\n---\ncommand: [/usr/lib/app/run]",
        "{path: [/bin], programs: app, elsewhere: '', volumes: [/data]}\n---\ncommand: [/data/run]",
        "{path: [/bin], programs: app, elsewhere: ''}\n---\ncommand: [/app/run]\nvolumeMounts: [{name: t, mountPath: /app}]",
        "{path: [/bin, /sbin], programs: \"app\\tit needs x\"}\n---\ncommand: [/bin/app]",
        "{path: [/bin], programs: \"app\\nsh\"}\n---\ncommand: [sh, -c, app]",
        "{path: [/bin], programs: app}\n---\ncommand: [/opt/app/run]",
        "{path: [/bin], programs: app}\n---\ncommand: [$(APP)]",
        "{path: [/bin], programs: app}\n---\ncommand: [$(X)]\nenv: [{name: X, value: app}]",
        "{path: [/bin], programs: app}\n---\ncommand: [$$(X)]\nenv: [{name: X, value: bash}]",
        "{path: [/bin], programs: app}\n---\ncommand: [$(X)]\nenv: [{name: X, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
        "{path: [/bin], programs: app}\n---\ncommand: [$(X)]\nenv: [{name: Y, value: bash}, {name: X, value: $(Z)}]",
        "{path: [/bin], programs: app, entrypoint: [app]}\n---\nlifecycle: {preStop: {exec: {command: [$(X)]}}}\nenv: [{name: X, value: bash}]",
        "{path: [/bin], entrypoint: [app]}\n---\ncommand: [sh]",
        "{path: [/bin], programs: app, entrypoint: [app]}\n---\nargs: [--fast]",
        "{path: [/tools], programs: app}\n---\ncommand: [/tools/x]\nvolumeMounts: [{name: t, mountPath: /tools}]",
        // an init container may fill it
        "{path: [/tools], programs: app}\n---\ncommand: [x]\nvolumeMounts: [{name: t, mountPath: /tools}]",
        "{path: [/tools], programs: app}\n---\ncommand: [x]\nvolumeMounts: [{name: t, mountPath: /tools/x}]",
        "{path: [/tools/bin], programs: app}\n---\ncommand: [x]\nvolumeMounts: [{name: t, mountPath: /tools}]",
        "{path: [/bin], programs: app}\n---\ncommand: [x]\nenv: [{name: PATH, value: /opt/x/bin}]",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    if let Some((words, field)) = argv::of(join)
        && let Some(program) = words.first()
        && let Some(trouble) = argv::trouble(join, program)
    {
        let at: &'static [&'static str] = match field {
            "command" => &["command"],
            "args" => &["args"],
            _ => &["image"],
        };
        hits.push(Hit::new(at, format!("it starts {program:?}, {trouble}")));
    }
    for path in ACTIONS {
        let command = join
            .container
            .get(path)
            .map(Node::items)
            .unwrap_or_default();
        let program = command.first().and_then(Node::as_str).unwrap_or_default();
        let program = match *path {
            // kubelet expands the commands of probes, and leaves those of hooks as they are
            ["lifecycle", ..] => program.to_owned(),
            _ => argv::expanded(join, program),
        };
        if let Some(trouble) = argv::trouble(join, &program) {
            let who = path.iter().rev().nth(2).copied().unwrap_or_default();
            let message = format!("its {who} runs {program:?}, {trouble}");
            hits.push(Hit::new(path, message));
        }
    }
    hits
}
