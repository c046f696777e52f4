//! The files of each mode: a line each, and what is put into them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificates::Certificates;

/// What differs from cluster to cluster.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) namespace: String,
    pub(super) host: String,
    pub(super) etc: String,
    pub(super) image: String,
    pub(super) certificates: Certificates,
}

/// A file: its name, what is in it, and whether it holds a key.
pub(super) type Rendered = (&'static str, String, bool);

const SERVER: &str = include_str!("../../../../../charts/seaworthy/files/server.yaml");
const POLICY: &str = include_str!("../../../../../charts/seaworthy/files/policy.yaml");

static WEBHOOK: &[(&str, &str)] = &[
    ("README.md", include_str!("templates/README-webhook.md")),
    ("configmap.yaml", include_str!("templates/configmap.yaml")),
    ("deployment.yaml", include_str!("templates/deployment.yaml")),
    ("namespace.yaml", include_str!("templates/namespace.yaml")),
    ("secret.yaml", include_str!("templates/secret.yaml")),
    ("webhook.yaml", include_str!("templates/webhook.yaml")),
];

static IMAGE_POLICY: &[(&str, &str)] = &[
    (
        "README.md",
        include_str!("templates/README-image-policy.md"),
    ),
    (
        "admission-configuration-by-path.yaml",
        include_str!("templates/admission-configuration-by-path.yaml"),
    ),
    (
        "admission-configuration.yaml",
        include_str!("templates/admission-configuration.yaml"),
    ),
    (
        "imagepolicy.json",
        include_str!("templates/imagepolicy.json"),
    ),
    ("kubeconfig.yaml", include_str!("templates/kubeconfig.yaml")),
];

static STATIC: &[(&str, &str)] = &[
    ("README.md", include_str!("templates/README-static.md")),
    (
        "manifests/webhook.yaml",
        include_str!("templates/webhook.yaml"),
    ),
    (
        "static-configuration.yaml",
        include_str!("templates/static-configuration.yaml"),
    ),
    (
        "webhook-kubeconfig.yaml",
        include_str!("templates/webhook-kubeconfig.yaml"),
    ),
];

/// What runs the server beside the API server.
static BESIDE: &[(&str, &str)] = &[
    ("policy.yaml", POLICY),
    (
        "seaworthy.service",
        include_str!("templates/seaworthy.service"),
    ),
    ("server.yaml", SERVER),
];

/// Returns the files of a mode.
pub(super) fn of(mode: &str, values: &Values) -> Vec<Rendered> {
    let (of_mode, is_beside) = match mode {
        "webhook" => (WEBHOOK, false),
        "static" => (STATIC, true),
        _ => (IMAGE_POLICY, true),
    };
    let beside = BESIDE.iter().filter(|_| is_beside);
    let texts = of_mode.iter().chain(beside);
    let mut files: Vec<Rendered> = texts
        .map(|(name, text)| (*name, values.fill(mode, text), *name == "secret.yaml"))
        .collect();
    if is_beside {
        let made = &values.certificates;
        files.extend([
            ("tls/ca.crt", made.authority.clone(), false),
            ("tls/client.crt", made.client.certificate.clone(), false),
            ("tls/client.key", made.client.key.clone(), true),
            ("tls/tls.crt", made.server.certificate.clone(), false),
            ("tls/tls.key", made.server.key.clone(), true),
        ]);
    }
    files
}

impl Values {
    fn fill(&self, mode: &str, text: &str) -> String {
        let is_static = mode == "static";
        let made = &self.certificates;
        let server = server(mode);
        let text = if text == SERVER { &server } else { text };
        // a folder of static manifests is of one kind of webhook each
        let text = if is_static {
            text.split("\n---\n").next().unwrap_or(text)
        } else {
            text
        };
        let (suffix, name) = if is_static {
            ("seaworthy.static.k8s.io", "seaworthy.static.k8s.io")
        } else {
            ("seaworthy.dev", "seaworthy")
        };
        [
            ("{{server}}", nested(&server)),
            ("{{policy}}", nested(POLICY)),
            ("{{client}}", self.client(is_static, "/validate")),
            ("{{mutating-client}}", self.client(is_static, "/mutate")),
            ("{{crt}}", encoded(&made.server.certificate)),
            ("{{key}}", encoded(&made.server.key)),
            ("{{suffix}}", suffix.to_owned()),
            ("{{name}}", name.to_owned()),
            ("{{namespace}}", self.namespace.clone()),
            ("{{host}}", self.host.clone()),
            ("{{etc}}", self.etc.clone()),
            ("{{image}}", self.image.clone()),
            ("{{until}}", made.until.to_string()),
        ]
        .iter()
        .fold(text.to_owned(), |text, (mark, value)| {
            text.replace(mark, value)
        })
    }

    /// Where a webhook is, and who signed its certificate.
    fn client(&self, is_static: bool, path: &str) -> String {
        let place = if is_static {
            format!("url: https://{}:8443{path}", self.host)
        } else {
            format!(
                "service: {{namespace: {}, name: seaworthy, path: {path}}}",
                self.namespace
            )
        };
        format!(
            "    {place}\n    caBundle: {}",
            encoded(&self.certificates.authority)
        )
    }
}

fn encoded(text: &str) -> String {
    STANDARD.encode(text.as_bytes())
}

/// The options of `serve`. Beside the API server it listens for that one alone, and lies where --etc says.
fn server(mode: &str) -> String {
    if mode == "webhook" {
        return SERVER.to_owned();
    }
    SERVER
        .replace("/etc/seaworthy/config/policy.yaml", "{{etc}}/policy.yaml")
        .replace("/etc/seaworthy/", "{{etc}}/")
        .replace("tls-key:", "client-ca: {{etc}}/tls/ca.crt\ntls-key:")
}

/// Moves a text to the right, as the value of a key.
fn nested(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| format!("    {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}
