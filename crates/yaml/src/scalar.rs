//! What a scalar means: the words and numbers of YAML 1.1, as Kubernetes resolves them.
//!
//! Source of truth: `resolve.go` of `go.yaml.in/yaml/v2`. Numbers of base 60 are text there, and so
//! are dates once they become JSON.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use crate::number;

/// The value of a scalar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Beyond `i64` only.
    UInt(u64),
    Float(f64),
    /// The text of the node itself.
    Text,
    /// `!!binary`, decoded.
    Decoded(String),
}

/// Resolves a plain scalar without a tag.
pub(crate) fn resolve(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => number::parse(text).unwrap_or(Scalar::Text),
    }
}

/// Resolves a scalar with a tag of the YAML namespace, given without its prefix: `int`, `str`.
///
/// # Errors
/// Why the text is not what the tag says.
pub(crate) fn resolve_tagged(tag: &str, text: &str) -> Result<Scalar, String> {
    let plain = resolve(text);
    match (tag, plain) {
        ("binary", _) => decode(text).map(Scalar::Decoded),
        ("null", value @ Scalar::Null)
        | ("bool", value @ Scalar::Bool(_))
        | ("int", value @ (Scalar::Int(_) | Scalar::UInt(_)))
        | ("float", value @ Scalar::Float(_)) => Ok(value),
        ("float", Scalar::Int(value)) => Ok(Scalar::Float(number::to_f64(value))),
        ("timestamp", Scalar::Text) if looks_like_date(text) => Ok(Scalar::Text),
        ("null" | "bool" | "int" | "float" | "timestamp", _) => {
            let shown: String = text.chars().take(40).collect();
            Err(format!("cannot decode `{shown}` as a !!{tag}"))
        }
        _ => Ok(Scalar::Text),
    }
}

/// The fields of a date are not checked: they make text in any case.
fn looks_like_date(text: &str) -> bool {
    let (year, rest) = text.split_at_checked(4).unwrap_or_default();
    year.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with('-')
}

fn decode(text: &str) -> Result<String, String> {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = GeneralPurpose::new(&STANDARD, config)
        .decode(text)
        .map_err(|error| format!("!!binary value contains invalid base64 data: {error}"))?;
    // As JSON, each byte that is no UTF-8 becomes a replacement character of its own.
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Ok(decoded)
}
