//! Lists that are written as one text. Items of a list in the configuration file are not: a comma in one of them,
//! as in `*.{orig,txt}`, is its own.
//!
//! Source of truth: trivy.md §1.3; the command line's are lines of CSV, as Go's `pflag` reads them.

/// Returns the items of a text in a variable or a configuration file: between commas if there is one, else between
/// white space.
pub(super) fn of_words(text: &str) -> Vec<String> {
    let items: Vec<&str> = if text.contains(',') {
        text.split(',').map(str::trim).collect()
    } else {
        text.split_whitespace().collect()
    };
    let items = items.into_iter().filter(|item| !item.is_empty());
    items.map(ToOwned::to_owned).collect()
}

/// Returns the items of a text on the command line: between commas, but for those in an item that is quoted.
pub(super) fn of_line(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut rest = text;
    loop {
        let (item, behind) = quoted(rest).unwrap_or_else(|| {
            let (item, behind) = rest
                .split_once(',')
                .map_or((rest, None), |(a, b)| (a, Some(b)));
            (item.trim().to_owned(), behind)
        });
        items.push(item);
        match behind {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// Returns an item in quotes, in which two of them are one, and what stands behind its comma; none if there is no
/// such item.
fn quoted(text: &str) -> Option<(String, Option<&str>)> {
    let mut rest = text.strip_prefix('"')?;
    let mut item = String::new();
    loop {
        let (part, behind) = rest.split_once('"')?;
        item += part;
        if let Some(behind) = behind.strip_prefix('"') {
            item.push('"');
            rest = behind;
        } else if behind.is_empty() {
            return Some((item, None));
        } else {
            return Some((item, Some(behind.strip_prefix(',')?)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_split_as_their_place_has_it() {
        for (text, words, line) in [
            ("a", &["a"][..], &["a"][..]),
            ("a,b", &["a", "b"], &["a", "b"]),
            ("a, b,,", &["a", "b"], &["a", "b"]),
            ("a b", &["a", "b"], &["a b"]),
            ("a b,c", &["a b", "c"], &["a b", "c"]),
            ("\"a,b\"", &["\"a", "b\""], &["a,b"]),
            (
                "x,\"a,\"\"b\",y",
                &["x", "\"a", "\"\"b\"", "y"],
                &["x", "a,\"b", "y"],
            ),
            // no item in quotes
            ("\"a,b", &["\"a", "b"], &["\"a", "b"]),
            ("\"a\"b,c", &["\"a\"b", "c"], &["\"a\"b", "c"]),
            ("", &[], &[]),
        ] {
            assert_eq!(of_words(text), words, "{text}");
            assert_eq!(of_line(text), line, "{text}");
        }
    }
}
