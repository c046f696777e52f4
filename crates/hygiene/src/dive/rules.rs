//! dive's gate: three thresholds.

use super::Figures;

/// The thresholds; none is a rule that is switched off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Efficiency below which an image fails, from 0 to 1.
    pub lowest_efficiency: Option<f64>,
    /// Wasted bytes above which it fails.
    pub highest_wasted_bytes: Option<u64>,
    /// Wasted bytes, by those of all layers but the lowest, above which it fails; from 0 to 1.
    pub highest_user_wasted_percent: Option<f64>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lowest_efficiency: Some(0.9),
            highest_wasted_bytes: None,
            highest_user_wasted_percent: Some(0.1),
        }
    }
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The image is as it should be.
    Pass,
    /// It is not.
    Fail,
    /// The rule is switched off.
    Skip,
}

impl Outcome {
    /// Returns dive's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Skip => "SKIP",
        }
    }
}

/// A rule and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The rule's name, as in `.dive-ci`.
    pub name: &'static str,
    /// What it says.
    pub outcome: Outcome,
    /// Why it fails, or that it is off; empty if it passes.
    pub why: String,
}

impl Rules {
    /// Judges figures, the rules by name.
    pub fn judge(&self, figures: &Figures) -> [Judged; 3] {
        [
            judged(
                "highestUserWastedPercent",
                self.highest_user_wasted_percent,
                |most| {
                    let got = figures.user_wasted;
                    // no number and infinity: no layer but the lowest has bytes
                    let is_bad = got.is_finite() && got > most;
                    let (got, most) = (got * 100.0, most * 100.0);
                    is_bad.then(|| {
                        format!("{got:.2} % of the bytes above the lowest layer are wasted, more than {most:.2} %")
                    })
                },
            ),
            judged("highestWastedBytes", self.highest_wasted_bytes, |most| {
                let got = figures.wasted_bytes;
                (got > most).then(|| format!("{got} bytes are wasted, more than {most}"))
            }),
            judged("lowestEfficiency", self.lowest_efficiency, |least| {
                let got = figures.efficiency;
                (got < least).then(|| format!("the efficiency is {got:.4}, less than {least}"))
            }),
        ]
    }
}

fn judged<T>(
    name: &'static str,
    threshold: Option<T>,
    why: impl FnOnce(T) -> Option<String>,
) -> Judged {
    let (outcome, why) = match threshold.map(why) {
        None => (Outcome::Skip, "rule disabled".to_owned()),
        Some(None) => (Outcome::Pass, String::new()),
        Some(Some(why)) => (Outcome::Fail, why),
    };
    Judged { name, outcome, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_threshold_has_its_say() {
        let figures = |efficiency, wasted_bytes, user_wasted| Figures {
            efficiency,
            wasted_bytes,
            user_wasted,
            layer_bytes: Vec::new(),
            repeated: Vec::new(),
        };
        let strict = Rules {
            highest_wasted_bytes: Some(10),
            ..Rules::default()
        };
        for (rules, figures, want) in [
            (Rules::default(), figures(0.95, 99, 0.05), "PASS SKIP PASS"),
            (Rules::default(), figures(0.8, 99, 0.05), "PASS SKIP FAIL"),
            (Rules::default(), figures(0.9, 99, 0.1), "PASS SKIP PASS"),
            (Rules::default(), figures(0.95, 99, 0.2), "FAIL SKIP PASS"),
            (
                Rules::default(),
                figures(1.0, 0, f64::NAN),
                "PASS SKIP PASS",
            ),
            (strict, figures(1.0, 11, 0.0), "PASS FAIL PASS"),
            (strict, figures(1.0, 10, 0.0), "PASS PASS PASS"),
        ] {
            let got = rules.judge(&figures).map(|judged| judged.outcome.name());
            assert_eq!(got.join(" "), want, "{figures:?}");
        }
    }
}
