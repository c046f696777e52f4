//! What tells a real secret from what only looks like one: the second test of a rule.

pub(crate) mod keys;
pub(crate) mod random;
pub(crate) mod sums;
pub(crate) mod tokens;
pub(crate) mod written;

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{Proof, Severity};

/// A second test; `None`: this is no secret.
pub(crate) type Check = fn(&Seen<'_>) -> Option<Facts>;

/// A match of a rule, with the text around it.
#[derive(Debug, Clone)]
pub(crate) struct Seen<'a> {
    pub(crate) text: &'a [u8],
    /// All of the match.
    pub(crate) whole: Range<usize>,
    /// The group `s`.
    pub(crate) secret: Range<usize>,
}

/// What a check learnt of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) proof: Proof,
    /// Where it is another than the rule's.
    pub(crate) severity: Option<Severity>,
    pub(crate) expires: Option<i64>,
    pub(crate) note: String,
    /// What is secret, where the match is only its mark.
    pub(crate) extent: Option<Range<usize>>,
}

impl Facts {
    const NONE: Self = Self {
        proof: Proof::None,
        severity: None,
        expires: None,
        note: String::new(),
        extent: None,
    };
    const VALID: Self = Self {
        proof: Proof::Valid,
        severity: None,
        expires: None,
        note: String::new(),
        extent: None,
    };
}

impl<'a> Seen<'a> {
    /// Returns the secret's bytes.
    pub(crate) fn secret(&self) -> &'a [u8] {
        self.text.get(self.secret.clone()).unwrap_or_default()
    }

    /// Returns what of the match stands before the secret.
    fn before(&self) -> &'a [u8] {
        let range = self.whole.start..self.secret.start;
        self.text.get(range).unwrap_or_default()
    }
}

/// Asks nothing.
#[expect(clippy::unnecessary_wraps, reason = "it is a check")]
pub(crate) fn nothing(_: &Seen<'_>) -> Option<Facts> {
    Some(Facts::NONE)
}

/// Takes what holds as a secret that nothing proves.
fn if_so(holds: bool) -> Option<Facts> {
    holds.then_some(Facts::NONE)
}

/// Takes what holds as proved.
fn proved_if(holds: bool) -> Option<Facts> {
    holds.then_some(Facts::VALID)
}

const LOOSE: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LOOSE);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LOOSE);

/// Decodes base64 in either alphabet, padded or not.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let is_url = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if is_url { &URL_SAFE } else { &STANDARD };
    engine.decode(text).ok()
}
