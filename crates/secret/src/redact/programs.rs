//! Passwords that programs take without a name that says so: `mysql -pPASSWORD`, `docker login -p PASSWORD`,
//! `user:PASSWORD@tcp(host)`; with those of `chpasswd.rs`, `sql.rs` and `stored.rs`.

use std::ops::Range;

use super::{chpasswd, found, sql, stored};

/// Programs by how their names begin, their option for a password, and whether the password follows at once
/// or as the next argument.
const OPTIONS: &[(&str, &str, bool)] = &[
    ("7z", "-p", true),
    ("ldap", "-w", false),
    (LOGIN, "-p", false),
    (LOGIN, "-p", true),
    ("mariadb", "-p", true),
    ("mongo", "-p", false),
    ("mosquitto", "-P", false),
    ("mysql", "-p", true),
    ("openssl", "-k", false),
    ("redis-cli", "-a", false),
    ("sqlcmd", "-P", false),
    ("sqlcmd", "-P", true),
    ("ssh-keygen", "-N", false),
    ("ssh-keygen", "-P", false),
    ("sshpass", "-p", true),
    ("sshpass", "-p", false),
    ("useradd", "-p", false),
    ("unzip", "-P", false),
    ("usermod", "-p", false),
    ("zip", "-P", false),
];

/// Programs that log in at a registry as `docker login` does, and what they are called then: without
/// that word their `-p` is something else.
const CLIENTS: &[&str] = &[
    "buildah", "crane", "docker", "helm", "nerdctl", "oras", "podman", "skopeo",
];
const LOGIN: &str = "docker login";

/// What reads a password that something before it writes.
const READERS: &[&str] = &["--stdin", "--password-stdin", "sudo -S"];
/// Programs that read one, whatever they are told.
const ASKING: &[&str] = &["adduser", "kinit", "passwd", "smbpasswd"];

/// What stands between a login and the host in the names of databases that Go's drivers read.
const NETWORKS: &[&str] = &["@tcp(", "@unix("];

/// Letters of a login in such a name.
const MOST_LOGIN: usize = 500;

/// Returns the text without such passwords.
pub(super) fn without(text: &str) -> String {
    found::replaced(text, passwords(text))
}

/// Returns where such passwords stand.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let mut found = behind_options(text);
    found.extend(of_htpasswd(text));
    found.extend(of_netrc(text));
    found.extend(chpasswd::passwords(text));
    found.extend(sql::passwords(text));
    found.extend(stored::passwords(text));
    found.extend(written(text));
    found.extend(networks(text));
    let is_literal = |span: &Range<usize>| {
        let value = text.get(span.clone()).unwrap_or_default();
        !value.is_empty() && !value.starts_with('$') && value != super::REDACTED
    };
    found.retain(is_literal);
    found
}

/// A word, without what stands around it.
#[derive(Debug, Clone)]
pub(super) struct Word<'t> {
    pub(super) bare: &'t str,
    at: usize,
    /// Whether the next one belongs to another command.
    pub(super) is_last: bool,
}

impl Word<'_> {
    pub(super) fn name(&self) -> &str {
        self.bare.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.bare.len()
    }
}

/// Returns the words of a text; an unquoted `;`, `|` or `&` ends one.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let is_around = |c: char| matches!(c, '"' | '\'' | ')' | '(' | '[' | ']' | ',');
    let is_end = |c: char| matches!(c, ';' | '|' | '&');
    let mut found = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || is_end(c)) {
        let bare = piece.trim_end_matches(|c: char| c.is_whitespace() || is_end(c));
        let start = bare.len() - bare.trim_start_matches(is_around).len();
        found.push(Word {
            bare: bare.trim_matches(is_around),
            at: at + start,
            is_last: piece.ends_with(is_end),
        });
        at += piece.len();
    }
    found
}

fn behind_options(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut program = "";
    let mut before = "";
    let words = words(text);
    for word in words
        .iter()
        .filter(|word| !word.bare.is_empty() || word.is_last)
    {
        let secret = OPTIONS
            .iter()
            .filter(|(name, ..)| program.starts_with(name))
            .find_map(|&(_, option, is_glued)| {
                let start = if is_glued {
                    let value = word.bare.strip_prefix(option)?;
                    let quotes = value.len() - value.trim_start_matches(['"', '\'']).len();
                    option.len() + quotes
                } else {
                    (before == option && !word.bare.starts_with('-')).then_some(0)?
                };
                let span = word.at + start..word.at + word.bare.len();
                (!span.is_empty()).then_some(span)
            });
        let has_secret = secret.is_some();
        found.extend(secret);
        let name = word.name();
        if name == "login" && CLIENTS.contains(&program) {
            program = LOGIN;
        } else if CLIENTS.contains(&name)
            || OPTIONS.iter().any(|(start, ..)| name.starts_with(start))
        {
            program = name;
        }
        before = word.bare;
        // a client's login takes more than one; of the others what follows may be another program's
        if word.is_last || (has_secret && program != LOGIN) {
            program = "";
        }
    }
    found
}

