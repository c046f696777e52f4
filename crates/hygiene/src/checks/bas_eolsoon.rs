//! The distribution's end of life comes within 90 days.

use crate::prelude::*;
use jiff::tz::Offset;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-EOLSOON",
        title: "distribution gets fixes for 90 days at most",
        severity: Severity::Low,
        concern: "to move takes longer than one thinks",
        fix: "FROM the next release",
        maps_to: &["CIS Docker 4.4"],
    },
    ask: Some(ask),
    bad: &["OS debian 12\nEOL 2026-03-01"],
    good: &[
        "OS debian 12\nEOL 2028-06-30",
        "OS debian 9\nEOL 2022-06-30",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let (Some(eol), Some(os)) = (input.eol, input.os) else {
        return;
    };
    let today = Offset::UTC.to_datetime(input.now).date();
    let days = today.duration_until(eol.date).as_hours() / 24;
    if !eol.is_past && (0..=90).contains(&days) {
        let message = format!(
            "{} {} gets fixes until {}, {days} days from now",
            os.family,
            short(&os.version),
            eol.date
        );
        hits.push(Hit::new(message).path(&os.told_by));
    }
}
