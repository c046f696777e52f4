//! Commands of the history, split as Dockle splits them: at `&&`, then at blanks. `;` is no end.

use std::collections::BTreeSet;

use super::{Found, METADATA, Subject};

/// Words of which three in a command mean that the lists of packages are removed.
const REMOVES_LISTS: [&str; 8] = [
    "rm",
    "-rf",
    "-fr",
    "-r",
    "-fR",
    "/var/lib/apt/lists",
    "/var/lib/apt/lists/*",
    "/var/lib/apt/lists/*;",
];

/// The words of one command, in no order.
struct Command<'a>(BTreeSet<&'a str>);

impl<'a> Command<'a> {
    fn new(text: &'a str) -> Self {
        let words = text.split(' ').map(str::trim);
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    fn has_all(&self, words: &[&str]) -> bool {
        words.iter().all(|word| self.has(word))
    }

    fn count(&self, words: &[&str]) -> usize {
        words.iter().filter(|word| self.has(word)).count()
    }

    /// Whether it runs apt with this word, as Dockle sees it: any two of three.
    fn is_apt(&self, word: &str) -> bool {
        self.count(&["apt-get", "apt", word]) >= 2
    }

    fn removes_lists(&self) -> bool {
        self.count(&REMOVES_LISTS) >= 3 || self.is_apt("dist-clean") || self.is_apt("distclean")
    }
}

pub(super) fn check(subject: &Subject<'_>, found: &mut Found) {
    let commands: Vec<(&str, Vec<Command<'_>>)> = subject
        .lines()
        .map(|(line, shown)| (shown, line.split("&&").map(Command::new).collect()))
        .collect();
    let mut adds = 0;
    for (line, commands) in &commands {
        if is_update_alone(commands) {
            found.add(
                "CIS-DI-0007",
                METADATA,
                format!("Always combine 'apt-get update' with 'apt-get install|upgrade' : {line}"),
            );
        }
        let is_add = |command: &Command<'_>| {
            command.has_all(&["ADD", "in"]) || command.has_all(&["ADD", "buildkit"])
        };
        if commands.iter().any(is_add) {
            adds += 1;
            // the first is taken for the base's
            if adds > 1 {
                found.add("CIS-DI-0009", METADATA, format!("Use COPY : {line}"));
            }
        }
        each(line, commands, found);
    }
}

fn each(line: &str, commands: &[Command<'_>], found: &mut Found) {
    let any = |is_it: &dyn Fn(&Command<'_>) -> bool| commands.iter().any(is_it);
    if any(&|command| command.has("sudo")) {
        found.add(
            "DKL-DI-0001",
            METADATA,
            format!("Avoid sudo in container : {line}"),
        );
    }
    if any(&|command| command.is_apt("dist-upgrade")) {
        let alert = format!("Avoid dist-upgrade in container : {line}");
        found.add("DKL-DI-0003", METADATA, alert);
    }
    if any(&|command| command.has_all(&["apk", "add"]) && !command.has("--no-cache")) {
        let alert = format!("Use --no-cache option if use 'apk add': {line}");
        found.add("DKL-DI-0004", METADATA, alert);
    }
    if keeps_lists(commands) {
        let alert =
            format!("Use 'rm -rf /var/lib/apt/lists' after 'apt-get install|update' : {line}");
        found.add("DKL-DI-0005", METADATA, alert);
    }
}

/// Whether an update has no installation in the same or a later command.
fn is_update_alone(commands: &[Command<'_>]) -> bool {
    let first = commands.iter().position(|it| it.is_apt("update"));
    let last = commands
        .iter()
        .rposition(|it| it.is_apt("install") || it.is_apt("upgrade"));
    first.is_some_and(|first| last.is_none_or(|last| last < first))
}

/// Whether the lists that a command fetched are not removed by it or a later one.
fn keeps_lists(commands: &[Command<'_>]) -> bool {
    let first = commands
        .iter()
        .position(|it| it.is_apt("update") || it.is_apt("install"));
    let last = commands.iter().rposition(Command::removes_lists);
    first.is_some_and(|first| last.is_none_or(|last| last < first))
}
