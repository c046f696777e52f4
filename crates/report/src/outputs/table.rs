//! The answer for people, readable at 80 columns.

use std::io;

use model::Report;

use super::Output;
use crate::View;

pub(super) static OUTPUT: Output = Output {
    name: "table",
    write,
};

fn write(report: &Report, _view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}", crate::safe(&report.target.name))
}
