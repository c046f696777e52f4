//! Workflow commands of GitHub Actions: each problem as an annotation of its line.
//!
//! Source of truth: "Workflow commands for GitHub Actions", which also says what to escape.

use std::io;

use model::Severity;

use super::Output;
use crate::problem::{gaps, problems, sentence};
use crate::text::safe;
use crate::{Answers, origin};

pub(super) static OUTPUT: Output = Output {
    name: "github",
    write,
};

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for (answer, _) in answers.each {
        let problems = problems(answer);
        if problems.is_empty() && gaps(answer).is_empty() {
            writeln!(out, "::notice title=seaworthy::nothing was found")?;
        }
        for problem in problems.iter().filter(|it| it.waived.is_none()) {
            let (line, column) = problem.place;
            writeln!(
                out,
                "::{} file={},line={line},col={column},title={}::{}",
                command(problem.severity),
                property(problem.file),
                property(problem.id),
                data(&format!("{} (fix: {})", problem.message, problem.fix)),
            )?;
        }
        for gap in gaps(answer) {
            let text = data(&sentence(gap));
            writeln!(out, "::warning title=not looked at::{text}")?;
        }
        if let Some(origin) = origin::of_answer(answer) {
            // a line of the log: annotations are few, and this is none
            writeln!(out, "data: {}", data(&origin))?;
        }
    }
    Ok(())
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Unknown => "notice",
    }
}

fn data(text: &str) -> String {
    safe(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
