//! Here-documents: what a script writes elsewhere, whose lines are none of its own.

use std::ops::Range;

use super::is_of_name;

/// Returns where the texts of here-documents stand in a script.
pub(super) fn documents(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        match open {
            Some((start, word)) if line.trim() == word => {
                found.push(start..at);
                open = None;
            }
            Some(_) => {}
            None => open = word(line).map(|word| (end, word)),
        }
        at = end;
    }
    found.extend(open.map(|(start, _)| start..text.len()));
    found
}

/// Returns the word that ends the here-document that a line begins, if it does.
fn word(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    let rest = rest.trim_start_matches(['\'', '"', '\\']);
    let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    rest.get(..end).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_end_with_their_word() {
        for (text, want) in [
            ("a\n", &[][..]),
            ("cat <<EOF\na\nEOF\nb\n", &["a\n"]),
            ("cat <<-'EOF' >x\n\ta\n\tEOF\nb\n", &["\ta\n"]),
            ("cat << \\E\na\nE\ncat <<F\nb", &["a\n", "b"]),
            ("cat <<< a\nb\n", &[]),
        ] {
            let found = documents(text);
            let found: Vec<&str> = found.into_iter().map(|at| text.get(at).unwrap()).collect();
            assert_eq!(found, want, "{text}");
        }
    }
}
