//! Secrets of an image's configuration: environment, labels, arguments, steps, history.

use std::collections::BTreeSet;

use model::{Gap, Gaps, ImageConfig, Limits, Place, Secret};
use secret::{Looked, Redactor, Scanner};

use super::Secrets;
use super::files::gap;

/// The secrets of a configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfSettings {
    /// Where they stand, in the order of [`Place`].
    pub(crate) found: Vec<(Place, Secret)>,
    /// What was not looked at.
    pub(crate) gaps: Vec<Gap>,
}

/// Looks at a configuration. What goes beyond [`Limits::secrets`] is left out;
/// the caller says so.
pub(crate) fn of_config(config: &ImageConfig, secrets: &Secrets, limits: &Limits) -> OfSettings {
    let mut looking = Looking {
        scanner: Scanner::new(&secrets.engine, limits),
        found: Vec::new(),
        gaps: Gaps::new(limits.gaps_of_a_kind),
        most: limits.secrets.saturating_add(1),
    };
    let run = &config.config;
    let redactor = Redactor::new(Some(&secrets.engine));
    for entry in &run.env {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        looking.setting(&Place::Environment(redactor.text(name)), (name, value));
    }
    for (name, value) in &run.labels {
        looking.setting(&Place::Label(redactor.text(name)), (name, value));
    }
    let of_image = [
        (Place::Entrypoint, &run.entrypoint),
        (Place::Command, &run.cmd),
    ];
    for (place, words) in of_image {
        looking.command(&place, &words.join(" "));
    }
    if let Some(check) = &run.healthcheck {
        looking.command(&Place::Healthcheck, &check.test.join(" "));
    }
    for (index, step) in run.on_build.iter().enumerate() {
        looking.step(step, |_| Place::OnBuild(index));
    }
    looking.text(&Place::Author, &config.author);
    for (index, step) in config.history.iter().enumerate() {
        let is_arguments = !is_set(&step.created_by);
        looking.step(&step.created_by, |name| match name {
            Some(name) if is_arguments => Place::BuildArgument {
                history: index,
                name: redactor.text(name),
            },
            _ => Place::History(index),
        });
        for text in [&step.comment, &step.author] {
            looking.text(&Place::History(index), text);
        }
    }
    looking.found.sort_by(|a, b| a.0.cmp(&b.0));
    OfSettings {
        found: looking.found,
        gaps: looking.gaps.into_sorted(),
    }
}

struct Looking<'s> {
    scanner: Scanner<'s>,
    found: Vec<(Place, Secret)>,
    gaps: Gaps,
    most: usize,
}

