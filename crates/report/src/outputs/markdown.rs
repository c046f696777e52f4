//! A table for merge requests and wikis, in the Markdown of GitHub.

use std::io;

use super::Output;
use crate::problem::{gaps, problems, sentence};
use crate::text::safe;
use crate::{Answers, origin};

pub(super) static OUTPUT: Output = Output {
    name: "markdown",
    write,
};

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for (at, (answer, _)) in answers.each.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let all = problems(answer);
        let problems: Vec<_> = all.iter().filter(|it| it.waived.is_none()).collect();
        let waived = all.len() - problems.len();
        writeln!(out, "### {}", model::counted(problems.len(), "finding"))?;
        if !problems.is_empty() {
            writeln!(out, "\n| severity | id | where | what | fix |")?;
            writeln!(out, "| --- | --- | --- | --- | --- |")?;
        }
        for problem in problems {
            writeln!(
                out,
                "| {} | {} | {}:{} | {} | {} |",
                problem.severity,
                cell(problem.id),
                cell(problem.file),
                problem.place.0,
                cell(&problem.message),
                cell(&problem.fix),
            )?;
        }
        if waived > 0 {
            let waived = model::counted(waived, "finding");
            writeln!(out, "\n{waived} waived with a reason")?;
        }
        let gaps = gaps(answer);
        if !gaps.is_empty() {
            writeln!(out, "\n**Not looked at**\n")?;
        }
        for gap in gaps {
            writeln!(out, "- {}", cell(&sentence(gap)))?;
        }
        if let Some(origin) = origin::of_answer(answer) {
            writeln!(out, "\ndata: {}", cell(&origin))?;
        }
    }
    Ok(())
}

/// Foreign text may neither end a cell nor become a link, an image or HTML.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for c in safe(text).chars() {
        if "\\`*_{}[]<>()#+!|~&@".contains(c) {
            cell.push('\\');
        }
        cell.push(c);
    }
    cell
}
