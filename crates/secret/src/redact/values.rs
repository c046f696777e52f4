//! Passwords in the words of a command, for who tells of them.

use super::names::{Secrecy, of_option};
use super::{options, programs};
use crate::evidence::written;

/// Returns passwords that a command hands to programs without a name before a `=`: behind an option
/// (`--password hunter2`, `-u admin:hunter2`, `mysql -phunter2`) or in what it writes for `chpasswd`.
/// What stands for one, such as a variable, is none.
pub fn passwords(command: &str) -> Vec<&str> {
    let mut spans = options::secrets(command);
    spans.extend(programs::passwords(command));
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    let values = spans.into_iter().filter_map(|span| command.get(span));
    let values = values.chain(command.split_whitespace().filter_map(joined));
    let is_one = |value: &&str| {
        let is_path = value.starts_with(['/', '.']);
        !is_path && !value.contains(['$', '`', '%']) && !written::is_placeholder(value.as_bytes())
    };
    values.filter(is_one).collect()
}

/// Returns the value of `--db-password=hunter2`.
fn joined(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(['"', '\'', '(', '[', ',']);
    let (name, value) = word.split_once('=')?;
    let is_sure = of_option(name.strip_prefix('-')?.trim_start_matches('-')) == Secrecy::Sure;
    let value = value.trim_matches(['"', '\'', ',', ')', ']']);
    let value = value.split([';', '|', '&']).next().unwrap_or_default();
    (is_sure && Secrecy::Sure.hides(value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_told_from_what_stands_for_them() {
        for (command, want) in [
            ("curl -u admin:hunter2 https://h", &["hunter2"][..]),
            ("docker login -u bob -p hunter2 r.io", &["hunter2"]),
            (
                "x --password hunter2; mysql -phunter3 d",
                &["hunter2", "hunter3"],
            ),
            ("echo root:hunter2 | chpasswd", &["hunter2"]),
            ("x --password \"$PW\" -u a:$PW; mysql -p$PW", &[]),
            ("x --password changeme --token <token> --key /k", &[]),
            ("docker run -p 80:80 x", &[]),
            (
                "x --db-password=hunter2; y --token=$T --pass=/f -DX=y",
                &["hunter2"],
            ),
            ("", &[]),
        ] {
            assert_eq!(passwords(command), want, "{command}");
        }
    }
}
