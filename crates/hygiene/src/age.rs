//! When an image was built, as far as it says so.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::input::Input;

/// Days of a date up to which it stands for "no date": reproducible builds write the epoch, or the first
/// day that a zip archive can hold.
const NO_DATE_BEFORE: i64 = 3_660;

/// Returns how many days ago a moment is; `None` if it is no date, or lies ahead.
pub(crate) fn days(input: &Input<'_>, moment: &str) -> Option<i64> {
    let moment: Timestamp = moment.parse().ok()?;
    let day = 86_400;
    if moment.as_second() / day < NO_DATE_BEFORE {
        return None;
    }
    // days of the calendar, as reports show them: yesterday evening is a day ago
    let today = TimeZone::UTC.to_datetime(input.now).date();
    let then = TimeZone::UTC.to_datetime(moment).date();
    let age = then.duration_until(today).as_hours() / 24;
    (age >= 0).then_some(age)
}

/// Returns how many days ago the image was built: by its configuration, else by its youngest step.
pub(crate) fn built(input: &Input<'_>) -> Option<i64> {
    let config = input.config?;
    let steps = config.history.iter().map(|step| &step.created);
    let dates = std::iter::once(&config.created).chain(steps);
    dates.filter_map(|date| days(input, date)).min()
}
