//! Files of sections, as Python's `configparser` reads them.
//!
//! ```text
//! [program:web]
//! command = nginx        ; a remark
//! environment: A="b",
//!   C="d"
//! ```
//! Names are the same in any case; a line that is indented deeper goes on with the value before it.
//!
//! Source of truth: `configparser` of Python 3 with `inline_comment_prefixes=(";", "#")`, as supervisord
//! makes it.

/// A section: its name, and names in lower case with their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Section<'t> {
    pub(crate) name: &'t str,
    values: Vec<(String, String)>,
}

impl Section<'_> {
    /// Returns a value, lines that go on joined by a blank.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.values.iter().rev();
        let (_, value) = values.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// Returns the sections of a file, in their order.
pub(crate) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    // how deep the last name stands; none where no value can go on
    let mut depth = None;
    for line in text.lines() {
        let bare = without_remark(line);
        if bare.is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let values = sections.last_mut().map(|section| &mut section.values);
        let last = values.and_then(|values| values.last_mut());
        if let (Some((_, value)), true) = (last, depth.is_some_and(|depth| indent > depth)) {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(bare);
        } else if let Some(name) = section_name(bare) {
            depth = None;
            sections.push(Section {
                name,
                values: Vec::new(),
            });
        } else if let (Some(section), Some((name, value))) =
            (sections.last_mut(), bare.split_once(['=', ':']))
        {
            depth = Some(indent);
            let name = name.trim().to_ascii_lowercase();
            section.values.push((name, value.trim().to_owned()));
        }
    }
    sections
}

fn section_name(line: &str) -> Option<&str> {
    line.strip_prefix('[')?
        .split_once(']')
        .map(|(name, _)| name)
}

/// Returns a line without what stands behind `;` or `#` at its beginning or after a blank.
fn without_remark(line: &str) -> &str {
    let is_after_blank = |at: usize| {
        let before = line.get(..at).and_then(|before| before.chars().last());
        before.is_none_or(char::is_whitespace)
    };
    let mut signs = line.match_indices([';', '#']).map(|(at, _)| at);
    let end = signs.find(|at| is_after_blank(*at)).unwrap_or(line.len());
    line.get(..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_python_does() {
        for (text, want) in [
            ("[a]\nb=c", "a: b=c"),
            (
                "[a]\nB : c=d ; e\n# f=g\n;h=i\n[j]\nk=l",
                "a: b=c=d; j: k=l",
            ),
            ("[a]\nb=\n  c\n\n  d # e\nf=g#h;i", "a: b=c d, f=g#h;i"),
            ("[a]\n b=c\n d=e\n  f", "a: b=c, d=e f"),
            ("[a]\nb=c\nb=d", "a: b=c, b=d"),
            ("b=c\n[a", ""),
            ("[a]\nno value\nb=", "a: b="),
        ] {
            let tell = |section: Section<'_>| {
                let values = section
                    .values
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                format!(
                    "{}: {}",
                    section.name,
                    values.collect::<Vec<_>>().join(", ")
                )
            };
            let told: Vec<String> = sections(text).into_iter().map(tell).collect();
            assert_eq!(told.join("; "), want, "{text}");
        }
        assert_eq!(sections("[a]\nb=c\nb=d")[0].value("b"), Some("d"));
    }
}
