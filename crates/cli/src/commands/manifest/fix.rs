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

/// Prints the diff, or writes the files.
pub(super) fn run(judged: &Judged<'_>, writes: bool) -> Result<Exit, Failure> {
    let (mut edits_made, mut files) = (0, 0);
    for (name, edits) in by_file(judged) {
        let Some(before) = text(&edits) else {
            output::warn(&format!("{name}: not edited, since it is not UTF-8\n"));
            continue;
        };
        let after = edit::apply(before, &edits)
            .map_err(|misfit| Failure::usage(format!("{name}: {misfit}")))?;
        if writes && name == sources::STDIN {
            output::write_plain(&after)?;
        } else if writes {
            write(Path::new(name), &edits, &after)?;
        } else {
            output::write_plain(&diff(name, before, &after))?;
        }
        edits_made += edits.len();
        files += 1;
    }
    let verb = if writes { "made" } else { "would be made" };
    output::warn(&format!(
        "{} {verb} in {}\n",
        counted(edits_made, "edit"),
        counted(files, "file")
    ));
    Ok(Exit::Passed)
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

/// Returns the text of the file that all edits are of.
fn text<'j>(edits: &Edits<'j>) -> Option<&'j str> {
    let (object, _) = edits.first()?;
    std::str::from_utf8(&object.source.text).ok()
}

fn diff(name: &str, before: &str, after: &str) -> String {
    let name = report::safe(name.trim_start_matches('/'));
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

/// Writes the edited text to the file that was judged; a byte order mark stays.
fn write(path: &Path, edits: &Edits<'_>, after: &str) -> Result<(), Failure> {
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
    if edits
        .first()
        .is_none_or(|(object, _)| object.source.text != text)
    {
        let message = format!("{}: it changed while it was judged", path.display());
        return Err(Failure::new(Exit::Unfinished, message).with("next", "judge it again"));
    }
    output::replace(path, |out| {
        out.write_all(mark)?;
        out.write_all(after.as_bytes())
    })
    .map_err(failed)
}
