//! Scans are shared, waited for, kept within a limit, and begun again.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::thread;

use super::*;

/// Answers after a while, and counts how often it was asked.
struct Counting {
    asked: AtomicUsize,
    pause: Duration,
}

const TODAY: Date = jiff::civil::date(2026, 11, 26);

fn facts(name: &str) -> ImageFacts {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    ImageFacts {
        digest: Some(Digest::new(bytes)),
        platform: String::new(),
        created: None,
        found: Vec::new(),
        base: None,
        past_end: None,
        gaps: vec![(model::GapKind::Unread, "x".repeat(4_000))],
        data: Vec::new(),
        running: None,
        pulled: None,
        judged: None,
        news: BTreeMap::new(),
        others: Vec::new(),
    }
}

impl Looker for Counting {
    fn refuses(&self, name: &str) -> Option<String> {
        (name == "refused").then(|| "nobody may be asked".to_owned())
    }

    fn find(&self, name: &str) -> Lead {
        match name {
            "gone" => {
                self.asked.fetch_add(1, Ordering::SeqCst);
                Lead::Unreachable("no answer".to_owned())
            }
            _ => Lead::Archive,
        }
    }

    fn scan(&self, name: &str, _digest: Option<Digest>) -> Look {
        self.asked.fetch_add(1, Ordering::SeqCst);
        thread::sleep(self.pause);
        Look::Scanned {
            facts: Box::new(facts(name)),
            pulled: None,
        }
    }
}

/// What the server keeps where nobody says otherwise.
const KEEPING: Keeping = Keeping {
    tag: Duration::from_mins(1),
    failure: Duration::from_secs(10),
    bytes: 128 << 20,
    workers: 2,
};

/// Looks on a day that a test chooses, at a registry that may be away.
struct Dated {
    seconds: Arc<AtomicI64>,
    is_away: AtomicBool,
    asked: AtomicUsize,
}

impl Looker for Dated {
    fn refuses(&self, _: &str) -> Option<String> {
        None
    }

    fn find(&self, name: &str) -> Lead {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match facts(name).digest {
            Some(digest) if !self.is_away.load(Ordering::SeqCst) => Lead::Image(digest),
            _ => Lead::Unreachable("away".to_owned()),
        }
    }

    fn scan(&self, name: &str, pulled: Option<Digest>) -> Look {
        let mut facts = facts(name);
        let now = jiff::Timestamp::from_second(self.seconds.load(Ordering::SeqCst)).unwrap();
        facts.judged = Some(jiff::tz::Offset::UTC.to_datetime(now).date());
        Look::Scanned {
            facts: Box::new(facts),
            pulled,
        }
    }
}

/// Ends of life and ages count by the day: the next one begins a look, and after it nothing old is used.
#[test]
fn facts_are_of_a_day() {
    let looker = Arc::new(Dated {
        seconds: Arc::new(AtomicI64::new(0)),
        is_away: AtomicBool::new(false),
        asked: AtomicUsize::new(0),
    });
    let seconds = Arc::clone(&looker.seconds);
    let clock = move || jiff::Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap();
    let kept = Kept::new(None, Arc::new(String::new), Arc::new(clock));
    let scans = Scans::new(Arc::<Dated>::clone(&looker), KEEPING, kept);
    run(async {
        for (day, is_away, want, asked) in [
            (10, false, "1970-01-11", 1),
            (10, false, "1970-01-11", 1),
            // that of yesterday, while somebody looks
            (11, true, "1970-01-11", 2),
            // and soon after nobody looks again
            (11, false, "1970-01-11", 2),
            (13, false, "1970-01-14", 3),
            (13, false, "1970-01-14", 3),
            // a clock that was put back
            (12, false, "1970-01-14", 4),
            (20, true, "away", 5),
        ] {
            looker.seconds.store(day * 86_400, Ordering::SeqCst);
            looker.is_away.store(is_away, Ordering::SeqCst);
            let seen = scans.of("a", within(Duration::from_secs(30))).await;
            let judged = seen.image().map(|image| image.facts.judged.unwrap());
            let told = judged.map_or_else(|| seen.why().to_owned(), |day| day.to_string());
            while scans.counts().waiting > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let times = looker.asked.load(Ordering::SeqCst);
            assert_eq!((&*told, times), (want, asked), "day {day}");
        }
    });
}

