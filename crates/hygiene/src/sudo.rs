//! Who may become another by sudo or doas, by `sudoers(5)` and `doas.conf(5)`.
//!
//! Rules of root mean nothing. A rule of a group counts if somebody is in it. Aliases are not resolved:
//! they count as somebody.

use std::collections::BTreeSet;

use crate::accounts::{self, Group};
use crate::facts::ImageFacts;
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
    for noted in facts.noted(Topic::Sudo) {
        let path = noted.path.as_str();
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
        let asks_nobody = lines.iter().any(|line| asks_nobody(line));
        let found = lines.iter().filter_map(|line| read(line.trim()));
        let found = found.filter(|(who, _)| is_somebody(&full, who));
        grants.extend(found.map(|(who, has_no_password)| Grant {
            who,
            path: path.to_owned(),
            has_no_password: has_no_password || asks_nobody,
        }));
    }
    grants
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

/// Whether a line of sudoers switches passwords off for all rules.
fn asks_nobody(line: &str) -> bool {
    let rest = line.trim().strip_prefix("Defaults");
    let settings = rest.filter(|rest| rest.starts_with(char::is_whitespace));
    settings.is_some_and(|settings| {
        let mut settings = settings.split(',').map(str::trim);
        settings.any(|setting| setting == "!authenticate")
    })
}

/// Whether sudo leaves a file of its folder out by its name: backups and what packages put beside.
fn is_left_out(path: &str) -> bool {
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
    let mut words = line.strip_prefix("permit ")?.split_whitespace();
    let options = ["nopass", "nolog", "persist", "keepenv"];
    let has_no_password = line.split_whitespace().any(|word| word == "nopass");
    let who = words.find(|word| !options.contains(word))?;
    let who = who
        .strip_prefix(':')
        .map_or(who.to_owned(), |group| format!("%{group}"));
    Some((who, has_no_password))
}

/// Returns the names of the groups that somebody but root is in.
fn full_groups(facts: &ImageFacts<'_>) -> BTreeSet<String> {
    let others = facts.accounts.iter().filter(|account| account.uid != 0);
    let own: BTreeSet<u32> = others.map(|account| account.gid).collect();
    let groups = accounts::groups(facts.file("etc/group").unwrap_or_default());
    let is_full = |group: &Group| {
        own.contains(&group.gid) || group.members.iter().any(|member| member != "root")
    };
    let full = groups.into_iter().filter(is_full);
    full.map(|group| group.name).collect()
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
        assert!(asks_nobody("Defaults env_reset, !authenticate"));
        assert!(!asks_nobody("Defaults:app !authenticate"));
        assert!(!asks_nobody("# Defaults !authenticate"));
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
        assert_eq!(of_doas("deny app"), None);
    }
}
