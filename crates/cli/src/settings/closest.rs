//! Which of the known names somebody may have meant.

/// Returns the name that takes the fewest edits, if it takes at most a third of its letters.
pub(super) fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (edits(word, name), name))
        .filter(|(edits, name)| edits * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

/// Counts the letters to insert, remove or replace (Levenshtein), a row of the table at a time.
fn edits(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut left = line + 1;
        let mut next = vec![left];
        for (b, pair) in other.chars().zip(row.windows(2)) {
            let [diagonal, above] = *pair else { break };
            left = (diagonal + usize::from(a != b))
                .min(above + 1)
                .min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["strict", "skip-dirs", "skip-files", "severity", "db"];
        for (word, want) in [
            ("strictt", Some("strict")),
            ("sverity", Some("severity")),
            ("skip-dir", Some("skip-dirs")),
            ("frobnicate", None),
            ("", None),
            ("xy", None),
        ] {
            assert_eq!(closest(word, names.into_iter()), want, "{word}");
        }
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
