//! A file to reports: kubesec's way of cutting it into documents, and what that way loses.
//!
//! It cuts at `\n---\n` only, and of each part it reads the first document. Kubernetes cuts at every
//! line that begins with `---`.

use model::{Gap, GapKind};
use yaml::{Document, Problem};

use super::judge::{self, Documents, Duplicates, Settings, judge};
use super::problem;
use super::report::Report;

/// What came of a file.
#[derive(Debug)]
pub struct Scan {
    /// A report for each object, in order.
    pub reports: Vec<Report>,
    /// What was not judged.
    pub lost: Vec<Gap>,
}

/// A file that cannot be judged at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadInput {
    /// There is nothing in it.
    Empty,
    /// It is no YAML; the text is that of Go's parser.
    Yaml(String),
}

impl std::fmt::Display for BadInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "Invalid input",
            Self::Yaml(why) => why,
        })
    }
}

impl std::error::Error for BadInput {}

const SEPARATOR: &[u8] = b"\n---\n";

const LOST: &str = "objects that were not judged";

/// Judges a file.
///
/// # Errors
/// It is empty, or a part of it is no YAML: then nothing of it is judged, as by kubesec.
pub fn scan(bytes: &[u8], settings: &Settings<'_>) -> Result<Scan, BadInput> {
    scan_documents(bytes, &yaml::read(bytes, &settings.limits), settings)
}

/// Judges a file whose documents were read already.
///
/// # Errors
/// As [`scan`].
pub fn scan_documents(
    bytes: &[u8],
    read: &yaml::Documents,
    settings: &Settings<'_>,
) -> Result<Scan, BadInput> {
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    // positions count from behind the mark
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let duplicates = if is_json {
        Duplicates::Refused
    } else {
        Duplicates::Forgiven
    };
    let mut cut = Cut {
        settings,
        read,
        text,
        duplicates,
        reports: Vec::new(),
        lost: Vec::new(),
    };
    if settings.documents == Documents::All {
        return Ok(cut.all());
    }
    let parts = if is_json { vec![text] } else { split(text) };
    let (count, mut start) = (parts.len(), 0);
    for (index, part) in parts.into_iter().enumerate() {
        let end = start + part.len() + SEPARATOR.len();
        let trimmed = part.trim_ascii();
        let is_last = index + 1 == count;
        if !trimmed.is_empty() && trimmed != b"---" {
            let end = if is_last { usize::MAX } else { end };
            cut.part(start, end)?;
        } else if is_last && cut.reports.is_empty() {
            return Err(BadInput::Empty);
        }
        start = end;
    }
    Ok(Scan {
        reports: cut.reports,
        lost: cut.lost,
    })
}

fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    let next = |rest: &[u8]| {
        let mut places = rest.windows(SEPARATOR.len());
        places.position(|five| five == SEPARATOR)
    };
    while let Some((part, behind)) = next(rest).and_then(|at| rest.split_at_checked(at)) {
        parts.push(part);
        rest = behind.get(SEPARATOR.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

struct Cut<'s> {
    settings: &'s Settings<'s>,
    read: &'s yaml::Documents,
    text: &'s [u8],
    duplicates: Duplicates,
    reports: Vec<Report>,
    lost: Vec<Gap>,
}

impl Cut<'_> {
    /// Judges the first document between two places of the file; the others are lost.
    fn part(&mut self, start: usize, end: usize) -> Result<(), BadInput> {
        let documents = inside(&self.read.documents, start, end, document_offset);
        let problems = inside(&self.read.problems, start, end, |problem| {
            problem.position.offset
        });
        let mut documents = documents.iter();
        let first = documents.next();
        let is_before = |problem: &&Problem| {
            problem.kind != GapKind::Unread
                && first.is_none_or(|first| problem.position < first.root.position())
        };
        if let Some(problem) = problems.iter().find(is_before) {
            return Err(BadInput::Yaml(problem::to_go(problem, self.text)));
        }
        let report = judge(first, self.duplicates, self.settings);
        self.reports.push(report);
        self.lost.extend(first.and_then(|first| {
            let items = list_items(first)?;
            let why = format!("kubesec does not look at the {items} items of a List");
            Some(self.gap(first, why))
        }));
        for document in documents {
            let why = "kubesec does not see that a document begins here".to_owned();
            self.lost.push(self.gap(document, why));
        }
        for problem in problems {
            let file = self.settings.file_name;
            self.lost.push(problem.to_gap(file, LOST));
        }
        Ok(())
    }

    fn gap(&self, document: &Document, why: String) -> Gap {
        let place = format!("{}:{}", self.settings.file_name, document.root.position());
        Gap::new(GapKind::Unread, place, why, LOST)
    }

    /// Judges all documents, and the items of lists one by one.
    fn all(self) -> Scan {
        let mut found: Vec<(usize, Report)> = Vec::new();
        for document in &self.read.documents {
            let root = &document.root;
            let offset = root.position().offset;
            if root.is_null() {
                continue;
            }
            if list_items(document).is_some() {
                let items = root.get("items").map(yaml::Node::items).unwrap_or_default();
                let items = items.iter().filter(|item| !item.is_null());
                found.extend(items.map(|item| (offset, judge::judge_node(item, self.settings))));
            } else {
                let report = judge(Some(document), self.duplicates, self.settings);
                found.push((offset, report));
            }
        }
        for problem in &self.read.problems {
            let mut report = judge::empty("Unknown".to_owned(), self.settings.file_name);
            report.message = problem::to_go(problem, self.text);
            found.push((problem.position.offset, report));
        }
        found.sort_by_key(|(offset, _)| *offset);
        Scan {
            reports: found.into_iter().map(|(_, report)| report).collect(),
            lost: Vec::new(),
        }
    }
}

fn document_offset(document: &Document) -> usize {
    document.root.position().offset
}

/// Returns the elements of a sorted list whose offset is in a range.
fn inside<T>(list: &[T], start: usize, end: usize, offset: fn(&T) -> usize) -> &[T] {
    let from = list.partition_point(|element| offset(element) < start);
    let to = list.partition_point(|element| offset(element) < end);
    list.get(from..to).unwrap_or_default()
}

fn list_items(document: &Document) -> Option<usize> {
    let kind = document.root.get("kind")?.as_str()?;
    let items = document.root.get("items")?.items().len();
    kind.ends_with("List").then_some(items)
}
