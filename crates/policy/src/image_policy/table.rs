//! A table of tests of a policy: what is asked, and what it must say.
//!
//! ```yaml
//! apiVersion: seaworthy.dev/v1alpha1
//! kind: ImagePolicyTest
//! today: 2026-11-26
//! tests:
//! - {name: ours, image: "registry.example/shop/api:1.4", namespace: shop, expect: allow}
//! - name: exploited
//!   image: registry.example/shop/api:1.4
//!   found: [{id: CVE-2023-4863, severity: high, package: libwebp7, exploited: true}]
//!   expect: deny
//!   by: [exploited]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use model::Severity;
use yaml::{Limits, Node};

use super::data::Data;
use super::read::{self, API_VERSION, CALL, Problem, told};
use super::shape::{Field, Kind, SEVERITIES, Shape, fraction, text, texts};
use super::{
    Asked, AskedImage, Case, Found, FoundKind, ImageFacts, ImagePolicy, Known, Outcome, User,
    Verdict, judge,
};

pub(super) const KIND: &str = "ImagePolicyTest";
const KINDS: &[&str] = &["vulnerability", "build", "secret"];
const STATES: &[&str] = &["scanned", "unscanned", "unscannable", "unreachable"];
const OUTCOMES: &[&str] = &["allow", "warn", "deny"];

/// Hundred-thousandths of an estimate that is certain.
const CERTAIN: f64 = 100_000.0;

static FOUND: Shape = Shape {
    fields: &[
        Field::required("id", Kind::Text, "The flaw's id or the rule's"),
        Field::new("kind", Kind::OneOf(KINDS), "By default vulnerability"),
        Field::new("severity", Kind::OneOf(SEVERITIES), "By default unknown"),
        Field::new("package", Kind::Text, "The package that it is of"),
        Field::new("fixed", Kind::Text, "The version that holds the fix"),
        Field::new(
            "exploited",
            Kind::Truth,
            "Whether it is known to be exploited",
        ),
        Field::new("epss", Kind::Fraction, "How likely exploitation is"),
        Field::new("since", Kind::Day, "Since when it is known, or its fix"),
    ],
};

static TEST: Shape = Shape {
    fields: &[
        Field::required("name", Kind::Text, "How it is called where it fails"),
        Field::required("image", Kind::Text, "The image as a pod names it"),
        Field::new(
            "state",
            Kind::OneOf(STATES),
            "What is known of the image; by default scanned",
        ),
        Field::new("found", Kind::Objects(&FOUND), "What was found in it"),
        Field::new("created", Kind::Day, "When it was made"),
        Field::new("base", Kind::Text, "The base that its layers prove"),
        Field::new(
            "endOfLife",
            Kind::Day,
            "When the fixes of its distribution ended",
        ),
        Field::new(
            "data",
            Kind::Day,
            "The day of the data that it was judged by; by default today",
        ),
        Field::new(
            "runsAlready",
            Kind::Truth,
            "Whether it runs in this namespace already",
        ),
        Field::new("namespace", Kind::Text, "The namespace that asks"),
        Field::new("labels", Kind::Labels, "Labels of the object"),
        Field::new("annotations", Kind::Labels, "Annotations of the object"),
        Field::new("user", Kind::Text, "Who asks"),
        Field::new("groups", Kind::Texts, "The groups of who asks"),
        Field::required("expect", Kind::OneOf(OUTCOMES), "What the policy must say"),
        Field::new(
            "by",
            Kind::Texts,
            "The rules and cases that decide, all of them",
        ),
    ],
};

static FILE: Shape = Shape {
    fields: &[
        Field::required(
            "apiVersion",
            Kind::OneOf(&[API_VERSION]),
            "The version of the form",
        ),
        Field::required("kind", Kind::OneOf(&[KIND]), "What it is"),
        Field::new(
            "today",
            Kind::Day,
            "The day on which all is judged; by default the day of the run",
        ),
        Field::required(
            "tests",
            Kind::Objects(&TEST),
            "What is asked, and what must be said",
        ),
    ],
};

/// A table of tests, read from its file.
#[derive(Debug)]
pub struct Table {
    /// The day on which all is judged; none if that is the day of the run.
    pub today: Option<Date>,
    /// Its tests, in order.
    pub tests: Vec<Test>,
}

/// A test: what is asked, and what must be said.
#[derive(Debug)]
pub struct Test {
    /// How it is called.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    image: String,
    state: String,
    facts: ImageFacts,
    runs_already: bool,
    namespace: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    user: String,
    groups: Vec<String>,
    want: String,
    by: Option<BTreeSet<String>>,
}

