//! Programs that start another one, which is the one that counts: `exec`, `env A=b`, `su postgres -c "…"`.
//!
//! The table is `data/wrappers.tsv`. Options are read as `getopt(3)` does: `-Hu x` is `-H` and `-u x`,
//! `--user=x` has its value.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::tables::{rows, words};

/// A row of the table.
#[derive(Debug)]
struct Wrapper {
    with_value: Vec<&'static str>,
    front: Front,
    lines: Vec<&'static str>,
    programs: Vec<&'static str>,
    idle: Vec<&'static str>,
}

/// What stands between the options and the program.
#[derive(Debug)]
enum Front {
    /// As many words.
    Words(usize),
    /// Words `NAME=value`, if there are any.
    Settings,
    /// The user, unless an option names one.
    User,
    /// This word; without it nothing is started.
    Word(&'static str),
}

static WRAPPERS: LazyLock<BTreeMap<&'static str, Wrapper>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for row in rows(include_str!("../data/wrappers.tsv")) {
        if let [names, with_value, front, lines, programs, idle] = row[..] {
            known.extend(words(names).into_iter().map(|name| {
                let wrapper = Wrapper {
                    with_value: words(with_value),
                    front: front_of(front),
                    lines: words(lines),
                    programs: words(programs),
                    idle: words(idle),
                };
                (name, wrapper)
            }));
        }
    }
    known
});

fn front_of(column: &'static str) -> Front {
    match column {
        "-" => Front::Words(0),
        "=" => Front::Settings,
        "user" => Front::User,
        word => word.parse().map_or(Front::Word(word), Front::Words),
    }
}

/// What a wrapper starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind<'w> {
    /// A program and its words; none if nothing is started.
    Words(&'w [String]),
    /// A line of a shell.
    Line(&'w str),
}

/// Returns what a command starts if its program is one that starts others.
pub(crate) fn behind(command: &[String]) -> Option<Behind<'_>> {
    let (program, rest) = command.split_first()?;
    let wrapper = WRAPPERS.get(crate::start::name_of(program))?;
    wrapper.behind(rest)
}

