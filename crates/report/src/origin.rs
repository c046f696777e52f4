//! Who vouches for the data that a report rests on.

use model::DataOrigin;

use crate::Answer;

/// Returns who vouches for a database, in a few words.
#[must_use]
pub fn origin(origin: &DataOrigin) -> String {
    match origin {
        DataOrigin::BuiltIn => "built in".to_owned(),
        DataOrigin::Unsigned => "unsigned".to_owned(),
        DataOrigin::Signed { by, is_trusted } => {
            let asked = if *is_trusted {
                ""
            } else {
                " (not checked: no --db-key)"
            };
            let (key, generation) = (&by.key, by.generation);
            format!("signed by key {key}{asked}, generation {generation}")
        }
    }
}

/// Returns the same of the data that had a say in an answer; none had a say in what is said of manifests.
pub(crate) fn of_answer(answer: &Answer<'_>) -> Option<String> {
    match answer {
        Answer::Image(report) if !report.data.is_empty() => Some(origin(&report.origin)),
        Answer::Image(_) | Answer::Manifests(_) => None,
    }
}