/// `htpasswd -bc FILE USER PASSWORD`.
fn of_htpasswd(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some(at) = rest.iter().position(|word| word.name() == "htpasswd") {
        rest = rest.get(at + 1..).unwrap_or_default();
        let options = rest.iter().take_while(|word| word.bare.starts_with('-'));
        let (count, letters) = options.fold((0, String::new()), |(count, letters), word| {
            (count + 1, letters + word.bare)
        });
        // without a file, `-n`, the result is written to the standard output
        let operands = if letters.contains('n') { 1 } else { 2 };
        if letters.contains('b')
            && let Some(password) = rest.get(count + operands)
        {
            found.push(password.span());
        }
    }
    found
}

/// `machine HOST login USER password PASSWORD`.
fn of_netrc(text: &str) -> Vec<Range<usize>> {
    if !text.contains("machine ") || !text.contains("login ") {
        return Vec::new();
    }
    let words = words(text);
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [name, value] if name.bare == "password" => Some(value.span()),
        _ => None,
    });
    pairs.collect()
}

/// What `echo` writes into what reads a password.
fn written(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive('|') {
        let start = at;
        at += piece.len();
        let reader = text.get(at..).unwrap_or_default();
        let reader = reader.split(['|', ';', '&']).next().unwrap_or_default();
        let name = reader.split_whitespace().next().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default();
        // what is put into a form has no user before it
        let is_filled_in = name == "chpasswd" && piece.contains("%s");
        let is_read =
            is_filled_in || ASKING.contains(&name) || READERS.iter().any(|it| reader.contains(it));
        if !piece.ends_with('|') || !is_read {
            continue;
        }
        let begins = piece.rfind([';', '&']).map_or(0, |at| at + 1);
        let command = piece.get(begins..).unwrap_or_default();
        let words = words(command);
        let echo = words
            .iter()
            .position(|it| matches!(it.name(), "echo" | "printf"));
        let Some(echo) = echo else { continue };
        let rest = words.get(echo + 1..).unwrap_or_default();
        let said = rest.iter().filter(|word| {
            !word.bare.is_empty() && !word.bare.starts_with('-') && !word.bare.contains('%')
        });
        found.extend(said.map(|word| {
            let span = word.span();
            start + begins + span.start..start + begins + span.end
        }));
    }
    found
}

