//! Rows of a table, as wide as they must be and no wider than there is room.

use std::borrow::Cow;

use crate::text::{cut_middle, safe, width};

/// Columns between two cells.
const BETWEEN: usize = 2;

/// Columns that a cell keeps however little room there is.
const LEAST: usize = 9;

/// Columns that a cell has at most: a name of a megabyte must not pad every row to a megabyte.
const MOST: usize = 512;

/// Cells of equally many columns, the last of which needs no padding.
pub(super) struct Columns<const N: usize> {
    rows: Vec<[String; N]>,
    widths: [usize; N],
}

impl<const N: usize> Columns<N> {
    /// Starts with a row of headings.
    pub(super) fn new(headings: [&str; N]) -> Self {
        let mut columns = Self {
            rows: Vec::new(),
            widths: [0; N],
        };
        columns.add(headings.map(ToOwned::to_owned));
        columns
    }

    /// Adds a row; foreign text is made safe here, so that widths are those of what is shown.
    pub(super) fn add(&mut self, cells: [String; N]) {
        let cells = cells.map(|cell| safe(&cell).into_owned());
        for (widest, cell) in self.widths.iter_mut().zip(&cells) {
            *widest = width(cell).min(MOST).max(*widest);
        }
        self.rows.push(cells);
    }

    /// Narrows columns until a row fits: always the widest of the first `elastic` ones, and others
    /// only when those cannot give more.
    pub(super) fn fit(&mut self, room: usize, elastic: usize) {
        for columns in [elastic, N] {
            while self.row_width() > room {
                let columns = self.widths.iter_mut().take(columns);
                match columns.max() {
                    Some(widest) if *widest > LEAST => *widest -= 1,
                    _ => break,
                }
            }
        }
    }

    fn row_width(&self) -> usize {
        self.widths.iter().sum::<usize>() + BETWEEN * N.saturating_sub(1)
    }

    /// Returns each row's cells, cut and padded.
    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| {
            row.iter()
                .zip(self.widths)
                .map(|(cell, columns)| padded(cut_middle(cell, columns), columns + BETWEEN))
                .collect()
        })
    }
}

fn padded(cell: Cow<'_, str>, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(&cell));
    cell.into_owned() + &" ".repeat(blanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_from_the_widest_first() {
        let mut columns = Columns::new(["A", "B", "C"]);
        columns.add(["a".repeat(30), "b".repeat(12), "c".repeat(10)]);
        columns.fit(40, 2);
        assert_eq!(columns.widths, [14, 12, 10]);
        columns.fit(20, 2);
        assert_eq!(columns.widths, [9, 9, 9]);
    }

    #[test]
    fn one_huge_cell_does_not_pad_all_rows() {
        let mut columns = Columns::new(["A"]);
        columns.add(["a".repeat(1_000_000)]);
        assert!(columns.rows().all(|row| row[0].len() < 600));
    }
}
