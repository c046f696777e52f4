//! What rules say of an image as it may be shown: they judge what is there, and quote it.

use model::{Flaw, Hygiene};
use secret::Redactor;

/// Takes secrets out of what rules found.
pub(super) fn without_secrets(hygiene: &mut Hygiene, redactor: &Redactor<'_>) {
    let show = |text: &mut String| *text = redactor.text(text);
    let in_flaw = |flaw: &mut Flaw| show(&mut flaw.message);
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
