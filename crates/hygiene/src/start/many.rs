//! Programs that start commands which are words of theirs: `parallel ::: a b`, `multirun "a x" b`, `tmux new "a x"`.
//!
//! Source of truth: the manuals of GNU parallel, multirun and tmux.

use super::{At, Finder};

/// Lines that one call starts.
const MOST_LINES: usize = 100;

/// What a call starts.
#[derive(Debug, PartialEq, Eq)]
enum Lines {
    /// These lines of a shell, one beside the other.
    Told(Vec<String>),
    /// What it reads.
    Untold,
}

impl Finder<'_, '_> {
    /// Follows what a program starts whose words are commands.
    pub(super) fn named_in_words(&mut self, name: &str, words: &[String], at: At<'_>) {
        match lines(name, words.get(1..).unwrap_or_default()) {
            None => {}
            Some(Lines::Untold) => self.leave_out(at.by, "what it starts is told when it runs"),
            Some(Lines::Told(lines)) => {
                if lines.len() > MOST_LINES {
                    self.leave_out(at.by, "one call starts more commands than are told");
                }
                for line in lines.iter().take(MOST_LINES) {
                    self.inside(|it| it.line(line, at));
                }
            }
        }
    }
}

fn lines(name: &str, words: &[String]) -> Option<Lines> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match name {
        "multirun" => {
            let lines = words.iter().filter(|word| !word.starts_with('-'));
            Some(Lines::Told(lines.map(|line| (*line).to_owned()).collect()))
        }
        "parallel" => Some(of_parallel(&words)),
        "tmux" => of_tmux(&words),
        _ => None,
    }
}

/// Returns the words behind options, some of which take a value.
fn behind_options<'s, 'w>(mut words: &'s [&'w str], with_value: &[&str]) -> &'s [&'w str] {
    while let [option, rest @ ..] = words {
        if !option.starts_with('-') {
            break;
        }
        let skipped = usize::from(with_value.contains(option));
        words = rest.get(skipped..).unwrap_or_default();
    }
    words
}

fn of_parallel(words: &[&str]) -> Lines {
    let with_value = [
        "-j",
        "-P",
        "--jobs",
        "-n",
        "-N",
        "--delay",
        "--halt",
        "--joblog",
        "--timeout",
        "-I",
        "-a",
    ];
    let words = behind_options(words, &with_value);
    let Some(at) = words.iter().position(|word| *word == ":::") else {
        return Lines::Untold;
    };
    let (command, values) = words.split_at(at);
    let command = command.join(" ");
    let line = |value: &&str| match &*command {
        "" => (*value).to_owned(),
        command if command.contains("{}") => command.replace("{}", value),
        command => format!("{command} {value}"),
    };
    let values = values.iter().filter(|word| !word.starts_with(":::"));
    Lines::Told(values.take(MOST_LINES + 1).map(line).collect())
}

fn of_tmux(words: &[&str]) -> Option<Lines> {
    let with_value = [
        "-L", "-S", "-f", "-s", "-n", "-c", "-t", "-x", "-y", "-F", "-e", "-l", "-p",
    ];
    let (verb, rest) = behind_options(words, &with_value).split_first()?;
    let given = behind_options(rest, &with_value);
    let starts = [
        "new",
        "new-session",
        "neww",
        "new-window",
        "splitw",
        "split-window",
        "respawn-pane",
    ];
    let line = match *verb {
        "send" | "send-keys" => {
            let is_text = |word: &&&str| !matches!(**word, "Enter" | "C-m" | "KPEnter");
            given
                .iter()
                .filter(is_text)
                .copied()
                .collect::<Vec<_>>()
                .join(" ")
        }
        verb if starts.contains(&verb) => given.join(" "),
        _ => return None,
    };
    (!line.is_empty()).then(|| Lines::Told(vec![line]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_commands() {
        for (words, want) in [
            (
                &["multirun", "redis-server --port 1", "nginx"][..],
                Some("redis-server --port 1; nginx"),
            ),
            (
                &["parallel", ":::", "redis-server", "nginx"],
                Some("redis-server; nginx"),
            ),
            (
                &["parallel", "-j", "2", "service {} start", ":::", "a", "b"],
                Some("service a start; service b start"),
            ),
            (&["parallel", "--ungroup", "run", ":::", "a"], Some("run a")),
            (&["parallel", "-j0"], Some("?")),
            (
                &["tmux", "new-session", "-d", "-s", "x", "redis-server"],
                Some("redis-server"),
            ),
            (&["tmux", "new", "-d"], None),
            (
                &["tmux", "send-keys", "-t", "x", "redis-server", "Enter"],
                Some("redis-server"),
            ),
            (&["tmux", "attach"], None),
            (&["nginx", ":::", "a"], None),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let told = lines(&words[0], &words[1..]).map(|lines| match lines {
                Lines::Told(lines) => lines.join("; "),
                Lines::Untold => "?".to_owned(),
            });
            assert_eq!(told.as_deref(), want, "{words:?}");
        }
    }
}
