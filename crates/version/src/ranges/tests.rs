//! What holds for every row of the table.

use proptest::prelude::*;

use super::*;

#[test]
fn names_are_unique_and_sorted() {
    let names: Vec<&str> = RangeLanguage::ALL
        .iter()
        .map(|language| language.name())
        .collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
}

#[test]
fn examples_hold_what_they_say() {
    for &language in RangeLanguage::ALL {
        for (range, inside, outside) in language.row().examples {
            for (versions, want) in [(inside, true), (outside, false)] {
                for version in versions.split_whitespace() {
                    let got = matches(language, range, version);
                    assert_eq!(got, Ok(want), "{}: {range:?} {version}", language.name());
                }
            }
        }
    }
}

#[test]
fn bad_ranges_and_bad_versions_are_refused() {
    for &language in RangeLanguage::ALL {
        let row = language.row();
        let (range, version) = (row.examples[0].0, row.examples[0].1);
        let version = version.split_whitespace().next().unwrap();
        for bad in row.bad {
            let error = matches(language, bad, version).expect_err(bad);
            assert_eq!(error.language, row.title, "{bad}");
        }
        let error = matches(language, range, "\0").expect_err(row.name);
        assert_ne!(error.language, row.title);
    }
}

#[test]
fn hostile_lengths_cost_linear_time() {
    let floods = [
        "1", " ", "<", ">", "=", "^", "~", "*", "x", ".", ",", "||", "1.0 ", ">1,", "[1,2],", "- ",
        "@", "(,1],", "9",
    ];
    for &language in RangeLanguage::ALL {
        let version = language.row().examples[0]
            .1
            .split_whitespace()
            .next()
            .unwrap();
        for flood in floods {
            for head in ["", "1", "^", "[", "~> 1"] {
                let range = format!("{head}{}", flood.repeat(5_000));
                drop(matches(language, &range, version));
                drop(matches(language, language.row().examples[0].0, &range));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(range in any::<String>(), parts in prop::collection::vec(prop::sample::select(vec![
        "1", "0", "10", ".", "x", "*", "^", "~", "~>", ">", "<", "=", "!", ",", " ", "||", " - ", "[", "]", "(", ")", "-rc.1", "a1", "+b", "@dev", "dev-", "é",
    ]), 0..12)) {
        for &language in RangeLanguage::ALL {
            let version = language.row().examples[0].1.split_whitespace().next().unwrap();
            drop(matches(language, &range, version));
            drop(matches(language, &parts.concat(), version));
        }
    }
}
