//! What switches off that packages and downloads are verified.

use crate::ini::{self, Section};
use crate::shell::Command;
use crate::start::{self, words_behind};

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
        &[
            "--nogpgcheck",
            "--no-gpgchecks",
            "--no-gpg-check",
            "--no-gpg-checks",
        ],
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
    if let Some(setting) = configured(program, words) {
        return Some((start::name_of(program).to_owned(), setting.to_owned()));
    }
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

/// Returns what a command that changes settings switches off: `npm config set strict-ssl false`.
fn configured(program: &str, words: &[String]) -> Option<&'static str> {
    // name and value are two words, or one with `=`
    let line = words
        .join(" ")
        .to_ascii_lowercase()
        .replace(['=', '"'], " ");
    let line = format!(" {line} ");
    let any = |of: &[&str]| of.iter().any(|it| line.contains(it));
    match start::name_of(program) {
        "npm" | "yarn" | "pnpm" if any(&[" strict-ssl false "]) => Some("strict-ssl=false"),
        "yum" | "dnf" | "microdnf" | "tdnf" if any(&["gpgcheck 0 ", "gpgcheck false "]) => {
            Some("gpgcheck=0")
        }
        "yum" | "dnf" | "microdnf" | "tdnf" if any(&["sslverify 0 ", "sslverify false "]) => {
            Some("sslverify=0")
        }
        "git" if any(&[" http.sslverify false ", " http.sslverify 0 "]) => {
            Some("http.sslVerify=false")
        }
        "apt-get" | "apt" | "aptitude" => {
            let mut settings = words.iter().filter(|word| word.contains("::"));
            settings.find_map(|word| setting_of_line(word))
        }
        // what is written so goes into a list of sources
        "echo" | "printf" => words.iter().find_map(|word| trusted_source(word.trim())),
        "pip" | "pip3" if any(&[" config set "]) && any(&["trusted-host "]) => Some("trusted-host"),
        _ => None,
    }
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

/// Variables with which git, Node.js, npm, pip, uv or Python do not look at certificates, and the values that
/// say so; any if there are none.
const ENVIRONMENT: [(&str, &[&str]); 7] = [
    ("GIT_SSL_NO_VERIFY", &["1", "true", "yes", "on"]),
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("NPM_CONFIG_STRICT_SSL", &["false", "0"]),
    ("YARN_ENABLE_STRICT_SSL", &["false", "0"]),
    ("PIP_TRUSTED_HOST", &[]),
    ("UV_INSECURE_HOST", &[]),
    ("PYTHONHTTPSVERIFY", &["0"]),
];

/// Returns a variable of the environment by which nothing is verified.
pub(crate) fn environment(text: &str) -> Option<String> {
    let mut words = text
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', ';']));
    words.find_map(|word| {
        let (name, value) = word.split_once('=')?;
        let value = value.trim_matches(['"', '\'']);
        // npm reads its variables in either case
        let is_it = |row: &&(&str, &[&str])| name.eq_ignore_ascii_case(row.0);
        let (name, values) = ENVIRONMENT.iter().find(is_it)?;
        if values.is_empty() {
            return (!value.is_empty()).then(|| (*name).to_owned());
        }
        let known = values.iter().find(|it| value.eq_ignore_ascii_case(it))?;
        Some(format!("{name}={known}"))
    })
}

/// Returns what a file of settings says that verifies nothing.
pub(crate) fn setting(path: &str, text: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.contains("repos.d/") || matches!(name, "yum.conf" | "dnf.conf") {
        return ini::sections(text).iter().find_map(unsigned_repository);
    }
    if path.ends_with(".sources") {
        return trusted_stanza(text);
    }
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.starts_with(['#', ';']) && !line.starts_with("//"));
    if path.contains("apt/sources.list") {
        return lines.find_map(trusted_source);
    }
    lines.find_map(setting_of_line)
}

/// A repository that is in use and whose packages need no signature.
fn unsigned_repository(section: &Section<'_>) -> Option<&'static str> {
    let is_no = |value: &str| matches!(&*value.to_ascii_lowercase(), "0" | "no" | "false" | "off");
    let says_no = |name: &str| section.value(name).is_some_and(is_no);
    if says_no("enabled") {
        return None;
    }
    ["gpgcheck=0", "pkg_gpgcheck=0"]
        .into_iter()
        .find(|setting| says_no(setting.trim_end_matches("=0")))
}

/// `deb [arch=amd64 trusted=yes] https://…`.
fn trusted_source(line: &str) -> Option<&'static str> {
    let rest = line
        .strip_prefix("deb-src")
        .or_else(|| line.strip_prefix("deb"))?;
    let options = rest.trim_start().strip_prefix('[')?.split(']').next()?;
    let mut options = options.split_whitespace();
    options
        .any(|option| option.eq_ignore_ascii_case("trusted=yes"))
        .then_some("trusted=yes")
}

