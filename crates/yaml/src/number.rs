//! Numbers as Go reads and prints them.

use crate::scalar::Scalar;

/// Reads what YAML 1.1 takes for a number, after removing `_`: `0777`, `0x1F`, `1_000`, `.5`, `1e3`.
pub(crate) fn parse(text: &str) -> Option<Scalar> {
    let first = text.bytes().next()?;
    if first == b'.' {
        return has_good_underscores(text).then(|| float(&text.replace('_', "")))?;
    }
    if !matches!(first, b'0'..=b'9' | b'+' | b'-') {
        return None;
    }
    let text = text.replace('_', "");
    int(&text)
        .or_else(|| float(&text))
        .or_else(|| signed_binary(&text))
}

/// Reads an integer as Go's `ParseInt` and `ParseUint` with base 0 do.
fn int(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.bytes().next()? {
        b'+' | b'-' => text.split_at_checked(1)?,
        _ => ("", text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits),
        _ => (10, digits),
    };
    from_digits(sign, digits, base)
}

fn from_digits(sign: &str, digits: &str, base: u32) -> Option<Scalar> {
    // `from_str_radix` would take a second sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, base).ok()?;
    match (sign, i64::try_from(size)) {
        ("-", _) => 0_i64.checked_sub_unsigned(size).map(Scalar::Int),
        (_, Ok(value)) => Some(Scalar::Int(value)),
        ("", Err(_)) => Some(Scalar::UInt(size)),
        _ => None,
    }
}

/// Go's YAML tries a sign behind `0b`, too.
fn signed_binary(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b")?;
    match digits.as_bytes().first()? {
        b'+' | b'-' => {
            let (sign, digits) = digits.split_at_checked(1)?;
            from_digits(sign, digits, 2)
        }
        _ => None,
    }
}

/// Behind a point Go itself removes `_`, only between digits.
fn has_good_underscores(text: &str) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let mut parts = text.as_bytes().split(|&byte| byte == b'_').peekable();
    while let Some(part) = parts.next() {
        if parts
            .peek()
            .is_some_and(|next| !is_digit(part.last()) || !is_digit(next.first()))
        {
            return false;
        }
    }
    true
}

/// Reads a decimal fraction; one beyond the range of a float stays text.
fn float(text: &str) -> Option<Scalar> {
    let shape = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    // Rust's words for infinity and NaN are no numbers here.
    if !shape.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !shape.bytes().all(is_plain)
    {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Scalar::Float(value))
}

/// Returns the nearest float.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "the nearest is wanted"
)]
pub(crate) const fn to_f64(value: i64) -> f64 {
    value as f64
}

/// Prints a float as Kubernetes prints one that is a key: in Go's `%g` of 32 bits.
pub(crate) fn float_key(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::as_conversions,
        reason = "so does Go"
    )]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Go writes an exponent where it is below -4 or above 5.
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}
