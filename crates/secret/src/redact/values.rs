//! Passwords in the words of a command, for who tells of them.

use super::names::{Secrecy, of_option};
use super::{assigned, fields, hides, options, programs, urls};
use crate::evidence::written;
use crate::history::is_drawn;

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
        // where a password is, as OpenSSL takes it
        let is_place = ["file:", "env:", "fd:"]
            .iter()
            .any(|it| value.starts_with(it));
        let is_path = is_place || value.starts_with(['/', '.']);
        !is_path && !value.contains(['$', '`', '%']) && !written::is_placeholder(value.as_bytes())
    };
    values.filter(is_one).collect()
}

/// Returns names that say that their values are secret, with these, as settings in a file are written:
/// `password = "x1"`, `password: x1`; and what logs in within a URL in place of a user, as a token does. Of
/// small letters are most words in prose: only what is drawn is the value of such a name.
pub fn named(text: &str) -> Vec<(&str, &str)> {
    let mut found = assigned::settings(text, hides);
    let fields = fields::secrets(text).into_iter();
    found.extend(fields.filter_map(|(name, span)| Some((name, text.get(span)?))));
    found.extend(urls::users(text).into_iter().map(|user| ("token", user)));
    found.retain(|(name, value)| {
        let is_word = !is_drawn(value) && name.contains(|c: char| c.is_ascii_lowercase());
        !is_word && !value.contains(['$', '`', '<', '%'])
    });
    let plain = found.into_iter();
    plain
        .map(|(name, value)| (name.trim_start_matches(['_', '-']), value))
        .collect()
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
    fn settings_in_text_are_told_from_prose() {
        for (text, want) in [
            (
                "echo 'A_PASSWORD = \"hunter\"' >> f",
                &[("A_PASSWORD", "hunter")][..],
            ),
            (
                "echo 'password = hunter22' >> f",
                &[("password", "hunter22")],
            ),
            (
                "echo \"password: hunter22\" >> f",
                &[("password", "hunter22")],
            ),
            (
                "echo //r.io/:_authToken=5f0c2f7e > f",
                &[("authToken", "5f0c2f7e")],
            ),
            ("git clone https://abcdefg1@h/a", &[("token", "abcdefg1")]),
            ("the password: is asked = token = none", &[]),
            ("echo \"app ALL=(ALL) NOPASSWD: ALL1234567\" >> f", &[]),
            ("password = $PW1234567; git clone https://git@h", &[]),
        ] {
            assert_eq!(named(text), want, "{text}");
        }
    }

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
            ("openssl rsa -passin file:/run/p -passout env:P", &[]),
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
