//! An installed package, and the identifiers by which findings refer to it.

use model::{Build, Image, ImagePath, Report};
use serde::Serialize;

use super::metadata::Layer;
use crate::version_parts::VersionParts;
use crate::{purl, repository, uid};

/// A package with what is derived from it once and printed with each of its findings.
pub(super) struct Identified<'a> {
    pub(super) package: &'a model::Package,
    pub(super) id: String,
    pub(super) identifier: Identifier,
    pub(super) layer: Option<Layer>,
}

impl Identified<'_> {
    pub(super) fn name(&self) -> &str {
        &self.package.name
    }
}

/// Trivy's `Identifier`.
#[derive(Serialize, Clone)]
pub(super) struct Identifier {
    #[serde(rename = "PURL", skip_serializing_if = "String::is_empty")]
    purl: String,
    #[serde(rename = "UID")]
    uid: String,
}

/// Returns every package of the report with its identifiers, in the report's order.
pub(super) fn identify(report: &Report) -> Vec<Identified<'_>> {
    let layer = |image: &Image, package: &model::Package| {
        image.layers.get(package.layer).map(Layer::of_package)
    };
    let identified = |package| Identified {
        package,
        id: package.id(),
        identifier: Identifier {
            purl: purl::purl(package, report.os.as_ref()),
            uid: uid::uid(package),
        },
        layer: report
            .image
            .as_ref()
            .and_then(|image| layer(image, package)),
    };
    report.packages.iter().map(identified).collect()
}

/// Trivy's `Package`, as far as OS packages fill it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Package<'a> {
    #[serde(rename = "ID", skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    identifier: &'a Identifier,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    release: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    epoch: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    arch: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    src_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    src_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    src_release: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    src_epoch: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    licenses: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    maintainer: &'a str,
    #[serde(rename = "Modularitylabel", skip_serializing_if = "str::is_empty")]
    module: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_info: Option<BuildInfo<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<Repository>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'a Layer>,
    #[serde(skip_serializing_if = "str::is_empty")]
    digest: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    installed_files: &'a [ImagePath],
    analyzed_by: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BuildInfo<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    content_sets: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    nvr: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    arch: &'a str,
}

impl<'a> BuildInfo<'a> {
    fn new(build: &'a Build) -> Self {
        Self {
            content_sets: &build.content_sets,
            nvr: &build.nvr,
            arch: &build.arch,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Repository {
    class: &'static str,
}

impl<'a> Package<'a> {
    pub(super) fn new(identified: &'a Identified<'a>) -> Self {
        let package = identified.package;
        let own = VersionParts::new(&package.version, package.format);
        let source = VersionParts::new(&package.source_version, package.format);
        let files = package.files.get(..package.checksummed_files);
        Self {
            id: &identified.id,
            name: &package.name,
            identifier: &identified.identifier,
            version: own.version,
            release: own.release,
            epoch: own.epoch,
            arch: &package.arch,
            src_name: &package.source_name,
            src_version: source.version,
            src_release: source.release,
            src_epoch: source.epoch,
            licenses: &package.licenses,
            maintainer: &package.maintainer,
            module: &package.module,
            build_info: package.build.as_ref().map(BuildInfo::new),
            repository: repository::class(package).map(|class| Repository { class }),
            depends_on: &package.depends_on,
            layer: identified.layer.as_ref(),
            digest: &package.digest,
            installed_files: files.unwrap_or(&package.files),
            analyzed_by: package.format.name(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
