//! Functions that encode and hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gotmpl::{Result, TemplateError, Value};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Row, text};

pub(super) static ROWS: &[Row] = &[
    ("b64enc", |args| {
        Ok(Value::from(STANDARD.encode(text(args, 0)?)))
    }),
    ("b64dec", |args| {
        let bytes = STANDARD.decode(text(args, 0)?);
        let bytes = bytes.map_err(|error| TemplateError::Exec(error.to_string()))?;
        Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()))
    }),
    ("sha1sum", sum::<Sha1>),
    ("sha256sum", sum::<Sha256>),
    ("sha512sum", sum::<Sha512>),
];

fn sum<D: Digest>(args: &[Value]) -> Result<Value> {
    let sum = D::digest(text(args, 0)?);
    let hex = sum.iter().map(|byte| format!("{byte:02x}"));
    Ok(Value::from(hex.collect::<String>()))
}

/// Returns a UUID whose version is 4, which is what templates ask for.
pub(super) fn of_version_4(mut uuid: String) -> String {
    // where RFC 9562 §4.2 has it
    if uuid.is_ascii() && uuid.len() > 15 {
        uuid.replace_range(14..15, "4");
    }
    uuid
}
