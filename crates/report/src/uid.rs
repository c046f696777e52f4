//! Trivy's 64-bit hash of a package, by which its findings and packages refer to each other.
//!
//! Source of truth: trivy.md §2.3; recomputed equal for every apk and dpkg package of the
//! conformance data. It is FNV-1 over the structure: fields in declaration order, zero values
//! skipped. Licences of dpkg packages are joined to the package after it is hashed, so they do
//! not count; layer and package URL do not either.

use model::{ImagePath, Package, PackageFormat};

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
        hash.add("Repository", of_class.0);
    }
    hash.list("DependsOn", package.depends_on.iter().map(String::as_str));
    hash.text("Digest", &package.digest);
    let files = package.files.iter().take(package.checksummed_files);
    hash.list("InstalledFiles", files.map(ImagePath::as_str));
    hash.text("AnalyzedBy", package.format.name());
    hash.0
}

/// The running hash of a structure.
struct Struct(u64);

impl Struct {
    fn named(name: &str) -> Self {
        Self(text(name))
    }

    fn add(&mut self, field: &str, value: u64) {
        self.0 = finish(self.0 ^ ordered(text(field), value));
    }

    fn text(&mut self, field: &str, value: &str) {
        if !value.is_empty() {
            self.add(field, text(value));
        }
    }

    fn number(&mut self, field: &str, value: u32) {
        if value != 0 {
            self.add(field, fnv(&u64::from(value).to_le_bytes()));
        }
    }

    fn list<'a>(&mut self, field: &str, values: impl Iterator<Item = &'a str>) {
        let mut values = values.peekable();
        if values.peek().is_some() {
            let hash = values.fold(0, |hash, value| ordered(hash, text(value)));
            self.add(field, hash);
        }
    }
}

fn text(text: &str) -> u64 {
    fnv(text.as_bytes())
}

/// Hashes two hashes whose order counts.
fn ordered(a: u64, b: u64) -> u64 {
    let mut bytes = [0; 16];
    let (low, high) = bytes.split_at_mut(8);
    low.copy_from_slice(&a.to_le_bytes());
    high.copy_from_slice(&b.to_le_bytes());
    fnv(&bytes)
}

/// Ends a hash whose parts were joined by exclusive or.
fn finish(hash: u64) -> u64 {
    fnv(&hash.to_le_bytes())
}

/// FNV-1, 64 bits: multiply, then exclusive or.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(*byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_fnv_1() {
        // Published test vectors of the 64-bit FNV-1.
        for (text, want) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_bd4c_8601_b7be),
            ("foobar", 0x340d_8765_a4dd_a9c2),
        ] {
            assert_eq!(fnv(text.as_bytes()), want, "{text}");
        }
    }
}
