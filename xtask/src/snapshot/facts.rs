//! Tables of facts: `NAME.tsv.zst`, a header line, then a record a line.
//!
//! A broken line costs itself: it is left out and named in [`Facts::problems`].

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::{Range, Upper};

/// A folder of tables, and what was wrong in them.
#[derive(Debug)]
pub(super) struct Facts {
    folder: PathBuf,
    problems: Vec<String>,
}

/// Why a line is left out.
pub(super) type BadLine = String;

impl Facts {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            problems: Vec::new(),
        }
    }

    /// Returns every line that was left out, with its reason.
    pub(super) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Reads a table, record by record.
    ///
    /// Only a table that cannot be read at all is an error.
    pub(super) fn read<T>(
        &mut self,
        table: &str,
        parse: impl Fn(&Line<'_>) -> Result<T, BadLine>,
    ) -> Result<Vec<T>, Box<dyn Error>> {
        let path = self.folder.join(format!("{table}.tsv.zst"));
        let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = BufReader::new(zstd::Decoder::new(file)?).lines();
        let header = lines.next().ok_or("a table without a header")??;
        let columns: BTreeMap<&str, usize> = header.split('\t').zip(0..).collect();
        let mut records = Vec::new();
        for (number, line) in lines.enumerate() {
            let line = line?;
            let cells: Vec<&str> = line.split('\t').collect();
            let parsed = if cells.len() == columns.len() {
                let columns = &columns;
                parse(&Line { columns, cells })
            } else {
                Err(format!("{} cells", cells.len()))
            };
            match parsed {
                Ok(record) => records.push(record),
                // The header is line 1, and `enumerate` counts from 0.
                Err(reason) => self
                    .problems
                    .push(format!("{table}, line {}: {reason}", number + 2)),
            }
        }
        Ok(records)
    }
}

/// One record.
#[derive(Debug)]
pub(super) struct Line<'a> {
    columns: &'a BTreeMap<&'a str, usize>,
    cells: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// Returns a cell; empty if unknown.
    pub(super) fn cell(&self, column: &str) -> Result<&'a str, BadLine> {
        self.columns
            .get(column)
            .and_then(|&at| self.cells.get(at))
            .copied()
            .ok_or_else(|| format!("no column `{column}`"))
    }

    /// Returns a cell that must not be empty.
    pub(super) fn word(&self, column: &str) -> Result<&'a str, BadLine> {
        match self.cell(column)? {
            "" => Err(format!("no `{column}`")),
            word => Ok(word),
        }
    }

    pub(super) fn text(&self, column: &str) -> Result<String, BadLine> {
        self.cell(column).map(str::to_owned)
    }

    /// Returns the blank-separated parts of a cell.
    pub(super) fn list(&self, column: &str) -> Result<Vec<String>, BadLine> {
        let cell = self.cell(column)?;
        Ok(cell.split_whitespace().map(str::to_owned).collect())
    }

    /// Returns the alternatives of a cell, which stand between ` || `.
    pub(super) fn alternatives(&self, column: &str) -> Result<Vec<String>, BadLine> {
        let cell = self.cell(column)?;
        let parts = cell.split(" || ").filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    /// Returns the day in a cell; `None` if it is empty.
    pub(super) fn date(&self, column: &str) -> Result<Option<Date>, BadLine> {
        match self.cell(column)? {
            "" => Ok(None),
            text => match text.parse() {
                Ok(date) => Ok(Some(date)),
                Err(_) => Err(format!("`{text}` is no day")),
            },
        }
    }

    /// Returns the blank-separated intervals of a cell: `[a,b)`, `[a,b]`, `[a,*)`.
    pub(super) fn ranges(&self, column: &str) -> Result<Vec<Range>, BadLine> {
        self.list(column)?
            .iter()
            .map(|text| range(text).ok_or_else(|| format!("`{text}` is no interval")))
            .collect()
    }
}

fn range(text: &str) -> Option<Range> {
    let (introduced, end) = text.strip_prefix('[')?.split_once(',')?;
    let upper = if end == "*)" {
        Upper::Open
    } else if let Some(fixed) = end.strip_suffix(')') {
        Upper::Fixed(fixed.to_owned())
    } else {
        Upper::LastAffected(end.strip_suffix(']')?.to_owned())
    };
    Some(Range {
        introduced: introduced.to_owned(),
        upper,
    })
}

/// Splits the ids of one record: the first CVE is the id, else the first of all; the others are
/// aliases, sorted.
pub(super) fn id_and_aliases(ids: &[String]) -> Result<(String, Vec<String>), BadLine> {
    let id = ids
        .iter()
        .find(|id| id.starts_with("CVE-"))
        .or_else(|| ids.first())
        .ok_or("no id")?;
    let mut aliases: Vec<String> = ids.iter().filter(|other| *other != id).cloned().collect();
    aliases.sort();
    aliases.dedup();
    Ok((id.clone(), aliases))
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// Makes a folder of tables; `|` stands for a tab.
    pub(crate) fn tables(tables: &[(&str, &str)]) -> (TempDir, Facts) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in tables {
            let bytes = zstd::encode_all(text.replace('|', "\t").as_bytes(), 1).unwrap();
            fs::write(folder.path().join(format!("{name}.tsv.zst")), bytes).unwrap();
        }
        let facts = Facts::new(folder.path());
        (folder, facts)
    }

    #[test]
    fn a_broken_line_costs_itself_and_is_named() {
        let (_folder, mut facts) = tables(&[("t", "name|day\na|2024-02-29\nb\nc|never\nd|\n")]);
        let read = facts.read("t", |line| Ok((line.text("name")?, line.date("day")?)));
        let day = "2024-02-29".parse().ok();
        assert_eq!(
            read.unwrap(),
            [("a".to_owned(), day), ("d".to_owned(), None)]
        );
        assert_eq!(
            facts.problems(),
            ["t, line 3: 1 cells", "t, line 4: `never` is no day"]
        );
    }

    #[test]
    fn a_missing_table_is_an_error_with_its_name() {
        let (_folder, mut facts) = tables(&[]);
        let error = facts.read("t", |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("t.tsv.zst"), "{error}");
    }

    #[test]
    fn intervals_have_three_ends() {
        let check = |text, upper| {
            let want = Range {
                introduced: "1.0".to_owned(),
                upper,
            };
            assert_eq!(range(text), Some(want), "{text}");
        };
        check("[1.0,2.0)", Upper::Fixed("2.0".to_owned()));
        check("[1.0,2.0]", Upper::LastAffected("2.0".to_owned()));
        check("[1.0,*)", Upper::Open);
        for bad in ["", "1.0", "[1.0", "[1.0,2.0", "(1.0,2.0)", "[1.0)"] {
            assert_eq!(range(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_first_cve_is_the_id() {
        let check = |ids: &[&str], id: &str, aliases: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            let aliases = aliases.iter().map(|&id| id.to_owned()).collect();
            assert_eq!(id_and_aliases(&ids), Ok((id.to_owned(), aliases)));
        };
        check(&["CVE-2026-1"], "CVE-2026-1", &[]);
        check(
            &["ZDI-CAN-22093", "CVE-2023-44441", "GHSA-1"],
            "CVE-2023-44441",
            &["GHSA-1", "ZDI-CAN-22093"],
        );
        check(&["ELEMENTSEC-1", "GHSA-1"], "ELEMENTSEC-1", &["GHSA-1"]);
        assert!(id_and_aliases(&[]).is_err());
    }
}
