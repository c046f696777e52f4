//! Values that look like secrets, taken out of what reaches a report, a cache or a log.
//!
//! A report is kept, sent and shown to more people than the image. What is taken out of environment,
//! labels, commands and history: what the engine finds, by whatever rule, a user's own too
//! (`found.rs`), private keys whole (`pem.rs`); values whose name says that they are secret
//! (`names.rs`), whether they are assigned (`assigned.rs`), stand in a field (`fields.rs`) or follow an
//! option (`options.rs`); what logs in within a URL (`urls.rs`); what programs take as a password
//! (`programs.rs`); tokens that are known by their form (`tokens.rs`) and hashes of passwords
//! (`hashes.rs`). The names stay, so that a reader sees that the image carries a secret. What is a secret
//! at one place of a configuration is taken out of all others, too. A secret without any such sign stays.

mod assigned;
mod chpasswd;
mod fields;
mod found;
mod hashes;
mod here;
mod known;
mod names;
mod options;
mod pem;
mod programs;
mod sql;
mod stored;
mod tokens;
mod urls;
mod values;

use model::{ContainerConfig, ImageConfig};

use crate::engine::Engine;
use known::Known;
use names::Secrecy;
use options::Next;
pub use values::{named, passwords};

/// What stands where a value stood.
const REDACTED: &str = "[redacted]";

/// Takes secrets out of texts.
#[derive(Debug, Default)]
pub struct Redactor<'e> {
    /// Rules beside those of the table, which are asked whatever a user disables.
    own: Option<&'e Engine>,
    /// Secrets of the configurations that were looked at.
    known: Known,
}

impl<'e> Redactor<'e> {
    /// Asks the whole table, and the rules of this engine.
    pub fn new(engine: Option<&'e Engine>) -> Self {
        Self {
            own: engine.filter(|engine| engine.has_own_rules()),
            known: Known::default(),
        }
    }

    /// Returns a command or a text without what looks like a secret.
    pub fn text(&self, text: &str) -> String {
        self.known.taken_out(self.without_secrets(text, None))
    }

    /// Returns a file of commands or settings without what looks like a secret. Its lines stay, and at the
    /// end of each the same quote is open as before: rules read what is left.
    pub fn file(&self, text: &str) -> String {
        let mut spans = pem::spans(text);
        spans.extend(found::spans_of_file(text, self.own));
        let text = found::replaced(text, spans);
        let lines = text.split_inclusive('\n');
        lines.map(line).collect()
    }

    /// Returns the configuration without the values that look like secrets, which are taken out of
    /// what is shown later, too.
    #[must_use]
    pub fn config(&mut self, mut config: ImageConfig) -> ImageConfig {
        let mut known = Known::default();
        self.every_text(&mut config, &mut known);
        self.known.learn(known);
        if !self.known.is_empty() {
            for text in texts(&mut config) {
                *text = self.known.taken_out(std::mem::take(text));
            }
            for text in short_texts(&mut config) {
                *text = self.known.taken_out(std::mem::take(text));
            }
            let labels = std::mem::take(&mut config.config.labels);
            let without = |text| self.known.taken_out(text);
            config.config.labels = labels
                .into_iter()
                .map(|(key, label)| (without(key), without(label)))
                .collect();
            for places in [&mut config.config.volumes, &mut config.config.exposed_ports] {
                let all = std::mem::take(places).into_iter();
                *places = all.map(|(place, it)| (without(place), it)).collect();
            }
        }
        config
    }

    /// Takes the values out of every text of a configuration, and notes them.
    fn every_text(&self, config: &mut ImageConfig, known: &mut Known) {
        let ContainerConfig {
            cmd,
            entrypoint,
            env,
            healthcheck,
            labels,
            on_build,
            shell,
            volumes,
            exposed_ports,
            ..
        } = &mut config.config;
        // the arguments of the entrypoint go on in those of the command
        self.arguments(entrypoint.iter_mut().chain(cmd), known);
        self.arguments(shell.iter_mut(), known);
        self.arguments(
            healthcheck.iter_mut().flat_map(|check| &mut check.test),
            known,
        );
        for entry in env {
            *entry = self.entry(entry, known);
        }
        *labels = std::mem::take(labels)
            .into_iter()
            .map(|(key, label)| {
                let shown = self.field(&key, &label, known);
                (self.without_secrets(&key, None), shown)
            })
            .collect();
        for text in on_build {
            *text = self.without_secrets(text, Some(known));
        }
        for places in [volumes, exposed_ports] {
            *places = std::mem::take(places)
                .into_iter()
                .map(|(place, it)| (self.without_secrets(&place, None), it))
                .collect();
        }
        for text in short_texts(config) {
            *text = self.without_secrets(text, Some(known));
        }
        for step in &mut config.history {
            for text in [&mut step.created_by, &mut step.comment, &mut step.author] {
                *text = self.without_secrets(text, Some(known));
            }
        }
    }

