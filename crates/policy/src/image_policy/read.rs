//! Reads the file, and tells all that is wrong with it at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use yaml::{Limits, Node};

use super::conditions::{CONDITIONS, Condition, Of};
use super::data::{self, Data};
use super::exceptions::Exceptions;
use super::glass::BreakGlass;
use super::rule_ids::RuleIds;
use super::scope::Scope;
use super::shape::{Field, Kind, Shape, text, texts};
use super::span::days;
use super::{
    Cases, ImagePolicy, JOINED, Mode, Rule, cases, conditions, exceptions, glass, scope, table,
};

/// What is wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub why: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.why
        )
    }
}

pub(super) const API_VERSION: &str = "seaworthy.dev/v1alpha1";
pub(super) const KIND: &str = "ImagePolicy";
/// How a policy and a table of its tests are given.
pub(super) const CALL: &str = "`seaworthy policy test --policy POLICY TESTS`";
const MODES: &[&str] = &["audit", "enforce", "warn"];

static METADATA: Shape = Shape {
    fields: &[Field::required("name", Kind::Line, "How people call it")],
};

static RUNNING: Shape = Shape {
    fields: &[Field::required(
        "grace",
        Kind::Days,
        "How long, from the day since which the flaw is known; without such a day there is none",
    )],
};

/// What `spec` may hold beside its rules.
static SPEC: Shape = Shape {
    fields: &[
        Field::new(
            "mode",
            Kind::OneOf(MODES),
            "The mode of rules that say none; by default enforce",
        ),
        Field::new(
            "match",
            Kind::Object(&scope::SHAPE),
            "Whom the policy concerns",
        ),
        Field::new("rules", Kind::Objects(&NOTHING), "What must hold"),
        Field::new(
            "cases",
            Kind::Object(&cases::SHAPE),
            "What to do where nothing can be said of an image",
        ),
        Field::new(
            "exceptions",
            Kind::Objects(&exceptions::SHAPE),
            "What does not count",
        ),
        Field::new(
            "breakGlass",
            Kind::Object(&glass::SHAPE),
            "Who may have a denied workload all the same",
        ),
        Field::new(
            "running",
            Kind::Object(&RUNNING),
            "How long what runs already keeps running when something new becomes known",
        ),
        Field::new(
            "pinDigests",
            Kind::Truth,
            "Whether tags of pods are replaced by digests",
        ),
    ],
};

/// Stands in for rules, whose shape depends on their condition.
static NOTHING: Shape = Shape { fields: &[] };

/// What every rule may hold beside its condition.
static RULE: Shape = Shape {
    fields: &[
        Field::required(
            "name",
            Kind::Line,
            "How reasons call it; no other rule may be called so",
        ),
        Field::new("mode", Kind::OneOf(MODES), "What comes of an objection"),
        Field::new("match", Kind::Object(&scope::SHAPE), "Whom it concerns"),
    ],
};

pub(super) fn read(
    file: &str,
    bytes: &str,
    ids: &RuleIds<'_>,
) -> Result<ImagePolicy, Vec<Problem>> {
    let document = yaml::read_one(bytes.as_bytes(), &Limits::default());
    let root = document.map_err(|problem| vec![told(file, &problem)])?.root;
    let mut problems = Vec::new();
    check(&root, ids, &mut problems);
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.position.line, problem.position.column));
        return Err(problems.iter().map(|it| told(file, it)).collect());
    }
    Ok(policy(&root, bytes))
}

/// Returns a problem with the file that it is of.
pub(super) fn told(file: &str, problem: &yaml::Problem) -> Problem {
    Problem {
        file: file.to_owned(),
        line: problem.position.line,
        column: problem.position.column,
        why: problem.why.clone(),
    }
}

fn check(root: &Node, ids: &RuleIds<'_>, problems: &mut Vec<yaml::Problem>) {
    if let Some(kind) = root
        .get("kind")
        .filter(|it| it.as_str() == Some(table::KIND))
    {
        let why = format!("it is a table of tests, and no policy: {CALL}");
        return problems.push(yaml::Problem::new(kind.position(), why));
    }
    if let Err(problem) = root.want_only(&["apiVersion", "kind", "metadata", "spec"]) {
        problems.push(problem);
        return;
    }
    for (name, want) in [("apiVersion", API_VERSION), ("kind", KIND)] {
        match root.want(name) {
            Ok(node) if node.as_str() == Some(want) => {}
            Ok(node) => problems.push(node.wrong(&format!("`{want}`"))),
            Err(problem) => problems.push(problem),
        }
    }
    match root.want("metadata") {
        Ok(node) => METADATA.check(node, problems),
        Err(problem) => problems.push(problem),
    }
    let spec = match root.want("spec") {
        Ok(spec) => spec,
        Err(problem) => return problems.push(problem),
    };
    let rules = spec.get("rules");
    SPEC.check_without("rules", spec, problems);
    let Some(rules) = rules else { return };
    match rules.want_items() {
        Ok(items) => {
            let mut names = BTreeSet::new();
            for item in items {
                check_rule(item, ids, problems);
                let name = text(item, "name");
                let is_twice = !names.insert(name);
                if is_twice && !name.is_empty() {
                    problems.push(yaml::Problem::new(
                        item.position(),
                        format!("another rule is called `{name}`"),
                    ));
                }
            }
        }
        Err(problem) => problems.push(problem),
    }
}

