//! Which services a health check asks whether they live: they are started, whatever starts them.

use crate::input::Input;
use crate::services::{ROWS, Row, is_installed};
use crate::start::{Finder, name_of};

/// Options of programs that ask, which say on which host.
const HOST: [&str; 7] = [
    "-h",
    "--host",
    "-H",
    "--endpoints",
    "--bootstrap-server",
    "-connect",
    "--server",
];
/// Names of the container itself.
const HERE: [&str; 5] = ["localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0"];

/// Returns the places in the table of the services that the health check asks, by itself or in a script, and
/// what says so.
pub(crate) fn probed(input: &Input<'_>, finder: &mut Finder<'_, '_>) -> Vec<(usize, String)> {
    let config = input.config.map(|config| &config.config);
    let test = config
        .and_then(|config| config.healthcheck.as_ref())
        .map_or(&[][..], |check| &check.test);
    let words = match test {
        [kind, line, ..] if kind == "CMD-SHELL" => ["sh", "-c", line].map(str::to_owned).to_vec(),
        [kind, words @ ..] if kind == "CMD" => words.to_vec(),
        _ => return Vec::new(),
    };
    // a client is told by the environment, too
    let env = config.map_or(&[][..], |config| &config.env);
    let mut hosts = env.iter().filter_map(|set| set.strip_prefix("PGHOST="));
    let is_postgres_elsewhere = hosts.any(is_elsewhere);
    let asking = finder.of_question(&words, "HEALTHCHECK");
    let mut probed = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        if row.name == "PostgreSQL" && is_postgres_elsewhere {
            continue;
        }
        let by = asking.iter().find_map(|started| asks(row, &started.words));
        // who asks another host has the client only
        if let Some(by) = by.filter(|_| is_installed(input, row)) {
            let evidence = format!("its health is asked by {}", crate::hits::short(&by));
            probed.push((at, evidence));
        }
    }
    probed
}

