//! The end of life of the distribution, or of a runtime beside it, comes within 90 days.

use crate::prelude::*;
use jiff::tz::Offset;
use model::EolNotice;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-EOLSOON",
        title: "distribution or runtime gets fixes for 90 days at most",
        severity: Severity::Low,
        concern: "to move takes longer than one thinks",
        fix: "FROM the next release",
        maps_to: &["CIS Docker 4.4"],
    },
    ask: Some(ask),
    bad: &[
        "OS debian 12\nEOL 2026-03-01",
        "END go 1.24 2026-02-10\n/usr/local/go/VERSION 0644\n| go1.24.1",
    ],
    good: &[
        "OS debian 12\nEOL 2028-06-30",
        "OS debian 9\nEOL 2022-06-30",
    ],
};

/// Days ahead of an end.
const DAYS: i64 = 90;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let input = facts.input;
    let today = Offset::UTC.to_datetime(input.now).date();
    let days = |end: &EolNotice| {
        let days = today.duration_until(end.date).as_hours() / 24;
        (!end.is_past && (0..=DAYS).contains(&days)).then_some(days)
    };
    if let (Some(eol), Some(os)) = (input.eol, input.os)
        && let Some(days) = days(eol)
    {
        let message = format!(
            "{} {} gets fixes until {}, {days} days from now",
            os.family,
            short(&os.version),
            eol.date
        );
        hits.push(Hit::new(message).path(&os.told_by));
    }
    for runtime in &facts.runtimes {
        let Some(days) = days(&runtime.end) else {
            continue;
        };
        let (name, version, date) = (runtime.name, &runtime.version, runtime.end.date);
        let message = format!("{name} {version} gets fixes until {date}, {days} days from now");
        hits.push(Hit::new(message).path(&runtime.path));
    }
}
