//! How an image is built: ours, since Trivy's report has no place for it.

use model::{Base, Evidence, Flaw, Hygiene, LayerUse, Mark, Newest, Part, Report, Slim};
use serde::Serialize;

/// The key `Hygiene`; documented in `docs/hygiene.md`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Built<'a> {
    flaws: Vec<Found<'a>>,
    card: Vec<Marked<'a>>,
    slim: Measured<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<Below<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<Used>,
}

/// Layers and steps of the history are 0-based, as `Metadata` lists them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Found<'a> {
    #[serde(rename = "RuleID")]
    rule_id: &'a str,
    title: &'a str,
    severity: &'static str,
    message: &'a str,
    concern: &'a str,
    fix: &'a str,
    controls: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Marked<'a> {
    practice: &'a str,
    grade: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Measured<'a> {
    level: u8,
    name: &'static str,
    score: u8,
    deductions: Vec<Lost<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Lost<'a> {
    points: u8,
    why: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Below<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    told_by: model::BaseEvidence,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    created: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    newer: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Used {
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<usize>,
    files: u64,
    file_bytes: u64,
    dead_bytes: u64,
    killed_bytes: u64,
    rewritten_bytes: u64,
    duplicate_bytes: u64,
}

impl<'a> Built<'a> {
    /// Returns it; `None` if nobody looked.
    pub(super) fn new(report: &'a Report) -> Option<Self> {
        let Hygiene {
            flaws,
            layers,
            base,
            slim,
            card,
            // asked by what runs the image, and no finding itself
            running: _,
        } = report.hygiene.as_ref()?;
        Some(Self {
            flaws: flaws.iter().map(found).collect(),
            card: card.iter().map(marked).collect(),
            slim: measured(slim),
            base: base.as_ref().map(below),
            layers: layers.iter().map(used).collect(),
        })
    }
}

fn found(flaw: &Flaw) -> Found<'_> {
    let Evidence {
        path,
        layer,
        history,
    } = &flaw.evidence;
    Found {
        rule_id: &flaw.rule,
        title: &flaw.title,
        severity: flaw.severity.of_flaw(),
        message: &flaw.message,
        concern: &flaw.concern,
        fix: &flaw.fix,
        controls: &flaw.controls,
        path: path.as_ref().map(model::ImagePath::as_str),
        layer: *layer,
        history: *history,
        part: match flaw.part {
            Part::Base => Some("Base"),
            Part::Own => Some("Own"),
            Part::Unknown => None,
        },
        ignored: flaw.waived.as_ref().map(|waiver| &*waiver.reason),
    }
}

fn marked(mark: &Mark) -> Marked<'_> {
    Marked {
        practice: &mark.practice,
        grade: mark.grade.name(),
        reason: &mark.reason,
    }
}

fn measured(slim: &Slim) -> Measured<'_> {
    let lost = slim.deductions.iter().map(|it| Lost {
        points: it.points,
        why: &it.why,
    });
    Measured {
        level: slim.level.number(),
        name: slim.level.name(),
        score: slim.score,
        deductions: lost.collect(),
    }
}

fn below(base: &Base) -> Below<'_> {
    Below {
        name: &base.name,
        told_by: base.told_by,
        confidence: base.told_by.confidence(),
        layers: base.layers,
        created: &base.created,
        newer: match &base.newest {
            Newest::Other(digest) => Some(digest),
            Newest::Untold | Newest::Same => None,
        },
    }
}

const fn used(layer: &LayerUse) -> Used {
    Used {
        history: layer.history,
        files: layer.files,
        file_bytes: layer.file_bytes,
        dead_bytes: layer.dead_bytes,
        killed_bytes: layer.killed_bytes,
        rewritten_bytes: layer.rewritten_bytes,
        duplicate_bytes: layer.duplicate_bytes,
    }
}
