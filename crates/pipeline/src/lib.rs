//! The keel: from a source to a report.
