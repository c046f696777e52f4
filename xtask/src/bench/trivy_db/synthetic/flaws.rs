//! What such a database knows of a flaw by its id: titles, descriptions, severities, references.

use std::fmt::Write as _;

use super::{Chance, WORDS};

/// Everything that Trivy knows of a flaw.
pub(super) fn flaw(id: &str, words: &[String], chance: &mut Chance) -> String {
    let mut text = String::from("{\"Title\":\"");
    sentence(&mut text, words, chance, 8);
    text.push_str("\",\"Description\":\"");
    for at in 0..2 {
        if at > 0 {
            text.push_str(". ");
        }
        // what such texts say again and again
        text.push_str(pick_of(&PHRASES, chance));
        let length = 8 + chance.below(13);
        sentence(&mut text, words, chance, length);
    }
    let _ = write!(
        text,
        "\",\"Severity\":\"MEDIUM\",\"CweIDs\":[\"CWE-{}\"],\"VendorSeverity\":{{",
        chance.below(900)
    );
    ratings(&mut text, chance);
    text.push_str("},\"References\":[");
    let length = 3 + chance.below(5);
    for at in 0..length {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"{}\"", reference(id, words, chance));
    }
    days(&mut text, chance);
    text
}

/// Writes severities by source, and vectors of the first two.
fn ratings(text: &mut String, chance: &mut Chance) {
    let sources = [
        "nvd",
        "redhat",
        "ubuntu",
        "ghsa",
        "amazon",
        "photon",
        "oracle-oval",
        "cbl-mariner",
    ];
    let count = 1 + chance.below(6);
    for (at, source) in sources
        .iter()
        .take(usize::try_from(count).unwrap_or(1))
        .enumerate()
    {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"{source}\":{}", 1 + chance.below(4));
    }
    text.push_str("},\"CVSS\":{");
    for (at, source) in ["nvd", "redhat"]
        .iter()
        .take(usize::try_from(count).unwrap_or(1))
        .enumerate()
    {
        let comma = if at == 0 { "" } else { "," };
        let vector = vector(chance);
        // the score follows from the vector
        let score = vector
            .bytes()
            .fold(7_u64, |sum, byte| sum * 31 % 997 + u64::from(byte))
            % 100;
        let _ = write!(
            text,
            "{comma}\"{source}\":{{\"V3Vector\":\"{vector}\",\"V3Score\":{}.{}}}",
            score / 10,
            score % 10
        );
    }
}

/// Ends the references, and says when it was published and changed.
fn days(text: &mut String, chance: &mut Chance) {
    let _ = write!(
        text,
        "],\"PublishedDate\":\"20{:02}-{:02}-{:02}T{:02}:15:00Z\",\"LastModifiedDate\":\"20{:02}-{:02}-{:02}T{:02}:1{}:00.{:03}Z\"}}",
        chance.below(26),
        1 + chance.below(12),
        1 + chance.below(28),
        chance.below(24),
        chance.below(26),
        1 + chance.below(12),
        1 + chance.below(28),
        chance.below(24),
        chance.below(9),
        chance.below(999)
    );
}

fn reference(id: &str, words: &[String], chance: &mut Chance) -> String {
    match chance.below(9) {
        0 => format!("https://nvd.nist.gov/vuln/detail/{id}"),
        1 => format!("https://www.cve.org/CVERecord?id={id}"),
        2 => format!("https://access.redhat.com/security/cve/{id}"),
        3 => format!(
            "https://bugzilla.redhat.com/show_bug.cgi?id={}",
            100_000 + chance.below(2_000_000)
        ),
        4 => format!(
            "https://access.redhat.com/errata/RHSA-20{:02}:{:04}",
            10 + chance.below(16),
            chance.below(9_999)
        ),
        5 => format!(
            "https://ubuntu.com/security/notices/USN-{}-1",
            chance.below(7_500)
        ),
        6 => format!(
            "https://github.com/{}/{}/commit/{}",
            pick(words, chance),
            pick(words, chance),
            commit(chance)
        ),
        7 => format!(
            "https://lists.example.org/archives/list/{}@lists.example.org/message/{}/",
            pick(words, chance),
            chance.hex(32)
        ),
        _ => format!(
            "https://github.com/{}/{}/security/advisories/GHSA-{}-{}-{}",
            pick(words, chance),
            pick(words, chance),
            chance.hex(4),
            chance.hex(4),
            chance.hex(4)
        ),
    }
}

fn vector(chance: &mut Chance) -> String {
    let mut of = |letters: &[char]| {
        let at = usize::try_from(chance.below(4))
            .unwrap_or(0)
            .min(letters.len() - 1);
        letters.get(at).copied().unwrap_or('N')
    };
    format!(
        "CVSS:3.1/AV:{}/AC:{}/PR:{}/UI:{}/S:{}/C:{}/I:{}/A:{}",
        of(&['N', 'L']),
        of(&['L', 'H']),
        of(&['N', 'L', 'H']),
        of(&['N', 'R']),
        of(&['U', 'C']),
        of(&['H', 'N', 'L']),
        of(&['H', 'N', 'L']),
        of(&['H', 'N', 'L'])
    )
}

fn sentence(text: &mut String, words: &[String], chance: &mut Chance, length: u64) {
    for at in 0..length {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(pick(words, chance));
    }
}

/// Draws a word: the first ones far more often, as in texts.
fn pick<'a>(words: &'a [String], chance: &mut Chance) -> &'a str {
    // a product of two even numbers leans to the start about as much as words of texts do
    let place = chance.below(WORDS) * chance.below(WORDS) / WORDS * chance.below(WORDS) / WORDS;
    let place = usize::try_from(place).unwrap_or(0);
    words.get(place).map_or("", String::as_str)
}

/// What descriptions of flaws are made of.
static PHRASES: [&str; 12] = [
    "A vulnerability was found in ",
    "An issue was discovered in ",
    "In the Linux kernel, the following vulnerability has been resolved: ",
    "This could lead to local escalation of privilege with no additional execution privileges needed ",
    "allows remote attackers to execute arbitrary code via a crafted ",
    "allows remote attackers to cause a denial of service (application crash) via ",
    "The manipulation of the argument leads to cross site scripting. The attack may be initiated remotely ",
    "The exploit has been disclosed to the public and may be used. The vendor was contacted early about ",
    "A heap-based buffer overflow exists in ",
    "This issue affects versions before ",
    "User interaction is not needed for exploitation of ",
    "Improper neutralization of input during web page generation in ",
];

fn pick_of<'a>(texts: &[&'a str], chance: &mut Chance) -> &'a str {
    let length = u64::try_from(texts.len()).unwrap_or(1);
    let place = usize::try_from(chance.below(length)).unwrap_or(0);
    texts.get(place).copied().unwrap_or_default()
}

/// Makes a word up.
pub(super) fn word(chance: &mut Chance) -> String {
    let length = 2 + chance.below(9);
    let letter = |_| char::from(b'a' + u8::try_from(chance.below(26)).unwrap_or(0));
    (0..length).map(letter).collect()
}

/// Some projects name a commit by its first digits.
fn commit(chance: &mut Chance) -> String {
    let digits = if chance.below(3) > 0 { 40 } else { 7 };
    chance.hex(digits)
}
