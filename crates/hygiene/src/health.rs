//! Which services a health check asks whether they live: they are started, whatever starts them.

use crate::input::Input;
use crate::services::{ROWS, Row, is_installed};
use crate::shell::{self, Command};
use crate::start::{name_of, words_behind};

/// Options of programs that ask, which say on which host.
const HOST: [&str; 3] = ["-h", "--host", "-H"];
/// Names of the container itself.
const HERE: [&str; 5] = ["localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0"];

/// Returns the places in the table of the services that the health check asks, and what says so.
pub(crate) fn probed(input: &Input<'_>) -> Vec<(usize, String)> {
    let test = input
        .config
        .and_then(|config| config.config.healthcheck.as_ref())
        .map_or(&[][..], |check| &check.test);
    let commands = match test {
        [kind, line, ..] if kind == "CMD-SHELL" => shell::commands(line),
        [kind, words @ ..] if kind == "CMD" => vec![Command {
            words: words.to_vec(),
            ..Command::default()
        }],
        _ => return Vec::new(),
    };
    let mut probed = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        let by = commands.iter().find_map(|command| asks(row, command));
        // who asks another host has the client only
        if let Some(by) = by.filter(|_| is_installed(input, row)) {
            let evidence = format!("its health is asked by {}", crate::hits::short(&by));
            probed.push((at, evidence));
        }
    }
    probed
}

/// Returns the program that asks a service, if a command does so.
fn asks(row: &Row, command: &Command) -> Option<String> {
    let words = words_behind(command);
    let name = name_of(words.first()?).to_owned();
    let ports = |word: &String| row.ports.iter().any(|port| is_port_here(word, port));
    let is_it = match &*name {
        "curl" | "wget" => words.iter().any(ports),
        "nc" | "ncat" | "netcat" => {
            let is_here = |word: &String| HERE.contains(&&**word);
            let is_port = |word: &String| row.ports.contains(&&**word);
            words.iter().any(is_here) && words.iter().any(is_port)
        }
        name => row.probes.contains(&name) && !asks_elsewhere(words),
    };
    is_it.then_some(name)
}

/// Whether an address is one of this container, at a port.
fn is_port_here(address: &str, port: &str) -> bool {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let usual = if scheme == "https" { "443" } else { "80" };
    HERE.iter().any(|here| match host.strip_prefix(here) {
        Some("") => port == usual,
        Some(rest) => rest.strip_prefix(':') == Some(port),
        None => false,
    })
}

/// Whether a program is told to ask another host.
fn asks_elsewhere(words: &[String]) -> bool {
    let is_elsewhere = |host: &str| !host.starts_with('/') && !HERE.contains(&host);
    let mut pairs = words.windows(2).filter_map(|pair| match pair {
        [option, host] if HOST.contains(&&**option) => Some(&**host),
        _ => None,
    });
    let mut joined = words.iter().filter_map(|word| {
        let (option, host) = word.split_once('=')?;
        HOST.contains(&option).then_some(host)
    });
    pairs.any(is_elsewhere) || joined.any(is_elsewhere)
}

#[cfg(test)]
mod tests {
    use crate::example::judged;

    #[test]
    fn who_is_asked_here_is_started() {
        let both =
            "CMD nginx\n/usr/sbin/nginx 0755 elf\nPACKAGE postgresql-15: a\nPACKAGE nginx: b\n";
        for (test, want) in [
            (r#"["CMD-SHELL", "pg_isready -U x || exit 1"]"#, true),
            (r#"["CMD", "pg_isready", "-h", "localhost"]"#, true),
            (r#"["CMD", "pg_isready", "-h", "db"]"#, false),
            (r#"["CMD", "pg_isready", "--host=db"]"#, false),
            (r#"["CMD", "nc", "-z", "localhost", "5432"]"#, true),
            (r#"["CMD", "nc", "-z", "db", "5432"]"#, false),
            (r#"["CMD", "curl", "-f", "http://localhost/"]"#, false),
            (r#"["CMD", "redis-cli", "ping"]"#, false),
            (r#"["NONE"]"#, false),
        ] {
            let flaws = judged(&format!("{both}HEALTHCHECK {test}"));
            let found = flaws.iter().find(|flaw| flaw.rule == "FUN-MULTI");
            let told = found.is_some_and(|flaw| flaw.message.contains("starts nginx"));
            assert_eq!(told, want, "{test}: {found:?}");
        }
    }

    #[test]
    fn ports_stand_in_addresses() {
        for (address, port, want) in [
            ("http://localhost", "80", true),
            ("http://127.0.0.1:9200/_cluster/health?x", "9200", true),
            ("https://localhost/x", "443", true),
            ("localhost:8080/x", "8080", true),
            ("http://localhost:8080", "80", false),
            ("http://db:9200", "9200", false),
            ("http://localhost.example.org", "80", false),
        ] {
            assert_eq!(super::is_port_here(address, port), want, "{address}");
        }
    }
}
