//! The score card: how the image does in each good practice, with the one reason, on one screen.
//!
//! ```text
//! pass    modular          nginx alone is started
//! fail    persistent       data of PostgreSQL lies in var/lib/postgresql/15/main
//! ```

use std::io;

use model::{Grade, Hygiene};

use super::page::{Ink, Page};
use crate::text::{safe, wrap};

/// Columns of the grades.
const LABEL: usize = 8;
/// As many blanks.
const EMPTY: &str = "        ";
/// Columns of the practices' names.
const PRACTICE: usize = 17;

/// Writes the card.
pub(super) fn write(hygiene: &Hygiene, page: &mut Page<'_>) -> io::Result<()> {
    let count = |grade| {
        hygiene
            .card
            .iter()
            .filter(|mark| mark.grade == grade)
            .count()
    };
    let grades = [Grade::Pass, Grade::Warn, Grade::Fail];
    let counts: Vec<String> = grades
        .iter()
        .map(|grade| format!("{} {}", count(*grade), grade.name()))
        .collect();
    page.labelled((Ink::Heading, "CARD"), &counts.join(", "))?;
    page.gap()?;
    for mark in &hygiene.card {
        let grade = format!("{:<8}", mark.grade.name());
        let practice = format!("{:<PRACTICE$}", mark.practice);
        let room = page.width().saturating_sub(LABEL + PRACTICE);
        let reason = wrap(&safe(&mark.reason), room);
        for (at, line) in reason.iter().enumerate() {
            let blank = " ".repeat(PRACTICE);
            let (grade, practice) = match at {
                0 => (&*grade, &*practice),
                _ => (EMPTY, &*blank),
            };
            page.line(&[
                (ink(mark.grade), grade),
                (Ink::Heading, practice),
                (Ink::Plain, line),
            ])?;
        }
    }
    Ok(())
}

const fn ink(grade: Grade) -> Ink {
    match grade {
        Grade::Pass => Ink::Good,
        Grade::Warn => Ink::Doubtful,
        Grade::Fail => Ink::Bad,
    }
}
