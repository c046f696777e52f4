//! What is counted of decisions, for Prometheus.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use policy::image_policy::{Outcome, Verdict};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::scans::Counts;

/// Seconds: what is known is answered in less than a millisecond.
const SECONDS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 2.5, 10.0,
];

type Labels<const N: usize> = [(&'static str, String); N];

/// The metrics.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    decisions: Family<Labels<2>, Counter<u64, AtomicU64>>,
    rules: Family<Labels<2>, Counter<u64, AtomicU64>>,
    answers: Family<Labels<2>, Counter<u64, AtomicU64>>,
    seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
    stages: Family<Labels<1>, Histogram, fn() -> Histogram>,
    hits: Counter<u64, AtomicU64>,
    misses: Counter<u64, AtomicU64>,
    waiting: Gauge,
    images: Gauge,
    bytes: Gauge,
    looks: Family<Labels<1>, Counter<u64, AtomicU64>>,
    policy_ok: Gauge,
    store_ok: Gauge,
    certificate_ends: Gauge,
    data_age_days: Gauge,
    publishers_age_days: Family<Labels<1>, Gauge>,
    lost_log_lines: Counter<u64, AtomicU64>,
    broken_renewals: Counter<u64, AtomicU64>,
}

/// What is true in a moment.
pub(crate) struct Now {
    pub(crate) counts: Counts,
    pub(crate) is_policy_ok: bool,
    pub(crate) is_store_ok: bool,
    /// Of the oldest data by which images are judged.
    pub(crate) data_age_days: Option<i64>,
    /// Of each publisher.
    pub(crate) publishers_age_days: Vec<(String, i64)>,
    /// When our certificate ends, in seconds since 1970.
    pub(crate) certificate_ends: Option<i64>,
    pub(crate) lost_log_lines: u64,
}

impl Default for Counted {
    fn default() -> Self {
        Self {
            decisions: Family::default(),
            rules: Family::default(),
            answers: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            stages: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            hits: Counter::default(),
            misses: Counter::default(),
            waiting: Gauge::default(),
            images: Gauge::default(),
            bytes: Gauge::default(),
            looks: Family::default(),
            policy_ok: Gauge::default(),
            store_ok: Gauge::default(),
            certificate_ends: Gauge::default(),
            data_age_days: Gauge::default(),
            publishers_age_days: Family::default(),
            lost_log_lines: Counter::default(),
            broken_renewals: Counter::default(),
        }
    }
}

impl Counted {
    /// Registers them all.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "seaworthy_decisions",
            "Decisions, by endpoint and outcome",
            self.decisions.clone(),
        );
        registry.register(
            "seaworthy_rules",
            "Objections, by rule and what came of them",
            self.rules.clone(),
        );
        registry.register(
            "seaworthy_answers",
            "Answers, by endpoint and status",
            self.answers.clone(),
        );
        registry.register(
            "seaworthy_answer_seconds",
            "Time until an answer, by endpoint",
            self.seconds.clone(),
        );
        registry.register(
            "seaworthy_stage_seconds",
            "Time of a part of an answer: to read the request, to look at images, to judge",
            self.stages.clone(),
        );
        self.register_now(registry);
        self.register_decided_by(registry);
    }

    /// Registers what decisions are made by.
    fn register_decided_by(&self, registry: &mut Registry) {
        registry.register(
            "seaworthy_policy_ok",
            "Whether the file of the policy is the one that decides",
            self.policy_ok.clone(),
        );
        registry.register(
            "seaworthy_data_age_days",
            "Days since the newest entry of the oldest data by which images are judged, as cases.stale counts",
            self.data_age_days.clone(),
        );
        registry.register(
            "seaworthy_publisher_data_age_days",
            "Days since the newest entry of a publisher",
            self.publishers_age_days.clone(),
        );
    }

    /// Registers what is true of a moment.
    fn register_now(&self, registry: &mut Registry) {
        registry.register(
            "seaworthy_looks",
            "Times that registries and archives were asked, by what came of it",
            self.looks.clone(),
        );
        registry.register(
            "seaworthy_store_ok",
            "Whether the store is used, if one is asked for",
            self.store_ok.clone(),
        );
        registry.register(
            "seaworthy_certificate_expires_seconds",
            "When our certificate ends, since 1970; 0 if that is unknown",
            self.certificate_ends.clone(),
        );
        registry.register(
            "seaworthy_known_images_asked",
            "Times that an image was known when it was asked for",
            self.hits.clone(),
        );
        registry.register(
            "seaworthy_unknown_images_asked",
            "Times that it was not",
            self.misses.clone(),
        );
        registry.register(
            "seaworthy_waiting_scans",
            "Scans that go on or wait",
            self.waiting.clone(),
        );
        registry.register(
            "seaworthy_known_images",
            "Images whose facts are in memory",
            self.images.clone(),
        );
        registry.register(
            "seaworthy_known_bytes",
            "Bytes of these facts",
            self.bytes.clone(),
        );
        registry.register(
            "seaworthy_lost_log_lines",
            "Lines of the log that nobody read in time, and that are lost",
            self.lost_log_lines.clone(),
        );
        registry.register(
            "seaworthy_broken_renewals",
            "Times that new certificates or a new policy were wrong and not used",
            self.broken_renewals.clone(),
        );
    }

    pub(crate) fn decided(&self, endpoint: &'static str, verdict: &Verdict) {
        let outcome = verdict.outcome.name().to_owned();
        self.decisions
            .get_or_create(&[("endpoint", endpoint.to_owned()), ("outcome", outcome)])
            .inc();
        for reason in &verdict.reasons {
            let mode = reason.mode.name();
            self.rules
                .get_or_create(&[("rule", reason.rule.clone()), ("mode", mode.to_owned())])
                .inc();
        }
    }

    /// Counts the denial of what is no question.
    pub(crate) fn refused(&self, endpoint: &'static str) {
        let outcome = Outcome::Deny.name().to_owned();
        self.decisions
            .get_or_create(&[("endpoint", endpoint.to_owned()), ("outcome", outcome)])
            .inc();
    }

    pub(crate) fn answered(&self, endpoint: &'static str, status: u16, seconds: f64) {
        self.answers
            .get_or_create(&[
                ("endpoint", endpoint.to_owned()),
                ("code", status.to_string()),
            ])
            .inc();
        self.seconds
            .get_or_create(&[("endpoint", endpoint.to_owned())])
            .observe(seconds);
    }

    pub(crate) fn renewal_broke(&self) {
        self.broken_renewals.inc();
    }

    /// Counts the time of a part of an answer.
    pub(crate) fn stage(&self, stage: &'static str, took: Duration) {
        self.stages
            .get_or_create(&[("stage", stage.to_owned())])
            .observe(took.as_secs_f64());
    }

    /// Takes what is true in the moment that somebody reads.
    pub(crate) fn look(&self, now: &Now) {
        let counts = &now.counts;
        for (result, count) in counts.looks {
            let looks = self.looks.get_or_create(&[("result", result.to_owned())]);
            set(&looks, count);
        }
        self.store_ok.set(i64::from(now.is_store_ok));
        self.certificate_ends.set(now.certificate_ends.unwrap_or(0));
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        set(&self.hits, counts.hits);
        set(&self.misses, counts.misses);
        self.waiting.set(number(counts.waiting));
        self.images.set(number(counts.images));
        self.bytes.set(number(counts.bytes));
        set(&self.lost_log_lines, now.lost_log_lines);
        self.policy_ok.set(i64::from(now.is_policy_ok));
        self.data_age_days.set(now.data_age_days.unwrap_or(-1));
        // another database may have other publishers
        self.publishers_age_days.clear();
        for (publisher, days) in &now.publishers_age_days {
            let label = [("publisher", publisher.clone())];
            self.publishers_age_days.get_or_create(&label).set(*days);
        }
    }
}

/// Takes over what somebody else counts, which only grows.
fn set(counter: &Counter<u64, AtomicU64>, count: u64) {
    counter.inner().store(count, Ordering::Relaxed);
}
