//! Keys of clouds and of what runs on them.

use model::Severity;

use crate::evidence::{keys, random, tokens};
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "aws-access-key-id",
        title: "AWS access key id",
        severity: Severity::High,
        words: Words::Exact(&["AKIA", "ASIA", "ABIA", "ACCA"]),
        shape: Shape::Token("(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
        entropy: 3.0,
        check: tokens::aws_id,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "aws-secret-key",
        title: "AWS secret key",
        severity: Severity::Critical,
        words: Words::AnyCase(&["secret"]),
        shape: Shape::Within(
            r#"(?i:aws|amz|s3|secret)[0-9A-Za-z_.-]{0,24}(?i:secret|access|key)[0-9A-Za-z_.-]{0,16}["']?[ \t]{0,4}(?:=|:|:=|=>)[ \t]{0,4}["']?(?P<s>[0-9A-Za-z+/]{40})(?:[^0-9A-Za-z+/=]|$)"#,
        ),
        entropy: 4.25,
        check: random::not_hex,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "aws-bedrock-long",
        title: "AWS Bedrock key",
        severity: Severity::High,
        words: Words::Exact(&["ABSK"]),
        shape: Shape::Token("ABSK[0-9A-Za-z+/]{109,269}={0,2}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "gcp-service-account",
        title: "Google Cloud key of a service account",
        severity: Severity::Critical,
        words: Words::Exact(&["service_account"]),
        shape: Shape::Within(r#""type"\s*:\s*"(?P<s>service_account)""#),
        check: keys::service_account,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gcp-api-key",
        title: "Google API key",
        severity: Severity::Medium,
        words: Words::Exact(&["AIza"]),
        shape: Shape::Dashed("AIza[0-9A-Za-z_-]{35}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "gcp-oauth-secret",
        title: "Google OAuth secret",
        severity: Severity::High,
        words: Words::Exact(&["GOCSPX-"]),
        shape: Shape::Dashed("GOCSPX-[0-9A-Za-z_-]{28}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "gcp-refresh",
        title: "Google refresh token",
        severity: Severity::High,
        words: Words::Exact(&["1//0"]),
        shape: Shape::Within(r#""refresh_token"\s*:\s*"(?P<s>1//0[0-9A-Za-z_-]{40,120})""#),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "azure-storage-key",
        title: "Azure storage key",
        severity: Severity::Critical,
        words: Words::AnyCase(&["accountkey", "account_key"]),
        shape: Shape::Within(
            r#"(?i:account_?key)[ \t"']{0,3}[=:][ \t"']{0,3}(?P<s>[0-9A-Za-z+/]{86}==)"#,
        ),
        entropy: 4.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "azure-entra-secret",
        title: "Microsoft Entra secret of an app",
        severity: Severity::Critical,
        words: Words::Exact(&["7Q~", "8Q~"]),
        shape: Shape::Within(
            "(?:^|[^0-9A-Za-z_~.-])(?P<s>[0-9A-Za-z_~.]{3}[78]Q~[0-9A-Za-z_~.-]{31,34})(?:[^0-9A-Za-z_~.-]|$)",
        ),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "azure-sas",
        title: "Azure shared access signature",
        severity: Severity::High,
        words: Words::Exact(&["sig="]),
        shape: Shape::Within(
            r#"(?P<s>sv=[0-9]{4}-[0-9]{2}-[0-9]{2}&(?:[a-z]{2,4}=[^&\s"]{1,200}&){1,12}sig=[0-9A-Za-z%+/=]{40,})"#,
        ),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "azure-acr",
        title: "Azure registry password",
        severity: Severity::Critical,
        words: Words::Exact(&["+ACR"]),
        shape: Shape::Token(r"[0-9A-Za-z+/]{42}\+ACR[A-D][0-9A-Za-z]{5}"),
        entropy: 4.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "digitalocean",
        title: "DigitalOcean token",
        severity: Severity::Critical,
        words: Words::AnyCase(&["dop_v1_", "doo_v1_", "dor_v1_"]),
        shape: Shape::Token("do[opr]_v1_[0-9a-f]{64}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "alibaba-id",
        title: "Alibaba Cloud key id",
        severity: Severity::High,
        words: Words::Exact(&["LTAI"]),
        // shorter than what counts as a long run
        shape: Shape::Within("(?:^|[^0-9A-Za-z_])(?P<s>LTAI[0-9A-Za-z]{12,20})(?:[^0-9A-Za-z_]|$)"),
        entropy: 3.0,
        check: random::digit,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "tencent-id",
        title: "Tencent Cloud key id",
        severity: Severity::High,
        words: Words::Exact(&["AKID"]),
        shape: Shape::Token("AKID[0-9A-Za-z]{32}"),
        entropy: 3.5,
        check: random::digit,
        ..ANY
    },
    Format {
        id: "cloudflare-origin-ca",
        title: "Cloudflare origin CA key",
        severity: Severity::High,
        words: Words::Exact(&["v1.0-"]),
        shape: Shape::Dashed(r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "heroku-v2",
        title: "Heroku token",
        severity: Severity::High,
        words: Words::Exact(&["HRKU-AA"]),
        shape: Shape::Dashed("HRKU-AA[0-9A-Za-z_-]{58}"),
        entropy: 4.0,
        ..ANY
    },
    Format {
        id: "flyio",
        title: "Fly token",
        severity: Severity::High,
        words: Words::AnyCase(&["fo1_", "fm1", "fm2"]),
        shape: Shape::Token("fo1_[0-9A-Za-z_-]{43}|fm[12][ar]?_[0-9A-Za-z+/]{100,}={0,3}"),
        entropy: 4.0,
        ..ANY
    },
    Format {
        id: "netlify",
        title: "Netlify token",
        severity: Severity::High,
        words: Words::Exact(&["nfp_"]),
        shape: Shape::Token("nfp_[0-9A-Za-z]{36}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "supabase",
        title: "Supabase token",
        severity: Severity::High,
        words: Words::Exact(&["sbp_"]),
        shape: Shape::Token("sbp_[0-9a-f]{40}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "doppler",
        title: "Doppler token",
        severity: Severity::High,
        words: Words::AnyCase(&[
            "dp.pt.",
            "dp.st.",
            "dp.sa.",
            "dp.ct.",
            "dp.scim.",
            "dp.audit.",
        ]),
        shape: Shape::Token(
            r"dp\.(?:pt|ct|sa|scim|audit|st(?:\.[0-9a-z_-]{2,35})?)\.[0-9A-Za-z]{40,44}",
        ),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "pulumi",
        title: "Pulumi token",
        severity: Severity::High,
        words: Words::Exact(&["pul-"]),
        shape: Shape::Dashed("pul-[0-9a-f]{40}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "terraform-cloud",
        title: "Terraform Cloud token",
        severity: Severity::High,
        words: Words::Exact(&[".atlasv1."]),
        shape: Shape::Dashed(r"[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_=-]{60,70}"),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "vault-service",
        title: "Vault service token",
        severity: Severity::Critical,
        words: Words::Exact(&["hvs."]),
        shape: Shape::Dashed(r"hvs\.[0-9A-Za-z_-]{90,120}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "vault-batch",
        title: "Vault batch token",
        severity: Severity::High,
        words: Words::Exact(&["hvb."]),
        shape: Shape::Dashed(r"hvb\.[0-9A-Za-z_-]{138,300}"),
        entropy: 4.0,
        ..ANY
    },
    Format {
        id: "vault-recovery",
        title: "Vault recovery token",
        severity: Severity::Critical,
        words: Words::Exact(&["hvr."]),
        shape: Shape::Dashed(r"hvr\.[0-9A-Za-z_-]{90,300}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "planetscale",
        title: "PlanetScale credential",
        severity: Severity::High,
        words: Words::Exact(&["pscale_"]),
        shape: Shape::Dashed("pscale_(?:tkn|pw|oauth)_[0-9A-Za-z_=.-]{32,64}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "databricks",
        title: "Databricks token",
        severity: Severity::High,
        words: Words::Exact(&["dapi"]),
        shape: Shape::Dashed("dapi[0-9a-f]{32}(?:-[0-9])?"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "tailscale",
        title: "Tailscale key",
        severity: Severity::High,
        words: Words::Exact(&["tskey-"]),
        shape: Shape::Dashed(
            "tskey-(?:auth|api|client|scim|webhook)-[0-9A-Za-z]{8,20}-[0-9A-Za-z]{16,40}",
        ),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "openshift-token",
        title: "OpenShift token",
        severity: Severity::High,
        words: Words::Exact(&["sha256~"]),
        shape: Shape::Dashed("sha256~[0-9A-Za-z_-]{43}"),
        entropy: 3.5,
        ..ANY
    },
];
