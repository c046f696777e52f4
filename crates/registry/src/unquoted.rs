//! What serde says of a text, without what it quotes of it.

/// What stands between what was found, which is quoted, and what should be there.
const EXPECTED: &str = ", expected ";

/// Returns what was expected; never what was found, which may be a secret.
///
/// Messages end with what the reader wants, in its own words: `invalid type: string "hunter2",
/// expected a map`. All others are told only if they hold nothing of the text.
pub(crate) fn unquoted(message: &str) -> String {
    if let Some((_, expected)) = message.rsplit_once(EXPECTED) {
        return format!("expected {expected}");
    }
    let is_own = ["expected ", "missing field `"]
        .iter()
        .any(|start| message.starts_with(start));
    if is_own {
        return message.to_owned();
    }
    "it is of another form".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_not_told() {
        for (message, want) in [
            (
                r#"invalid type: string "hunter2", expected struct Variable"#,
                "expected struct Variable",
            ),
            (
                r#"invalid type: string "x, expected hunter2", expected a map"#,
                "expected a map",
            ),
            (
                "unknown variant `hunter2`, expected `all` or `tag-only`",
                "expected `all` or `tag-only`",
            ),
            ("expected a text", "expected a text"),
            ("missing field `name`", "missing field `name`"),
            ("duplicate key `hunter2`", "it is of another form"),
            ("hunter2", "it is of another form"),
        ] {
            assert_eq!(unquoted(message), want, "{message}");
        }
    }
}
