//! The house rules that a machine can check: `cargo xtask tidy`, and a test of `cargo test`.

mod rules;
mod tree;

use std::path::Path;
use std::process::ExitCode;

pub(crate) use tree::Tree;

use crate::said;

/// Checks the folder that is given, or the project itself.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let root = arguments.next();
    let root = root.as_deref().map_or_else(crate::root, Into::into);
    let faults = match check(&root) {
        Ok(faults) => faults,
        Err(error) => return said(&format!("{}: {error}", root.display()), ExitCode::FAILURE),
    };
    if faults.is_empty() {
        return ExitCode::SUCCESS;
    }
    said(&faults.join("\n"), ExitCode::FAILURE)
}

/// Returns one line for each place where a rule is broken.
fn check(root: &Path) -> std::io::Result<Vec<String>> {
    let tree = Tree::read(root)?;
    let faults = rules::RULES.iter().flat_map(|rule| {
        let faults = (rule.check)(&tree);
        faults.into_iter().map(|fault| line(rule, &fault))
    });
    Ok(faults.collect())
}

fn line(rule: &rules::Rule, fault: &str) -> String {
    format!("{fault} [{}: {}]", rule.name, rule.demand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_keeps_its_house_rules() {
        let faults = check(&crate::root()).unwrap();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