fn scans(pause: u64, keeping: Keeping) -> (Arc<Counting>, Arc<Scans>) {
    let looker = Arc::new(Counting {
        asked: AtomicUsize::new(0),
        pause: Duration::from_millis(pause),
    });
    let kept = Kept::new(
        None,
        Arc::new(String::new),
        Arc::new(|| jiff::Timestamp::UNIX_EPOCH),
    );
    (Arc::clone(&looker), Scans::new(looker, keeping, kept))
}

fn within(wait: Duration) -> Ends {
    Ends::at(Instant::now() + wait)
}

fn run<F: Future>(future: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().unwrap().block_on(future)
}

#[test]
fn all_who_ask_share_one_scan() {
    let (looker, scans) = scans(50, KEEPING);
    run(async {
        let long = Duration::from_secs(30);
        let asked: Vec<_> = (0..20)
            .map(|_| {
                let scans = Arc::clone(&scans);
                tokio::spawn(async move { scans.of("a", within(long)).await })
            })
            .collect();
        for task in asked {
            assert!(matches!(task.await.unwrap(), Seen::Facts { .. }));
        }
        assert_eq!(looker.asked.load(Ordering::SeqCst), 1);
        assert!(matches!(
            scans.of("a", within(Duration::ZERO)).await,
            Seen::Facts { .. }
        ));
    });
    assert_eq!(looker.asked.load(Ordering::SeqCst), 1);
}

/// What a name leads to is waited for longer than a scan, if the policy says so, and the other way round.
#[test]
fn a_scan_is_waited_for_as_long_as_the_policy_says() {
    // milliseconds that a scan takes and for which is waited; what is known then
    for (takes, answer, scan, is_known) in [
        (400, 2_000, 50, false),
        (100, 4_000, 4_000, true),
        (0, 2_000, 1_000, true),
    ] {
        let (_, scans) = scans(takes, KEEPING);
        run(async {
            let (start, millis) = (Instant::now(), Duration::from_millis);
            let ends = Ends {
                answer: start + millis(answer),
                scan: start + millis(scan),
            };
            let seen = scans.of("a", ends).await;
            assert_eq!(seen.image().is_some(), is_known, "{takes} {scan}");
            assert!(start.elapsed() < millis(takes + 1_000));
        });
    }
}

/// Whatever hangs, what a name alone tells is told.
#[test]
fn what_a_name_tells_waits_for_nobody() {
    let (looker, scans) = scans(100, KEEPING);
    run(async {
        for name in ["a", "b", "c"] {
            let seen = scans.of(name, within(Duration::ZERO)).await;
            assert!(matches!(seen, Seen::Unscanned(_)));
        }
        let seen = scans.of("refused", within(Duration::ZERO)).await;
        assert!(matches!(seen, Seen::Unscannable(_)));
    });
    assert!(looker.asked.load(Ordering::SeqCst) <= 3);
}

#[test]
fn who_does_not_wait_is_told_and_finds_it_done_later() {
    let (_, scans) = scans(100, KEEPING);
    run(async {
        assert!(matches!(
            scans.of("a", within(Duration::ZERO)).await,
            Seen::Unscanned("a scan has begun")
        ));
        assert_eq!(scans.counts().waiting, 1);
        assert!(matches!(
            scans.of("a", within(Duration::from_secs(30))).await,
            Seen::Facts { .. }
        ));
        assert_eq!(scans.counts().waiting, 0);
    });
}

#[test]
fn what_failed_is_asked_again_soon() {
    let keeping = Keeping {
        failure: Duration::ZERO,
        ..KEEPING
    };
    let (looker, scans) = scans(0, keeping);
    run(async {
        for _ in 0..3 {
            assert!(matches!(
                scans.of("gone", within(Duration::from_secs(30))).await,
                Seen::Unreachable(_)
            ));
        }
    });
    assert_eq!(looker.asked.load(Ordering::SeqCst), 3);
}

