//! Rules of the catalogue that the secret engine answers: each of its findings has the id and the severity
//! of a format of token.

use model::{Rule, Severity};

const FIX: &str = "give the secret when the container starts, RUN --mount=type=secret in the build; and make another one: whoever had the image has this one";
const CONTROLS: &[&str] = &["CIS Docker 4.10", "NIST SP 800-190 4.1.4"];

/// What the scanner `secret` finds, by where it lies.
pub static RULES: [Rule; 4] = [
    Rule {
        id: "SEC-FILE",
        title: "secret in a file",
        severity: Severity::High,
        concern: "whoever pulls the image has it",
        fix: FIX,
        maps_to: CONTROLS,
    },
    Rule {
        id: "SEC-BELOW",
        title: "secret in a file that a later layer removed or replaced",
        severity: Severity::High,
        concern: "the layer that holds it is pulled with the others; that no container shows it hides nothing",
        fix: FIX,
        maps_to: CONTROLS,
    },
    Rule {
        id: "SEC-ENV",
        title: "secret in the configuration: ENV, a label, a command",
        severity: Severity::High,
        concern: "whoever may look at the image or at a container of it reads it",
        fix: FIX,
        maps_to: CONTROLS,
    },
    Rule {
        id: "SEC-HIST",
        title: "secret in the history or an argument of the build",
        severity: Severity::High,
        concern: "the history is part of the image, and shows every command as it was written",
        fix: FIX,
        maps_to: CONTROLS,
    },
];

/// Whether a rule of the catalogue is answered by the secret engine.
pub fn answers(id: &str) -> bool {
    RULES.iter().any(|rule| rule.id == id)
}
