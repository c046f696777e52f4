//! Names of licences, as SPDX knows them.

/// Returns the id of a licence, in SPDX's own spelling.
pub(crate) fn id(name: &str) -> Option<&'static str> {
    spdx::license_id(name).map(|license| license.name)
}

/// Whether a text is an id or an expression of ids.
pub(crate) fn is_expression(text: &str) -> bool {
    spdx::Expression::parse(text).is_ok()
}

/// Returns one expression that holds for all.
pub(crate) fn joined(names: &[String]) -> String {
    let is_choice = |name: &str| name.contains(" OR ") || name.contains(" or ");
    let each = names.iter().map(|name| match name.as_str() {
        name if names.len() > 1 && is_choice(name) => format!("({name})"),
        name => name.to_owned(),
    });
    each.collect::<Vec<_>>().join(" AND ")
}
