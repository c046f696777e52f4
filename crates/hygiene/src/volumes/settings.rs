//! Files of settings that say where services keep their data.
//!
//! ```text
//! datadir = /srv/my              of MySQL          dir "/srv/redis"    of Redis
//! data_directory = '/srv/pg'     of PostgreSQL     dbPath: /srv/m      of MongoDB
//! ```
//! Such files hold passwords, too: what is kept of them are these lines alone.

use std::collections::BTreeSet;

use crate::facts::ImageFacts;
use crate::input::Input;
use crate::services::Service;
use crate::start::name_of;
use crate::topic::is_read;

/// Files of settings that one command may name.
const MOST_NAMED: usize = 16;

/// Files of services.
struct Files {
    services: &'static [&'static str],
    /// Names of files, and endings of names that begin with a point.
    names: &'static [&'static str],
    /// What sets the folder.
    keys: &'static [&'static str],
    /// Whether a service reads them where its command names none.
    are_usual: bool,
}

const FILES: [Files; 9] = [
    Files {
        services: &["Redis", "Valkey"],
        names: &["redis.conf", "valkey.conf"],
        keys: &["dir"],
        are_usual: false,
    },
    Files {
        services: &["MySQL", "MariaDB"],
        names: &["my.cnf", ".cnf"],
        keys: &["datadir"],
        are_usual: true,
    },
    Files {
        services: &["PostgreSQL"],
        names: &["postgresql.conf"],
        keys: &["data_directory"],
        are_usual: true,
    },
    Files {
        services: &["MongoDB"],
        names: &["mongod.conf", "mongodb.conf"],
        keys: &["dbPath", "dbpath"],
        are_usual: false,
    },
    Files {
        services: &["Elasticsearch"],
        names: &["elasticsearch.yml", "opensearch.yml"],
        keys: &["path.data", "data"],
        are_usual: true,
    },
    Files {
        services: &["Kafka"],
        names: &["server.properties"],
        keys: &["log.dirs", "log.dir"],
        are_usual: false,
    },
    Files {
        services: &["ZooKeeper"],
        names: &["zoo.cfg"],
        keys: &["dataDir"],
        are_usual: true,
    },
    Files {
        services: &["Mosquitto"],
        names: &["mosquitto.conf"],
        keys: &["persistence_location"],
        are_usual: false,
    },
    Files {
        services: &["etcd"],
        names: &["etcd.conf", "etcd.conf.yml", "etcd.yml"],
        keys: &["data-dir"],
        are_usual: false,
    },
];

/// Settings of Redis that say whether anything is kept.
const KEEPING: [&str; 2] = ["save", "appendonly"];

/// Where Kafka says whose data a folder holds, and what stands there.
const OF_KAFKA: &str = "meta.properties";
const KAFKA: [&str; 4] = ["version", "cluster.id", "broker.id", "node.id"];

impl Files {
    fn has(&self, path: &str) -> bool {
        let name = name_of(path);
        let is_ending = |known: &str| known.starts_with('.') && name != known;
        let mut names = self.names.iter();
        names.any(|known| name == *known || (is_ending(known) && name.ends_with(known)))
    }
}

/// Whether it is a file of which such lines alone are kept.
pub(crate) fn is_setting(path: &str) -> bool {
    let name = name_of(path);
    // that one holds a login
    name == OF_KAFKA || (name != ".my.cnf" && FILES.iter().any(|files| files.has(path)))
}

/// Returns what is kept of such a file.
pub(crate) fn kept(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut keys: BTreeSet<&str> = FILES.iter().flat_map(|files| files.keys).copied().collect();
    keys.extend(KEEPING.iter().chain(&KAFKA));
    let is_kept = |line: &&str| setting(line).is_some_and(|(name, _)| keys.contains(name));
    let lines: Vec<&str> = text.lines().flat_map(pieces).filter(is_kept).collect();
    lines.join("\n").into_bytes()
}

/// Returns the settings of a line; YAML has several in braces.
fn pieces(line: &str) -> Vec<&str> {
    if line.contains('{') && !line.trim_start().starts_with('#') {
        line.split(['{', '}', ',']).collect()
    } else {
        vec![line]
    }
}

/// Returns name and value of a line, in whatever way they are joined.
fn setting(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let (name, rest) = line.split_at_checked(line.find(|c: char| !is_name(c))?)?;
    let value = rest.trim_start_matches([' ', '\t', '=', ':']);
    (value.len() < rest.len() && !name.is_empty()).then_some((name, value))
}

