//! The answer for people, readable at 80 columns: what is wrong, how bad, what can be done, and
//! what was not looked at.
//!
//! The order is that of the reader's questions. Which image is this, and is it fit? How old are it
//! and the data? What is wrong, that which is exploited or can be fixed first? What may be missing
//! from this answer? What cannot be acted on is counted in one line; [`Detail::Wide`] unfolds it.
//!
//! Foreign text never acts on a terminal: each word goes through [`Page`], which makes it safe.
//!
//! [`Detail::Wide`]: crate::Detail::Wide

mod answer;
mod card;
mod columns;
mod facts;
mod findings;
mod gaps;
mod hygiene;
mod judgement;
mod layers;
mod page;
mod plan;
mod secrets;
mod words;

use std::io;

use model::Report;

use self::page::Page;
use super::Output;
use crate::{Answer, Answers, Show, View};

pub(super) static OUTPUT: Output = Output {
    name: "table",
    write,
};

fn write(answers: &Answers<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for (index, (answer, view)) in answers.each.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match answer {
            Answer::Image(report) => image(report, view, out)?,
            Answer::Manifests(judgement) => judgement::write(judgement, view, out)?,
        }
    }
    Ok(())
}

fn image(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(view, out);
    match (view.show, &report.hygiene, &report.image) {
        (Show::Card, Some(hygiene), _) => {
            answer::name(report, &mut page)?;
            card::write(hygiene, &mut page)?;
            return page.finish();
        }
        (Show::Layers, Some(hygiene), Some(image)) => {
            answer::name(report, &mut page)?;
            layers::write(report, (image, hygiene), &mut page)?;
            return page.finish();
        }
        (Show::All | Show::Card | Show::Layers, _, _) => {}
    }
    answer::write(report, &mut page)?;
    facts::write(report, &mut page)?;
    findings::write(report, &mut page)?;
    plan::write(report, &mut page)?;
    secrets::write(report, &mut page)?;
    hygiene::write(report, &mut page)?;
    gaps::list(&report.gaps, &mut page)?;
    page.finish()
}

#[cfg(test)]
mod tests;
