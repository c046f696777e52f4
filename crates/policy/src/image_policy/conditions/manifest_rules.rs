//! Which rules about how a workload is run must hold, those that only image and manifest together show too.

use model::Severity;
use yaml::Node;

use super::super::shape::Shape;
use super::{Choice, Condition, EXCEPT, IDS, NAMED, Objection, Of, SEVERITY, more};

pub(super) static CONDITION: Condition = Condition {
    key: "manifestRules",
    help: "Which rules about how a workload is run must hold",
    shape: &Shape {
        fields: &[SEVERITY, IDS, EXCEPT],
    },
    of: Of::Object,
    read: |node| {
        let choice = choice(node);
        Box::new(move |question| {
            let found = question.misconfigurations.iter();
            let mut found: Vec<_> = found
                .filter(|it| choice.has(it.severity, &[it.rule.id]))
                .collect();
            found.sort_by(|a, b| (b.severity, a.rule.id).cmp(&(a.severity, b.rule.id)));
            let worst = found.first()?;
            let told = found
                .iter()
                .take(NAMED)
                .map(|it| format!("{} {} ({})", it.severity.of_flaw(), it.rule.id, it.message));
            let told: Vec<String> = told.collect();
            let count = model::counted(found.len(), "finding");
            let mut ids: Vec<String> = found.iter().map(|it| it.rule.id.to_owned()).collect();
            ids.dedup();
            Some(Objection {
                text: format!("{count}: {}{}", told.join(", "), more(found.len())),
                fix: worst.rule.fix.to_owned(),
                ids,
            })
        })
    },
};

/// Reads which of what was found a rule asks about.
pub(super) fn choice(node: &Node) -> Choice {
    Choice::read(node, Severity::Medium)
}
