//! What decides when a cluster asks: the policy of now, what is known of images, and who is told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use model::ImageName;
use pipeline::review::Reviewed;
use policy::image_policy::{self, Asked, AskedImage, Decided, ImagePolicy, Outcome, User, Verdict};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::admitted::Admitted;
use crate::counted::Counted;
use crate::log::log;
use crate::scans::{Ends, Scans, Seen};
use crate::watched::Watched;

/// How long a cluster waits for us, for what registries say that names lead to; for a scan it waits as long as
/// the policy says.
const BUDGET: Duration = Duration::from_millis(2_500);

/// What is left of the time that a cluster gives, so that our answer comes before its end.
const RESERVE: Duration = Duration::from_millis(500);

/// Images from which on judging may take more than ten milliseconds.
const MANY_IMAGES: usize = 32;

/// What rules found in an object that costs about as much as one image.
const FOUND_LIKE_AN_IMAGE: usize = 16;

/// Questions of so many images that are judged at a time: on a node of two cores one is left for all others.
const LARGE_AT_A_TIME: usize = 1;

/// How long beyond the end of its time a question of many images may be judged: what is waited for until
/// then has to be judged, too. It is half of what clusters are left.
const JUDGING: Duration = Duration::from_millis(250);

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
    admitted: Mutex<Admitted>,
    large: Semaphore,
}

/// What the audit log of the cluster is told of a decision.
pub(crate) type Audit = BTreeMap<&'static str, String>;

/// What was decided, and how it is told.
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    /// [`Verdict::line`].
    pub(crate) line: String,
    pub(crate) audit: Audit,
}

/// Characters of a reason for breaking the glass that an audit log gets.
const MOST_OF_A_REASON: usize = 500;

/// Images of a decision that the log names, and bytes of each text that strangers write: whoever reads it may
/// have stopped, and lines wait.
const MOST_LOGGED_IMAGES: usize = 100;
const MOST_LOGGED_BYTES: usize = 1_024;

/// Who asks, from where, and until when.
pub(crate) struct Caller<'a> {
    pub(crate) endpoint: &'static str,
    pub(crate) user: Option<User<'a>>,
    pub(crate) ends: Ends,
    /// Whether nothing may be remembered of it.
    pub(crate) is_dry: bool,
}

impl Gate {
    pub(crate) fn new(watched: Watched, scans: Arc<Scans>, clock: Clock) -> Self {
        // what ran before goes on running
        let admitted = Admitted::of(scans.kept().admitted());
        Self {
            watched,
            scans,
            counted: Counted::default(),
            clock,
            admitted: Mutex::new(admitted),
            large: Semaphore::new(LARGE_AT_A_TIME),
        }
    }

    pub(crate) fn today(&self) -> Date {
        self.scans.kept().today()
    }

    /// Returns until when to answer, by what the cluster gives (`?timeout=10s`) and the policy allows.
    /// Both count from when the request came, however long its body took.
    pub(crate) fn ends(policy: &ImagePolicy, start: Instant, timeout: Option<Duration>) -> Ends {
        let scan_for = policy.cases().scan_for.unwrap_or(BUDGET);
        let budget = BUDGET.max(scan_for);
        let given = timeout.map(|timeout| timeout.saturating_sub(RESERVE));
        let patience = given.map_or(budget, |given| given.min(budget));
        let after = |patience| start.checked_add(patience).unwrap_or(start);
        Ends {
            answer: after(patience),
            scan: after(patience.min(scan_for)),
        }
    }

