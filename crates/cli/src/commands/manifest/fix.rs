//! Edits of the files that mend what has only one right value: shown as a diff, or written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use manifest::{Object, edit};
use model::{Edit, counted};
use similar::TextDiff;

use super::judged::Judged;
use crate::error::Failure;
use crate::exit::Exit;
use crate::{output, sources};

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Prints the diff, or writes the files. An edit that does not fit its file costs itself only.
pub(super) fn run(judged: &Judged<'_>, writes: bool) -> Result<Exit, Failure> {
    let (mut edits_made, mut files, mut exit) = (0, 0, Exit::Passed);
    for (name, edits) in by_file(judged) {
        let before = before(&edits).unwrap_or_default();
        let (after, fitting) = edited(before, &edits);
        let left_out = edits.len() - fitting.len();
        if left_out > 0 {
            let count = counted(left_out, "edit");
            output::warn(&format!(
                "{name}: {count} left out: the file would say more or less\n"
            ));
            exit = Exit::Unfinished;
        }
        if fitting.is_empty() {
            continue;
        }
        if writes && name == sources::STDIN {
            output::write_plain(&after)?;
        } else if writes {
            write(Path::new(name), before, &after)?;
        } else {
            output::write_plain(&diff(name, before, &after))?;
        }
        edits_made += fitting.len();
        files += 1;
    }
    let verb = if writes { "made" } else { "would be made" };
    let (edits, files) = (counted(edits_made, "edit"), counted(files, "file"));
    output::warn(&format!("{edits} {verb} in {files}\n"));
    Ok(exit)
}

/// Returns the text of the file that all edits are of, as it was judged.
fn before<'j>(edits: &Edits<'j>) -> Option<&'j str> {
    let (object, _) = edits.first()?;
    std::str::from_utf8(&object.source.text).ok()
}

/// Returns the text with the edits that fit it together, and these: all, or else those of each half
/// that do.
fn edited<'j>(text: &str, edits: &[(&'j Object, &'j Edit)]) -> (String, Edits<'j>) {
    if let Ok(edited) = edit::apply(text, edits) {
        return (edited, edits.to_vec());
    }
    if edits.len() < 2 {
        return (text.to_owned(), Vec::new());
    }
    let (left, right) = edits.split_at(edits.len() / 2);
    let left = edited(text, left);
    let both = [&*left.1, &edited(text, right).1].concat();
    match edit::apply(text, &both) {
        Ok(edited) => (edited, both),
        Err(_misfit) => left,
    }
}

type Edits<'j> = Vec<(&'j Object, &'j Edit)>;

/// Returns the edits of what is not waived, by the file as it was opened.
fn by_file<'j>(judged: &'j Judged<'_>) -> BTreeMap<&'j str, Edits<'j>> {
    let mut files: BTreeMap<&str, Edits<'_>> = BTreeMap::new();
    for (object, what) in judged.objects.iter().zip(&judged.judgement.found) {
        if let Some(edit) = what.edit.as_ref().filter(|_| what.waived.is_none()) {
            let edits = files.entry(&object.source.name).or_default();
            edits.push((object, edit));
        }
    }
    files
}

fn diff(name: &str, before: &str, after: &str) -> String {
    let name = report::safe(name.trim_start_matches('/'));
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

/// Writes the edited text to the file that was judged; a byte order mark stays.
fn write(path: &Path, before: &str, after: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let message = format!("{}: {error}", path.display());
        Failure::new(Exit::Unfinished, message).with("next", "check that you may write there")
    };
    let stored = File::open(path).map_err(failed)?;
    let stored = archive::read_at_most(stored, sources::MAX_BYTES).map_err(failed)?;
    let (mark, text) = match stored.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&b""[..], &*stored),
    };
    if text != before.as_bytes() {
        let message = format!("{}: it changed while it was judged", path.display());
        return Err(Failure::new(Exit::Unfinished, message).with("next", "judge it again"));
    }
    output::replace(path, |out| {
        out.write_all(mark)?;
        out.write_all(after.as_bytes())
    })
    .map_err(failed)
}
