//! What options of `serve` name: whether its policy can be read, and whether its key is its certificate's.

use std::path::{Path, PathBuf};

use pipeline::review;
use policy::image_policy::Problem;
use yaml::Node;

use super::{MAX_FILE, Report, State, certificate, webhook};
use crate::settings::own_file;

/// Looks at the files that options name, if what stands in a file are options.
pub(super) fn check(file: &str, report: &mut Report) {
    let Ok(bytes) = own_file::read(Path::new(file), MAX_FILE) else {
        return;
    };
    let Ok(document) = yaml::read_one(&bytes, &yaml::Limits::default()) else {
        return;
    };
    let mut read = |option: &str| {
        let named = document.root.get(option).and_then(Node::as_str)?;
        let found = found(file, named);
        if found.is_none() {
            let text = format!("{option} is {named}, which is neither there nor beside this file");
            report.add(State::Doubtful, file, text);
        }
        found
    };
    let (policy, chain, key) = (read("policy"), read("tls-cert"), read("tls-key"));
    if let Some((path, bytes)) = policy {
        let place = path.display().to_string();
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problems) = review::read_policy(&place, &text) {
            let first = problems.first().map(Problem::to_string);
            report.add(State::Broken, &place, first.unwrap_or_default());
        }
    }
    if let (Some((path, pem)), Some((_, key))) = (chain, key) {
        let about = path.display().to_string();
        match certificate::read(&pem) {
            chain if chain.is_empty() => {
                report.add(State::Broken, &about, "there is no certificate in it");
            }
            chain => certificate::key(chain, &key, (&about, report)),
        }
    }
}

/// Returns the file that options name: where they say, else beside them, where `install` wrote it.
fn found(file: &str, named: &str) -> Option<(PathBuf, Vec<u8>)> {
    let [within, beside] = webhook::beside(file, named);
    let places = [Path::new(file).with_file_name(named), within, beside];
    let read = |place: PathBuf| Some((own_file::read(&place, MAX_FILE).ok()?, place));
    let (bytes, place) = places.into_iter().find_map(read)?;
    Some((place, bytes))
}
