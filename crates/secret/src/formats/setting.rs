//! Settings whose names say that they are secret.

use model::Severity;

use crate::evidence::written;
use crate::format::{ANY, Format, Scope, Shape};

pub(super) static FORMATS: &[Format] = &[Format {
    id: "env-name",
    title: "value of a secret setting",
    severity: Severity::Medium,
    shape: Shape::Within(
        "^(?i)(?:[0-9a-z]+_)*(?:(?:[0-9a-z]*(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|secret_?key)|(?:admin|db|ftp|key|mysql|pg|redis|root|smtp|ssh|store|user)?pass|pwd|cred(?:ential)?s?|auth)(?:_[0-9a-z]+)*|pw)=(?P<s>.{3,})$",
    ),
    check: written::setting,
    scope: Scope::Setting,
    ..ANY
}];
