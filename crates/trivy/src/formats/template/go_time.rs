//! Times as Go prints them, and its layouts: a time written out, whose parts stand for those of others.
//!
//! Source of truth: Go's package `time`, `Layout` and `Time.String`. All times are in UTC here.

use jiff::Timestamp;

/// Parts of layouts, each before those that it begins with, and how jiff calls them.
const PARTS: &[(&str, &str)] = &[
    ("January", "%B"),
    ("Jan", "%b"),
    ("Monday", "%A"),
    ("Mon", "%a"),
    ("MST", "UTC"),
    ("2006", "%Y"),
    ("-07:00:00", "+00:00:00"),
    ("-070000", "+000000"),
    ("-07:00", "+00:00"),
    ("-0700", "+0000"),
    ("-07", "+00"),
    ("Z07:00:00", "Z"),
    ("Z070000", "Z"),
    ("Z07:00", "Z"),
    ("Z0700", "Z"),
    ("Z07", "Z"),
    ("__2", "%_3j"),
    ("002", "%j"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("_2", "%e"),
    ("15", "%H"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
];

/// Returns a time as Go prints it: `2021-08-25 12:20:30.5 +0000 UTC`.
pub(super) fn shown(at: Timestamp) -> String {
    format(at, "2006-01-02 15:04:05.999999999 -0700 MST")
}

/// Reads a time as Go prints it, or as RFC 3339 has it.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let (day, hour) = text.strip_suffix(" +0000 UTC")?.split_once(' ')?;
    format!("{day}T{hour}Z").parse().ok()
}

/// Writes a time as a layout shows it.
pub(super) fn format(at: Timestamp, layout: &str) -> String {
    let mut out = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        let (part, length) = fraction(at, rest, &out)
            .or_else(|| named(at, rest))
            .unwrap_or_else(|| (first.to_string(), first.len_utf8()));
        out.push_str(&part);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Returns a part of a time that the layout begins with, and its length there.
fn named(at: Timestamp, rest: &str) -> Option<(String, usize)> {
    let mut known = PARTS.iter().filter(|(name, _)| rest.starts_with(name));
    // `Janet` is no month
    let is_word = |name: &str| {
        let next = rest.get(name.len()..).and_then(|rest| rest.chars().next());
        name == "Jan" && next.is_some_and(|next| next.is_ascii_lowercase())
    };
    let (name, form) = known.find(|(name, _)| !is_word(name))?;
    Some((at.strftime(form).to_string(), name.len()))
}

/// Returns a part of a second behind a point or a comma, and its length in the layout: all digits for `.000`,
/// those that say something for `.999`.
fn fraction(at: Timestamp, rest: &str, before: &str) -> Option<(String, usize)> {
    let mut chars = rest.chars();
    let mark = chars.next().filter(|mark| ['.', ','].contains(mark))?;
    let digit = chars.next().filter(|digit| ['0', '9'].contains(digit))?;
    let same = chars.by_ref().take_while(|it| *it == digit).count();
    let count = same.saturating_add(1);
    let next = rest.chars().nth(count.saturating_add(1));
    let is_more = next.is_some_and(|next| next.is_ascii_digit());
    if is_more || !before.ends_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let nanoseconds = format!("{:09}", at.subsec_nanosecond());
    let shown = nanoseconds.get(..count.min(9)).unwrap_or_default();
    let shown = match digit {
        '0' => shown,
        _ => shown.trim_end_matches('0'),
    };
    let length = count.saturating_add(1);
    match shown {
        "" => Some((String::new(), length)),
        shown => Some((format!("{mark}{shown}"), length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_those_of_go() {
        let at: Timestamp = "2021-08-05T14:02:03.050Z".parse().unwrap();
        for (layout, want) in [
            ("2006-01-02T15:04:05", "2021-08-05T14:02:03"),
            ("2006-01-02T15:04:05Z07:00", "2021-08-05T14:02:03Z"),
            (
                "2006-01-02 15:04:05 -0700 MST",
                "2021-08-05 14:02:03 +0000 UTC",
            ),
            (
                "Mon, 02 Jan 2006 15:04:05 MST",
                "Thu, 05 Aug 2021 14:02:03 UTC",
            ),
            ("Monday, January _2 06", "Thursday, August  5 21"),
            ("3:04PM 03pm 1/2", "2:02PM 02pm 8/5"),
            ("002 of 2006", "217 of 2021"),
            (
                "05.000 05.999 05.000000 5,00",
                "03.050 03.05 03.050000 3,05",
            ),
            ("% of Janet, %d", "% of Janet, %d"),
        ] {
            assert_eq!(format(at, layout), want, "{layout}");
        }
        assert_eq!(shown(at), "2021-08-05 14:02:03.05 +0000 UTC");
        assert_eq!(read(&shown(at)), Some(at));
        assert_eq!(read("yesterday"), None);
    }
}
