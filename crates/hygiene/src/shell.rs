//! A line of shell as commands: what runs, with which words, and what its output goes into.
//!
//! ```text
//! apt-get update && apt-get install -y curl; curl -s x | sh
//! ```
//! are four commands, the last of which reads from the third. Quotes, escapes, comments, `case`,
//! here-documents and what stands in `(…)`, `{…}`, `$(…)` or `<(…)` are known; variables are left as they
//! stand. Nothing is run.
//!
//! A command that stands in the words of another comes before it. A here-document that a shell reads is
//! lines of a shell, too.
//!
//! Source of truth: POSIX.1-2017, Shell Command Language; `<(…)` is that of bash. Not a whole shell:
//! arithmetic is a word. What functions consist of is among the commands, and is told beside them.

mod blocks;
mod command;
mod documents;
mod lists;

use std::ops::Range;

use blocks::is_keyword;
pub use command::Command;
use documents::Document;
use lists::{Join, Kind, Lists};

/// Commands of one line that are told; a line has a few dozen.
pub(crate) const MOST: usize = 10_000;
/// Commands in commands in commands; people write two.
const MOST_FRAMES: usize = 50;

/// What a text of a shell says.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Its commands, in their order.
    pub(crate) commands: Vec<Command>,
    /// The variables that it sets, in their order.
    pub(crate) sets: Vec<Set>,
    /// Its functions; one that stands in another comes before it.
    pub(crate) functions: Vec<Function>,
}

/// A function of a script: places of the commands that it consists of, and of those that are its last.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) body: Range<usize>,
    pub(crate) last: Vec<usize>,
}

/// A variable that is set, by `NAME=value`, `for NAME in values` or, its name `NAME[@]`, `NAME=(values)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) name: String,
    /// What it may be.
    pub(crate) values: Vec<String>,
}

/// Splits a line into its commands, in their order.
pub fn commands(line: &str) -> Vec<Command> {
    script(line).commands
}

/// Reads a text of a shell.
pub(crate) fn script(text: &str) -> Script {
    let mut script = Script::default();
    for at in lex(text, 0, &mut script) {
        script.mark(at, |command| command.stays = true);
    }
    script
}

/// Returns the commands whose output the one at `at` reads, or is given among its words.
pub(crate) fn feeders(commands: &[Command], at: usize) -> &[Command] {
    let Some(command) = commands.get(at) else {
        return &[];
    };
    let before = command.inner + usize::from(command.is_piped);
    commands
        .get(at.saturating_sub(before)..at)
        .unwrap_or_default()
}

/// Adds the commands of a line, and returns the places of those that are the last.
fn lex(line: &str, nested: usize, script: &mut Script) -> Vec<usize> {
    let mut lexer = Lexer {
        rest: line,
        script,
        nested,
        state: State::default(),
        frames: Vec::new(),
        documents: Vec::new(),
    };
    while lexer.script.commands.len() < MOST {
        let Some(c) = lexer.next() else { break };
        lexer.take(c);
    }
    lexer.end_command();
    while !lexer.frames.is_empty() {
        lexer.leave();
        lexer.end_command();
    }
    lexer.state.lists.finish(&lexer.script.commands)
}

impl Script {
    fn mark(&mut self, at: usize, mark: impl FnOnce(&mut Command)) {
        self.commands.get_mut(at).map(mark);
    }
}

struct Lexer<'a> {
    rest: &'a str,
    script: &'a mut Script,
    nested: usize,
    state: State,
    /// What was begun around a command in the words of another.
    frames: Vec<Frame>,
    /// Here-documents whose text begins with the next line.
    documents: Vec<Document>,
}

/// What was begun and is not ended.
#[derive(Default)]
struct State {
    command: Command,
    /// The word so far; an empty one may be `''`.
    word: Option<String>,
    is_quoted: bool,
    /// Brackets that are open.
    depth: usize,
    /// `case` that are open, and whether the next words are labels.
    cases: usize,
    is_label: bool,
    lists: Lists,
}

