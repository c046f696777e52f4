//! Proves that each scheme's order of versions is an order: any three texts are refused or compared
//! alike from both sides, each equals itself, and what is older than the older one is older.
//!
//! An input is three texts with a line break between them.

use std::cmp::Ordering;

use version::{Scheme, compare};

/// Compares the texts of `input` in every scheme.
///
/// # Panics
/// If a scheme is no order.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let texts: Vec<&str> = text.splitn(3, '\n').collect();
    for &scheme in Scheme::ALL {
        let valid: Vec<&str> = texts
            .iter()
            .copied()
            .filter(|text| is_reflexive(scheme, text))
            .collect();
        for a in &texts {
            for b in &texts {
                check_pair(scheme, a, b, valid.contains(a) && valid.contains(b));
            }
        }
        check_all(scheme, &valid);
    }
}

/// Whether the scheme takes the text at all.
fn is_reflexive(scheme: Scheme, text: &str) -> bool {
    match compare(scheme, text, text) {
        Ok(order) => {
            assert_eq!(order, Ordering::Equal, "{scheme:?}: {text:?} and itself");
            true
        }
        Err(bad) => {
            assert!(bad.to_string().len() <= 1 << 10, "a short error");
            false
        }
    }
}

fn check_pair(scheme: Scheme, a: &str, b: &str, is_valid: bool) {
    let (forth, back) = (compare(scheme, a, b), compare(scheme, b, a));
    assert_eq!(forth.is_ok(), is_valid, "{scheme:?}: {a:?} {b:?}");
    assert_eq!(
        forth.ok(),
        back.ok().map(Ordering::reverse),
        "{scheme:?}: {a:?} {b:?} from both sides"
    );
}

fn check_all(scheme: Scheme, texts: &[&str]) {
    for a in texts {
        for b in texts {
            for c in texts {
                let order = |a, b| compare(scheme, a, b).ok();
                if let (Some(ab), Some(bc)) = (order(a, b), order(b, c))
                    && (ab == bc || ab.is_eq() || bc.is_eq())
                {
                    let want = if ab.is_eq() { bc } else { ab };
                    assert_eq!(order(a, c), Some(want), "{scheme:?}: {a:?} {b:?} {c:?}");
                }
            }
        }
    }
}

/// Returns versions of each scheme, close to each other.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        "1:1.0~rc1-1+b2\n1.0-1\n1.0~~",
        "1.2.3_alpha4-r5\n1.2.3a_p1~abc\n1.02.3",
        "1.0^git1-1.el9\n1.0~rc1-1\n1.0a-1",
        "1.0.0-alpha.1+build\nv1.0.0-rc.10\n1.0.0",
        "\n \n18446744073709551616",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