#[test]
fn what_is_kept_has_a_limit_and_the_oldest_makes_room() {
    let one = facts("a").own_bytes();
    let keeping = Keeping {
        // two, and their names
        bytes: 2 * one + one / 2,
        ..KEEPING
    };
    let (looker, scans) = scans(0, keeping);
    run(async {
        let long = Duration::from_secs(30);
        for name in ["a", "b", "a", "c"] {
            scans.of(name, within(long)).await;
        }
        // b made room for c; a was used since
        assert_eq!(scans.counts().images, 2);
        assert!(scans.counts().bytes <= 2 * one + one / 2);
        assert_eq!(looker.asked.load(Ordering::SeqCst), 3);
        scans.of("a", within(long)).await;
        assert_eq!(looker.asked.load(Ordering::SeqCst), 3);
        scans.of("b", within(long)).await;
        assert_eq!(looker.asked.load(Ordering::SeqCst), 4);
    });
}

/// An image whose flaws are these; those in capitals have a day.
fn flawed(ids: &str) -> ImageFacts {
    let found = ids
        .split_whitespace()
        .map(|id| policy::image_policy::Found {
            kind: policy::image_policy::FoundKind::Vulnerability,
            id: id.to_owned(),
            aliases: Vec::new(),
            severity: model::Severity::High,
            place: String::new(),
            package: String::new(),
            fixed: String::new(),
            is_exploited: false,
            epss: 0,
            since: id.starts_with(char::is_uppercase).then_some(TODAY),
        });
    ImageFacts {
        found: found.map(Arc::new).collect(),
        ..facts("a")
    }
}

#[test]
fn flaws_without_a_day_are_known_since_the_data_told_of_them() {
    let mut memory = Memory::new(1 << 20);
    let mut told = Vec::new();
    for (day, ids, is_forgotten) in [
        (1, "a b C", false),
        (2, "a b c C D", true),
        (3, "a b c d", false),
        (4, "a c", true),
        (5, "a b c", true),
    ] {
        if is_forgotten {
            memory.forget();
        }
        let today = jiff::civil::date(2026, 11, day);
        let image = memory.insert(flawed(ids), today);
        let news = image.facts.news.iter();
        let news = news.map(|(id, since)| format!("{id} {}", since.day()));
        told.push(news.collect::<Vec<_>>().join(", "));
    }
    assert_eq!(told, ["", "c 2", "c 2, d 3", "c 2", "b 5, c 2"]);
}

#[test]
fn an_image_of_two_names_is_kept_once() {
    let mut memory = Memory::new(1 << 20);
    let [first, again] = ["a", "a"].map(|name| memory.insert(facts(name), TODAY));
    assert!(Arc::ptr_eq(&first, &again));
    let other = ImageFacts {
        platform: "linux/arm64".to_owned(),
        ..facts("a")
    };
    let other = memory.insert(other, TODAY);
    assert!(!Arc::ptr_eq(&first, &other), "what was found anew counts");
}

#[test]
fn names_of_strangers_have_limits() {
    let (looker, scans) = scans(0, KEEPING);
    run(async {
        let long = "a".repeat(MOST_NAME_BYTES + 1);
        let seen = scans.of(&long, within(Duration::from_secs(30))).await;
        assert!(matches!(seen, Seen::Unscannable(_)));
    });
    assert_eq!(looker.asked.load(Ordering::SeqCst), 0);
}

/// Registries of which one hangs while it is told to, and tags that move.
#[derive(Default)]
struct Hanging {
    is_over: AtomicBool,
    has_moved: AtomicBool,
    scanned: AtomicUsize,
}

