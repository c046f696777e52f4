//! dive's figures as its JSON and as the text of its `--ci`.

use std::fmt::Write as _;

use model::ImageConfig;
use serde_json::{Value, json};

use super::{Figures, Judged, Outcome, Repeated};

/// Writes the JSON of dive's `--json`; the files of each layer are not in it.
///
/// # Errors
/// None that texts and numbers can cause.
pub fn to_json(figures: &Figures, config: &ImageConfig) -> serde_json::Result<String> {
    let steps = config.history.iter().filter(|step| !step.empty_layer);
    let commands = steps
        .map(|step| &*step.created_by)
        .chain(std::iter::repeat(""));
    let digests = config.rootfs.diff_ids.iter().map(String::as_str);
    let digests = digests.chain(std::iter::repeat(""));
    let layers = figures.layer_bytes.iter().zip(digests).zip(commands);
    let layers: Vec<Value> = layers
        .enumerate()
        .map(|(index, ((bytes, digest), command))| {
            json!({
                "index": index,
                "digestId": digest,
                "sizeBytes": bytes,
                "command": command,
            })
        })
        .collect();
    let files: Vec<Value> = figures.repeated.iter().map(file).collect();
    let document = json!({
        "layer": layers,
        "image": {
            "sizeBytes": figures.bytes(),
            "inefficientBytes": figures.wasted_bytes,
            "efficiencyScore": number(figures.efficiency),
            "fileReference": files,
        },
    });
    serde_json::to_string_pretty(&document)
}

/// Writes a whole number without a fraction, as Go does.
fn number(value: f64) -> Value {
    if value >= 1.0 { json!(1) } else { json!(value) }
}

pub(super) fn file(repeated: &Repeated) -> Value {
    json!({
        "count": repeated.count,
        "sizeBytes": repeated.bytes,
        "file": repeated.path,
    })
}

/// Writes figures, paths and what the rules say.
pub fn to_text(figures: &Figures, judged: &[Judged]) -> String {
    let mut text = format!("  efficiency: {:.4} %\n", figures.efficiency * 100.0);
    let _never = writeln!(text, "  wastedBytes: {} bytes", figures.wasted_bytes);
    let wasted = figures.user_wasted * 100.0;
    let wasted = if wasted.is_finite() { wasted } else { 0.0 };
    let _never = writeln!(text, "  userWastedPercent: {wasted:.4} %");
    text.push_str("Inefficient Files:\nCount  Wasted Space  File Path\n");
    if figures.repeated.is_empty() {
        text.push_str("None\n");
    }
    for repeated in &figures.repeated {
        let Repeated { count, bytes, path } = repeated;
        let _never = writeln!(text, "{count:>5}  {bytes:>12}  {path}");
    }
    text.push_str("Results:\n");
    for Judged { name, outcome, why } in judged {
        let why = match &**why {
            "" => String::new(),
            why => format!(": {why}"),
        };
        let _never = writeln!(text, "  {}: {name}{why}", outcome.name());
    }
    let count = |outcome| judged.iter().filter(|it| it.outcome == outcome).count();
    let (failed, passed) = (count(Outcome::Fail), count(Outcome::Pass));
    let word = if failed > 0 { "FAIL" } else { "PASS" };
    let (total, skipped) = (judged.len(), count(Outcome::Skip));
    let _never = writeln!(
        text,
        "Result:{word} [Total:{total}] [Passed:{passed}] [Failed:{failed}] [Warn:0] [Skipped:{skipped}]"
    );
    text
}