/// `Trusted: yes` among the lines of a source that is in use.
fn trusted_stanza(text: &str) -> Option<&'static str> {
    let is = |line: &str, name: &str, value: &str| {
        line.split_once(':').is_some_and(|(found, set)| {
            found.trim().eq_ignore_ascii_case(name) && set.trim().eq_ignore_ascii_case(value)
        })
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut stanzas = lines.split(|line| line.trim().is_empty());
    stanzas
        .any(|stanza| {
            let any = |name, value| stanza.iter().any(|line| is(line, name, value));
            any("Trusted", "yes") && !any("Enabled", "no")
        })
        .then_some("Trusted: yes")
}

/// A line of other settings.
fn setting_of_line(line: &str) -> Option<&'static str> {
    let plain: String = line
        .to_ascii_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '"' && *c != ';')
        .collect();
    let is_on = |name: &str| {
        let mut rests = plain.split(name).skip(1);
        rests.any(|rest| {
            let value = rest.trim_start_matches('=');
            ["true", "1", "yes", "on"]
                .iter()
                .any(|on| value.starts_with(on))
        })
    };
    if is_on("allowunauthenticated") {
        Some("AllowUnauthenticated")
    } else if is_on("allowinsecurerepositories") {
        Some("AllowInsecureRepositories")
    } else if plain.starts_with("trusted-host=") {
        Some("trusted-host")
    } else if matches!(
        &*plain,
        "insecure"
            | "-k"
            | "--insecure"
            | "check_certificate=off"
            | "strict-ssl=false"
            | "sslverify=false"
            | "sslverify=0"
    ) {
        Some("that certificates are not checked")
    } else {
        None
    }
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
            ("npm config set strict-ssl false", Some("strict-ssl=false")),
            ("npm config set strict-ssl true", None),
            (
                "apt-get -o Acquire::AllowInsecureRepositories=true update",
                Some("AllowInsecureRepositories"),
            ),
            (
                "apt-get -o Acquire::AllowInsecureRepositories=false update",
                None,
            ),
            (
                "echo 'deb [trusted=yes] https://x ./' > /etc/apt/sources.list.d/x.list",
                Some("trusted=yes"),
            ),
            ("npm install --strict-ssl=false", None),
            (
                "git -c http.sslVerify=false clone https://x",
                Some("http.sslVerify=false"),
            ),
            (
                "git config --global http.sslVerify false",
                Some("http.sslVerify=false"),
            ),
            ("git config http.sslVerify true", None),
            (
                "pip config set global.trusted-host x.example",
                Some("trusted-host"),
            ),
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

    #[test]
    fn settings_are_their_files() {
        for (path, text, want) in [
            ("etc/yum.repos.d/x.repo", "[x]\ngpgcheck=0", true),
            (
                "etc/yum.repos.d/x.repo",
                "[x]\ngpgcheck = no\nenabled=1",
                true,
            ),
            (
                "etc/yum.repos.d/x.repo",
                "[x]\ngpgcheck=0\nenabled=0",
                false,
            ),
            (
                "etc/yum.repos.d/x.repo",
                "[x]\nenabled=0\ngpgcheck=0\n[y]\ngpgcheck=1",
                false,
            ),
            ("etc/zypp/repos.d/x.repo", "[x]\npkg_gpgcheck=0", true),
            ("etc/dnf/dnf.conf", "[main]\ngpgcheck=False", true),
        ] {
            assert_eq!(setting(path, text).is_some(), want, "{path} {text}");
        }
    }

    #[test]
    fn settings_of_other_programs_are_theirs() {
        for (path, text, want) in [
            (
                "etc/apt/sources.list",
                "deb [trusted=yes] https://x y z",
                true,
            ),
            (
                "etc/apt/sources.list.d/x.list",
                "deb [ arch=amd64 trusted=yes ] https://x y z",
                true,
            ),
            (
                "etc/apt/sources.list",
                "# deb [trusted=yes] https://x y z",
                false,
            ),
            ("etc/apt/sources.list", "deb https://x trusted=yes z", false),
            (
                "etc/apt/sources.list.d/x.sources",
                "Types: deb\nTrusted: yes\n\nTypes: deb",
                true,
            ),
            (
                "etc/apt/sources.list.d/x.sources",
                "Enabled: no\nTrusted: yes\n\nTypes: deb",
                false,
            ),
            (
                "etc/apt/apt.conf.d/9",
                "Acquire::AllowInsecureRepositories \"1\";",
                true,
            ),
            (
                "etc/apt/apt.conf.d/9",
                "APT::Get::AllowUnauthenticated \"false\";",
                false,
            ),
            ("root/.npmrc", "strict-ssl = false", true),
            ("root/.npmrc", "strict-ssl=true", false),
            ("etc/gitconfig", "[http]\n\tsslVerify = false", true),
            ("root/.pip/pip.conf", "trusted-host = x", true),
        ] {
            assert_eq!(setting(path, text).is_some(), want, "{path} {text}");
        }
        assert!(environment("GIT_SSL_NO_VERIFY=1 git clone x").is_some());
        assert!(environment("GIT_SSL_NO_VERIFY=0").is_none());
    }
}
