//! What brought each package with findings, from the package up to those that were asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Context, counts, safe};
use crate::report::{Found, Package};

/// Packages that are looked at on the way up from one of them.
const MOST_STEPS: usize = 100_000;

/// What needs what: packages of one id are one, and each has a number.
#[derive(Default)]
struct Graph<'a> {
    numbers: BTreeMap<&'a str, usize>,
    ids: Vec<&'a str>,
    /// By number: those that need it, and whether something else brought them.
    above: Vec<Vec<(usize, bool)>>,
}

impl<'a> Graph<'a> {
    fn new(packages: &'a [Package]) -> Self {
        let mut graph = Self::default();
        for package in packages {
            let parent = (graph.number(&package.id), package.indirect);
            for id in &package.depends_on {
                let child = graph.number(id);
                if let Some(above) = graph.above.get_mut(child) {
                    above.push(parent);
                }
            }
        }
        graph
    }

    fn number(&mut self, id: &'a str) -> usize {
        let next = self.ids.len();
        let number = *self.numbers.entry(id).or_insert(next);
        if number == next {
            self.ids.push(id);
            self.above.push(Vec::new());
        }
        number
    }

    fn above(&self, number: usize) -> &[(usize, bool)] {
        self.above.get(number).map_or(&[], Vec::as_slice)
    }

    fn ids(&self, numbers: &[usize]) -> Vec<&'a str> {
        let ids = numbers.iter();
        ids.filter_map(|number| self.ids.get(*number).copied())
            .collect()
    }
}

/// Draws it; nothing where nobody knows what needs what.
pub(super) fn draw(found: &Found, context: &Context<'_>) -> String {
    let graph = Graph::new(&found.packages);
    if graph.above.iter().all(Vec::is_empty) {
        return String::new();
    }
    let title = "Dependency Origin Tree (Reversed)";
    let mut text = format!(
        "\n{title}\n{}\n{}\n",
        "=".repeat(title.len()),
        safe(&found.target)
    );
    let mut by_id: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in &found.vulnerabilities {
        by_id.entry(&it.package_id).or_default().push(&it.severity);
    }
    let packages = found.packages.iter();
    let packages: Vec<_> = packages
        .filter(|it| by_id.contains_key(it.id.as_str()))
        .collect();
    for (at, package) in packages.iter().enumerate() {
        let is_last = at + 1 == packages.len();
        let severities = by_id.get(package.id.as_str());
        let (_, counts) = counts(severities.into_iter().flatten().copied(), context);
        text += if is_last { "└── " } else { "├── " };
        // writing to a String cannot fail
        let _ = writeln!(text, "{}, ({counts})", safe(&package.id));
        let bar = if is_last { "    " } else { "│   " };
        for line in above(package, &graph) {
            let _ = writeln!(text, "{bar}{line}");
        }
    }
    text
}

/// Returns the lines below a package: what asked for it, all between left out.
fn above(package: &Package, graph: &Graph<'_>) -> Vec<String> {
    let Some(&number) = graph
        .numbers
        .get(package.id.as_str())
        .filter(|_| package.indirect)
    else {
        return Vec::new();
    };
    let mut direct = Vec::new();
    let mut between = Vec::new();
    let mut seen = vec![false; graph.ids.len()];
    is_new(&mut seen, number);
    for &(parent, is_indirect) in graph.above(number) {
        if is_new(&mut seen, parent) {
            let list = if is_indirect {
                &mut between
            } else {
                &mut direct
            };
            list.push(parent);
        }
    }
    let mut roots = graph.ids(&ancestors(between, graph, seen));
    roots.sort_unstable();
    let direct = graph.ids(&direct);
    let mut branches: Vec<(String, Vec<&str>)> = direct
        .into_iter()
        .map(|id| (safe(id), Vec::new()))
        .collect();
    if !roots.is_empty() {
        branches.push(("...(omitted)...".to_owned(), roots));
    }
    let count = branches.len();
    let mut lines = Vec::new();
    for (at, (name, leaves)) in branches.into_iter().enumerate() {
        let is_last = at + 1 == count;
        let (mark, bar) = if is_last {
            ("└──", "    ")
        } else {
            ("├──", "│   ")
        };
        lines.push(format!("{mark} {name}"));
        for (at, leaf) in leaves.iter().enumerate() {
            let mark = if at + 1 == leaves.len() {
                "└──"
            } else {
                "├──"
            };
            lines.push(format!("{bar}{mark} {}", safe(leaf)));
        }
    }
    lines
}

/// Returns the packages above some that were asked for, or that nothing needs; none that were seen before.
fn ancestors(mut todo: Vec<usize>, graph: &Graph<'_>, mut seen: Vec<bool>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut steps = 0_usize;
    while let Some(number) = todo.pop() {
        for &(parent, is_indirect) in graph.above(number) {
            if steps > MOST_STEPS || !is_new(&mut seen, parent) {
                continue;
            }
            steps = steps.saturating_add(1);
            if is_indirect && !graph.above(parent).is_empty() {
                todo.push(parent);
            } else {
                found.push(parent);
            }
        }
    }
    found
}

/// Whether a number was not seen before; it is from now on.
fn is_new(seen: &mut [bool], number: usize) -> bool {
    let known = seen.get_mut(number);
    known.is_some_and(|known| !std::mem::replace(known, true))
}
