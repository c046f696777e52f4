//! Which service a command starts: by its program, by what an interpreter runs, by the name that an init
//! is given.

use crate::idle;
use crate::start::{self, Started};
use crate::tables::fits;
use crate::tools;

use super::{Left, ROWS, Row};

/// Returns the words from the program on that an interpreter runs, by the name that it has: `python3 -m
/// gunicorn x`, `python3 /usr/bin/supervisord`; those that are given if there is none.
pub(crate) fn run_by_interpreter(words: &[String]) -> &[String] {
    let name = words.first().map_or("", |word| start::name_of(word));
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !tools::is("runs what it reads", bare) || start::is_shell(bare) {
        return words;
    }
    let mut rest = words.get(1..).unwrap_or_default();
    while let [option, after @ ..] = rest {
        match option.strip_prefix('-') {
            None => return rest,
            Some("m") => return after,
            // a line, or what is read
            Some("" | "c" | "e") => break,
            Some("W" | "X" | "r") => rest = after.get(1..).unwrap_or_default(),
            Some(_) => rest = after,
        }
    }
    words
}

/// Options of Java whose value is the next word, and no program.
const WITH_VALUE: [&str; 12] = [
    "-cp",
    "-classpath",
    "--class-path",
    "-p",
    "--module-path",
    "--upgrade-module-path",
    "--add-modules",
    "--limit-modules",
    "--add-exports",
    "--add-opens",
    "--add-reads",
    "--patch-module",
];

/// Returns the main class that Java runs, or the archive that has one; what follows are its arguments.
fn run_by_java(words: &[String]) -> Option<&str> {
    let mut words = words.iter().skip(1).map(String::as_str);
    loop {
        let word = words.next()?;
        match word {
            "-jar" | "-m" | "--module" => return words.next(),
            _ if WITH_VALUE.contains(&word) => drop(words.next()),
            // options that a file or a variable holds
            _ if word.starts_with(['@', '$']) => {}
            _ => match word.strip_prefix("--module=") {
                None if word.starts_with('-') => {}
                main => return main.or(Some(word)),
            },
        }
    }
}

/// Returns the names under which a command's program may be known: as it is called, as a module, and what
/// links lead to.
pub(crate) fn names(started: &Started) -> (Vec<String>, Vec<&str>) {
    let words = &started.words;
    let run = run_by_interpreter(words);
    let first = run.first().map_or("", |word| start::name_of(word));
    let mut names = vec![first.to_owned()];
    let is_run = run.len() < words.len();
    let before = words.len().checked_sub(run.len() + 1);
    let before = before.and_then(|at| words.get(at));
    if is_run && before.is_some_and(|word| word == "-m") {
        // a module of a package
        names.extend(first.split('.').map(str::to_owned));
    } else if let (Some(path), false) = (&started.path, is_run) {
        names.push(start::name_of(path.as_str()).to_owned());
    }
    if first == "java" {
        names.extend(run_by_java(words).map(|word| start::name_of(word).to_owned()));
    }
    let arguments = run.iter().skip(1).map(String::as_str).collect();
    (names, arguments)
}

/// Returns the names of the services that a command of an init or a supervisor starts, and whether it starts
/// any at all.
fn named_services<'w>(first: &str, words: &[&'w str]) -> Named<'w> {
    let is_start = |word: &str| matches!(word, "start" | "restart" | "--full-restart");
    let plain = words.iter().skip(1).filter(|word| !word.starts_with('-'));
    let plain: Vec<&str> = plain.copied().collect();
    let services = |names: &[&'w str]| {
        let bare = |name: &&'w str| {
            let bare = name
                .trim_end_matches(".service")
                .trim_end_matches(".socket");
            bare.split('@').next().unwrap_or_default()
        };
        Named::Services(names.iter().map(bare).collect())
    };
    match (first, &plain[..]) {
        ("service", [name]) if words.contains(&"--full-restart") => services(&[name]),
        ("service" | "rc-service" | "invoke-rc.d", [name, word, ..]) if is_start(word) => {
            services(&[name])
        }
        ("systemctl" | "supervisorctl", _) => {
            let mut verbs = vec!["start", "restart", "reload-or-restart", "isolate"];
            if words.contains(&"--now") {
                verbs.extend(["enable", "reenable"]);
            }
            services(behind(&plain, &verbs))
        }
        ("sv", _) => services(behind(&plain, &["up", "start", "once", "u"])),
        ("rc-update", ["add", name, ..]) => services(&[name]),
        ("apachectl" | "apache2ctl" | "httpd-foreground" | "apache2-foreground", _) => {
            services(&["apache2"])
        }
        ("pg_ctlcluster" | "pg_ctl", _) => services(&["postgresql"]),
        ("mysqld_safe" | "mariadbd-safe", _) => services(&["mysql"]),
        _ => match words {
            [path, rest @ ..] if path.contains("/init.d/") => match rest {
                [word, ..] if is_start(word) => services(&[start::name_of(path)]),
                _ => Named::Idle,
            },
            _ => Named::ByProgram,
        },
    }
}

