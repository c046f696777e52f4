//! How the reader wants to see a report.

use model::Hidden;

/// How the reader wants to see a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Columns that a human output may fill; 80 where nobody knows.
    pub width: usize,
    /// Whether human outputs are coloured.
    pub color: Color,
    /// Whether the JSON lists the installed packages (`--list-all-pkgs`).
    pub packages: PackageList,
    /// How much human outputs unfold (`--wide`).
    pub detail: Detail,
    /// Which part of a report human outputs show (`--layers`, `--scorecard`).
    pub show: Show,
    /// What filters took out of the report before it came here.
    pub hidden: Hidden,
    /// What nobody looked for, in the words of `--scanners`, where the report itself does not tell.
    pub left_out: &'static [&'static str],
}

impl Default for View {
    fn default() -> Self {
        Self {
            width: 80,
            color: Color::Plain,
            packages: PackageList::All,
            detail: Detail::Folded,
            show: Show::All,
            hidden: Hidden::default(),
            left_out: &[],
        }
    }
}

/// Whether human outputs are coloured. Colour never says what words do not say too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Text alone.
    Plain,
    /// With ANSI colours.
    Ansi,
}

/// Whether the installed packages are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageList {
    /// All of them.
    All,
    /// None: only findings.
    None,
}

/// Which part of a report human outputs show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// All of it.
    All,
    /// The layers of an image, a line each.
    Layers,
    /// How an image does in each good practice.
    Card,
}

/// How much human outputs unfold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What cannot be acted on is counted in one line, and long values are cut.
    Folded,
    /// Everything is listed, and nothing is cut.
    Wide,
}
