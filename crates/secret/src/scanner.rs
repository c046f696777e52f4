//! A text from its reader to its secrets: block by block, in bounded memory.
//!
//! ```text
//! ├─ kept ─┤├────── block, 1 MiB ──────┤├─ ahead, 64 KiB ─┤
//! ```
//! Words are looked for in the block; what is kept of the one before it and what is read ahead are as
//! long as the longest match reaches.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};
use std::ops::Range;

use model::{Limits, Secret, Severity};

use crate::block::{Block, Match, Matches, Nature};
use crate::engine::{Engine, setting};
use crate::expression::FURTHEST;
use crate::kinds::{self, Kind};
use crate::kubernetes;
use crate::lines::{Place, View};
use crate::show;
use crate::utf16::{self, Utf16};

/// Bytes that are looked at together.
const BLOCK_BYTES: usize = 1 << 20;
/// Bytes that are kept before a block: what is looked at there reaches back twice.
const KEPT_BYTES: usize = 2 * FURTHEST.before;
/// Bytes in which a program has a NUL, and text has none.
const HEAD_BYTES: usize = 8 << 10;
/// Shorter files hold no secret.
const LEAST: usize = 8;
/// The mark at the start of a text in UTF-8, which belongs to no line.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Lines between the two halves of a login.
const NEAR: u64 = 5;

/// Looks at one text after the other; each thread has its own.
#[derive(Debug)]
pub struct Scanner<'e> {
    engine: &'e Engine,
    limits: Limits,
    buffer: Vec<u8>,
    /// Bytes of the last file, if all of it is in the buffer as it came.
    held: Option<usize>,
}

/// What a look at a text gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// The secrets, sorted as [`Secret`] says.
    pub found: Vec<Secret>,
    /// Bytes after which looking ended although there were more.
    pub unread_after: Option<u64>,
    /// Whether there were more secrets, or more that looks like them, than a limit allows.
    pub is_cut: bool,
}

/// A secret with what decides which of two is told.
struct Kept {
    rule: usize,
    range: Range<u64>,
    secret: Secret,
}

impl<'e> Scanner<'e> {
    /// Makes room for one block.
    pub fn new(engine: &'e Engine, limits: &Limits) -> Self {
        Self {
            engine,
            limits: *limits,
            buffer: vec![0; MARK.len() + KEPT_BYTES + BLOCK_BYTES + FURTHEST.behind],
            held: None,
        }
    }

    /// Returns the last file, unless it was too long to be held whole.
    pub fn held(&self) -> Option<&[u8]> {
        self.buffer.get(..self.held?)
    }

