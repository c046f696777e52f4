//! Credentials that are known by what stands around them, not by their own form.

use model::Severity;

use crate::evidence::written;
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "url-credentials",
        title: "password in a URL",
        severity: Severity::High,
        words: Words::AnyCase(&["://"]),
        shape: Shape::Within(
            r#"(?i)(?:^|[^0-9a-z])(?:https?|ftps?|postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|ldaps?|smtps?|mssql|sqlserver|clickhouse|nats|s3)(?:\+[0-9a-z_]{1,30})?://[^\s:/@"'<>{}$\x60]{0,100}:(?P<s>[^\s/@"'<>{}$\x60]{3,300})@[0-9A-Za-z_.-]"#,
        ),
        check: written::url_password,
        glance: Some(written::logs_in),
        scope: Scope::Written,
        ..ANY
    },
    Format {
        id: "basic-auth-header",
        title: "password in a header",
        severity: Severity::Medium,
        words: Words::AnyCase(&["authorization"]),
        shape: Shape::Within(
            r#"(?i:authorization)["']?[ \t]*[:=][ \t]*["']?(?i:basic)[ \t]+(?P<s>[0-9A-Za-z+/]{8,}={0,2})"#,
        ),
        entropy: 2.5,
        check: written::login,
        scope: Scope::Written,
        ..ANY
    },
    Format {
        id: "bearer-header",
        title: "token in a header",
        severity: Severity::Medium,
        words: Words::AnyCase(&["authorization"]),
        shape: Shape::Within(
            r#"(?i:authorization)["']?[ \t]*[:=][ \t]*["']?(?i:bearer)[ \t]+(?P<s>[0-9A-Za-z._~+/-]{20,2048}=*)"#,
        ),
        entropy: 3.5,
        check: written::password,
        scope: Scope::Written,
        ..ANY
    },
    Format {
        id: "assigned-secret",
        title: "value of a secret name",
        severity: Severity::Medium,
        words: Words::AnyCase(&[
            "password",
            "passwd",
            "secret",
            "token",
            "api_key",
            "apikey",
            "api-key",
            "access_key",
            "private_key",
            "credential",
        ]),
        shape: Shape::Within(
            r#"(?i)(?:^|[^0-9a-z])[0-9a-z_.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[0-9a-z_-]{0,20}["']?[ \t]{0,4}(?:=|:|:=|=>)[ \t]{0,4}["']?(?P<s>[^\s"',;<>(){}$\x60]{8,256})"#,
        ),
        entropy: 3.5,
        check: written::assigned,
        scope: Scope::Written,
        ..ANY
    },
];