    /// Takes secrets out of the words of one command.
    pub fn words<'a>(&self, words: impl Iterator<Item = &'a mut String>) {
        let mut taken: Vec<&mut String> = words.collect();
        self.arguments(
            taken.iter_mut().map(|word| &mut **word),
            &mut Known::default(),
        );
        for word in taken {
            *word = self.known.taken_out(std::mem::take(word));
        }
    }

    /// Arguments of one command: one may be the value of the option before it, and what tells a secret
    /// may stand in another than the secret.
    fn arguments<'a>(&self, arguments: impl Iterator<Item = &'a mut String>, known: &mut Known) {
        let mut arguments: Vec<&mut String> = arguments.collect();
        let words: Vec<&str> = arguments.iter().map(|word| word.as_str()).collect();
        let line = words.join(" ");
        let mut spans = self.found(&line);
        known.note(&line, &spans);
        spans.extend(programs::passwords(&line));
        let shown = found::replaced_in_words(&words, spans);
        let mut next = Next::Plain;
        for (text, shown) in arguments.iter_mut().zip(shown) {
            let after = Next::after(text);
            **text = match next.redacted(text) {
                Some(value) => {
                    known.note_value(text);
                    value
                }
                None => by_its_names(&shown),
            };
            next = after;
        }
    }

    /// An entry of the environment: its value goes to the end, blanks and all.
    fn entry(&self, entry: &str, known: &mut Known) -> String {
        match entry.split_once('=') {
            Some((name, value)) => {
                let name_shown = self.without_secrets(name, None);
                format!("{name_shown}={}", self.field(name, value, known))
            }
            None => self.without_secrets(entry, Some(known)),
        }
    }

    fn field(&self, name: &str, value: &str, known: &mut Known) -> String {
        if hides(name, value) {
            known.note_value(value);
            return REDACTED.to_owned();
        }
        // some rules want to see the name
        let whole = format!("{name}={value}");
        let spans = self.found(&whole);
        known.note(&whole, &spans);
        let value_at = name.len() + 1;
        let spans = spans.into_iter().filter_map(|span| {
            let end = span.end.checked_sub(value_at)?;
            Some(span.start.saturating_sub(value_at)..end)
        });
        by_its_names(&found::replaced(value, spans.collect()))
    }

    /// Returns where rules find secrets, and where private keys stand.
    fn found(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let mut spans = pem::spans(text);
        spans.extend(found::spans(text, self.own));
        spans
    }

    fn without_secrets(&self, text: &str, known: Option<&mut Known>) -> String {
        if let Some(shown) = assigned::without_old_env(text, hides) {
            return shown;
        }
        let spans = self.found(text);
        if let Some(known) = known {
            known.note(text, &spans);
            for value in assigned::values(text, hides) {
                known.note_value(value);
            }
        }
        by_its_names(&found::replaced(text, spans))
    }
}

/// Returns a line of a file without what names and the like tell.
fn line(text: &str) -> String {
    let end = text.trim_end_matches(['\r', '\n']);
    let mut shown = by_its_names(end);
    let (before, after) = (assigned::unclosed(end), assigned::unclosed(&shown));
    if before != after {
        // what was taken out began or ended a text of several lines
        shown.extend(after.into_iter().chain(before));
    }
    shown + text.get(end.len()..).unwrap_or_default()
}

/// Whether a name says that its value is secret.
fn hides(name: &str, value: &str) -> bool {
    let says = Secrecy::of(name);
    says.hides(value) || (says == Secrecy::None && found::is_secret_setting(name, value))
}

/// Returns a text without what names, options, URLs, programs and marks tell.
fn by_its_names(text: &str) -> String {
    let text = assigned::without(text, hides);
    let steps = [
        fields::without,
        options::without,
        urls::without,
        programs::without,
        tokens::without,
        hashes::without,
    ];
    steps.iter().fold(text, |text, step| step(&text))
}

/// The commands and settings of a configuration.
fn texts(config: &mut ImageConfig) -> impl Iterator<Item = &mut String> {
    let run = &mut config.config;
    let words = run.entrypoint.iter_mut().chain(&mut run.cmd);
    let words = words.chain(&mut run.env).chain(&mut run.on_build);
    let health = run.healthcheck.iter_mut().flat_map(|check| &mut check.test);
    let steps = config.history.iter_mut();
    let steps = steps.flat_map(|step| [&mut step.created_by, &mut step.comment, &mut step.author]);
    words.chain(&mut run.shell).chain(health).chain(steps)
}

/// What should be a name, a place or a time, and may be anything.
fn short_texts(config: &mut ImageConfig) -> impl Iterator<Item = &mut String> {
    let run = &mut config.config;
    let of_image = [
        &mut config.architecture,
        &mut config.author,
        &mut config.container,
        &mut config.created,
        &mut config.docker_version,
        &mut config.os,
        &mut config.os_version,
        &mut config.variant,
        &mut config.rootfs.kind,
        &mut run.domainname,
        &mut run.hostname,
        &mut run.image,
        &mut run.mac_address,
        &mut run.stop_signal,
        &mut run.user,
        &mut run.working_dir,
    ];
    let times = config.history.iter_mut().map(|step| &mut step.created);
    of_image
        .into_iter()
        .chain(&mut config.os_features)
        .chain(times)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn last_word(before: &str) -> &str {
    before.rsplit(|c| !is_of_name(c)).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