    /// Looks at a file; `path` is relative to the root of the target. Stops reading at the limits.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn file(&mut self, path: &str, source: &mut dyn Read) -> io::Result<Looked> {
        let path = path.as_bytes();
        let kind = kinds::kind(path);
        self.held = None;
        if kind == Kind::Left {
            return Ok(Looked::default());
        }
        let mut looked = self.whole(path, kind, source)?;
        if kinds::is_template(path) {
            looked.found.retain(|secret| secret.rule != "dotenv");
        }
        if !looked.found.is_empty() && kinds::is_sample(path) {
            for secret in &mut looked.found {
                secret.severity = one_less(secret.severity);
            }
        }
        Ok(looked)
    }

    /// Looks at a text that is no file.
    pub fn text(&mut self, text: &str) -> Looked {
        let read = self.whole(b"", Kind::Own, &mut text.as_bytes());
        // bytes in memory can be read
        let mut looked = read.unwrap_or_default();
        for secret in &mut looked.found {
            secret.lines = Vec::new();
        }
        looked
    }

    /// Looks at a setting, as `NAME=value`: by its name, and by all other rules.
    pub fn setting(&mut self, name: &str, value: &str) -> Looked {
        let found = self.of_setting(name, value);
        let mut looked = self.text(&format!("{name}={value}"));
        let others = looked.found.drain(..).map(|secret| Kept {
            rule: 0,
            range: secret.offset..secret.offset.saturating_add(secret.length),
            secret,
        });
        looked.found = told(found.into_iter().chain(others).collect());
        looked
    }

    fn of_setting(&self, name: &str, value: &str) -> Vec<Kept> {
        let text = setting(name, value);
        let block = Block {
            text: text.as_bytes(),
            range: 0..0,
            nature: Nature::Text,
        };
        let most = self.limits.secrets_of_a_file;
        let matches = block.find(self.engine, &self.engine.of_settings, most);
        let mut kept = Vec::new();
        self.keep(&block, Place::START, &matches.found, &mut kept);
        for it in &mut kept {
            it.secret.lines = Vec::new();
        }
        kept
    }

    fn whole(&mut self, path: &[u8], kind: Kind, source: &mut dyn Read) -> io::Result<Looked> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let looked = self.decoded(path, kind, (&mut buffer, source));
        self.buffer = buffer;
        looked
    }

    fn decoded(
        &mut self,
        path: &[u8],
        kind: Kind,
        (buffer, source): (&mut Vec<u8>, &mut dyn Read),
    ) -> io::Result<Looked> {
        let mut window = Window::new(buffer);
        window.fill(source)?;
        self.held = window.is_ended.then_some(window.len);
        if let Some(order) = utf16::order(window.text()) {
            let head = window.text().to_vec();
            let mut source = Utf16::new(Cursor::new(head).chain(source), order);
            self.held = None;
            let mut window = Window::new(buffer);
            window.fill(&mut source)?;
            return self.blocks(path, nature(kind), window, &mut source);
        }
        let head = window.text();
        let is_program = head.get(..HEAD_BYTES).unwrap_or(head).contains(&0);
        let nature = if is_program {
            Nature::Program
        } else {
            nature(kind)
        };
        self.blocks(path, nature, window, source)
    }

    /// Goes through a text whose first bytes are in the window.
    fn blocks(
        &self,
        path: &[u8],
        nature: Nature,
        mut window: Window<'_>,
        source: &mut dyn Read,
    ) -> io::Result<Looked> {
        let mut looked = Looked::default();
        window.skip_mark();
        if window.text().len() < LEAST {
            return Ok(looked);
        }
        let of_file = match nature {
            Nature::Program => Vec::new(),
            Nature::Brought | Nature::Text => self.engine.of_path(path),
        };
        let budget = match nature {
            Nature::Program => self.limits.secret_program_bytes,
            Nature::Brought | Nature::Text => self.limits.secret_text_bytes,
        };
        let mut kept = Vec::new();
        loop {
            let block = window.block(nature);
            let most = self.limits.secrets_of_a_file.saturating_sub(kept.len());
            let mut matches = block.find(self.engine, &of_file, most);
            if matches.has_kubernetes {
                self.decode(&block, &mut matches, most);
            }
            looked.is_cut |= matches.is_cut;
            let base = window.place.offset;
            self.keep(&block, window.place, &matches.found, &mut kept);
            let seen = base.saturating_add(to_u64(block.range.end));
            if window.is_last() {
                break;
            }
            if seen >= budget {
                looked.unread_after = Some(seen);
                break;
            }
            window.advance();
            window.fill(source)?;
        }
        looked.found = told(kept);
        Ok(looked)
    }

    /// Adds what the values of Secrets of Kubernetes hold, until there are `most`.
    fn decode(&self, block: &Block<'_>, matches: &mut Matches, most: usize) {
        for value in kubernetes::values(block.text) {
            if matches.found.len() >= most {
                matches.is_cut = true;
                return;
            }
            let text = format!(
                "{}={}",
                value.name.replace(['.', '-'], "_"),
                String::from_utf8_lossy(&value.decoded)
            );
            let inner = Block {
                text: text.as_bytes(),
                range: 0..text.len(),
                nature: Nature::Text,
            };
            let inside = inner.find(self.engine, &self.engine.of_settings, 1);
            matches
                .found
                .extend(inside.found.into_iter().map(|it| Match {
                    range: value.range.clone(),
                    decoded: text.as_bytes().get(it.range.clone()).map(<[u8]>::to_vec),
                    ..it
                }));
        }
    }

    /// Makes what is told of the secrets of a block.
    fn keep(&self, block: &Block<'_>, place: Place, found: &[Match], kept: &mut Vec<Kept>) {
        let secrets: Vec<Range<usize>> = found.iter().map(|it| it.range.clone()).collect();
        let is_end = block.range.end == block.text.len();
        let view = View {
            text: block.text,
            // a secret that begins here may be found in the next block
            visible: if block.nature == Nature::Program {
                0..0
            } else if is_end {
                block.range.start..block.range.end
            } else {
                block.range.start..block.range.end.saturating_sub(FURTHEST.before)
            },
            secrets: &secrets,
        };
        let offset = |at: usize| place.offset.saturating_add(to_u64(at));
        for it in found {
            if let Some(rule) = self.engine.rule(it.rule) {
                kept.push(Kept {
                    rule: it.rule,
                    range: offset(it.range.start)..offset(it.range.end),
                    secret: show::secret(rule, it, &view, place),
                });
            }
        }
    }
}