fn check_rule(rule: &Node, ids: &RuleIds<'_>, problems: &mut Vec<yaml::Problem>) {
    let own = ["match", "mode", "name"];
    let names: Vec<&str> = own
        .into_iter()
        .chain(CONDITIONS.iter().map(|it| it.key))
        .collect();
    if let Err(problem) = rule.want_only(&names) {
        problems.push(problem);
        return;
    }
    RULE.check_values("", rule, problems);
    let given: Vec<&&Condition> = CONDITIONS
        .iter()
        .filter(|it| rule.get(it.key).is_some())
        .collect();
    if let [condition] = given[..] {
        if let Some(node) = rule.get(condition.key) {
            condition.shape.check(node, problems);
            ids.check(condition.key, node, problems);
        }
        return;
    }
    let keys: Vec<&str> = CONDITIONS.iter().map(|it| it.key).collect();
    let why = format!(
        "a rule has one condition, this one {}: `{}`",
        given.len(),
        keys.join("`, `")
    );
    problems.push(yaml::Problem::new(rule.position(), why));
}

fn policy(root: &Node, bytes: &str) -> ImagePolicy {
    let nothing = yaml::read_one(b"{}", &Limits::default()).map(|document| document.root);
    let empty = nothing.as_ref().unwrap_or(root);
    let spec = root.get("spec").unwrap_or(empty);
    let mode = mode(text(spec, "mode")).unwrap_or(Mode::Enforce);
    let rules = spec.get("rules").map(Node::items).unwrap_or_default();
    let exceptions = spec.get("exceptions").map(Node::items).unwrap_or_default();
    let running = spec.get("running").map(|node| text(node, "grace"));
    let asked = rules.iter().flat_map(|rule| {
        let given = CONDITIONS
            .iter()
            .filter_map(|it| Some((it, rule.get(it.key)?)));
        given.flat_map(|(condition, node)| data::asked(condition.key, node))
    });
    ImagePolicy {
        data: asked.chain([Data::Advisories]).collect(),
        name: root
            .get("metadata")
            .map(|node| text(node, "name"))
            .unwrap_or_default()
            .to_owned(),
        digest: model::Digest::new(Sha256::digest(bytes).into()),
        scope: Scope::read(spec.get("match")),
        rules: rules.iter().filter_map(|node| rule(node, mode)).collect(),
        cases: Cases::read(spec.get("cases")),
        exceptions: Exceptions::read(exceptions),
        break_glass: spec.get("breakGlass").map(BreakGlass::read),
        running_days: running.and_then(days),
        is_pinning: spec.get("pinDigests").and_then(Node::as_bool) == Some(true),
    }
}

fn mode(text: &str) -> Option<Mode> {
    let mut modes = Mode::ALL.into_iter();
    modes.find(|(name, _)| *name == text).map(|(_, mode)| mode)
}

/// Whether a pattern may fit a rule on image and manifest together.
fn may_be_joined(pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern.starts_with(JOINED),
        Some((head, _)) => head.starts_with(JOINED) || JOINED.starts_with(head),
    }
}

fn rule(node: &Node, default: Mode) -> Option<Rule> {
    let condition = CONDITIONS.iter().find(|it| node.get(it.key).is_some())?;
    let asked = node.get(condition.key)?;
    Some(Rule {
        name: text(node, "name").to_owned(),
        mode: mode(text(node, "mode")).unwrap_or(default),
        scope: Scope::read(node.get("match")),
        of: condition.of,
        least: (condition.of == Of::Object).then(|| conditions::least(asked)),
        is_joined: condition.of == Of::Object
            && texts(asked, "ids").iter().any(|id| may_be_joined(id)),
        judge: (condition.read)(asked),
    })
}

/// Returns the JSON schema of the file.
pub fn schema() -> Value {
    let mut rule = RULE.schema();
    let mut spec = SPEC.schema();
    let conditions = CONDITIONS.iter().map(|it| {
        let mut schema = it.shape.schema();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), Value::from(it.help));
        }
        (it.key.to_owned(), schema)
    });
    if let Some(Value::Object(properties)) = rule.get_mut("properties") {
        properties.extend(conditions);
    }
    let one: Vec<Value> = CONDITIONS
        .iter()
        .map(|it| json!({"required": [it.key]}))
        .collect();
    if let Value::Object(rule) = &mut rule {
        rule.insert("oneOf".to_owned(), Value::from(one));
    }
    if let Some(rules) = spec.pointer_mut("/properties/rules/items") {
        *rules = rule;
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": KIND,
        "type": "object",
        "additionalProperties": false,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": KIND},
            "metadata": METADATA.schema(),
            "spec": spec,
        },
    })
}
