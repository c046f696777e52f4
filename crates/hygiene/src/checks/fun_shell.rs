//! The entrypoint is in shell form, so that the program is not the first process.

use crate::prelude::*;
use crate::{shell, start};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-SHELL",
        title: "shell is the first process",
        severity: Severity::Low,
        concern: "the shell gets the signal to stop and does not hand it on: the program is killed after the grace period",
        fix: "ENTRYPOINT [\"/app\"], as a list, or `exec` in front of the program",
        maps_to: &[],
    },
    ask: Some(ask),
    bad: &[
        "CMD [\"/bin/sh\", \"-c\", \"nginx -g x\"]",
        "CMD [\"/usr/bin/bash\", \"-o\", \"pipefail\", \"-c\", \"nginx -g x\"]",
    ],
    good: &[
        "CMD [\"/bin/sh\", \"-c\", \"prepare && exec nginx\"]",
        "CMD [\"nginx\", \"-g\", \"x\"]",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let Some(config) = asking.facts.input.config.map(|config| &config.config) else {
        return;
    };
    let (word, words) = match &config.entrypoint[..] {
        [] => ("CMD", &config.cmd),
        _ => ("ENTRYPOINT", &config.entrypoint),
    };
    let Some(program) = words.first() else {
        return;
    };
    let line = start::given_line(words).filter(|_| start::is_shell(start::name_of(program)));
    let Some(line) = line else {
        return;
    };
    let last = shell::commands(line).pop();
    let is_handed_on =
        last.is_some_and(|command| command.words.first().is_some_and(|word| word == "exec"));
    if !is_handed_on {
        hits.push(Hit::new(format!(
            "{word} is a line that `{}` runs",
            short(program)
        )));
    }
}
