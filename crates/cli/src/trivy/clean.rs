//! `clean`: removes what is kept between scans, by the names that are known and no others.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::{Asked, Fatal, database};
use crate::exit::Exit;

/// Folder of our cache beside Trivy's.
pub(super) const SCANS: &str = "seaworthy";

pub(super) fn run(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let cache = asked.cache();
    let is_on = |name: &str| asked.given.is_on("all") || asked.given.is_on(name);
    let mut doomed: Vec<PathBuf> = Vec::new();
    let mut is_asked = false;
    for (flag, paths) in [
        ("scan-cache", &[SCANS, "fanal"][..]),
        ("vuln-db", &["db/trivy.db", "db/metadata.json"]),
        (
            "java-db",
            &["java-db/trivy-java.db", "java-db/metadata.json"],
        ),
        ("checks-bundle", &["policy"]),
        ("vex-repo", &["vex"]),
    ] {
        if is_on(flag) {
            is_asked = true;
            doomed.extend(paths.iter().map(|path| cache.join(path)));
        }
    }
    if is_on("vuln-db") {
        doomed.extend(database::made(&cache.join("db")));
        doomed.push(cache.join("db").join(database::NOTE));
    }
    if !is_asked {
        return Err(Fatal("no clean option is specified".to_owned()));
    }
    for path in doomed {
        asked
            .log
            .info(&format!("Removing\tpath={:?}", path.display().to_string()));
        let is_folder = path.symlink_metadata().is_ok_and(|it| it.is_dir());
        let removed = if is_folder {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Fatal(format!("{}: {error}", path.display())));
            }
            _ => {}
        }
    }
    Ok(Exit::Passed)
}
