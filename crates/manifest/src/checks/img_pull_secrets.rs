//! An image that wants a login, and nobody who has one.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-PULL-SECRETS",
        title: "nobody says how to log in to the image's registry",
        severity: Severity::Low,
        concern: "a private registry refuses the pull, or nodes hold a login that every pod can use, also \
                  for images that it should not have",
        fix: "name a Secret in `imagePullSecrets` of the pod or of its service account",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: [{name: a, image: \"registry.example.com/shop:1\"}]",
        "imagePullSecrets: []\ncontainers: [{name: a, image: \"registry.example.com:5000/shop:1\"}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {namespace: shop}\nspec: {serviceAccountName: web, containers: \
         [{name: a, image: \"r.example.com/a:1\"}]}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: \
         {name: web, namespace: shop}\n",
    ],
    good: &[
        "imagePullSecrets: [{name: r}]\ncontainers: [{name: a, image: \"registry.example.com/shop:1\"}]",
        "containers: [{name: a, image: \"quay.io/shop/web:1\"}, {name: b, image: nginx}]",
        "containers: [{name: a, image: \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1\"}]",
        "containers: [{name: a, image: \"localhost:5000/shop:1\"}]",
        "apiVersion: v1\nkind: Pod\nmetadata: {namespace: shop}\nspec: {serviceAccountName: web, containers: \
         [{name: a, image: \"r.example.com/a:1\"}]}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: \
         {name: web, namespace: shop}\nimagePullSecrets: [{name: r}]\n",
    ],
};

/// Registries that serve most of their images to everybody.
const PUBLIC: &[&str] = &[
    "cgr.dev",
    "docker.elastic.co",
    "gcr.io",
    "ghcr.io",
    "index.docker.io",
    "k8s.gcr.io",
    "lscr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.access.redhat.com",
    "registry.gitlab.com",
    "registry.k8s.io",
    "xpkg.upbound.io",
];

/// Ends of registries of clouds, to which nodes log in by their own identity.
const CLOUDS: &[&str] = &[".amazonaws.com", ".azurecr.io", ".gcr.io", ".pkg.dev"];

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let names_secret = |node: &Node| {
        let secrets = node.get("imagePullSecrets").map(Node::items);
        let named = |secret: &Node| secret.get("name").and_then(Node::as_str).is_some();
        secrets.unwrap_or_default().iter().any(named)
    };
    if pod.spec(&[]).is_some_and(names_secret) {
        return;
    }
    let mut is_asked = false;
    for container in pod.containers(&Role::ALL) {
        let image = container.image().unwrap_or_default();
        let Some(registry) = private_registry(image) else {
            continue;
        };
        if !is_asked {
            match account(pod, hits) {
                Account::Given(account) if names_secret(&account.root) => return,
                Account::Unknown => return,
                Account::Given(_) | Account::Default => is_asked = true,
            }
        }
        let registry = short(&registry).into_owned();
        let message =
            format!("neither the pod nor its service account has a login for `{registry}`");
        hits.push(Hit::new(container.at().key("image"), message).within(&container));
    }
}

/// The service account of a pod.
enum Account<'a> {
    Given(&'a Object),
    /// That which every namespace has; seldom written down.
    Default,
    /// It is not among the objects.
    Unknown,
}

fn account<'a>(pod: Pod<'_>, hits: &mut Hits<'a>) -> Account<'a> {
    let named = pod
        .spec(&["serviceAccountName"])
        .or_else(|| pod.spec(&["serviceAccount"]));
    let named = named.and_then(Node::as_str).filter(|name| !name.is_empty());
    let name = named.unwrap_or("default");
    let namespace = namespace(hits.object);
    match hits.bundle.named("ServiceAccount", namespace, name) {
        Some(account) => Account::Given(account),
        None if name == "default" => Account::Default,
        None => {
            let why = format!("ServiceAccount `{}` is not given", short(name));
            hits.gap(&why, "that no login for the registry of an image is there");
            Account::Unknown
        }
    }
}

fn private_registry(image: &str) -> Option<String> {
    let reference = Reference::parse(image).ok()?;
    let registry = reference.registry();
    let host = registry.split(':').next().unwrap_or_default();
    let is_public = PUBLIC.contains(&host);
    let is_of_cloud = CLOUDS.iter().any(|end| host.ends_with(end));
    // on the node or in the cluster: hardly any of these wants a login
    let is_near =
        !host.contains('.') || host.rsplit('.').next() == Some("local") || host.starts_with("127.");
    (!is_public && !is_of_cloud && !is_near).then(|| registry.to_owned())
}
