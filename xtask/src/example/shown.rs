//! What the documents show of the examples' reports: printed here, so that it stays true.

use std::error::Error;
use std::fs;
use std::time::Duration;

use advisory::Database;
use model::Limits;
use pipeline::{Choice, Deadline, Settings, Source, Tools};
use report::{Answer, Answers, View};

/// The documents, each with what it shows.
pub(super) static DOCUMENTS: [(&str, Show); 2] = [
    ("README.md", readme),
    ("docs/read-the-report.md", read_the_report),
];

/// The moment from which ages count in the documents.
const NOW: &str = "2026-11-25T12:00:00Z";
/// How much of a long report the README shows before it leaves the middle out.
const HEAD_LINES: usize = 27;

/// What the plan begins with.
const PLAN: &str = "plan    ";

/// Returns the blocks of a document, in order.
type Show = fn() -> Result<Vec<String>, Box<dyn Error>>;

/// Returns a document with what it shows as it is printed.
#[expect(clippy::disallowed_methods, reason = "these are our own files")]
pub(super) fn updated(path: &str, show: Show) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(crate::root().join(path))?;
    Ok(filled(&text, &show()?))
}

/// Puts `blocks` into the first code blocks that are marked as text.
fn filled(document: &str, blocks: &[String]) -> String {
    const OPEN: &str = "```text\n";
    const CLOSE: &str = "```";
    let mut parts = document.split(OPEN);
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut blocks = blocks.iter();
    for part in parts {
        let (old, rest) = part.split_once(CLOSE).unwrap_or((part, ""));
        let block = blocks.next().map_or(old, String::as_str);
        text.extend([OPEN, block, CLOSE, rest]);
    }
    text
}

/// The head of the storefront's report, the plan, and what was not looked at.
fn readme() -> Result<Vec<String>, Box<dyn Error>> {
    let printed = printed("examples/storefront.tar")?;
    let head: String = printed.split_inclusive('\n').take(HEAD_LINES).collect();
    Ok(vec![format!("{head}…\n{}", section(&printed, PLAN))])
}

/// The parts of the harbour light's report, of its findings the first group only.
fn read_the_report() -> Result<Vec<String>, Box<dyn Error>> {
    let printed = printed("examples/harbour-light.tar")?;
    let mut parts = printed.split_inclusive("\n\n");
    let mut part = || format!("{}\n", parts.next().unwrap_or_default().trim_end());
    let (answer, facts, counts, findings) = (part(), part(), part(), part());
    let group: String = findings
        .split_inclusive('\n')
        .scan(false, |is_over, line| {
            let was_over = std::mem::replace(is_over, *is_over || line.starts_with(" └"));
            (!was_over).then_some(line)
        })
        .collect();
    let findings = format!("{counts}\n{group}");
    let (plan, gaps) = section(&printed, PLAN)
        .split_once("\n\n")
        .unwrap_or_default();
    let (plan, gaps) = (format!("{plan}\n"), gaps.to_owned());
    Ok(vec![answer, facts, findings, plan, gaps])
}

/// Returns what stands below a title, the title included.
fn section<'a>(printed: &'a str, title: &str) -> &'a str {
    let start = printed.find(title).unwrap_or(printed.len());
    printed.get(start..).unwrap_or_default()
}

/// Scans an example and returns the table.
fn printed(example: &str) -> Result<String, Box<dyn Error>> {
    let database = Database::embedded()?;
    let tools = Tools {
        database: &database,
        origin: &model::DataOrigin::BuiltIn,
        cache: None,
    };
    let settings = Settings {
        limits: Limits::default(),
        manner: model::Manner::Own,
        deadline: Deadline::after(Duration::from_mins(1)),
        now: NOW.parse()?,
        skip: regex::RegexSet::empty(),
        secrets: None,
        hygiene: None,
        vulnerabilities: pipeline::Telling::Told,
    };
    let source = Source::Path(crate::root().join(example));
    let reports = pipeline::scan_images(example, &source, &Choice::default(), &tools, &settings)?;
    let mut text = Vec::new();
    for report in &reports {
        let answers = Answers {
            each: &[(Answer::Image(report), View::default())],
            is_list: false,
        };
        report::write("table".parse()?, &answers, &mut text)?;
    }
    Ok(String::from_utf8(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_filled_in_order() {
        let document = "a\n```text\nold\n```\nb\n```sh\nc\n```\n```text\nkept\n```\n";
        let want = "a\n```text\nnew\n```\nb\n```sh\nc\n```\n```text\nkept\n```\n";
        assert_eq!(filled(document, &["new\n".to_owned()]), want);
    }
}
