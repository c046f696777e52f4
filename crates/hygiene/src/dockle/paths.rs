//! Files by their names and modes: keys, leftovers of tools, setuid and setgid.

use std::collections::BTreeSet;

use model::EntryKind;

use super::files::{Entry, Files};
use super::{Found, Options};

const SECRET_NAMES: [&str; 15] = [
    "credentials.json",
    "credential.json",
    "credentials",
    "credential",
    "password.txt",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "secret_token.rb",
    "carrierwave.rb",
    "omniauth.rb",
    "settings.py",
    "database.yml",
    "credentials.xml",
];
const ENV_FILE: &str = ".env";
const SECRET_EXTENSIONS: [&str; 16] = [
    ".secret",
    ".ovpn",
    ".private_key",
    ".cscfg",
    ".rdp",
    ".mdf",
    ".sdf",
    ".bek",
    ".tpm",
    ".fve",
    ".jks",
    ".psafe3",
    ".agilekeychain",
    ".keychain",
    ".pcap",
    ".gnucache",
];
const LEFTOVERS: [&str; 4] = ["Dockerfile", "docker-compose.yml", ".vimrc", ".DS_Store"];
const LEFTOVER_FOLDERS: [&str; 8] = [
    ".cache", ".aws", ".azure", ".gcp", ".git", ".vscode", ".idea", ".npm",
];

pub(super) fn check(files: &Files, options: &Options, found: &mut Found) {
    let mut folders = BTreeSet::new();
    for (path, entry) in files.entries() {
        modes(path, entry, found);
        secrets(path, options, found);
        leftovers(path, &mut folders, found);
    }
    for folder in folders {
        let alert = format!("Suspicious directory : {folder} ");
        found.add("DKL-LI-0003", &folder, alert);
    }
}

fn modes(path: &str, entry: Entry, found: &mut Found) {
    for (bit, name) in [(0o4000, "setuid"), (0o2000, "setgid")] {
        if entry.mode & bit != 0 {
            let alert = format!("{name} file: {} {path}", mode(entry));
            found.add("CIS-DI-0008", path, alert);
        }
    }
}

/// Writes kind and mode as Go's `fs.FileMode` does: `urwxr-xr-x`.
fn mode(entry: Entry) -> String {
    let mut text = String::new();
    if entry.kind == EntryKind::Symlink {
        text.push('L');
    }
    for (bit, letter) in [(0o4000, 'u'), (0o2000, 'g'), (0o1000, 't')] {
        if entry.mode & bit != 0 {
            text.push(letter);
        }
    }
    for (at, letter) in "rwxrwxrwx".chars().enumerate() {
        let is_set = entry.mode & (0o400 >> at) != 0;
        text.push(if is_set { letter } else { '-' });
    }
    text
}

fn secrets(path: &str, options: &Options, found: &mut Found) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_accepted = |text: &str| options.accepted_files.contains(text);
    if is_accepted(name) || is_accepted(path) {
        return;
    }
    let is_name = name == ENV_FILE
        || SECRET_NAMES.contains(&name)
        || options.sensitive_files.iter().any(|file| file == name);
    if is_name {
        let alert =
            format!("Suspicious filename found : {path} (You can suppress it with \"-af {name}\")");
        return found.add("CIS-DI-0010", path, alert);
    }
    let Some(at) = name.rfind('.') else { return };
    let extension = name.get(at..).unwrap_or_default();
    let bare = extension.trim_start_matches('.');
    let is_extension = SECRET_EXTENSIONS.contains(&extension)
        || options
            .sensitive_extensions
            .iter()
            .any(|it| it == extension);
    if is_extension && !options.accepted_extensions.contains(bare) {
        let alert = format!(
            "Suspicious file extension found : {path} (You can suppress it with \"-ae {bare}\")"
        );
        found.add("CIS-DI-0010", path, alert);
    }
}

/// Only a file's own folder counts; of a folder, one alert is enough.
fn leftovers(path: &str, folders: &mut BTreeSet<String>, found: &mut Found) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if LEFTOVERS.contains(&name) {
        found.add("DKL-LI-0003", path, format!("unnecessary file : {path} "));
    }
    let last = folder.rsplit('/').next().unwrap_or_default();
    let is_dependency = path.contains("node_modules/") || path.contains("vendor/");
    if LEFTOVER_FOLDERS.contains(&last) && !is_dependency {
        folders.insert(folder.to_owned());
    }
}
