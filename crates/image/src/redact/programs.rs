//! Passwords that programs take without a name that says so: `mysql -pPASSWORD`, `echo user:PASSWORD | chpasswd`,
//! `user:PASSWORD@tcp(host)`.

use super::{REDACTED, is_of_name};

/// Programs by how their names begin, their option for a password, and whether the password follows at once
/// or as the next argument.
const OPTIONS: &[(&str, &str, bool)] = &[
    ("ldap", "-w", false),
    ("mariadb", "-p", true),
    ("mongo", "-p", false),
    ("mysql", "-p", true),
    ("redis-cli", "-a", false),
    ("sqlcmd", "-P", false),
    ("sshpass", "-p", true),
    ("sshpass", "-p", false),
];

/// What stands between a login and the host in the names of databases that Go's drivers read.
const NETWORKS: &[&str] = &["@tcp(", "@unix("];

/// Returns the text without such passwords.
pub(super) fn without(text: &str) -> String {
    without_logins(&without_networks(&without_options(text)))
}

fn without_options(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut program = "";
    let mut before = "";
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ')' | '(' | '[' | ']' | ',')
        });
        let secret = OPTIONS
            .iter()
            .filter(|(name, ..)| program.starts_with(name))
            .find_map(|&(_, option, is_glued)| {
                let value = if is_glued {
                    bare.strip_prefix(option)
                } else {
                    (before == option && !bare.starts_with('-')).then_some(bare)
                };
                let value = value.map(|value| value.trim_start_matches(['"', '\'']));
                value.filter(|value| !value.is_empty() && !value.starts_with('$'))
            });
        out.push_str(&secret.map_or_else(
            || word.to_owned(),
            |secret| word.replacen(secret, REDACTED, 1),
        ));
        let name = bare.rsplit('/').next().unwrap_or_default();
        if OPTIONS.iter().any(|(start, ..)| name.starts_with(start)) {
            program = name;
        }
        before = bare;
        if secret.is_some() || word.trim_end().ends_with([';', '|', '&']) {
            program = "";
        }
    }
    out
}

/// `chpasswd` reads `user:password`, which something before it writes.
fn without_logins(text: &str) -> String {
    let Some(end) = text.find("chpasswd") else {
        return text.to_owned();
    };
    let (written, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut out = String::with_capacity(text.len());
    let mut left = written;
    while let Some((before, after)) = left.split_once(':') {
        out.push_str(before);
        out.push(':');
        left = after;
        let user = before.len() - before.trim_end_matches(is_of_name).len();
        let start = before.len() - user;
        let quote = before.get(..start).and_then(|it| it.chars().next_back());
        let is_end = |c: char| match quote {
            Some(quote @ ('"' | '\'')) => c == quote,
            _ => c.is_whitespace() || matches!(c, '|' | ';'),
        };
        let len = after.find(is_end).unwrap_or(after.len());
        let password = after.get(..len).unwrap_or_default();
        if user > 0 && !password.is_empty() && !password.starts_with(['$', '/']) {
            out.push_str(REDACTED);
            left = after.get(len..).unwrap_or_default();
        }
    }
    out + left + rest
}

fn without_networks(text: &str) -> String {
    let mut shown = text.to_owned();
    for network in NETWORKS {
        let mut out = String::with_capacity(shown.len());
        let mut rest = shown.as_str();
        while let Some((before, after)) = rest.split_once(network) {
            let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '/');
            let start = before.rfind(is_end).map_or(0, |at| at + 1);
            let login = before.get(start..).unwrap_or_default();
            match login.split_once(':') {
                Some((user, password)) if !password.is_empty() && !password.starts_with('$') => {
                    out.push_str(before.get(..start + user.len() + 1).unwrap_or_default());
                    out.push_str(REDACTED);
                }
                _ => out.push_str(before),
            }
            out.push_str(network);
            rest = after;
        }
        out.push_str(rest);
        shown = out;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_without_a_name_are_gone() {
        for (text, want) in [
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
                "DB_DSN=app:hunter2@tcp(db:3306)/x",
                "DB_DSN=app:[redacted]@tcp(db:3306)/x",
            ),
            ("a@tcp(b) app:$P@unix(/s)", "a@tcp(b) app:$P@unix(/s)"),
        ] {
            assert_eq!(without(text), want, "{text}");
        }
    }
}