    /// Looks at images, all at once, as long as there is time; at none if nobody wants to know of them.
    pub(crate) async fn look(
        &self,
        is_wanted: bool,
        images: &[&str],
        ends: Ends,
    ) -> Vec<(String, Seen)> {
        let mut tasks = Vec::new();
        for image in images {
            let name = (*image).to_owned();
            if !is_wanted {
                tasks.push((name, Err(Seen::Unscanned("nobody asked for a scan"))));
            } else if let Some(known) = self.scans.known(image) {
                tasks.push((name, Err(known)));
            } else {
                let (scans, asked) = (Arc::clone(&self.scans), name.clone());
                let scan = async move { scans.of(&asked, ends).await };
                tasks.push((name, Ok(tokio::spawn(scan))));
            }
        }
        let mut seen = Vec::new();
        for (image, task) in tasks {
            let known = match task {
                Ok(task) => task.await.unwrap_or(Seen::Unscanned("the scan broke off")),
                Err(known) => known,
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
    ) -> Decision {
        let start = Instant::now();
        let of_nothing = Asked {
            namespace,
            annotations,
            user: caller.user,
            ..Asked::of_images(&[])
        };
        let is_wanted = policy.asks_for_scans() && policy.concerns(&of_nothing);
        let seen = self.look(is_wanted, images, caller.ends).await;
        self.counted.stage("look", start.elapsed());
        let asked = self.asked(&seen, namespace);
        let question = Asked {
            images: &asked,
            ..of_nothing
        };
        let judge = |until| self.judge(policy, &question, &seen, until);
        let verdict = self.in_turn(seen.len(), caller.ends, judge).await;
        self.remember(caller, &verdict, namespace, &seen);
        self.told(caller, verdict, (namespace, "", &seen))
    }

    /// Decides about an object.
    pub(crate) async fn object(
        &self,
        caller: &Caller<'_>,
        policy: &ImagePolicy,
        reviewed: &Reviewed<'_>,
    ) -> Decision {
        let start = Instant::now();
        let is_wanted = policy.asks_for_scans() && reviewed.concerns(policy);
        let seen = self.look(is_wanted, &reviewed.images, caller.ends).await;
        self.counted.stage("look", start.elapsed());
        let asked = self.asked(&seen, &reviewed.namespace);
        let judge = |until| {
            let judge = |question: &Asked<'_>| self.judge(policy, question, &seen, until);
            reviewed.verdict(caller.user, &asked, judge)
        };
        let found = reviewed.misconfigurations.len() / FOUND_LIKE_AN_IMAGE;
        let verdict = self
            .in_turn(seen.len().max(found), caller.ends, judge)
            .await;
        self.remember(caller, &verdict, &reviewed.namespace, &seen);
        let about = (&*reviewed.namespace, &*reviewed.title, &*seen);
        self.told(caller, verdict, about)
    }

    /// Decides about an object that nobody can judge.
    pub(crate) fn unjudged(
        &self,
        caller: &Caller<'_>,
        policy: &ImagePolicy,
        (namespace, object, annotations): (&str, &str, &BTreeMap<String, String>),
        why: &str,
    ) -> Decision {
        let question = Asked {
            object,
            namespace,
            annotations,
            user: caller.user,
            ..Asked::of_images(&[])
        };
        let verdict = image_policy::unjudged(policy, &question, why, self.today());
        self.told(caller, verdict, (namespace, object, &[]))
    }

    /// Lets a question of so many images be judged: a large one in its turn and beside what answers others,
    /// and until when it is told.
    async fn in_turn(
        &self,
        images: usize,
        ends: Ends,
        judge: impl FnOnce(Option<Instant>) -> Verdict,
    ) -> Verdict {
        if images < MANY_IMAGES {
            let start = Instant::now();
            let verdict = judge(None);
            self.counted.stage("judge", start.elapsed());
            return verdict;
        }
        let until = ends.answer.checked_add(JUDGING).unwrap_or(ends.answer);
        // whose turn does not come in time is answered without one: that there was no time costs none
        let _turn = timeout_at(until, self.large.acquire()).await;
        let start = Instant::now();
        let verdict = tokio::task::block_in_place(|| judge(Some(until)));
        self.counted.stage("judge", start.elapsed());
        verdict
    }

    /// Decides, and remembers what was decided about each image; `seen` is of the images in their order. What
    /// is not judged until that moment is not judged at all.
    fn judge(
        &self,
        policy: &ImagePolicy,
        asked: &Asked<'_>,
        seen: &[(String, Seen)],
        until: Option<Instant>,
    ) -> Verdict {
        let today = self.today();
        let mut seen = seen.iter();
        image_policy::judge_by(policy, asked, today, |image| {
            if until.is_some_and(|until| Instant::now() > until) {
                return None;
            }
            let known = seen.next().and_then(|(_, seen)| seen.image());
            let remembered = known.and_then(|it| it.remembered(policy, asked, image, today));
            Some(remembered.unwrap_or_else(|| {
                let decided = Decided::of(policy, asked, image, today);
                // ids of flaws may be hundreds, and nobody is told them here
                let decided = Arc::new(decided.without_ids());
                if let Some(known) = known {
                    self.scans.decided(known, Arc::clone(&decided));
                }
                decided
            }))
        })
    }

    fn asked<'s>(&self, seen: &'s [(String, Seen)], namespace: &str) -> Vec<AskedImage<'s>> {
        let admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = seen.iter().map(|(name, seen)| AskedImage {
            name,
            known: seen.known(),
            runs_already: seen
                .digest()
                .is_some_and(|digest| admitted.has(namespace, digest)),
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
            if admitted.add(namespace, digest) {
                self.scans.kept().admit(namespace, digest);
            }
        }
    }

    /// Counts a decision, writes it into the log, and adds what the cluster's audit log gets.
    fn told(
        &self,
        caller: &Caller<'_>,
        verdict: Verdict,
        (namespace, object, seen): (&str, &str, &[(String, Seen)]),
    ) -> Decision {
        self.counted.decided(caller.endpoint, &verdict);
        let rules = verdict.deciding().map(|reason| reason.rule.as_str());
        let rules: BTreeSet<&str> = rules.collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        let used: Vec<&str> = verdict.used.iter().map(|used| used.id.as_str()).collect();
        let line = verdict.line();
        let names = |of: fn(&Seen) -> bool| {
            let names = seen.iter().filter(|(_, seen)| of(seen));
            told_names(names.map(|(name, _)| ImageName::shown(name)))
        };
        let known_before = names(Seen::is_of_before);
        log(&LogLine {
            broken_glass: verdict
                .broken_glass
                .as_deref()
                .map(|why| cut(why, MOST_LOGGED_BYTES)),
            dry_run: caller.is_dry,
            endpoint: caller.endpoint,
            exceptions: &used,
            images: names(|_| true),
            kind: "decision",
            known_before: &known_before,
            message: &line,
            namespace: cut(namespace, MOST_LOGGED_BYTES),
            object: cut(object, MOST_LOGGED_BYTES),
            outcome: verdict.outcome.name(),
            policy: &verdict.policy,
            reasons: &verdict.records(),
            rules: &rules,
            time: (self.clock)(),
            user: caller.user.map(|user| cut(user.name, MOST_LOGGED_BYTES)),
        });
        let mut audit = Audit::from([
            ("seaworthy-outcome", verdict.outcome.name().to_owned()),
            ("seaworthy-policy", verdict.policy.clone()),
        ]);
        if !known_before.is_empty() {
            audit.insert("seaworthy-mode", "registry-away".to_owned());
        }
        if !verdict.reasons.is_empty() {
            audit.insert("seaworthy-reasons", verdict.record());
        }
        if !rules.is_empty() {
            audit.insert("seaworthy-rules", image_policy::plain(&rules.join(",")));
        }
        if !used.is_empty() {
            audit.insert("seaworthy-exceptions", image_policy::plain(&used.join(",")));
        }
        if let Some(why) = &verdict.broken_glass {
            let why: String = why.chars().take(MOST_OF_A_REASON).collect();
            audit.insert("seaworthy-break-glass", image_policy::plain(&why));
        }
        Decision {
            verdict,
            line,
            audit,
        }
    }
}

/// Returns names as the log tells them: the first of them, and how many more there are.
fn told_names<'n>(mut names: impl Iterator<Item = &'n str>) -> Vec<Cow<'n, str>> {
    let first = names.by_ref().take(MOST_LOGGED_IMAGES);
    let mut told: Vec<_> = first.map(|it| cut(it, MOST_LOGGED_BYTES).into()).collect();
    let more = names.count();
    if more > 0 {
        told.push(format!("and {more} more").into());
    }
    told
}

/// Cuts a text after so many bytes, or a character before.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// A line of the log, its fields in the order of the alphabet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogLine<'a> {
    broken_glass: Option<&'a str>,
    dry_run: bool,
    endpoint: &'a str,
    exceptions: &'a [&'a str],
    images: Vec<Cow<'a, str>>,
    kind: &'a str,
    known_before: &'a [Cow<'a, str>],
    message: &'a str,
    namespace: &'a str,
    object: &'a str,
    outcome: &'a str,
    policy: &'a str,
    reasons: &'a [String],
    rules: &'a [&'a str],
    time: Timestamp,
    user: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_the_first_images_and_counts_the_others() {
        let long = format!("{}ä", "x".repeat(MOST_LOGGED_BYTES - 1));
        assert_eq!(
            told_names([&*long, "a"].into_iter()),
            ["x".repeat(MOST_LOGGED_BYTES - 1), "a".to_owned()]
        );
        let many = vec!["a"; MOST_LOGGED_IMAGES + 3];
        let told = told_names(many.into_iter());
        assert_eq!(told.len(), MOST_LOGGED_IMAGES + 1);
        assert_eq!(told.last().unwrap(), "and 3 more");
        assert!(told_names(std::iter::empty()).is_empty());
    }
}
