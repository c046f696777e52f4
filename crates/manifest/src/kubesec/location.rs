//! Where the schema of a kind is, in a folder or by a template, as `kubeconform` looks for it.

use gotmpl::{MissingKey, Template, Value};

use super::validate::Schemas;
use crate::schema;

/// Path in a location that is no template itself.
const PATH: &str = "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json";

impl Schemas {
    /// Returns the path of the schema of a kind in a location: a folder, or a template of a path, that
    /// is, one that ends in `json`.
    ///
    /// None if the kind has characters that no kind has: it must not lead out of the folder.
    ///
    /// # Errors
    /// The location is a template and a bad one.
    pub fn path(
        &self,
        location: &str,
        api_version: &str,
        kind: &str,
    ) -> Result<Option<String>, String> {
        let is_name = |text: &str| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            !text.contains("..") && text.chars().all(is_part)
        };
        if !is_name(kind) || !is_name(&api_version.replacen('/', "-", 1)) {
            return Ok(None);
        }
        let template = if location.ends_with("json") {
            location.to_owned()
        } else {
            format!("{}/{PATH}", location.trim_end_matches('/'))
        };
        let (group, version) = api_version
            .split_once('/')
            .unwrap_or((api_version, api_version));
        let folder = &self.version_folder;
        let kubernetes = folder.strip_suffix("-standalone-strict").unwrap_or(folder);
        let field = |name: &str, text: &str| (name.to_owned(), Value::from(text));
        let fields = Value::from_entries([
            field("NormalizedKubernetesVersion", kubernetes),
            field("StrictSuffix", "-strict"),
            field("ResourceKind", &kind.to_lowercase()),
            field("ResourceAPIVersion", version),
            field("Group", group),
            field("KindSuffix", &schema::kind_suffix(api_version)),
        ]);
        Template::new("schema location")
            .missing_key(MissingKey::Error)
            .parse(&template)
            .and_then(|template| template.execute_to_string(&fields))
            .map(Some)
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::validate::Source;
    use super::*;

    #[test]
    fn finds_files_as_kubeconform() {
        let schemas = Schemas::new(Some("1.31.0"), Source::BuiltIn);
        let path = |location: &str, kind: &str| schemas.path(location, "apps/v1", kind).unwrap();
        for (location, want) in [
            (
                "/s/",
                "/s/v1.31.0-standalone-strict/deployment-apps-v1.json",
            ),
            (
                "/s/{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json",
                "/s/apps/v1/deployment-apps-v1.json",
            ),
        ] {
            assert_eq!(path(location, "Deployment").as_deref(), Some(want));
        }
        assert_eq!(path("/s", "../../etc/x"), None);
        assert!(schemas.path("{{.Nope}}json", "v1", "Pod").is_err());
    }
}
