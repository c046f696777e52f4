//! One YAML document, parsed: from the events of `granit-parser` to a tree.

use std::borrow::Cow;

use granit_parser::{
    ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag,
};
use model::GapKind;

use crate::scalar::{self, Scalar};
use crate::stream::{Comment, Document};
use crate::tree::{Budget, Collection, Found, Tree};
use crate::{Position, Problem};

/// Reads one chunk of a file; `None` if there is nothing but comments in it.
///
/// What stands behind the first document of a chunk (after `...`), Kubernetes does not read; that is
/// the second part of the result.
///
/// # Errors
/// The chunk is no document that Kubernetes takes.
pub(crate) fn read(
    text: &str,
    start: Position,
    budget: &mut Budget,
) -> Result<(Option<Document>, Option<Problem>), Problem> {
    let text = &*with_plain_breaks(text);
    let options = granit_parser::options! {
        bom_inside_document_as_content: true,
        emit_anchor_events: true,
        max_buffered_comment_events: 10_000,
        flow_nesting_limit: budget.limits.depth,
        block_nesting_limit: budget.limits.depth,
    };
    let mut reading = Reading {
        text,
        start,
        tree: Tree::new(budget),
        comments: Vec::new(),
        last_end: start,
        is_empty: true,
        has_tabs: text.contains('\t'),
        flow_depth: 0,
    };
    let mut rest = None;
    let mut parser = Parser::new_from_str_with_options(text, options);
    if reading.document(&mut parser)? {
        rest = reading.behind(&mut parser)?;
    }
    let Some(root) = reading.tree.root.filter(|_| !reading.is_empty) else {
        return Ok((None, rest));
    };
    let document = Document {
        root,
        comments: reading.comments,
        duplicates: reading.tree.duplicates,
    };
    Ok((Some(document), rest))
}

/// In YAML 1.1, which Kubernetes reads, a line may end with three more characters than in 1.2,
/// which the parser reads. They become line feeds of the same length, so that offsets stay.
fn with_plain_breaks(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\u{85}', " \n");
    Cow::Owned(text.replace(['\u{2028}', '\u{2029}'], "  \n"))
}

struct Reading<'t, 'b> {
    text: &'t str,
    start: Position,
    tree: Tree<'b>,
    comments: Vec<Comment>,
    /// End of the last scalar, alias or flow collection, which is the end of a block collection.
    last_end: Position,
    /// Whether there was no content at all.
    is_empty: bool,
    has_tabs: bool,
    /// Flow collections in flow collections.
    flow_depth: usize,
}

type Events<'t> = Parser<'t, StrInput<'t>>;

