//! Keys of services that run models.

use model::Severity;

use crate::evidence::random;
use crate::format::{ANY, Format, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "openai",
        title: "OpenAI key",
        severity: Severity::Critical,
        words: Words::Exact(&["T3BlbkFJ"]),
        shape: Shape::Dashed(
            "sk-(?:(?:proj|svcacct|admin|service)-[0-9A-Za-z_-]{20,100}|(?:None-)?[0-9A-Za-z]{20,42})T3BlbkFJ[0-9A-Za-z_-]{20,100}",
        ),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "anthropic",
        title: "Anthropic key",
        severity: Severity::Critical,
        words: Words::Exact(&["sk-ant-"]),
        shape: Shape::Dashed("sk-ant-(?:api03|admin01)-[0-9A-Za-z_-]{93}AA"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "huggingface",
        title: "Hugging Face token",
        severity: Severity::High,
        words: Words::AnyCase(&["hf_", "api_org_"]),
        shape: Shape::Token("(?:hf|api_org)_[0-9A-Za-z]{34}"),
        entropy: 3.5,
        check: random::mixed_case,
        ..ANY
    },
    Format {
        id: "groq",
        title: "Groq key",
        severity: Severity::High,
        words: Words::Exact(&["gsk_"]),
        shape: Shape::Token("gsk_[0-9A-Za-z]{52}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "replicate",
        title: "Replicate token",
        severity: Severity::High,
        words: Words::Exact(&["r8_"]),
        shape: Shape::Token("r8_[0-9A-Za-z]{37}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "perplexity",
        title: "Perplexity key",
        severity: Severity::High,
        words: Words::Exact(&["pplx-"]),
        shape: Shape::Dashed("pplx-[0-9A-Za-z]{48}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "xai",
        title: "xAI key",
        severity: Severity::High,
        words: Words::Exact(&["xai-"]),
        shape: Shape::Dashed("xai-[0-9A-Za-z_]{80}"),
        entropy: 3.5,
        ..ANY
    },
];
