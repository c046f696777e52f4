//! `--platform`: which of an image's platforms are meant.

use clap::{Arg, ArgMatches};
use model::Platform;
use pipeline::PlatformChoice;

use crate::error::Failure;

/// The word for every platform.
const ALL: &str = "all";

/// Returns the option.
pub(crate) fn arg() -> Arg {
    Arg::new("platform")
        .long("platform")
        .value_name("OS/ARCH")
        .help("Platform of a multi-platform image, or `all` [default: the only one, else linux/amd64]")
}

/// Reads the option.
///
/// # Errors
/// It is no platform.
pub(crate) fn choice(matches: &ArgMatches) -> Result<PlatformChoice, Failure> {
    match matches.get_one::<String>("platform").map(String::as_str) {
        None => Ok(PlatformChoice::Default),
        Some(ALL) => Ok(PlatformChoice::All),
        Some(text) => {
            let platform = text.parse::<Platform>();
            let platform = platform.map_err(|bad| Failure::usage(bad.to_string()))?;
            Ok(PlatformChoice::One(platform))
        }
    }
}
