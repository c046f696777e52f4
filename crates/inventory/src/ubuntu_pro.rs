//! What Ubuntu Pro says of itself: whether packages come from the repositories of extended maintenance.
//!
//! Source of truth: `trivy.md` §4.1, `var/lib/ubuntu-advantage/status.json` as `pro` writes it; `feeds.md`
//! §2.5, versions of what is installed: who builds an image detaches it often, and the file goes.

use model::{Manner, Os, OsFamily, Package, PackageFormat};
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

/// Says of Ubuntu that it has extended maintenance if a package of that is installed. Trivy asks the file alone.
pub(crate) fn tell(os: &mut Option<Os>, packages: &[Package], manner: Manner) {
    let Some(os) = os.as_mut().filter(|os| os.family == OsFamily::Ubuntu) else {
        return;
    };
    if !manner.is_trivy() && packages.iter().any(is_of_esm) {
        os.repository = extended(os);
    }
}

/// Returns the name of a release's repositories of extended maintenance.
pub(crate) fn extended(os: &Os) -> String {
    format!("{}-ESM", os.minor())
}

/// Whether a package is a build of extended maintenance: `7.68.0-1ubuntu2.25+esm1`, `2.0-3ubuntu0.1~esm2`.
fn is_of_esm(package: &Package) -> bool {
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let has_mark = |mark| package.version.split(mark).skip(1).any(is_number);
    package.format == PackageFormat::Dpkg && (has_mark("+esm") || has_mark("~esm"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats;

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

    #[test]
    fn what_is_installed_tells_too() {
        for (family, version, manner, want) in [
            (
                OsFamily::Ubuntu,
                "7.68.0-1ubuntu2.25+esm1",
                Manner::Own,
                "20.04-ESM",
            ),
            (
                OsFamily::Ubuntu,
                "2.0.6-3ubuntu0.1~esm12",
                Manner::Own,
                "20.04-ESM",
            ),
            (OsFamily::Ubuntu, "7.68.0-1ubuntu2.25", Manner::Own, ""),
            (OsFamily::Ubuntu, "1.0+esmeralda-1", Manner::Own, ""),
            (OsFamily::Ubuntu, "1.0+esm", Manner::Own, ""),
            (
                OsFamily::Ubuntu,
                "7.68.0-1ubuntu2.25+esm1",
                Manner::Trivy,
                "",
            ),
            (OsFamily::Debian, "7.68.0-1ubuntu2.25+esm1", Manner::Own, ""),
        ] {
            let status =
                format!("Package: curl\nStatus: install ok installed\nVersion: {version}\n");
            let (packages, _) = formats::tests::read(&formats::dpkg::FORMAT, status.as_bytes());
            assert_eq!(packages.len(), 1, "{version}");
            let mut os = Some(Os {
                family: family.clone(),
                version: "20.04".to_owned(),
                pretty_name: String::new(),
                like: Vec::new(),
                is_rolling: false,
                repository: String::new(),
                told_by: String::new(),
            });
            tell(&mut os, &packages, manner);
            let told = os.map(|os| os.repository);
            assert_eq!(told.as_deref(), Some(want), "{family} {version} {manner:?}");
        }
    }
}
