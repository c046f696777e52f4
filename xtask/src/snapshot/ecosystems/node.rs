//! Node.js itself and its packages, as its security working group and Retire.js tell.

use model::{Advisory, Affected};

use super::super::facts::{BadLine, Line};
use super::super::severity::word;
use super::{Record, advisory};

/// Flaws of the runtime; one that Windows alone has goes into a shard of its own.
pub(super) fn core(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let name = format!("NSWG-COR-{}", line.word("n")?);
    let affected = Affected::Requirements {
        vulnerable: line.alternatives("vulnerable")?,
        patched: line.alternatives("patched")?,
        unaffected: Vec::new(),
    };
    let mut ids = line.list("cves")?;
    if ids.is_empty() {
        ids.push(name.clone());
    }
    let shard = match line.word("environments")? {
        "all" | "linux" => "node-core".to_owned(),
        other => format!("node-core-{other}"),
    };
    let mut records = Vec::new();
    // A record on several CVEs is several flaws.
    for id in ids {
        records.push(Record {
            shard: shard.clone(),
            package: "node".to_owned(),
            advisory: Advisory {
                severity: word(line.cell("severity")?),
                vendor_ids: vec![name.clone()],
                ..advisory(&id, Vec::new(), affected.clone())
            },
        });
    }
    Ok(records)
}

/// Flaws of packages: `npm-retire` and `npm-nodejs-wg`, and `browser-retire` for libraries that
/// have no package.
pub(super) fn npm(line: &Line<'_>) -> Result<Vec<Record>, BadLine> {
    let package = line.word("package")?;
    let text = line.word("affected")?;
    let aliases = line.list("aliases")?;
    let (shard, id, affected) = match line.word("source")?.split_once(':') {
        Some((_, number)) => {
            let affected = Affected::Requirements {
                vulnerable: vec![text.to_owned()],
                patched: Vec::new(),
                unaffected: Vec::new(),
            };
            ("npm-nodejs-wg", format!("NSWG-ECO-{number}"), affected)
        }
        None if line.cell("is_npm_name")? == "y" => {
            let affected = Affected::Ranges(line.ranges("affected")?);
            ("npm-retire", retire_id(package, text, &aliases), affected)
        }
        None => {
            let affected = Affected::Ranges(line.ranges("affected")?);
            (
                "browser-retire",
                retire_id(package, text, &aliases),
                affected,
            )
        }
    };
    let aliases = aliases.into_iter().filter(|alias| *alias != id).collect();
    Ok(vec![Record {
        shard: shard.to_owned(),
        package: package.to_owned(),
        advisory: Advisory {
            severity: word(line.cell("severity")?),
            date: line.date("date")?,
            ..advisory(&id, aliases, affected)
        },
    }])
}

/// Retire.js numbers nothing: a record without another id is known by what it says.
fn retire_id(package: &str, affected: &str, aliases: &[String]) -> String {
    aliases
        .first()
        .cloned()
        .unwrap_or_else(|| format!("RETIRE-{package}-{affected}"))
}
