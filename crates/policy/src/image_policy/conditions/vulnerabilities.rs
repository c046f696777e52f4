//! Which known problems of packages are not acceptable. All that is given must hold of one of them.

use model::{Epss, Severity};

use super::super::facts::FoundKind;
use super::super::shape::{Field, Kind, Shape, fraction, text};
use super::super::span::days;
use super::{Choice, Condition, EXCEPT, IDS, Of, SEVERITY, days_since, object};

pub(super) static CONDITION: Condition = Condition {
    key: "vulnerabilities",
    help: "Which known problems of packages are not acceptable; all that is given must hold of one of them",
    shape: &Shape {
        fields: &[
            SEVERITY,
            IDS,
            EXCEPT,
            Field::new("exploited", Kind::Truth, "Known to be exploited, or not"),
            Field::new("fixable", Kind::Truth, "A fix is released, or none is"),
            Field::new("epss", Kind::Fraction, "At least so likely to be exploited"),
            Field::new(
                "fixedFor",
                Kind::Days,
                "A fix is known for at least so long; where nobody says since when, it counts",
            ),
        ],
    },
    of: Of::Scan,
    read: |node| {
        // exploited ones count however bad they are said to be
        let truth = |name| node.get(name).and_then(yaml::Node::as_bool);
        let (exploited, fixable) = (truth("exploited"), truth("fixable"));
        let is_narrow = exploited == Some(true) || node.get("epss").is_some();
        let default = if is_narrow {
            Severity::Unknown
        } else {
            Severity::Medium
        };
        let choice = Choice::read(node, default);
        let epss = fraction(text(node, "epss")).unwrap_or_default();
        let fixed_for = days(text(node, "fixedFor"));
        Box::new(move |question| {
            let today = question.today;
            let is_old = |since: Option<jiff::civil::Date>| match (fixed_for, since) {
                (Some(days), Some(since)) => days_since(since, today) >= days,
                (None, _) | (_, None) => true,
            };
            object(
                question,
                (FoundKind::Vulnerability, "known problem"),
                |it| {
                    // most do not fit, and names cost the most to compare
                    let fits = it.severity >= choice.severity
                        && exploited.is_none_or(|is| is == it.is_exploited)
                        && fixable.is_none_or(|is| is != it.fixed.is_empty())
                        && Epss(it.epss).to_f64() >= epss
                        && (fixed_for.is_none() || !it.fixed.is_empty())
                        && is_old(it.since);
                    let ids = || std::iter::once(&it.id).chain(&it.aliases);
                    fits && choice.has(it.severity, &ids().map(String::as_str).collect::<Vec<_>>())
                },
                |worst| match worst.fixed.as_str() {
                    "" => format!("do without {}", worst.package),
                    fixed => format!("update {} to {fixed}", worst.package),
                },
            )
        })
    },
};
