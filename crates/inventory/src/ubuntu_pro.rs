//! What Ubuntu Pro says of itself: whether packages come from the repositories of extended maintenance.
//!
//! Source of truth: `trivy.md` §4.1, `var/lib/ubuntu-advantage/status.json` as `pro` writes it.

use serde::Deserialize;

pub(crate) const FILE: &str = "var/lib/ubuntu-advantage/status.json";

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    #[serde(default)]
    name: String,
    #[serde(default)]
    status: String,
}

/// Whether extended maintenance of the base system is on.
pub(crate) fn has_esm(text: &str) -> bool {
    let status: Option<Status> = serde_json::from_str(text).ok();
    status.is_some_and(|status| {
        let mut services = status.services.iter();
        services.any(|service| service.name == "esm-infra" && service.status == "enabled")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_enabled_counts() {
        for (text, want) in [
            (
                r#"{"services":[{"name":"esm-apps","status":"enabled"},{"name":"esm-infra","status":"enabled"}]}"#,
                true,
            ),
            (
                r#"{"services":[{"name":"esm-infra","status":"disabled"}]}"#,
                false,
            ),
            (
                r#"{"services":[{"name":"esm-apps","status":"enabled"}]}"#,
                false,
            ),
            ("{}", false),
            ("", false),
            ("esm-infra enabled", false),
        ] {
            assert_eq!(has_esm(text), want, "{text}");
        }
    }
}
