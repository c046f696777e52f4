//! The text of the built-in table, from all schemas of a version of Kubernetes in one file.
//!
//! ```text
//! {"definitions": {"io.k8s.api.core.v1.PodSpec": …}, "files": {"pod-v1.json": {…}, …}}
//! ```

use std::collections::BTreeMap;

use yaml::{Limits, Problem};

use super::line;
use super::read::Reader;

/// Beginning of most names; the table leaves it out.
const PREFIX: &str = "io.k8s.";

/// Returns the lines of the table.
///
/// # Errors
/// The file is not as it should be, or has something that does not fit on a line.
pub fn pack(bytes: &[u8], limits: &Limits) -> Result<String, Problem> {
    let document = yaml::read_one(bytes, limits)?;
    let mut reader = Reader::new(&document.root);
    let mut names = BTreeMap::new();
    for file in document.root.want("files")?.want_entries()? {
        let kind = reader.kind(&file.value)?;
        reader.types.push(kind);
        names.insert(reader.types.len() - 1, file.name.to_string());
        reader.finish()?;
    }
    for (name, number) in &reader.numbers {
        let short = name.strip_prefix(PREFIX).unwrap_or(name);
        names.insert(*number, short.to_owned());
    }
    let name_of = |number| names.get(&number).cloned().unwrap_or_default();
    let mut lines = BTreeMap::new();
    for (number, kind) in reader.types.iter().enumerate() {
        let name = name_of(number);
        let Some(line) = line::write(kind, &name_of) else {
            let why = format!("the type {name} does not fit on a line");
            return Err(Problem {
                why,
                ..document.root.wrong("")
            });
        };
        lines.insert(name, line);
    }
    Ok(lines
        .iter()
        .flat_map(|(name, line)| [name, " ", line, "\n"])
        .collect())
}
