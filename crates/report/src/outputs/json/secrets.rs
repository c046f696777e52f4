//! Secrets: Trivy's shape for each file, and ours with what it has no place for.
//!
//! Trivy prints the bytes of the match as `*`; here everything around that may be secret is, too.

use std::collections::BTreeMap;

use model::{Leak, LeakState, Report, ShownLine, TargetKind};
use serde::Serialize;

use super::metadata::Layer;

/// Trivy's `Secret`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Secret<'a> {
    #[serde(rename = "RuleID")]
    rule_id: &'a str,
    category: &'a str,
    severity: &'static str,
    title: &'a str,
    start_line: u64,
    end_line: u64,
    code: Code<'a>,
    r#match: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<Layer>,
    #[serde(skip_serializing_if = "is_zero")]
    offset: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Code<'a> {
    lines: Vec<Line<'a>>,
}

/// One line of Trivy's `Code`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    number: u64,
    content: &'a str,
    is_cause: bool,
    annotation: &'static str,
    truncated: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    highlighted: &'a str,
    first_cause: bool,
    last_cause: bool,
}

/// Returns the secrets by Trivy's target: a path, or the artifact's name for its configuration.
pub(super) fn by_target(report: &Report) -> BTreeMap<String, Vec<Secret<'_>>> {
    let mut targets: BTreeMap<String, Vec<Secret<'_>>> = BTreeMap::new();
    for leak in report.leaks.iter().flatten() {
        let target = match (leak.place.path(), report.target.kind) {
            (Some(path), TargetKind::Image) => format!("/{path}"),
            (Some(path), TargetKind::RootFs) => path.to_string(),
            (None, _) => report.target.name.clone(),
        };
        let secret = Secret::new(report, leak);
        targets.entry(target).or_default().push(secret);
    }
    for secrets in targets.values_mut() {
        // Trivy's order
        secrets.sort_by(|a, b| (a.rule_id, &a.r#match).cmp(&(b.rule_id, &b.r#match)));
    }
    targets
}

impl<'a> Secret<'a> {
    fn new(report: &'a Report, leak: &'a Leak) -> Self {
        let secret = &leak.secret;
        let layers = report.image.iter().flat_map(|image| &image.layers);
        let layer = leak
            .place
            .layer()
            .and_then(|layer| layers.clone().nth(layer));
        let cause = secret.lines.iter().find(|line| line.is_cause);
        Self {
            rule_id: &secret.rule,
            category: &secret.family,
            severity: secret.severity.name(),
            title: &secret.title,
            start_line: secret.line,
            end_line: secret.end_line,
            code: Code {
                lines: lines(&secret.lines),
            },
            r#match: match (cause, leak.place.path()) {
                (Some(line), _) => line.text.clone(),
                (None, Some(path)) => {
                    format!(
                        "Binary file \"/{path}\" matches a rule \"{}\"",
                        secret.title
                    )
                }
                (None, None) => format!("{}: {}", leak.place, secret.sample),
            },
            layer: layer.map(Layer::of_secret),
            offset: secret.offset,
        }
    }
}

fn lines(lines: &[ShownLine]) -> Vec<Line<'_>> {
    let first = lines.iter().position(|line| line.is_cause);
    let last = lines.iter().rposition(|line| line.is_cause);
    let line = |(at, line): (usize, &'_ ShownLine)| Line {
        number: line.number,
        content: "",
        is_cause: line.is_cause,
        annotation: "",
        truncated: false,
        highlighted: "",
        first_cause: first == Some(at),
        last_cause: last == Some(at),
    };
    let shown = lines.iter().enumerate().map(line).zip(lines);
    shown
        .map(|(empty, line)| Line {
            content: &line.text,
            highlighted: &line.text,
            ..empty
        })
        .collect()
}

/// What more is known of a secret, in the report's order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct More<'a> {
    #[serde(rename = "RuleID")]
    rule_id: &'a str,
    title: &'a str,
    severity: &'static str,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<usize>,
    line: u64,
    column: u64,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_by: Option<usize>,
    sample: &'a str,
    length: u64,
    fingerprint: &'a str,
    proof: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<&'a str>,
}

impl<'a> More<'a> {
    /// Layers are 0-based, as `Metadata.Layers` lists them.
    fn new(leak: &'a Leak, ignored: Option<&'a str>) -> Self {
        let secret = &leak.secret;
        Self {
            rule_id: &secret.rule,
            title: &secret.title,
            severity: secret.severity.name(),
            place: leak.place.to_string(),
            layer: leak.place.layer(),
            line: secret.line,
            column: secret.column,
            state: leak.state.name(),
            removed_by: match leak.state {
                LeakState::Present => None,
                LeakState::Below { removed_by } => Some(removed_by),
            },
            sample: &secret.sample,
            length: secret.length,
            fingerprint: &secret.fingerprint,
            proof: secret.proof.name(),
            package: leak.package.as_deref(),
            note: &secret.note,
            ignored,
        }
    }
}

/// Returns what is told of each secret, those that do not count behind the others; `None` if nobody
/// looked for any.
pub(super) fn more(report: &Report) -> Option<Vec<More<'_>>> {
    let counting = report
        .leaks
        .as_ref()?
        .iter()
        .map(|leak| More::new(leak, None));
    let waived = report.waived_leaks.iter();
    let waived = waived.map(|it| More::new(&it.leak, Some(&it.waiver.reason)));
    Some(counting.chain(waived).collect())
}
