//! What switches off that packages and downloads are verified.

use crate::shell::Command;
use crate::start::words_behind;

/// Options by program; a program ends in `*` where a version may follow.
const OPTIONS: [(&[&str], &[&str]); 7] = [
    (
        &["apt-get", "apt", "aptitude"],
        &[
            "--allow-unauthenticated",
            "--force-yes",
            "--allow-insecure-repositories",
        ],
    ),
    (
        &["yum", "dnf", "microdnf", "tdnf", "zypper"],
        &["--nogpgcheck", "--no-gpg-check", "--no-gpg-checks"],
    ),
    (&["apk"], &["--allow-untrusted"]),
    (
        &["pip", "pip3", "uv"],
        &["--trusted-host", "--allow-insecure-host"],
    ),
    (&["curl"], &["--insecure"]),
    (&["wget"], &["--no-check-certificate"]),
    (&["rpm"], &["--nosignature", "--nodigest", "--nogpg"]),
];

/// Returns program and option of a command that verifies nothing.
pub(crate) fn switched_off(command: &Command) -> Option<(String, String)> {
    let (program, words) = words_behind(command).split_first()?;
    let name = program.rsplit('/').next().unwrap_or_default();
    let is_python = name.starts_with("python") && words.iter().any(|word| word == "pip");
    let name = if is_python { "pip" } else { name };
    let (_, options) = OPTIONS.iter().find(|(names, _)| names.contains(&name))?;
    let is_one = |word: &&String| {
        let option = word.split('=').next().unwrap_or_default();
        options.contains(&option) || (name == "curl" && is_insecure(word))
    };
    let option = words.iter().find(is_one)?;
    let option = option.split('=').next().unwrap_or_default();
    Some((name.to_owned(), option.to_owned()))
}

/// Whether `k` is among the letters of an option of curl, before one that takes the rest as its value.
fn is_insecure(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
        return false;
    };
    let takes_value = |c: char| "AbcCdDeEFhHKmoPQrtTuUwxXyYz".contains(c);
    letters
        .chars()
        .take_while(|c| !takes_value(*c))
        .any(|c| c == 'k')
}

/// Returns a line of settings that verifies nothing.
pub(crate) fn setting(text: &str) -> Option<&'static str> {
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.starts_with(['#', ';']) && !line.starts_with("//"));
    lines.find_map(|line| {
        let plain: String = line
            .to_ascii_lowercase()
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '"' && *c != ';')
            .collect();
        let is = |name: &str| plain.contains(name);
        if is("allowunauthenticatedtrue") || is("allowunauthenticated1") {
            Some("AllowUnauthenticated")
        } else if is("allowinsecurerepositoriestrue") {
            Some("AllowInsecureRepositories")
        } else if plain == "gpgcheck=0" || plain == "gpgcheck=no" || plain == "gpgcheck=false" {
            Some("gpgcheck=0")
        } else if plain.starts_with("trusted-host=") {
            Some("trusted-host")
        } else if matches!(
            &*plain,
            "insecure" | "-k" | "--insecure" | "check_certificate=off"
        ) {
            Some("that certificates are not checked")
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn options_are_their_programs() {
        for (line, want) in [
            ("curl -fsSLk https://x", Some("-fsSLk")),
            ("curl -o k https://x", None),
            ("curl -H key https://x", None),
            ("curl -Xk https://x", None),
            ("apk add --allow-untrusted x.apk", Some("--allow-untrusted")),
            (
                "python3 -m pip install --trusted-host=h x",
                Some("--trusted-host"),
            ),
            ("echo --insecure", None),
            ("sudo -E curl -k https://x", Some("-k")),
            ("sudo -k curl https://x", None),
            (
                "env A=b wget --no-check-certificate x",
                Some("--no-check-certificate"),
            ),
            (
                "apt-get -t x install --allow-unauthenticated y",
                Some("--allow-unauthenticated"),
            ),
        ] {
            let found = shell::commands(line).iter().find_map(switched_off);
            assert_eq!(found.map(|(_, option)| option).as_deref(), want, "{line}");
        }
    }
}
