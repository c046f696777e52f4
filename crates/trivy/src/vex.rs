//! What publishers say of problems in their products: VEX, as `OpenVEX`, CSAF or CycloneDX.
//!
//! Source of truth: the `OpenVEX` specification 0.2; CSAF 2.0 §3.2 (product tree, `product_status`);
//! CycloneDX 1.5 and later, `vulnerabilities[].analysis`. A statement that a product is not affected, or
//! mended, takes findings in it out; of several about the same the last in the file counts.

mod csaf;
mod cyclonedx;
mod index;
mod openvex;
mod statements;

use std::sync::Arc;

use serde_json::Value;

use self::index::Index;
pub(crate) use self::statements::reason;
use self::statements::{Read, Said, Statement};
use crate::late::{IsLate, Late};
use crate::report::{Finding, ModifiedFinding, Report, Vulnerability};
use model::Purl;

/// Depth of nested values that no document has.
const MAX_DEPTH: usize = 64;
/// Pairs of a problem's name and a product that a document may speak of, and pairs of product and part.
const MOST_STATEMENTS: usize = 1_000_000;
/// Names of a problem that are told of a statement which fits nothing.
const TOLD_IDS: usize = 4;

/// A document.
#[derive(Debug, Clone)]
pub struct Vex {
    /// The file.
    source: String,
    is_cyclonedx: bool,
    statements: Vec<Statement>,
}

/// Statements of documents that say nothing about a report.
pub type Statements = Vec<String>;

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Product {
    /// A package, or an image that holds it.
    Purl(Arc<Purl>),
    /// A package as part of a product.
    Part { whole: Arc<Purl>, part: Arc<Purl> },
    /// A component by its name in a bill of materials, which has this serial number.
    Linked { serial: String, name: String },
    /// Something without a package URL, which no finding is known to be in.
    Unnamed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    NotAffected,
    Fixed,
    Affected,
    UnderInvestigation,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::Affected => "affected",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It became too late.
    #[error(transparent)]
    Late(#[from] Late),
    /// It is none.
    #[error("{0}")]
    Bad(String),
}

impl From<String> for Unread {
    fn from(why: String) -> Self {
        Self::Bad(why)
    }
}

impl Vex {
    /// Reads a document of whichever kind.
    ///
    /// # Errors
    /// Says why it is none, or that it became too late.
    pub fn read(source: &str, bytes: &[u8], is_late: IsLate<'_>) -> Result<Self, Unread> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if !is_shallow(&value, MAX_DEPTH) {
            return Err(format!("values are nested deeper than {MAX_DEPTH}").into());
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_cyclonedx = text("bomFormat") == "CycloneDX";
        let mut read = Read::new(is_late);
        if is_cyclonedx {
            cyclonedx::read(&value, &mut read)?;
        } else if text("@context").contains("openvex") {
            openvex::read(&value, &mut read)?;
        } else if value.pointer("/document/csaf_version").is_some() {
            csaf::read(&value, &mut read)?;
        } else {
            return Err("it is neither OpenVEX, nor CSAF, nor CycloneDX"
                .to_owned()
                .into());
        }
        Ok(Self {
            source: source.to_owned(),
            is_cyclonedx,
            statements: read.statements,
        })
    }

    /// Says why a document cannot speak of a report on this kind of artifact: CycloneDX names components of
    /// bills of materials, and of nothing else.
    ///
    /// # Errors
    /// Trivy's words for it.
    pub fn check(&self, artifact_type: &str) -> Result<(), String> {
        if self.is_cyclonedx && artifact_type != "cyclonedx" {
            return Err("CycloneDX VEX can be used with CycloneDX SBOM".to_owned());
        }
        Ok(())
    }
}

/// Takes out findings that do not count by what documents say; returns the statements that were about
/// nothing in the report.
///
/// # Errors
/// It became too late.
pub fn apply(
    report: &mut Report,
    documents: &[Vex],
    is_late: IsLate<'_>,
) -> Result<Statements, Late> {
    if documents.is_empty() {
        return Ok(Statements::new());
    }
    let image = Image::new(report);
    let indexed = documents.iter().map(|it| Indexed::new(it, is_late));
    let mut indexed = indexed.collect::<Result<Vec<_>, Late>>()?;
    for found in &mut report.results {
        let mut kept = Vec::new();
        for it in std::mem::take(&mut found.vulnerabilities) {
            Late::check(is_late)?;
            let mut each = indexed.iter_mut();
            match each.find_map(|document| document.about(&it, &image)) {
                Some((said, source)) => found.modified_findings.push(ModifiedFinding {
                    r#type: "vulnerability".to_owned(),
                    status: said.status.name().to_owned(),
                    statement: Arc::clone(&said.why),
                    source: source.to_owned(),
                    finding: Finding::Vulnerability(Box::new(it)),
                }),
                None => kept.push(it),
            }
        }
        found.vulnerabilities = kept;
    }
    let idle = indexed.iter().flat_map(|it| unused(it.document, &it.used));
    Ok(idle.collect())
}

/// Returns a line for each run of statements that say the same, of which one was about nothing.
fn unused(document: &Vex, used: &[bool]) -> Vec<String> {
    let unused = document.statements.iter().zip(used);
    let unused = unused.filter(|(_, is_used)| !**is_used);
    let mut said: Vec<&Arc<Said>> = unused.map(|(statement, _)| &statement.said).collect();
    said.dedup_by(|a, b| Arc::ptr_eq(a, b));
    let mut lines: Vec<String> = said.into_iter().map(|said| line(document, said)).collect();
    lines.dedup();
    lines
}

fn line(document: &Vex, said: &Said) -> String {
    let told = said.ids.iter().take(TOLD_IDS).map(String::as_str);
    let ids = told.collect::<Vec<_>>().join(", ");
    let more = match said.ids.len().saturating_sub(TOLD_IDS) {
        0 => String::new(),
        more => format!(" and {more} more names"),
    };
    let status = said.status.name();
    format!("{}: {ids}{more} ({status})", document.source)
}

/// A document whose statements are found by what they are about.
struct Indexed<'a> {
    document: &'a Vex,
    index: Index<'a>,
    /// Which statements were about something.
    used: Vec<bool>,
}