/// Returns the settings of the files that a service reads, as far as they were kept: those that its command
/// names, or those that lie where it looks.
pub(crate) fn of(facts: &ImageFacts<'_>, service: &Service) -> String {
    let name = service.row.name;
    let Some(files) = FILES.iter().find(|files| files.services.contains(&name)) else {
        return String::new();
    };
    let mut paths = named(facts.input, name, &service.command);
    if paths.is_empty() && files.are_usual {
        let noted = facts.noted(crate::topic::Topic::Setting).iter();
        let usual = noted.map(|noted| noted.path.as_str());
        paths.extend(usual.filter(|path| files.has(path)).map(str::to_owned));
    }
    let texts = paths.iter().filter_map(|path| facts.file(path));
    // what was fetched is whole
    let texts = texts.map(|bytes| String::from_utf8_lossy(&kept(bytes)).into_owned());
    let texts: Vec<String> = texts.collect();
    texts.join("\n")
}

/// Returns the files of settings that a command of a service names: those with usual names, and whatever is
/// there and small enough to be one.
pub(crate) fn named(input: &Input<'_>, service: &str, command: &[String]) -> Vec<String> {
    let mut all = FILES.iter();
    let Some(files) = all.find(|files| files.services.contains(&service)) else {
        return Vec::new();
    };
    let config = input.config.map(|config| &config.config);
    let folder = config.map_or("", |config| &config.working_dir);
    let given = command.iter().skip(1).filter_map(|word| {
        let file = word.rsplit('=').next().filter(|file| !file.is_empty())?;
        let path = if file.starts_with('/') {
            file.to_owned()
        } else {
            format!("{folder}/{file}")
        };
        let entry = input.tree.find(&path, input.limits);
        let is_there = || entry.as_ref().is_some_and(is_read);
        (files.has(file) || is_there()).then_some(path)
    });
    given.take(MOST_NAMED).collect()
}

/// Returns the folder that settings of a service name; the last counts.
pub(super) fn folder_in<'s>(settings: &'s str, service: &str) -> Option<&'s str> {
    let mut files = FILES.iter();
    let files = files.find(|files| files.services.contains(&service))?;
    let mut folders = settings.lines().filter_map(|line| {
        let (name, value) = setting(line)?;
        let quotes = ['"', '\''];
        let end: &[char] = if value.starts_with(quotes) {
            &quotes
        } else {
            &[' ', '\t', ',']
        };
        let folder = value.trim_start_matches(quotes).split(end).next()?;
        (files.keys.contains(&name) && folder.starts_with('/')).then_some(folder)
    });
    folders.next_back()
}

/// Whether a file is what Kafka writes into the folder of its data.
pub(crate) fn is_of_kafka(text: &str) -> bool {
    let has = |name: &str| {
        let mut settings = text.lines().filter_map(setting);
        settings.any(|(known, _)| known == name)
    };
    has("version") && (has("broker.id") || has("node.id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_set_in_many_ways() {
        for (service, text, want) in [
            ("MySQL", "[mysqld]\ndatadir = /srv/my", Some("/srv/my")),
            ("MariaDB", "datadir=/a\ndatadir=/b", Some("/b")),
            ("MySQL", "#datadir=/srv/my\npassword=/x", None),
            ("MongoDB", "storage:\n  dbPath: /srv/m", Some("/srv/m")),
            ("MongoDB", "  dbPath: \"/srv/a b\"", Some("/srv/a b")),
            ("PostgreSQL", "data_directory = '/pg'  # x", Some("/pg")),
            ("Redis", "dir \"/srv/redis\"", Some("/srv/redis")),
            ("Redis", "dir ./", None),
            ("MongoDB", "storage: {dbPath: /srv/m}", Some("/srv/m")),
            ("MongoDB", "{a: 1, dbPath: '/m', password: x}", Some("/m")),
            ("MongoDB", "# storage: {dbPath: /srv/m}", None),
            ("Kafka", "log.dirs=/a,/b", Some("/a")),
            ("ZooKeeper", "dataDir=/z", Some("/z")),
            ("Elasticsearch", "path.data: /e", Some("/e")),
            ("Elasticsearch", "path:\n  data: /e", Some("/e")),
            ("Mosquitto", "persistence_location /m/", Some("/m/")),
            ("nginx", "dir /x", None),
        ] {
            let kept = String::from_utf8(kept(text.as_bytes())).unwrap();
            assert_eq!(folder_in(&kept, service), want, "{text}");
            assert!(!kept.contains("password"), "{kept}");
        }
    }

    #[test]
    fn files_are_told_by_their_names() {
        for (path, want) in [
            ("etc/mysql/my.cnf", true),
            ("etc/mysql/conf.d/x.cnf", true),
            ("root/.my.cnf", false),
            ("etc/redis.conf", true),
            ("k/meta.properties", true),
            ("etc/x.conf", false),
        ] {
            assert_eq!(is_setting(path), want, "{path}");
        }
    }
}
