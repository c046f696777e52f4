//! What holds for every row of the table: its ladder, its refusals, and the laws of an order.

use proptest::prelude::*;

use super::*;

#[test]
fn names_are_unique_sorted_and_kebab_case() {
    let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    for name in names {
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
    }
}

#[test]
fn every_pair_of_a_ladder_compares_as_it_stands() {
    for &scheme in Scheme::ALL {
        let steps = steps(scheme);
        assert!(steps.len() >= 10, "{}: too few examples", scheme.name());
        for (rank_a, a) in &steps {
            for (rank_b, b) in &steps {
                let want = rank_a.cmp(rank_b);
                assert_eq!(
                    compare(scheme, a, b),
                    Ok(want),
                    "{}: {a} {b}",
                    scheme.name()
                );
            }
        }
    }
}

/// The examples of a scheme, each with its rank.
fn steps(scheme: Scheme) -> Vec<(usize, &'static str)> {
    let groups = scheme.row().ladder.split(" < ").enumerate();
    groups
        .flat_map(|(rank, group)| group.split(" = ").map(move |step| (rank, step)))
        .collect()
}

#[test]
fn bad_texts_are_refused_on_either_side() {
    for &scheme in Scheme::ALL {
        let row = scheme.row();
        let good = steps(scheme)[0].1;
        assert!(!row.bad.is_empty(), "{}: no example", row.name);
        for bad in row.bad {
            for (a, b) in [(good, *bad), (*bad, good), (*bad, *bad)] {
                let error = compare(scheme, a, b).expect_err(&format!("{}: {a:?} {b:?}", row.name));
                assert_eq!(error.language, row.title, "{a:?} {b:?}");
                assert!(!error.why.is_empty(), "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn hostile_lengths_cost_linear_time() {
    let floods = [
        "1", "0", "9", "~", ".", "-", "a", "A", "a1", "1.", "1-", "^", "_", "_p", ".0", "-a1-", "+",
    ];
    for &scheme in Scheme::ALL {
        for flood in floods {
            for head in ["", "1", "1.0", "1.0.0-", "1:1-"] {
                let text = format!("{head}{}", flood.repeat(5_000));
                let longer = format!("{text}1");
                let order = compare(scheme, &text, &longer);
                assert_eq!(
                    compare(scheme, &longer, &text).ok(),
                    order.ok().map(Ordering::reverse)
                );
            }
        }
    }
}

fn texts(scheme: Scheme) -> impl Strategy<Value = String> {
    // Pieces of true versions put together anew: most are versions, many are close to each other.
    let pieces = prop::sample::select(
        steps(scheme)
            .into_iter()
            .flat_map(|(_, step)| step.split_inclusive(['.', '-', '~', '_', '+', ':', '^']))
            .chain(["0", "1", "10", "01", "a", "rc", "~", "^", "-r1", "\0", "é"])
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(pieces, 1..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered_and_equals_itself(a in any::<String>(), b in any::<String>()) {
        for &scheme in Scheme::ALL {
            let order = compare(scheme, &a, &b).ok();
            prop_assert_eq!(compare(scheme, &b, &a).ok(), order.map(Ordering::reverse));
        }
    }

    #[test]
    fn an_order_is_an_order(
        (scheme, a, b, c) in prop::sample::select(Scheme::ALL)
            .prop_flat_map(|scheme| (Just(scheme), texts(scheme), texts(scheme), texts(scheme)))
    ) {
        let Ok(equal) = compare(scheme, &a, &a) else { return Ok(()) };
        prop_assert_eq!(equal, Ordering::Equal);
        let Ok(ab) = compare(scheme, &a, &b) else { return Ok(()) };
        prop_assert_eq!(compare(scheme, &b, &a), Ok(ab.reverse()));
        if scheme == Scheme::Maven {
            // Not transitive in Maven itself: `x` > `0` > `0-rc1` > `x`.
            return Ok(());
        }
        let Ok(bc) = compare(scheme, &b, &c) else { return Ok(()) };
        let ac = compare(scheme, &a, &c);
        if ab == bc {
            prop_assert_eq!(ac, Ok(ab));
        } else if ab.is_eq() {
            prop_assert_eq!(ac, Ok(bc));
        } else if bc.is_eq() {
            prop_assert_eq!(ac, Ok(ab));
        }
    }
}
