//! GitLab's code quality report: one JSON array. Gaps are in it as issues of the least severity, so that
//! an empty list never stands for something that was not looked at.
//!
//! Source of truth: GitLab's "Code Quality report format".

use std::borrow::Cow;
use std::io;

use model::{Gap, Severity};
use serde::Serialize;

use super::Output;
use crate::Answers;
use crate::problem::{Problem, fingerprint, gaps, problems, sentence};
use crate::text::safe;

pub(super) static OUTPUT: Output = Output {
    name: "gitlab",
    write,
};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: Cow<'a, str>,
    fingerprint: Cow<'a, str>,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let problems: Vec<Problem<'_>> = answers
        .each
        .iter()
        .flat_map(|(answer, _)| problems(answer))
        .filter(|problem| problem.waived.is_none())
        .collect();
    let gaps = answers.each.iter().flat_map(|(answer, _)| gaps(answer));
    let issues = problems.iter().map(issue).chain(gaps.map(unseen));
    let issues: Vec<Issue<'_>> = issues.collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue<'a>(problem: &'a Problem<'a>) -> Issue<'a> {
    Issue {
        description: safe(&problem.message).into_owned(),
        check_name: problem.id.into(),
        fingerprint: (&*problem.fingerprint).into(),
        severity: match problem.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Unknown => "info",
        },
        location: Location {
            path: safe(problem.file),
            lines: Lines {
                begin: problem.place.0,
            },
        },
    }
}

fn unseen(gap: &Gap) -> Issue<'_> {
    let text = sentence(gap);
    Issue {
        description: safe(&text).into_owned(),
        check_name: format!("gap/{}", gap.kind.name()).into(),
        fingerprint: fingerprint(&[&text]).into(),
        severity: "info",
        location: Location {
            path: safe(&gap.place),
            lines: Lines { begin: 1 },
        },
    }
}
