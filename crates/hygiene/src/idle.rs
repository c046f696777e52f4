//! Calls of services' programs that start nothing: `nginx -t`, `vault kv get`, `postfix stop`.
//!
//! The table is `data/idle.tsv`.

use std::sync::LazyLock;

use crate::tables::{fits, rows, words};

/// A row of the table.
#[derive(Debug)]
struct Row {
    programs: Vec<&'static str>,
    /// Words with which it starts nothing.
    idle: Vec<&'static str>,
    /// Words one of which it needs to start something; empty if it needs none.
    needed: Vec<&'static str>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |columns: Vec<&'static str>| match columns[..] {
        [programs, idle, needed] => Some(Row {
            programs: words(programs),
            idle: words(idle),
            needed: words(needed),
        }),
        _ => None,
    };
    rows(include_str!("../data/idle.tsv"))
        .filter_map(row)
        .collect()
});

/// Whether a call of a program only asks, checks, prepares or stops: `postgres --version`.
pub(crate) fn is_idle(program: &str, words: &[&str]) -> bool {
    if let [word] = words
        && is_question(word)
    {
        return true;
    }
    let is_of = |row: &&Row| row.programs.iter().any(|name| fits(name, program));
    ROWS.iter().find(is_of).is_some_and(|row| {
        let any = |of: &[&str]| words.iter().any(|word| of.iter().any(|it| is(it, word)));
        // what a script was given may be among them
        let is_open = words.iter().any(|word| matches!(*word, "$@" | "$*"));
        any(&row.idle) || !(is_open || row.needed.is_empty() || any(&row.needed))
    })
}

/// Whether a word that is all of them only asks what the program is.
fn is_question(word: &str) -> bool {
    matches!(
        word,
        "--version"
            | "-version"
            | "version"
            | "-v"
            | "-V"
            | "--help"
            | "-help"
            | "help"
            | "-h"
            | "-t"
            | "-T"
    )
}

fn is(pattern: &str, word: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => word == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_start_nothing_are_known() {
        for (line, want) in [
            ("vault kv get x", true),
            ("vault login -method=x", true),
            ("vault server -dev", false),
            ("vault $@", false),
            ("consul kv get x", true),
            ("consul agent -dev", false),
            ("mongod --shutdown", true),
            ("redis-server --test-memory 1", true),
            ("redis-server /etc/r.conf", false),
            ("registry garbage-collect x", true),
            ("registry serve x", false),
            ("zkServer.sh stop", true),
            ("zkServer.sh start", false),
            ("catalina.sh stop", true),
            ("solr status", true),
            ("solr -f", false),
            ("gitea admin user create", true),
            ("gitea web", false),
            ("caddy validate", true),
            ("caddy run", false),
            ("openvpn --genkey --secret x", true),
            ("openvpn --config x", false),
            ("tor --hash-password x", true),
            ("slapd -T test", true),
            ("slapd -d 0 -h ldap:///", false),
            ("influxd inspect x", true),
            ("memcached -h", true),
            ("memcached -t 4", false),
            ("exim -bV", true),
            ("exim4 -bd -q30m", false),
            ("postfix stop", true),
            ("postfix start-fg", false),
            ("mysqld --initialize-insecure", true),
            ("php-fpm8.2 -t", true),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(is_idle(words[0], &words[1..]), want, "{line}");
        }
    }
}
