//! How a shell is called: with a line, with a file, or to run what it reads.
//!
//! ```text
//! bash -euo pipefail -c LINE      sh -o errexit FILE      bash --rcfile x FILE      sh -s
//! ```
//! Source of truth: `sh` of POSIX.1-2017 and the manual of bash, "Invoking Bash".

/// What a shell is told to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call<'w> {
    /// This line.
    Line(&'w str),
    /// This file.
    File(&'w str),
    /// What it reads from its standard input.
    Input,
}

/// Returns what a shell, the first of these words, is told to run.
pub(crate) fn of_shell(words: &[String]) -> Call<'_> {
    let mut rest = words.iter().skip(1).map(String::as_str);
    let (mut is_line, mut is_input) = (false, false);
    let first = loop {
        let Some(word) = rest.next() else { break None };
        match word {
            "-" | "--" => break rest.next(),
            "--rcfile" | "--init-file" => drop(rest.next()),
            _ if word.starts_with("--") => {}
            _ if word.len() > 1 && word.starts_with(['-', '+']) => {
                is_line |= word.starts_with('-') && word.contains('c');
                is_input |= word.starts_with('-') && word.contains('s');
                // the names of what is switched on or off stand behind, one for each letter
                for _ in word.matches(['o', 'O']) {
                    rest.next();
                }
            }
            _ => break Some(word),
        }
    };
    match first {
        Some(line) if is_line => Call::Line(line),
        None if is_line => Call::Line(""),
        Some(file) if !is_input && !matches!(file, "/dev/stdin" | "/proc/self/fd/0") => {
            Call::File(file)
        }
        _ => Call::Input,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_called_in_many_ways() {
        for (line, want) in [
            ("/bin/sh -c x", Call::Line("x")),
            ("bash -lc x", Call::Line("x")),
            ("bash -ce x y", Call::Line("x")),
            ("bash -o pipefail -c x", Call::Line("x")),
            ("bash -euo pipefail -c x", Call::Line("x")),
            ("bash -c -- x", Call::Line("x")),
            ("bash -c", Call::Line("")),
            ("sh run.sh", Call::File("run.sh")),
            ("bash -euo pipefail /a", Call::File("/a")),
            ("sh -o errexit -o nounset a", Call::File("a")),
            ("bash -O extglob a", Call::File("a")),
            ("bash +x a -c b", Call::File("a")),
            ("bash +o posix a", Call::File("a")),
            ("bash --rcfile /x a", Call::File("a")),
            ("bash --login -x -- a", Call::File("a")),
            ("bash - a", Call::File("a")),
            ("bash /dev/stdin a", Call::Input),
            ("bash -s a", Call::Input),
            ("sh -", Call::Input),
            ("sh -e", Call::Input),
            ("sh", Call::Input),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(of_shell(&words), want, "{line}");
        }
    }
}