struct Frame {
    state: State,
    /// What ends the command in the words.
    end: char,
    /// How many commands there were before it.
    before: usize,
    /// The array whose values its words are, if it is none that runs.
    array: Option<String>,
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
        if self.state.is_quoted {
            return self.take_quoted(c);
        }
        match c {
            '\\' => self.escape(),
            '\'' => self.until('\''),
            '"' => {
                self.word();
                self.state.is_quoted = true;
            }
            '$' | '`' if self.takes_inner(c) => {}
            '#' if self.state.word.is_none() => self.comment(),
            _ if self.state.is_label => self.label(c),
            '<' | '>' if self.skips("(") => self.enter(')'),
            '\n' => {
                self.end_list();
                self.documents();
            }
            ';' => {
                let is_end = self.skips(";") | self.skips("&");
                self.end_list();
                self.state.is_label = is_end && self.state.cases > 0;
            }
            '&' if self.skips("&") => self.join(Join::Follows),
            '&' if self.skips(">") => self.redirect(),
            '&' => self.background(),
            '|' if self.skips("|") => self.join(Join::Beside),
            '|' => {
                self.skips("&");
                self.join(Join::Beside);
                self.state.command.is_piped = true;
            }
            '<' if self.skips("<<") => self.end_word(),
            '<' if self.skips("<") => self.document(),
            '<' | '>' => self.redirect(),
            '(' | ')' => self.bracket(c),
            c if c.is_whitespace() => self.end_word(),
            c => self.word().push(c),
        }
    }

    fn take_quoted(&mut self, c: char) {
        match c {
            '"' => self.state.is_quoted = false,
            '\\' => match self.next() {
                Some(c @ ('"' | '\\' | '$' | '`')) => self.word().push(c),
                Some('\n') | None => {}
                Some(c) => self.word().extend(['\\', c]),
            },
            '$' | '`' if self.takes_inner(c) => {}
            c => self.word().push(c),
        }
    }

    fn word(&mut self) -> &mut String {
        self.state.word.get_or_insert_default()
    }

    /// Takes the beginning, or the end, of a command in a word, or arithmetic.
    fn takes_inner(&mut self, c: char) -> bool {
        if c == '`' {
            match self.frames.last() {
                Some(frame) if frame.end == '`' => self.leave(),
                _ => self.enter('`'),
            }
            return true;
        }
        if self.skips("((") {
            let (_, rest) = self.rest.split_once("))").unwrap_or_default();
            self.rest = rest;
            self.word().push('$');
            return true;
        }
        let is_inner = self.skips("(");
        if is_inner {
            self.enter(')');
        }
        is_inner
    }

    /// Begins a command in a word, which goes on behind it.
    fn enter(&mut self, end: char) {
        self.word().push('$');
        if self.frames.len() >= MOST_FRAMES {
            return;
        }
        let state = std::mem::take(&mut self.state);
        let before = self.script.commands.len();
        self.frames.push(Frame {
            state,
            end,
            before,
            array: None,
        });
    }

    /// Begins the values of an array, `NAME=(`, if it is one.
    fn begins_array(&mut self) -> bool {
        let word = self.state.word.as_deref().unwrap_or_default();
        let name = word.strip_suffix('=').unwrap_or_default();
        let name = name.trim_end_matches('+').to_owned();
        if !is_name(&name) || self.frames.len() >= MOST_FRAMES {
            return false;
        }
        self.state.word = None;
        self.enter(')');
        if let Some(frame) = self.frames.last_mut() {
            // the brackets are no word
            frame.state.word = None;
            frame.array = Some(format!("{name}[@]"));
        }
        true
    }

    /// Takes the words between the brackets of an array, and nothing that is run to make them.
    fn end_array(&mut self, name: &str, before: usize) {
        let mut words = Vec::new();
        let all = &mut self.script.commands;
        let mut commands = all.split_off(before.min(all.len()));
        while let Some(command) = commands.pop() {
            commands.truncate(commands.len().saturating_sub(command.inner));
            words.extend(command.words.into_iter().rev());
        }
        words.reverse();
        self.set(name, words);
    }

    /// Goes back to the word that a command stands in.
    fn leave(&mut self) {
        self.end_command();
        if let Some(frame) = self.frames.pop() {
            self.state = frame.state;
            if let Some(name) = frame.array {
                return self.end_array(&name, frame.before);
            }
            let inner = self.script.commands.len().saturating_sub(frame.before);
            let command = &mut self.state.command;
            command.inner = command.inner.saturating_add(inner);
        }
    }

    fn escape(&mut self) {
        match self.next() {
            // a line that goes on
            Some('\n') | None => {}
            Some(c) => self.word().push(c),
        }
    }

    fn until(&mut self, end: char) {
        let (text, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.word().push_str(text);
    }

    fn comment(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.rest = self.rest.get(end..).unwrap_or_default();
    }

    fn bracket(&mut self, c: char) {
        match c {
            '(' if self.begins_array() => return,
            '(' if self.skips(")") => self.begins_function(),
            '(' => {
                self.state.depth += 1;
                self.end_command();
                return self.open(Kind::Brackets);
            }
            _ if self.state.depth > 0 => {
                self.state.depth -= 1;
                self.end_command();
                return self.close(&[Kind::Brackets]);
            }
            _ if self.frames.last().is_some_and(|frame| frame.end == ')') => return self.leave(),
            _ => {
                self.state.word = None;
                self.state.command = Command::default();
            }
        }
        self.end_command();
    }

    /// Takes the labels of `case`, which run nothing, up to their `)`.
    fn label(&mut self, c: char) {
        let is_end = c.is_whitespace() || matches!(c, ';' | ')' | '&' | '|');
        let word = self.state.word.take_if(|_| is_end || c == '(');
        if word.is_some_and(|word| word == "esac") {
            self.end_case();
            return self.take(c);
        }
        match c {
            ')' => self.state.is_label = false,
            _ if is_end || c == '(' => {}
            c => self.word().push(c),
        }
    }

    /// Leaves out the file that something goes into, or comes from, with its number.
    fn redirect(&mut self) {
        let is_number = |word: &mut String| word.chars().all(|c| c.is_ascii_digit());
        self.state.word.take_if(is_number);
        self.end_word();
        while self.skips(">") || self.skips("&") || self.skips("|") {}
        // a file, not what a command writes
        if !self
            .rest
            .trim_start_matches([' ', '\t'])
            .starts_with(['<', '>'])
        {
            self.plain_word();
        }
    }

    /// Reads a word that is none of the command's.
    fn plain_word(&mut self) -> String {
        let start = self.rest.trim_start_matches([' ', '\t']);
        let is_end = |c: char| c.is_whitespace() || ";&|<>()`".contains(c);
        let end = start.find(is_end).unwrap_or(start.len());
        let (word, rest) = start.split_at_checked(end).unwrap_or((start, ""));
        self.rest = rest;
        word.chars().filter(|c| !"'\"\\".contains(*c)).collect()
    }

    fn end_word(&mut self) {
        let Some(word) = self.state.word.take() else {
            return;
        };
        let words = &mut self.state.command.words;
        if words.is_empty() && word == "esac" {
            return self.end_case();
        }
        // `-p` is an option of `time`
        if words.is_empty() && (is_assignment(&word) || is_keyword(&word) || word == "-p") {
            if let Some((name, value)) = word.split_once('=') {
                self.set(name, vec![value.to_owned()]);
            }
            return self.keyword(&word);
        }
        words.push(word);
        if let [case, _, is_in] = &words[..]
            && (&**case, &**is_in) == ("case", "in")
        {
            words.clear();
            self.state.cases = self.state.cases.saturating_add(1);
            self.state.is_label = true;
            return self.open(Kind::Case);
        }
        if let [function, _, brace] = &words[..]
            && (&**function, &**brace) == ("function", "{")
        {
            words.pop();
            self.end_command();
            self.keyword("{");
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let command = std::mem::take(&mut self.state.command);
        // `for x in y` is the shell's own, too
        match &command.words[..] {
            [first, name, rest @ ..] if matches!(&**first, "for" | "select") => {
                let values = match rest {
                    // without them it takes the arguments
                    [] => vec!["$@".to_owned()],
                    [_, values @ ..] => values.to_vec(),
                };
                self.set(name, values);
                self.open(Kind::For);
            }
            [function, name] if function == "function" => {
                self.state.lists.name(Some(name.clone()));
            }
            [] => {}
            [first, ..] if matches!(&**first, "case" | "for" | "select") => {}
            _ => {
                let at = self.script.commands.len();
                self.state.lists.add(&command, at);
                self.script.commands.push(command);
            }
        }
    }

    fn set(&mut self, name: &str, values: Vec<String>) {
        if self.script.sets.len() < MOST {
            let name = name.to_owned();
            self.script.sets.push(Set { name, values });
        }
    }
}

/// Whether a word in front of a command sets a variable.
fn is_assignment(word: &str) -> bool {
    is_name(word.split_once('=').map_or("", |(name, _)| name))
}

/// Whether a text is the name of a variable.
fn is_name(name: &str) -> bool {
    let is_named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_named)
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
            ("x $(curl y) z", &["curl·y", "x·$·z"]),
            ("x \"a $(b `c`) d\" e", &["c", "b·$", "x·a $ d·e"]),
            ("A=$(b) c", &["b", "c"]),
            ("x $((1 + 2)) y", &["x·$·y"]),
            ("x <(curl y)", &["curl·y", "x·$"]),
            ("x < <(curl y)", &["curl·y", "x·$"]),
            ("sshd & nginx", &["sshd &", "nginx"]),
            (
                "cat <<EOF > /x\napt-get update\nEOF\nmake",
                &["cat", "make"],
            ),
            ("cat <<-'END'\nsudo\n\tEND\nls", &["cat", "ls"]),
            ("A=(b c); d", &["d"]),
            ("A=(b $(c", &[]),
            ("f() { a; }; (b)", &["a", "b"]),
            ("function f { a; }; function g() { b; }", &["a", "b"]),
            ("function f\n{\na\n}\ng ()\n{ b; }; c", &["a", "b", "c"]),
            ("a \\\n  b", &["a·b"]),
            ("echo ''", &["echo·"]),
            ("echo 'unended", &["echo·unended"]),
            ("make &> log", &["make"]),
            ("time -p make", &["make"]),
            (
                "case $1 in\nnginx) exec nginx;;\n(sshd) x;;\nesac",
                &["exec·nginx", "x"],
            ),
            (
                "case \"$1\" in a|b) c;; 'd e') f | g;; esac; h",
                &["c", "f", "| g", "h"],
            ),
            (
                "case $(x) in *) case y in z) a; esac; b; esac; c",
                &["x", "a", "b", "c"],
            ),
            ("x $(case $1 in a) b;; esac)", &["b", "x·$"]),
            (
                "bash -e <<EOF\na\nb | c\nEOF\nd",
                &["bash·-e", "a", "b", "| c", "d"],
            ),
            ("cat <<EOF | sudo sh\na\nEOF", &["cat", "| sudo·sh", "a"]),
            ("sh -c x <<EOF\na\nEOF", &["sh·-c·x"]),
            ("", &[]),
        ] {
            assert_eq!(told(line), want, "{line}");
        }
    }

    #[test]
    fn what_is_last_stays() {
        for (text, want) in [
            ("a; b", &["b"][..]),
            ("a && b", &["b"]),
            ("a || b", &["a", "b"]),
            ("a\nb || exit 1", &["b", "exit"]),
            ("a; b && echo x", &["b"]),
            ("a; b; exit $?", &["b"]),
            ("a; b 2>&1 | tee -a /log", &["b", "tee"]),
            ("(a; b) &\nc", &["b &", "c"]),
            ("{ a; b; } >/log 2>&1 &\nwait", &["b &", "wait"]),
            ("(cd /x && a) & b", &["a &", "b"]),
            ("if a; then b & fi; c", &["b &", "c"]),
            ("a | b & c", &["a &", "b &", "c"]),
            ("while :; do a; sleep 1; done", &["a", "sleep"]),
            ("while true; do a; done &\nb", &["a &", "b"]),
            ("while true; do a && break; done; b", &["b"]),
            ("until a; do sleep 1; done", &["a", "sleep"]),
            ("until a; do sleep 1; done; b", &["b"]),
            ("for x in y; do a; b; done", &["b"]),
            ("if a; then b; else c; fi", &["c"]),
            ("if a; then b; else echo; fi", &["b"]),
            ("if a; then b; elif c; then d; fi; exit", &["d"]),
            ("case x in y) a;; z) b;; esac", &["b"]),
            ("case x in y) a;; esac | tee x", &["a", "tee"]),
            ("f() { a; b; }\nc; f", &["b", "f"]),
            ("f() { a; }\nf & c", &["a &", "f &", "c"]),
            ("a; sh <<X\nb\nc\nX\n", &["c"]),
            ("x $(a; b)", &["x"]),
            ("exit", &[]),
            ("", &[]),
        ] {
            let stays = |it: &Command| it.stays || it.is_background;
            let told = |it: Command| {
                let end = if it.is_background { " &" } else { "" };
                format!("{}{end}", it.name())
            };
            let last = commands(text).into_iter().filter(stays).map(told);
            assert_eq!(last.collect::<Vec<_>>(), want, "{text}");
        }
    }

    #[test]
    fn functions_are_told_with_their_commands() {
        for (text, want) in [
            ("f() { a; b; }; c", &["f: a b, last b"][..]),
            ("f () { a; }", &["f: a, last a"]),
            ("f() ( a )", &["f: a, last a"]),
            (
                "function f { a; }; function g-h\n{ b; }",
                &["f: a, last a", "g-h: b, last b"],
            ),
            (
                "function f () { a & }\nfunction g() { :; }",
                &["f: a, last a", "g: :, last "],
            ),
            (
                "if x; then f() { a; }; else f() { b; }; fi",
                &["f: a, last a", "f: b, last b"],
            ),
            (
                "f() { g() { a; }; b; }",
                &["g: a, last a", "f: a b, last b"],
            ),
            ("f() { a", &[]),
            ("f; function", &[]),
        ] {
            let script = script(text);
            let names = |places: &mut dyn Iterator<Item = usize>| {
                let names = places.map(|at| script.commands[at].name());
                names.collect::<Vec<_>>().join(" ")
            };
            let tell = |it: &Function| {
                let last = names(&mut it.last.iter().copied());
                format!("{}: {}, last {last}", it.name, names(&mut it.body.clone()))
            };
            let told: Vec<String> = script.functions.iter().map(tell).collect();
            assert_eq!(told, want, "{text}");
        }
    }

    #[test]
    fn variables_are_told_with_what_they_may_be() {
        for (line, want) in [
            ("A=b c; D='e f'", &["A: b", "D: e f"][..]),
            ("for f in /x/* y; do $f; done", &["f: /x/*·y"]),
            ("for f; do $f; done", &["f: $@"]),
            ("A=(b 'c d'\n e # f\n)", &["A[@]: b·c d·e"]),
            ("A+=(b $(ls x) \"$c\")", &["A[@]: b·$·$c"]),
            ("declare -a A=(b)", &["A[@]: b"]),
            ("A=()", &["A[@]: "]),
            ("x A=b", &[]),
        ] {
            let sets = script(line).sets.into_iter();
            let told: Vec<String> = sets
                .map(|set| format!("{}: {}", set.name, set.values.join("·")))
                .collect();
            assert_eq!(told, want, "{line}");
        }
    }

    #[test]
    fn lines_may_be_long() {
        let line = "(".repeat(1 << 20) + &"a;".repeat(1 << 20);
        assert_eq!(commands(&line).len(), MOST);
        assert_eq!(commands(&"<<a ".repeat(100_000)).len(), 0);
        assert_eq!(commands(&"x$(".repeat(100_000)).len(), 51);
        assert_eq!(commands(&"case x in ".repeat(100_000)).len(), 0);
        let document = "sh <<a\n".repeat(10_000);
        assert_eq!(commands(&document).len(), 4);
    }
}
