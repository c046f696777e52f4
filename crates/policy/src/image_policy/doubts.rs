//! What a policy says that is not wrong, but hardly meant: rules that object to nothing, exceptions that
//! except nothing, or hold for very long.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::Date;
use yaml::{Limits, Node};

use super::cases::Case;
use super::glob::glob;
use super::read::{Problem, told};
use super::rule_ids::RuleIds;
use super::shape::{text, texts};
use super::span::span;
use super::spelling::perhaps_a_registry;

/// Days before the end of an exception from which on it is told.
const SOON: i64 = 14;
/// Days that an exception may hold from today on: one that lasts longer is a rule.
const FAR: i64 = 366;

/// The longest that an API server waits for a webhook.
const LONGEST: Duration = Duration::from_secs(30);

/// Returns what is doubtful about a policy, in the order of its lines; nothing if it is none.
pub fn doubts(file: &str, bytes: &str, ids: &RuleIds<'_>, today: Date) -> Vec<Problem> {
    let Ok(document) = yaml::read_one(bytes.as_bytes(), &Limits::default()) else {
        return Vec::new();
    };
    let Some(spec) = document.root.get("spec") else {
        return Vec::new();
    };
    let rules = items(spec, "rules");
    let exceptions = items(spec, "exceptions");
    let mut doubts = Vec::new();
    doubts.extend(without_rules(spec, rules));
    doubts.extend(labels(spec, rules));
    doubts.extend(rules.iter().filter_map(nothing_asked));
    doubts.extend(rules.iter().filter_map(all_excepted));
    doubts.extend(rules.iter().filter_map(called_as_a_case));
    doubts.extend(nobody_concerned(spec, rules));
    doubts.extend(waits_in_vain(spec));
    doubts.extend(names(rules, exceptions));
    let secrets = rules.iter().filter_map(|rule| rule.get("secrets"));
    doubts.extend(secrets.flat_map(|it| ids.unknown("secrets", it)));
    doubts.extend(exceptions.iter().filter_map(|it| days(it, today)));
    doubts.extend(exceptions.iter().filter_map(everything_everywhere));
    doubts.extend(twice(exceptions));
    doubts.extend(excepting_nothing(exceptions, rules, ids));
    doubts.extend(spec.get("breakGlass").and_then(nobody_may));
    doubts.sort_by_key(|it| (it.position.line, it.position.column));
    doubts.iter().map(|it| told(file, it)).collect()
}

fn items<'a>(node: &'a Node, name: &str) -> &'a [Node] {
    node.get(name).map(Node::items).unwrap_or_default()
}

fn doubt(node: &Node, why: impl Into<String>) -> yaml::Problem {
    yaml::Problem::new(node.position(), why)
}

fn without_rules(spec: &Node, rules: &[Node]) -> Option<yaml::Problem> {
    let is_pinning = spec.get("pinDigests").and_then(Node::as_bool) == Some(true);
    (rules.is_empty() && !is_pinning).then(|| doubt(spec, "it has no rules: everything is let in"))
}

/// Tells labels: who asks about images alone tells none of the object.
fn labels(spec: &Node, rules: &[Node]) -> Vec<yaml::Problem> {
    let all = std::iter::once((spec, "the policy")).chain(rules.iter().map(|it| (it, "the rule")));
    let labelled = all.filter_map(|(node, what)| {
        let labels = node.get("match")?.get("labels")?;
        (!labels.entries().is_empty()).then(|| {
            let why = format!(
                "{what} does not concern what `/image-policy` asks: an ImageReview tells no labels of the object; \
                 use `namespaces` there"
            );
            doubt(labels, why)
        })
    });
    labelled.collect()
}

