//! Tokens of services: chat, payment, mail, monitoring.

use model::Severity;

use crate::evidence::{random, sums, tokens};
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "slack-bot",
        title: "Slack bot token",
        severity: Severity::High,
        words: Words::Exact(&["xoxb-"]),
        shape: Shape::Dashed("xoxb-[0-9]{10,13}-[0-9]{10,13}-[0-9A-Za-z]{24,34}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "slack-user",
        title: "Slack user token",
        severity: Severity::High,
        words: Words::AnyCase(&["xoxp-", "xoxe-"]),
        shape: Shape::Dashed("xox[pe](?:-[0-9]{10,13}){3}-[0-9A-Za-z-]{28,34}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "slack-app",
        title: "Slack app token",
        severity: Severity::High,
        words: Words::Exact(&["xapp-"]),
        shape: Shape::Dashed("xapp-[0-9]-A[0-9A-Z]{8,12}-[0-9]{10,14}-[0-9a-f]{64}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "slack-config",
        title: "Slack configuration token",
        severity: Severity::High,
        words: Words::Exact(&["xoxe.xox"]),
        shape: Shape::Dashed(r"xoxe\.xox[bp]-[0-9]-[0-9A-Za-z]{163,166}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "slack-webhook",
        title: "Slack webhook",
        severity: Severity::Medium,
        words: Words::Exact(&["hooks.slack.com"]),
        shape: Shape::Within(
            r"hooks\.slack\.com/(?P<s>(?:services/T[0-9A-Z]{6,12}/B[0-9A-Z]{6,12}/[0-9A-Za-z]{23,25}|workflows/T[0-9A-Z]{6,12}/A[0-9A-Z]{6,12}/[0-9]{17,19}/[0-9A-Za-z]{23,25}))",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "discord-bot",
        title: "Discord bot token",
        severity: Severity::High,
        words: Words::AnyCase(&["discord"]),
        shape: Shape::Within(
            r"(?i:discord)[^\n]{0,60}?[^0-9A-Za-z_-](?P<s>[MNO][0-9A-Za-z_-]{23,25}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,38})(?:[^0-9A-Za-z_-]|$)",
        ),
        entropy: 3.5,
        check: tokens::discord_id,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "discord-webhook",
        title: "Discord webhook",
        severity: Severity::Medium,
        words: Words::Exact(&["/api/webhooks/"]),
        shape: Shape::Within(
            r"discord(?:app)?\.com/api/webhooks/(?P<s>[0-9]{17,20}/[0-9A-Za-z_-]{60,72})",
        ),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "telegram-bot",
        title: "Telegram bot token",
        severity: Severity::High,
        words: Words::Exact(&[":AA"]),
        // its colon is no character of other tokens
        shape: Shape::Within(
            "(?:^|[^0-9A-Za-z_-])(?P<s>[0-9]{8,10}:AA[0-9A-Za-z_-]{33})(?:[^0-9A-Za-z_-]|$)",
        ),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "teams-webhook",
        title: "Microsoft Teams webhook",
        severity: Severity::Medium,
        words: Words::Exact(&["webhook.office.com"]),
        shape: Shape::Within(
            r"webhook\.office\.com/webhookb2/(?P<s>[0-9a-f]{8}-[0-9a-f-]{27}@[0-9a-f]{8}-[0-9a-f-]{27}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "stripe-secret",
        title: "Stripe key",
        severity: Severity::Critical,
        words: Words::AnyCase(&["sk_live_", "rk_live_"]),
        shape: Shape::Token("[sr]k_live_[0-9A-Za-z]{24,99}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "stripe-test",
        title: "Stripe test key",
        severity: Severity::Low,
        words: Words::AnyCase(&["sk_test_", "rk_test_"]),
        shape: Shape::Token("[sr]k_test_[0-9A-Za-z]{24,99}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "stripe-webhook",
        title: "Stripe webhook secret",
        severity: Severity::Medium,
        words: Words::Exact(&["whsec_"]),
        shape: Shape::Token("whsec_[0-9A-Za-z+/]{32}={0,2}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "square",
        title: "Square token",
        severity: Severity::High,
        words: Words::Exact(&["sq0atp-", "sq0csp-"]),
        shape: Shape::Dashed("sq0atp-[0-9A-Za-z_-]{22}|sq0csp-[0-9A-Za-z_-]{43}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "shopify",
        title: "Shopify token",
        severity: Severity::High,
        words: Words::AnyCase(&["shpat_", "shpss_", "shpca_", "shppa_"]),
        shape: Shape::Token("shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "sendgrid",
        title: "SendGrid key",
        severity: Severity::High,
        words: Words::Exact(&["SG."]),
        shape: Shape::Dashed(r"SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "twilio-key",
        title: "Twilio key",
        severity: Severity::Medium,
        words: Words::AnyCase(&["twilio"]),
        shape: Shape::Within(
            r"(?i:twilio)[^\n]{0,60}?[^0-9A-Za-z](?P<s>SK[0-9a-f]{32})(?:[^0-9A-Za-z_]|$)",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "mailgun",
        title: "Mailgun key",
        severity: Severity::High,
        words: Words::AnyCase(&["key-"]),
        shape: Shape::Within(
            r"(?i:mailgun)[^\n]{0,60}?(?P<s>key-[0-9a-f]{32})(?:[^0-9A-Za-z_-]|$)",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "mailchimp",
        title: "Mailchimp key",
        severity: Severity::High,
        words: Words::Exact(&[
            "-us0", "-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9",
        ]),
        shape: Shape::Dashed("[0-9a-f]{32}-us[0-9]{1,2}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "brevo",
        title: "Brevo key",
        severity: Severity::High,
        words: Words::Exact(&["xkeysib-"]),
        shape: Shape::Dashed("xkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "newrelic-user",
        title: "New Relic user key",
        severity: Severity::Medium,
        words: Words::Exact(&["NRAK-"]),
        shape: Shape::Dashed("NRAK-[0-9A-Z]{27}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "datadog-app",
        title: "Datadog application key",
        severity: Severity::Medium,
        words: Words::AnyCase(&["datadog", "dd_"]),
        shape: Shape::Within(
            r#"(?i:datadog|dd)_?(?i:app(?:lication)?_?key)["']?[ \t]{0,4}(?:=|:|:=|=>)[ \t]{0,4}["']?(?P<s>[0-9a-f]{40})(?:[^0-9A-Za-z_]|$)"#,
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "grafana-sa",
        title: "Grafana token of a service account",
        severity: Severity::High,
        words: Words::Exact(&["glsa_"]),
        shape: Shape::Token("glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}"),
        entropy: 3.0,
        check: sums::grafana_crc,
        ..ANY
    },
    Format {
        id: "grafana-cloud",
        title: "Grafana Cloud token",
        severity: Severity::High,
        words: Words::Exact(&["glc_"]),
        shape: Shape::Token("glc_eyJ[0-9A-Za-z+/]{32,400}={0,3}"),
        entropy: 3.5,
        check: tokens::json,
        ..ANY
    },
    Format {
        id: "grafana-legacy",
        title: "Grafana API key",
        severity: Severity::High,
        words: Words::Exact(&["eyJrIjoi"]),
        shape: Shape::Token("eyJrIjoi[0-9A-Za-z]{70,400}={0,2}"),
        entropy: 3.5,
        check: tokens::json,
        ..ANY
    },
    Format {
        id: "sentry-org",
        title: "Sentry token of an organisation",
        severity: Severity::Medium,
        words: Words::Exact(&["sntrys_"]),
        shape: Shape::Token("sntrys_eyJ[0-9A-Za-z+/=]{20,400}_[0-9A-Za-z+/]{43}"),
        entropy: 4.0,
        ..ANY
    },
    Format {
        id: "sentry-user",
        title: "Sentry token of a user",
        severity: Severity::Medium,
        words: Words::Exact(&["sntryu_"]),
        shape: Shape::Token("sntryu_[0-9a-f]{64}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "dynatrace",
        title: "Dynatrace token",
        severity: Severity::High,
        words: Words::Exact(&["dt0"]),
        shape: Shape::Dashed(r"dt0[a-z][0-9]{2}\.[0-9A-Z]{24}\.[0-9A-Z]{64}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "postman",
        title: "Postman key",
        severity: Severity::Medium,
        words: Words::Exact(&["PMAK-"]),
        shape: Shape::Dashed("PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "linear",
        title: "Linear key",
        severity: Severity::Medium,
        words: Words::Exact(&["lin_api_"]),
        shape: Shape::Token("lin_api_[0-9A-Za-z]{40}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "notion",
        title: "Notion token",
        severity: Severity::Medium,
        words: Words::Exact(&["ntn_"]),
        shape: Shape::Token("ntn_[0-9]{11}[0-9A-Za-z]{35}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "figma",
        title: "Figma token",
        severity: Severity::Medium,
        words: Words::Exact(&["figd_"]),
        shape: Shape::Dashed("figd_[0-9A-Za-z_-]{40}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "airtable",
        title: "Airtable token",
        severity: Severity::Medium,
        words: Words::AnyCase(&["airtable"]),
        shape: Shape::Within(
            r"(?i:airtable)[^\n]{0,60}?[^0-9A-Za-z](?P<s>pat[0-9A-Za-z]{14}\.[0-9a-f]{64})(?:[^0-9A-Za-z_]|$)",
        ),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "okta",
        title: "Okta token",
        severity: Severity::High,
        words: Words::AnyCase(&["okta"]),
        shape: Shape::Within(
            r"(?i:okta)[^\n]{0,60}?[^0-9A-Za-z_-](?P<s>00[0-9A-Za-z_-]{40})(?:[^0-9A-Za-z_-]|$)",
        ),
        entropy: 3.5,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "octopus",
        title: "Octopus Deploy key",
        severity: Severity::Medium,
        words: Words::Exact(&["API-"]),
        shape: Shape::Dashed("API-[0-9A-Z]{25,27}"),
        entropy: 3.5,
        check: random::digit,
        ..ANY
    },
    Format {
        id: "duffel",
        title: "Duffel token",
        severity: Severity::Low,
        words: Words::Exact(&["duffel_"]),
        shape: Shape::Dashed("duffel_(?:test|live)_[0-9A-Za-z_=-]{43}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "easypost",
        title: "EasyPost key",
        severity: Severity::Low,
        words: Words::AnyCase(&["ezak", "eztk"]),
        shape: Shape::Token("EZ[AT]K[0-9A-Za-z]{54}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "shippo",
        title: "Shippo token",
        severity: Severity::Low,
        words: Words::Exact(&["shippo_"]),
        shape: Shape::Token("shippo_(?:live|test)_[0-9a-f]{40}"),
        entropy: 3.0,
        ..ANY
    },
];
