//! Keys and signed tokens that no single service owns.

use model::Severity;

use crate::evidence::{keys, sums, tokens};
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "private-key-pem",
        title: "private key",
        severity: Severity::High,
        words: Words::Exact(&["PRIVATE KEY-----"]),
        shape: Shape::Within(
            "-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED|ANY) )?PRIVATE KEY-----(?P<s>(?:[^-]|-[^-]){64,}?)-----END ",
        ),
        entropy: 3.5,
        check: keys::pem,
        ..ANY
    },
    Format {
        id: "private-key-pgp",
        title: "PGP private key",
        severity: Severity::High,
        words: Words::Exact(&["PGP PRIVATE KEY BLOCK"]),
        shape: Shape::Within("-----BEGIN PGP PRIVATE KEY BLOCK-----(?P<s>[^-]{64,}?)-----END PGP"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "private-key-putty",
        title: "PuTTY private key",
        severity: Severity::High,
        words: Words::Exact(&["PuTTY-User-Key-File-"]),
        shape: Shape::Within("(?P<s>PuTTY-User-Key-File-[23]: [0-9a-z-]+)"),
        check: keys::putty,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "age-secret",
        title: "age secret key",
        severity: Severity::High,
        words: Words::Exact(&["AGE-SECRET-KEY-1"]),
        shape: Shape::Token("AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
        entropy: 3.0,
        check: sums::bech32,
        ..ANY
    },
    Format {
        id: "wireguard",
        title: "WireGuard key",
        severity: Severity::High,
        words: Words::Exact(&["PrivateKey"]),
        shape: Shape::Within(
            r"(?m)^[ \t]*(?:PrivateKey|PresharedKey)[ \t]*=[ \t]*(?P<s>[0-9A-Za-z+/]{43}=)[ \t\r]*$",
        ),
        entropy: 4.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "jwt",
        title: "JSON web token",
        severity: Severity::Medium,
        words: Words::Exact(&["eyJ"]),
        shape: Shape::Dashed(r"eyJ[0-9A-Za-z_-]{12,}\.eyJ[0-9A-Za-z_-]{12,}\.[0-9A-Za-z_-]{20,}"),
        entropy: 3.5,
        check: tokens::jwt,
        ..ANY
    },
    Format {
        id: "k8s-sa-token",
        title: "Kubernetes token of a service account",
        severity: Severity::Critical,
        words: Words::Exact(&["eyJ"]),
        shape: Shape::Dashed(r"eyJ[0-9A-Za-z_-]{12,}\.eyJ[0-9A-Za-z_-]{12,}\.[0-9A-Za-z_-]{20,}"),
        entropy: 3.5,
        check: tokens::service_account_jwt,
        ..ANY
    },
];
