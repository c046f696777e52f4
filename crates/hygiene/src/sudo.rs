//! Who may become another by sudo or doas, by `sudoers(5)` and `doas.conf(5)`.
//!
//! Rules of root mean nothing. A rule of a group counts if somebody is in it. Aliases are not resolved:
//! they count as somebody.

use std::collections::BTreeSet;

use model::{EntryKind, ImagePath};

use crate::accounts::{self, Group};
use crate::facts::{ImageFacts, text};
use crate::input::Input;
use crate::tools::FOLDERS;
use crate::topic::Topic;

/// That somebody may become another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    /// An account, `%group`, or `ALL`.
    pub(crate) who: String,
    /// The file that says so.
    pub(crate) path: String,
    has_no_password: bool,
}

impl Grant {
    /// Whether no password stands before it, or it is everybody's.
    pub(crate) fn is_free(&self) -> bool {
        self.has_no_password || self.who == "ALL"
    }
}

/// Reads who may become another from a line, and whether no password stands before it.
type Reader = fn(&str) -> Option<(String, bool)>;

/// Returns what is granted, if the program that reads it is there.
pub(crate) fn grants(facts: &ImageFacts<'_>) -> Vec<Grant> {
    let mut grants = Vec::new();
    let full = full_groups(facts);
    let noted = facts.noted(Topic::Sudo).iter();
    let mut paths: BTreeSet<String> = noted.map(|noted| noted.path.to_string()).collect();
    paths.extend(included(facts.input));
    for path in &paths {
        let path = path.as_str();
        if is_left_out(path) {
            continue;
        }
        let (program, read): (_, Reader) = if path.contains("doas") {
            ("doas", of_doas)
        } else {
            ("sudo", of_sudo)
        };
        let has = |folder: &&str| facts.find(&format!("{folder}/{program}")).is_some();
        if !FOLDERS.iter().any(has) {
            continue;
        }
        let text = String::from_utf8_lossy(facts.file(path).unwrap_or_default());
        let lines = joined(&text);
        let free = lines.iter().filter_map(|line| asks_nobody(line));
        let free: Vec<&str> = free.flat_map(|names| names.split(',')).collect();
        let found = lines.iter().filter_map(|line| read(line.trim()));
        let found = found.filter(|(who, _)| is_somebody(&full, who));
        grants.extend(found.map(|(who, has_no_password)| {
            Grant {
                has_no_password: has_no_password
                    || free
                        .iter()
                        .any(|name| matches!(*name, "" | "ALL") || *name == who),
                who,
                path: path.to_owned(),
            }
        }));
    }
    grants
}

/// Files that include files that include files.
const DEPTH: usize = 8;
/// Files that are included in one image.
const MOST_INCLUDED: usize = 100;

/// Returns the files outside of the usual folders that sudo reads, because others include them.
pub(crate) fn included(input: &Input<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut next: Vec<String> = ["etc/sudoers", "usr/local/etc/sudoers"]
        .map(str::to_owned)
        .to_vec();
    for _ in 0..DEPTH {
        let mut found = Vec::new();
        for path in std::mem::take(&mut next) {
            let text = text(input, &path).unwrap_or_default();
            found.extend(text.lines().flat_map(|line| of_include(input, &path, line)));
        }
        found.retain(|path| all.len() < MOST_INCLUDED && all.insert(path.clone()));
        next = found;
    }
    all
}

/// Returns the files of a line `@include FILE` or `#includedir FOLDER`.
fn of_include(input: &Input<'_>, by: &str, line: &str) -> Vec<String> {
    let line = line.trim();
    let rest = line.strip_prefix(['@', '#']).unwrap_or_default();
    let (word, named) = rest.split_once(char::is_whitespace).unwrap_or_default();
    let named = named.trim().trim_matches('"');
    let folder = by.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if named.starts_with('/') {
        ImagePath::new(named.as_bytes()).to_string()
    } else {
        ImagePath::new(format!("{folder}/{named}").as_bytes()).to_string()
    };
    let is_file = |path: &String| {
        let entry = input.tree.find(path, input.limits);
        entry.is_some_and(|entry| entry.kind == EntryKind::File)
    };
    let paths = match word {
        "include" => vec![path],
        "includedir" => {
            let names = input.tree.list(&path, input.limits).into_iter();
            let names = names.filter_map(|(name, _)| String::from_utf8(name).ok());
            let is_read = |name: &String| !name.contains('.') && !name.ends_with('~');
            names
                .filter(is_read)
                .map(|name| format!("{path}/{name}"))
                .collect()
        }
        _ => Vec::new(),
    };
    paths
        .into_iter()
        .filter(is_file)
        .take(MOST_INCLUDED)
        .collect()
}

/// Returns the lines of a file; one that ends in a backslash goes on in the next.
fn joined(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let (part, goes_on_now) = match line.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (line, false),
        };
        match lines.last_mut() {
            Some(last) if goes_on => last.push_str(part),
            _ => lines.push(part.to_owned()),
        }
        goes_on = goes_on_now;
    }
    lines
}

/// Returns the names for which a line of sudoers switches passwords off: `app` of `Defaults:app
/// !authenticate`, nothing where it is for all.
fn asks_nobody(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("Defaults")?;
    let (names, settings) = match rest.strip_prefix(':') {
        Some(rest) => rest.trim_start().split_once(char::is_whitespace)?,
        None => ("", rest.strip_prefix(char::is_whitespace)?),
    };
    let mut settings = settings.split(',').map(str::trim);
    settings
        .any(|setting| setting == "!authenticate")
        .then_some(names)
}

