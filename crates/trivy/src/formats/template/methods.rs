//! Go's methods on times, such as `.PublishedDate.Year`: the library knows texts and fields, so that they are
//! written as calls of functions before a template is read.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Methods that are layouts, as Go has them.
pub(super) const METHODS: [(&str, &str); 9] = [
    ("Year", "2006"),
    ("Month", "January"),
    ("Day", "2"),
    ("Weekday", "Monday"),
    ("Hour", "15"),
    ("Minute", "4"),
    ("Second", "5"),
    ("YearDay", "__2"),
    ("String", "2006-01-02 15:04:05.999999999 -0700 MST"),
];

/// An action, up to its end.
static ACTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}").ok());
/// A time, and what is asked of it.
static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let time = r"([$.\w]*\.(?:PublishedDate|LastModifiedDate)|\(\s*now\s*\)|\bnow)";
    // all times are in UTC
    let time = format!(r"{time}(?:\.UTC\b)?");
    let names = METHODS.map(|(name, _)| name).join("|");
    Regex::new(&format!(r"{time}\.(Format|Unix|{names})\b")).ok()
});

/// Returns the template with calls in place of methods.
pub(super) fn as_calls(template: &str) -> String {
    let (Some(action), Some(asked)) = (&*ACTION, &*ASKED) else {
        return template.to_owned();
    };
    let call = |found: &Captures<'_>| match &found[2] {
        // what it is given stands behind it
        "Format" => format!("goFormat {}", &found[1]),
        "Unix" => format!("(unixEpoch {} | int64)", &found[1]),
        name => format!("(goTime {:?} {})", name, &found[1]),
    };
    let calls = |found: &Captures<'_>| asked.replace_all(&found[0], call).into_owned();
    action.replace_all(template, calls).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_times_become_calls() {
        for (template, want) in [
            (
                "{{ .PublishedDate.Year }}",
                "{{ (goTime \"Year\" .PublishedDate) }}",
            ),
            (
                "{{- $v.Vulnerability.LastModifiedDate.Format \"2006\" -}}",
                "{{- goFormat $v.Vulnerability.LastModifiedDate \"2006\" -}}",
            ),
            (
                "{{ now.UTC.Format \"2006\" }} {{ (now).UTC.Year }}",
                "{{ goFormat now \"2006\" }} {{ (goTime \"Year\" (now)) }}",
            ),
            ("{{ (now).Unix }}", "{{ (unixEpoch (now) | int64) }}"),
            (
                "{{ .PublishedDate }} .PublishedDate.Year",
                "{{ .PublishedDate }} .PublishedDate.Year",
            ),
            (
                "{{ .Vulnerability.Severity }}",
                "{{ .Vulnerability.Severity }}",
            ),
        ] {
            assert_eq!(as_calls(template), want);
        }
    }
}