impl Hanging {
    fn hang(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Looker for Hanging {
    fn refuses(&self, _: &str) -> Option<String> {
        None
    }

    fn find(&self, name: &str) -> Lead {
        if name.starts_with("hangs.example/") {
            self.hang();
            return Lead::Unreachable("no byte".to_owned());
        }
        let moved = if self.has_moved.load(Ordering::SeqCst) {
            "new"
        } else {
            "old"
        };
        Lead::Image(facts(moved).digest.unwrap())
    }

    fn scan(&self, _name: &str, pulled: Option<Digest>) -> Look {
        if self.scanned.fetch_add(1, Ordering::SeqCst) > 0 {
            self.hang();
        }
        let facts = ImageFacts {
            digest: pulled,
            ..facts("")
        };
        Look::Scanned {
            facts: Box::new(facts),
            pulled,
        }
    }
}

fn hanging(keeping: Keeping) -> (Arc<Hanging>, Arc<Scans>) {
    let looker = Arc::new(Hanging::default());
    let clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
    let kept = Kept::new(None, Arc::new(String::new), clock);
    (Arc::clone(&looker), Scans::new(looker, keeping, kept))
}

/// However many images of a registry that hangs are asked for, those of another are scanned.
#[test]
fn a_registry_that_hangs_holds_up_no_other() {
    let (looker, scans) = hanging(KEEPING);
    run(async {
        for image in 0..100 {
            let name = format!("hangs.example/{image}");
            let seen = scans.of(&name, within(Duration::ZERO)).await;
            assert!(matches!(seen, Seen::Unscanned(_)));
        }
        let seen = scans
            .of("works.example/a:1", within(Duration::from_secs(30)))
            .await;
        assert!(matches!(seen, Seen::Facts { .. }));
        looker.is_over.store(true, Ordering::SeqCst);
    });
}

/// A registry whose images take for ever.
#[derive(Default)]
struct Trickling {
    is_over: AtomicBool,
}

impl Looker for Trickling {
    fn refuses(&self, _: &str) -> Option<String> {
        None
    }

    fn find(&self, name: &str) -> Lead {
        Lead::Image(facts(name).digest.unwrap())
    }

    fn scan(&self, name: &str, pulled: Option<Digest>) -> Look {
        while name.starts_with("slow.example") && !self.is_over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
        Look::Scanned {
            facts: Box::new(facts(name)),
            pulled,
        }
    }
}

/// Ends what trickles.
struct Over(Arc<Trickling>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }
}

#[test]
fn images_that_take_for_ever_hold_up_those_of_their_registry_alone() {
    for workers in [1, 2] {
        let looker = Arc::new(Trickling::default());
        let clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
        let kept = Kept::new(None, Arc::new(String::new), clock);
        let keeping = Keeping { workers, ..KEEPING };
        let scans = Scans::new(Arc::<Trickling>::clone(&looker), keeping, kept);
        run(async {
            for image in 0..2_000 {
                let name = format!("slow.example/{image}");
                let seen = scans.of(&name, within(Duration::ZERO)).await;
                assert!(matches!(seen, Seen::Unscanned(_)));
            }
            let seen = scans.of("slow.example/more", within(Duration::ZERO)).await;
            assert_eq!(seen.why(), "too many scans wait for their turn");
            let seen = scans
                .of("works.example/a:1", within(Duration::from_secs(30)))
                .await;
            assert!(matches!(seen, Seen::Facts { .. }), "{seen:?}");
            looker.is_over.store(true, Ordering::SeqCst);
            while scans.counts().waiting > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(scans.hosts.of("slow.example/a").waiting(), 0);
        });
    }
}

/// A registry that says what names lead to and gives no layer.
#[derive(Default)]
struct Stalling(AtomicUsize);

impl Looker for Stalling {
    fn refuses(&self, _: &str) -> Option<String> {
        None
    }

    fn find(&self, name: &str) -> Lead {
        Lead::Image(facts(name).digest.unwrap())
    }

    fn scan(&self, _: &str, _: Option<Digest>) -> Look {
        self.0.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(2_010));
        Look::Unreachable("it stalls".to_owned())
    }
}

