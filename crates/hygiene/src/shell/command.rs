//! One command of a text of a shell.

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// Its words without quotes; variables set before it are not among them. `$` stands for the output of
    /// another command.
    pub words: Vec<String>,
    /// Whether it reads the output of the one before.
    pub is_piped: bool,
    /// Whether the next one begins before it ends (`&`).
    pub is_background: bool,
    /// Whether it is to go on: nothing comes behind it, or a loop runs it for ever.
    pub stays: bool,
    /// Whether it is the last of a group in which something was waited for with `sleep`.
    pub waits: bool,
    /// How many of the commands right before it stand in its words.
    pub inner: usize,
}

impl Command {
    /// Returns the name of what runs, without its folder.
    pub fn name(&self) -> &str {
        let first = self.words.first().map_or("", String::as_str);
        first.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the shell becomes what it runs.
    pub(crate) fn is_handed_on(&self) -> bool {
        self.words.first().is_some_and(|word| word == "exec")
    }

    /// Whether one of its words, the name not counted, is this.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().skip(1).any(|it| it == word)
    }

    /// Returns the words behind the name that are no options.
    pub fn operands(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().skip(1).map(String::as_str);
        words.filter(|word| !word.starts_with('-'))
    }
}