impl Wrapper {
    /// Returns what is started; none where it is no wrapper without the word that must follow.
    fn behind<'w>(&self, mut rest: &'w [String]) -> Option<Behind<'w>> {
        let mut is_user_named = false;
        // options may stand behind the words in front, too: `su user -c line`
        for takes_front in [true, false] {
            loop {
                let Some((option, after)) = rest.split_first() else {
                    return self.nothing(takes_front);
                };
                if option == "--" {
                    rest = after;
                    break;
                }
                // a lone stroke is an option of `su`
                if !option.starts_with('-') {
                    break;
                }
                is_user_named |= option.starts_with("-u") || option.starts_with("--user");
                rest = match self.option(option, after) {
                    Ok(rest) => rest,
                    Err(found) => return Some(found),
                };
            }
            if takes_front {
                rest = match self.behind_front(rest, is_user_named) {
                    Some(rest) => rest,
                    None => return self.nothing(takes_front),
                };
            }
        }
        Some(Behind::Words(rest))
    }

    /// What it is if nothing stands behind it: `yarn` without `exec` is a program of its own.
    const fn nothing(&self, is_before_front: bool) -> Option<Behind<'static>> {
        if is_before_front && matches!(self.front, Front::Word(_)) {
            return None;
        }
        Some(Behind::Words(&[]))
    }

    /// Returns the words behind an option; as an error what is started, if the option says so.
    fn option<'w>(&self, option: &'w str, after: &'w [String]) -> Result<&'w [String], Behind<'w>> {
        let (name, given) = match option.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (option, None),
        };
        if let Some(known) = self.known(name, given, after) {
            return known;
        }
        // letters in one word
        if !name.starts_with("--") {
            for (at, letter) in name.char_indices().skip(1) {
                let value = name
                    .get(at + letter.len_utf8()..)
                    .filter(|it| !it.is_empty());
                if let Some(known) = self.known(&format!("-{letter}"), value, after) {
                    return known;
                }
            }
        }
        Ok(after)
    }

    /// Returns the words behind an option of the table, or what it starts.
    fn known<'w>(
        &self,
        name: &str,
        given: Option<&'w str>,
        after: &'w [String],
    ) -> Option<Result<&'w [String], Behind<'w>>> {
        let skipped = usize::from(given.is_none());
        let rest = after.get(skipped..).unwrap_or_default();
        if self.idle.contains(&name) {
            return Some(Err(Behind::Words(&[])));
        }
        if self.lines.contains(&name) {
            let line = given.or_else(|| after.first().map(String::as_str));
            return Some(Err(Behind::Line(line.unwrap_or_default())));
        }
        if self.programs.contains(&name) {
            // what it is told to do may stand behind, too: `--exec x --stop`
            let mut own = after.iter().take_while(|word| *word != "--");
            return Some(Err(match given {
                _ if own.any(|word| self.idle.contains(&&**word)) => Behind::Words(&[]),
                Some(program) => Behind::Line(program),
                None => Behind::Words(after),
            }));
        }
        self.with_value.contains(&name).then_some(Ok(rest))
    }

    /// Returns the words behind what stands in front; none if what must stand there does not.
    fn behind_front<'w>(&self, rest: &'w [String], is_user_named: bool) -> Option<&'w [String]> {
        match self.front {
            Front::User => rest.get(usize::from(!is_user_named)..),
            Front::Words(count) => rest.get(count..),
            Front::Settings => {
                let is_program = |word: &String| !word.contains('=');
                rest.get(rest.iter().position(is_program)?..)
            }
            Front::Word(word) => {
                let (first, rest) = rest.split_first()?;
                (first == word).then_some(rest)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn starts(line: &str, want: Option<&str>) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let found = behind(&words).map(|found| match found {
            Behind::Words(words) => words.join(" "),
            Behind::Line(line) => format!("line {line}"),
        });
        assert_eq!(found.as_deref(), want, "{line}");
    }

    #[test]
    fn wrappers_are_not_what_runs() {
        for (line, want) in [
            ("tini -- nginx -g x", Some("nginx -g x")),
            ("tini -s nginx", Some("nginx")),
            ("tini -g -- nginx", Some("nginx")),
            ("tini -p SIGTERM nginx", Some("nginx")),
            ("tini", Some("")),
            ("dumb-init -c nginx", Some("nginx")),
            ("dumb-init --rewrite 15:3 nginx", Some("nginx")),
            ("gosu postgres postgres", Some("postgres")),
            ("s6-setuidgid abc redis-server", Some("redis-server")),
            ("exec nginx", Some("nginx")),
            ("set -- nginx $@", Some("nginx $@")),
            ("set -o pipefail", Some("")),
            ("exec -a web nginx", Some("nginx")),
            ("env -u A B=c nginx", Some("nginx")),
            ("env -C /x nginx", Some("nginx")),
            ("env -S bash -e", Some("bash -e")),
            ("su-exec redis:redis redis-server", Some("redis-server")),
            ("sudo -Hu redis A=b redis-server", Some("redis-server")),
            ("sudo -l", Some("")),
            ("setpriv --reuid 1 --clear-groups x", Some("x")),
            ("setpriv --reuid=1 --clear-groups x", Some("x")),
            ("nice -n 5 x", Some("x")),
            ("nice -n5 x", Some("x")),
            ("nice --adjustment 5 x -n", Some("x -n")),
            ("stdbuf -o L x", Some("x")),
            ("time -p x", Some("x")),
            ("timeout -k 5 10 x", Some("x")),
            ("taskset -c 0 x", Some("x")),
            ("chrt -f 1 x", Some("x")),
            ("flock -n /l x", Some("x")),
            ("flock /l -c x&y", Some("line x&y")),
            ("xargs -I{} -n1 x {}", Some("x {}")),
            ("command x", Some("x")),
            ("command -v x", Some("")),
            ("busybox crond -f", Some("crond -f")),
            ("busybox --install -s /bin", Some("")),
            ("setuser app x -y", Some("x -y")),
            ("pidproxy /p x", Some("x")),
            ("bundle exec foreman start", Some("foreman start")),
            ("bundle install", None),
            ("yarn start", None),
            ("uv", None),
            ("wait-for-it db:5432 -t 3 -- nginx", Some("nginx")),
            ("screen -dmS r x", Some("x")),
            ("dockerize -wait tcp://x -timeout 3s x", Some("x")),
            ("env", Some("")),
            ("honcho run nginx", Some("nginx")),
            ("honcho -e .env run nginx -g x", Some("nginx -g x")),
            ("foreman start", None),
        ] {
            starts(line, want);
        }
    }

    #[test]
    fn programs_of_s6_and_execline_are_wrappers() {
        for (line, want) in [
            ("fdmove -c 2 1 redis-server", Some("redis-server")),
            ("fdmove -c 2 1", Some("")),
            ("redirfd -w 1 /log redis-server", Some("redis-server")),
            ("s6-env A=b redis-server", Some("redis-server")),
            (
                "s6-notifyoncheck -d -n 20 redis-server",
                Some("redis-server"),
            ),
            ("importas -D x A A nginx", Some("nginx")),
            ("nginx -g x", None),
        ] {
            starts(line, want);
        }
    }

    #[test]
    fn daemons_are_started_by_options() {
        for (line, want) in [
            (
                "start-stop-daemon --start -b --exec /x -- -y",
                Some("/x -- -y"),
            ),
            ("start-stop-daemon --stop --exec /x", Some("")),
            ("start-stop-daemon --exec /x --stop", Some("")),
            (
                "start-stop-daemon --start --quiet --pidfile /p --chuid u --exec /x",
                Some("/x"),
            ),
            ("start-stop-daemon -S -p /p -x /x", Some("/x")),
            ("start-stop-daemon -Sbmp /p --startas=/x", Some("line /x")),
        ] {
            starts(line, want);
        }
    }

    #[test]
    fn users_are_changed_in_many_ways() {
        for (line, want) in [
            ("su postgres -c x", Some("line x")),
            ("su - postgres -c x", Some("line x")),
            ("su -c x postgres", Some("line x")),
            ("su -s /bin/sh -c x postgres", Some("line x")),
            ("su --command=x postgres", Some("line x")),
            ("su postgres", Some("")),
            ("runuser -u postgres -- x", Some("x")),
            ("runuser -l postgres -c x", Some("line x")),
            ("runuser - postgres -c x", Some("line x")),
        ] {
            starts(line, want);
        }
    }
}