#[test]
fn a_registry_that_gives_no_layer_is_left_alone_for_a_while() {
    let looker = Arc::new(Stalling::default());
    let clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
    let kept = Kept::new(None, Arc::new(String::new), clock);
    let keeping = Keeping {
        failure: Duration::from_mins(5),
        ..KEEPING
    };
    let scans = Scans::new(Arc::<Stalling>::clone(&looker), keeping, kept);
    run(async {
        for image in 0..100 {
            let name = format!("r.example/{image}");
            scans.of(&name, within(Duration::ZERO)).await;
        }
        while scans.counts().waiting > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let seen = scans.of("r.example/more", within(Duration::from_secs(30)));
        let seen = seen.await;
        assert!(
            seen.why().starts_with("not asked, it was silent"),
            "{seen:?}"
        );
    });
    // those that had begun when it was found out
    let scanned = looker.0.load(Ordering::SeqCst);
    assert!((3..10).contains(&scanned), "{scanned}");
}

/// Two registries that take for ever fill the queue; who does not wait any more makes room for a third.
#[test]
fn who_nobody_waits_for_makes_room_for_others() {
    for (is_waited_for, want) in [
        (false, "a scan has begun"),
        (true, "too many scans wait for their turn"),
    ] {
        let looker = Arc::new(Trickling::default());
        let clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
        let kept = Kept::new(None, Arc::new(String::new), clock);
        let scans = Scans::new(Arc::<Trickling>::clone(&looker), KEEPING, kept);
        run(async {
            // a test that fails is not to wait for what never ends
            let _over = Over(Arc::clone(&looker));
            let mut waiting = Vec::new();
            for image in 0..MOST_WAITING {
                let name = format!("slow.example/{}/{image}", image % 2);
                let name = name.replace("slow.example/1", "slow.example:1/1");
                waiting.push(scans.begin(&name).unwrap_err().unwrap());
            }
            // until one of them has each turn there is
            while scans.free.available_permits() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            if !is_waited_for {
                waiting.clear();
            }
            for image in 0..10 {
                let name = format!("works.example/{image}");
                let seen = scans.of(&name, within(Duration::ZERO)).await;
                assert_eq!(seen.why(), want);
            }
            assert_eq!(scans.counts().waiting, MOST_WAITING);
            looker.is_over.store(true, Ordering::SeqCst);
            while scans.counts().waiting > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(scans.hosts.of("slow.example/a").waiting(), 0);
            let known = scans.known("works.example/9").is_some();
            assert_eq!(known, !is_waited_for);
        });
    }
}

/// While its registry says nothing, an image is what it was; once it says that it is another, that is waited for.
#[test]
fn what_was_known_stands_in_for_a_registry_that_is_silent() {
    let keeping = Keeping {
        tag: Duration::ZERO,
        ..KEEPING
    };
    let (looker, scans) = hanging(keeping);
    let old = facts("old").digest;
    run(async {
        let long = Duration::from_secs(30);
        assert_eq!(scans.of("r.example/a:1", within(long)).await.digest(), old);
        {
            // what hangs now is its registry
            let mut inner = scans.lock();
            let image = inner.memory.image(old.unwrap()).unwrap();
            let seen = Seen::facts(image, old);
            inner.memory.name("hangs.example/a:1", seen, Instant::now());
        }
        let seen = scans.of("hangs.example/a:1", within(long)).await;
        assert_eq!((seen.digest(), seen.is_of_before()), (old, true));
        looker.has_moved.store(true, Ordering::SeqCst);
        let seen = scans
            .of("r.example/a:1", within(Duration::from_millis(1_500)))
            .await;
        assert!(matches!(seen, Seen::Unscanned(_)), "{seen:?}");
        looker.is_over.store(true, Ordering::SeqCst);
        let seen = scans.of("r.example/a:1", within(long)).await;
        assert_eq!(
            (seen.digest(), seen.is_of_before()),
            (facts("new").digest, false)
        );
        let seen = scans.of("hangs.example/a:1", within(long)).await;
        assert_eq!((seen.digest(), seen.is_of_before()), (old, true));
    });
}
