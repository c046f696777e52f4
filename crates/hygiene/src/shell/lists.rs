//! Which commands of a text of a shell go on when all that stands before them is done.
//!
//! ```text
//! prepare; (serve) & serve | tee log        the last list: both ends of a pipe, and `||`
//! while :; do serve; sleep 1; done          all of a loop that nothing ends
//! ```
//! What only tells something, as `echo` and `exit` do, is not what is last. Branches are looked at as if they
//! stood one behind the other.

use std::collections::BTreeMap;

use super::Command;

/// Blocks in blocks that are told apart; people write five.
const MOST_BLOCKS: usize = 100;
/// Functions of a text, and commands of one, that are known where it is called.
const MOST_FUNCTIONS: usize = 1_000;

/// What commands stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(…)`
    Brackets,
    /// `{…}`
    Braces,
    /// `if`
    If,
    /// `case`
    Case,
    /// `while`
    While,
    /// `until`
    Until,
    /// `for`
    For,
}

/// How a command is joined to those before it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Join {
    /// It begins a list.
    #[default]
    Begins,
    /// `&&`: it comes when the one before is done.
    Follows,
    /// `|` or `||`: the one before is no less the last.
    Beside,
}

/// A list that is not ended, and the last one before it; places of commands.
#[derive(Debug, Default)]
struct List {
    now: Vec<usize>,
    /// Whether one of them does more than tell something.
    counts: bool,
    join: Join,
    last: Vec<usize>,
}

#[derive(Debug)]
struct Block {
    kind: Kind,
    /// The list that it stands in.
    around: List,
    /// The name of the function that it is.
    function: Option<String>,
    /// How many commands there were before it, and before what a loop does again.
    before: usize,
    body: usize,
    /// What is as much the last as what its end has: the condition of a loop, branches.
    beside: Vec<usize>,
}

/// The lists of a text, up to where it is read.
#[derive(Debug, Default)]
pub(super) struct Lists {
    list: List,
    blocks: Vec<Block>,
    /// Blocks that are open beyond those that are told apart.
    beyond: usize,
    functions: BTreeMap<String, Vec<usize>>,
    function: Option<String>,
    /// What is last in the block that was ended, if it waits before that.
    waited: Vec<usize>,
}

impl List {
    fn add(&mut self, places: &[usize], counts: bool) {
        match self.join {
            Join::Follows if !counts => {}
            Join::Beside => {
                self.now.extend(places);
                self.counts |= counts;
            }
            Join::Begins | Join::Follows => {
                self.now = places.to_vec();
                self.counts = counts;
            }
        }
    }

    fn end(&mut self) {
        let list = std::mem::take(&mut self.now);
        if self.counts {
            self.last = list;
        }
        self.counts = false;
        self.join = Join::Begins;
    }
}

impl Lists {
    /// Takes the next command, which has a place among all.
    pub(super) fn add(&mut self, command: &Command, at: usize) {
        let called = self.functions.get(command.name());
        let mut places = called.cloned().unwrap_or_default();
        places.push(at);
        self.list.add(&places, !only_tells(command.name()));
    }

    /// Says how the next command is joined.
    pub(super) const fn join(&mut self, join: Join) {
        self.list.join = join;
    }

    /// Ends a list.
    pub(super) fn end(&mut self) {
        self.list.end();
    }

    /// Returns the places of the list that is not ended.
    pub(super) fn now(&self) -> &[usize] {
        &self.list.now
    }

    /// Takes what is last of another text, which is run here.
    pub(super) fn take(&mut self, last: Vec<usize>) {
        if !last.is_empty() {
            self.list.last = last;
        }
    }

    /// Says that the next block is a function.
    pub(super) fn name(&mut self, function: Option<String>) {
        self.function = function;
    }

    /// Begins a block before which there were so many commands.
    pub(super) fn open(&mut self, kind: Kind, before: usize) {
        if self.blocks.len() >= MOST_BLOCKS {
            self.beyond += 1;
            return;
        }
        let function = self.function.take();
        self.blocks.push(Block {
            kind,
            around: std::mem::take(&mut self.list),
            function: function.filter(|_| matches!(kind, Kind::Braces | Kind::Brackets)),
            before,
            body: before,
            beside: Vec::new(),
        });
    }

