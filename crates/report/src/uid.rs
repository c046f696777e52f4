//! Trivy's 64-bit hash of a package, by which its findings and packages refer to each other.
//!
//! Source of truth: trivy.md §2.3; recomputed equal for every apk and dpkg package of the
//! conformance data. It is FNV-1 over the structure: fields in declaration order, zero values
//! skipped. Licences of dpkg packages are joined to the package after it is hashed, so they do
//! not count; layer and package URL do not either.

use model::{ImagePath, Package, PackageFormat};

use crate::go_hash::{Struct, finish, ordered, text};
use crate::repository;
use crate::version_parts::VersionParts;

/// Returns the hash in lower-case hex, without leading zeros.
pub(crate) fn uid(package: &Package) -> String {
    let file_path = ordered(text("filePath"), text(""));
    let pkg = ordered(text("pkg"), package_hash(package));
    format!("{:x}", finish(file_path ^ pkg))
}

fn package_hash(package: &Package) -> u64 {
    let own = VersionParts::new(&package.version, package.format);
    let source = VersionParts::new(&package.source_version, package.format);
    let licenses = match package.format {
        PackageFormat::Apk => package.licenses.as_slice(),
        PackageFormat::Dpkg
        | PackageFormat::Rpm
        | PackageFormat::Rpmqa
        | PackageFormat::Language(_) => &[],
    };
    let mut hash = Struct::named("Package");
    hash.text("ID", &package.id());
    hash.text("Name", &package.name);
    hash.text("Version", own.version);
    hash.text("Release", own.release);
    hash.number("Epoch", own.epoch);
    hash.text("Arch", &package.arch);
    hash.text("SrcName", &package.source_name);
    hash.text("SrcVersion", source.version);
    hash.text("SrcRelease", source.release);
    hash.number("SrcEpoch", source.epoch);
    hash.list("Licenses", licenses.iter().map(String::as_str));
    hash.text("Maintainer", &package.maintainer);
    hash.text("Modularitylabel", &package.module);
    if let Some(class) = repository::class(package) {
        let mut of_class = Struct::named("PackageRepository");
        of_class.text("Class", class);
        hash.add("Repository", of_class.hash());
    }
    hash.list("DependsOn", package.depends_on.iter().map(String::as_str));
    hash.text("Digest", &package.digest);
    let files = package.files.iter().take(package.checksummed_files);
    hash.list("InstalledFiles", files.map(ImagePath::as_str));
    hash.text("AnalyzedBy", package.format.name());
    hash.hash()
}
