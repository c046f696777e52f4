//! Secrets of an image's configuration: environment, labels, arguments, steps, history.

use model::{ImageConfig, Limits, Place, Secret};
use secret::{Looked, Scanner};

use super::Secrets;

/// Where secrets stand in a configuration, in the order of [`Place`].
pub(crate) type OfSettings = Vec<(Place, Secret)>;

/// Looks at a configuration that lacks nothing yet. What goes beyond [`Limits::secrets`] is left out;
/// the caller says so.
pub(crate) fn of_config(config: &ImageConfig, secrets: &Secrets, limits: &Limits) -> OfSettings {
    let mut looking = Looking {
        scanner: Scanner::new(&secrets.engine, limits),
        found: Vec::new(),
        most: limits.secrets.saturating_add(1),
    };
    let run = &config.config;
    for entry in &run.env {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        looking.setting(&Place::Environment(name.to_owned()), (name, value));
    }
    for (name, value) in &run.labels {
        looking.setting(&Place::Label(name.clone()), (name, value));
    }
    let of_image = [
        (Place::Entrypoint, &run.entrypoint),
        (Place::Command, &run.cmd),
    ];
    for (place, words) in of_image {
        looking.text(&place, &words.join(" "));
    }
    if let Some(check) = &run.healthcheck {
        looking.text(&Place::Healthcheck, &check.test.join(" "));
    }
    for (index, step) in run.on_build.iter().enumerate() {
        looking.text(&Place::OnBuild(index), step);
    }
    for (index, step) in config.history.iter().enumerate() {
        looking.history(index, &step.created_by);
        for text in [&step.comment, &step.author] {
            looking.text(&Place::History(index), text);
        }
    }
    looking.found.sort_by(|a, b| a.0.cmp(&b.0));
    looking.found
}

struct Looking<'s> {
    scanner: Scanner<'s>,
    found: OfSettings,
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

    /// A line of history: the settings in it by their names, then all of it; what was found by its
    /// name is not told twice.
    fn history(&mut self, index: usize, line: &str) {
        let before = self.found.len();
        let is_arguments = !is_env(line);
        for (name, value) in secret::assignments(line) {
            let place = if is_arguments {
                Place::BuildArgument {
                    history: index,
                    name: name.to_owned(),
                }
            } else {
                Place::History(index)
            };
            self.setting(&place, (name, value));
        }
        let known = self.found.split_off(before);
        let mut looked = self.scanner.text(line);
        looked.found.retain(|secret| {
            let is_same = |it: &Secret| it.fingerprint == secret.fingerprint;
            !known.iter().any(|(_, it)| is_same(it))
        });
        self.found.extend(known);
        self.add(&Place::History(index), looked);
    }

    fn add(&mut self, place: &Place, looked: Looked) {
        let left = self.most.saturating_sub(self.found.len());
        let found = looked.found.into_iter().take(left);
        self.found
            .extend(found.map(|secret| (place.clone(), secret)));
    }
}

/// Whether a line sets the environment, and does not only use arguments.
fn is_env(line: &str) -> bool {
    let step = line.strip_prefix("/bin/sh -c #(nop)").unwrap_or(line);
    let word = step.trim_start().get(..4).unwrap_or_default();
    word.eq_ignore_ascii_case("ENV ")
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
            assert_eq!(of_config(&config, &secrets, &limits).len(), found, "{why}");
        }
    }
}