impl Reading<'_, '_> {
    /// Reads to the end of the first document; false if there is none.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is open, and most is for `event`"
    )]
    fn document(&mut self, parser: &mut Events<'_>) -> Result<bool, Problem> {
        for next in parser {
            let (event, span) = next.map_err(|error| self.syntax(&error))?;
            match event {
                Event::StreamEnd => return Ok(false),
                Event::DocumentEnd => return Ok(true),
                Event::DocumentStart(_, Some(version))
                    if (version.major, version.minor) != (1, 1) =>
                {
                    let why = "found incompatible YAML document: Kubernetes reads version 1.1";
                    return Err(Problem::new(self.place(span.start), why));
                }
                event => self.event(event, span)?,
            }
        }
        Ok(false)
    }

    /// Looks at what follows the document.
    fn behind(&mut self, parser: &mut Events<'_>) -> Result<Option<Problem>, Problem> {
        for next in parser {
            let place = match next {
                Ok((event @ Event::Comment(..), span)) => {
                    self.event(event, span)?;
                    continue;
                }
                Ok((Event::StreamEnd, _)) => return Ok(None),
                Ok((_, span)) => self.place(span.start),
                Err(error) => self.place(*error.marker()),
            };
            let why = "Kubernetes does not read what stands behind the end of the document";
            let kind = GapKind::Unread;
            return Ok(Some(Problem {
                kind,
                ..Problem::new(place, why)
            }));
        }
        Ok(None)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is open; the rest makes no node"
    )]
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let (start, end) = (self.place(span.start), self.place(span.end));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tabs(&span)?;
                self.check_flow(&span, style)?;
                let is_empty = span.is_empty() && style == ScalarStyle::Plain;
                let text = if is_empty { "" } else { &*text };
                self.is_empty &= is_empty && tag.is_none() && anchor == 0;
                self.last_end = if is_empty { self.last_end } else { end };
                let (value, is_plain) =
                    resolve(text, style, tag.as_deref()).map_err(|why| Problem::new(start, why))?;
                self.tree.scalar(
                    start,
                    end,
                    Found {
                        value,
                        text,
                        is_plain,
                        anchor,
                    },
                )
            }
            Event::SequenceStart(style, anchor, _) => {
                self.enter(style, &span)?;
                self.tree.open(start, Collection::Sequence, anchor)
            }
            Event::MappingStart(style, anchor, _) => {
                self.enter(style, &span)?;
                self.tree.open(start, Collection::Mapping, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.flow_depth = self.flow_depth.saturating_sub(1);
                self.last_end = if span.is_empty() { self.last_end } else { end };
                self.tree.close(self.last_end)
            }
            Event::Anchor(_, name) => {
                self.check_tab(span.start)?;
                check_anchor(&name, start)
            }
            Event::Alias(anchor) => {
                let name = span
                    .slice(self.text)
                    .and_then(|alias| alias.strip_prefix('*'));
                self.check_tabs(&span)?;
                check_anchor(name.unwrap_or_default(), start)?;
                self.last_end = end;
                self.tree.alias(start, end, anchor)
            }
            Event::Comment(text, _) => {
                self.tree.spend(start)?;
                let text = text.into_owned();
                self.comments.push(Comment {
                    position: start,
                    text,
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, style: StructureStyle, span: &Span) -> Result<(), Problem> {
        self.check_tabs(span)?;
        self.is_empty = false;
        if self.flow_depth > 0 || style == StructureStyle::Flow {
            self.flow_depth += 1;
        }
        Ok(())
    }

    /// Refuses a tab where the next token of a block could be a key: at the start of a line, and
    /// behind the `-` or `?` of an entry. YAML 1.2 takes it, Kubernetes does not.
    fn check_tabs(&self, span: &Span) -> Result<(), Problem> {
        let start = span.tag_span().map_or(span.start, |tag| tag.start);
        self.check_tab(start)
    }

    fn check_tab(&self, start: Marker) -> Result<(), Problem> {
        if !self.has_tabs || self.flow_depth > 0 {
            return Ok(());
        }
        let before = start.byte_offset().and_then(|end| self.text.get(..end));
        let before = before.unwrap_or_default();
        let outer = before.trim_end_matches([' ', '\t']);
        let mut outer_bytes = outer.bytes().rev();
        let is_edge = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace());
        let allows_key = match outer_bytes.next() {
            Some(b'-' | b'?') => is_edge(outer_bytes.next()),
            byte => is_edge(byte),
        };
        let has_tab = before.bytes().skip(outer.len()).any(|byte| byte == b'\t');
        if !(allows_key && has_tab) {
            return Ok(());
        }
        let why = "found a tab before a key or value, which cannot start any token";
        Err(Problem::new(self.place(start), why))
    }

    /// Refuses what YAML 1.2 ends in a flow collection and YAML 1.1 does not: the plain text `a:` in
    /// `[a:]`, the tag `!t,` in `[!t, a]`.
    fn check_flow(&self, span: &Span, style: ScalarStyle) -> Result<(), Problem> {
        let behind = |end: Marker, skip: usize| {
            let place = end.byte_offset().map(|end| end + skip);
            place
                .and_then(|place| self.text.as_bytes().get(place))
                .copied()
                .unwrap_or(b' ')
        };
        let tag = span.tag_span().map(|tag| behind(tag.end, 0));
        let is_key = style == ScalarStyle::Plain && behind(span.end, 0) == b':';
        let key = is_key.then(|| behind(span.end, 1));
        if !tag
            .into_iter()
            .chain(key)
            .any(|byte| b",[]{}".contains(&byte))
        {
            return Ok(());
        }
        let why = "a space is missing before `,` or a bracket: Kubernetes reads on";
        Err(Problem::new(self.place(span.start), why))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other kinds are faults of the text"
    )]
    fn syntax(&self, error: &granit_parser::ScanError) -> Problem {
        let place = self.place(*error.marker());
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => Problem::limited(place, "nested too deeply"),
            ErrorKind::TooManyComments => Problem::limited(place, error.info()),
            _ => Problem::new(place, error.info()),
        }
    }

    fn place(&self, marker: Marker) -> Position {
        let line = marker.line().saturating_sub(1);
        Position {
            offset: self.start.offset + marker.byte_offset().unwrap_or(0),
            line: self.start.line + line,
            column: marker.col() + if line == 0 { self.start.column } else { 1 },
        }
    }
}

/// YAML 1.2, which the parser reads, takes names of anchors that 1.1 reads as something else.
fn check_anchor(name: &str, place: Position) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.bytes().all(is_plain) {
        return Ok(());
    }
    let why = "an anchor's name has another character than letters, digits, - and _";
    Err(Problem::new(place, why))
}

/// Returns the value of a scalar, and whether it may be a merge key.
fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<(Scalar, bool), String> {
    let Some(tag) = tag else {
        let is_plain = style == ScalarStyle::Plain;
        let value = if is_plain {
            scalar::resolve(text)
        } else {
            Scalar::Text
        };
        return Ok((value, is_plain));
    };
    match tag.suffix_in_namespace("tag:yaml.org,2002:") {
        Some(name) => Ok((scalar::resolve_tagged(&name, text)?, name == "merge")),
        None => Ok((Scalar::Text, false)),
    }
}
