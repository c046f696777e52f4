//! Blocks of execline on one line: `foreground { nginx } redis-server`.
//!
//! A text of it is read as lines of a shell, to which a brace in the words of a command is a word. Source of truth:
//! the manual of execline, "Command-line syntax".

/// A command in braces, or what comes behind them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'w> {
    pub(super) words: &'w [String],
    /// Whether what comes behind it does not wait for it.
    pub(super) is_background: bool,
    /// Whether nothing comes behind it.
    pub(super) is_last: bool,
}

/// Returns the commands of which one with blocks consists; none if it has no block.
pub(super) fn pieces(words: &[String]) -> Option<Vec<Piece<'_>>> {
    let is_end = |word: &String| word == "}";
    if !words.iter().any(is_end) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut parts = words.split(is_end).peekable();
    while let Some(part) = parts.next() {
        let start = part.iter().position(|word| word == "{");
        let inside = start.and_then(|at| part.get(at + 1..)).unwrap_or(part);
        let is_background = start.is_some() && part.first().is_some_and(|it| it == "background");
        pieces.push(Piece {
            words: inside,
            is_background,
            is_last: parts.peek().is_none(),
        });
    }
    pieces.retain(|piece| !piece.words.is_empty());
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(piece: &Piece<'_>) -> String {
        let end = if piece.is_background { " &" } else { "" };
        let last = if piece.is_last { "." } else { "" };
        format!("{}{end}{last}", piece.words.join(" "))
    }

    #[test]
    fn blocks_are_commands() {
        for (line, want) in [
            ("nginx -g x", None),
            (
                "foreground { nginx -g x } redis-server",
                Some("nginx -g x, redis-server."),
            ),
            (
                "background { nginx } redis-server a",
                Some("nginx &, redis-server a."),
            ),
            ("foreground { nginx }", Some("nginx")),
            ("test -e x } redis-server", Some("test -e x, redis-server.")),
            (
                "backtick -n A { date } foreground { a } b",
                Some("date, a, b."),
            ),
            ("find x -exec a {} +", None),
            ("}", Some("")),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let told = pieces(&words).map(|pieces| {
                let pieces: Vec<String> = pieces.iter().map(tell).collect();
                pieces.join(", ")
            });
            assert_eq!(told.as_deref(), want, "{line}");
        }
    }
}