fn nothing_asked(rule: &Node) -> Option<yaml::Problem> {
    let (node, needed) = if let Some(node) = rule.get("registries") {
        let is_asking = node.get("allow").is_some() || !items(node, "deny").is_empty();
        (node, (!is_asking).then_some("`allow` or `deny`")?)
    } else {
        let node = rule.get("tags")?;
        let is_asking = text(node, "digest") == "required" || !items(node, "deny").is_empty();
        (
            node,
            (!is_asking).then_some("`deny` or `digest: required`")?,
        )
    };
    Some(doubt(
        node,
        format!("the rule objects to nothing: it needs {needed}"),
    ))
}

/// Tells a rule about findings that leaves all of them out.
fn all_excepted(rule: &Node) -> Option<yaml::Problem> {
    let conditions = rule.entries().iter().map(|entry| &entry.value);
    let mut lists = conditions.filter_map(|condition| condition.get("exceptIds"));
    let all = lists.find_map(|list| list.items().iter().find(|it| is_all(it)))?;
    Some(doubt(
        all,
        "the rule objects to nothing: `exceptIds` leaves all of them out",
    ))
}

fn is_all(item: &Node) -> bool {
    matches!(item.as_str().map(str::trim), Some("*" | "**"))
}

/// Tells a rule whose name is a case's: reasons and exceptions would mean both.
fn called_as_a_case(rule: &Node) -> Option<yaml::Problem> {
    let name = text(rule, "name");
    let is_case = Case::ALL.iter().any(|case| case.name() == name);
    is_case.then(|| {
        doubt(
            rule.get("name").unwrap_or(rule),
            format!("a case is called `{name}`, too: exceptions from one are from both"),
        )
    })
}

/// Tells scopes that leave out whom they name.
fn nobody_concerned(spec: &Node, rules: &[Node]) -> Vec<yaml::Problem> {
    let scopes = std::iter::once(spec).chain(rules);
    let scopes = scopes.filter_map(|node| node.get("match"));
    let empty = scopes.filter_map(|scope| {
        let excluded = items(scope, "excludedNamespaces").iter();
        let excluded: Vec<_> = excluded
            .filter_map(|it| glob(it.as_str()?.trim(), false))
            .collect();
        let named = scope.get("namespaces")?;
        // what is left out of a pattern leaves the rest of it
        let is_out = |it: &Node| {
            let name = it.as_str().unwrap_or_default().trim();
            !name.contains(['*', '?', '[', '{']) && excluded.iter().any(|glob| glob.is_match(name))
        };
        let is_nobody = named.items().iter().all(is_out);
        is_nobody.then(|| {
            doubt(
                named,
                "it concerns nobody: `excludedNamespaces` leaves out all that `namespaces` names",
            )
        })
    });
    empty.collect()
}

/// Tells a wait that is longer than that of whoever asks.
fn waits_in_vain(spec: &Node) -> Option<yaml::Problem> {
    let case = spec.get("cases")?.get("unscanned")?;
    let wait = span(text(case, "scanFor"))?;
    (wait > LONGEST).then(|| {
        doubt(
            case.get("scanFor").unwrap_or(case),
            format!(
                "no API server waits longer than {} s, and `check` scans however long it takes",
                LONGEST.as_secs()
            ),
        )
    })
}

/// Tells an exception from all, for all.
fn everything_everywhere(exception: &Node) -> Option<yaml::Problem> {
    let all = items(exception, "ids").iter().find(|it| is_all(it))?;
    let places = ["images", "namespaces", "packages"];
    let is_narrow = places.iter().any(|name| exception.get(name).is_some());
    (!is_narrow).then(|| {
        doubt(
            all,
            "it excepts everything everywhere: say where by `images`, `namespaces` or `packages`",
        )
    })
}

/// Tells images of Docker Hub with a tag that may be a port.
fn names(rules: &[Node], exceptions: &[Node]) -> Vec<yaml::Problem> {
    let of_rules = rules.iter().filter_map(|rule| rule.get("registries"));
    let of_rules = of_rules.flat_map(|it| items(it, "allow").iter().chain(items(it, "deny")));
    let of_exceptions = exceptions.iter().flat_map(|it| items(it, "images"));
    let doubtful = of_rules.chain(of_exceptions).filter_map(|item| {
        let text = item.as_str()?.trim();
        let meant = perhaps_a_registry(text)?;
        let (name, tag) = text.split_once(':')?;
        let why = format!(
            "`{text}` is the tag `{tag}` of the image `{name}` of Docker Hub; if a registry is meant, write `{meant}`"
        );
        Some(doubt(item, why))
    });
    doubtful.collect()
}

