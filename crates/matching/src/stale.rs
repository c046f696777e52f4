//! Whether the advisories as a whole are older than they should be.

use jiff::civil::Date;
use model::{DataAge, GapKind};

use crate::gaps::Gaps;

/// Days without anything new after which advisories are old: publishers write every day.
pub const OLD_DAYS: i32 = 30;

/// Says so where even the newest of the advisories that had a say are old: what else is known of flaws, such
/// as which are exploited, tells none. A publisher alone may have had nothing to tell, and that none tells its
/// days is no sign of age.
pub(crate) fn check(data: &[DataAge], today: Date, gaps: &mut Gaps) {
    let Some(newest) = data.iter().filter_map(|data| data.newest).max() else {
        return;
    };
    let days = today.since(newest).map_or(0, |span| span.get_days());
    if days > OLD_DAYS {
        let why = format!(
            "the newest of them is of {newest}, {days} days ago: see `seaworthy db update`"
        );
        gaps.add(GapKind::Stale, "advisories", why, "what became known since");
    }
}

#[cfg(test)]
mod tests {
    use model::Limits;

    use super::*;

    #[test]
    fn only_the_newest_of_all_counts() {
        let data = |days: &[Option<&str>]| -> Vec<DataAge> {
            let data = days.iter().map(|day| DataAge {
                publisher: "Somebody".to_owned(),
                newest: day.map(|day| day.parse().unwrap()),
            });
            data.collect()
        };
        for (days, want) in [
            (&[][..], 0),
            (&[None], 0),
            (&[Some("2026-10-28")], 0),
            (&[Some("2026-10-27")], 1),
            (&[Some("2020-01-01"), Some("2026-11-27")], 0),
            (&[Some("2026-12-24")], 0),
        ] {
            let mut gaps = Gaps::new(&Limits::default());
            check(&data(days), "2026-11-27".parse().unwrap(), &mut gaps);
            assert_eq!(gaps.into_sorted().len(), want, "{days:?}");
        }
    }
}
