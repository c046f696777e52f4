//! Which bases are allowed, where the user gives a list.

use model::Base;

/// Whether a base is one of these names; `*` at the end of one stands for any rest.
pub(crate) fn allows(allowed: &[String], base: &Base) -> bool {
    allowed
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => !base.name.is_empty() && base.name.starts_with(start),
            None => base.name == *pattern,
        })
}
