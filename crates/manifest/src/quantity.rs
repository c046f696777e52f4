//! Amounts of cpu and memory, and where a container gets them from.
//!
//! ```text
//! resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {memory: 128Mi}}
//! ```
//! Source of truth: `resource.Quantity` of `k8s.io/apimachinery`; defaults of the API server.

use yaml::Node;

use crate::bundle::namespace;
use crate::hits::{Hit, Hits};
use crate::workload::{Container, Role, below};

/// Since this minor version a pod has resources of its own.
const POD_LEVEL: u32 = 32;

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity {
    pub value: f64,
    /// Whether its unit is less than one.
    pub is_small: bool,
}

/// Reads an amount: `250m`, `1.5Gi`, `1e3`.
pub(crate) fn parse(text: &str) -> Option<Quantity> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-');
    let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end)?;
    if !number.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    let times = |factor: f64| {
        Some(Quantity {
            value: number * factor,
            is_small: false,
        })
    };
    // dividing is exact where `300 * 0.001` is not
    let part = |divisor: f64| {
        Some(Quantity {
            value: number / divisor,
            is_small: true,
        })
    };
    match suffix {
        "" => times(1.0),
        "m" => part(1e3),
        "u" => part(1e6),
        "n" => part(1e9),
        "k" => times(1e3),
        "M" => times(1e6),
        "G" => times(1e9),
        "T" => times(1e12),
        "P" => times(1e15),
        "E" => times(1e18),
        "Ki" => times(2_f64.powi(10)),
        "Mi" => times(2_f64.powi(20)),
        "Gi" => times(2_f64.powi(30)),
        "Ti" => times(2_f64.powi(40)),
        "Pi" => times(2_f64.powi(50)),
        "Ei" => times(2_f64.powi(60)),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            times(10_f64.powi(exponent.clamp(-30, 30)))
        }
    }
}

/// Returns the text of an amount, if it is set: nothing and zero are not.
pub(crate) fn text(node: &Node) -> Option<&str> {
    let text = node
        .text()
        .filter(|text| !text.is_empty() && !node.is_null())?;
    let is_zero = parse(text).is_some_and(|amount| amount.value == 0.0);
    (!is_zero).then_some(text)
}

/// Adds a hit for a container that has no `requests` or no `limits` of a resource.
pub(crate) fn report(container: &Container<'_>, hits: &mut Hits<'_>, list: &str, name: &str) {
    // the API lets ephemeral containers have none
    if container.role == Role::Ephemeral || is_given(container, hits, list, name) {
        return;
    }
    let at = container.at().key("resources").key(list).key(name);
    let one = list.trim_end_matches('s');
    hits.push(Hit::new(at, format!("it has no {name} {one}")));
}

fn is_given(container: &Container<'_>, hits: &Hits<'_>, list: &str, name: &str) -> bool {
    let is_in = |resources: Option<&Node>, list: &str| {
        let amount = resources.and_then(|resources| below(resources, &[list, name]));
        amount.and_then(text).is_some()
    };
    // what is not requested is requested as it is limited
    let lists: &[&str] = if list == "requests" {
        &["requests", "limits"]
    } else {
        &["limits"]
    };
    let own = container.get(&["resources"]);
    let of_pod = container
        .pod
        .spec(&["resources"])
        .filter(|_| hits.bundle.minor >= POD_LEVEL);
    lists
        .iter()
        .any(|list| is_in(own, list) || is_in(of_pod, list))
        || is_default(hits, list, name)
}

/// Whether a `LimitRange` of the namespace gives it.
fn is_default(hits: &Hits<'_>, list: &str, name: &str) -> bool {
    let fields: &[&str] = match list {
        "requests" => &["defaultRequest", "default", "max"],
        _ => &["default", "max"],
    };
    let ranges = hits.bundle.of("LimitRange", namespace(hits.object)).iter();
    let limits = ranges.filter_map(|range| below(&range.root, &["spec", "limits"]));
    let mut limits = limits
        .flat_map(Node::items)
        .take_while(|_| hits.bundle.spend());
    limits.any(|limit| {
        let is_container = limit.get("type").and_then(Node::as_str) == Some("Container");
        is_container
            && fields
                .iter()
                .any(|field| below(limit, &[field, name]).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        for (text, want) in [
            ("1", Some(1.0)),
            ("250m", Some(0.25)),
            (".5", Some(0.5)),
            ("1.5Gi", Some(1_610_612_736.0)),
            ("1e3", Some(1_000.0)),
            ("1E", Some(1e18)),
            ("300m", Some(0.3)),
            ("", None),
            ("m", None),
            ("1GB", None),
            ("1 Gi", None),
            ("64mb", None),
            ("1.2.3", None),
        ] {
            assert_eq!(parse(text).map(|amount| amount.value), want, "{text}");
        }
    }
}