fn days(exception: &Node, today: Date) -> Option<yaml::Problem> {
    let node = exception.get("until")?;
    let until: Date = text(exception, "until").parse().ok()?;
    let left = i64::from((until - today).get_days());
    if until < today {
        Some(doubt(
            node,
            format!("the exception has ended, on {until}: what it excepted counts again"),
        ))
    } else if left < SOON {
        let left = model::counted(usize::try_from(left).unwrap_or(0), "day");
        Some(doubt(
            node,
            format!("the exception ends in {left}, on {until}"),
        ))
    } else if until > today.saturating_add(FAR.days()) {
        Some(doubt(
            node,
            format!(
                "the exception holds until {until}, more than a year: who will look at it then?"
            ),
        ))
    } else {
        None
    }
}

/// Tells exceptions from the same in the same place: the first that fits is the one that is told.
fn twice(exceptions: &[Node]) -> Vec<yaml::Problem> {
    let mut seen = BTreeMap::new();
    let mut doubts = Vec::new();
    for (number, exception) in exceptions.iter().enumerate() {
        let place = ["images", "namespaces", "packages"].map(|name| sorted(exception, name));
        for id in sorted(exception, "ids") {
            let line = exception.position().line;
            let key = (id.clone(), place.clone());
            let (first, of_line) = *seen.entry(key).or_insert((number, line));
            if first != number {
                let why = format!(
                    "`{id}` is excepted in the same places by the exception of line {of_line}"
                );
                doubts.push(doubt(exception, why));
            }
        }
    }
    doubts
}

fn sorted(node: &Node, name: &str) -> Vec<String> {
    let mut texts = texts(node, name);
    texts.sort();
    texts.dedup();
    texts
}

/// Tells ids that nothing can have: neither a rule, nor a rule of this policy, nor a case. What has a number
/// in it may be an advisory.
fn excepting_nothing(exceptions: &[Node], rules: &[Node], ids: &RuleIds<'_>) -> Vec<yaml::Problem> {
    let own: Vec<&str> = rules.iter().map(|rule| text(rule, "name")).collect();
    let is_own = |id: &str| {
        glob(id, false).is_some_and(|glob| {
            let mut names = own.iter().copied().chain(Case::ALL.map(Case::name));
            names.any(|name| glob.is_match(name))
        })
    };
    let all = exceptions.iter().flat_map(|it| items(it, "ids"));
    let doubtful = all.filter_map(|item| {
        let id = item.as_str()?.trim();
        if is_own(id) || ids.has(id) {
            return None;
        }
        if id.starts_with("cve-") || id.starts_with("ghsa-") {
            let (family, rest) = id.split_once('-')?;
            let why = format!(
                "`{id}` excepts nothing: write `{}-{rest}`",
                family.to_ascii_uppercase()
            );
            return Some(doubt(item, why));
        }
        let may_be_advisory = id.contains(|c: char| c.is_ascii_digit() || "*?[{".contains(c));
        (!may_be_advisory && !ids.is_unknown()).then(|| {
            let why = format!(
                "`{id}` excepts nothing: no rule, none of this policy and no case is called so"
            );
            doubt(item, why)
        })
    });
    doubtful.collect()
}

