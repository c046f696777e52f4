//! Names of licences, as SPDX knows them.

use spdx::ParseMode;

/// Returns the id of a licence, in SPDX's own spelling.
pub(crate) fn id(name: &str) -> Option<&'static str> {
    // the library passes over a `+`, which makes another licence of it
    let listed = spdx::license_id(name).map(|license| license.name);
    listed.filter(|listed| listed.eq_ignore_ascii_case(name))
}

/// How expressions are read: SPDX lists ids that it no longer recommends, such as `LGPL-2.1` and `GPL-2.0+`, too.
const MODE: ParseMode = ParseMode {
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    ..ParseMode::STRICT
};

/// Whether a text is an id or an expression of ids.
pub(crate) fn is_expression(text: &str) -> bool {
    id(text).is_some() || spdx::Expression::parse_mode(text, MODE).is_ok()
}

/// Returns one expression that holds for all.
pub(crate) fn joined(names: &[String]) -> String {
    let is_choice = |name: &str| name.contains(" OR ") || name.contains(" or ");
    let each = names.iter().map(|name| match name.as_str() {
        name if names.len() > 1 && is_choice(name) => format!("({name})"),
        name => name.to_owned(),
    });
    each.collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spdx_lists_is_taken_as_it_stands() {
        for (text, is_listed) in [
            ("MIT", true),
            ("LGPL-2.1", true),
            ("GPL-2.0+", true),
            ("Apache-2.0+", true),
            ("GPL-2.0-with-classpath-exception", true),
            ("MIT OR LGPL-2.1", true),
            ("GPL-2.0+ AND MIT", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache 2", false),
            ("BSD", false),
            ("MIT OR BSD", false),
            ("", false),
        ] {
            assert_eq!(is_expression(text), is_listed, "{text}");
        }
    }
}