    /// Goes on in a block behind one of its own words.
    pub(super) fn part(&mut self, word: &str, before: usize) {
        self.end();
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        match word {
            "elif" | "do" => {
                block.beside = std::mem::take(&mut self.list.last);
                block.body = before;
            }
            // a condition is done
            "then" => self.list.last = std::mem::take(&mut block.beside),
            _ => {}
        }
    }

    /// Returns the function that a block of one of these kinds is, which is to be ended, and how many commands
    /// there were before it.
    pub(super) fn function(&self, kinds: &[Kind]) -> Option<(String, usize)> {
        let block = self.blocks.last().filter(|_| self.beyond == 0)?;
        let is_known = self.functions.len() < MOST_FUNCTIONS && kinds.contains(&block.kind);
        let name = block.function.clone().filter(|_| is_known)?;
        Some((name, block.before))
    }

    /// Returns the places of the commands that are the last of a function.
    pub(super) fn last_of(&self, function: &str) -> &[usize] {
        self.functions.get(function).map_or(&[], Vec::as_slice)
    }

    /// Returns the places of the commands that are last in the block that was ended, if something is waited for
    /// there before them.
    pub(super) fn waited(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.waited)
    }

    /// Ends a block of one of these kinds; returns where a loop begins that nothing ends.
    pub(super) fn close(&mut self, kinds: &[Kind], commands: &[Command]) -> Option<usize> {
        self.end();
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        let block = self.blocks.pop_if(|block| kinds.contains(&block.kind))?;
        let mut last = std::mem::replace(&mut self.list, block.around).last;
        last.extend(block.beside);
        let is_endless = is_endless(block.kind, commands, (block.before, block.body));
        if is_endless {
            last = (block.body..commands.len()).collect();
        }
        let is_group = matches!(block.kind, Kind::Brackets | Kind::Braces);
        let first = last.iter().min().copied().unwrap_or_default();
        let mut before = commands.get(block.before..first).unwrap_or_default().iter();
        if is_group && before.any(|command| command.name() == "sleep") {
            self.waited.clone_from(&last);
        }
        match block.function {
            Some(name) if self.functions.len() < MOST_FUNCTIONS => {
                last.truncate(MOST_FUNCTIONS);
                self.functions.insert(name, last);
            }
            Some(_) => {}
            None if last.is_empty() => {}
            None => self.list.add(&last, true),
        }
        is_endless.then_some(block.body)
    }

    /// Ends all, and returns what is last.
    pub(super) fn finish(mut self, commands: &[Command]) -> Vec<usize> {
        self.beyond = 0;
        while let Some(kind) = self.blocks.last().map(|block| block.kind) {
            self.close(&[kind], commands);
        }
        self.end();
        self.list.last
    }
}

/// Whether a command says nothing of what goes on.
fn only_tells(name: &str) -> bool {
    matches!(
        name,
        "exit" | "return" | "echo" | "printf" | "true" | ":" | "kill" | "rm"
    )
}

/// Whether nothing ends a loop, whose condition and whose body begin at places.
fn is_endless(kind: Kind, commands: &[Command], (before, body): (usize, usize)) -> bool {
    let condition = match commands.get(before..body) {
        Some([condition]) => condition.words.join(" "),
        _ => return false,
    };
    let always: &[&str] = match kind {
        Kind::While => &[
            ":",
            "true",
            "1",
            "[ 1 ]",
            "[ true ]",
            "[[ 1 ]]",
            "[[ true ]]",
        ],
        Kind::Until => &["false"],
        Kind::Brackets | Kind::Braces | Kind::If | Kind::Case | Kind::For => return false,
    };
    let mut inside = commands.get(body..).unwrap_or_default().iter();
    always.contains(&&*condition) && !inside.any(|it| matches!(it.name(), "break" | "return"))
}
