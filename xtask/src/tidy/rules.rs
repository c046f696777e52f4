//! The house rules: one file a rule, one line here.

use super::Tree;

/// A rule.
pub(crate) struct Rule {
    /// Its name: that of its file.
    pub(crate) name: &'static str,
    /// What it demands, as a sentence without a period.
    pub(crate) demand: &'static str,
    /// Returns what breaks it, as `path:line: what`.
    pub(crate) check: fn(&Tree) -> Vec<String>,
    /// A tree that breaks it and one that keeps it, which a test reads.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for tests"))]
    pub(crate) examples: Examples,
}

/// Trees as paths and texts.
pub(crate) struct Examples {
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for tests"))]
    pub(crate) bad: &'static [(&'static str, &'static str)],
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for tests"))]
    pub(crate) good: &'static [(&'static str, &'static str)],
}

/// Declares each module and lists its `RULE`.
macro_rules! rules {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every rule, in alphabetical order.
        pub(crate) static RULES: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules! {
    allow,
    architecture,
    direction,
    heads,
    ids,
    limits,
    links,
    names,
    ports,
    pure,
    security,
    sizes,
    tables,
    todo,
    words,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_breaks_it_and_nothing_else() {
        for rule in RULES {
            let check = |files| (rule.check)(&Tree::of(files));
            let (bad, good) = (check(rule.examples.bad), check(rule.examples.good));
            assert_eq!(bad.len(), 1, "{}: {bad:#?}", rule.name);
            assert!(good.is_empty(), "{}: {good:#?}", rule.name);
        }
    }
}
