//! Beginnings of paths, and what each of them stands for: looked up for every file of an image.

/// Beginnings, sorted.
#[derive(Debug, Default)]
pub(crate) struct Starts<T> {
    rows: Vec<(String, T)>,
}

impl<T> Starts<T> {
    /// Takes beginnings; one that begins with another is as good as that, which stands for both.
    pub(crate) fn new(rows: impl Iterator<Item = (String, T)>) -> Self {
        let mut rows: Vec<(String, T)> = rows.collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows.dedup_by(|(longer, _), (start, _)| longer.starts_with(start.as_str()));
        Self { rows }
    }

    /// Returns what the beginning of a path stands for.
    pub(crate) fn of(&self, path: &[u8]) -> Option<&T> {
        // all between a beginning of the path and the path begin so, too, and there is none
        let upto = self
            .rows
            .partition_point(|(start, _)| start.as_bytes() <= path);
        let (start, what) = self.rows.get(upto.checked_sub(1)?)?;
        path.starts_with(start.as_bytes()).then_some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_beginning_counts() {
        let texts = ["var/b/", "var/", "usr/share/", "usr/lib", "a", "usr/lib"];
        let starts = Starts::new(texts.into_iter().map(|text| (text.to_owned(), text)));
        for (path, want) in [
            ("var/b/x", Some("var/")),
            ("var/", Some("var/")),
            ("var", None),
            ("usr/lib64/x", Some("usr/lib")),
            ("usr/share", None),
            ("usr/share/x", Some("usr/share/")),
            ("", None),
            ("a", Some("a")),
            ("zz", None),
        ] {
            assert_eq!(starts.of(path.as_bytes()).copied(), want, "{path}");
        }
        assert_eq!(Starts::<()>::default().of(b"x"), None);
    }
}
