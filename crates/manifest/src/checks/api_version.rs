//! Versions of the API come to an end.

use crate::lifecycle;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-VERSION",
        title: "version of the API is deprecated or removed",
        severity: Severity::Medium,
        concern: "the API server refuses objects of a removed version, so that the next \
                  deployment, or the first after an upgrade, fails",
        fix: "write the version that replaced it; fields may have other names there",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: x}
",
        "\
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: x}
",
        "\
apiVersion: resource.k8s.io/v1beta2
kind: ResourceClaim
metadata: {name: x}
",
    ],
    good: &[
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x}
",
        "\
apiVersion: shop.example/v1beta1
kind: Cart
metadata: {name: x}
",
        "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: x}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let (api_version, kind) = (object.api_version(), object.kind());
    let minor = hits.bundle.minor;
    let Some(end) = lifecycle::end(api_version, kind).filter(|end| end.deprecated <= minor) else {
        return;
    };
    let (what, severity) = if end.removed <= minor {
        (format!("is gone since 1.{}", end.removed), Severity::Medium)
    } else {
        let (deprecated, removed) = (end.deprecated, end.removed);
        (
            format!("is deprecated since 1.{deprecated} and goes in 1.{removed}"),
            Severity::Low,
        )
    };
    let instead = match end.replacement {
        Some(version) => format!("`{version}` replaces it"),
        None => "nothing of this kind replaces it".to_owned(),
    };
    let message = format!("{kind} of `{api_version}` {what}; {instead}");
    hits.push(Hit::new(Pointer::default().key("apiVersion"), message).severity(severity));
}