/// Returns the words behind the first of some; values of options stand before it.
fn behind<'s, 'w>(words: &'s [&'w str], verbs: &[&str]) -> &'s [&'w str] {
    let at = words.iter().position(|word| verbs.contains(word));
    at.and_then(|at| words.get(at + 1..)).unwrap_or_default()
}

/// Programs that a script leaves behind itself, and that are none to speak of.
const TRIFLES: [&str; 17] = [
    "sleep",
    "tail",
    "cat",
    "tee",
    "echo",
    "kill",
    "wait",
    "true",
    "printf",
    "date",
    "inotifywait",
    "curl",
    "wget",
    "rm",
    "mkdir",
    "chown",
    "chmod",
];

/// Returns the programs that a command starts and leaves running.
pub(super) fn left_running(started: &Started) -> Vec<Left> {
    let words: Vec<&str> = started.words.iter().map(String::as_str).collect();
    let first = words.first().map_or("", |word| start::name_of(word));
    let left = |name: &str, function: Option<&Row>, is_named| Left {
        name: name.to_owned(),
        by: started.by.clone(),
        function: function.map(|row| super::function(row.group)),
        is_named,
    };
    let is_by_init = matches!(
        first,
        "service" | "rc-service" | "invoke-rc.d" | "systemctl"
    ) || words.first().is_some_and(|word| word.contains("/init.d/"));
    match named_services(first, &words) {
        Named::Services(names) if is_by_init => {
            let of_name = |name: &str| ROWS.iter().find(|row| is_named(row, name));
            let left = |name: &&str| left(name, of_name(name), true);
            return names.iter().map(left).collect();
        }
        Named::Idle => return Vec::new(),
        Named::Services(_) | Named::ByProgram => {}
    }
    let functions = of_command(started);
    let function = functions.first().and_then(|at| ROWS.get(*at));
    let (names, arguments) = names(started);
    let is_idle = names.iter().any(|name| idle::is_idle(name, &arguments));
    let is_one = started.is_background
        && !TRIFLES.contains(&first)
        && !is_idle
        && (started.path.is_some() || function.is_some());
    is_one
        .then(|| left(first, function, false))
        .into_iter()
        .collect()
}

/// What a command says about which services it starts.
enum Named<'w> {
    /// Those of these names.
    Services(Vec<&'w str>),
    /// The program tells.
    ByProgram,
    /// None.
    Idle,
}

/// Whether a service is the one of a name, as inits know it.
fn is_named(row: &Row, service: &str) -> bool {
    let fits = |pattern: &&str| fits(pattern, service);
    row.packages.iter().any(fits)
        || row.programs.iter().any(fits)
        || row.name.eq_ignore_ascii_case(service)
}

/// Returns the names of the services that a command starts.
pub(crate) fn started_by(started: &Started) -> Vec<&'static str> {
    let places = of_command(started).into_iter();
    places.filter_map(|at| Some(ROWS.get(at)?.name)).collect()
}

