//! A line of shell as commands: what runs, with which words, and what its output goes into.
//!
//! ```text
//! apt-get update && apt-get install -y curl; curl -s x | sh
//! ```
//! are four commands, the last of which reads from the third. Quotes, escapes, comments, here-documents
//! and what stands in `(…)`, `{…}` or `$(…)` are known; variables are left as they stand. Nothing is
//! run.
//!
//! Source of truth: POSIX.1-2017, Shell Command Language. Not a whole shell: `case`, functions and
//! arithmetic are words.

/// Commands of one line that are told; a line has a few dozen.
pub(crate) const MOST: usize = 10_000;
/// Here-documents that may begin in one line.
const MOST_DOCUMENTS: usize = 16;

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// Its words without quotes; variables set before it are not among them.
    pub words: Vec<String>,
    /// Whether it reads the output of the one before.
    pub is_piped: bool,
    /// Whether the next one begins before it ends (`&`).
    pub is_background: bool,
}

/// Splits a line into its commands, in their order.
pub fn commands(line: &str) -> Vec<Command> {
    let mut lexer = Lexer {
        rest: line,
        commands: Vec::new(),
        command: Command::default(),
        word: None,
        documents: Vec::new(),
        depth: 0,
    };
    while lexer.commands.len() < MOST {
        let Some(c) = lexer.next() else { break };
        lexer.take(c);
    }
    lexer.end_command();
    lexer.commands
}

struct Lexer<'a> {
    rest: &'a str,
    commands: Vec<Command>,
    command: Command,
    /// The word so far; an empty one may be `''`.
    word: Option<String>,
    /// The ends of here-documents whose text begins with the next line.
    documents: Vec<String>,
    /// Brackets that are open.
    depth: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn skips(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take(&mut self, c: char) {
        match c {
            '\\' => self.escape(),
            '\'' => self.until('\''),
            '"' => self.double_quoted(),
            '#' if self.word.is_none() => self.comment(),
            '\n' => {
                self.end_command();
                self.skip_documents();
            }
            ';' => self.end_command(),
            '&' if self.skips("&") => self.end_command(),
            '&' if self.skips(">") => self.redirect(),
            '&' => {
                self.end_word();
                self.command.is_background = true;
                self.end_command();
            }
            '|' if self.skips("|") => self.end_command(),
            '|' => {
                self.skips("&");
                self.end_command();
                self.command.is_piped = true;
            }
            '<' if self.skips("<<") => self.end_word(),
            '<' if self.skips("<") => self.document(),
            '<' | '>' => self.redirect(),
            '(' | ')' | '`' => self.bracket(c),
            '$' if self.skips("(") => self.bracket('('),
            c if c.is_whitespace() => self.end_word(),
            c => self.word.get_or_insert_default().push(c),
        }
    }

    fn escape(&mut self) {
        match self.next() {
            // a line that goes on
            Some('\n') | None => {}
            Some(c) => self.word.get_or_insert_default().push(c),
        }
    }

    fn until(&mut self, end: char) {
        let (text, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.word.get_or_insert_default().push_str(text);
        self.rest = rest;
    }

    fn double_quoted(&mut self) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => match self.next() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => text.push(c),
                    Some('\n') | None => {}
                    Some(c) => text.extend(['\\', c]),
                },
                c => text.push(c),
            }
        }
        self.word.get_or_insert_default().push_str(&text);
    }

    fn comment(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.rest = self.rest.get(end..).unwrap_or_default();
    }

    /// What a command in a command gives is not known, but that it runs is.
    fn bracket(&mut self, c: char) {
        // `name()` begins a function
        match c {
            '(' if self.skips(")") => self.word = None,
            '(' => self.depth += 1,
            // a label of `case` runs nothing
            ')' if self.depth == 0 => {
                self.word = None;
                self.command = Command::default();
            }
            ')' => self.depth -= 1,
            _ => {}
        }
        self.end_command();
    }

    /// Leaves out the file that something goes into, or comes from, with its number.
    fn redirect(&mut self) {
        if self
            .word
            .as_ref()
            .is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()))
        {
            self.word = None;
        }
        self.end_word();
        while self.skips(">") || self.skips("&") || self.skips("|") {}
        self.plain_word();
    }

    /// Reads a word that is none of the command's.
    fn plain_word(&mut self) -> String {
        let start = self.rest.trim_start_matches([' ', '\t']);
        let is_end = |c: char| c.is_whitespace() || ";&|<>()".contains(c);
        let end = start.find(is_end).unwrap_or(start.len());
        let (word, rest) = start.split_at_checked(end).unwrap_or((start, ""));
        self.rest = rest;
        word.chars().filter(|c| !"'\"\\".contains(*c)).collect()
    }

    fn document(&mut self) {
        self.end_word();
        self.skips("-");
        let end = self.plain_word();
        if self.documents.len() < MOST_DOCUMENTS {
            self.documents.push(end);
        }
    }

    fn skip_documents(&mut self) {
        for end in std::mem::take(&mut self.documents) {
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                if line.trim() == end {
                    break;
                }
            }
        }
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        let is_first = self.command.words.is_empty();
        if is_first && (is_assignment(&word) || is_keyword(&word)) {
            return;
        }
        self.command.words.push(word);
    }

    fn end_command(&mut self) {
        self.end_word();
        let command = std::mem::take(&mut self.command);
        // `case x in` and `for x in y` are the shell's own, too
        let is_own = |word: &String| matches!(&**word, "case" | "for" | "select");
        if command.words.first().is_some_and(|word| !is_own(word)) {
            self.commands.push(command);
        }
    }
}

