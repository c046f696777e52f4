//! Here-documents: text, or lines that a shell runs.

use super::{Command, Lexer, lex};
use crate::start;

/// Here-documents that may begin in one line.
const MOST_DOCUMENTS: usize = 16;
/// Here-documents for shells in here-documents for shells.
const MOST_NESTED: usize = 3;

/// One whose text is still to come.
pub(super) struct Document {
    /// The line that ends it.
    end: String,
    /// The place of the command that reads it, or reads of whoever does.
    reader: usize,
}

impl Lexer<'_> {
    /// Takes the word that will end one, behind `<<`.
    pub(super) fn document(&mut self) {
        self.end_word();
        self.skips("-");
        let end = self.plain_word();
        if self.documents.len() < MOST_DOCUMENTS {
            let reader = self.script.commands.len();
            self.documents.push(Document { end, reader });
        }
    }

    /// Takes the here-documents that begin here: text, or what a shell runs.
    pub(super) fn documents(&mut self) {
        for Document { end, reader } in std::mem::take(&mut self.documents) {
            let text = self.rest;
            let mut len = 0;
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                if line.trim() == end {
                    break;
                }
                len = text.len() - rest.len();
            }
            let readers = self.script.commands.get(reader..).unwrap_or_default();
            if self.nested < MOST_NESTED && readers.iter().any(is_fed_shell) {
                let lines = text.get(..len).unwrap_or_default();
                let last = lex(lines, self.nested + 1, self.script);
                self.state.lists.take(last);
            }
        }
    }
}

/// Whether a command is a shell that runs what it reads: `bash -s`, not `sh -c x` or `sh file`.
fn is_fed_shell(command: &Command) -> bool {
    let words = start::words_behind(command);
    let name = words.first().map_or("", |word| start::name_of(word));
    start::is_shell(name) && start::reads_lines(words)
}