/// Returns the places in the table of the services that a command starts.
pub(super) fn of_command(started: &Started) -> Vec<usize> {
    let words: Vec<&str> = started.words.iter().map(String::as_str).collect();
    let (names, arguments) = names(started);
    let first = names.first().map_or("", String::as_str);
    if idle::is_idle(first, &arguments) {
        return Vec::new();
    }
    let services = match named_services(first, &words) {
        Named::Idle => return Vec::new(),
        Named::ByProgram => Vec::new(),
        Named::Services(names) => names,
    };
    let path = started.path.as_ref().map(|path| format!("/{path}"));
    let is_of = |row: &Row| {
        let fits_name = |pattern: &&str| {
            names.iter().any(|name| fits(pattern, name))
                || path.as_deref() == Some(*pattern)
                || words.first() == Some(pattern)
        };
        row.programs.iter().any(fits_name) || services.iter().any(|service| is_named(row, service))
    };
    let places = ROWS.iter().enumerate().filter(|(_, row)| is_of(row));
    places.map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::judged;

    /// A volume, or a port, of a service that is installed says that it is meant.
    #[test]
    fn what_is_configured_is_told() {
        let both = "CMD bash\nPACKAGE nginx: a\nPACKAGE postgresql-15: b\nEXPOSE 80/tcp";
        for (line, want) in [
            ("VOLUME /var/lib/postgresql/data", true),
            ("VOLUME /var/lib/postgresql/", true),
            ("VOLUME /var/lib/postgresqld", false),
            ("VOLUME /data", false),
        ] {
            let flaws = judged(&format!("{both}\n{line}"));
            let found = flaws.iter().find(|flaw| flaw.rule == "FUN-MULTI").unwrap();
            assert_eq!(found.message.contains("is configured for"), want, "{line}");
        }
    }

    fn services_of(line: &str) -> Vec<&'static str> {
        started_by(&Started {
            words: line.split(' ').map(str::to_owned).collect(),
            ..Started::default()
        })
    }

    #[test]
    fn commands_start_services() {
        for (line, want) in [
            ("nginx -g x", &["nginx"][..]),
            ("nginx -t", &[]),
            ("nginx -c x -t", &[]),
            ("nginx -g x -s reload", &[]),
            ("apachectl configtest", &[]),
            ("apachectl -k start", &["Apache"]),
            ("pg_ctl -D x -m fast stop", &[]),
            ("pg_ctl -D x -w start", &["PostgreSQL"]),
            ("mysqld --user=x --initialize-insecure", &[]),
            ("mysqld --user=x", &["MySQL"]),
            ("memcached -t 4", &["memcached"]),
            ("/usr/sbin/sshd -D", &["sshd"]),
            ("service postgresql start", &["PostgreSQL"]),
            ("/etc/init.d/cron start", &["cron"]),
            ("systemctl start nginx.service", &["nginx"]),
            ("systemctl start redis-server nginx", &["nginx", "Redis"]),
            ("systemctl --no-block start redis-server", &["Redis"]),
            (
                "systemctl enable --now nginx ssh.socket",
                &["nginx", "sshd"],
            ),
            ("systemctl start postgresql@15-main", &["PostgreSQL"]),
            ("systemctl enable nginx", &[]),
            ("systemctl stop nginx", &[]),
            ("systemctl is-active nginx", &[]),
            ("rc-service -i nginx start", &["nginx"]),
            ("invoke-rc.d --quiet nginx start", &["nginx"]),
            ("service nginx --full-restart", &["nginx"]),
            ("supervisorctl -c /x start nginx redis", &["nginx", "Redis"]),
            ("sv -w 5 up nginx redis", &["nginx", "Redis"]),
            ("sv down nginx", &[]),
            ("rc-update add nginx default", &["nginx"]),
            ("php-fpm8.2 -F", &["PHP-FPM"]),
            ("pg_ctlcluster 15 main start", &["PostgreSQL"]),
            ("python3 app.py", &[]),
            ("python3 -m gunicorn app", &["Gunicorn"]),
            ("python3 -u /usr/bin/gunicorn app", &["Gunicorn"]),
            ("python3 -c nginx", &[]),
            ("python3 /opt/nginx.py", &[]),
            ("node redis-server.js", &[]),
            ("/etc/init.d/redis-server stop", &[]),
            ("/etc/init.d/redis-server start", &["Redis"]),
            ("service ssh start", &["sshd"]),
            ("service ssh stop", &[]),
            ("vault kv get x", &[]),
            ("psql", &[]),
        ] {
            assert_eq!(services_of(line), want, "{line}");
        }
    }

    #[test]
    fn java_runs_one_class_or_archive() {
        for (line, want) in [
            ("java -cp x kafka.Kafka y", &["Kafka"][..]),
            (
                "java org.elasticsearch.bootstrap.Elasticsearch",
                &["Elasticsearch"],
            ),
            (
                "java -Xmx1g org.apache.zookeeper.server.quorum.QuorumPeerMain z",
                &["ZooKeeper"],
            ),
            ("java -jar /usr/share/jenkins/jenkins.war", &["Jenkins"]),
            ("java -jar /app.jar redis-server", &[]),
            ("java -cp /opt/redis-server:x org.example.Main consul", &[]),
            ("java @opts $JAVA_OPTS -Xmx1g kafka.Kafka x", &["Kafka"]),
            (
                "java --add-modules a -m s/org.elasticsearch.server.cli.ServerCli",
                &["Elasticsearch"],
            ),
            ("java --module=s/kafka.Kafka x", &["Kafka"]),
            ("java", &[]),
            ("java -jar", &[]),
        ] {
            assert_eq!(services_of(line), want, "{line}");
        }
    }
}
