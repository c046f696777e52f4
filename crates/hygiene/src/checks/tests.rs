//! Each check on its own examples.

use super::*;
use crate::example::judged;

/// Rules that only a registry answers.
const WITHOUT_ANSWER: [&str; 2] = ["BAS-STALE", "SUP-SIGN"];

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    for check in CHECKS {
        let id = check.rule.id;
        assert!(!check.bad.is_empty() && !check.good.is_empty(), "{id}");
        let found = |text: &str| {
            let mut flaws = judged(text);
            flaws.retain(|flaw| flaw.rule == id);
            flaws
        };
        for text in check.bad {
            let has_none = found(text).is_empty();
            assert_eq!(
                has_none,
                WITHOUT_ANSWER.contains(&id),
                "{id} misses\n{text}"
            );
        }
        for text in check.good {
            let found = found(text);
            assert!(found.is_empty(), "{id} finds\n{text}\n{found:?}");
        }
    }
}

#[test]
fn ids_are_a_family_and_a_word() {
    let families = [
        "BAS", "DAT", "FRE", "FUN", "LAB", "LAY", "MIN", "SEC", "SUP", "USR",
    ];
    for check in CHECKS {
        let Rule {
            id,
            title,
            concern,
            fix,
            ..
        } = check.rule;
        let (family, word) = id.split_once('-').unwrap();
        assert!(families.contains(&family), "{id}");
        assert!(word.chars().all(|c| c.is_ascii_uppercase()), "{id}");
        for text in [title, concern, fix] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{id}: {text}");
        }
    }
    assert_eq!(
        CHECKS.len(),
        56,
        "60 rules, four of them the secret engine's"
    );
}
