//! What rules say of an image as it may be shown: they judge what is there, and quote it.

use model::{Flaw, Gap, Hygiene, ImagePath};
use secret::Redactor;

/// Takes secrets out of what rules found.
pub(super) fn without_secrets(hygiene: &mut Hygiene, redactor: &Redactor<'_>) {
    let show = |text: &mut String| *text = redactor.text(text);
    let in_flaw = |flaw: &mut Flaw| {
        show(&mut flaw.message);
        // a command that is a whole line names no file
        if let Some(path) = &mut flaw.evidence.path {
            *path = ImagePath::new(redactor.text(path.as_str()).as_bytes());
        }
    };
    hygiene.flaws.iter_mut().for_each(in_flaw);
    for mark in &mut hygiene.card {
        mark.flaws.iter_mut().for_each(in_flaw);
        show(&mut mark.reason);
        show(&mut mark.otherwise.1);
    }
    for deduction in &mut hygiene.slim.deductions {
        show(&mut deduction.why);
    }
    if let Some(running) = &mut hygiene.running {
        redactor.words(running.entrypoint.iter_mut().chain(&mut running.cmd));
        redactor.words(running.health.iter_mut());
    }
}

/// Takes secrets out of what could not be looked at: a command, a name in the configuration.
pub(crate) fn gaps_without_secrets(gaps: &mut [Gap], redactor: &Redactor<'_>) {
    for gap in gaps {
        for text in [&mut gap.place, &mut gap.why] {
            *text = redactor.text(text);
        }
    }
}