impl<'a> Indexed<'a> {
    fn new(document: &'a Vex, is_late: IsLate<'_>) -> Result<Self, Late> {
        Ok(Self {
            document,
            index: Index::new(&document.statements, is_late)?,
            used: vec![false; document.statements.len()],
        })
    }

    /// Returns what takes a finding out, and where that is written; marks the statements that are about it.
    fn about(&mut self, it: &Vulnerability, image: &Image) -> Option<(&'a Said, &'a str)> {
        let package = Purl::read(&it.identifier.purl);
        let mut last = None;
        for at in self.index.of(it, package.as_ref(), image) {
            let statement = self.document.statements.get(at)?;
            if statement.product.holds(it, package.as_ref(), image) {
                if let Some(used) = self.used.get_mut(at) {
                    *used = true;
                }
                last = last.max(Some(at));
            }
        }
        let last = &self.document.statements.get(last?)?.said;
        let is_out = matches!(last.status, Status::NotAffected | Status::Fixed);
        is_out.then_some((last.as_ref(), self.document.source.as_str()))
    }
}

impl Product {
    fn holds(&self, it: &Vulnerability, package: Option<&Purl>, image: &Image) -> bool {
        let is_image = |purl: &Purl| image.purls.iter().any(|image| purl.fits(image));
        let is_package = |purl: &Purl| package.is_some_and(|package| purl.fits(package));
        match self {
            Self::Purl(purl) => is_package(purl) || is_image(purl),
            Self::Part { whole, part } => {
                is_package(part) && (is_image(whole) || is_package(whole))
            }
            Self::Unnamed => false,
            Self::Linked { serial, name } => *serial == image.serial && is_named(it, name),
        }
    }
}

/// Whether a package has this name in a document of CycloneDX.
fn is_named(it: &Vulnerability, name: &str) -> bool {
    let own = &it.identifier;
    name == own.bom_ref || name == own.purl
}

/// By what an image is known.
struct Image {
    purls: Vec<Purl>,
    /// The serial number of its document of CycloneDX.
    serial: String,
}

impl Image {
    fn new(report: &Report) -> Self {
        let bom = crate::bom::Bom::new(report);
        let root = bom.components.first().map(|root| root.purl.to_string());
        let purl = root.and_then(|purl| Purl::read(&purl));
        Self {
            purls: purl.into_iter().collect(),
            serial: crate::formats::serial(report),
        }
    }
}

fn is_shallow(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(items) => items.iter().all(|item| is_shallow(item, depth)),
        Value::Object(entries) => entries.values().all(|item| is_shallow(item, depth)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Returns the elements of a list; none where there is no list.
fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns the statements of a document, or what each of them is about.
fn told<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("`{name}` is no list")),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
