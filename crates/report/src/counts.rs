//! How many findings there are of each severity.

use model::{Finding, Severity};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// Findings counted by severity. Serializes as a map, highest severity first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    by_number: [usize; Severity::ALL.len()],
}

impl Counts {
    /// Counts some findings.
    pub(crate) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let number = usize::from(finding.severity.number());
            if let Some(count) = counts.by_number.get_mut(number) {
                *count += 1;
            }
        }
        counts
    }

    /// Returns the findings of all severities.
    pub(crate) fn total(&self) -> usize {
        self.by_number.iter().sum()
    }

    /// Returns each severity with its count, highest first.
    pub(crate) fn highest_first(&self) -> impl Iterator<Item = (Severity, usize)> {
        Severity::ALL.into_iter().zip(self.by_number).rev()
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.by_number.len()))?;
        for (severity, count) in self.highest_first() {
            map.serialize_entry(severity.name(), &count)?;
        }
        map.end()
    }
}