fn networks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for network in NETWORKS {
        for (at, _) in text.match_indices(network) {
            let before = text.get(..at).unwrap_or_default();
            let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '/');
            let letters = before.char_indices().rev().take(MOST_LOGIN);
            let login = letters.take_while(|(_, c)| !is_end(*c));
            let start = login.last().map_or(at, |(at, _)| at);
            let login = before.get(start..).unwrap_or_default();
            if let Some((user, _)) = login.split_once(':') {
                found.push(start + user.len() + 1..at);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, &str)] = &[
        (
            "mysql -uroot -phunter2 -e x",
            "mysql -uroot -p[redacted] -e x",
        ),
        (
            "/usr/bin/mysqldump -p'a' db; ls -pq",
            "/usr/bin/mysqldump -p'[redacted]' db; ls -pq",
        ),
        (
            "mysql -p db --port 3306 -P3306",
            "mysql -p db --port 3306 -P3306",
        ),
        ("mysql -p$PASS", "mysql -p$PASS"),
        ("sshpass -p hunter2 ssh h", "sshpass -p [redacted] ssh h"),
        (
            "sshpass -phunter2 ssh -p 22 h",
            "sshpass -p[redacted] ssh -p 22 h",
        ),
        (
            "docker login -u bob -p hunter2 r.io; docker run -p 80:80 x",
            "docker login -u bob -p [redacted] r.io; docker run -p 80:80 x",
        ),
        ("podman login -pa r", "podman login -p[redacted] r"),
        (
            "htpasswd -bc /f bob hunter2",
            "htpasswd -bc /f bob [redacted]",
        ),
        ("htpasswd -nb bob hunter2", "htpasswd -nb bob [redacted]"),
        ("htpasswd -c /f bob", "htpasswd -c /f bob"),
        (
            "echo \"machine h login x password hunter2\" > f",
            "echo \"machine h login x password [redacted]\" > f",
        ),
        (
            "a; echo hunter2 | passwd --stdin root",
            "a; echo [redacted] | passwd --stdin root",
        ),
        (
            "echo -n \"$PW\" | docker login --password-stdin",
            "echo -n \"$PW\" | docker login --password-stdin",
        ),
        (
            "mysql -phunter2;a -pb|mysql -pc|d",
            "mysql -p[redacted];a -pb|mysql -p[redacted]|d",
        ),
        ("redis-cli -a hunter2 ping", "redis-cli -a [redacted] ping"),
        ("ldapsearch -x -w hunter2", "ldapsearch -x -w [redacted]"),
        ("mkdir -p /x && cp -a b c", "mkdir -p /x && cp -a b c"),
        (
            "echo \"root:hunter2\" | chpasswd",
            "echo \"root:[redacted]\" | chpasswd",
        ),
        (
            "echo 'root:a b' | chpasswd -e",
            "echo 'root:[redacted]' | chpasswd -e",
        ),
        (
            "echo root:hunter2|chpasswd",
            "echo root:[redacted]|chpasswd",
        ),
        (
            "echo root:hunter2 | chpasswd; x a:b",
            "echo root:[redacted] | chpasswd; x a:b",
        ),
        (
            "echo \"root:$PW\" | chpasswd",
            "echo \"root:$PW\" | chpasswd",
        ),
        ("image:tag root:x", "image:tag root:x"),
        (
            "echo root:hunter2 | chpasswd; echo 'a:b' | chpasswd; x a:b",
            "echo root:[redacted] | chpasswd; echo 'a:[redacted]' | chpasswd; x a:b",
        ),
        (
            "chpasswd <<< \"root:hunter2\"; chpasswd <<< a:b; x a:b",
            "chpasswd <<< \"root:[redacted]\"; chpasswd <<< a:[redacted]; x a:b",
        ),
        (
            "chpasswd <<< \"root:hunter2\"; x a:b",
            "chpasswd <<< \"root:[redacted]\"; x a:b",
        ),
        (
            "chpasswd -e <<EOF\nroot:hunter2\nbob:a\nEOF",
            "chpasswd -e <<EOF\nroot:[redacted]\nbob:[redacted]\nEOF",
        ),
        (
            "psql -c \"CREATE USER a WITH PASSWORD 'a b'\"",
            "psql -c \"CREATE USER a WITH PASSWORD '[redacted]'\"",
        ),
        (
            "CREATE USER 'a'@'%' IDENTIFIED  BY 'x'; ALTER USER a identified with y by 'z'",
            "CREATE USER 'a'@'%' IDENTIFIED  BY '[redacted]'; ALTER USER a identified with y by '[redacted]'",
        ),
        (
            "echo 'password' 'by'; select 'a' as 'b' where by 'c'",
            "echo 'password' 'by'; select 'a' as 'b' where by 'c'",
        ),
        (
            "npm config set //r.io/:_authToken hunter2 && x",
            "npm config set //r.io/:_authToken [redacted] && x",
        ),
        (
            "aws configure set aws_secret_access_key hunter2",
            "aws configure set aws_secret_access_key [redacted]",
        ),
        (
            "npm config set registry https://r.io; git config credential.helper store",
            "npm config set registry https://r.io; git config credential.helper store",
        ),
        (
            "echo \"requirepass hunter2\" >> f",
            "echo \"requirepass [redacted]\" >> f",
        ),
        ("unzip -P hunter2 a.zip", "unzip -P [redacted] a.zip"),
        (
            "echo 'db db/root_password password hunter2' | debconf-set-selections",
            "echo 'db db/root_password password [redacted]' | debconf-set-selections",
        ),
        (
            "printf \"hunter2\" | passwd root; echo b | sed c",
            "printf \"[redacted]\" | passwd root; echo b | sed c",
        ),
        (
            "DB_DSN=app:hunter2@tcp(db:3306)/x",
            "DB_DSN=app:[redacted]@tcp(db:3306)/x",
        ),
        ("a@tcp(b) app:$P@unix(/s)", "a@tcp(b) app:$P@unix(/s)"),
    ];

    #[test]
    fn passwords_without_a_name_are_gone() {
        for (text, want) in CASES {
            assert_eq!(without(text), *want, "{text}");
        }
    }
}