impl Table {
    /// Reads the file called `file`; a key that is unknown is a problem.
    ///
    /// # Errors
    /// All that is wrong with it, with lines and columns.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let document = yaml::read_one(text.as_bytes(), &Limits::default());
        let root = document.map_err(|problem| vec![told(file, &problem)])?.root;
        let mut problems = Vec::new();
        check(&root, &mut problems);
        if !problems.is_empty() {
            problems.sort_by_key(|problem| (problem.position.line, problem.position.column));
            return Err(problems.iter().map(|it| told(file, it)).collect());
        }
        let tests = root.get("tests").map(Node::items).unwrap_or_default();
        Ok(Self {
            today: day(&root, "today"),
            tests: tests.iter().map(Test::read).collect(),
        })
    }
}

fn check(root: &Node, problems: &mut Vec<yaml::Problem>) {
    if let Some(kind) = root
        .get("kind")
        .filter(|it| it.as_str() == Some(read::KIND))
    {
        let why = format!("it is a policy, and no table of tests: {CALL}");
        return problems.push(yaml::Problem::new(kind.position(), why));
    }
    FILE.check(root, problems);
    let tests = root.get("tests").filter(|it| it.items().is_empty());
    if let Some(tests) = tests.filter(|_| problems.is_empty()) {
        let why = "there are no tests: nothing would be asked";
        problems.push(yaml::Problem::new(tests.position(), why));
    }
}

/// All data is of one day.
fn of_day(day: Option<Date>) -> Vec<(Data, Date)> {
    day.map(|day| (Data::Advisories, day)).into_iter().collect()
}

impl Test {
    fn read(node: &Node) -> Self {
        let found = node.get("found").map(Node::items).unwrap_or_default();
        let base = text(node, "base");
        let end = day(node, "endOfLife").map(|end| ("its distribution".to_owned(), end));
        Self {
            name: text(node, "name").to_owned(),
            line: node.position().line,
            image: text(node, "image").to_owned(),
            state: text(node, "state").to_owned(),
            facts: ImageFacts {
                digest: None,
                platform: String::new(),
                created: day(node, "created"),
                found: found.iter().map(read_found).map(Arc::new).collect(),
                base: Some(base.to_owned()).filter(|base| !base.is_empty()),
                past_end: end,
                gaps: Vec::new(),
                data: of_day(day(node, "data")),
                running: None,
                pulled: None,
                judged: None,
                news: BTreeMap::new(),
                others: Vec::new(),
            },
            runs_already: is(node, "runsAlready"),
            namespace: text(node, "namespace").to_owned(),
            labels: labels(node, "labels"),
            annotations: labels(node, "annotations"),
            user: text(node, "user").to_owned(),
            groups: texts(node, "groups"),
            want: text(node, "expect").to_owned(),
            by: node
                .get("by")
                .map(|_| texts(node, "by").into_iter().collect()),
        }
    }

    /// Asks the policy, and returns what it said and what of that is not as it must be.
    pub fn run(&self, policy: &ImagePolicy, today: Date) -> (Verdict, Option<String>) {
        let mut facts = self.facts.clone();
        if facts.data.is_empty() {
            facts.data = of_day(Some(today));
        }
        let why = "the test says so".to_owned();
        let known = match &*self.state {
            "unscanned" => Known::Unscanned(why),
            "unscannable" => Known::Unscannable(why),
            "unreachable" => Known::Unreachable(why),
            _ => Known::Scanned(&facts),
        };
        let images = [AskedImage {
            name: &self.image,
            known,
            runs_already: self.runs_already,
        }];
        let user = User {
            name: &self.user,
            groups: &self.groups,
        };
        let asked = Asked {
            namespace: &self.namespace,
            labels: &self.labels,
            annotations: &self.annotations,
            user: Some(user).filter(|user| !user.name.is_empty() || !user.groups.is_empty()),
            ..Asked::of_images(&images)
        };
        let verdict = judge(policy, &asked, today);
        let wrong = self.wrong(policy, &verdict);
        (verdict, wrong)
    }

