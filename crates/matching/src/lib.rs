//! Which advisories apply to a package, and whose severity counts.