/// Whether a word in front of a command sets a variable.
fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    let is_named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_named)
}

/// Whether a word in front of a command is the shell's own.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "{" | "}"
            | "!"
            | "if"
            | "then"
            | "elif"
            | "else"
            | "fi"
            | "while"
            | "until"
            | "do"
            | "done"
            | "time"
            | "esac"
    )
}

impl Command {
    /// Returns the name of what runs, without its folder.
    pub fn name(&self) -> &str {
        let first = self.words.first().map_or("", String::as_str);
        first.rsplit('/').next().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Vec<String> {
        let tell = |command: Command| {
            let pipe = if command.is_piped { "| " } else { "" };
            let end = if command.is_background { " &" } else { "" };
            format!("{pipe}{}{end}", command.words.join("·"))
        };
        commands(line).into_iter().map(tell).collect()
    }

    #[test]
    fn lines_are_split_as_a_shell_does() {
        for (line, want) in [
            (
                "apt-get update && apt-get install -y x",
                &["apt-get·update", "apt-get·install·-y·x"][..],
            ),
            ("a;b||c\nd", &["a", "b", "c", "d"]),
            ("curl -s x | sh -", &["curl·-s·x", "| sh·-"]),
            ("echo 'a && b' \"c; d\" e\\ f", &["echo·a && b·c; d·e f"]),
            ("A=1 B='x y' make # all; done", &["make"]),
            ("if true; then x; fi", &["true", "x"]),
            ("(cd /x && make) > /dev/null 2>&1", &["cd·/x", "make"]),
            ("x $(curl y) z", &["x", "curl·y", "z"]),
            ("sshd & nginx", &["sshd &", "nginx"]),
            (
                "cat <<EOF > /x\napt-get update\nEOF\nmake",
                &["cat", "make"],
            ),
            ("cat <<-'END'\nsudo\n\tEND\nls", &["cat", "ls"]),
            ("a \\\n  b", &["a·b"]),
            ("echo ''", &["echo·"]),
            ("echo 'unended", &["echo·unended"]),
            ("make &> log", &["make"]),
            (
                "case $1 in\nnginx) exec nginx;;\n(sshd) x;;\nesac",
                &["exec·nginx", "sshd", "x"],
            ),
            ("", &[]),
        ] {
            assert_eq!(told(line), want, "{line}");
        }
    }

    #[test]
    fn lines_may_be_long() {
        let line = "(".repeat(1 << 20) + &"a;".repeat(1 << 20);
        assert_eq!(commands(&line).len(), MOST);
        assert_eq!(commands(&"<<a ".repeat(100_000)).len(), 0);
    }
}
