//! A downloader's output goes into a shell or an interpreter.

use std::iter;

use crate::prelude::*;
use crate::shell::{self, Command};
use crate::{start, tools};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-PIPE",
        title: "script from the network, run at once",
        severity: Severity::Medium,
        concern: "whoever can change what the server sends runs programs in the build",
        fix: "fetch, compare with a checksum, then run",
        maps_to: &["CIS Docker 4.11"],
    },
    ask: Some(ask),
    bad: &[
        "RUN /bin/sh -c curl -fsSL https://example.org/i.sh | sh",
        "RUN /bin/bash -eux -c curl https://example.org/i | python3",
        "RUN wget -qO- https://example.org/i | sudo -E bash -",
        "RUN /bin/sh -c sh -c \"$(curl -fsSL https://example.org/i.sh)\"",
        "RUN sh -c \"$(curl -fsSL https://example.org/i.sh)\"",
        "RUN bash <(curl -s https://example.org/i.sh)",
        "RUN eval `wget -qO- https://example.org/i`",
        "RUN curl -s https://example.org/$(uname -m) | bash -s -- --yes",
        "RUN curl -s https://example.org/i.py | python3 - --version 2",
        "RUN curl -s https://example.org/i | bash -euo pipefail",
        "RUN curl -s https://example.org/i | tee /x | sh",
        "RUN curl -s https://example.org/i | zcat | sh",
        "RUN curl -s https://example.org/i | grep -v foo | sh",
        "RUN curl -s https://example.org/i | gzip -d | sed s/a/b/ | bash -s -- -y",
        "RUN cat <(curl -s https://example.org/i) | sh",
        "RUN /bin/sh -c bash -c \"curl -sSL https://example.org/i | bash\" # buildkit",
        "RUN /bin/sh -c sudo bash -c \"curl -sSL https://example.org/i | bash\"",
        "RUN /bin/sh -c bash -c \"curl -sSL https://example.org/i\" | sh",
        "RUN /bin/sh -c curl -sSL https://example.org/i | su app -c 'bash -s -- --yes'",
    ],
    good: &[
        "RUN /bin/sh -c bash -c \"curl -o x https://example.org/x\" && bash -c \"sh x\"",
        "RUN /bin/sh -c curl -o x https://example.org/x && sha256sum -c x.sum && sh x",
        "RUN curl https://example.org/x | tar xz",
        "RUN curl https://example.org/x | grep -c y; cat z | sh",
        "RUN curl https://example.org/x | jq -r .version | xargs -I{} sh /i.sh {}",
        "RUN cat <(ls /x) | sh",
        "RUN curl https://example.org/x | tee x; cat y | sh",
        "RUN curl https://example.org/x | python3 -c 'import json'",
        "RUN curl https://example.org/x | python3 /opt/parse.py",
        "RUN curl https://example.org/x | perl -ne print",
        "RUN sh install.sh --version \"$(cat version)\"",
        "RUN V=$(curl -s https://example.org/latest) && sh install.sh $V",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        let commands = step.commands();
        let found = commands.iter().enumerate().find_map(|(at, command)| {
            let mut feeders = shell::feeders(commands, source(commands, at)).iter();
            let from = feeders.find_map(fetcher)?;
            runs(command).map(|to| (from, to))
        });
        if let Some((from, to)) = found {
            let message = format!("what {} fetches, {} runs", short(&from), short(&to));
            hits.push(Hit::new(message).step(step));
        }
    }
}

/// Programs that hand on what they read, or a part of it.
const FILTERS: [&str; 28] = [
    "awk", "base64", "bunzip2", "bzcat", "bzip2", "cat", "cut", "dos2unix", "echo", "egrep",
    "envsubst", "gawk", "grep", "gunzip", "gzip", "head", "iconv", "printf", "pv", "sed", "tail",
    "tee", "tr", "unxz", "xz", "xzcat", "zcat", "zstd",
];

/// Returns the place of the command that reads first what reaches another one through commands that hand
/// it on: `curl x | tee f | sh`.
fn source(commands: &[Command], mut at: usize) -> usize {
    let is_piped = |at: usize| commands.get(at).is_some_and(|command| command.is_piped);
    let hands_on = |at: usize| {
        let command = commands.get(at).map(start::behind).unwrap_or_default();
        let is_filter = FILTERS.contains(&&*command);
        // `cat <(curl x)` hands on what its words are
        let has_words = commands.get(at).is_some_and(|command| command.inner > 0);
        is_filter && (is_piped(at) || has_words)
    };
    while is_piped(at) && at.checked_sub(1).is_some_and(hands_on) {
        at -= 1;
    }
    at
}

/// Returns the program with which a command fetches what it writes.
fn fetcher(command: &Command) -> Option<String> {
    let line = start::line_of(command).unwrap_or_default();
    let inside = shell::commands(&line);
    let all = iter::once(command).chain(&inside);
    let mut names = all.map(start::behind);
    names.find(|name| matches!(&**name, "curl" | "wget"))
}

/// Returns the program with which a command runs what it is fed with, by a pipe or as its own words.
fn runs(command: &Command) -> Option<String> {
    if is_runner(command) {
        return Some(start::behind(command));
    }
    // the first command of a line reads what the line is fed with
    let line = start::line_of(command).filter(|_| command.is_piped)?;
    let mut first = shell::commands(&line).into_iter().next()?;
    first.is_piped = true;
    is_runner(&first).then(|| start::behind(&first))
}

fn is_runner(command: &Command) -> bool {
    let words = start::words_behind(command);
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    // what was fetched stands where a program is named
    if program == "$" {
        return true;
    }
    let name = start::name_of(program);
    let is_first = rest.iter().find(|word| !word.starts_with('-'));
    let is_given = is_first.is_some_and(|word| word == "$");
    if matches!(name, "eval" | "source" | ".") {
        return is_given;
    }
    let is_line = start::given_line(words).is_some_and(|line| line == "$");
    let is_fed = command.is_piped && start::reads_lines(words);
    tools::is("runs what it reads", name) && (is_given || is_line || is_fed)
}
