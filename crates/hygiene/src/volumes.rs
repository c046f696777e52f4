//! Volumes: where they are declared, and what they cover.

pub(crate) mod settings;

use model::{ContainerConfig, ImagePath};

use crate::facts::ImageFacts;
use crate::services::Service;
use crate::step::{Kind, Step};

/// Folders of one step that are told.
const MOST: usize = 16;

/// A folder in which a service keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) path: String,
    /// Whether the image says so, not the service's own habit.
    is_set: bool,
}

/// Whether a volume holds a folder, or, where nothing says which folder it is, the other way round: images
/// of one database declare the one or the other.
pub(crate) fn covers(facts: &ImageFacts<'_>, config: &ContainerConfig, folder: &Folder) -> bool {
    let path = clean(&folder.path);
    let real = facts.input.tree.real_path(&path, facts.input.limits);
    let real = real.map(|real| real.to_string());
    // where it leads to may only be there when it runs
    let linked = facts.survey.data_link(&path).map(str::to_owned);
    let paths: Vec<String> = [Some(path), real, linked].into_iter().flatten().collect();
    let is_below = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    config.volumes.keys().any(|volume| {
        let volume = clean(volume);
        let is_held =
            |path: &String| is_below(path, &volume) || (!folder.is_set && is_below(&volume, path));
        paths.iter().any(is_held)
    })
}

fn clean(path: &str) -> String {
    ImagePath::new(path.as_bytes()).to_string()
}

/// Returns where a service keeps its data: where its command or its environment says, else where it does
/// so by itself.
pub(crate) fn data_folders(
    service: &Service,
    config: &ContainerConfig,
    settings: &str,
) -> Vec<Folder> {
    let row = service.row;
    let set = row.settings.iter().find_map(|setting| {
        let value = if setting.starts_with('-') {
            option(&service.command, setting)
        } else if let Some(word) = setting.strip_prefix('@') {
            operand(&service.command, word)
        } else {
            config.env.iter().find_map(|set| {
                let value = set.strip_prefix(setting)?;
                value.strip_prefix('=')
            })
        };
        value.filter(|value| value.starts_with('/'))
    });
    let set = set.or_else(|| settings::folder_in(settings, row.name));
    let folder = |path: &str, is_set| Folder {
        path: path.to_owned(),
        is_set,
    };
    if let (None, Some(major)) = (set, postgres_major(service, config)) {
        return vec![folder(&format!("/var/lib/postgresql/{major}/docker"), true)];
    }
    match set {
        Some(path) => vec![folder(path, true)],
        None => row.data.iter().map(|path| folder(path, false)).collect(),
    }
}

/// Returns the version of `PostgreSQL` that an image says it has, or starts from a folder of it, from the one
/// on that keeps its data below a folder of its own.
fn postgres_major(service: &Service, config: &ContainerConfig) -> Option<u32> {
    let mut values = config
        .env
        .iter()
        .filter_map(|set| set.strip_prefix("PG_MAJOR="));
    let program = service.command.first();
    let of_program = || {
        program?
            .strip_prefix("/usr/lib/postgresql/")?
            .split('/')
            .next()
    };
    let major = values.next().or_else(of_program)?.parse().ok()?;
    (service.row.name == "PostgreSQL" && major >= 18).then_some(major)
}

/// Options with which services keep all in memory, to try them.
const IN_MEMORY: [(&str, &str); 2] = [("Vault", "-dev"), ("Consul", "-dev")];

/// Whether a store is told to write nothing; of Redis' kind: neither dumps nor a log.
pub(crate) fn keeps_nothing(service: &Service, settings: &str) -> bool {
    let has_option = |option: &str| {
        let is_it = |word: &String| word.trim_start_matches('-') == option.trim_start_matches('-');
        service.command.iter().any(is_it)
    };
    let mut in_memory = IN_MEMORY.iter();
    if in_memory.any(|(name, option)| *name == service.row.name && has_option(option)) {
        return true;
    }
    if !matches!(service.row.name, "Redis" | "Valkey") {
        return false;
    }
    let words = &service.command;
    let has = |option: &str, value: &str| {
        let mut pairs = words.windows(2);
        let is_given = pairs.any(|pair| {
            matches!(pair, [name, given] if name == option && given.trim_matches('"') == value)
        });
        let name = option.trim_start_matches('-');
        let is_set = settings.lines().any(|line| {
            let (known, given) = line
                .trim()
                .split_once(char::is_whitespace)
                .unwrap_or_default();
            known == name && given.trim().trim_matches('"') == value
        });
        is_given || is_set
    };
    has("--save", "") && !has("--appendonly", "yes")
}

/// Returns the first path behind a word: `minio server /export`.
fn operand<'w>(words: &'w [String], word: &str) -> Option<&'w str> {
    let at = words.iter().position(|it| it == word)?;
    let behind = words.get(at + 1..)?.iter();
    behind.map(String::as_str).find(|it| it.starts_with('/'))
}

/// Returns the value of an option, behind it or joined to it.
fn option<'w>(words: &'w [String], option: &str) -> Option<&'w str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let rest = word.strip_prefix(option)?;
        if rest.is_empty() {
            return words.get(at + 1).map(String::as_str);
        }
        // `-D/x`, `--datadir=/x`
        let is_short = !option.starts_with("--") && rest.starts_with('/');
        rest.strip_prefix('=').or(is_short.then_some(rest))
    })
}

/// Returns the folders that a step of the history declares: `[/data /logs]`, `["/data"]` or `/data`.
pub(crate) fn declared(step: &Step<'_>) -> Vec<String> {
    if step.kind != Kind::Volume {
        return Vec::new();
    }
    let words = step
        .text
        .split(|c: char| c.is_whitespace() || "[]\",".contains(c));
    let folders = words.filter(|word| word.starts_with('/'));
    folders.take(MOST).map(clean).collect()
}
