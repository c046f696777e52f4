//! What brought each package with findings, from the package up to those that were asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Context, counts, safe};
use crate::late::Late;
use crate::report::{Found, Package};

/// Steps from package to package on all ways up, and letters of the names that are drawn there: of a chain of
/// eighty thousand packages each has all others above it.
const MOST_STEPS: usize = 10_000_000;

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
///
/// # Errors
/// It became too late.
pub(super) fn draw(found: &Found, context: &Context<'_>) -> Result<String, Late> {
    let graph = Graph::new(&found.packages);
    if graph.above.iter().all(Vec::is_empty) {
        return Ok(String::new());
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
    let mut climb = Climb::new(&graph, MOST_STEPS);
    for (at, package) in packages.iter().enumerate() {
        Late::check(context.is_late)?;
        let is_last = at + 1 == packages.len();
        let severities = by_id.get(package.id.as_str());
        let (_, counts) = counts(severities.into_iter().flatten().copied(), context);
        text += if is_last { "└── " } else { "├── " };
        // writing to a String cannot fail
        let _ = writeln!(text, "{}, ({counts})", safe(&package.id));
        let bar = if is_last { "    " } else { "│   " };
        for line in climb.above(package) {
            let _ = writeln!(text, "{bar}{line}");
        }
    }
    Ok(text)
}

/// The ways up from one package after the other.
struct Climb<'a> {
    graph: &'a Graph<'a>,
    /// By number: the last round in which a package was seen, from 1.
    seen: Vec<usize>,
    round: usize,
    /// Steps that are left.
    left: usize,
}

impl<'a> Climb<'a> {
    fn new(graph: &'a Graph<'a>, most: usize) -> Self {
        Self {
            graph,
            seen: vec![0; graph.ids.len()],
            round: 0,
            left: most,
        }
    }

    /// Returns the lines below a package: what asked for it, all between left out. Once there are too many steps,
    /// so is what asked for it.
    fn above(&mut self, package: &Package) -> Vec<String> {
        let graph = self.graph;
        let number = graph.numbers.get(package.id.as_str());
        let Some(&number) = number.filter(|_| package.indirect) else {
            return Vec::new();
        };
        self.round += 1;
        let _ = self.is_new(number);
        let mut direct = Vec::new();
        let mut between = Vec::new();
        for &(parent, is_indirect) in graph.above(number) {
            if self.step(1) && self.is_new(parent) {
                let list = if is_indirect {
                    &mut between
                } else {
                    &mut direct
                };
                list.push(parent);
            }
        }
        let mut roots = graph.ids(&self.ancestors(between));
        roots.sort_unstable();
        let mut direct = graph.ids(&direct);
        direct.retain(|id| self.step(id.len()));
        roots.retain(|id| self.step(id.len()));
        let is_cut = self.left == 0;
        lines(&direct, &roots, is_cut)
    }

    /// Returns the packages above some that were asked for, or that nothing needs; none that were seen before.
    fn ancestors(&mut self, mut todo: Vec<usize>) -> Vec<usize> {
        let graph = self.graph;
        let mut found = Vec::new();
        while let Some(number) = todo.pop() {
            for &(parent, is_indirect) in graph.above(number) {
                if !self.step(1) {
                    return found;
                }
                if !self.is_new(parent) {
                    continue;
                }
                if is_indirect && !graph.above(parent).is_empty() {
                    todo.push(parent);
                } else {
                    found.push(parent);
                }
            }
        }
        found
    }

    /// Takes steps, if so many are left; if not, none is from now on.
    const fn step(&mut self, steps: usize) -> bool {
        let left = self.left.checked_sub(steps);
        self.left = match left {
            Some(left) => left,
            None => 0,
        };
        left.is_some()
    }

    /// Whether a number was not seen before in this round; it is from now on.
    fn is_new(&mut self, number: usize) -> bool {
        let round = self.round;
        let last = self.seen.get_mut(number);
        last.is_some_and(|last| std::mem::replace(last, round) != round)
    }
}

/// Draws what asked for a package itself, and what asked for those that brought it.
fn lines(direct: &[&str], roots: &[&str], is_cut: bool) -> Vec<String> {
    let mut branches: Vec<(String, &[&str])> = Vec::new();
    branches.extend(direct.iter().map(|id| (safe(id), &[][..])));
    if !roots.is_empty() || is_cut {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A chain in which each package brings the next, and the first was asked for.
    fn chain(length: usize) -> Vec<Package> {
        let package = |at: usize| json!({"ID": format!("p{at}"), "Name": "p", "Indirect": at > 0, "DependsOn": [format!("p{}", at + 1)]});
        let packages = json!((0..length).map(package).collect::<Vec<_>>());
        serde_json::from_value(packages).unwrap()
    }

    #[test]
    fn what_asked_for_a_package_is_drawn_while_steps_are_left() {
        let packages = chain(5);
        let graph = Graph::new(&packages);
        for (most, at, want) in [
            (100, 0, &[][..]),
            (100, 1, &["└── p0"]),
            (100, 4, &["└── ...(omitted)...", "    └── p0"]),
            // one step to p3, three to p0, two letters
            (7, 4, &["└── ...(omitted)...", "    └── p0"]),
            (5, 4, &["└── ...(omitted)..."]),
            (2, 4, &["└── ...(omitted)..."]),
        ] {
            let mut climb = Climb::new(&graph, most);
            assert_eq!(climb.above(&packages[at]), want, "{most} {at}");
        }
    }

    #[test]
    fn long_chains_take_no_more_steps_than_there_are() {
        let packages = chain(80_000);
        let graph = Graph::new(&packages);
        let mut climb = Climb::new(&graph, 100_000);
        let lines = packages.iter().map(|package| climb.above(package).len());
        assert_eq!(lines.max(), Some(2));
        assert_eq!(climb.left, 0);
    }
}
