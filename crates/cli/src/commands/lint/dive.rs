//! `seaworthy lint --dive`: what dive says about the layers of an image.

use clap::ArgMatches;
use hygiene::dive::{Layers, Outcome, Rules, forms};
use model::Limits;
use pipeline::{Redactor, Seen};

use super::{flag, tell, text_of, visit, write};
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

/// dive's options, named as in `.dive-ci`.
pub(super) const THRESHOLDS: [(&str, &str); 3] = [
    (
        "lowestEfficiency",
        "With --dive: fail below this, from 0 to 1, or `disabled` [default: 0.9]",
    ),
    (
        "highestWastedBytes",
        "With --dive: fail above this, such as 20MB, or `disabled` [default]",
    ),
    (
        "highestUserWastedPercent",
        "With --dive: fail above this, from 0 to 1, or `disabled` [default: 0.1]",
    ),
];

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let rules = rules(matches, environment)?;
    let limits = Limits::default();
    let mut layers = Layers::default();
    let config = visit(matches, environment, &mut |seen| {
        match seen {
            Seen::Layer => layers.begin_layer(),
            Seen::Member(member, _) => {
                layers.add(&member.path, member.kind.into(), member.size, &limits);
            }
            Seen::End => layers.end_layer(),
        }
        Ok(())
    })?;
    tell(layers.gap());
    let figures = layers.figures();
    let judged = rules.judge(&figures);
    let is_json = matches
        .get_one::<String>("format")
        .is_some_and(|it| it == "json");
    let text = if is_json {
        let shown = Redactor::default().config(config);
        forms::to_json(&figures, &shown)
            .map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?
    } else {
        let text = forms::to_text(&figures, &judged);
        let safe: Vec<_> = text.split('\n').map(report::safe).collect();
        safe.join("\n")
    };
    write(matches, &text)?;
    let is_gate = flag(matches, "ci") || environment.named("CI") == Some("true");
    let has_failed = judged.iter().any(|it| it.outcome == Outcome::Fail);
    Ok(if is_gate && has_failed {
        Exit::Failed(1)
    } else {
        Exit::Passed
    })
}

/// Flags, else `.dive-ci` of the working folder, else dive's defaults.
fn rules(matches: &ArgMatches, environment: &Environment) -> Result<Rules, Failure> {
    let file = text_of(environment, ".dive-ci")?.unwrap_or_default();
    let document = match file.trim() {
        "" => None,
        _ => Some(
            yaml::read_one(file.as_bytes(), &yaml::Limits::default())
                .map_err(|problem| Failure::usage(format!(".dive-ci: {problem}")))?,
        ),
    };
    let in_file = |name: &str| {
        let rules = document.as_ref()?.root.get("rules")?;
        rules.get(name)?.text().map(ToOwned::to_owned)
    };
    let text = |name: &str| {
        let flag = matches.get_one::<String>(name).cloned();
        flag.or_else(|| in_file(name))
    };
    let usual = Rules::default();
    let [efficiency, wasted, user_wasted] = THRESHOLDS.map(|(name, _)| Threshold {
        name,
        text: text(name),
    });
    Ok(Rules {
        lowest_efficiency: efficiency.or(usual.lowest_efficiency, share)?,
        highest_wasted_bytes: wasted.or(usual.highest_wasted_bytes, bytes)?,
        highest_user_wasted_percent: user_wasted.or(usual.highest_user_wasted_percent, share)?,
    })
}

/// A threshold as it was given.
struct Threshold {
    name: &'static str,
    text: Option<String>,
}

impl Threshold {
    fn or<T>(&self, usual: Option<T>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
        let name = self.name;
        match self.text.as_deref() {
            None => Ok(usual),
            Some("disabled") => Ok(None),
            Some(text) => parse(text)
                .map(Some)
                .ok_or_else(|| Failure::usage(format!("{name}: `{text}` is no such threshold"))),
        }
    }
}

fn share(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
}

/// Reads a number with a unit: powers of 1000, or of 1024 with an `i`.
fn bytes(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim().to_lowercase();
    let base: u64 = if unit.contains('i') { 1024 } else { 1000 };
    let power = match unit.chars().next() {
        None | Some('b') => 0,
        Some('k') => 1,
        Some('m') => 2,
        Some('g') => 3,
        Some('t') => 4,
        Some(_) => return None,
    };
    number.checked_mul(base.checked_pow(power)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, want) in [
            ("5", Some(5)),
            ("20MB", Some(20_000_000)),
            ("20 MB", Some(20_000_000)),
            ("1KiB", Some(1024)),
            ("2g", Some(2_000_000_000)),
            ("99999999999999999999", None),
            ("99999999999TB", None),
            ("x", None),
            ("5x", None),
        ] {
            assert_eq!(bytes(text), want, "{text}");
        }
    }
}