impl Looking<'_> {
    fn setting(&mut self, place: &Place, (name, value): (&str, &str)) {
        let looked = self.scanner.setting(name, value);
        self.add(place, looked);
    }

    fn text(&mut self, place: &Place, text: &str) {
        let looked = self.scanner.text(text);
        self.add(place, looked);
    }

    /// A line of a Dockerfile or of the history: the settings in it by their names, each at the place that
    /// `place` gives for its name, then all of it.
    fn step(&mut self, line: &str, place: impl Fn(Option<&str>) -> Place) {
        let before = self.found.len();
        let settings = secret::assignments(line);
        if settings.len() >= secret::MOST_ASSIGNMENTS {
            let why = format!(
                "only its first {} settings were looked at by their names",
                settings.len()
            );
            self.gaps.add(gap(&place(None).to_string(), why));
        }
        let others = secret::exports(line);
        let others = others.into_iter().filter(|it| !settings.contains(it));
        for (name, value) in &settings {
            self.setting(&place(Some(name)), (name, value));
        }
        for (name, value) in others {
            self.setting(&place(None), (name, value));
        }
        self.named(before, &place(None), line);
        self.passwords(before, &place(None), line);
        self.rest(before, &place(None), line);
    }

    /// Words of a command: what it sets by its name, then all of it.
    fn command(&mut self, place: &Place, line: &str) {
        let before = self.found.len();
        for (name, value) in secret::exports(line) {
            self.setting(place, (name, value));
        }
        self.named(before, place, line);
        self.passwords(before, place, line);
        self.rest(before, place, line);
    }

    /// Settings that a command writes, in whatever form.
    fn named(&mut self, before: usize, place: &Place, line: &str) {
        for (name, value) in secret::named(line) {
            let looked = self.scanner.setting(name, value);
            self.add_new(before, place, looked);
        }
    }

    /// What a command hands to programs as a password, which has the name of its option or none.
    fn passwords(&mut self, before: usize, place: &Place, line: &str) {
        for password in secret::passwords(line) {
            let looked = self.scanner.setting("PASSWORD", password);
            self.add_new(before, place, looked);
        }
    }

    /// All of a text of which settings were looked at before.
    fn rest(&mut self, before: usize, place: &Place, text: &str) {
        let looked = self.scanner.text(text);
        self.add_new(before, place, looked);
    }

    /// What was found in a text before is not told twice.
    fn add_new(&mut self, before: usize, place: &Place, mut looked: Looked) {
        let known: BTreeSet<&str> = self
            .found
            .iter()
            .skip(before)
            .map(|(_, it)| it.fingerprint.as_str())
            .collect();
        looked.found.retain(|it| !known.contains(&*it.fingerprint));
        self.add(place, looked);
    }

    fn add(&mut self, place: &Place, looked: Looked) {
        if let Some(after) = looked.unread_after {
            let why = format!("only its first {after} bytes were looked at for secrets");
            self.gaps.add(gap(&place.to_string(), why));
        }
        if looked.is_cut {
            let why = "it holds more that looks like secrets than is told";
            self.gaps.add(gap(&place.to_string(), why.to_owned()));
        }
        let left = self.most.saturating_sub(self.found.len());
        let found = looked.found.into_iter().take(left);
        self.found
            .extend(found.map(|secret| (place.clone(), secret)));
    }
}

/// Whether a line sets the environment or labels, and does not only use arguments.
fn is_set(line: &str) -> bool {
    let step = line.strip_prefix("/bin/sh -c #(nop)").unwrap_or(line);
    let word = step.split_whitespace().next().unwrap_or_default();
    word.eq_ignore_ascii_case("ENV") || word.eq_ignore_ascii_case("LABEL")
}

#[cfg(test)]
mod tests {
    use model::{ContainerConfig, History};
    use secret::{Engine, Rules};

    use super::*;
    use crate::secrets::Telling;

    fn of_step(line: String) -> History {
        History {
            created_by: line,
            ..History::default()
        }
    }

    /// A configuration has 4 MiB at most; what is looked for in it has limits of its own.
    #[test]
    fn a_configuration_without_end_is_bounded() {
        let secrets = Secrets {
            engine: Engine::new(Rules::default()),
            below: Telling::Told,
            owned: Telling::LeftOut,
        };
        let limits = Limits {
            secrets: 20,
            ..Limits::default()
        };
        let step = |at: usize| of_step(format!("RUN |1 A_TOKEN=correcthorse{at} true"));
        let arguments: Vec<String> = (0..20_000)
            .map(|at| format!("T{at}_TOKEN=correcthorse{at}"))
            .collect();
        let long = format!("RUN |20000 {} true", arguments.join(" "));
        let of_history = |history| ImageConfig {
            history,
            ..ImageConfig::default()
        };
        let of_words = ContainerConfig {
            entrypoint: vec!["a".repeat(1 << 20)],
            cmd: vec!["x".to_owned(); 100_000],
            user: "4294967296".to_owned(),
            ..ContainerConfig::default()
        };
        let words = ImageConfig {
            config: of_words,
            ..ImageConfig::default()
        };
        for (why, config, found) in [
            ("steps", of_history((0..100_000).map(step).collect()), 21),
            ("arguments", of_history(vec![of_step(long)]), 21),
            ("words", words, 0),
            ("nothing", of_history(vec![History::default(); 100_000]), 0),
        ] {
            assert_eq!(
                of_config(&config, &secrets, &limits).found.len(),
                found,
                "{why}"
            );
        }
    }
}
