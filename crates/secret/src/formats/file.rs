//! Credentials that are known by the file in which tools keep them.

use model::Severity;

use crate::evidence::{keys, random, tokens, written};
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "kubeconfig-key",
        title: "Kubernetes client key",
        severity: Severity::Critical,
        words: Words::Exact(&["client-key-data"]),
        shape: Shape::Within(
            r#"client-key-data:[ \t]*"?(?P<s>LS0tLS1CRUdJTi[0-9A-Za-z+/]{100,}={0,2})"#,
        ),
        entropy: 3.5,
        check: keys::pem_in_base64,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "kubeconfig-token",
        title: "Kubernetes token in a kubeconfig",
        severity: Severity::Critical,
        shape: Shape::Within(r#"(?m)^[ \t]+token:[ \t]*"?(?P<s>[0-9A-Za-z._~-]{16,2048})"#),
        entropy: 3.5,
        path: r"(?:^|/)(?:\.kube/config|kubeconfig|[^/]*\.kubeconfig|admin\.conf)$",
        marks: &["token:"],
        ..ANY
    },
    Format {
        id: "kubeadm-bootstrap",
        title: "Kubernetes bootstrap token",
        severity: Severity::Medium,
        words: Words::AnyCase(&["bootstrap", "kubeadm", "discovery"]),
        shape: Shape::Within(
            r"(?i:bootstrap|kubeadm|discovery)[^\n]{0,80}?[^0-9a-z.](?P<s>[0-9a-z]{6}\.[0-9a-z]{16})(?:[^0-9a-z.]|$)",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "docker-auth",
        title: "registry login of Docker",
        severity: Severity::Critical,
        words: Words::Exact(&["\"auth\""]),
        shape: Shape::Within(r#""auth"\s*:\s*"(?P<s>[0-9A-Za-z+/]{8,}={0,2})""#),
        entropy: 2.5,
        check: written::login,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "dockerconfigjson-b64",
        title: "registry logins in a Kubernetes Secret",
        severity: Severity::Critical,
        words: Words::Exact(&[".dockerconfigjson"]),
        shape: Shape::Within(
            r#"\.dockerconfigjson["']?:[ \t]*[|>]?[ \t\r\n]*["']?(?P<s>(?:eyJ|ewog|ewoJ|ewo)[0-9A-Za-z+/]{40,}={0,2})"#,
        ),
        entropy: 3.5,
        check: tokens::json,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "netrc",
        title: "password in a netrc file",
        severity: Severity::High,
        shape: Shape::Within(
            r"(?m)^[ \t]*(?:machine[ \t]+\S+|default)\s+login\s+\S+\s+password\s+(?P<s>\S{4,200})",
        ),
        check: written::password,
        path: "(?:^|/)[._]netrc$",
        marks: &["password"],
        ..ANY
    },
    Format {
        id: "pgpass",
        title: "PostgreSQL password",
        severity: Severity::High,
        shape: Shape::Within(r"(?m)^[^#:\n]+:(?:[0-9]+|\*):[^:\n]+:[^:\n]+:(?P<s>[^\n]{3,200})$"),
        check: written::password,
        path: r"(?:^|/)\.pgpass$",
        marks: &[
            ":*:", ":0", ":1", ":2", ":3", ":4", ":5", ":6", ":7", ":8", ":9",
        ],
        ..ANY
    },
    Format {
        id: "mycnf",
        title: "MySQL password",
        severity: Severity::High,
        shape: Shape::Within(r#"(?m)^[ \t]*password[ \t]*=[ \t]*["']?(?P<s>[^\s"'#]{3,200})"#),
        check: written::password,
        path: r"(?:^|/)\.?my\.cnf$",
        marks: &["password"],
        ..ANY
    },
    Format {
        id: "pypirc",
        title: "PyPI password",
        severity: Severity::High,
        shape: Shape::Within(r"(?m)^[ \t]*password[ \t]*[=:][ \t]*(?P<s>[^\s#]{3,1200})"),
        check: written::password,
        path: r"(?:^|/)\.pypirc$",
        marks: &["password"],
        ..ANY
    },
    Format {
        id: "git-credentials",
        title: "git password",
        severity: Severity::Critical,
        shape: Shape::Within(r"(?m)^https?://[^:/\s@]{1,100}:(?P<s>[^@/\s]{3,300})@"),
        check: written::password,
        path: r"(?:^|/)\.git-credentials$|/git/credentials$",
        marks: &["://"],
        ..ANY
    },
    Format {
        id: "aws-credentials-file",
        title: "AWS secret key in a credentials file",
        severity: Severity::Critical,
        words: Words::Exact(&["aws_secret_access_key"]),
        shape: Shape::Within(
            r"(?m)^[ \t]*aws_secret_access_key[ \t]*=[ \t]*(?P<s>[0-9A-Za-z+/]{40})[ \t\r]*$",
        ),
        entropy: 4.0,
        check: random::not_hex,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "maven-password",
        title: "Maven password",
        severity: Severity::High,
        shape: Shape::Within(
            r"<(?:password|passphrase)>\s*(?P<s>[^<{$\s][^<{]{2,200}?)\s*</(?:password|passphrase)>",
        ),
        check: written::password,
        path: r"(?:^|/)settings\.xml$",
        marks: &["<password>", "<passphrase>"],
        ..ANY
    },
    Format {
        id: "nuget-password",
        title: "NuGet password",
        severity: Severity::High,
        shape: Shape::Within(
            r#"(?i)<add\s+key="ClearTextPassword"\s+value="(?P<s>[^"%$]{4,200})""#,
        ),
        check: written::password,
        path: r"(?i)(?:^|/)nuget\.config$",
        marks: &["cleartextpassword"],
        ..ANY
    },
    Format {
        id: "pip-index-auth",
        title: "password of a pip index",
        severity: Severity::High,
        shape: Shape::Within(
            r"(?m)^[ \t]*(?:extra-)?index-url[ \t]*=[ \t]*https?://[^:/\s@]{0,100}:(?P<s>[^@/\s]{3,300})@",
        ),
        check: written::password,
        path: r"(?:^|/)pip\.conf$|(?:^|/)requirements[^/]*\.txt$",
        marks: &["index-url"],
        ..ANY
    },
    Format {
        id: "composer-auth",
        title: "Composer login",
        severity: Severity::High,
        shape: Shape::Within(r#""(?:password|github\.com|token)"\s*:\s*"(?P<s>[^"$]{8,300})""#),
        entropy: 2.5,
        check: written::password,
        path: r"(?:^|/)auth\.json$",
        marks: &[r#""password""#, r#""github.com""#, r#""token""#],
        ..ANY
    },
    Format {
        id: "rails-master-key",
        title: "Rails master key",
        severity: Severity::High,
        shape: Shape::Within(r"^(?P<s>[0-9a-f]{32})\s*$"),
        entropy: 3.0,
        path: r"(?:^|/)config/(?:master|credentials/[a-z_]+)\.key$",
        ..ANY
    },
    Format {
        id: "shadow-hash",
        title: "password hash in shadow",
        severity: Severity::High,
        shape: Shape::Within(r"(?m)^[^:\n]+:(?P<s>\$(?:1|2[aby]|5|6|7|y|gy)\$[^:\n]{8,200}):"),
        path: "^/?etc/shadow-?$",
        marks: &[":$"],
        ..ANY
    },
    Format {
        id: "htpasswd",
        title: "password hash in htpasswd",
        severity: Severity::Medium,
        shape: Shape::Within(r"(?m)^[^:\n]+:(?P<s>(?:\$apr1\$|\$2[aby]\$|\{SHA\})[^:\n]{8,100})$"),
        path: r"(?:^|/)\.?htpasswd$",
        marks: &[":$apr1$", ":$2", ":{SHA}"],
        ..ANY
    },
    Format {
        id: "tfstate-secret",
        title: "secret in a Terraform state",
        severity: Severity::High,
        shape: Shape::Within(
            r#""(?:password|secret|private_key|access_key|token)"\s*:\s*"(?P<s>[^"]{8,4000})""#,
        ),
        entropy: 3.0,
        check: written::password,
        path: r"\.tfstate(?:\.backup)?$",
        marks: &[
            r#""password""#,
            r#""secret""#,
            r#""private_key""#,
            r#""access_key""#,
            r#""token""#,
        ],
        ..ANY
    },
    Format {
        id: "ansible-vault",
        title: "Ansible vault (encrypted)",
        severity: Severity::Low,
        words: Words::Exact(&["$ANSIBLE_VAULT;"]),
        shape: Shape::Within(r"(?m)^(?P<s>\$ANSIBLE_VAULT;1\.[12];AES256)"),
        check: keys::vault,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "npmrc-token",
        title: "npm token of a registry of one's own",
        severity: Severity::High,
        shape: Shape::Within(r#"_authToken[ \t]*=[ \t]*"?(?P<s>[^\s"$<]{8,1000})"#),
        check: written::password,
        path: r"(?:^|/)\.?npmrc$",
        marks: &["_authtoken"],
        ..ANY
    },
    Format {
        id: "dotenv",
        title: "value of a secret setting in an environment file",
        severity: Severity::Medium,
        shape: Shape::Within(
            r#"(?mi)^[ \t]*(?:export[ \t]+)?(?:[0-9a-z]+_)*(?:password|passwd|pass|pwd|secret|token|api_?key|access_?key|private_?key|secret_?key|credentials?|auth)(?:_[0-9a-z]+)*[ \t]*=[ \t]*["']?(?P<s>[^\s"'#][^\r\n"']{2,1000})"#,
        ),
        check: written::setting,
        path: r"(?:^|/)(?:\.env(?:\.[0-9A-Za-z_-]+)*|[^/]+\.env)$",
        // not all: what stands behind the other names, the redactor knows by them, and to the end of a word
        marks: &["password", "secret", "token", "private_key", "access_key"],
        ..ANY
    },
    Format {
        id: "configured-password",
        title: "password in a configuration",
        severity: Severity::Medium,
        words: Words::AnyCase(&["passw", "secret"]),
        shape: Shape::Within(
            r#"(?mi)^[ \t]*["']?(?:[0-9a-z]+[_.-]){0,6}(?:password|passwd|secret)["']?[ \t]*[:=][ \t]*["']?(?P<s>[^\s"',;<>(){}$\x60]{8,256})["']?[ \t]*,?[ \t\r]*$"#,
        ),
        entropy: 3.0,
        check: written::assigned,
        path: r"\.(?:ya?ml|json|toml|ini|conf|cfg|cnf|properties)$",
        marks: &["password", "passwd", "secret"],
        ..ANY
    },
];
