//! The Go vulnerability database: modules, and which packages and symbols of them are flawed.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use model::{Advisory, Affected};

use super::super::facts::{BadLine, Facts, Line};
use super::{Record, advisory};

const LICENCE: &str = "Go vulnerability database, The Go Authors, CC BY 4.0, modified";
/// Day of the newest record, as the tables' description says.
const NEWEST: &str = "2026-08-21";

pub(super) fn read(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    if !line.cell("withdrawn")?.is_empty() {
        return Ok(Vec::new());
    }
    // Where a module's tags are no semantic versions, its plain interval is "from 0 on" and would
    // flag everything; the custom one has the truth.
    let custom = line.ranges("custom_ranges")?;
    let ranges = if custom.is_empty() {
        line.ranges("ranges")?
    } else {
        custom
    };
    if ranges.is_empty() {
        return Err("no intervals".to_owned());
    }
    let affected = Affected::Ranges(ranges);
    Ok(vec![Record {
        shard: "go".to_owned(),
        package: line.word("module")?.to_owned(),
        advisory: Advisory {
            date: line.date("published")?.or(line.date("modified")?),
            ..advisory(line.word("id")?, line.list("aliases")?, affected)
        },
    }])
}

/// Makes `go-imports` (module to `[id, path:symbol,symbol@goos,goarch;path…]`) and `go-excluded`
/// (id to `[reason, aliases, modules]`).
pub(super) fn details(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let imports = facts.read("go-imports", |line| {
        let cells = vec![line.text("id")?, line.text("imports")?];
        Ok((line.text("module")?, cells))
    })?;
    let excluded = facts.read("go-excluded", |line| {
        let cells = vec![
            line.text("reason")?,
            line.text("aliases")?,
            line.text("modules")?,
        ];
        Ok((line.text("id")?, cells))
    })?;
    Ok(vec![
        texts("go-imports", imports)?,
        texts("go-excluded", excluded)?,
    ])
}

fn texts(name: &str, records: Vec<(String, Vec<String>)>) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (key, cells) in records {
        rows.entry(key).or_default().push(cells);
    }
    let about = About {
        name: name.to_owned(),
        publisher: "Go".to_owned(),
        newest: NEWEST.parse().ok(),
        licence: LICENCE.to_owned(),
        knows_unfixed: true,
    };
    Ok(write::texts(&about, &rows)?)
}
