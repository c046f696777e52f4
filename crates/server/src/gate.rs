//! What decides when a cluster asks: the policy of now, what is known of images, and who is told.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use model::{Digest, ImageName};
use pipeline::review::Reviewed;
use policy::image_policy::{self, Asked, AskedImage, ImagePolicy, Outcome, User, Verdict};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::counted::Counted;
use crate::scans::{Scans, Seen};
use crate::watched::Watched;

/// How long a cluster waits for us where the policy does not say that a scan may take longer.
const BUDGET: Duration = Duration::from_millis(2_500);

/// What is left of the time that a cluster gives, so that our answer comes before its end.
const RESERVE: Duration = Duration::from_millis(500);

/// Images of one question; a pod has some hundreds at most.
pub(crate) const MOST_IMAGES: usize = 2_000;

/// Images that are remembered to have been let in, by namespace.
const MOST_ADMITTED: usize = 100_000;

/// Bytes of a namespace: Kubernetes lets it have 63.
const MOST_NAMESPACE_BYTES: usize = 63;

/// Tells the time, which somebody else reads.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What decides.
pub(crate) struct Gate {
    pub(crate) watched: Watched,
    pub(crate) scans: Arc<Scans>,
    pub(crate) counted: Counted,
    pub(crate) clock: Clock,
    admitted: Mutex<BTreeSet<(String, Digest)>>,
}

/// What is told of a decision.
pub(crate) type Audit = BTreeMap<&'static str, String>;

/// Who asks, from where, and until when.
pub(crate) struct Caller<'a> {
    pub(crate) endpoint: &'static str,
    pub(crate) user: Option<User<'a>>,
    pub(crate) end: Instant,
    /// Whether nothing may be remembered of it.
    pub(crate) is_dry: bool,
}

impl Gate {
    pub(crate) fn new(watched: Watched, scans: Arc<Scans>, clock: Clock) -> Self {
        Self {
            watched,
            scans,
            counted: Counted::default(),
            clock,
            admitted: Mutex::default(),
        }
    }

    pub(crate) fn today(&self) -> Date {
        Offset::UTC.to_datetime((self.clock)()).date()
    }

    /// Returns until when to answer, by what the cluster gives (`?timeout=10s`) and the policy allows.
    pub(crate) fn end(policy: &ImagePolicy, timeout: Option<Duration>) -> Instant {
        let budget = BUDGET.max(policy.cases().scan_for);
        let given = timeout.map(|timeout| timeout.saturating_sub(RESERVE));
        let now = Instant::now();
        now.checked_add(given.map_or(budget, |given| given.min(budget)))
            .unwrap_or(now)
    }

    /// Looks at images, all at once, until the end of the time.
    pub(crate) async fn look(
        &self,
        policy: &ImagePolicy,
        images: &[&str],
        end: Instant,
    ) -> Vec<(String, Seen)> {
        let mut tasks = Vec::new();
        for image in images {
            if !policy.asks_for_scans() && !policy.is_pinning() {
                tasks.push(((*image).to_owned(), None));
                continue;
            }
            let (scans, name) = (Arc::clone(&self.scans), (*image).to_owned());
            let task = tokio::spawn(async move {
                scans
                    .of(&name, end.saturating_duration_since(Instant::now()))
                    .await
            });
            tasks.push(((*image).to_owned(), Some(task)));
        }
        let mut seen = Vec::new();
        for (image, task) in tasks {
            let known = match task {
                Some(task) => task.await.unwrap_or(Seen::Unscanned("the scan broke off")),
                None => Seen::Unscanned("nobody asked for a scan"),
            };
            seen.push((image, known));
        }
        seen
    }

