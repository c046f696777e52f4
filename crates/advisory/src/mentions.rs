//! Where a database speaks of a problem, whatever publisher does.

use model::Advisory;

use crate::{Database, DatabaseError};

/// An advisory on a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The shard: publisher and release.
    pub shard: String,
    /// The package that it speaks of.
    pub package: String,
    /// What it says.
    pub advisory: Advisory,
}

/// Returns the advisories that are wanted, by shard and package. Every shard of advisories is read.
///
/// # Errors
/// A block or a row of a shard is broken.
pub fn mentions(
    database: &Database,
    is_wanted: impl Fn(&Advisory) -> bool,
) -> Result<Vec<Mention>, DatabaseError> {
    let mut mentions = Vec::new();
    for shard in database.shards() {
        for (package, advisories) in database.packages(&shard.name)? {
            let wanted = advisories.into_iter().filter(&is_wanted);
            mentions.extend(wanted.map(|advisory| Mention {
                shard: shard.name.clone(),
                package: package.clone(),
                advisory,
            }));
        }
    }
    Ok(mentions)
}