/// Returns the program that asks a service, if a command does so.
fn asks(row: &Row, words: &[String]) -> Option<String> {
    let name = name_of(words.first()?).to_owned();
    let ports = |word: &String| row.ports.iter().any(|port| is_port_here(word, port));
    let is_it = match &*name {
        "curl" | "wget" => words.iter().any(ports),
        "nc" | "ncat" | "netcat" => {
            let is_here = |word: &String| HERE.contains(&&**word);
            let is_port = |word: &String| row.ports.contains(&&**word);
            words.iter().any(is_here) && words.iter().any(is_port)
        }
        name => row.probes.contains(&name) && !asks_elsewhere(name, words),
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

/// Whether a program is told to ask another host: by an option, in an address, or by its first word.
fn asks_elsewhere(name: &str, words: &[String]) -> bool {
    let mut pairs = words.windows(2).filter_map(|pair| match pair {
        [option, host] if HOST.contains(&&**option) => Some(&**host),
        _ => None,
    });
    let first = words.get(1).filter(|word| match name {
        "cqlsh" => !word.starts_with('-'),
        // the name of a database alone is one of here
        "mongosh" | "mongo" => !word.starts_with('-') && word.contains([':', '/']),
        _ => false,
    });
    pairs.any(is_elsewhere)
        || first.is_some_and(|host| is_elsewhere(host))
        || words
            .iter()
            .filter_map(|word| host_in(word))
            .any(is_elsewhere)
}

/// Returns the host that a word names by itself: `--host=x`, `-hx`, `redis://x:1`, `host=x port=1`.
fn host_in(word: &str) -> Option<&str> {
    if word.contains("://") {
        return Some(word);
    }
    if let Some((option, host)) = word.split_once('=')
        && HOST.contains(&option)
    {
        return Some(host);
    }
    let glued = word
        .strip_prefix("-h")
        .filter(|host| !host.is_empty() && *host != "elp");
    let mut settings = word.split_whitespace();
    glued.or_else(|| settings.find_map(|it| it.strip_prefix("host=")))
}

/// Whether an address is that of another host; a path is a socket.
fn is_elsewhere(address: &str) -> bool {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.split(['/', '?', ',']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit());
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if is_port(port) && !HERE.contains(&host) => bare,
        _ => host,
    };
    !bare.is_empty() && !HERE.contains(&bare)
}

#[cfg(test)]
mod tests {
    use crate::example::judged;

    #[test]
    fn who_is_asked_here_is_started() {
        let both = "CMD nginx\n/usr/sbin/nginx 0755 elf\nPACKAGE postgresql-15: a\nPACKAGE nginx: b\n\
                    /hc 0755\n| #!/bin/sh\n| set -e\n| pg_isready -U x || exit 1\n\
                    /far 0755\n| #!/bin/sh\n| H=db\n| pg_isready -h $H\n";
        for (test, want) in [
            (r#"["CMD-SHELL", "pg_isready -U x || exit 1"]"#, true),
            (r#"["CMD", "pg_isready", "-h", "localhost"]"#, true),
            (r#"["CMD", "pg_isready", "-h", "db"]"#, false),
            (r#"["CMD", "pg_isready", "--host=db"]"#, false),
            (r#"["CMD", "nc", "-z", "localhost", "5432"]"#, true),
            (r#"["CMD", "nc", "-z", "db", "5432"]"#, false),
            (r#"["CMD", "curl", "-f", "http://localhost/"]"#, false),
            (r#"["CMD", "redis-cli", "ping"]"#, false),
            (r#"["CMD", "/hc"]"#, true),
            (r#"["CMD-SHELL", "/hc || exit 1"]"#, true),
            (r#"["CMD", "sh", "/hc"]"#, true),
            (r#"["CMD", "/far"]"#, false),
            (r#"["CMD", "pg_isready", "-hlocalhost"]"#, true),
            (r#"["CMD", "pg_isready", "-h", "/run/postgresql"]"#, true),
            (r#"["CMD", "pg_isready", "-hdb"]"#, false),
            (r#"["CMD", "pg_isready", "-d", "host=db port=5432"]"#, false),
            (
                r#"["CMD", "pg_isready", "-d", "postgres://u:p@db/x"]"#,
                false,
            ),
            (
                r#"["CMD", "pg_isready", "-d", "postgres://localhost:5432/x"]"#,
                true,
            ),
            (r#"["NONE"]"#, false),
        ] {
            let flaws = judged(&format!("{both}HEALTHCHECK {test}"));
            let found = flaws.iter().find(|flaw| flaw.rule == "FUN-MULTI");
            let told = found.is_some_and(|flaw| flaw.message.contains("starts nginx"));
            assert_eq!(told, want, "{test}: {found:?}");
        }
    }

    #[test]
    fn clients_ask_other_hosts_in_many_ways() {
        for (line, want) in [
            ("redis-cli ping", false),
            ("redis-cli -u redis://cache.example.org:6379 ping", true),
            ("redis-cli -u redis://127.0.0.1:6379 ping", false),
            ("redis-cli -h ::1 ping", false),
            ("redis-cli -h $HOST ping", true),
            ("mysqladmin ping -hdb", true),
            ("mysqladmin ping -hlocalhost -uroot", false),
            ("mysqladmin --help", false),
            ("etcdctl --endpoints=http://a:2379,http://b:2379 x", true),
            (
                "kafka-topics.sh --bootstrap-server localhost:9092 --list",
                false,
            ),
            ("cqlsh db 9042", true),
            ("cqlsh -e x", false),
            ("mongosh db:27017/x", true),
            ("mongosh admin", false),
            ("mongosh mongodb://localhost/x", false),
            ("cgi-fcgi -bind -connect 127.0.0.1:9000", false),
            ("cgi-fcgi -bind -connect php:9000", true),
            ("cgi-fcgi -bind -connect /run/php.sock", false),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(super::asks_elsewhere(&words[0], &words), want, "{line}");
        }
        let remote = "ENV PGHOST=db\nCMD nginx\nPACKAGE postgresql-15: a\nHEALTHCHECK pg_isready";
        assert!(
            judged(remote)
                .iter()
                .all(|it| !it.message.contains("starts nginx"))
        );
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
