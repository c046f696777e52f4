//! The images in `examples/`: small, made by us, and true. Packages and versions existed; their
//! files are stand-ins of a line each.

mod harbour_light;
mod image;
mod layer;
mod packages;
mod storefront;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use crate::said;

/// Makes the bytes of an archive.
type Make = fn() -> Made;
/// The bytes of an archive.
type Made = Result<Vec<u8>, Box<dyn Error>>;

/// Every example: its file and what makes it.
static EXAMPLES: [(&str, Make); 2] = [
    ("examples/harbour-light.tar", harbour_light::make),
    ("examples/storefront.tar", storefront::make),
];

/// Writes every example.
pub(crate) fn run() -> ExitCode {
    for (path, make) in EXAMPLES {
        let written = make().and_then(|bytes| Ok(fs::write(crate::root().join(path), bytes)?));
        if let Err(error) = written {
            return said(&format!("{path}: {error}"), ExitCode::FAILURE);
        }
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "these are our own files")]
    fn the_examples_are_what_this_code_makes() {
        for (path, make) in EXAMPLES {
            let stored = fs::read(crate::root().join(path)).unwrap();
            assert!(stored.len() <= 1 << 20, "{path} is too large");
            assert!(
                stored == make().unwrap(),
                "{path}: run `cargo xtask example`"
            );
        }
    }
}