/// The part of a text that is at hand.
struct Window<'b> {
    buffer: &'b mut [u8],
    len: usize,
    /// Where the block begins.
    start: usize,
    /// Where the window's first byte stands in the text.
    place: Place,
    is_ended: bool,
}

impl<'b> Window<'b> {
    const fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self {
            buffer: buffer.as_mut_slice(),
            len: 0,
            start: 0,
            place: Place::START,
            is_ended: false,
        }
    }

    fn text(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Begins behind the mark of UTF-8, if the text has it; the buffer stays as it is.
    fn skip_mark(&mut self) {
        if self.text().starts_with(MARK) {
            self.buffer = std::mem::take(&mut self.buffer)
                .get_mut(MARK.len()..)
                .unwrap_or_default();
            self.len -= MARK.len();
            self.place.offset = to_u64(MARK.len());
        }
    }

    /// Reads until the window is full or the source has ended.
    fn fill(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let full = self.start + BLOCK_BYTES + FURTHEST.behind;
        while self.len < full && !self.is_ended {
            let space = self.buffer.get_mut(self.len..full).unwrap_or_default();
            match source.read(space) {
                Ok(0) => self.is_ended = true,
                Ok(count) => self.len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn end(&self) -> usize {
        self.len.min(self.start + BLOCK_BYTES)
    }

    fn block(&self, nature: Nature) -> Block<'_> {
        Block {
            text: self.text(),
            range: self.start..self.end(),
            nature,
        }
    }

    /// Whether nothing follows the block.
    fn is_last(&self) -> bool {
        self.is_ended && self.end() == self.len
    }

    /// Makes what follows the block the next one.
    fn advance(&mut self) {
        let end = self.end();
        let gone = end.saturating_sub(KEPT_BYTES);
        self.place = self
            .place
            .after(self.buffer.get(..gone).unwrap_or_default());
        self.buffer.copy_within(gone..self.len, 0);
        self.len -= gone;
        self.start = end - gone;
    }
}

const fn nature(kind: Kind) -> Nature {
    match kind {
        Kind::Brought => Nature::Brought,
        Kind::Own | Kind::Left => Nature::Text,
    }
}

/// Returns what is told: of two that find the same bytes the more severe, then the first of the
/// table; of an AWS key id and its key only the key.
fn told(mut kept: Vec<Kept>) -> Vec<Secret> {
    kept.sort_by(|a, b| {
        let order = |it: &Kept| {
            (
                std::cmp::Reverse(it.secret.severity),
                it.rule,
                it.range.start,
            )
        };
        order(a).cmp(&order(b))
    });
    let mut told: Vec<Kept> = Vec::new();
    let mut taken: BTreeSet<(u64, u64)> = BTreeSet::new();
    for it in kept {
        // taken ranges do not overlap: only the nearest before the end can
        let nearest = taken.range(..(it.range.end, 0)).next_back();
        if nearest.is_none_or(|&(_, end)| end <= it.range.start) {
            taken.insert((it.range.start, it.range.end));
            told.push(it);
        }
    }
    pair(&mut told);
    let mut secrets: Vec<Secret> = told.into_iter().map(|it| it.secret).collect();
    secrets.sort_by(|a, b| (a.offset, &a.rule).cmp(&(b.offset, &b.rule)));
    secrets
}

/// Moves what an AWS key id tells to the key within five lines of it.
fn pair(told: &mut Vec<Kept>) {
    let is_key = |it: &Kept| matches!(&*it.secret.rule, "aws-secret-key" | "aws-credentials-file");
    let ids: Vec<(u64, String)> = told
        .iter()
        .filter(|it| it.secret.rule == "aws-access-key-id")
        .map(|it| (it.secret.line, it.secret.note.clone()))
        .collect();
    let keys: Vec<u64> = told
        .iter()
        .filter(|it| is_key(it))
        .map(|it| it.secret.line)
        .collect();
    let near = |line: u64| keys.iter().any(|key| key.abs_diff(line) <= NEAR);
    told.retain(|it| it.secret.rule != "aws-access-key-id" || !near(it.secret.line));
    for it in told.iter_mut().filter(|it| is_key(it)) {
        let id = ids
            .iter()
            .find(|(line, _)| line.abs_diff(it.secret.line) <= NEAR);
        if let Some((_, note)) = id {
            it.secret.note.clone_from(note);
        }
    }
}

const fn one_less(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
        Severity::Unknown => Severity::Unknown,
    }
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
