//! A finding: something known to be wrong with a package of an image, explained.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{DataSource, Details, Epss, Kev, Rating, Severity, Status, Waiver};

/// A problem of a package.
///
/// One finding per problem and package, named by its CVE where it has one. Lists sort by package
/// name, package id, installed version, severity (highest first), id and path, as Trivy sorts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Primary id: the CVE, else the GHSA id, else the publisher's own.
    pub id: String,
    /// Other ids of the same problem, sorted.
    pub aliases: Vec<String>,
    /// The vendor's advisory ids, sorted.
    pub vendor_ids: Vec<String>,
    /// Index of the package in [`crate::Report::packages`].
    pub package: usize,
    /// Version that was compared and is shown: the binary's full version.
    pub installed: String,
    /// Version that holds the fix; empty if there is none.
    pub fixed: String,
    /// Version that holds a fix which not everybody gets, such as one for subscribers of Ubuntu Pro; empty if
    /// there is none, or one for all.
    pub fixed_for_some: String,
    /// What the publisher does about it.
    pub status: Status,
    /// The severity that counts.
    pub severity: Severity,
    /// Whose word the severity is; empty if nobody gave one.
    pub severity_source: String,
    /// Whether the severity is only an estimate.
    pub is_severity_estimated: bool,
    /// Whether the publisher gives the severity to the flaw in this package, and not to the flaw alone.
    pub is_severity_of_package: bool,
    /// Everybody's word on the severity, sorted by source; findings share those that are the same.
    pub ratings: Vec<Arc<Rating>>,
    /// CISA's entry, if it is known to be exploited.
    pub kev: Option<Kev>,
    /// FIRST's estimate, if there is one.
    pub epss: Option<Epss>,
    /// Trivy's id of the publisher whose advisory matched (`debian`, `alpine` …).
    pub publisher: String,
    /// Where its advisory comes from, if the database says more than the publisher's id;
    /// findings of one shard share it.
    pub source: Option<Arc<DataSource>>,
    /// Day of the fix, or of the publication, whichever the publisher gives; none if it gives none.
    pub since: Option<Date>,
    /// What people read about it, if the database knows and somebody asked; findings of one flaw share it.
    pub details: Option<Arc<Details>>,
    /// Which part of the image brought the package.
    pub part: Part,
    /// The group that folds it away, if it belongs to one.
    pub group: Option<Group>,
}

/// A finding that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaivedFinding {
    /// What was found.
    pub finding: Finding,
    /// Who says that it does not count.
    pub waiver: Waiver,
}

/// Which part of an image something comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A layer of the base image.
    Base,
    /// A layer that was added to the base.
    Own,
    /// The history does not tell.
    Unknown,
}

/// Findings that are folded into one line because they seldom matter in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Headers of a kernel that is not the running one.
    KernelHeaders,
}