/// Returns a file as it may be kept: without remarks, and without the secrets that `without` takes out.
/// `NOPASSWD: ALL` is none.
pub(crate) fn shown(text: &str, without: &dyn Fn(&str) -> String) -> String {
    let is_remark = |line: &str| {
        let rest = line.trim_start().strip_prefix('#');
        let is_kept = |rest: &str| {
            rest.starts_with("include") || rest.starts_with(|c: char| c.is_ascii_digit())
        };
        rest.is_some_and(|rest| !is_kept(rest))
    };
    let lines = text.split_inclusive('\n').filter(|line| !is_remark(line));
    let show = |line: &str| {
        let parts: Vec<String> = line.split("PASSWD:").map(without).collect();
        parts.join("PASSWD:")
    };
    lines.map(show).collect()
}

/// Whether sudo leaves a file of its folder out by its name: backups and what packages put beside.
fn is_left_out(path: &str) -> bool {
    let path = path.strip_prefix("usr/local/").unwrap_or(path);
    let name = path.strip_prefix("etc/sudoers.d/");
    name.is_some_and(|name| name.contains('.') || name.ends_with('~'))
}

/// Reads a line `who host=(as) NOPASSWD: what`.
fn of_sudo(line: &str) -> Option<(String, bool)> {
    let (who, rule) = line.split_once([' ', '\t'])?;
    // `#1000` is the number of a user, `# app` is a remark
    let is_number = who
        .strip_prefix('#')
        .is_some_and(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()));
    let is_remark = line.starts_with(['#', '@']) && !is_number;
    let is_other = is_remark || who.starts_with("Defaults") || who.ends_with("_Alias");
    (!is_other && rule.contains('=')).then(|| (who.to_owned(), rule.contains("NOPASSWD")))
}

/// Reads a line `permit nopass who as root`.
fn of_doas(line: &str) -> Option<(String, bool)> {
    let mut words = line.split_whitespace();
    if words.next() != Some("permit") {
        return None;
    }
    let options = ["nopass", "nolog", "persist", "keepenv", "setenv"];
    let has_no_password = line.split_whitespace().any(|word| word == "nopass");
    let mut is_in_braces = false;
    // `setenv { A=b }` is an option
    let who = words.find(|word| {
        let is_between = is_in_braces || word.starts_with('{');
        is_in_braces = is_between && !word.ends_with('}');
        !is_between && !options.contains(word)
    })?;
    let who = who
        .strip_prefix(':')
        .map_or(who.to_owned(), |group| format!("%{group}"));
    Some((who, has_no_password))
}

/// Returns the groups that somebody but root is in, by their names and as `#1000`.
fn full_groups(facts: &ImageFacts<'_>) -> BTreeSet<String> {
    let others = facts.accounts.iter().filter(|account| account.uid != 0);
    let own: BTreeSet<u32> = others.map(|account| account.gid).collect();
    let groups = accounts::groups(facts.file("etc/group").unwrap_or_default());
    let is_full = |group: &Group| {
        own.contains(&group.gid) || group.members.iter().any(|member| member != "root")
    };
    let full = groups.into_iter().filter(is_full);
    let names = full.flat_map(|group| [format!("#{}", group.gid), group.name]);
    // `etc/group` need not name the group of an account
    let numbers = own.iter().map(|gid| format!("#{gid}"));
    names.chain(numbers).collect()
}

/// Whether it is anybody but root.
fn is_somebody(full: &BTreeSet<String>, who: &str) -> bool {
    match who.strip_prefix('%') {
        Some(group) => full.contains(group),
        None => who != "root" && who != "#0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on() {
        for (text, want) in [
            ("a \\\n b\nc", &["a  b", "c"][..]),
            ("a\\", &["a"]),
            ("a \\\n# b", &["a # b"]),
            ("", &[]),
        ] {
            assert_eq!(joined(text), want, "{text}");
        }
        for (line, want) in [
            ("Defaults env_reset, !authenticate", Some("")),
            ("Defaults:app,%web !authenticate", Some("app,%web")),
            ("Defaults:app env_reset", None),
            ("# Defaults !authenticate", None),
        ] {
            assert_eq!(asks_nobody(line), want, "{line}");
        }
    }

    #[test]
    fn lines_grant() {
        for (line, want) in [
            ("app ALL=(ALL:ALL) ALL", Some(("app", false))),
            ("%wheel\tALL=(ALL) NOPASSWD: ALL", Some(("%wheel", true))),
            ("Defaults env_reset", None),
            ("Defaults:app !requiretty, x=y", None),
            ("User_Alias ADMINS = a, b", None),
            ("@includedir /etc/sudoers.d", None),
            ("# app ALL=(ALL) ALL", None),
            ("#1000 ALL=(ALL) ALL", Some(("#1000", false))),
            ("#include x=y", None),
            ("", None),
        ] {
            let want = want.map(|(who, free)| (who.to_owned(), free));
            assert_eq!(of_sudo(line), want, "{line}");
        }
        assert_eq!(
            of_doas("permit nopass :wheel"),
            Some(("%wheel".to_owned(), true))
        );
        for (line, who) in [
            ("permit\tnopass\tapp", "app"),
            ("permit setenv { A=b C } nopass :wheel", "%wheel"),
            ("permit nopass setenv {A=b} app as root", "app"),
        ] {
            assert_eq!(of_doas(line), Some((who.to_owned(), true)), "{line}");
        }
        assert_eq!(of_doas("deny app"), None);
        assert_eq!(of_doas("permitted app"), None);
    }
}
