//! The images in `examples/`: small, made by us, and true. Packages and versions existed; their
//! files are stand-ins of a line each.

mod harbour_light;
mod image;
mod layer;
mod packages;
mod shown;
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

/// Writes every example, and into the documents what is printed about them.
pub(crate) fn run() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => said(&error.to_string(), ExitCode::FAILURE),
    }
}

fn write() -> Result<(), Box<dyn Error>> {
    for (path, make) in EXAMPLES {
        fs::write(crate::root().join(path), make()?)?;
    }
    for (path, show) in shown::DOCUMENTS {
        fs::write(crate::root().join(path), shown::updated(path, show)?)?;
    }
    Ok(())
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

    #[test]
    #[expect(clippy::disallowed_methods, reason = "these are our own files")]
    fn the_documents_show_what_is_printed() {
        for (path, show) in shown::DOCUMENTS {
            let stored = fs::read_to_string(crate::root().join(path)).unwrap();
            let want = shown::updated(path, show).unwrap();
            assert!(stored == want, "{path}: run `cargo xtask example`");
        }
    }
}