    /// Decides about the images of a review, of which nothing but their names is told.
    pub(crate) async fn images(
        &self,
        caller: &Caller<'_>,
        policy: &ImagePolicy,
        (images, namespace, annotations): (&[&str], &str, &BTreeMap<String, String>),
    ) -> (Verdict, Audit) {
        let seen = self.look(policy, images, caller.end).await;
        let asked = self.asked(&seen, namespace);
        let question = Asked {
            namespace,
            annotations,
            user: caller.user,
            ..Asked::of_images(&asked)
        };
        let verdict = image_policy::judge(policy, &question, self.today());
        let audit = self.told(caller, &verdict, (namespace, "", images));
        self.remember(caller, &verdict, namespace, &seen);
        (verdict, audit)
    }

    /// Decides about an object.
    pub(crate) async fn object(
        &self,
        caller: &Caller<'_>,
        policy: &ImagePolicy,
        reviewed: &Reviewed<'_>,
    ) -> (Verdict, Audit) {
        let seen = self.look(policy, &reviewed.images, caller.end).await;
        let asked = self.asked(&seen, &reviewed.namespace);
        let verdict = reviewed.verdict(policy, caller.user, &asked, self.today());
        let audit = self.told(
            caller,
            &verdict,
            (&reviewed.namespace, &reviewed.title, &reviewed.images),
        );
        self.remember(caller, &verdict, &reviewed.namespace, &seen);
        (verdict, audit)
    }

    fn asked<'s>(&self, seen: &'s [(String, Seen)], namespace: &str) -> Vec<AskedImage<'s>> {
        let admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = seen.iter().map(|(name, seen)| AskedImage {
            name,
            known: seen.known(),
            runs_already: seen
                .digest()
                .is_some_and(|digest| admitted.contains(&(namespace.to_owned(), digest))),
        });
        asked.collect()
    }

    /// Remembers what was let in, so that it may come again when something new becomes known of it.
    fn remember(
        &self,
        caller: &Caller<'_>,
        verdict: &Verdict,
        namespace: &str,
        seen: &[(String, Seen)],
    ) {
        let is_odd = namespace.len() > MOST_NAMESPACE_BYTES;
        if caller.is_dry || is_odd || verdict.outcome == Outcome::Deny {
            return;
        }
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        for digest in seen.iter().filter_map(|(_, seen)| seen.digest()) {
            if admitted.len() < MOST_ADMITTED {
                admitted.insert((namespace.to_owned(), digest));
            }
        }
    }

    /// Counts a decision, writes it into the log, and returns what the cluster's audit log gets.
    fn told(
        &self,
        caller: &Caller<'_>,
        verdict: &Verdict,
        (namespace, object, images): (&str, &str, &[&str]),
    ) -> Audit {
        self.counted.decided(caller.endpoint, verdict);
        let rules = verdict.deciding().map(|reason| reason.rule.as_str());
        let rules: BTreeSet<&str> = rules.collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        let used: Vec<&str> = verdict.used.iter().map(|used| used.id.as_str()).collect();
        log(&json!({
            "time": (self.clock)().to_string(),
            "kind": "decision",
            "endpoint": caller.endpoint,
            "namespace": namespace,
            "object": object,
            "user": caller.user.map(|user| user.name),
            "images": images.iter().map(|name| ImageName::shown(name)).collect::<Vec<_>>(),
            "outcome": verdict.outcome.name(),
            "rules": rules,
            "message": verdict.line(),
            "exceptions": used,
            "brokenGlass": verdict.broken_glass,
            "dryRun": caller.is_dry,
            "policy": verdict.policy,
        }));
        let mut audit = Audit::from([
            ("seaworthy-outcome", verdict.outcome.name().to_owned()),
            ("seaworthy-policy", verdict.policy.clone()),
        ]);
        if !rules.is_empty() {
            audit.insert("seaworthy-rules", rules.join(","));
        }
        if !used.is_empty() {
            audit.insert("seaworthy-exceptions", used.join(","));
        }
        if let Some(why) = &verdict.broken_glass {
            audit.insert("seaworthy-break-glass", why.clone());
        }
        audit
    }
}

/// Writes a line of JSON to the log, which is standard error.
pub(crate) fn log(line: &Value) {
    let _nobody_reads = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}
