//! Reports to test with.

use model::{
    Finding, ImagePath, Package, PackageFormat, Part, Report, Severity, Status, Target, TargetKind,
};

pub(crate) fn package(name: &str) -> Package {
    Package {
        name: name.to_owned(),
        version: "1.0-1".to_owned(),
        arch: "amd64".to_owned(),
        format: PackageFormat::Dpkg,
        path: ImagePath::default(),
        source_name: name.to_owned(),
        source_version: "1.0-1".to_owned(),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: Vec::new(),
        checksummed_files: 0,
        layer: 0,
    }
}

/// A finding of the first package; it has a fix if `fixed` is not empty.
pub(crate) fn finding(id: &str, severity: Severity, fixed: &str) -> Finding {
    Finding {
        id: id.to_owned(),
        aliases: Vec::new(),
        vendor_ids: Vec::new(),
        package: 0,
        installed: "1.0-1".to_owned(),
        fixed: fixed.to_owned(),
        fixed_for_some: String::new(),
        status: if fixed.is_empty() {
            Status::Affected
        } else {
            Status::Fixed
        },
        severity,
        severity_source: String::new(),
        is_severity_estimated: false,
        is_severity_of_package: false,
        ratings: Vec::new(),
        kev: None,
        epss: None,
        publisher: "debian".to_owned(),
        source: None,
        since: None,
        details: None,
        part: Part::Unknown,
        group: None,
    }
}

pub(crate) fn report(findings: Vec<Finding>) -> Report {
    Report {
        target: Target {
            name: "a.tar".to_owned(),
            kind: TargetKind::Image,
        },
        created: jiff::Timestamp::UNIX_EPOCH,
        image: None,
        os: None,
        eol: None,
        packages: vec![package("a")],
        is_matched: true,
        findings,
        gaps: Vec::new(),
        data: Vec::new(),
        waived: Vec::new(),
        leaks: None,
        waived_leaks: Vec::new(),
        hygiene: None,
        origin: model::DataOrigin::BuiltIn,
    }
}