fn nobody_may(glass: &Node) -> Option<yaml::Problem> {
    let who = ["users", "groups", "namespaces"];
    let is_nobody = who.iter().all(|name| items(glass, name).is_empty());
    is_nobody.then(|| {
        doubt(
            glass,
            "nobody may break the glass: name `users`, `groups` or `namespaces`",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image_policy::tests::today;

    const IDS: RuleIds<'static> = RuleIds {
        images: &["USR-ROOT"],
        manifests: &["CTR-PRIVILEGED"],
        secrets: &["aws-key"],
    };

    fn told_of(spec: &str) -> Vec<String> {
        let spec = spec.replace('\n', "\n  ");
        let text = format!(
            "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: p}}\nspec:\n  {spec}\n"
        );
        let read = crate::image_policy::ImagePolicy::read("p", &text, &IDS);
        assert_eq!(read.err(), None, "{text}");
        let doubts = doubts("p", &text, &IDS, today());
        doubts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_hardly_meant_is_told_where_it_stands() {
        const RULES: &str = "rules: [{name: ours, tags: {digest: required}}]\n";
        let except = |what: &str| format!("{RULES}exceptions: [{{{what}, reason: r, owner: o}}]");
        for (spec, want) in [
            ("{}".to_owned(), "p:5:3: it has no rules"),
            ("pinDigests: true".to_owned(), ""),
            (RULES.to_owned(), ""),
            (
                "rules: [{name: a, registries: {}}]".to_owned(),
                "p:5:33: the rule objects to nothing",
            ),
            (
                "rules: [{name: a, tags: {deny: []}}]".to_owned(),
                "p:5:27: the rule objects to nothing",
            ),
            (
                "match: {labels: {a: b}}\nrules: [{name: a, gaps: {}}]".to_owned(),
                "p:5:19: the policy does not concern what `/image-policy` asks",
            ),
            (
                "rules: [{name: a, match: {labels: {a: b}}, gaps: {}}]".to_owned(),
                "p:5:37: the rule does not concern what `/image-policy` asks",
            ),
            (
                "rules: [{name: a, registries: {allow: ['myreg:5000']}}]".to_owned(),
                "p:5:42: `myreg:5000` is the tag `5000` of the image `myreg` of Docker Hub; if a registry is meant, write `myreg:5000/**`",
            ),
            (
                "rules: [{name: a, registries: {allow: ['redis:7']}}]".to_owned(),
                "",
            ),
            (
                "rules: [{name: a, secrets: {ids: [aws-kee]}}]".to_owned(),
                "p:5:37: no rule about secrets is called `aws-kee`",
            ),
            (
                except("ids: [CVE-2026-1], until: 2026-11-25"),
                "the exception has ended, on 2026-11-25",
            ),
            (
                except("ids: [CVE-2026-1], until: 2026-11-30"),
                "the exception ends in 4 days",
            ),
            (except("ids: [CVE-2026-1], until: 2027-06-30"), ""),
            (
                except("ids: [CVE-2026-1], until: 2028-06-30"),
                "more than a year",
            ),
            (
                except("ids: [CVE-2026-1], until: 9999-12-31"),
                "more than a year",
            ),
            (
                except("ids: [cve-2026-1], until: 2027-06-30"),
                "write `CVE-2026-1`",
            ),
            (
                except("ids: [USR-ROOT, aws-key, ours, unscanned, CTR-*], until: 2027-06-30"),
                "",
            ),
            (
                except("ids: [USR-ROT], until: 2027-06-30"),
                "`USR-ROT` excepts nothing",
            ),
            (
                except(
                    "ids: [CVE-2026-1], until: 2027-06-30, reason: r, owner: o}, {ids: [CVE-2026-1], until: 2027-06-29",
                ),
                "`CVE-2026-1` is excepted in the same places by the exception of line 6",
            ),
            (
                format!("{RULES}breakGlass: {{annotation: a}}"),
                "nobody may break the glass",
            ),
        ] {
            let doubts = told_of(&spec);
            let is_told = doubts.iter().any(|it| it.contains(want));
            assert_eq!(
                (doubts.len(), is_told),
                (usize::from(!want.is_empty()), !want.is_empty()),
                "{spec}: {doubts:?}"
            );
        }
    }
}
