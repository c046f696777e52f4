//! Ids of elements: the hash of what Trivy knows of each.
//!
//! Source of truth: trivy-outputs.md A.4, trivy.md §2.3. Zero values count here, and of lists the order
//! does not.

use ::report::go_hash::{Struct, finish, fnv, text};
use sha1::{Digest as _, Sha1};

use crate::bom::{Component, Kind};
use model::Purl;

/// Returns the id of a component.
pub(super) fn element(component: &Component<'_>) -> String {
    let (kind, hash) = match component.kind {
        Kind::Container => ("ContainerImage", root(component, "container_image")),
        Kind::Filesystem => ("Filesystem", root(component, "filesystem")),
        Kind::Repository => ("Repository", root(component, "repository")),
        Kind::Vm => ("Vm", root(component, "vm")),
        Kind::Os => ("OperatingSystem", structure(component, "os")),
        Kind::Application => ("Application", structure(component, "application")),
        Kind::Library => ("Package", structure(component, "library")),
    };
    format!("SPDXRef-{kind}-{hash:x}")
}

/// Returns the id of a file.
pub(super) fn file(path: &str) -> String {
    format!("SPDXRef-File-{:x}", text(path))
}

/// Returns the id of a licence that SPDX does not list.
pub(super) fn license(name: &str, extracted: &str) -> String {
    let mut hash = Struct::named("OtherLicense");
    for (field, value) in [
        ("LicenseIdentifier", ""),
        ("ExtractedText", extracted),
        ("LicenseName", name),
    ] {
        hash.add(field, text(value));
    }
    hash.add("LicenseCrossReferences", 0);
    hash.add("LicenseComment", text(""));
    format!("LicenseRef-{:x}", hash.hash())
}

/// Returns the code that proves a package of one file: the SHA-1 of the file's own.
///
/// Source of truth: SPDX 2.3 §7.9.
pub(super) fn verification_code(algorithm: &str, sum: &str) -> String {
    // a file without a SHA-1 adds nothing to it
    let sum = if algorithm == "SHA1" { sum } else { "" };
    let hash = Sha1::digest(sum.as_bytes());
    hash.iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn root(component: &Component<'_>, kind: &str) -> u64 {
    text(&format!("{}-{kind}", component.name))
}

fn structure(component: &Component<'_>, kind: &str) -> u64 {
    let package = component.package;
    let of_package = |field: fn(&crate::report::Package) -> &str| package.map_or("", field);
    let source_version = package.map(crate::report::Package::source_version);
    let licenses = package.map_or(&[][..], |it| &it.licenses);
    let mut hash = Struct::named("Component");
    hash.add("Type", text(kind));
    hash.add("Root", fnv(&[0]));
    hash.add("Name", text(&component.name));
    hash.add("Group", text(&component.group));
    hash.add("Version", text(&component.version));
    hash.add("SrcName", text(of_package(|it| &it.src_name)));
    hash.add("SrcVersion", text(&source_version.unwrap_or_default()));
    hash.add("SrcFile", text(component.source_file));
    hash.add(
        "Licenses",
        licenses.iter().fold(0, |all, it| all ^ text(it)),
    );
    hash.add("PkgIdentifier", identifier(component));
    hash.add("Supplier", text(of_package(|it| &it.maintainer)));
    hash.add("Files", files(component));
    let properties = component.properties.iter().map(property);
    hash.add("Properties", finish(properties.fold(0, |all, it| all ^ it)));
    hash.hash()
}

fn identifier(component: &Component<'_>) -> u64 {
    let own = component.package.map(|it| &it.identifier);
    let purl = Purl::read(&component.purl);
    let part = |field: fn(&Purl) -> &str| text(purl.as_ref().map_or("", field));
    let mut url = Struct::named("PackageURL");
    url.add("Type", part(|it| &it.kind));
    url.add("Namespace", part(|it| &it.namespace));
    url.add("Name", part(|it| &it.name));
    url.add("Version", part(|it| &it.version));
    let qualifiers = purl.iter().flat_map(|it| &it.qualifiers);
    let qualifiers = qualifiers.map(|(key, value)| {
        let mut hash = Struct::named("Qualifier");
        hash.add("Key", text(key));
        hash.add("Value", text(value));
        hash.hash()
    });
    url.add("Qualifiers", qualifiers.fold(0, |all, it| all ^ it));
    url.add("Subpath", part(|it| &it.subpath));
    let mut hash = Struct::named("PkgIdentifier");
    hash.add("UID", text(own.map_or("", |it| &it.uid)));
    hash.add("PURL", url.hash());
    hash.add("BOMRef", text(own.map_or("", |it| &it.bom_ref)));
    hash.hash()
}

fn files(component: &Component<'_>) -> u64 {
    let package = component.package;
    let Some(package) = package.filter(|it| !it.file_path.is_empty() || !it.digest.is_empty())
    else {
        return 0;
    };
    let digests = match package.digest.as_str() {
        "" => 0,
        digest => text(digest),
    };
    let mut hash = Struct::named("File");
    hash.add("Path", text(&package.file_path));
    hash.add("Digests", digests);
    hash.hash()
}

fn property((name, value): &(String, String)) -> u64 {
    let mut hash = Struct::named("Property");
    hash.add("Name", text(name));
    hash.add("Value", text(value));
    hash.add("Namespace", text(""));
    hash.add("External", fnv(&[0]));
    hash.hash()
}
