//! Proves that each scheme's order of versions is an order: any three texts are refused or compared
//! alike from both sides, each equals itself, and what is older than the older one is older (not in
//! Maven's, which is no such order).
//!
//! An input is three texts with a line break between them. Each language of ranges also reads the
//! first text as a range, and says whether the second is in it or that one of them is none.

use std::cmp::Ordering;

use version::{RangeLanguage, Scheme, compare};

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
        // Maven's own order goes in circles (MNG-6568, MNG-6964), and ours agrees with it
        if scheme != Scheme::Maven {
            check_all(scheme, &valid);
        }
    }
    for &language in RangeLanguage::ALL {
        check_range(language, &texts);
    }
}

fn check_range(language: RangeLanguage, texts: &[&str]) {
    if let [range, version, ..] = *texts {
        match version::matches(language, range, version) {
            Ok(_) => {}
            Err(bad) => assert!(bad.to_string().len() <= 1_000, "a short error"),
        }
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
            assert!(bad.to_string().len() <= 1_000, "a short error");
            false
        }
    }
}

fn check_pair(scheme: Scheme, a: &str, b: &str, is_valid: bool) {
    let (forth, back) = (compare(scheme, a, b), compare(scheme, b, a));
    // names of Composer's branches have no order
    let has_order = is_valid && (forth.is_ok() || scheme != Scheme::Composer);
    assert_eq!(forth.is_ok(), has_order, "{scheme:?}: {a:?} {b:?}");
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
        "^1.2.3 || >=2.0.0-rc.1 <3 || 1.x - 2\n1.2.4\n1.2.4-rc.1",
        ">=1.0,!=1.5.*,~=1.2\n1.0.post1.dev2+local\n1!1.0rc1",
        "[1.0,2.0),(,1],[3]\n1.0-SNAPSHOT\n1.0-alpha-1",
        "~> 1.2, >= 1.a\n1.2.b\n1.2.0",
        "go1.21rc1\n1.21.0\nv0.0.0-20200101000000-abcdefabcdef",
        "dev-master as 1.0\n1.0.x-dev\nv1.0-beta2",
        "1:1.0~rc1-1+b2\n1.0-1\n1.0~~",
        "1.2.3_alpha4-r5\n1.2.3a_p1~abc\n1.02.3",
        "1.0^git1-1.el9\n1.0~rc1-1\n1.0a-1",
        "1.0.0-alpha.1+build\nv1.0.0-rc.10\n1.0.0",
        "\n \n18446744073709551616",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