    fn wrong(&self, policy: &ImagePolicy, verdict: &Verdict) -> Option<String> {
        if verdict.outcome.name() != self.want {
            let line = match verdict.outcome {
                Outcome::Allow => "nothing objects".to_owned(),
                Outcome::Warn | Outcome::Deny => verdict.line(),
            };
            return Some(format!(
                "{} instead of {}: {line}",
                verdict.outcome.name(),
                self.want
            ));
        }
        let by: BTreeSet<String> = verdict.deciding().map(|it| it.rule.clone()).collect();
        let want = self.by.as_ref().filter(|want| **want != by)?;
        let list = |names: &BTreeSet<String>| match names.len() {
            0 => "nothing".to_owned(),
            _ => names.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        let is_known = |name: &String| {
            let mut cases = Case::ALL.into_iter();
            policy.rules.iter().any(|rule| rule.name == *name)
                || cases.any(|case| case.name() == name)
        };
        let unknown = want.iter().find(|name| !is_known(name));
        let hint = unknown.map(|name| format!(": the policy has no rule `{name}`"));
        Some(format!(
            "{} by {} instead of {}{}",
            self.want,
            list(&by),
            list(want),
            hint.unwrap_or_default()
        ))
    }
}

fn read_found(node: &Node) -> Found {
    let package = text(node, "package");
    let kind = match text(node, "kind") {
        "build" => FoundKind::Build,
        "secret" => FoundKind::Secret,
        _ => FoundKind::Vulnerability,
    };
    // rounded by printing: there is no conversion of floats that cannot lose something
    let epss = fraction(text(node, "epss")).map(|it| format!("{:.0}", it * CERTAIN));
    let epss = epss.and_then(|it| it.parse().ok()).unwrap_or_default();
    Found {
        kind,
        id: text(node, "id").to_owned(),
        aliases: Vec::new(),
        severity: text(node, "severity").parse().unwrap_or(Severity::Unknown),
        place: package.to_owned(),
        package: package.to_owned(),
        fixed: text(node, "fixed").to_owned(),
        is_exploited: is(node, "exploited"),
        epss,
        since: day(node, "since"),
    }
}

fn is(node: &Node, name: &str) -> bool {
    node.get(name).and_then(Node::as_bool) == Some(true)
}

fn day(node: &Node, name: &str) -> Option<Date> {
    text(node, name).parse().ok()
}

fn labels(node: &Node, name: &str) -> BTreeMap<String, String> {
    let entries = node.get(name).map(Node::entries).unwrap_or_default();
    let label =
        |entry: &yaml::Entry| Some((entry.name.to_string(), entry.value.text()?.to_owned()));
    entries.iter().filter_map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image_policy::tests::{policy, today};

    fn table(tests: &str) -> Result<Table, Vec<Problem>> {
        let head = "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicyTest\n";
        Table::read("t.yaml", &format!("{head}{tests}"))
    }

    #[test]
    fn tests_hold_or_say_what_was_said_instead() {
        let policy = policy(
            "rules:\n- {name: ours, registries: {allow: ['registry.example/**']}}\n- {name: severe, mode: warn, vulnerabilities: {severity: high, epss: 0.5}}\nexceptions:\n- {ids: [CVE-2], reason: r, owner: o, until: 2026-12-31}",
        );
        for (test, want) in [
            ("image: registry.example/a, expect: allow, by: []", None),
            ("image: quay.io/a, expect: deny, by: [ours]", None),
            (
                "image: registry.example/a, expect: warn, by: [severe], found: [{id: CVE-1, severity: high, epss: 0.5}]",
                None,
            ),
            (
                "image: registry.example/a, expect: allow, found: [{id: CVE-1, severity: high, epss: 0.4}, {id: CVE-2, severity: high, epss: 1}]",
                None,
            ),
            (
                "image: registry.example/a, expect: allow, found: [{id: CVE-1, severity: high, kind: build}]",
                None,
            ),
            (
                "image: registry.example/a, state: unreachable, expect: deny, by: [unreachable]",
                None,
            ),
            (
                "image: quay.io/a, expect: deny, by: [severe]",
                Some("deny by ours instead of severe"),
            ),
            (
                "image: quay.io/a, expect: deny, by: [our]",
                Some("deny by ours instead of our: the policy has no rule `our`"),
            ),
            (
                "image: registry.example/a, expect: deny",
                Some("allow instead of deny: nothing objects"),
            ),
        ] {
            let table = table(&format!("tests: [{{name: t, {test}}}]")).unwrap();
            let (_, wrong) = table.tests[0].run(&policy, today());
            assert_eq!(wrong.as_deref(), want, "{test}");
        }
    }

    #[test]
    fn groups_count_without_a_name() {
        let policy = policy(
            "rules:\n- {name: ours, registries: {allow: ['registry.example/**']}}\nbreakGlass: {annotation: a, groups: [admins]}",
        );
        for (groups, want) in [("admins", "warn"), ("others", "deny")] {
            let text = format!(
                "tests: [{{name: t, image: quay.io/a, annotations: {{a: why}}, groups: [{groups}], expect: {want}}}]"
            );
            let (_, wrong) = table(&text).unwrap().tests[0].run(&policy, today());
            assert_eq!(wrong, None, "{groups}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_table_has_its_place() {
        for (text, want) in [
            ("tests: []\n", "t.yaml:3:8: there are no tests"),
            (
                "tests: []\ncolour: red\n",
                "t.yaml:4:1: unknown key `colour`",
            ),
            (
                "tests: [{name: a, image: b, expect: maybe}]\n",
                "t.yaml:3:37: ",
            ),
            ("today: soon\ntests: []\n", "t.yaml:3:8: "),
        ] {
            let problems = table(text).unwrap_err();
            assert!(problems[0].to_string().starts_with(want), "{problems:?}");
        }
    }
}
