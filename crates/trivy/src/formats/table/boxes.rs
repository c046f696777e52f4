//! A table with borders, in which equal neighbours of a column are one.
//!
//! Source of truth: trivy-outputs.md A.1 and its sample.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

/// Where a cell's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
}

/// A table: one head, then rows of as many cells.
#[derive(Debug)]
pub(super) struct Boxes {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) align: Vec<Align>,
    /// Columns of a cell; what is longer is broken at blanks.
    pub(super) widest: usize,
    /// Whether equal neighbours are one.
    pub(super) is_merged: bool,
}

/// A cell, broken into lines.
struct Cell {
    lines: Vec<String>,
    is_merged: bool,
}

impl Boxes {
    /// Draws it; each line ends with a newline.
    pub(super) fn draw(&self) -> String {
        let head = self.cells(&self.head);
        let rows: Vec<Vec<Cell>> = self.rows.iter().map(|row| self.cells(row)).collect();
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                let cells = std::iter::once(&head).chain(&rows);
                let cells = cells.filter_map(|row| row.get(column));
                let lines = cells.flat_map(|cell| &cell.lines);
                lines.map(|line| line.width()).max().unwrap_or_default()
            })
            .collect();
        let rows = self.merged(rows);
        let mut out = border(&widths, ["┌", "┬", "┐"]);
        out += &row(&head, &widths, &[]);
        for cells in &rows {
            out += &line_above(cells, &widths);
            out += &row(cells, &widths, &self.align);
        }
        out + &border(&widths, ["└", "┴", "┘"])
    }

    fn cells(&self, texts: &[String]) -> Vec<Cell> {
        let cell = |text: &String| Cell {
            lines: broken(text, self.widest),
            is_merged: false,
        };
        texts.iter().map(cell).collect()
    }

    /// Marks cells that say what the one above says.
    fn merged(&self, mut rows: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
        if !self.is_merged {
            return rows;
        }
        for column in 0..self.head.len() {
            let mut above: Option<Vec<String>> = None;
            for cells in &mut rows {
                let Some(cell) = cells.get_mut(column) else {
                    continue;
                };
                let says = |line: &String| !line.trim().is_empty();
                cell.is_merged = above.as_ref() == Some(&cell.lines) && cell.lines.iter().any(says);
                above = Some(cell.lines.clone());
            }
        }
        rows
    }
}

fn border(widths: &[usize], [left, middle, right]: [&str; 3]) -> String {
    let lines: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
    format!("{left}{}{right}\n", lines.join(middle))
}

/// Draws the line between two rows, with a hole where cells are one.
fn line_above(cells: &[Cell], widths: &[usize]) -> String {
    let mut out = String::new();
    // there is no line to the left of the first
    let mut before = None;
    for (cell, width) in cells.iter().zip(widths) {
        out += match (before, cell.is_merged) {
            (None | Some(true), true) => "│",
            (None | Some(true), false) => "├",
            (Some(false), true) => "┤",
            (Some(false), false) => "┼",
        };
        out += &(if cell.is_merged { " " } else { "─" }).repeat(width + 2);
        before = Some(cell.is_merged);
    }
    out + if before == Some(false) {
        "┤\n"
    } else {
        "│\n"
    }
}

/// Draws a row; columns of which nothing is said are centred, as heads are.
fn row(cells: &[Cell], widths: &[usize], align: &[Align]) -> String {
    let height = cells.iter().map(|cell| cell.lines.len()).max();
    let mut out = String::new();
    for number in 0..height.unwrap_or_default() {
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let text = cell.lines.get(number).filter(|_| !cell.is_merged);
            let text = text.map_or("", String::as_str);
            let room = width.saturating_sub(text.width());
            let left = match align.get(column).unwrap_or(&Align::Center) {
                Align::Left => 0,
                Align::Center => room / 2,
            };
            let right = room - left;
            let (left, right) = (" ".repeat(left), " ".repeat(right));
            // writing to a String cannot fail
            let _ = write!(out, "│ {left}{text}{right} ");
        }
        out += "│\n";
    }
    out
}

/// Breaks a text into lines of at most so many columns, at blanks where there are any.
fn broken(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let mut rest = word;
            let mut left = word.width();
            if !line.is_empty() && line.width() + 1 + left > columns {
                lines.push(std::mem::take(&mut line));
            }
            while left > columns {
                let cut = rest
                    .char_indices()
                    .nth(columns)
                    .map_or(rest.len(), |(at, _)| at);
                let (first, more) = rest.split_at_checked(cut).unwrap_or((rest, ""));
                left = left.saturating_sub(first.width());
                lines.push(first.to_owned());
                rest = more;
                if more.is_empty() {
                    break;
                }
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(rest);
        }
        lines.push(line);
    }
    lines
}
