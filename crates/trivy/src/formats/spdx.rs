//! SPDX 2.3 as tags and values.
//!
//! Source of truth: trivy-outputs.md A.4; the SPDX specification 2.3 for the form of the lines.

mod document;
mod ids;

use std::fmt::Write as _;
use std::io;

pub(super) use self::document::Document;
use self::document::{Element, File};
use super::{Context, Format, FormatError};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "spdx",
    is_sbom: true,
    write,
};

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let document = Document::new(report, context);
    Ok(out.write_all(lines(&document).as_bytes())?)
}

/// Returns a character as it may stand in a document that people look at: terminals obey others.
fn in_line(letter: char) -> char {
    let is_line = matches!(letter, '\n' | '\t');
    match letter {
        _ if letter.is_control() && !is_line => char::REPLACEMENT_CHARACTER,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => letter,
    }
}

/// Lines of one kind after the other, as SPDX's own library writes them.
struct Lines(String);

impl Lines {
    fn tag(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let value: String = value.chars().map(in_line).collect();
        // a text of several lines is quoted, so it must not end the quotes itself
        let value = value.replace("</text", "<\u{fffd}text");
        // and no line of it is a command to what runs in CI
        let value = value.replace("\n::", "\n\u{fffd}::");
        // Writing to a String cannot fail.
        let _ = if value.contains('\n') {
            writeln!(self.0, "{name}: <text>{value}</text>")
        } else {
            writeln!(self.0, "{name}: {value}")
        };
    }

    fn title(&mut self, text: &str) {
        let text: String = text.chars().map(in_line).collect();
        let _ = writeln!(self.0, "\n##### {text}\n");
    }
}

fn lines(document: &Document<'_>) -> String {
    let mut lines = Lines(String::new());
    lines.tag("SPDXVersion", document.spdx_version);
    lines.tag("DataLicense", document.data_license);
    lines.tag("SPDXID", document.id);
    lines.tag("DocumentName", document.name);
    lines.tag("DocumentNamespace", &document.document_namespace);
    for creator in &document.creation_info.creators {
        lines.tag("Creator", creator);
    }
    lines.tag("Created", &document.creation_info.created);
    if !document.files.is_empty() {
        lines.title("Unpackaged files");
    }
    for file in &document.files {
        lines.file(file);
    }
    for package in &document.packages {
        lines.title(&format!(
            "Package: {}",
            package.name.replace(['\n', '\r'], " ")
        ));
        lines.package(package);
    }
    if !document.other_licenses.is_empty() {
        lines.title("Other Licenses");
    }
    for license in &document.other_licenses {
        lines.tag("LicenseID", &license.id);
        lines.tag("ExtractedText", &license.extracted_text);
        lines.tag("LicenseName", &license.name);
        lines.0.push('\n');
    }
    lines.title("Relationships");
    for it in &document.relationships {
        let (from, to) = (&it.element, &it.related);
        lines.tag("Relationship", &format!("{from} {} {to}", it.kind));
    }
    lines.0
}

impl Lines {
    fn file(&mut self, file: &File<'_>) {
        self.tag("FileName", file.name);
        self.tag("SPDXID", &file.id);
        for sum in &file.checksums {
            self.tag("FileChecksum", &format!("{}: {}", sum.algorithm, sum.value));
        }
        self.0.push_str("FileCopyrightText: NOASSERTION\n\n");
    }

    fn package(&mut self, package: &Element<'_>) {
        self.tag("PackageName", &package.name);
        self.tag("SPDXID", &package.id);
        self.tag("PackageVersion", &package.version);
        self.tag("PackageSupplier", &package.supplier);
        self.tag("PackageDownloadLocation", &package.download_location);
        self.tag("PrimaryPackagePurpose", package.purpose);
        self.tag(
            "FilesAnalyzed",
            if package.files_analyzed {
                "true"
            } else {
                "false"
            },
        );
        if let Some(code) = &package.verification_code {
            self.tag("PackageVerificationCode", &code.value);
        }
        for sum in &package.checksums {
            self.tag(
                "PackageChecksum",
                &format!("{}: {}", sum.algorithm, sum.value),
            );
        }
        self.tag("PackageSourceInfo", &package.source_info);
        self.tag("PackageLicenseConcluded", &package.license_concluded);
        self.tag("PackageLicenseDeclared", &package.license_declared);
        for it in &package.external_refs {
            let line = format!("{} {} {}", it.category, it.kind, it.locator);
            self.tag("ExternalRef", &line);
        }
        for note in &package.annotations {
            self.tag("Annotator", &note.annotator);
            self.tag("AnnotationDate", &note.date);
            self.tag("AnnotationType", note.kind);
            self.tag("SPDXREF", &package.id);
            self.tag("AnnotationComment", &note.comment);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_value_commands_anybody() {
        for (value, want) in [
            ("a", "T: a\n"),
            ("a\u{2028}b\u{1b}", "T: a\u{fffd}b\u{fffd}\n"),
            (
                "a\n::error::b</text>",
                "T: <text>a\n\u{fffd}::error::b<\u{fffd}text></text>\n",
            ),
        ] {
            let mut lines = Lines(String::new());
            lines.tag("T", value);
            assert_eq!(lines.0, want);
        }
    }
}
