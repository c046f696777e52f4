//! What a shell's own words, brackets and signs between commands begin and end: blocks, lists.

use super::lists::{Join, Kind};
use super::{Function, Lexer};

impl Lexer<'_> {
    pub(super) fn end_case(&mut self) {
        self.state.cases = self.state.cases.saturating_sub(1);
        self.state.is_label = false;
        self.close(&[Kind::Case]);
    }

    /// Takes the name of a function, `name()`, `name ()` or `function name ()`.
    pub(super) fn begins_function(&mut self) {
        let words = &mut self.state.command.words;
        let name = self.state.word.take().or_else(|| words.pop());
        words.pop_if(|word| word == "function");
        self.state.lists.name(name);
    }

    pub(super) fn open(&mut self, kind: Kind) {
        let before = self.script.commands.len();
        self.state.lists.open(kind, before);
    }

    pub(super) fn close(&mut self, kinds: &[Kind]) {
        let function = self.state.lists.function(kinds);
        let commands = &mut self.script.commands;
        if let Some(first) = self.state.lists.close(kinds, commands) {
            let body = commands.iter_mut().skip(first);
            body.for_each(|command| command.stays = true);
        }
        for at in self.state.lists.waited() {
            if let Some(command) = commands.get_mut(at) {
                command.waits = true;
            }
        }
        if let Some((name, before)) = function {
            let body = before..commands.len();
            let last = self.state.lists.last_of(&name).to_vec();
            self.script.functions.push(Function { name, body, last });
        }
    }

    /// Takes a word of the shell's own, with which a block begins, goes on or ends.
    pub(super) fn keyword(&mut self, word: &str) {
        match word {
            "{" => self.open(Kind::Braces),
            "}" => self.close(&[Kind::Braces]),
            "if" => self.open(Kind::If),
            "fi" => self.close(&[Kind::If]),
            "while" => self.open(Kind::While),
            "until" => self.open(Kind::Until),
            "done" => self.close(&[Kind::While, Kind::Until, Kind::For]),
            "then" | "elif" | "else" | "do" => {
                let before = self.script.commands.len();
                self.state.lists.part(word, before);
            }
            _ => {}
        }
    }

    pub(super) fn join(&mut self, join: Join) {
        self.end_command();
        self.state.lists.join(join);
    }

    pub(super) fn end_list(&mut self) {
        self.end_command();
        self.state.lists.end();
    }

    /// Ends what is begun and not waited for: a command, a pipe or a block.
    pub(super) fn background(&mut self) {
        self.end_command();
        for at in self.state.lists.now() {
            self.script
                .mark(*at, |command| command.is_background = true);
        }
        self.state.lists.end();
    }
}

/// Whether a word in front of a command is the shell's own.
pub(super) fn is_keyword(word: &str) -> bool {
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
    )
}
