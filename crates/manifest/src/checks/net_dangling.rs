//! Something that leads nowhere.

use crate::network;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "NET-DANGLING",
        title: "it selects or names nothing that is there",
        severity: Severity::Low,
        concern: "what was to be protected, reached or scaled is not; mostly a label or a name has \
                  changed on one side only",
        fix: "mend the selector or the name, or remove the object",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: db}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: shop}}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {rules: [{host: a, http: {paths: [{backend: {service: {name: other}}}]}}]}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: x, port: {number: 8080}}}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: x, port: {name: web}}}}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: x, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: wbe}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop, labels: {app: x}}
spec: {}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: x, namespace: shop}
spec: {selector: {matchLabels: {app: other}}}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: shop}
spec: {podSelector: {}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {selector: {app: web}}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {type: ExternalName}
",
        "\
apiVersion: v1
kind: Service
metadata: {name: x, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: x, port: {number: 80}}}, rules: [{http: {paths: [{backend: {service: {name: x, port: {name: http}}}}]}}]}
",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: x, namespace: shop}
spec: {defaultBackend: {service: {name: x}}}
",
        "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: x, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: wbe}}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    match object.kind() {
        "NetworkPolicy" => {
            selecting(object, &["spec", "podSelector"], hits);
        }
        "PodDisruptionBudget" => selecting(object, &["spec", "selector"], hits),
        "Service" => service(object, hits),
        "Ingress" => ingress(object, hits),
        "HorizontalPodAutoscaler" => scaler(object, hits),
        "ServiceMonitor" => monitor(object, hits),
        _ => {}
    }
}

/// Where nothing is given that could be selected, it is written elsewhere.
fn selecting(object: &Object, path: &[&str], hits: &mut Hits<'_>) {
    let selector = below(&object.root, path).filter(|selector| !selector.entries().is_empty());
    let Some(selector) = selector else {
        return;
    };
    let (bundle, namespace) = (hits.bundle, namespace(object));
    let takes = |(_, pod): (&Object, Pod<'_>)| selects(selector, pod.labels());
    let equal = below(selector, &["matchLabels"]).filter(|equal| !equal.entries().is_empty());
    let is_taken = match equal {
        Some(equal) => bundle.labelled(namespace, equal).any(takes),
        None => bundle.workloads(namespace).any(takes),
    };
    if !is_taken && bundle.workloads(namespace).next().is_some() {
        push(path, "no pod that is given has these labels", hits);
    }
}

fn service(object: &Object, hits: &mut Hits<'_>) {
    let has_selector = network::service_selector(object).is_some();
    let bundle = hits.bundle;
    if has_selector
        && network::pods_of(object, bundle).next().is_none()
        && bundle.workloads(namespace(object)).next().is_some()
    {
        let path = ["spec", "selector"];
        push(&path, "no pod that is given has these labels", hits);
    }
}

fn ingress(object: &Object, hits: &mut Hits<'_>) {
    let namespace = namespace(object);
    if hits.bundle.of("Service", namespace).is_empty() {
        return;
    }
    for backend in network::backends(object) {
        let service = quoted(backend.service);
        let found = hits.bundle.named("Service", namespace, backend.service);
        let fits = found.is_none_or(|service| backend.fits(service));
        match backend.port {
            _ if found.is_none() => {
                let message = format!("no Service {service} is given");
                hits.push(Hit::new(backend.at, message));
            }
            Some((at, port)) if !fits => {
                let port = quoted(port.text().unwrap_or_default());
                let message = format!("the Service {service} has no port {port}");
                hits.push(Hit::new(at, message));
            }
            _ => {}
        }
    }
}

fn scaler(object: &Object, hits: &mut Hits<'_>) {
    let path = ["spec", "scaleTargetRef"];
    let text = |name| below(&object.root, &path)?.get(name)?.as_str();
    let (Some(kind), Some(name)) = (text("kind"), text("name")) else {
        return;
    };
    let namespace = namespace(object);
    let is_there = hits.bundle.named(kind, namespace, name).is_some();
    if !is_there && !hits.bundle.of(kind, namespace).is_empty() {
        let message = format!("no {} {} is given", quoted(kind), quoted(name));
        push(&["spec", "scaleTargetRef", "name"], message, hits);
    }
}

fn monitor(object: &Object, hits: &mut Hits<'_>) {
    // of another namespace more may be there than is given
    let is_elsewhere = below(&object.root, &["spec", "namespaceSelector"]).is_some();
    let services = hits.bundle.of("Service", namespace(object));
    let selector = below(&object.root, &["spec", "selector"]);
    let Some(selector) = selector.filter(|_| !is_elsewhere && !services.is_empty()) else {
        return;
    };
    let labels =
        |service: &Object| selects(selector, below(&service.root, &["metadata", "labels"]));
    if !services.iter().any(|service| labels(service)) {
        push(
            &["spec", "selector"],
            "no Service that is given has these labels",
            hits,
        );
    }
}

fn push(path: &[&str], message: impl Into<String>, hits: &mut Hits<'_>) {
    if !hits.bundle.is_exhausted() {
        hits.push(Hit::new(Pointer::default().below(path), message));
    }
}
