//! What closes most, as JSON.

use model::Report;
use serde::Serialize;

use crate::counts::Counts;
use crate::plan;

/// The key `FixPlan`: steps, the one that closes most first.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FixPlan<'a> {
    steps: Vec<Step<'a>>,
    /// Findings without a fix.
    unfixed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Step<'a> {
    what: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    command: String,
    /// Findings, at most.
    closes: usize,
    severities: Counts,
    packages: Vec<Raised<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Raised<'a> {
    name: &'a str,
    installed: &'a str,
    to: &'a str,
}

impl<'a> FixPlan<'a> {
    pub(super) fn new(report: &'a Report) -> Option<Self> {
        let plan = plan::plan(report)?;
        Some(Self {
            steps: plan.steps.into_iter().map(Step::new).collect(),
            unfixed: plan.unfixed,
        })
    }
}

impl<'a> Step<'a> {
    fn new(step: plan::Step<'a>) -> Self {
        let raised = |it: plan::Raised<'a>| Raised {
            name: &it.package.name,
            installed: &it.package.version,
            to: it.to,
        };
        Self {
            what: step.what,
            command: step.command,
            closes: step.closes.total(),
            severities: step.closes,
            packages: step.packages.into_iter().map(raised).collect(),
        }
    }
}
