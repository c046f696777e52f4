//! Lines of a human output: the one place through which its words reach the reader.

use std::io::{self, BufWriter, Write};

use anstyle::{AnsiColor, Style};
use model::Severity;

use crate::text::{safe, wrap};
use crate::{Color, View};

/// Columns before the text of a labelled line.
const LABEL_COLUMNS: usize = 8;

/// Narrower than this nothing is readable; a narrower terminal breaks the lines itself.
const LEAST_COLUMNS: usize = 72;

/// Wider than this no line of prose is.
const MOST_COLUMNS: usize = 120;

/// What a word is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Heading,
    Quiet,
    Good,
    Doubtful,
    Bad,
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Bad,
            Severity::Medium => Self::Doubtful,
            Severity::Low | Severity::Unknown => Self::Plain,
        }
    }
}

impl Ink {
    const fn style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain => style,
            Self::Heading => style.bold(),
            Self::Quiet => style.dimmed(),
            Self::Good => style.bold().fg_color(Some(color(AnsiColor::Green))),
            Self::Doubtful => style.fg_color(Some(color(AnsiColor::Yellow))),
            Self::Bad => style.bold().fg_color(Some(color(AnsiColor::Red))),
        }
    }
}

const fn color(color: AnsiColor) -> anstyle::Color {
    anstyle::Color::Ansi(color)
}

/// Where the lines go, and how the reader wants them.
pub(super) struct Page<'a> {
    out: BufWriter<&'a mut dyn Write>,
    /// How the reader wants to see the report.
    pub(super) view: &'a View,
}

impl<'a> Page<'a> {
    pub(super) fn new(view: &'a View, out: &'a mut dyn Write) -> Self {
        Self {
            out: BufWriter::new(out),
            view,
        }
    }

    /// Returns the columns that a table may fill.
    pub(super) fn width(&self) -> usize {
        self.view.width.max(LEAST_COLUMNS)
    }

    /// Writes one line of words, each with its ink; blanks at the end are left out.
    pub(super) fn line(&mut self, words: &[(Ink, &str)]) -> io::Result<()> {
        let last = words
            .iter()
            .rposition(|(_, text)| !text.trim_end().is_empty());
        for (at, (ink, text)) in words.iter().enumerate() {
            if last.is_none_or(|last| at > last) {
                break;
            }
            let text = safe(text);
            let text = if last == Some(at) {
                text.trim_end()
            } else {
                &text
            };
            let style = ink.style();
            if self.view.color == Color::Plain || style.is_plain() {
                write!(self.out, "{text}")?;
            } else {
                write!(self.out, "{style}{text}{style:#}")?;
            }
        }
        writeln!(self.out)
    }

    /// Writes an empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        self.line(&[])
    }

    /// Writes a label and a text that is broken into lines beside it.
    pub(super) fn labelled(&mut self, label: (Ink, &str), text: &str) -> io::Result<()> {
        let (ink, label) = label;
        let columns = self.width().min(MOST_COLUMNS) - LABEL_COLUMNS;
        let mut label = format!("{label:LABEL_COLUMNS$}");
        for line in wrap(&safe(text), columns) {
            self.line(&[(ink, &label), (Ink::Plain, &line)])?;
            label = " ".repeat(LABEL_COLUMNS);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}
