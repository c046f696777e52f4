//! What the Pod Security Standards say of the objects of a call, for people and as JSON.
//!
//! ```text
//! web.yaml:3  Deployment/shop/cart  not allowed by restricted:latest
//!   allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)
//! not judged
//!   web.yaml:40:3  this is no Kubernetes object: it has no `kind`
//! 3 objects: 1 allowed, 1 not allowed, 1 without a pod; 1 gap
//! ```

use std::fmt::Write as _;

use manifest::pss::{self, Demand, Standard, Violation};
use manifest::{Input, Object, kubesec};
use model::{Gap, counted};
use serde::Serialize;

/// What came of all objects.
pub(super) struct Verdict<'i> {
    judged: Vec<Judged<'i>>,
    /// Objects that run nothing.
    without_pod: usize,
    /// What was not judged, sorted.
    pub(super) gaps: Vec<Gap>,
}

struct Judged<'i> {
    object: &'i Object,
    standard: Standard,
    violations: Vec<Violation>,
}

/// Returns what is demanded.
pub(super) fn demand(objects: &[Object], standard: Option<Standard>, is_labelled: bool) -> Demand {
    match standard {
        Some(standard) if !is_labelled => Demand::Fixed(standard),
        default => pss::of_namespaces(objects, default),
    }
}

/// Judges all objects.
pub(super) fn judge<'i>(input: &'i Input, demand: &Demand) -> Verdict<'i> {
    let mut gaps = input.gaps.clone();
    let (mut judged, mut without_pod) = (Vec::new(), 0);
    for object in &input.objects {
        let faults = pss::faults(object, demand);
        let is_faulty = !faults.is_empty();
        gaps.extend(faults);
        let Some(standard) = demand.of(object) else {
            without_pod += usize::from(!is_faulty);
            continue;
        };
        match pss::judge_object(object, standard) {
            Some(violations) => judged.push(Judged {
                object,
                standard,
                violations,
            }),
            None => without_pod += usize::from(!is_faulty),
        }
    }
    Verdict {
        judged,
        without_pod,
        gaps: gaps.into_sorted(),
    }
}

impl Verdict<'_> {
    /// Returns how many objects are not allowed.
    pub(super) fn refused(&self) -> usize {
        let refused = self.judged.iter().filter(|judged| !judged.is_allowed());
        refused.count()
    }

    /// Returns the lines for people; what is not ours is made safe to show.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        for judged in self.judged.iter().filter(|judged| !judged.is_allowed()) {
            judged.lines(&mut out);
        }
        if !self.gaps.is_empty() {
            out.push_str("not judged\n");
        }
        for gap in &self.gaps {
            let line = format!("{}  {}", gap.place, gap.why);
            out.extend(["  ", report::safe(line.trim_start()).as_ref(), "\n"]);
        }
        let (judged, refused, gaps) = (self.judged.len(), self.refused(), self.gaps.len());
        let _infallible = writeln!(
            out,
            "{}: {} allowed, {refused} not allowed, {} without a pod; {}",
            counted(judged + self.without_pod, "object"),
            judged - refused,
            self.without_pod,
            counted(gaps, "gap"),
        );
        out
    }

    /// Returns a JSON document.
    pub(super) fn json(&self) -> String {
        let printed = Printed {
            objects: self.judged.iter().map(Judged::printed).collect(),
            without_pod: self.without_pod,
            gaps: &self.gaps,
        };
        kubesec::to_json(&printed) + "\n"
    }
}

impl Judged<'_> {
    const fn is_allowed(&self) -> bool {
        self.violations.is_empty()
    }

    fn lines(&self, out: &mut String) {
        let object = self.object;
        let line = format!(
            "{}:{}  {}  not allowed by {}",
            object.file,
            object.position().line,
            object.title(),
            self.standard
        );
        out.extend([&*report::safe(&line), "\n"]);
        for violation in &self.violations {
            let line = violation.to_string();
            out.extend(["  ", &*report::safe(&line), "\n"]);
        }
    }

    fn printed(&self) -> PrintedObject<'_> {
        let object = self.object;
        let position = object.position();
        let violation = |violation: &'_ Violation| PrintedViolation {
            check: violation.check,
            message: violation.to_string(),
        };
        PrintedObject {
            file: &object.file,
            line: position.line,
            column: position.column,
            kind: object.written_kind(),
            namespace: object.namespace(),
            name: object.name(),
            standard: self.standard.to_string(),
            allowed: self.is_allowed(),
            violations: self.violations.iter().map(violation).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'v> {
    objects: Vec<PrintedObject<'v>>,
    without_pod: usize,
    gaps: &'v [Gap],
}

#[derive(Serialize)]
struct PrintedObject<'v> {
    file: &'v str,
    line: usize,
    column: usize,
    kind: &'v str,
    namespace: &'v str,
    name: &'v str,
    standard: String,
    allowed: bool,
    violations: Vec<PrintedViolation>,
}

#[derive(Serialize)]
struct PrintedViolation {
    check: &'static str,
    message: String,
}
